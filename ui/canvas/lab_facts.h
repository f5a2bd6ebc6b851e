// SPDX-License-Identifier: GPL-3.0-or-later
// LabFacts: what the looks of a large lab ask of it again and again, looked up once. Never changed once made; any thread.
#pragma once

#include <core/model/lab.h>

#include <QHash>

#include <vector>

namespace podleaf::ui {

class LabFacts {
public:
    struct OfPod {
        const model::Workload* workload = nullptr;
        const model::Pod* pod = nullptr;
    };
    struct OfNode {
        const model::Node* node = nullptr;
        std::vector<const model::Link*> links; ///< In the file's order.
        std::vector<OfPod> pods;               ///< In the file's order.
        int leases = 0;                        ///< Of its DHCP server, when all have asked.
    };

    LabFacts() = default;
    /// `lab` outlives the facts and is not changed meanwhile.
    explicit LabFacts(const model::Lab& lab);

    /// Of a node that the lab has not: nothing at all.
    [[nodiscard]] const OfNode& of(const NodeId& node) const;
    /// The host of a pod; empty for what is none.
    [[nodiscard]] NodeId hostOf(const QString& pod) const { return m_hosts.value(pod); }
    /// The networks of hosts that have pods, sorted: what BGP tells to all others.
    [[nodiscard]] const std::vector<Ipv4Prefix>& podNetworks() const { return m_podNetworks; }

private:
    QHash<NodeId, OfNode> m_nodes;
    QHash<QString, NodeId> m_hosts;
    std::vector<Ipv4Prefix> m_podNetworks;
};

} // namespace podleaf::ui
