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
    bool arrives = false;             ///< Else the node behind the last step has no way on.
    std::vector<FlowStep> equal = {}; ///< Of the other ways of equal cost.
};

enum class FlowEnd { Arrived, Stopped };

/// Which of equal-cost ways a connection takes only the kernels know: `steps` are the first that ends as the flow did or,
/// where none does, the first. Where not even the first kernel has a way, the one over the one switch that both hosts are
/// joined to, if there is one.
FlowPath flowPath(const model::Lab& lab, const state::LabState* state, const NodeId& from, const NodeId& to, Ipv4Address address,
                  FlowEnd end = FlowEnd::Arrived);
/// The node that a step leads to.
const NodeId& farNodeOf(const model::Lab& lab, const FlowStep& step);

} // namespace podleaf::ui
