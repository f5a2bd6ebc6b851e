// SPDX-License-Identifier: GPL-3.0-or-later
// Loop: epoll with one handler per descriptor. The lab host and every node's init are single-threaded;
// each has one Loop.
#pragma once

#include <core/base/unique_fd.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace podleaf::labhost {

class Loop {
public:
    using Handler = std::function<void(std::uint32_t events)>;
    using Token = std::uint64_t;

    Loop();

    /// Calls `handler` when `fd` has `events` (EPOLLIN, …). Remove it before closing the descriptor.
    Token add(int fd, std::uint32_t events, Handler handler);
    void change(Token token, std::uint32_t events);
    /// Safe from within any handler, the removed one included.
    void remove(Token token);
    /// Runs `work` after the handlers of this round; for deleting what a handler stands in.
    void later(std::function<void()> work) { m_later.push_back(std::move(work)); }

    /// Handles events until stop().
    void run();
    void stop() { m_running = false; }

private:
    struct Watch {
        int fd;
        std::shared_ptr<Handler> handler;
    };
    void runLater();

    UniqueFd m_epoll;
    std::map<Token, Watch> m_watches;
    std::vector<std::function<void()>> m_later;
    Token m_next = 1;
    bool m_running = true;
};

} // namespace podleaf::labhost
