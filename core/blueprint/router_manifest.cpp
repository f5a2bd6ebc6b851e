// SPDX-License-Identifier: GPL-3.0-or-later
#include "router_manifest.h"

#include "frr_config.h"
#include "templates.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace podleaf::blueprint {

namespace {

/// What the pods are made with: a template, and what of the lab concerns zebra and bfdd.
QJsonObject configOf(const model::Lab& lab) {
    QJsonObject data{{QStringLiteral("frr.conf.in"), QString::fromUtf8(routerFrrTemplate(lab))}};
    if (const auto zebra = zebraConfig(lab, {})) {
        data.insert(QStringLiteral("zebra.conf"), QString::fromUtf8(zebra->content));
    }
    if (lab.routing.bfd) {
        data.insert(QStringLiteral("bfdd.conf"), QString::fromUtf8(bfddConfig().content));
    }
    return data;
}

} // namespace

bool hasRouterPods(const model::Lab& lab) {
    return lab.kubernetes && lab.isNumbered();
}

File hostLease(const model::Node& host) {
    const QString loopback = host.loopback ? host.loopback->toString() : QString();
    return {kHostLease, QStringLiteral("asn=%1\nloopback=%2\n").arg(host.asn).arg(loopback).toUtf8()};
}

QByteArray routerManifest(const model::Lab& lab) {
    QJsonObject list = QJsonDocument::fromJson(templateText(QStringLiteral("podleaf-router.json"))).object();
    QJsonArray items = list[QStringLiteral("items")].toArray();
    QJsonObject config = items.at(0).toObject();
    config.insert(QStringLiteral("data"), configOf(lab));
    items.replace(0, config);
    list.insert(QStringLiteral("items"), items);
    return QJsonDocument(list).toJson();
}

} // namespace podleaf::blueprint
