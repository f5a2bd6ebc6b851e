// SPDX-License-Identifier: GPL-3.0-or-later
#include "debian.h"
#include "program.h"

#include <QCoreApplication>
#include <QDir>
#include <QUrl>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// NAME_VERSION_ARCH.deb, the version's colon as %3a.
QStringList fileNamesOf(const QString& package, const QString& folder) {
    return QDir(folder).entryList({package + QStringLiteral("_*.deb")}, QDir::Files, QDir::Name);
}

} // namespace

Result<DebianPackages> readDebianPackages(const OpContext& context, const QStringList& packages, const QString& folder) {
    QStringList wanted;
    for (const QString& package : packages) {
        if (fileNamesOf(package, folder).isEmpty()) {
            wanted << package;
        }
    }
    if (!wanted.isEmpty()) {
        auto got = runProgram(
            context, {QStringLiteral("apt-get"), QStringList{QStringLiteral("-qq"), QStringLiteral("download")} + wanted, folder, {}, {}});
        if (!got) {
            Error error = wrapError(tr("Cannot get the packages of Debian 12"), std::move(got.error()));
            error.hint = error.code == ErrorCode::HostLacks
                             ? tr("Fetch from a bundle that a host with Debian 12 made: podleaf kube fetch --from-bundle FILE")
                             : tr("sudo apt-get update");
            return fail(std::move(error));
        }
    }
    DebianPackages all;
    for (const QString& package : packages) {
        const QStringList names = fileNamesOf(package, folder);
        if (names.size() != 1) {
            return fail(ErrorCode::Failed, tr("apt did not bring the package %1.").arg(package));
        }
        all.versions << package + QLatin1Char(' ') + QUrl::fromPercentEncoding(names.front().section(QLatin1Char('_'), 1, 1).toUtf8());
        auto tar = runProgram(context, {QStringLiteral("dpkg-deb"), {QStringLiteral("--fsys-tarfile"), names.front()}, folder, {}, {}});
        if (!tar) {
            return fail(std::move(tar.error()));
        }
        if (auto added = all.tree.addTar(*tar); !added) {
            return fail(wrapError(names.front(), std::move(added.error())));
        }
    }
    return all;
}

} // namespace podleaf::artifacts
