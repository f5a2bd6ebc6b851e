// SPDX-License-Identifier: GPL-3.0-or-later
// Mailbox: the hand-over from a worker thread to the GUI thread. A mutex and an eventfd, so that the way
// goes round Qt's event queue and stays checkable by ThreadSanitizer. Thread-safe.
#pragma once

#include <core/base/unique_fd.h>

#include <mutex>
#include <sys/eventfd.h>
#include <utility>
#include <vector>

namespace podleaf::ui {

template <class T>
class Mailbox final {
public:
    Mailbox() : m_wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

    /// Appends and wakes the reader. Any thread.
    void post(T item) {
        {
            const std::lock_guard lock(m_mutex);
            m_items.push_back(std::move(item));
        }
        ::eventfd_write(m_wake.get(), 1);
    }

    /// Everything posted since the last call, in order; resets the wake-up.
    std::vector<T> take() {
        eventfd_t count = 0;
        ::eventfd_read(m_wake.get(), &count);
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_items, {});
    }

    /// Readable when there is something to take; for a QSocketNotifier.
    [[nodiscard]] int wakeFd() const { return m_wake.get(); }

private:
    UniqueFd m_wake;
    std::mutex m_mutex;
    std::vector<T> m_items;
};

} // namespace podleaf::ui
