// SPDX-License-Identifier: GPL-3.0-or-later
#include "version_table.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>

#include <algorithm>

static void loadRecipes() {
    Q_INIT_RESOURCE(artifact_recipes); // must stand outside any namespace
}

namespace podleaf::artifacts {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

QString string(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toString();
}

QStringList strings(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toVariant().toStringList();
}

QMap<QString, QString> stringMap(const QJsonObject& object) {
    QMap<QString, QString> map;
    for (auto it = object.begin(); it != object.end(); ++it) {
        map.insert(it.key(), it.value().toString());
    }
    return map;
}

Component readComponent(const QString& name, const QJsonObject& object) {
    const QJsonObject release = object.value(QLatin1String("download")).toObject();
    const QJsonObject build = object.value(QLatin1String("build")).toObject();
    Component component;
    component.name = name;
    component.title = string(object, "title");
    component.programs = strings(object, "programs");
    component.release = {string(release, "url"), string(release, "sums"), string(release, "member"),
                         stringMap(release.value(QLatin1String("sha256")).toObject())};
    component.build = {string(build, "module"), stringMap(build.value(QLatin1String("packages")).toObject()), string(build, "allInOne"),
                       string(build, "tags"), strings(build, "variables")};
    component.digest = sha256Of(QJsonDocument(object).toJson(QJsonDocument::Compact));
    return component;
}

/// What contradicts itself in a component, or empty.
QString mistakeIn(const Component& component) {
    if (component.programs.isEmpty() || component.build.module.isEmpty() || component.release.url.isEmpty()) {
        return tr("%1 lacks its programs, its module or where it is published.").arg(component.name);
    }
    const bool isSingle = component.release.url.contains(QLatin1String("{program}"));
    if (isSingle != component.release.member.isEmpty()) {
        return tr("%1 is published either as programs or as members of an archive.").arg(component.name);
    }
    for (const QString& program : component.programs) {
        if (component.build.allInOne.isEmpty() && !component.build.packages.contains(program)) {
            return tr("%1 has no package that builds %2.").arg(component.name, program);
        }
    }
    for (const Digest& digest : component.release.pinned) {
        if (!isDigest(digest)) {
            return tr("%1 has a checksum that is none: %2.").arg(component.name, digest);
        }
    }
    return {};
}

QString describeSet(const VersionTable& table, const VersionSet& set) {
    QStringList words;
    for (const Component& component : table.components) {
        words << component.title + QLatin1Char(' ') + set.value(component.name);
    }
    return words.join(QStringLiteral(", "));
}

} // namespace

const Component* VersionTable::find(const QString& name) const {
    const auto it = std::ranges::find(components, name, &Component::name);
    return it == components.end() ? nullptr : &*it;
}

Result<VersionSet> VersionTable::choose(const VersionSet& wanted) const {
    QStringList words;
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        const Component* const component = find(it.key());
        if (component == nullptr) {
            return fail(ErrorCode::InvalidInput, tr("There is no component %1.").arg(it.key()));
        }
        words << component->title + QLatin1Char(' ') + it.value();
    }
    const auto fits = [&wanted](const VersionSet& set) {
        return std::ranges::all_of(wanted.keys(), [&](const QString& name) { return set.value(name) == wanted.value(name); });
    };
    if (const auto it = std::ranges::find_if(sets, fits); it != sets.end()) {
        return *it;
    }
    QStringList supported;
    for (const VersionSet& set : sets) {
        supported << describeSet(*this, set);
    }
    const QString sentence = wanted.size() > 1 ? tr("%1 do not go together.") : tr("%1 is not supported.");
    return fail(ErrorCode::InvalidInput, sentence.arg(words.join(tr(" and "))), {}, tr("Supported: %1.").arg(supported.join(tr("; or "))));
}

Result<VersionTable> VersionTable::parse(const QByteArray& json) {
    QJsonParseError error{};
    const QJsonObject root = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError) {
        return fail(ErrorCode::InvalidInput, tr("The table of versions cannot be read."), error.errorString());
    }
    VersionTable table;
    const QJsonObject components = root.value(QLatin1String("components")).toObject();
    for (auto it = components.begin(); it != components.end(); ++it) {
        table.components.push_back(readComponent(it.key(), it.value().toObject()));
        if (const QString mistake = mistakeIn(table.components.back()); !mistake.isEmpty()) {
            return fail(ErrorCode::InvalidInput, mistake);
        }
    }
    const QJsonArray sets = root.value(QLatin1String("sets")).toArray();
    for (const QJsonValue& set : sets) {
        table.sets.push_back(stringMap(set.toObject()));
        const VersionSet& read = table.sets.back();
        if (!std::ranges::all_of(components.keys(), [&read](const QString& name) { return read.contains(name); })) {
            return fail(ErrorCode::InvalidInput, tr("Each set of versions must name each component."));
        }
    }
    if (table.sets.empty()) {
        return fail(ErrorCode::InvalidInput, tr("The table has no set of versions."));
    }
    return table;
}

Result<VersionTable> VersionTable::builtin() {
    const auto text = recipeFile(QStringLiteral("versions.json"));
    return text ? parse(*text) : Result<VersionTable>(fail(text.error()));
}

QString hostArchitecture() {
    const QString cpu = QSysInfo::currentCpuArchitecture();
    return cpu == QLatin1String("x86_64") ? QStringLiteral("amd64") : cpu;
}

QString expand(QString pattern, const QString& version, const QString& program) {
    pattern.replace(QLatin1String("{version}"), version);
    pattern.replace(QLatin1String("{major}"), version.section(QLatin1Char('.'), 0, 0));
    pattern.replace(QLatin1String("{minor}"), version.section(QLatin1Char('.'), 1, 1));
    pattern.replace(QLatin1String("{arch}"), hostArchitecture());
    return pattern.replace(QLatin1String("{program}"), program);
}

Result<QByteArray> recipeFile(const QString& path) {
    loadRecipes();
    QFile file(QStringLiteral(":/podleaf/kubernetes/") + path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::NotFound, tr("Podleaf has no file %1.").arg(path));
    }
    return file.readAll();
}

QStringList recipeFiles(const QString& path) {
    loadRecipes();
    return QDir(QStringLiteral(":/podleaf/kubernetes/") + path).entryList(QDir::Files, QDir::Name);
}

} // namespace podleaf::artifacts
