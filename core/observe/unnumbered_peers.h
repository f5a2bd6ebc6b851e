// SPDX-License-Identifier: GPL-3.0-or-later
// The neighbours of a node whose links have no addresses: bgpd calls them by port or by link-local IPv6 address, the
// lab by the number of their end of the link (model::Link). Pure; any thread.
#pragma once

#include <core/model/lab.h>

#include <cstdint>
#include <map>

namespace podleaf::observe {

struct UnnumberedPeers {
    std::map<std::uint64_t, Ipv4Address> byInterfaceId; ///< Lower half of the address in fe80::/64.
    std::map<QString, Ipv4Address> byPort;              ///< The node's own port.
};

/// Empty where links have addresses.
UnnumberedPeers unnumberedPeersOf(const model::Lab& lab, const NodeId& node);

} // namespace podleaf::observe
