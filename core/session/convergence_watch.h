// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceWatch: follows a lab's state and makes the convergence record of every event, with probes where they
// are wanted. The records belong to who watches: a lab has no daemon of ours that would keep them. One thread at a
// time.
#pragma once

#include "lab_session.h"

#include <core/state/convergence.h>

#include <chrono>
#include <memory>
#include <set>
#include <vector>

namespace podleaf::session {

enum class Probing {
    Off,
    On, ///< While a record is open, the legs that its event may touch are asked.
};

class ConvergenceWatch {
public:
    /// What came, and what is over.
    struct Step {
        state::Snapshot now;
        state::Delta delta;
        std::vector<state::ConvergenceRecord> ended;
        std::vector<state::ConvergenceRecord> open; ///< Those that are not over, as far as they are known.
    };

    /// `session` must be attached and outlive this. Events from now on.
    ConvergenceWatch(LabSession& session, Probing probing);
    ~ConvergenceWatch(); ///< Ends the probes.
    ConvergenceWatch(const ConvergenceWatch&) = delete;
    ConvergenceWatch& operator=(const ConvergenceWatch&) = delete;

    /// Waits for something to change, at most so long; an empty delta says that nothing has.
    Step next(std::chrono::milliseconds patience);
    /// Asks the legs that an event at these nodes would touch from now on, and waits until each is known to be
    /// answered or not: what an event breaks is only seen by who was there before. Errors: Timeout, Cancelled.
    Result<> probeAhead(OpContext& context, const std::set<NodeId>& places);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::session
