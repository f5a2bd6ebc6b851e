// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial's lab without addresses on its cables, all green: what its collectors see, and nothing else. Values;
// any thread.
#pragma once

#include "running_lab.h"

#include <algorithm>

namespace podleaf::fakes {

inline model::Lab unnumberedLab() {
    model::Lab lab = tutorialLab();
    lab.routing.profile = model::RoutingProfile::UnnumberedEbgp;
    for (model::Node& each : lab.nodes) {
        each.dhcp = model::DhcpRole::None;
    }
    return lab;
}

/// What is seen of a green tutorial, without what is of an address on a cable: those, the leases of them, the routes to
/// them, and the gateways that BGP routes have elsewhere.
inline Sequence greenUnnumbered(const model::Lab& lab) {
    Sequence seen = greenTutorial(lab);
    const auto isOfCable = [&lab](Ipv4Address address) { return lab.addressPlan.links.contains(address); };
    std::erase_if(seen, [&](const state::Observed& each) {
        if (const auto* own = std::get_if<state::AddressSeen>(&each)) {
            return isOfCable(own->address.address);
        }
        const auto* route = std::get_if<state::RouteSeen>(&each);
        return std::holds_alternative<state::LeaseSeen>(each) ||
               (route != nullptr && (isOfCable(route->prefix.address) || route->protocol == QLatin1String("boot")));
    });
    for (state::Observed& each : seen) {
        if (auto* route = std::get_if<state::RouteSeen>(&each)) {
            for (state::NextHop& hop : route->nextHops.edit()) {
                hop.via.reset();
            }
        }
    }
    return seen;
}

inline ObservedLab observedUnnumbered() {
    ObservedLab observed;
    observed.lab = unnumberedLab();
    observed.state = state::initialState(observed.lab, seedsOf(observed.lab));
    observed.feed(greenUnnumbered(observed.lab));
    return observed;
}

} // namespace podleaf::fakes
