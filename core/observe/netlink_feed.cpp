// SPDX-License-Identifier: GPL-3.0-or-later
// NetlinkFeed: reads a node's netlink socket. Lives on the poll thread.
#include "netlink_feed.h"

#include "turns.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

constexpr int kDatagramsPerTurn = 32;         // then the other nodes have theirs
constexpr qsizetype kBufferBytes = 64 * 1024; // the kernel's dumps come in pieces of at most 32 KiB
constexpr auto kFirstPause = 50ms;
constexpr auto kLongestPause = 1000ms;
constexpr auto kRefusedPause = 20ms;

} // namespace

NetlinkFeed::NetlinkFeed(PollLoop& loop, engine::NodeSetup& setup, NodeId node, std::chrono::milliseconds countersEvery,
                         std::function<void(state::Observed)> push)
    : Feed(loop), m_setup(setup), m_node(std::move(node)), m_countersEvery(countersEvery), m_push(std::move(push)), m_tables(m_node) {
    m_buffer.resize(kBufferBytes);
    open();
}

void NetlinkFeed::open() {
    runBlocking<Result<UniqueFd>>(
        [&setup = m_setup, node = m_node](OpContext& context) { return setup.openNetlink(context, node, netlinkGroups()); },
        [this](Result<UniqueFd> socket) { opened(std::move(socket)); });
}

void NetlinkFeed::opened(Result<UniqueFd> socket) {
    if (!socket) {
        m_pause = std::clamp<std::chrono::milliseconds>(m_pause * 2, kFirstPause, kLongestPause);
        wakeAt(Clock::now() + m_pause);
        return;
    }
    m_pause = 0ms;
    m_socket = *std::move(socket);
    listen(m_socket.get());
    m_tables.refresh();
    sendRequests();
}

void NetlinkFeed::close() {
    unlisten();
    m_socket.reset();
    m_tables.noteLoss(m_out);
    flush();
    wakeAt(Clock::now() + kFirstPause);
}

void NetlinkFeed::timeout() {
    if (!m_socket.isValid()) {
        open();
        return;
    }
    m_tables.retry();
    if (Clock::now() >= m_countersDue) {
        m_countersDue = nextTurn(m_countersEvery);
        m_tables.askCounters();
    }
    sendRequests();
}

void NetlinkFeed::readable() {
    for (int i = 0; i < kDatagramsPerTurn && m_socket.isValid() && receive(); ++i) {
        flush();
        sendRequests();
    }
}

bool NetlinkFeed::receive() {
    const ssize_t size = ::recv(m_socket.get(), m_buffer.data(), static_cast<size_t>(m_buffer.size()), MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return false;
    }
    if (size < 0 && errno == ENOBUFS) {
        m_tables.noteLoss(m_out);
        return true;
    }
    if (size <= 0) {
        close();
        return false;
    }
    if (size > m_buffer.size()) {
        m_tables.noteLoss(m_out);
        return true;
    }
    const auto messages = decodeNetlink(QByteArrayView(m_buffer).first(size));
    if (!messages) {
        m_tables.noteLoss(m_out);
        return true;
    }
    for (const NetlinkMessage& message : *messages) {
        m_tables.apply(message, m_out);
    }
    return true;
}

void NetlinkFeed::sendRequests() {
    while (const auto request = m_tables.takeRequest()) {
        if (::send(m_socket.get(), request->constData(), static_cast<size_t>(request->size()), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            m_tables.noteRefusal();
        }
    }
    wakeAt(m_tables.isRefused() ? Clock::now() + kRefusedPause : m_countersDue);
}

void NetlinkFeed::flush() {
    for (state::Observed& seen : std::exchange(m_out, {})) {
        m_push(std::move(seen));
    }
}

} // namespace podleaf::observe
