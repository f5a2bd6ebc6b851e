// SPDX-License-Identifier: GPL-3.0-or-later
// LabFacts: see the header.
#include "lab_facts.h"

#include <core/model/node_kinds.h>

#include <algorithm>

namespace podleaf::ui {

LabFacts::LabFacts(const model::Lab& lab) {
    m_nodes.reserve(static_cast<qsizetype>(lab.nodes.size()));
    for (const model::Node& node : lab.nodes) {
        m_nodes[node.id].node = &node;
    }
    for (const model::Workload& workload : lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            m_nodes[pod.host].pods.push_back({&workload, &pod});
            m_hosts.insert(pod.name, pod.host);
        }
    }
    for (const model::Link& link : lab.links) {
        for (const model::Endpoint& end : link.ends) {
            m_nodes[end.node].links.push_back(&link);
        }
    }
    const auto find = [this](const NodeId& id) { return of(id).node; };
    for (const model::Link& link : lab.links) {
        if (const model::Node* server = model::leaseServerOf(find, link)) {
            ++m_nodes[server->id].leases;
        }
    }
    for (const model::Node& node : lab.nodes) {
        if (node.podCidr && !of(node.id).pods.empty()) {
            m_podNetworks.push_back(node.podCidr->network());
        }
    }
    std::ranges::sort(m_podNetworks);
}

const LabFacts::OfNode& LabFacts::of(const NodeId& node) const {
    static const OfNode kNothing;
    const auto it = m_nodes.constFind(node);
    return it == m_nodes.constEnd() ? kNothing : *it;
}

} // namespace podleaf::ui
