// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_kinds.h"

#include <algorithm>
#include <array>

namespace podleaf::model {

std::span<const NodeKindInfo> nodeKinds() {
    static const std::array kKinds{
        NodeKindInfo{NodeKind::Leaf, QStringLiteral("leaf"), QStringLiteral("A leaf switch: FRR and a DHCP server, one /30 per port."),
                     /*servesDhcp=*/true, /*runsPods=*/false, /*hasLoopback=*/true},
        NodeKindInfo{NodeKind::Host, QStringLiteral("host"),
                     QStringLiteral("A host that gets everything by DHCP, speaks BGP and runs pods on cbr0."),
                     /*servesDhcp=*/false, /*runsPods=*/true, /*hasLoopback=*/false},
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

} // namespace podleaf::model
