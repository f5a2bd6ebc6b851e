// SPDX-License-Identifier: GPL-3.0-or-later
// Connection: one SOCK_SEQPACKET peer in a Loop, with a queue for what its socket does not take at once.
// Used between the lab host and its clients, and between the lab host and every node's init.
#pragma once

#include "loop.h"

#include <core/channel/labhost_frame.h>
#include <core/channel/labhost_messages.h>

#include <deque>

namespace podleaf::labhost {

/// What a verb answers. Descriptors travel along and are closed here afterwards.
struct Answer {
    Status status = Status::Ok;
    std::string message = {};
    std::string detail = {};
    std::string body = {};
    std::vector<UniqueFd> descriptors = {};
};

class Connection {
public:
    struct Handlers {
        std::function<void(Frame)> frame;
        std::function<void(bool malformed)> closed; ///< Called once; delete the connection by Loop::later.
    };

    Connection(Loop& loop, UniqueFd socket, Handlers handlers);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends now or when the peer takes it. Frames to a closed connection are dropped.
    void send(OutgoingFrame frame);
    void sendAnswer(std::uint64_t id, Verb verb, Answer answer);
    [[nodiscard]] std::size_t queued() const { return m_queue.size(); }
    [[nodiscard]] std::size_t queuedBytes() const { return m_queuedBytes; }
    /// As when the peer goes away; what is queued is lost.
    void drop();
    [[nodiscard]] int socket() const { return m_socket.get(); }

private:
    void receive();
    void flush();
    void close(bool malformed);

    Loop& m_loop;
    UniqueFd m_socket;
    Handlers m_handlers;
    Loop::Token m_token;
    std::deque<OutgoingFrame> m_queue;
    std::size_t m_queuedBytes = 0;
    bool m_open = true;
};

} // namespace podleaf::labhost
