// SPDX-License-Identifier: GPL-3.0-or-later
// kube: the programs and images of Kubernetes in the cache folder.
#include "commands.h"
#include "render_kube.h"

#include <core/artifacts/bundle.h>
#include <core/artifacts/current.h>
#include <core/artifacts/fetcher.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace podleaf::cli {

namespace {

constexpr const char* kUsage = "podleaf kube fetch [NAME…] [--version VERSION] [--from-bundle FILE] | list | bundle FILE | prune";

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

struct Workshop {
    artifacts::Store store;
    artifacts::VersionTable table;
    artifacts::VersionSet versions;
    std::vector<artifacts::ImageRecipe> images; ///< With the versions put in.
};

Result<Workshop> openWorkshop(const Invocation& invocation) {
    auto table = artifacts::VersionTable::builtin();
    if (!table) {
        return fail(std::move(table.error()));
    }
    artifacts::VersionSet wanted;
    if (!invocation.kube.version.isEmpty()) {
        QString version = invocation.kube.version;
        wanted.insert(QStringLiteral("kubernetes"), version.startsWith(QLatin1Char('v')) ? version.mid(1) : version);
    }
    auto versions = table->choose(wanted);
    if (!versions) {
        return fail(std::move(versions.error()));
    }
    auto store = artifacts::Store::open(artifacts::Store::defaultFolder());
    if (!store) {
        return fail(std::move(store.error()));
    }
    const auto recipes = artifacts::builtinImages();
    if (!recipes) {
        return fail(recipes.error());
    }
    std::vector<artifacts::ImageRecipe> images;
    std::ranges::transform(*recipes, std::back_inserter(images), [&](const auto& each) { return each.withVersions(*versions); });
    return Workshop{std::move(*store), std::move(*table), std::move(*versions), std::move(images)};
}

/// All names that `fetch` knows, in the order in which they are made.
QStringList everything(const Workshop& workshop) {
    return artifacts::missingFrom({}, workshop.table, workshop.images);
}

Result<artifacts::Fetched> fetchOne(const Invocation& invocation, const Workshop& workshop, artifacts::Fetcher& fetcher,
                                    const QString& name) {
    const auto image = std::ranges::find(workshop.images, name, artifacts::imageName);
    return image == workshop.images.end() ? fetcher.programs(invocation.context, name, workshop.versions.value(name))
                                          : fetcher.image(invocation.context, *image, workshop.versions);
}

/// The programs of our own that images hold; they lie beside the lab host.
QMap<QString, QString> ownFiles(const Invocation& invocation) {
    const QString folder = QFileInfo(invocation.environment.labhostProgram).path();
    QMap<QString, QString> files;
    for (const QString& name : {QStringLiteral("podleaf-pause"), QStringLiteral("podleaf-router")}) {
        files.insert(name, folder + QLatin1Char('/') + name);
    }
    return files;
}

int fetch(Invocation& invocation, const Workshop& workshop, const QStringList& names) {
    const QStringList known = everything(workshop); // A name is looked at before the first one takes minutes.
    const auto isUnknown = [&known](const QString& name) { return !known.contains(name); };
    if (const auto unknown = std::ranges::find_if(names, isUnknown); unknown != names.end()) {
        return reportError(invocation, {ErrorCode::InvalidInput,
                                        tr("There is nothing called %1 to fetch.").arg(*unknown),
                                        {},
                                        tr("There is: %1.").arg(known.join(QStringLiteral(", "))),
                                        {}});
    }
    invocation.context.progress = [](const QString& sentence) { printMessage(sentence + QLatin1Char('\n')); };
    artifacts::Fetcher fetcher(workshop.store, workshop.table, {invocation.kube.bundle, ownFiles(invocation), {}});
    QJsonArray list;
    for (const QString& name : names.isEmpty() ? known : names) {
        const auto fetched = fetchOne(invocation, workshop, fetcher, name);
        if (!fetched) {
            return reportError(invocation, fetched.error());
        }
        if (!invocation.json) {
            printResult(artifactLine(fetched->entry, fetched->source));
        }
        list.append(artifactJson(fetched->entry, fetched->source));
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true}, {QStringLiteral("artifacts"), list}});
    }
    return Done;
}

