// SPDX-License-Identifier: GPL-3.0-or-later
#include "render_kube.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

QString sourceText(artifacts::Source source) {
    switch (source) {
    case artifacts::Source::Cache:
        return tr("from the cache");
    case artifacts::Source::Bundle:
        return tr("from the bundle");
    case artifacts::Source::Download:
        return tr("downloaded");
    case artifacts::Source::Build:
        break;
    }
    return tr("built");
}

QString originText(const artifacts::Entry& entry) {
    if (entry.recipe.way == artifacts::Way::Image) { // Its packages are many; --json has them.
        return tr("made on %1").arg(entry.madeAt.date().toString(Qt::ISODate)) + (entry.fromBundle ? tr(", by a bundle") : QString());
    }
    const QString text = entry.recipe.way == artifacts::Way::Download ? tr("from %1") : tr("made with %1");
    return text.arg(entry.origin) + (entry.fromBundle ? tr(", by a bundle") : QString());
}

} // namespace

QString sizeText(qint64 bytes) {
    return tr("%1 MB").arg(static_cast<double>(bytes) / 1e6, 0, 'f', 1);
}

QString artifactLine(const artifacts::Entry& entry, std::optional<artifacts::Source> source) {
    const QString where = source ? sourceText(*source) : originText(entry);
    const QString name = entry.recipe.way == artifacts::Way::Image ? tr("%1 (image)").arg(entry.recipe.component) : entry.recipe.component;
    return QStringLiteral("%1  %2  %3  %4\n").arg(name, -20).arg(entry.recipe.version, -9).arg(sizeText(entry.bytes()), 9).arg(where);
}

QJsonObject artifactJson(const artifacts::Entry& entry, std::optional<artifacts::Source> source) {
    QJsonObject object = entry.toJson();
    object.insert(QStringLiteral("name"), object.take(QStringLiteral("component")));
    object.insert(QStringLiteral("bytes"), entry.bytes());
    if (source) {
        object.insert(QStringLiteral("source"), artifacts::sourceWord(*source));
    }
    return object;
}

QString diskText(const artifacts::DiskUse& use) {
    return tr("%1 of artifacts; %2 that `podleaf kube prune` removes, %3 of it what Go keeps.\n")
        .arg(sizeText(use.artifacts), sizeText(use.unused + use.build), sizeText(use.build));
}

QJsonObject diskJson(const artifacts::DiskUse& use) {
    return {{QStringLiteral("artifactsBytes"), use.artifacts},
            {QStringLiteral("unusedBytes"), use.unused},
            {QStringLiteral("buildBytes"), use.build}};
}

} // namespace podleaf::cli
