// SPDX-License-Identifier: GPL-3.0-or-later
#include "image_recipe.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// Debian's name for this host's kind, as in /usr/lib/x86_64-linux-gnu.
QString hostTriplet() {
    return hostArchitecture() == QLatin1String("amd64") ? QStringLiteral("x86_64-linux-gnu") : QStringLiteral("aarch64-linux-gnu");
}

QStringList strings(const QJsonObject& object, const char* key) {
    QStringList list = object.value(QLatin1String(key)).toVariant().toStringList();
    return list.replaceInStrings(QStringLiteral("{triplet}"), hostTriplet());
}

QMap<QString, QString> stringMap(const QJsonObject& object, const char* key) {
    QMap<QString, QString> map;
    const QJsonObject pairs = object.value(QLatin1String(key)).toObject();
    for (auto it = pairs.begin(); it != pairs.end(); ++it) {
        map.insert(it.key(), it.value().toString());
    }
    return map;
}

/// Files, and folders with mode and owner.
void addOwn(FileTree& tree, const QJsonObject& object) {
    const auto files = stringMap(object, "files");
    for (auto it = files.begin(); it != files.end(); ++it) {
        tree.put(it.key(), {TarKind::File, 0644, 0, 0, it.value().toUtf8(), {}, {}});
    }
    const QJsonObject folders = object.value(QLatin1String("folders")).toObject();
    for (auto it = folders.begin(); it != folders.end(); ++it) {
        const QJsonObject each = it.value().toObject();
        const int mode = each.value(QLatin1String("mode")).toString(QStringLiteral("0755")).toInt(nullptr, 8);
        tree.put(
            it.key(),
            {TarKind::Folder, mode, each.value(QLatin1String("user")).toInt(), each.value(QLatin1String("group")).toInt(), {}, {}, {}});
    }
}

ImageRecipe readImage(const QString& name, const QJsonObject& object, const QJsonObject& base) {
    ImageRecipe recipe;
    recipe.name = name;
    recipe.version = object.value(QLatin1String("version")).toString();
    recipe.names = strings(object, "names");
    recipe.programs = stringMap(object, "programs");
    recipe.packages = strings(object, "packages");
    recipe.take = strings(object, "take");
    recipe.links = stringMap(object, "links");
    for (const QString& applet : strings(object, "applets")) {
        recipe.links.insert(QStringLiteral("usr/bin/") + applet, QStringLiteral("busybox"));
    }
    recipe.entrypoint = strings(object, "entrypoint");
    recipe.command = strings(object, "command");
    QByteArray text = QJsonDocument(object).toJson(QJsonDocument::Compact);
    if (object.value(QLatin1String("base")).toBool()) {
        addOwn(recipe.own, base);
        text += QJsonDocument(base).toJson(QJsonDocument::Compact);
    }
    addOwn(recipe.own, object);
    recipe.digest = sha256Of(text);
    return recipe;
}

QString withVersionsIn(QString text, const VersionSet& set) {
    for (auto it = set.begin(); it != set.end(); ++it) {
        text.replace(QLatin1Char('{') + it.key() + QLatin1Char('}'), it.value());
    }
    return text;
}

} // namespace

QStringList ImageRecipe::components() const {
    QStringList all;
    for (const QString& program : programs) {
        all << program.section(QLatin1Char('/'), 0, 0);
    }
    all.removeAll(QStringLiteral("podleaf"));
    all.removeDuplicates();
    return all;
}

ImageRecipe ImageRecipe::withVersions(const VersionSet& set) const {
    ImageRecipe filled = *this;
    filled.version = withVersionsIn(version, set);
    for (QString& each : filled.names) {
        each = withVersionsIn(each, set);
    }
    return filled;
}

Result<std::vector<ImageRecipe>> parseImages(const QByteArray& json) {
    QJsonParseError error{};
    const QJsonObject root = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError) {
        return fail(ErrorCode::InvalidInput, tr("The recipes of images cannot be read."), error.errorString());
    }
    const QJsonObject base = root.value(QLatin1String("base")).toObject();
    const QJsonObject images = root.value(QLatin1String("images")).toObject();
    std::vector<ImageRecipe> recipes;
    for (auto it = images.begin(); it != images.end(); ++it) {
        recipes.push_back(readImage(it.key(), it.value().toObject(), base));
        const ImageRecipe& recipe = recipes.back();
        if (recipe.names.isEmpty() || recipe.version.isEmpty() || (recipe.packages.isEmpty() && recipe.programs.isEmpty())) {
            return fail(ErrorCode::InvalidInput, tr("The image %1 has no name, no version or nothing in it.").arg(it.key()));
        }
    }
    return recipes;
}

Result<std::vector<ImageRecipe>> builtinImages() {
    const auto text = recipeFile(QStringLiteral("images.json"));
    return text ? parseImages(*text) : Result<std::vector<ImageRecipe>>(fail(text.error()));
}

} // namespace podleaf::artifacts
