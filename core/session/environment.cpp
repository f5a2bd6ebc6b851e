// SPDX-License-Identifier: GPL-3.0-or-later
// Environment: where labs run and which lab host runs them, as this process finds it.
#include "lab_session.h"

#include <QCoreApplication>
#include <QDir>
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

/// Beside us, as built; or, as installed, where programs lie that nobody calls by hand.
QString standardLabhost() {
    const QString own = QCoreApplication::applicationDirPath();
    const QString beside = own + QStringLiteral("/podleaf-labhost");
    const QString installed = own + QStringLiteral("/../libexec/podleaf/podleaf-labhost");
    return QFileInfo::exists(beside) || !QFileInfo::exists(installed) ? beside : QDir::cleanPath(installed);
}

} // namespace

Environment Environment::detect() {
    bool hasSeed = false;
    const std::uint32_t seed = qEnvironmentVariable("PODLEAF_SEED").toUInt(&hasSeed);
    return {standardLabhost(), qEnvironmentVariable("PODLEAF_RUN_FOLDER", standardRunFolder()),
            hasSeed ? std::optional(seed) : std::nullopt};
}

} // namespace podleaf::session
