// SPDX-License-Identifier: GPL-3.0-or-later
// When what has no event is asked for: counters of ports, and what nodes use. Pure; any thread.
#pragma once

#include <core/base/op_context.h>
#include <core/model/lab.h>

#include <algorithm>
#include <chrono>

namespace podleaf::observe {

/// Each second; in large labs so that no more than a hundred nodes are asked a second.
inline std::chrono::milliseconds countersEvery(const model::Lab& lab) {
    return std::max(std::chrono::milliseconds(1000), static_cast<int>(lab.nodes.size()) * std::chrono::milliseconds(10));
}

/// Each second turn of the counters: half the processor time that looking costs, and who watches a load sees no less.
inline std::chrono::milliseconds usageEvery(const model::Lab& lab) {
    return 2 * countersEvery(lab);
}

/// From the first look at what nodes use to the second, which makes a rate.
inline constexpr std::chrono::milliseconds kFirstRate{100};

/// The next multiple of `every`: all is asked for at once, so that what is told is published together.
inline Clock::time_point nextTurn(std::chrono::milliseconds every) {
    const auto now = Clock::now().time_since_epoch();
    return Clock::time_point(now - now % every + every);
}

} // namespace podleaf::observe
