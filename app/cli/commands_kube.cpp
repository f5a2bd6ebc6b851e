// SPDX-License-Identifier: GPL-3.0-or-later
// kube: the programs and images of Kubernetes in the cache folder.
#include "commands.h"
#include "render_kube.h"

#include <core/artifacts/fetcher.h>

#include <QCoreApplication>

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
    return Workshop{std::move(*store), std::move(*table), std::move(*versions)};
}

int fetch(Invocation& invocation, const Workshop& workshop, QStringList names) {
    if (names.isEmpty()) {
        names = workshop.versions.keys();
    }
    invocation.context.progress = [](const QString& sentence) { printMessage(sentence + QLatin1Char('\n')); };
    artifacts::Fetcher fetcher(workshop.store, workshop.table, {invocation.kube.bundle, {}});
    QJsonArray list;
    for (const QString& name : names) {
        const auto fetched = fetcher.programs(invocation.context, name, workshop.versions.value(name));
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
    const auto isKept = [&workshop](const artifacts::Entry& entry) {
        const auto known = workshop.versions.constFind(entry.recipe.component);
        return known != workshop.versions.constEnd() && *known == entry.recipe.version;
    };
    const auto gone = workshop.store.prune(invocation.context, isKept);
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
    if (!isFetch && !(rest.isEmpty() && (verb == QLatin1String("list") || verb == QLatin1String("prune")))) {
        return reportUsage(QString::fromUtf8(kUsage));
    }
    const auto workshop = openWorkshop(invocation);
    if (!workshop) {
        return reportError(invocation, workshop.error());
    }
    if (isFetch) {
        return fetch(invocation, *workshop, rest);
    }
    return verb == QLatin1String("list") ? listArtifacts(invocation, *workshop) : prune(invocation, *workshop);
}

} // namespace podleaf::cli
