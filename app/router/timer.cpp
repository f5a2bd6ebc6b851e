// SPDX-License-Identifier: GPL-3.0-or-later
#include "timer.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

namespace podleaf::router {

Timer::Timer(labhost::Loop& loop, std::function<void()> expired)
    : m_loop(loop), m_expired(std::move(expired)), m_fd(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    m_token = m_loop.add(m_fd.get(), EPOLLIN, [this](std::uint32_t) {
        std::uint64_t times = 0;
        if (::read(m_fd.get(), &times, sizeof times) == sizeof times && std::exchange(m_isRunning, false)) {
            const auto call = m_expired; // outlives a timer that it destroys
            call();
        }
    });
}

Timer::~Timer() {
    m_loop.remove(m_token);
}

void Timer::start(std::chrono::nanoseconds delay) {
    m_isRunning = true;
    set(delay);
}

void Timer::stop() {
    m_isRunning = false;
    set({});
}

void Timer::set(std::chrono::nanoseconds delay) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(delay);
    const itimerspec spec{{}, {seconds.count(), (delay - seconds).count()}};
    ::timerfd_settime(m_fd.get(), 0, &spec, nullptr);
}

} // namespace podleaf::router
