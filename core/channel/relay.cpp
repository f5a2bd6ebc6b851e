// SPDX-License-Identifier: GPL-3.0-or-later
#include "relay.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <utility>

namespace podleaf::channel {

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr int kRoundsPerTurn = 16; // then the other relays have theirs

bool wouldBlock() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

short eventsOf(const RelayFlow& from, const RelayFlow& to) {
    return static_cast<short>((from.wantsToReceive() ? POLLIN : 0) | (to.wantsToSend() ? POLLOUT : 0));
}

/// The socket's other end has gone altogether, and left nothing to read.
bool isGone(const pollfd& socket, const RelayFlow& from) {
    return (socket.revents & (POLLHUP | POLLERR)) != 0 && from.hasSenderEnded();
}

} // namespace

bool RelayFlow::pass(int to, const char* bytes, qsizetype size) {
    while (size > 0) {
        const ssize_t count = ::send(to, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            m_held = QByteArray(bytes, size);
            return wouldBlock();
        }
        bytes += count;
        size -= count;
    }
    return true;
}

bool RelayFlow::send(int to) {
    const QByteArray held = std::exchange(m_held, {});
    return pass(to, held.constData(), held.size());
}

bool RelayFlow::advance(int from, int to) {
    std::array<char, kBufferBytes> buffer;
    for (int round = 0; round < kRoundsPerTurn && !m_finished; ++round) {
        if (!send(to)) {
            return false;
        }
        if (wantsToSend()) {
            return true;
        }
        if (m_senderEnded) {
            ::shutdown(to, SHUT_WR); // fails where the socket is broken, which the other direction meets
            m_finished = true;
            return true;
        }
        const ssize_t count = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && errno != EINTR) {
            return wouldBlock();
        }
        m_senderEnded = count == 0;
        if (count > 0 && !pass(to, buffer.data(), count)) {
            return false;
        }
    }
    return true;
}

void RelayFlow::abandon() {
    m_held.clear();
    m_senderEnded = m_finished = true;
}

Relay::Relay(UniqueFd first, UniqueFd second) : m_first(std::move(first)), m_second(std::move(second)) {}

void Relay::addTo(std::vector<pollfd>& waits) const {
    waits.push_back({m_first.get(), eventsOf(m_there, m_back), 0});
    waits.push_back({m_second.get(), eventsOf(m_back, m_there), 0});
}

bool Relay::advance(const pollfd& first, const pollfd& second) {
    if (first.revents == 0 && second.revents == 0) {
        return true;
    }
    if (!m_there.advance(m_first.get(), m_second.get()) || !m_back.advance(m_second.get(), m_first.get())) {
        breakOff();
        return false;
    }
    if (isGone(first, m_there)) {
        m_back.abandon();
    }
    if (isGone(second, m_back)) {
        m_there.abandon();
    }
    return !m_there.isFinished() || !m_back.isFinished();
}

void Relay::breakOff() const {
    closeByReset(m_first.get());
    closeByReset(m_second.get());
}

void closeByReset(int socket) {
    const linger atOnce{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce); // a Unix socket has none, and does without
}

} // namespace podleaf::channel
