// SPDX-License-Identifier: GPL-3.0-or-later
// SshTask: what a caller hands to the poll thread of an SSH connection and how the two stay in touch. The bytes go
// through sockets; the kernel's buffers are the back-pressure.
#pragma once

#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <QByteArray>

#include <array>
#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <optional>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>
#include <variant>

namespace podleaf::channel {

/// An eventfd: made readable by any thread, waited for with poll(2).
class SshEvent {
public:
    [[nodiscard]] int descriptor() const { return m_fd.get(); }
    void raise() const {
        const std::uint64_t one = 1;
        static_cast<void>(::write(m_fd.get(), &one, sizeof one) == sizeof one);
    }
    void clear() const {
        std::uint64_t times = 0;
        static_cast<void>(::read(m_fd.get(), &times, sizeof times) == sizeof times);
    }

private:
    UniqueFd m_fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

/// The terminal that a program is to have over there.
struct SshTerminal {
    QByteArray type;
    winsize size{};
};

struct SshProgram {
    QByteArray line; ///< For the user's shell over there; see ssh_script.h.
    std::optional<SshTerminal> terminal;
    bool urgent = false; ///< May take the session that is kept for stopping programs.
};
struct SshUnixStream {
    QByteArray path;
};
struct SshTcpStream {
    std::uint16_t port = 0;
};
using SshRequest = std::variant<SshProgram, SshUnixStream, SshTcpStream>;

/// How a program ended; nothing of meaning for a stream.
struct SshOutcome {
    int exitCode = 0;
    int signal = 0;
};

/// Shared by one caller and the poll thread. `data` and `errors` are the poll thread's ends and nobody else's once the
/// task is handed over; where one is missing, output is dropped and input is at its end.
class SshTask {
public:
    explicit SshTask(SshRequest what) : request(std::move(what)) {}

    const SshRequest request;
    UniqueFd data;   ///< Standard input and output, or the stream.
    UniqueFd errors; ///< Standard error output.
    SshEvent done;   ///< Raised once: the program has ended, the stream is open, or it did not come to that.
    /// By the caller, who wakes the connection then: close the channel; or let it be until the program has ended by
    /// itself, because it is being killed, so that we know how many of the server's sessions are taken.
    std::atomic<bool> cancelled = false;
    std::atomic<bool> abandoned = false;
    std::atomic<bool> started = false; ///< By the poll thread: the program was asked for.

    int refusals = 0; ///< The poll thread's: how often the server opened no session for it.

    /// The new size of the terminal, from the caller to the poll thread.
    void resize(const winsize& size) {
        const std::lock_guard lock(m_mutex);
        m_size = size;
    }
    std::optional<winsize> takeSize() {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_size, std::nullopt);
    }

    /// By the poll thread, once; what comes later is ignored.
    void finish(Result<SshOutcome> outcome) {
        const std::lock_guard lock(m_mutex);
        if (!m_outcome) {
            m_outcome = std::move(outcome);
            done.raise();
        }
    }
    /// Instead of opening a channel at all; by whoever has the task then.
    void refuse(const Error& error) {
        data.reset(); // the caller sees the end of the output
        errors.reset();
        finish(fail(error));
    }
    /// By the caller, when `done` was raised.
    Result<SshOutcome> outcome() {
        const std::lock_guard lock(m_mutex);
        return m_outcome ? *m_outcome : Result<SshOutcome>(fail(ErrorCode::Internal, QStringLiteral("It is not done yet.")));
    }

private:
    std::mutex m_mutex;
    std::optional<winsize> m_size;
    std::optional<Result<SshOutcome>> m_outcome;
};

/// Two connected, non-blocking stream sockets; invalid when there are no descriptors left.
inline std::pair<UniqueFd, UniqueFd> socketPair() {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
        return {};
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

} // namespace podleaf::channel
