// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster_workloads.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace podleaf::blueprint {

using namespace Qt::StringLiterals;

namespace {

constexpr int kNginxPort = 80; ///< Of the image.

QJsonObject labelsOf(const QString& name) {
    return {{u"app"_s, name}, {kSetLabel, QString(kWorkloadSet)}};
}

QJsonObject deployment(const QString& name, qsizetype replicas, const QJsonObject& podSpec) {
    const QJsonObject metadata{{u"name"_s, name}, {u"namespace"_s, u"default"_s}, {u"labels"_s, labelsOf(name)}};
    const QJsonObject pod{{u"metadata"_s, QJsonObject{{u"labels"_s, labelsOf(name)}}}, {u"spec"_s, podSpec}};
    const QJsonObject spec{
        {u"replicas"_s, replicas}, {u"selector"_s, QJsonObject{{u"matchLabels"_s, QJsonObject{{u"app"_s, name}}}}}, {u"template"_s, pod}};
    return {{u"apiVersion"_s, u"apps/v1"_s}, {u"kind"_s, u"Deployment"_s}, {u"metadata"_s, metadata}, {u"spec"_s, spec}};
}

/// The pods may only be on the hosts that the lab says, and are on different ones as far as there are.
QJsonObject placement(const model::Workload& workload) {
    QJsonArray hosts;
    for (const model::Pod& pod : workload.pods) {
        if (!pod.host.name.isEmpty() && !hosts.contains(pod.host.name)) {
            hosts.append(pod.host.name);
        }
    }
    if (hosts.isEmpty()) {
        return {};
    }
    const QJsonObject expression{{u"key"_s, u"kubernetes.io/hostname"_s}, {u"operator"_s, u"In"_s}, {u"values"_s, hosts}};
    const QJsonObject term{{u"matchExpressions"_s, QJsonArray{expression}}};
    const QJsonObject required{{u"nodeSelectorTerms"_s, QJsonArray{term}}};
    return {{u"nodeAffinity"_s, QJsonObject{{u"requiredDuringSchedulingIgnoredDuringExecution"_s, required}}}};
}

QJsonObject nginxPods(const model::Workload& workload) {
    const QJsonObject probe{{u"httpGet"_s, QJsonObject{{u"path"_s, u"/"_s}, {u"port"_s, kNginxPort}}}, {u"periodSeconds"_s, 1}};
    const QJsonObject container{{u"name"_s, u"nginx"_s},
                                {u"image"_s, u"localhost/podleaf/nginx:1"_s},
                                {u"imagePullPolicy"_s, u"Never"_s},
                                {u"ports"_s, QJsonArray{QJsonObject{{u"containerPort"_s, kNginxPort}}}},
                                {u"readinessProbe"_s, probe}};
    const QJsonObject selector{{u"matchLabels"_s, QJsonObject{{u"app"_s, workload.name}}}};
    const QJsonObject spread{{u"maxSkew"_s, 1},
                             {u"topologyKey"_s, u"kubernetes.io/hostname"_s},
                             {u"whenUnsatisfiable"_s, u"ScheduleAnyway"_s},
                             {u"labelSelector"_s, selector}};
    return {{u"affinity"_s, placement(workload)},
            {u"topologySpreadConstraints"_s, QJsonArray{spread}},
            {u"terminationGracePeriodSeconds"_s, 1},
            {u"enableServiceLinks"_s, false},
            {u"containers"_s, QJsonArray{container}}};
}

QJsonObject service(const model::Workload& workload) {
    const QJsonObject metadata{{u"name"_s, workload.name}, {u"namespace"_s, u"default"_s}, {u"labels"_s, labelsOf(workload.name)}};
    const QJsonObject port{{u"port"_s, workload.port}, {u"targetPort"_s, kNginxPort}, {u"protocol"_s, u"TCP"_s}};
    const QJsonObject spec{
        {u"type"_s, u"NodePort"_s}, {u"selector"_s, QJsonObject{{u"app"_s, workload.name}}}, {u"ports"_s, QJsonArray{port}}};
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s}, {u"metadata"_s, metadata}, {u"spec"_s, spec}};
}

QJsonObject clientPods() {
    const QJsonObject container{{u"name"_s, u"client"_s},
                                {u"image"_s, u"localhost/podleaf/client:1"_s},
                                {u"imagePullPolicy"_s, u"Never"_s},
                                {u"command"_s, QJsonArray{u"sleep"_s, u"2147483647"_s}}};
    return {{u"terminationGracePeriodSeconds"_s, 0}, {u"enableServiceLinks"_s, false}, {u"containers"_s, QJsonArray{container}}};
}

} // namespace

QString clientName(const model::Lab& lab) {
    QString name = u"client"_s;
    while (std::ranges::find(lab.workloads, name, &model::Workload::name) != lab.workloads.end()) {
        name += u"-pod"_s;
    }
    return name;
}

QByteArray workloadObjects(const model::Lab& lab) {
    QJsonArray items;
    for (const model::Workload& workload : lab.workloads) {
        items.append(deployment(workload.name, static_cast<qsizetype>(workload.pods.size()), nginxPods(workload)));
        items.append(service(workload));
    }
    items.append(deployment(clientName(lab), 1, clientPods()));
    return QJsonDocument(QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"List"_s}, {u"items"_s, items}}).toJson();
}

} // namespace podleaf::blueprint
