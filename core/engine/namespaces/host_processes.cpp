// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_processes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <sys/syscall.h>
#include <unistd.h>

namespace podleaf::engine {

namespace {

std::optional<LabPlace> labhostArguments(const QByteArray& commandLine) {
    const QList<QByteArray> arguments = commandLine.split('\0');
    if (QFileInfo(QFile::decodeName(arguments.value(0))).fileName() != QLatin1String("podleaf-labhost")) {
        return std::nullopt;
    }
    LabPlace place;
    for (qsizetype i = 1; i + 1 < arguments.size(); i += 2) {
        if (arguments[i] == "--lab") {
            place.lab = QFile::decodeName(arguments[i + 1]);
        } else if (arguments[i] == "--run-folder") {
            place.runFolder = QFile::decodeName(arguments[i + 1]);
        }
    }
    return place.lab.isEmpty() ? std::nullopt : std::optional(place);
}

/// proc(5): the fields behind the last ')' of stat, as the command's name may hold anything.
void readStat(Process& process, double uptimeSeconds) {
    const QByteArray stat = readAll(QStringLiteral("/proc/%1/stat").arg(process.pid));
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    process.parent = fields.value(1).toLongLong();
    process.ageSeconds = uptimeSeconds - fields.value(19).toDouble() / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// proc(5): NSpid has a number for each pid namespace from the one of /proc down to the process's own.
bool isInOurPidNamespace(qint64 pid) {
    const QByteArray status = readAll(QStringLiteral("/proc/%1/status").arg(pid));
    const qsizetype at = status.indexOf("\nNSpid:");
    return at < 0 || status.mid(at + 7, status.indexOf('\n', at + 1) - at - 7).simplified().split(' ').size() == 1;
}

} // namespace

QByteArray readAll(const QString& path, qint64 limit) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(limit) : QByteArray();
}

UniqueFd openLabhost(qint64 pid, const QString& lab) {
    UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
    const auto place = labhostArguments(readAll(QStringLiteral("/proc/%1/cmdline").arg(pid)));
    return place && place->lab == lab ? std::move(handle) : UniqueFd();
}

std::map<qint64, Process> allProcesses() {
    const double uptime = readAll(QStringLiteral("/proc/uptime")).split(' ').value(0).toDouble();
    std::map<qint64, Process> processes;
    const QStringList entries = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString& entry : entries) {
        bool isPid = false;
        Process process;
        process.pid = entry.toLongLong(&isPid);
        if (!isPid) {
            continue;
        }
        process.owner = QFileInfo(QStringLiteral("/proc/") + entry).ownerId();
        process.isOfThisHost = isInOurPidNamespace(process.pid);
        readStat(process, uptime);
        process.labhost = labhostArguments(readAll(QStringLiteral("/proc/%1/cmdline").arg(process.pid)));
        const QByteArray environment = '\0' + readAll(QStringLiteral("/proc/%1/environ").arg(process.pid));
        process.hasLabEnvironment = environment.contains(QByteArray("\0PODLEAF_LAB=", 13));
        processes.emplace(process.pid, process);
    }
    return processes;
}

} // namespace podleaf::engine
