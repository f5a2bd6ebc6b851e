// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a flow: see the header.
#include "flow_path.h"

#include <core/state/best_route.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace podleaf::ui {

namespace {

/// The ways on from each node that packets may come through.
using Ways = std::map<NodeId, std::vector<FlowStep>>;

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

std::vector<FlowStep> stepsFrom(const model::Lab& lab, const state::LabState& state, const NodeId& node, Ipv4Address address) {
    const state::NodeState* seen = state.findNode(node);
    const state::RouteState* route = seen == nullptr ? nullptr : state::bestRoute(seen->routes, {address, 32});
    std::vector<FlowStep> steps;
    for (const state::NextHop& hop : route == nullptr ? state::NextHops() : route->nextHops) {
        if (const auto step = stepThrough(lab, node, hop.interface)) {
            steps.push_back(*step);
        }
    }
    return steps;
}

Ways waysOf(const model::Lab& lab, const state::LabState& state, const NodeId& from, const NodeId& to, Ipv4Address address) {
    Ways ways;
    std::vector<NodeId> open{from};
    while (!open.empty()) {
        const NodeId node = open.back();
        open.pop_back();
        if (node == to || ways.contains(node)) {
            continue;
        }
        ways[node] = stepsFrom(lab, state, node, address);
        for (const FlowStep& step : ways[node]) {
            open.push_back(farNodeOf(lab, step));
        }
    }
    return ways;
}

/// The nodes from which packets may come to such an end.
std::set<NodeId> leadingTo(FlowEnd end, const model::Lab& lab, const Ways& ways, const NodeId& to) {
    std::set<NodeId> found;
    if (end == FlowEnd::Arrived) {
        found.insert(to);
    }
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto& [node, steps] : ways) {
            const bool stops = end == FlowEnd::Stopped && steps.empty();
            if (stops || std::ranges::any_of(steps, [&](const FlowStep& step) { return found.contains(farNodeOf(lab, step)); })) {
                grew = found.insert(node).second || grew;
            }
        }
    }
    return found;
}

} // namespace

const NodeId& farNodeOf(const model::Lab& lab, const FlowStep& step) {
    return lab.findLink(step.link)->ends[1 - step.from].node;
}

FlowPath flowPath(const model::Lab& lab, const state::LabState* state, const NodeId& from, const NodeId& to, Ipv4Address address,
                  FlowEnd end) {
    const Ways ways = state == nullptr ? Ways() : waysOf(lab, *state, from, to, address);
    const std::set<NodeId> leading = leadingTo(end, lab, ways, to);
    FlowPath path;
    std::set<NodeId> passed;
    NodeId at = from;
    while (at != to && passed.insert(at).second && ways.contains(at) && !ways.at(at).empty()) { // A circle ends where it closes.
        const std::vector<FlowStep>& steps = ways.at(at);
        const auto right = std::ranges::find_if(steps, [&](const FlowStep& step) {
            const NodeId& next = farNodeOf(lab, step);
            return leading.contains(next) && !passed.contains(next);
        });
        path.steps.push_back(right == steps.end() ? steps.front() : *right);
        at = farNodeOf(lab, path.steps.back());
    }
    if (path.steps.empty()) {
        return overOneSwitch(lab, from, to);
    }
    path.arrives = at == to;
    for (const auto& [node, steps] : ways) {
        std::ranges::copy_if(steps, std::back_inserter(path.equal),
                             [&path](const FlowStep& step) { return std::ranges::find(path.steps, step) == path.steps.end(); });
    }
    return path;
}

} // namespace podleaf::ui
