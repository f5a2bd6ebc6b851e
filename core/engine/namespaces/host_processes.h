// SPDX-License-Identifier: GPL-3.0-or-later
// The processes of this host, as /proc shows them, and which lab hosts are among them. Any thread.
#pragma once

#include <core/base/unique_fd.h>

#include <QByteArray>
#include <QString>

#include <map>
#include <optional>
#include <sys/types.h>
#include <tuple>

namespace podleaf::engine {

/// Which lab, and where it lives.
struct LabPlace {
    QString runFolder;
    QString lab;
    bool operator==(const LabPlace&) const = default;
    bool operator<(const LabPlace& other) const { return std::tie(runFolder, lab) < std::tie(other.runFolder, other.lab); }
};

struct Process {
    qint64 pid = 0;
    uid_t owner = 0;
    qint64 parent = 0;
    double ageSeconds = 0;
    bool hasLabEnvironment = false;
    bool isOfThisHost = true;        ///< In our pid namespace itself, not in one below it.
    std::optional<LabPlace> labhost; ///< Set for processes of podleaf-labhost, from their arguments.
};

/// The beginning of a file; empty when it cannot be read.
QByteArray readAll(const QString& path, qint64 limit = 1 << 20);

/// By pid. Those that end meanwhile may be incomplete.
std::map<qint64, Process> allProcesses();

/// A pidfd of the process with this number when it is a lab host of that lab. Invalid otherwise: a lab host in a container
/// tells a number of the container's.
UniqueFd openLabhost(qint64 pid, const QString& lab);

} // namespace podleaf::engine
