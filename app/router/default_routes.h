// SPDX-License-Identifier: GPL-3.0-or-later
// What rtnetlink says of a node's default routes, its addresses and its bridge. Pure.
#pragma once

#include "addresses.h"

#include <linux/netlink.h>

#include <string_view>
#include <vector>

namespace podleaf::router {

/// Whether a message of a route is about a default route of IPv4 in the main table that is none of FRR's own.
bool isDefaultRoute(const nlmsghdr* message);
/// The IPv4 next hops of a route, in its order.
std::vector<Address> nextHopsOf(const nlmsghdr* route);

/// The node's own address that a message is about.
std::optional<Address> addressOf(const nlmsghdr* message);

/// What a message says of the interface of that name: whether it is up with a carrier; nullopt when it is about another one.
std::optional<bool> isUp(const nlmsghdr* message, std::string_view name);

} // namespace podleaf::router
