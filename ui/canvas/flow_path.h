// SPDX-License-Identifier: GPL-3.0-or-later
// The cables that packets of a flow take from host to host, as the kernels' routes lead them. Pure functions; any thread.
#pragma once

#include <core/model/lab.h>
#include <core/state/lab_state.h>

#include <vector>

namespace podleaf::ui {

/// A cable, and the index of the end that packets go in at.
struct FlowStep {
    LinkId link;
    std::size_t from = 0;
    bool operator==(const FlowStep&) const = default;
};

struct FlowPath {
    std::vector<FlowStep> steps;
    bool arrives = false; ///< Else the node behind the last step has no way on.
};

/// Of equal-cost ways the first: which one a connection takes only the kernels know. Where they lead nowhere, the way over
/// the one switch that both hosts are joined to, if there is one.
FlowPath flowPath(const model::Lab& lab, const state::LabState* state, const NodeId& from, const NodeId& to, Ipv4Address address);
/// The node that a step leads to.
const NodeId& farNodeOf(const model::Lab& lab, const FlowStep& step);

} // namespace podleaf::ui
