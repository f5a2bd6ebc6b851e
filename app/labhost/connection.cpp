// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection.h"

#include <sys/epoll.h>

namespace podleaf::labhost {

namespace {
constexpr int kFramesPerRound = 32; ///< So that one busy peer does not starve the others.
} // namespace

Connection::Connection(Loop& loop, UniqueFd socket, Handlers handlers)
    : m_loop(loop), m_socket(std::move(socket)), m_handlers(std::move(handlers)) {
    m_token = m_loop.add(m_socket.get(), EPOLLIN, [this](std::uint32_t events) {
        if ((events & EPOLLOUT) != 0) {
            flush();
        }
        if (m_open && (events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
            receive();
        }
    });
}

Connection::~Connection() {
    if (m_open) {
        m_loop.remove(m_token);
    }
}

void Connection::send(OutgoingFrame frame) {
    if (!m_open) {
        return;
    }
    m_queuedBytes += frame.bodyBytes;
    m_queue.push_back(std::move(frame));
    if (m_queue.size() == 1) {
        flush();
    }
}

void Connection::sendAnswer(std::uint64_t id, Verb verb, Answer answer) {
    Header header;
    header.kind = Kind::Reply;
    header.verb = verb;
    header.id = id;
    const ReplyHead head{static_cast<std::uint8_t>(answer.status), std::move(answer.message), std::move(answer.detail)};
    send(prepareFrame(header, encode(head) + answer.body, {}, std::move(answer.descriptors)));
}

void Connection::flush() {
    while (m_open && !m_queue.empty()) {
        const Sent sent = sendFrame(m_socket.get(), m_queue.front());
        if (sent == Sent::Full) {
            m_loop.change(m_token, EPOLLIN | EPOLLOUT);
            return;
        }
        if (sent == Sent::Failed) {
            close(false);
            return;
        }
        m_queuedBytes -= m_queue.front().bodyBytes;
        m_queue.pop_front();
    }
    if (m_open) {
        m_loop.change(m_token, EPOLLIN);
    }
}

void Connection::drop() {
    if (m_open) {
        close(false);
    }
    m_queue.clear();
    m_queuedBytes = 0;
}

void Connection::receive() {
    for (int i = 0; i < kFramesPerRound && m_open; ++i) {
        Frame frame;
        switch (receiveFrame(m_socket.get(), frame)) {
        case Received::Frame:
            m_handlers.frame(std::move(frame));
            break;
        case Received::Nothing:
            return;
        case Received::Closed:
            close(false);
            return;
        case Received::Malformed:
            close(true);
            return;
        }
    }
}

void Connection::close(bool malformed) {
    m_open = false;
    m_loop.remove(m_token);
    m_handlers.closed(malformed);
}

} // namespace podleaf::labhost
