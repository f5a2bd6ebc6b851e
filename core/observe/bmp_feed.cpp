// SPDX-License-Identifier: GPL-3.0-or-later
// BmpFeed: connects to bgpd's BMP listener and reads it. Lives on the poll thread.
#include "bmp_feed.h"

#include <QDateTime>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

constexpr auto kFirstPause = 50ms;
constexpr auto kLongestPause = 500ms;
constexpr int kReadsPerTurn = 4; // then the other nodes have theirs

/// When CLOCK_MONOTONIC was 0. Nodes that share our kernel share it; for others the guess does no harm.
qint64 bootTimeMs() {
    const auto up = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch());
    return QDateTime::currentMSecsSinceEpoch() - up.count();
}

} // namespace

BmpFeed::BmpFeed(PollLoop& loop, Target target, Listener listener)
    : Feed(loop), m_target(std::move(target)), m_listener(std::move(listener)),
      m_peers(m_target.node, m_target.ownAsn, bootTimeMs(), m_target.unnumbered) {}

void BmpFeed::start() {
    m_wanted = true;
    m_pause = 0ms;
    hurry();
}

void BmpFeed::stop() {
    m_wanted = m_again = m_refused = false;
    wakeAt(std::nullopt);
    disconnect();
}

void BmpFeed::renew() {
    disconnect();
    hurry();
}

void BmpFeed::hurry() {
    if (!m_wanted || isConnected()) {
        return;
    }
    m_pause = 0ms;
    m_again = m_connecting;
    if (!m_connecting) {
        connect();
    }
}

void BmpFeed::connect() {
    if (!m_wanted || m_connecting || isConnected()) {
        return;
    }
    wakeAt(std::nullopt);
    m_connecting = true;
    runBlocking<Result<UniqueFd>>(
        [channel = m_target.channel, port = m_target.port](OpContext& context) { return channel->connectTcp(context, port); },
        [this](Result<UniqueFd> socket) { connected(std::move(socket)); });
}

void BmpFeed::connected(Result<UniqueFd> socket) {
    m_connecting = false;
    if (!m_wanted) {
        return;
    }
    if (!socket) {
        m_refused = true;
        if (std::exchange(m_again, false)) {
            connect();
        } else {
            retryLater();
        }
        m_listener.changed();
        return;
    }
    m_again = m_refused = false;
    m_pause = 0ms;
    m_socket = *std::move(socket);
    m_decoder = BmpDecoder();
    m_peers.clear();
    m_lastNews = Clock::now();
    listen(m_socket.get());
    m_listener.push(state::BmpSeen{m_target.node, true});
    m_listener.changed();
}

void BmpFeed::retryLater() {
    m_pause = std::clamp<std::chrono::milliseconds>(m_pause * 2, kFirstPause, kLongestPause);
    wakeAt(Clock::now() + m_pause);
}

void BmpFeed::disconnect() {
    if (!isConnected()) {
        return;
    }
    unlisten();
    m_socket.reset();
    m_peers.clear();
    m_listener.push(state::BmpSeen{m_target.node, false});
}

void BmpFeed::readable() {
    std::array<char, 64 * 1024> buffer;
    for (int i = 0; i < kReadsPerTurn && isConnected(); ++i) {
        const ssize_t size = ::recv(m_socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
            break;
        }
        if (size <= 0 || !take(QByteArrayView(buffer.data(), size))) {
            disconnect();
            retryLater(); // not at once: bgpd may be about to end, or send the same nonsense again
        }
    }
    m_listener.changed();
}

bool BmpFeed::take(QByteArrayView bytes) {
    const auto messages = m_decoder.feed(bytes);
    if (!messages) {
        m_listener.push(state::LossSeen{QStringLiteral("bmp"), 1});
        return false;
    }
    std::vector<state::Observed> seen;
    for (const BmpMessage& message : *messages) {
        m_peers.apply(message, QDateTime::currentMSecsSinceEpoch(), seen);
        const bool isNews = std::holds_alternative<BmpPeerUp>(message) || std::holds_alternative<BmpRoutes>(message);
        m_lastNews = isNews ? Clock::now() : m_lastNews;
    }
    for (state::Observed& one : seen) {
        m_listener.push(std::move(one));
    }
    return true;
}

} // namespace podleaf::observe
