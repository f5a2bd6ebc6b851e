// SPDX-License-Identifier: GPL-3.0-or-later
#include "manifest.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::deploy {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

constexpr int kFormat = 1;

QString digest(const QByteArray& text) {
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex().left(32));
}

QString textOf(const blueprint::InterfaceAddress& address) {
    return address.interface + QLatin1Char(' ') + address.address.toString();
}

QString textOf(const blueprint::StaticRoute& route) {
    const QString text = route.destination.toString() + QLatin1Char(' ') + route.via.toString();
    return route.source ? text + QLatin1Char(' ') + route.source->toString() : text;
}

QJsonObject objectOf(const std::map<QString, QString>& map) {
    QJsonObject object;
    for (const auto& [key, value] : map) {
        object.insert(key, value);
    }
    return object;
}

QJsonArray arrayOf(const QSet<QString>& set) {
    QStringList sorted(set.begin(), set.end());
    sorted.sort();
    return QJsonArray::fromStringList(sorted);
}

std::map<QString, QString> mapOf(const QJsonValue& value) {
    std::map<QString, QString> map;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        map.emplace(it.key(), it.value().toString());
    }
    return map;
}

QSet<QString> setOf(const QJsonValue& value) {
    QSet<QString> set;
    for (const QJsonValue each : value.toArray()) {
        set.insert(each.toString());
    }
    return set;
}

/// "swp1 172.16.0.1/30" back as a value; a manifest comes from the node, so it may hold anything.
std::optional<engine::AddressSpec> addressFrom(const QString& text) {
    const auto address = Ipv4Prefix::parse(text.section(QLatin1Char(' '), 1));
    return address ? std::optional(engine::AddressSpec{text.section(QLatin1Char(' '), 0, 0), *address}) : std::nullopt;
}

std::optional<engine::RouteSpec> routeFrom(const QString& text) {
    const auto destination = Ipv4Prefix::parse(text.section(QLatin1Char(' '), 0, 0));
    const auto via = Ipv4Address::parse(text.section(QLatin1Char(' '), 1, 1));
    return destination && via ? std::optional(engine::RouteSpec{*destination, *via}) : std::nullopt;
}

void removeOld(engine::NodeContent& change, const Manifest& old, const Manifest& now) {
    for (const auto& [path, hash] : old.files) {
        if (!now.files.contains(path)) {
            change.goneFiles.append(path);
        }
    }
    for (const QString& text : old.addresses - now.addresses) {
        if (const auto address = addressFrom(text)) {
            change.goneAddresses.push_back(*address);
        }
    }
    for (const QString& text : old.routes - now.routes) {
        if (const auto route = routeFrom(text)) {
            change.goneRoutes.push_back(*route);
        }
    }
}

} // namespace

Manifest manifestOf(const blueprint::NodeBlueprint& content) {
    Manifest manifest;
    for (const blueprint::File& file : content.files) {
        manifest.files[file.path] = digest(QByteArray::number(file.mode) + ' ' + file.owner.toUtf8() + '\n' + file.content);
    }
    for (const blueprint::Sysctl& sysctl : content.sysctls) {
        manifest.sysctls[sysctl.key] = sysctl.value;
    }
    for (const blueprint::InterfaceAddress& address : content.addresses) {
        manifest.addresses.insert(textOf(address));
    }
    for (const blueprint::StaticRoute& route : content.routes) {
        manifest.routes.insert(textOf(route));
    }
    for (const blueprint::Service& service : content.services) {
        manifest.services[service.name] = digest((service.command + QStringList{service.identity}).join(QLatin1Char('\0')).toUtf8());
    }
    for (const auto& [host, text] : content.leases) {
        manifest.leases[host] = digest(text.toUtf8());
    }
    return manifest;
}

QByteArray toJson(const Manifest& manifest) {
    return QJsonDocument(QJsonObject{{QStringLiteral("format"), kFormat},
                                     {QStringLiteral("files"), objectOf(manifest.files)},
                                     {QStringLiteral("sysctls"), objectOf(manifest.sysctls)},
                                     {QStringLiteral("addresses"), arrayOf(manifest.addresses)},
                                     {QStringLiteral("routes"), arrayOf(manifest.routes)},
                                     {QStringLiteral("services"), objectOf(manifest.services)},
                                     {QStringLiteral("leases"), objectOf(manifest.leases)}})
        .toJson(QJsonDocument::Indented);
}

std::optional<Manifest> manifestFromJson(const QByteArray& json) {
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    if (object[QStringLiteral("format")].toInt() != kFormat) {
        return std::nullopt;
    }
    return Manifest{mapOf(object[QStringLiteral("files")]),     mapOf(object[QStringLiteral("sysctls")]),
                    setOf(object[QStringLiteral("addresses")]), setOf(object[QStringLiteral("routes")]),
                    mapOf(object[QStringLiteral("services")]),  mapOf(object[QStringLiteral("leases")])};
}

engine::NodeContent changeTo(const blueprint::NodeBlueprint& content, const std::optional<Manifest>& old) {
    engine::NodeContent change;
    const Manifest now = manifestOf(content);
    const QSet<QString> changed = old ? changedFiles(*old, now) : QSet<QString>();
    for (const blueprint::File& file : content.files) {
        if (!old || changed.contains(file.path)) {
            change.files.push_back({file.path, file.content, file.mode, file.owner});
        }
    }
    for (const blueprint::Sysctl& sysctl : content.sysctls) {
        change.sysctls.push_back({sysctl.key, sysctl.value});
    }
    for (const blueprint::InterfaceAddress& address : content.addresses) {
        change.addresses.push_back({address.interface, address.address});
    }
    for (const blueprint::StaticRoute& route : content.routes) {
        change.routes.push_back({route.destination, route.via, route.source.value_or(Ipv4Address{})});
    }
    if (old) {
        removeOld(change, *old, now);
    }
    change.files.push_back({QString(kManifestPath), toJson(now), 0644, QStringLiteral("root")});
    return change;
}

QSet<QString> changedFiles(const Manifest& old, const Manifest& now) {
    QSet<QString> changed;
    for (const auto& [path, hash] : now.files) {
        const auto it = old.files.find(path);
        if (it == old.files.end() || it->second != hash) {
            changed.insert(path);
        }
    }
    for (const auto& [path, hash] : old.files) {
        if (!now.files.contains(path)) {
            changed.insert(path);
        }
    }
    return changed;
}

QString firstNames(QStringList names) {
    constexpr qsizetype kShown = 4;
    names.sort();
    return names.size() <= kShown ? names.join(QStringLiteral(", "))
                                  : names.mid(0, kShown).join(QStringLiteral(", ")) + tr(" and %1 more").arg(names.size() - kShown);
}

QString differenceOf(const Manifest& old, const Manifest& now) {
    QStringList words;
    const QSet<QString> files = changedFiles(old, now);
    words += QStringList(files.begin(), files.end());
    const QSet<QString> addresses = (now.addresses - old.addresses) + (old.addresses - now.addresses);
    words += QStringList(addresses.begin(), addresses.end());
    const QSet<QString> routes = (now.routes - old.routes) + (old.routes - now.routes);
    words += QStringList(routes.begin(), routes.end());
    for (const auto& [key, value] : now.sysctls) {
        const auto it = old.sysctls.find(key);
        if (it == old.sysctls.end() || it->second != value) {
            words.append(key);
        }
    }
    return words.isEmpty() ? tr("its services changed") : tr("changed: %1").arg(firstNames(words));
}

} // namespace podleaf::deploy
