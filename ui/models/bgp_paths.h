// SPDX-License-Identifier: GPL-3.0-or-later
// What a node's neighbours told it of each prefix, and which of it its kernel uses. Pure functions; any thread.
#pragma once

#include <core/state/lab_state.h>

#include <map>
#include <vector>

namespace podleaf::ui {

/// A path and the neighbour that told it; points into the state it is of.
struct BgpPath {
    Ipv4Address peer;
    const state::PathState* path = nullptr;
};
struct BgpPaths {
    std::vector<BgpPath> used;   ///< Whose next hop the kernel has: the best ones.
    std::vector<BgpPath> others; ///< Accepted, but not in the kernel.
};

/// By prefix; of the sessions that are established.
std::map<Ipv4Prefix, BgpPaths> bgpPathsOf(const NodeId& node, const state::LabState& state);
/// "65100 4200000002"; those that differ with a comma between.
QString asPathsOf(const std::vector<BgpPath>& paths);
/// Since when the oldest is there, in Unix milliseconds; 0 where nobody says.
qint64 oldestOf(const std::vector<BgpPath>& paths);

} // namespace podleaf::ui
