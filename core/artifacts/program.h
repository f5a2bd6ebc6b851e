// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a program of this host to its end: an argument list, never a shell. On the calling thread, which must not be the
// GUI's.
#pragma once

#include <core/base/op_context.h>

#include <QByteArray>
#include <QMap>
#include <QStringList>

#include <functional>

namespace podleaf::artifacts {

struct Program {
    QString program; ///< A path, or a name that PATH knows.
    QStringList arguments;
    QString folder;                     ///< Where it runs.
    QMap<QString, QString> environment; ///< Beside ours; LC_ALL is C.UTF-8.
    /// Told each line of its standard error as it comes; may be empty.
    std::function<void(const QString&)> onLine;
};

/// Its standard output, once it has ended with 0. When the context ends first, it and all that it started are ended.
/// Errors: HostLacks when there is no such program; Failed with its last lines as detail; Cancelled, Timeout.
Result<QByteArray> runProgram(const OpContext& context, const Program& program);

} // namespace podleaf::artifacts
