// SPDX-License-Identifier: GPL-3.0-or-later
// BoundedQueue: the hand-over between collector threads and the store. Full queues refuse and count,
// so that a loss is never silent. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <utility>

namespace podleaf {

template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(size_t capacity) : m_capacity(capacity) {}

    /// Appends, or refuses and counts when the queue holds `capacity` items. Never blocks.
    bool push(T item) {
        {
            const std::lock_guard lock(m_mutex);
            if (m_items.size() >= m_capacity) {
                ++m_refused;
                return false;
            }
            m_items.push_back(std::move(item));
        }
        m_filled.notify_one();
        return true;
    }

    /// Blocks until there is something or a stop is asked for, then takes everything.
    std::deque<T> takeAll(std::stop_token stop) {
        std::unique_lock lock(m_mutex);
        m_filled.wait(lock, stop, [this] { return !m_items.empty(); });
        return std::exchange(m_items, {});
    }

    /// As takeAll(), but comes back empty-handed at `deadline`.
    std::deque<T> takeAllUntil(std::stop_token stop, std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(m_mutex);
        m_filled.wait_until(lock, stop, deadline, [this] { return !m_items.empty(); });
        return std::exchange(m_items, {});
    }

    /// How many items wait.
    [[nodiscard]] size_t size() const {
        const std::lock_guard lock(m_mutex);
        return m_items.size();
    }

    /// How many items were refused since the last call; resets the count.
    std::uint64_t takeRefused() {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_refused, 0);
    }

private:
    const size_t m_capacity;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_filled;
    std::deque<T> m_items;
    std::uint64_t m_refused = 0;
};

} // namespace podleaf
