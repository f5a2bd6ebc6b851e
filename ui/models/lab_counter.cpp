// SPDX-License-Identifier: GPL-3.0-or-later
// LabCounter: see the header.
#include "lab_counter.h"

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr std::size_t kRoutesAtOnce = 20'000; ///< Some 4 ms.
constexpr std::size_t kChangesAtOnce = 2'000; ///< Each is searched among its node's intended routes.

bool hasRoute(const state::NodeState& node, const intent::ExpectedRoute& wanted) {
    for (auto it = node.routes.lower_bound({wanted.prefix, 0}); it != node.routes.end() && it->first.first == wanted.prefix; ++it) {
        if (isAsIntended(it->second, wanted)) {
            return true;
        }
    }
    return false;
}

} // namespace

void LabCounter::begin(const intent::Intent* intent) {
    clear();
    m_intent = intent;
    const auto& routes = intent->routes;
    m_isRight.assign(routes.size(), false);
    for (std::size_t first = 0; first < routes.size();) {
        std::size_t end = first;
        while (end < routes.size() && routes[end].node == routes[first].node) {
            ++end;
        }
        m_routes[routes[first].node] = std::span(routes).subspan(first, end - first);
        m_due.insert(routes[first].node);
        first = end;
    }
}

LabSummary LabCounter::update(const intent::Intent* intent, const state::LabState& state, const state::Delta& delta) {
    if (intent != nullptr && intent != m_intent) {
        begin(intent);
    }
    LabSummary now;
    countNodes(now, state);
    if (m_intent != nullptr) {
        m_sessionsDue = m_sessionsDue || delta.running || !delta.sessions.empty();
        if (std::exchange(m_sessionsDue, false)) {
            countSessions(m_summary, *m_intent, state);
        }
        takeChanges(state, delta);
        countDue(state);
        now.sessions = m_summary.sessions;
        now.sessionsUp = m_summary.sessionsUp;
        now.routes = static_cast<int>(m_intent->routes.size());
        now.routesRight = m_allRight;
    }
    return now;
}

/// What is told of single routes is looked at alone: in a storm every node has some that changed, and all theirs are many.
void LabCounter::takeChanges(const state::LabState& state, const state::Delta& delta) {
    std::set<NodeId> told;
    if (delta.routes.size() <= kChangesAtOnce) {
        for (const state::RouteSeen& change : delta.routes) {
            told.insert(change.node);
            const auto wanted = routesOf(change.node);
            const auto of = std::ranges::find(wanted, change.prefix, &intent::ExpectedRoute::prefix);
            if (of != wanted.end()) {
                look(state.findNode(change.node), *of);
            }
        }
    }
    for (const NodeId& node : delta.nodes) {
        if (!told.contains(node) && m_routes.contains(node)) {
            m_due.insert(node);
        }
    }
}

void LabCounter::countDue(const state::LabState& state) {
    std::size_t looked = 0;
    while (!m_due.empty() && looked < kRoutesAtOnce) {
        const NodeId id = *m_due.begin();
        m_due.erase(m_due.begin());
        const state::NodeState* node = state.findNode(id);
        for (const intent::ExpectedRoute& wanted : routesOf(id)) {
            look(node, wanted);
        }
        looked += routesOf(id).size();
    }
}

void LabCounter::look(const state::NodeState* node, const intent::ExpectedRoute& wanted) {
    const auto place = m_isRight.begin() + (&wanted - m_intent->routes.data());
    const bool isRight = node != nullptr && hasRoute(*node, wanted);
    m_allRight += static_cast<int>(isRight) - static_cast<int>(*place);
    *place = isRight;
}

std::span<const intent::ExpectedRoute> LabCounter::routesOf(const NodeId& node) const {
    const auto it = m_routes.find(node);
    return it == m_routes.end() ? std::span<const intent::ExpectedRoute>() : it->second;
}

} // namespace podleaf::ui
