// SPDX-License-Identifier: GPL-3.0-or-later
#include "entry.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <map>

namespace podleaf::artifacts {

namespace {

constexpr std::array kWays{Way::Download, Way::Build, Way::Image};
constexpr qsizetype kMostFiles = 256;

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QString string(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toString();
}

bool isName(const QString& text) {
    return !text.isEmpty() && text.size() < 128 && !text.startsWith(QLatin1Char('.')) &&
           std::ranges::all_of(text, [](QChar c) { return c.isPrint() && c != QLatin1Char('/'); });
}

Result<Entry> notAnEntry(const QString& why) {
    return fail(ErrorCode::InvalidInput, tr("An entry of the index cannot be read."), why);
}

} // namespace

QString wayWord(Way way) {
    switch (way) {
    case Way::Download:
        return QStringLiteral("download");
    case Way::Build:
        return QStringLiteral("build");
    case Way::Image:
        break;
    }
    return QStringLiteral("image");
}

Digest Recipe::key() const {
    return sha256Of((component + QLatin1Char('\n') + version + QLatin1Char('\n') + wayWord(way) + QLatin1Char('\n') + digest).toUtf8());
}

const StoredFile* Entry::find(const QString& name) const {
    const auto it = std::ranges::find(files, name, &StoredFile::name);
    return it == files.end() ? nullptr : &*it;
}

qint64 Entry::bytes() const {
    std::map<Digest, qint64> sizes;
    for (const StoredFile& file : files) {
        sizes[file.digest] = file.bytes;
    }
    qint64 sum = 0;
    for (const auto& [digest, size] : sizes) {
        sum += size;
    }
    return sum;
}

QJsonObject Entry::toJson() const {
    QJsonArray list;
    for (const StoredFile& file : files) {
        list.append(QJsonObject{{QStringLiteral("name"), file.name},
                                {QStringLiteral("sha256"), file.digest},
                                {QStringLiteral("bytes"), file.bytes},
                                {QStringLiteral("executable"), file.isExecutable}});
    }
    return {{QStringLiteral("component"), recipe.component},
            {QStringLiteral("version"), recipe.version},
            {QStringLiteral("way"), wayWord(recipe.way)},
            {QStringLiteral("recipe"), recipe.digest},
            {QStringLiteral("madeAt"), madeAt.toString(Qt::ISODate)},
            {QStringLiteral("origin"), origin},
            {QStringLiteral("fromBundle"), fromBundle},
            {QStringLiteral("files"), list}};
}

Result<Entry> Entry::fromJson(const QByteArray& json) {
    QJsonParseError error{};
    const QJsonObject object = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError) {
        return notAnEntry(error.errorString());
    }
    Entry entry;
    const auto* const way = std::ranges::find(kWays, string(object, "way"), wayWord);
    if (way == kWays.end()) {
        return notAnEntry(tr("There is no way %1.").arg(string(object, "way")));
    }
    entry.recipe = {string(object, "component"), string(object, "version"), *way, string(object, "recipe")};
    entry.madeAt = QDateTime::fromString(string(object, "madeAt"), Qt::ISODate);
    entry.origin = string(object, "origin");
    entry.fromBundle = object.value(QLatin1String("fromBundle")).toBool();
    const QJsonArray list = object.value(QLatin1String("files")).toArray();
    if (!isName(entry.recipe.component) || list.isEmpty() || list.size() > kMostFiles) {
        return notAnEntry(tr("It has no name or no files."));
    }
    for (const QJsonValue& value : list) {
        const QJsonObject each = value.toObject();
        entry.files.push_back({string(each, "name"), string(each, "sha256"), each.value(QLatin1String("bytes")).toInteger(-1),
                               each.value(QLatin1String("executable")).toBool()});
        if (const StoredFile& file = entry.files.back(); !isName(file.name) || !isDigest(file.digest) || file.bytes < 0) {
            return notAnEntry(tr("A file of it has no name, digest or size."));
        }
    }
    return entry;
}

} // namespace podleaf::artifacts
