// SPDX-License-Identifier: GPL-3.0-or-later
// LabSummary: the counts of the status bar. Pure functions; any thread.
#pragma once

#include <core/session/lab_session.h>
#include <core/state/lab_state.h>
#include <ui/models/words.h>

#include <cstdint>
#include <optional>

namespace podleaf::ui {

struct LabSummary {
    bool running = false;
    int nodes = 0;
    int nodesUp = 0;
    int nodesFailed = 0;
    int pods = 0;
    int podsUp = 0;                           ///< Ready, and not paused.
    int podsFailed = 0;                       ///< There, but what should answer in them has ended.
    int sessions = 0;                         ///< Neighbour pairs, as the lab intends them.
    int sessionsUp = 0;                       ///< Established as both sides see it.
    int routes = 0;                           ///< Intended kernel routes.
    int routesRight = 0;                      ///< In the kernel with the intended next hops.
    std::optional<double> cpu;                ///< Cores, of all nodes; nothing where it is not known of any.
    std::optional<std::uint64_t> memoryBytes; ///< As cpu.

    bool operator==(const LabSummary&) const = default;
};

/// The neighbour pairs of `summary`.
void countSessions(LabSummary& summary, const intent::Intent& intent, const state::LabState& state);

/// Nodes, pods and what they use, of `summary`.
void countNodes(LabSummary& summary, const state::LabState& state);

/// The lab in one word, with what is short. The tick is only for a lab in which nothing is.
Word wordOf(const LabSummary& summary);

LabSummary summaryOf(const intent::Intent& intent, const state::LabState& state);

/// The kernel's route has exactly the intended next hops.
bool isAsIntended(const state::RouteState& route, const intent::ExpectedRoute& wanted);

} // namespace podleaf::ui
