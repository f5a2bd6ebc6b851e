// SPDX-License-Identifier: GPL-3.0-or-later
// What vanishes on its way into a port: our own nf_tables table of a node, "netdev podleaf_fault", with one chain
// per port at the ingress hook. There the sender cannot notice: it has sent. Single-threaded; the kernel
// answers within the call.
#pragma once

#include <core/base/unique_fd.h>

#include <cstdint>
#include <string>

namespace podleaf::labhost {

struct PortFilter {
    bool drop = false;
    std::uint32_t loss = 0; ///< Hundredths of a percent.
    bool operator==(const PortFilter&) const = default;
};

/// A NETLINK_NETFILTER socket in the network namespace of the calling process; invalid where the kernel has none.
UniqueFd openFilterSocket();

/// Makes the port's chain be exactly that, in one transaction; without any chain the table goes too. Returns 0 or errno.
int setPortFilter(int socket, const std::string& port, const PortFilter& wanted);

/// What the kernel has in the port's chain.
PortFilter readPortFilter(int socket, const std::string& port);

} // namespace podleaf::labhost
