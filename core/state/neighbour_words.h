// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a neighbour, of a next hop and of a route that has none. Where links have no addresses, the state tells neighbours apart
// by the numbers of model::Link; those are in no kernel and no daemon, so nobody is shown them. Pure; any thread.
#pragma once

#include "lab_state.h"

#include <core/model/lab.h>

namespace podleaf::state {

/// As bgpd of `node` names the neighbour `peer` on `link`: its address or, where links have none, the node's own port.
QString neighbourWord(const model::Lab& lab, const NodeId& node, const LinkId& link, Ipv4Address peer);
QString neighbourWord(const model::Lab& lab, const SessionState& session);
/// The same for the neighbour of a session that `state` has.
QString neighbourWord(const model::Lab& lab, const LabState& state, const NodeId& node, Ipv4Address peer);
/// The IPv4 gateway that the kernel has for a hop of a route of `protocol`. None where it is the far end of a link
/// without addresses: the kernel goes there by an IPv6 address (RFC 8950).
std::optional<Ipv4Address> gatewayOf(const model::Lab& lab, const QString& protocol, const NextHop& hop);
/// "172.16.0.1 eth1", or "eth1" without a gateway.
QString hopWord(const model::Lab& lab, const QString& protocol, const NextHop& hop);
/// iproute2's word for what a route does with packets: "unicast", "blackhole", "unreachable", "prohibit".
QString typeWord(RouteType type);
/// "leaf1 discards packets to 10.20.1.10: its route to 10.20.1.0/24 is of type blackhole."
QString discardSentence(const NodeId& node, const QString& to, const RouteState& route);

} // namespace podleaf::state
