// SPDX-License-Identifier: GPL-3.0-or-later
// What the API server of the lab's cluster tells: its pods, its nodes, and whether it tells anything.
#include "reducer.h"
#include "words.h"

#include <vector>

namespace podleaf::state {

namespace {

QString nameOf(const ClusterPodKey& key) {
    return key.first + QLatin1Char('/') + key.second;
}

ClusterPodKey keyOf(const ClusterPod& pod) {
    return {pod.nameSpace, pod.name};
}

/// Reasons that a pod has on its usual way, and that are no news.
bool isUsual(const QString& reason) {
    return reason.isEmpty() || reason == QLatin1String("ContainerCreating") || reason == QLatin1String("PodInitializing");
}

template <class Map, class Listed, class KeyOf>
std::vector<typename Map::Map::key_type> missingFrom(const Map& known, const Listed& listed, KeyOf keyOf) {
    std::set<typename Map::Map::key_type> there;
    for (const auto& one : listed) {
        there.insert(keyOf(one));
    }
    std::vector<typename Map::Map::key_type> missing;
    for (const auto& [key, value] : known) {
        if (!there.contains(key)) {
            missing.push_back(key);
        }
    }
    return missing;
}

} // namespace

void Reducer::fold(const ClusterSeen& seen) {
    ClusterState& cluster = m_state.cluster;
    if (cluster.live == seen.live && cluster.reason == seen.reason) {
        return;
    }
    const bool turned = cluster.live != seen.live;
    cluster.live = seen.live;
    cluster.reason = seen.reason;
    m_delta.cluster = true;
    if (turned) {
        log(QStringLiteral("cluster"), m_state.lab.name,
            seen.live ? tr("The cluster is heard.") : tr("The cluster is not heard: %1").arg(toSentence(seen.reason)),
            seen.live ? Tone::Good : Tone::Bad);
    }
}

void Reducer::fold(const ClusterPodsListed& seen) {
    for (const ClusterPodKey& key : missingFrom(m_state.cluster.pods, seen.pods, keyOf)) {
        removeClusterPod(key);
    }
    for (const ClusterPod& pod : seen.pods) {
        setClusterPod(pod);
    }
}

void Reducer::fold(const ClusterPodSeen& seen) {
    seen.exists ? setClusterPod(seen.pod) : removeClusterPod(keyOf(seen.pod));
}

void Reducer::setClusterPod(const ClusterPod& pod) {
    const ClusterPodKey key = keyOf(pod);
    const auto known = m_state.cluster.pods.find(key);
    const ClusterPod before = known == m_state.cluster.pods.end() ? ClusterPod() : known->second;
    if (before == pod) {
        return;
    }
    m_state.cluster.pods[key] = pod;
    m_delta.clusterPods.insert(key);
    const QString name = nameOf(key);
    if (pod.ready && !before.ready) {
        log(QStringLiteral("pod"), name, tr("%1 on %2 is ready.").arg(name, pod.node.name));
    } else if (!isUsual(pod.reason) && pod.reason != before.reason) {
        log(QStringLiteral("pod"), name, tr("%1: %2").arg(name, toSentence(pod.reason)), Tone::Bad);
    } else if (!pod.ready && before.ready) {
        log(QStringLiteral("pod"), name, tr("%1 on %2 is not ready any more.").arg(name, pod.node.name), Tone::Bad);
    }
}

void Reducer::removeClusterPod(const ClusterPodKey& key) {
    if (m_state.cluster.pods.erase(key) > 0) {
        m_delta.clusterPods.insert(key);
        log(QStringLiteral("pod"), nameOf(key), tr("%1 is gone.").arg(nameOf(key)));
    }
}

void Reducer::fold(const ClusterNodesListed& seen) {
    for (const NodeId& node : missingFrom(m_state.cluster.nodes, seen.nodes, [](const ClusterNode& one) { return one.node; })) {
        removeClusterNode(node);
    }
    for (const ClusterNode& node : seen.nodes) {
        setClusterNode(node);
    }
}

void Reducer::fold(const ClusterNodeSeen& seen) {
    seen.exists ? setClusterNode(seen.node) : removeClusterNode(seen.node.node);
}

void Reducer::setClusterNode(const ClusterNode& node) {
    const auto known = m_state.cluster.nodes.find(node.node);
    const ClusterNode before = known == m_state.cluster.nodes.end() ? ClusterNode() : known->second;
    if (before == node) {
        return;
    }
    m_state.cluster.nodes[node.node] = node;
    m_delta.cluster = true;
    if (node.ready && !before.ready) {
        log(QStringLiteral("cluster"), node.node.name, tr("%1 is ready for pods.").arg(node.node.name));
    } else if (!node.ready && (before.ready || node.reason != before.reason)) {
        log(QStringLiteral("cluster"), node.node.name, tr("%1 is not ready for pods: %2").arg(node.node.name, toSentence(node.reason)),
            Tone::Bad);
    }
}

void Reducer::removeClusterNode(const NodeId& node) {
    if (m_state.cluster.nodes.erase(node) > 0) {
        m_delta.cluster = true;
        log(QStringLiteral("cluster"), node.name, tr("%1 is not a node of the cluster any more.").arg(node.name), Tone::Bad);
    }
}

} // namespace podleaf::state
