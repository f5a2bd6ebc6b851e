// SPDX-License-Identifier: GPL-3.0-or-later
// Target: one node (leaf, host or pod) with what it must hold. Pure; any thread.
#pragma once

#include <core/blueprint/blueprint.h>
#include <core/model/lab.h>

#include <limits>
#include <vector>

namespace podleaf::deploy {

struct Target {
    NodeId id;
    QString group; ///< Of its steps in the plan.
    blueprint::NodeBlueprint content;
    bool asksForLease = false;                                    ///< Its services come after those of the DHCP servers.
    std::size_t cables = std::numeric_limits<std::size_t>::max(); ///< Those of a pod do not count: it comes after all nodes.
};

/// Of every node and every pod of `lab`.
std::vector<Target> targetsOf(const model::Lab& lab);

/// DHCP servers before their clients: one that asks before its server listens waits a whole second. Among them those with
/// many cables last, and pods after all: a router that comes when its neighbours are there tells and hears routes in a few
/// long messages; one that was there first, in a message or two for each neighbour that comes.
/// The result points into `targets`.
std::vector<const Target*> inStartOrder(const std::vector<Target>& targets);

} // namespace podleaf::deploy
