// SPDX-License-Identifier: GPL-3.0-or-later
// The template of frr.conf, with the same marks as that of the DHCP hook (resources/templates/dhcp-hook.sh), and what a node
// puts in their places. Pure.
#pragma once

#include "addresses.h"
#include "checked.h"

#include <vector>

namespace podleaf::router {

inline constexpr std::size_t kMostTemplateBytes = 64 * 1024;
inline constexpr std::size_t kMostGateways = 16;

/// What makes a node's configuration its own.
struct Facts {
    std::optional<std::uint32_t> asn;
    std::optional<PodCidr> podCidr;
    std::optional<Address> loopback;
    std::vector<Address> gateways; ///< Next hops of the default route, sorted, at most kMostGateways.

    /// The loopback, else the bridge's address; nothing where there is neither.
    [[nodiscard]] std::optional<Address> routerId() const;
    bool operator==(const Facts&) const = default;
};

/// The template's text with each @ASN@ and @ROUTER_ID@ replaced, which `facts` must have. A line with @GATEWAY@ is there once
/// for each gateway; one with @POD_CIDR@ or @LOOPBACK@ is left out where the node has none. Refused when the text has other
/// marks, or anything but lines of printable ASCII.
Checked<std::string> renderTemplate(const std::string& text, const Facts& facts);

} // namespace podleaf::router
