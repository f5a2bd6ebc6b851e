// SPDX-License-Identifier: GPL-3.0-or-later
// Which of a table's routes packets take, as a kernel chooses it. Pure; any thread.
#pragma once

#include "lab_state.h"

namespace podleaf::state {

/// The route for `to` in a map by RouteKey: longest prefix, then lowest metric; those that neither have a next hop nor
/// discard do not count. nullptr for none.
template <class Routes>
const RouteState* bestRoute(const Routes& routes, const Ipv4Prefix& to) {
    for (int length = to.length; length >= 0; --length) {
        const Ipv4Prefix prefix = Ipv4Prefix{to.address, length}.network();
        for (auto it = routes.lower_bound({prefix, 0}); it != routes.end() && it->first.first == prefix; ++it) {
            if (!it->second.nextHops.empty() || it->second.type != RouteType::Unicast) {
                return &it->second;
            }
        }
    }
    return nullptr;
}

} // namespace podleaf::state
