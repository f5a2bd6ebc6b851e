// SPDX-License-Identifier: GPL-3.0-or-later
// Timer: calls once after a while, in a Loop.
#pragma once

#include <app/labhost/loop.h>

#include <chrono>
#include <functional>

namespace podleaf::router {

class Timer {
public:
    /// `expired` may start the timer again or destroy it.
    Timer(labhost::Loop& loop, std::function<void()> expired);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// Calls `delay` from now, which is more than nothing; what was started before is forgotten.
    void start(std::chrono::nanoseconds delay);
    void stop();
    [[nodiscard]] bool isRunning() const { return m_isRunning; }

private:
    void set(std::chrono::nanoseconds delay);

    labhost::Loop& m_loop;
    std::function<void()> m_expired;
    UniqueFd m_fd;
    labhost::Loop::Token m_token;
    bool m_isRunning = false;
};

} // namespace podleaf::router
