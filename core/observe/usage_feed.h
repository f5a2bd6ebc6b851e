// SPDX-License-Identifier: GPL-3.0-or-later
// UsageFeed: what processor time and memory all nodes of a lab use, asked of the engine again and again. Lives on the
// poll thread.
#pragma once

#include "poll_loop.h"

#include <core/engine/node_setup.h>
#include <core/model/lab.h>
#include <core/state/observation.h>

#include <functional>
#include <map>
#include <vector>

namespace podleaf::observe {

class UsageFeed final : public Feed {
public:
    /// Asks at once, a moment later, for a first rate, and then each `every` at a turn of the ports' counters. `push` is told
    /// of leaves and hosts, on the poll thread; `setup` must outlive the feed's loop.
    UsageFeed(PollLoop& loop, engine::NodeSetup& setup, const model::Lab& lab, std::chrono::milliseconds every,
              std::function<void(state::Observed)> push);

    void timeout() override;

private:
    struct Told {
        Result<std::vector<engine::NodeUsage>> nodes;
        Clock::duration took; ///< How long the engine was at it.
    };
    void told(const Told& answer);
    void tell(const std::vector<engine::NodeUsage>& nodes);

    engine::NodeSetup& m_setup;
    const std::chrono::milliseconds m_every;
    const std::function<void(state::Observed)> m_push;
    std::map<NodeId, NodeId> m_countsFor; ///< Leaves and hosts themselves; pods for their hosts.
    int m_answers = 0;
    std::chrono::milliseconds m_pause{0}; ///< After a failure.
};

} // namespace podleaf::observe
