// SPDX-License-Identifier: GPL-3.0-or-later
#include "render_cluster.h"

#include "render.h"

#include <core/state/words.h>

#include <QCoreApplication>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

void insertReason(QJsonObject& object, const QString& reason) {
    if (!reason.isEmpty()) {
        object.insert(QStringLiteral("reason"), reason);
    }
}

QString addressOf(const state::ClusterPod& pod) {
    return pod.address ? pod.address->toString() : QString();
}

} // namespace

QJsonObject clusterPodJson(const state::ClusterState& cluster, const state::ClusterPodKey& key) {
    const auto found = cluster.pods.find(key);
    const bool isThere = found != cluster.pods.end();
    const state::ClusterPod pod = isThere ? found->second : state::ClusterPod();
    QJsonObject object{{QStringLiteral("namespace"), key.first},
                       {QStringLiteral("name"), key.second},
                       {QStringLiteral("node"), pod.node.name},
                       {QStringLiteral("ip"), addressOf(pod)},
                       {QStringLiteral("phase"), isThere ? pod.phase : QStringLiteral("Gone")},
                       {QStringLiteral("ready"), pod.ready}};
    insertReason(object, pod.reason);
    return object;
}

QJsonArray clusterPodsJson(const state::ClusterState& cluster) {
    QJsonArray pods;
    for (const auto& [key, pod] : cluster.pods) {
        pods.append(clusterPodJson(cluster, key));
    }
    return pods;
}

QJsonObject clusterJson(const state::ClusterState& cluster) {
    QJsonArray nodes;
    for (const auto& [id, node] : cluster.nodes) {
        QJsonObject object{
            {QStringLiteral("name"), id.name}, {QStringLiteral("ready"), node.ready}, {QStringLiteral("schedulable"), node.schedulable}};
        insertReason(object, node.reason);
        nodes.append(object);
    }
    QJsonObject object{{QStringLiteral("live"), cluster.live}, {QStringLiteral("nodes"), nodes}};
    insertReason(object, cluster.reason);
    return object;
}

QList<QJsonObject> clusterObjects(const state::ClusterState& cluster, const state::Delta& delta, qint64 nowMs) {
    QList<QJsonObject> objects;
    for (const state::ClusterPodKey& key : delta.clusterPods) {
        objects.append(withHead(nowMs, QStringLiteral("pod"), clusterPodJson(cluster, key)));
    }
    if (delta.cluster) {
        objects.append(withHead(nowMs, QStringLiteral("cluster"), clusterJson(cluster)));
    }
    return objects;
}

QList<QStringList> clusterPodRows(const state::ClusterState& cluster) {
    QList<QStringList> rows;
    for (const auto& [key, pod] : cluster.pods) {
        const QString word = pod.ready ? tr("running") : pod.reason.isEmpty() ? pod.phase : pod.reason;
        rows.append({key.first + QLatin1Char('/') + key.second, pod.node.name, addressOf(pod), word});
    }
    return rows;
}

QString clusterText(const state::ClusterState& cluster) {
    QString text;
    if (!cluster.live && !cluster.reason.isEmpty()) { // Without a reason it has only just been asked.
        const QString last = cluster.pods.empty() ? QString() : tr(" The pods are as they were last.");
        text += tr("\nThe cluster is not heard: %1%2\n").arg(state::toSentence(cluster.reason), last);
    }
    for (const auto& [id, node] : cluster.nodes) {
        if (!node.ready) {
            text += tr("\n%1 is not ready for pods: %2\n").arg(id.name, state::toSentence(node.reason));
        } else if (!node.schedulable) {
            text += tr("\n%1 takes no new pods.\n").arg(id.name);
        }
    }
    return text;
}

} // namespace podleaf::cli
