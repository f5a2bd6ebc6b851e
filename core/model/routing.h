// SPDX-License-Identifier: GPL-3.0-or-later
// Routing: how the neighbours of a lab speak BGP. Plain values; any thread.
#pragma once

#include <cstdint>

namespace podleaf::model {

/// How neighbours speak BGP. Numbered: between the addresses of a link. Unnumbered: between the link-local IPv6
/// addresses of its ports (RFC 8950). Reflector: the original tutorial's single AS, with its leaf as route reflector.
enum class RoutingProfile { NumberedEbgp, UnnumberedEbgp, IbgpReflector };

/// One BGP session per link; timers as FRR's `timers bgp` takes them, in seconds.
struct Routing {
    std::uint32_t keepaliveSeconds = 1;
    std::uint32_t holdSeconds = 3;
    RoutingProfile profile = RoutingProfile::NumberedEbgp;
    bool bfd = false;               ///< RFC 5880 on every session.
    std::uint32_t maximumPaths = 0; ///< Next hops of one route at most; 0 is as many as FRR takes.

    bool operator==(const Routing&) const = default;
};

} // namespace podleaf::model
