// SPDX-License-Identifier: GPL-3.0-or-later
#include "unnumbered_peers.h"

#include <core/channel/labhost_mac.h>

namespace podleaf::observe {

UnnumberedPeers unnumberedPeersOf(const model::Lab& lab, const NodeId& node) {
    UnnumberedPeers peers;
    for (const model::Link* link : lab.isNumbered() ? std::vector<const model::Link*>{} : lab.linksOf(node)) {
        const auto own = static_cast<std::size_t>(model::endAt(*link, node));
        const model::Endpoint& far = link->ends[1 - own];
        const auto mac = labhost::macOf(lab.id.name.toStdString(), far.node.name.toStdString(), far.port.toStdString());
        peers.byInterfaceId.emplace(labhost::interfaceIdOf(mac), link->addresses[1 - own]);
        peers.byPort.emplace(link->ends[own].port, link->addresses[1 - own]);
    }
    return peers;
}

} // namespace podleaf::observe
