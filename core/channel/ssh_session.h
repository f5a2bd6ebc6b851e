// SPDX-License-Identifier: GPL-3.0-or-later
// SshSession: one libssh session that never blocks. libssh is not thread-safe per session, so this and every channel
// made of it live on one thread: the connection's poll thread.
#pragma once

#include "ssh_target.h"

#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <cstdint>
#include <memory>

struct ssh_session_struct;

namespace podleaf::channel {

class SshSession {
public:
    /// Takes a connected, non-blocking socket. Nothing is sent yet.
    /// Errors: InvalidInput (the host key or the private key cannot be read).
    static Result<std::unique_ptr<SshSession>> open(UniqueFd socket, const SshTarget& target);
    ~SshSession();
    SshSession(const SshSession&) = delete;
    SshSession& operator=(const SshSession&) = delete;

    /// Goes on with key exchange, check of the host key and log-in; true when logged in. Call it again when
    /// descriptor() is ready for pollEvents(). Errors: Unreachable, Conflict (another host key), Denied (our key).
    Result<bool> shakeHands();

    /// For poll(2): the socket, and whether only reading or writing too is of interest.
    [[nodiscard]] int descriptor() const;
    [[nodiscard]] short pollEvents() const;
    /// Reads what has come, a bounded amount, and writes what waits. False when the connection is lost.
    bool process();
    [[nodiscard]] bool isConnected() const;
    /// Something waits for the socket to take it: give nothing more then.
    [[nodiscard]] bool isCongested() const;
    [[nodiscard]] std::uint64_t receivedBytes() const;
    /// Asks for an answer that has no other meaning (keepalive@openssh.com).
    void askForSignOfLife();
    /// libssh's words for what went wrong last, which may be the server's own; cut to a length.
    [[nodiscard]] QString lastError() const;
    /// For the channels of the same thread.
    [[nodiscard]] ssh_session_struct* raw() const;

private:
    class Private;
    explicit SshSession(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace podleaf::channel
