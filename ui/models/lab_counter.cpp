// SPDX-License-Identifier: GPL-3.0-or-later
// LabCounter: see the header.
#include "lab_counter.h"

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr std::size_t kRoutesAtOnce = 20'000; ///< Some 4 ms.

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
        for (const NodeId& node : delta.nodes) {
            if (m_routes.contains(node)) {
                m_due.insert(node);
            }
        }
        countRoutes(state);
        now.sessions = m_summary.sessions;
        now.sessionsUp = m_summary.sessionsUp;
        now.routes = static_cast<int>(m_intent->routes.size());
        now.routesRight = m_allRight;
    }
    return now;
}

void LabCounter::countRoutes(const state::LabState& state) {
    std::size_t looked = 0;
    while (!m_due.empty() && looked < kRoutesAtOnce) {
        const NodeId id = *m_due.begin();
        m_due.erase(m_due.begin());
        const auto node = state.nodes.find(id);
        const auto wanted = routesOf(id);
        const auto right =
            node == state.nodes.end() ? 0 : std::ranges::count_if(wanted, [&](const auto& route) { return hasRoute(node->second, route); });
        looked += wanted.size();
        m_allRight += static_cast<int>(right) - std::exchange(m_right[id], static_cast<int>(right));
    }
}

std::span<const intent::ExpectedRoute> LabCounter::routesOf(const NodeId& node) const {
    const auto it = m_routes.find(node);
    return it == m_routes.end() ? std::span<const intent::ExpectedRoute>() : it->second;
}

} // namespace podleaf::ui
