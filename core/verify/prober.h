// SPDX-License-Identifier: GPL-3.0-or-later
// Prober: asks legs some fifty times a second, for as long as somebody wants to know when they break and heal. One
// long-lived ping a leg, run in its source by exec: it works on every engine, needs no privilege and no process a
// probe, and its times are the kernel's. Two threads a leg that mostly sleep. Thread-safe.
#pragma once

#include "verify.h"

#include <core/state/convergence.h>

#include <memory>
#include <set>

namespace podleaf::verify {

/// How many legs are asked at most: more tell nothing new, and cost.
constexpr std::size_t kMaxProbedLegs = 12;

/// The legs of `intent` that an event at these nodes may touch: those from or to its hosts or, where none of them is
/// a host, those between any two; never within one host. At most kMaxProbedLegs of them; none of a simulated lab,
/// in which nothing runs, ping neither.
std::vector<intent::Leg> legsTouchedAt(const model::Lab& lab, const intent::Intent& intent, const std::set<NodeId>& places);
/// The nodes of a record: the ends of its cable, or its node.
std::set<NodeId> placesOf(const model::Lab& lab, const state::ConvergenceRecord& record);

class Prober {
public:
    /// Told each time a leg begins or ceases to be answered, first when that is known; one call at a time, on threads
    /// of the prober.
    using Told = std::function<void(const state::ProbeSeen&)>;

    Prober(model::Lab lab, ChannelOf channelOf, Told told);
    ~Prober(); ///< Ends all pings and waits for that; nothing is told afterwards.
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;

    /// Asks these legs from now on, and no others. A leg that was asked already is not disturbed.
    void probe(const std::vector<intent::Leg>& legs);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::verify
