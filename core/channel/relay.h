// SPDX-License-Identifier: GPL-3.0-or-later
// Relay: two stream sockets joined, so that what one sends the other receives, until both have ended. Never blocks; lives on
// its owner's poll thread.
#pragma once

#include <core/base/unique_fd.h>

#include <QByteArray>

#include <poll.h>
#include <vector>

namespace podleaf::channel {

/// One direction. It holds at most what one read gave: what the receiver does not take stays with the sender.
class RelayFlow {
public:
    /// Moves what can be moved without waiting. False when a socket is broken.
    bool advance(int from, int to);
    /// Nobody receives any more: what is left of it goes nowhere.
    void abandon();

    [[nodiscard]] bool wantsToReceive() const { return !m_senderEnded && m_held.isEmpty(); }
    [[nodiscard]] bool wantsToSend() const { return !m_held.isEmpty(); }
    [[nodiscard]] bool hasSenderEnded() const { return m_senderEnded; }
    /// All that was sent has been received, and its end too.
    [[nodiscard]] bool isFinished() const { return m_finished; }

private:
    bool pass(int to, const char* bytes, qsizetype size);
    bool send(int to);

    QByteArray m_held;
    bool m_senderEnded = false;
    bool m_finished = false;
};

class Relay {
public:
    Relay(UniqueFd first, UniqueFd second);

    /// Appends two entries for poll(2); advance() takes them back.
    void addTo(std::vector<pollfd>& waits) const;
    /// With what poll(2) said of both. False when it is over: both have ended, or one is broken, which the other one is told by a
    /// reset.
    bool advance(const pollfd& first, const pollfd& second);
    /// From now on closing the sockets resets both connections.
    void breakOff() const;

private:
    UniqueFd m_first;
    UniqueFd m_second;
    RelayFlow m_there; ///< From the first to the second.
    RelayFlow m_back;
};

/// Makes closing the socket a reset, so that nobody takes it for an orderly end.
void closeByReset(int socket);

} // namespace podleaf::channel