std::vector<artifacts::Entry> currentEntries(const Workshop& workshop) {
    return artifacts::currentEntries(workshop.store, workshop.table, workshop.versions, workshop.images);
}

int bundle(Invocation& invocation, const Workshop& workshop, const QString& path) {
    invocation.context.progress = [](const QString& sentence) { printMessage(sentence + QLatin1Char('\n')); };
    const std::vector<artifacts::Entry> entries = currentEntries(workshop);
    const QStringList missing = artifacts::missingFrom(entries, workshop.table, workshop.images);
    if (!missing.isEmpty()) {
        printMessage(
            tr("Not in the store, so not in the bundle: %1. `podleaf kube fetch` gets them.\n").arg(missing.join(QStringLiteral(", "))));
    }
    const auto size = artifacts::writeBundle(invocation.context, workshop.store, entries, path);
    if (!size) {
        return reportError(invocation, size.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true},
                   {QStringLiteral("file"), path},
                   {QStringLiteral("bytes"), *size},
                   {QStringLiteral("missing"), QJsonArray::fromStringList(missing)}});
    } else {
        printResult(tr("%1: %2 artifacts, %3.\n").arg(path).arg(entries.size()).arg(sizeText(*size)));
    }
    return Done;
}

int listArtifacts(const Invocation& invocation, const Workshop& workshop) {
    const std::vector<artifacts::Entry> entries = workshop.store.entries();
    const artifacts::DiskUse use = workshop.store.diskUse();
    if (invocation.json) {
        QJsonArray list;
        std::ranges::transform(entries, std::back_inserter(list), [](const artifacts::Entry& each) { return artifactJson(each, {}); });
        printJson({{QStringLiteral("artifacts"), list}, {QStringLiteral("disk"), diskJson(use)}});
        return Done;
    }
    QString text;
    for (const artifacts::Entry& entry : entries) {
        text += artifactLine(entry, {});
    }
    printResult(text + diskText(use));
    return Done;
}

int prune(const Invocation& invocation, const Workshop& workshop) {
    QSet<QString> kept;
    for (const artifacts::Entry& entry : currentEntries(workshop)) {
        kept.insert(entry.recipe.key());
    }
    const auto gone =
        workshop.store.prune(invocation.context, [&kept](const artifacts::Entry& each) { return kept.contains(each.recipe.key()); });
    if (!gone) {
        return reportError(invocation, gone.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true}, {QStringLiteral("removedBytes"), *gone}});
    } else {
        printResult(tr("Removed %1.\n").arg(sizeText(*gone)));
    }
    return Done;
}

} // namespace

int kube(Invocation& invocation) {
    const QString verb = invocation.arguments.value(0);
    const QStringList rest = invocation.arguments.mid(1);
    const bool isFetch = verb == QLatin1String("fetch");
    const bool isBundle = verb == QLatin1String("bundle") && rest.size() == 1;
    if (!isFetch && !isBundle && !(rest.isEmpty() && (verb == QLatin1String("list") || verb == QLatin1String("prune")))) {
        return reportUsage(QString::fromUtf8(kUsage));
    }
    const auto workshop = openWorkshop(invocation);
    if (!workshop) {
        return reportError(invocation, workshop.error());
    }
    if (isFetch) {
        return fetch(invocation, *workshop, rest);
    }
    if (isBundle) {
        return bundle(invocation, *workshop, rest.front());
    }
    return verb == QLatin1String("list") ? listArtifacts(invocation, *workshop) : prune(invocation, *workshop);
}

} // namespace podleaf::cli
