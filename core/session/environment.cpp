// SPDX-License-Identifier: GPL-3.0-or-later
// Environment: where labs run and which lab host runs them, as this process finds it.
#include "lab_session.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <unistd.h>

namespace podleaf::session {

namespace {

/// Where this user's labs run. A runtime folder that is another user's came here by `su` and is of no use.
QString standardRunFolder() {
    if (::geteuid() == 0 && ::access("/run", W_OK) == 0) {
        return QStringLiteral("/run/podleaf");
    }
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && QFileInfo(runtime).isDir() && QFileInfo(runtime).ownerId() == ::geteuid()) {
        return runtime + QStringLiteral("/podleaf");
    }
    return QStringLiteral("/tmp/podleaf-%1").arg(::geteuid());
}

} // namespace

Environment Environment::detect() {
    return {QCoreApplication::applicationDirPath() + QStringLiteral("/podleaf-labhost"),
            qEnvironmentVariable("PODLEAF_RUN_FOLDER", standardRunFolder())};
}

} // namespace podleaf::session
