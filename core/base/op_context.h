// SPDX-License-Identifier: GPL-3.0-or-later
// OpContext: first parameter of everything that can take more than a few milliseconds. It carries the
// stop request, the deadline and the place to report progress. Passed by reference down one thread.
#pragma once

#include "result.h"

#include <chrono>
#include <functional>
#include <stop_token>

namespace podleaf {

using Clock = std::chrono::steady_clock;

/// One stop token and one deadline for a piece of work. Copy it with withDeadline() to narrow it.
struct OpContext {
    std::stop_token stop;
    Clock::time_point deadline = Clock::time_point::max();
    /// Told one short sentence about what is going on now; may be empty. Called on the working thread.
    std::function<void(const QString&)> progress;

    /// Cancelled when a stop was asked for, Timeout when the deadline has passed, else success.
    [[nodiscard]] Result<> checkpoint() const;

    /// Sleeps until `time` has passed, a stop is asked for or the deadline comes; then checkpoint().
    [[nodiscard]] Result<> sleepFor(std::chrono::milliseconds time) const;

    /// Milliseconds until the deadline, for poll(2): at least 0, at most `cap`.
    [[nodiscard]] int remainingMs(int cap = 1000) const;

    /// The same work with the nearer of both deadlines.
    [[nodiscard]] OpContext withTimeout(std::chrono::milliseconds time) const;

    void report(const QString& sentence) const {
        if (progress) {
            progress(sentence);
        }
    }
};

} // namespace podleaf
