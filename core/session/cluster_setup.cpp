// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster_setup.h"

#include <core/artifacts/current.h>
#include <core/artifacts/fetcher.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>

#include <unistd.h>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabSession", text);
}

Result<> checkHost(const model::Lab& lab) {
    if (::geteuid() != 0) {
        return fail(ErrorCode::HostLacks, tr("The hosts of a cluster run containers, which needs root."), {},
                    tr("sudo podleaf up %1").arg(lab.id.name));
    }
    if (!QFileInfo(QStringLiteral("/usr/sbin/runc")).isExecutable()) {
        return fail(ErrorCode::HostLacks, tr("This host has no runc, which starts containers."), {},
                    QStringLiteral("sudo apt install runc"));
    }
    return {};
}

/// A folder with the programs and images of the lab's version, and the images' paths in it.
Result<deploy::ClusterSetup> programsOf(const OpContext& context, const model::Kubernetes& kubernetes) {
    const auto table = artifacts::VersionTable::builtin();
    const auto versions = table ? table->choose({{QStringLiteral("kubernetes"), kubernetes.version}}) : fail(table.error());
    const auto recipes = artifacts::builtinImages();
    const auto store = artifacts::Store::open(artifacts::Store::defaultFolder());
    if (!versions || !recipes || !store) {
        return fail(!versions ? versions.error() : !recipes ? recipes.error() : store.error());
    }
    std::vector<artifacts::ImageRecipe> images;
    for (const artifacts::ImageRecipe& recipe : *recipes) {
        images.push_back(recipe.withVersions(*versions));
    }
    const std::vector<artifacts::Entry> entries = artifacts::currentEntries(*store, *table, *versions, images);
    if (const QStringList missing = artifacts::missingFrom(entries, *table, images); !missing.isEmpty()) {
        return fail(ErrorCode::HostLacks, tr("What Kubernetes %1 is made of is not on this host yet.").arg(kubernetes.version),
                    tr("Missing: %1").arg(missing.join(QStringLiteral(", "))), QStringLiteral("podleaf kube fetch"));
    }
    auto folder = artifacts::programFolder(context, *store, entries);
    if (!folder) {
        return fail(std::move(folder.error()));
    }
    deploy::ClusterSetup setup{*folder, {}};
    for (const artifacts::ImageRecipe& image : images) {
        setup.images << QStringLiteral("images/%1.tar").arg(artifacts::imageName(image));
    }
    return setup;
}

} // namespace

Result<std::optional<deploy::ClusterSetup>> clusterSetup(const OpContext& context, const model::Lab& lab) {
    if (!lab.kubernetes || lab.engine == model::EngineKind::Simulated) {
        return std::optional<deploy::ClusterSetup>();
    }
    if (auto able = checkHost(lab); !able) {
        return fail(std::move(able.error()));
    }
    auto setup = programsOf(context, *lab.kubernetes);
    return setup ? Result<std::optional<deploy::ClusterSetup>>(*std::move(setup)) : fail(std::move(setup.error()));
}

Result<QString> kubectlProgram(const OpContext& context, const model::Kubernetes& kubernetes) {
    auto setup = programsOf(context, kubernetes);
    if (setup) {
        return setup->programs + QStringLiteral("/kubectl");
    }
    const QString other = QStandardPaths::findExecutable(QStringLiteral("kubectl"));
    return other.isEmpty() ? Result<QString>(fail(std::move(setup.error()))) : Result<QString>(other);
}

} // namespace podleaf::session
