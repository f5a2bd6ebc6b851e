// SPDX-License-Identifier: GPL-3.0-or-later
#include "current.h"

#include "fetcher.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <algorithm>
#include <unistd.h>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// Where a file of an entry is in the folder.
QString placeOf(const Entry& entry, const StoredFile& file) {
    if (entry.recipe.way == Way::Image) {
        return QStringLiteral("images/%1.tar").arg(entry.recipe.component);
    }
    return entry.recipe.component == QLatin1String("cni") ? QStringLiteral("cni/") + file.name : file.name;
}

} // namespace

std::vector<Entry> currentEntries(const Store& store, const VersionTable& table, const VersionSet& versions,
                                  const std::vector<ImageRecipe>& images) {
    QSet<QString> keys;
    for (const Component& component : table.components) {
        const auto recipes = recipesOf(component, versions.value(component.name));
        for (const Recipe& recipe : recipes.value_or(std::vector<Recipe>())) {
            keys.insert(recipe.key());
        }
    }
    std::vector<Entry> entries = store.entries();
    for (const ImageRecipe& image : images) {
        const Entry* newest = nullptr;
        for (const Entry& entry : entries) {
            const bool isOfIt = entry.recipe.component == imageName(image) && entry.recipe.version == image.version;
            newest = isOfIt && (newest == nullptr || newest->madeAt < entry.madeAt) ? &entry : newest;
        }
        if (newest != nullptr) {
            keys.insert(newest->recipe.key());
        }
    }
    std::erase_if(entries, [&keys](const Entry& each) { return !keys.contains(each.recipe.key()); });
    return entries;
}

QStringList missingFrom(const std::vector<Entry>& entries, const VersionTable& table, const std::vector<ImageRecipe>& images) {
    QStringList missing;
    for (const Component& component : table.components) {
        missing << component.name;
    }
    std::ranges::transform(images, std::back_inserter(missing), imageName);
    for (const Entry& entry : entries) {
        missing.removeAll(entry.recipe.component);
    }
    return missing;
}

Result<QString> programFolder(const OpContext& context, const Store& store, const std::vector<Entry>& entries) {
    QMap<QString, Digest> files; // by place; what was downloaded comes before what was built
    for (const Entry& entry : entries) {
        for (const StoredFile& file : entry.files) {
            if (const QString place = placeOf(entry, file); !files.contains(place)) {
                files.insert(place, file.digest);
            }
        }
    }
    QByteArray text;
    for (auto it = files.begin(); it != files.end(); ++it) {
        text += it.key().toUtf8() + ' ' + it->toUtf8() + '\n';
    }
    QString path = store.setPath(sha256Of(text));
    if (QFileInfo::exists(path)) {
        return path;
    }
    const auto lock = store.lock(context, {}); // against a prune
    const auto folder = lock ? store.scratch() : fail(lock.error());
    if (!folder) {
        return fail(folder.error());
    }
    const QString whole = (*folder)->filePath(QStringLiteral("set"));
    for (auto it = files.begin(); it != files.end(); ++it) {
        const QString name = whole + QLatin1Char('/') + it.key();
        QDir().mkpath(QFileInfo(name).path());
        if (::link(QFile::encodeName(store.pathOf(*it)).constData(), QFile::encodeName(name).constData()) != 0) {
            return fail(ErrorCode::Failed, tr("%1 of the store cannot be shown to nodes.").arg(it.key()),
                        QString::fromLocal8Bit(std::generic_category().message(errno).c_str()), QStringLiteral("podleaf kube fetch"));
        }
    }
    if (!QDir().rename(whole, path) && !QFileInfo::exists(path)) { // else somebody else was faster
        return fail(ErrorCode::Failed, tr("Cannot make the folder %1.").arg(path));
    }
    return path;
}

} // namespace podleaf::artifacts
