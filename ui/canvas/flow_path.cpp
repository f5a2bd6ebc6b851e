// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a flow: see the header.
#include "flow_path.h"

#include <core/state/best_route.h>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr std::size_t kMostSteps = 32; ///< A circle ends here.

std::optional<FlowStep> stepThrough(const model::Lab& lab, const NodeId& node, const QString& port) {
    for (const model::Link* link : lab.linksOf(node)) {
        const auto end = static_cast<std::size_t>(model::endAt(*link, node));
        if (link->ends[end].port == port) {
            return FlowStep{link->id, end};
        }
    }
    return std::nullopt;
}

FlowPath overOneSwitch(const model::Lab& lab, const NodeId& from, const NodeId& to) {
    for (const model::Link* out : lab.linksOf(from)) {
        const FlowStep first{out->id, static_cast<std::size_t>(model::endAt(*out, from))};
        for (const model::Link* in : lab.linksOf(to)) {
            const auto end = static_cast<std::size_t>(1 - model::endAt(*in, to));
            if (in->ends[end].node == farNodeOf(lab, first)) {
                return {{first, {in->id, end}}, true};
            }
        }
    }
    return {};
}

} // namespace

const NodeId& farNodeOf(const model::Lab& lab, const FlowStep& step) {
    return lab.findLink(step.link)->ends[1 - step.from].node;
}

FlowPath flowPath(const model::Lab& lab, const state::LabState* state, const NodeId& from, const NodeId& to, Ipv4Address address) {
    FlowPath real;
    NodeId at = from;
    while (state != nullptr && at != to && real.steps.size() < kMostSteps) {
        const state::NodeState* node = state->findNode(at);
        const state::RouteState* route = node == nullptr ? nullptr : state::bestRoute(node->routes, {address, 32});
        const auto step =
            route == nullptr || route->nextHops.empty() ? std::nullopt : stepThrough(lab, at, route->nextHops.front().interface);
        if (!step) {
            break;
        }
        real.steps.push_back(*step);
        at = farNodeOf(lab, *step);
    }
    real.arrives = at == to && !real.steps.empty();
    if (real.arrives) {
        return real;
    }
    FlowPath known = overOneSwitch(lab, from, to);
    return known.arrives ? known : real;
}

} // namespace podleaf::ui
