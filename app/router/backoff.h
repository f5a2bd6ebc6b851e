// SPDX-License-Identifier: GPL-3.0-or-later
// Backoff: how long to wait before something is started again. Pure; any thread.
#pragma once

#include <algorithm>
#include <chrono>

namespace podleaf::router {

class Backoff {
public:
    /// What ran longer does not end quickly.
    static constexpr std::chrono::seconds kQuick{10};
    static constexpr std::chrono::milliseconds kFirst{100};
    static constexpr std::chrono::milliseconds kLongest{10'000};

    /// After it has ended having run for `lifetime`: at once, and when it goes on ending quickly, ever later.
    std::chrono::milliseconds afterLifeOf(std::chrono::nanoseconds lifetime) {
        const auto delay = lifetime < kQuick ? m_next : std::chrono::milliseconds(0);
        m_next = std::clamp(2 * delay, kFirst, kLongest);
        return delay;
    }

private:
    std::chrono::milliseconds m_next{};
};

} // namespace podleaf::router
