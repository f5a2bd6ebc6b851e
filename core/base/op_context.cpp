// SPDX-License-Identifier: GPL-3.0-or-later
#include "op_context.h"

#include <QCoreApplication>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace podleaf {

Result<> OpContext::checkpoint() const {
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, QCoreApplication::translate("OpContext", "Stopped."));
    }
    if (Clock::now() >= deadline) {
        return fail(ErrorCode::Timeout, QCoreApplication::translate("OpContext", "The time for it ran out."));
    }
    return {};
}

Result<> OpContext::sleepFor(std::chrono::milliseconds time) const {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    const auto until = std::min(deadline, Clock::now() + time);
    wake.wait_until(lock, stop, until, [] { return false; });
    return checkpoint();
}

int OpContext::remainingMs(int cap) const {
    if (deadline == Clock::time_point::max()) {
        return cap;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, cap));
}

OpContext OpContext::withTimeout(std::chrono::milliseconds time) const {
    OpContext narrowed = *this;
    narrowed.deadline = std::min(deadline, Clock::now() + time);
    return narrowed;
}

} // namespace podleaf
