// SPDX-License-Identifier: GPL-3.0-or-later
// A kernel route as it is told (RouteSeen: of a node, there or gone) and as it is kept (RouteState). Pure; any thread.
#pragma once

#include "lab_state.h"

namespace podleaf::state {

inline RouteState keptOf(const RouteSeen& seen) {
    return {seen.prefix, seen.protocol, seen.nextHops, seen.metric, seen.source, seen.type};
}

inline RouteSeen seenOf(const NodeId& node, const RouteState& kept, bool present) {
    return {node, kept.prefix, kept.protocol, kept.nextHops, kept.metric, present, kept.source, kept.type};
}

} // namespace podleaf::state
