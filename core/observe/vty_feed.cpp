// SPDX-License-Identifier: GPL-3.0-or-later
// VtyFeed: asks bgpd about its neighbours. Lives on the poll thread.
#include "vty_feed.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 250ms;
constexpr QLatin1StringView kGreeting("enable");
constexpr QLatin1StringView kQuestion("show bgp neighbors json");

} // namespace

void VtyFeed::setWanted(bool wanted) {
    if (wanted == m_wanted) {
        return;
    }
    m_wanted = wanted;
    wakeAt(std::nullopt);
    if (wanted) {
        ask();
    }
}

void VtyFeed::disconnect() {
    unlisten();
    m_socket.reset();
    m_decoder = VtyDecoder();
    m_answersDue = 0;
}

void VtyFeed::ask() {
    if (!m_wanted) {
        return;
    }
    wakeAt(Clock::now() + kInterval);
    if (m_connecting || m_answersDue > 0) {
        return; // one question at a time: a stopped bgpd does not find a queue when it goes on
    }
    if (m_socket.isValid()) {
        if (!send(kQuestion)) {
            disconnect();
        }
        return;
    }
    m_connecting = true;
    runBlocking<Result<UniqueFd>>(
        [channel = m_target.channel, path = m_target.socketPath](OpContext& context) { return channel->connectUnix(context, path); },
        [this](Result<UniqueFd> socket) { connected(std::move(socket)); });
}

void VtyFeed::connected(Result<UniqueFd> socket) {
    m_connecting = false;
    if (!socket || !m_wanted) {
        return;
    }
    m_socket = *std::move(socket);
    listen(m_socket.get());
    m_greetingDue = true;
    if (!send(kGreeting)) {
        disconnect();
    }
}

bool VtyFeed::send(QLatin1StringView command) {
    const QByteArray request = vtyRequest(command);
    // So short a request either fits the socket's buffer or the other side has stopped reading for good.
    const ssize_t sent = ::send(m_socket.get(), request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
    m_answersDue += sent == request.size() ? 1 : 0;
    return sent == request.size();
}

void VtyFeed::readable() {
    std::array<char, 64 * 1024> buffer;
    const ssize_t size = ::recv(m_socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return;
    }
    if (size <= 0) {
        disconnect();
        return;
    }
    const auto answers = m_decoder.feed(QByteArrayView(buffer.data(), size));
    bool good = answers.has_value();
    for (size_t i = 0; good && i < answers->size(); ++i) {
        good = take((*answers)[i]);
    }
    if (!good) {
        m_listener.push(state::LossSeen{QStringLiteral("vty"), 1});
        disconnect();
    }
}

bool VtyFeed::take(const VtyAnswer& answer) {
    if (m_answersDue == 0) {
        return false;
    }
    --m_answersDue;
    if (std::exchange(m_greetingDue, false)) {
        return !m_wanted || send(kQuestion);
    }
    const auto neighbors = decodeBgpNeighbors(answer.text);
    if (answer.status != 0 || !neighbors) {
        return false;
    }
    m_listener.answered(*neighbors);
    return true;
}

} // namespace podleaf::observe
