// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop.h"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <utility>

namespace podleaf::labhost {

Loop::Loop() : m_epoll(::epoll_create1(EPOLL_CLOEXEC)) {}

Loop::Token Loop::add(int fd, std::uint32_t events, Handler handler) {
    const Token token = m_next++;
    m_watches.emplace(token, Watch{fd, std::make_shared<Handler>(std::move(handler))});
    epoll_event event{};
    event.events = events;
    event.data.u64 = token;
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, fd, &event);
    return token;
}

void Loop::change(Token token, std::uint32_t events) {
    const auto watch = m_watches.find(token);
    if (watch == m_watches.end()) {
        return;
    }
    epoll_event event{};
    event.events = events;
    event.data.u64 = token;
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, watch->second.fd, &event);
}

void Loop::remove(Token token) {
    const auto watch = m_watches.find(token);
    if (watch != m_watches.end()) {
        ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, watch->second.fd, nullptr);
        m_watches.erase(watch);
    }
}

void Loop::run() {
    std::array<epoll_event, 64> events;
    while (m_running) {
        const int count = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()), -1);
        if (count < 0 && errno != EINTR) {
            return;
        }
        for (int i = 0; i < count && m_running; ++i) {
            const Token token = events[static_cast<std::size_t>(i)].data.u64; // packed, so that nothing may refer to it
            const auto watch = m_watches.find(token);
            if (watch == m_watches.end()) {
                continue; // removed by an earlier handler of this round
            }
            const std::shared_ptr<Handler> handler = watch->second.handler;
            (*handler)(events[static_cast<std::size_t>(i)].events);
        }
        runLater();
    }
}

void Loop::runLater() {
    while (!m_later.empty()) {
        for (const auto& work : std::exchange(m_later, {})) {
            work();
        }
    }
}

} // namespace podleaf::labhost
