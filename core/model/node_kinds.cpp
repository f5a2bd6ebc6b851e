// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_kinds.h"

#include <algorithm>
#include <array>

namespace podleaf::model {

std::span<const NodeKindInfo> nodeKinds() {
    static const std::array kKinds{
        NodeKindInfo{NodeKind::Leaf, QStringLiteral("leaf"), QStringLiteral("A leaf switch: FRR and a DHCP server, one /30 per port."),
                     DhcpRole::Server, /*runsPods=*/false, /*isSwitch=*/true},
        NodeKindInfo{NodeKind::Host, QStringLiteral("host"),
                     QStringLiteral("A host that gets everything by DHCP, speaks BGP and runs pods on cbr0."), DhcpRole::Client,
                     /*runsPods=*/true, /*isSwitch=*/false},
        NodeKindInfo{NodeKind::Spine, QStringLiteral("spine"), QStringLiteral("A spine switch: FRR, joins leaves."), DhcpRole::None,
                     /*runsPods=*/false, /*isSwitch=*/true},
        NodeKindInfo{NodeKind::Router, QStringLiteral("router"),
                     QStringLiteral("A router beside or above the fabric: FRR, and the DHCP server where leaves relay."), DhcpRole::None,
                     /*runsPods=*/false, /*isSwitch=*/true},
    };
    return kKinds;
}

const NodeKindInfo& infoOf(NodeKind kind) {
    return *std::ranges::find(nodeKinds(), kind, &NodeKindInfo::kind);
}

const NodeKindInfo* findNodeKind(QStringView word) {
    const auto kinds = nodeKinds();
    const auto it = std::ranges::find_if(kinds, [word](const NodeKindInfo& info) { return info.word == word; });
    return it == kinds.end() ? nullptr : &*it;
}

DhcpRole dhcpRoleOf(const Node& node) {
    return node.dhcp.value_or(infoOf(node.kind).dhcp);
}

bool asksForLease(const Node& node) {
    return dhcpRoleOf(node) == DhcpRole::Client;
}

bool usesDhcp(const Node& node) {
    return dhcpRoleOf(node) != DhcpRole::None;
}

bool runsDhcpDaemon(const Node& node) {
    const DhcpRole role = dhcpRoleOf(node);
    return role == DhcpRole::Server || role == DhcpRole::Relay;
}

const Node* leaseServerOf(const Lab& lab, const Link& link) {
    return leaseServerOf([&lab](const NodeId& node) { return lab.findNode(node); }, link);
}

const Node* leaseServerOf(const FindNode& find, const Link& link) {
    const std::array nodes{find(link.ends[0].node), find(link.ends[1].node)};
    for (std::size_t end = 0; end < link.ends.size(); ++end) {
        const Node* host = nodes.at(end);
        const Node* other = nodes.at(1 - end);
        if (host != nullptr && other != nullptr && host->kind == NodeKind::Host && asksForLease(*host)) {
            return dhcpRoleOf(*other) == DhcpRole::Relay ? find(other->dhcpServer) : other;
        }
    }
    return nullptr;
}

} // namespace podleaf::model
