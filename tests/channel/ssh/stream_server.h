// SPDX-License-Identifier: GPL-3.0-or-later
// StreamServer: a listener on a Unix socket whose connections are served by a function, each on a thread of its own.
#pragma once

#include <core/base/unique_fd.h>

#include <QByteArray>
#include <QTemporaryDir>

#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace podleaf::tests {

class StreamServer {
public:
    /// `serve` gets a connected, blocking socket, which is closed when it returns.
    explicit StreamServer(std::function<void(int)> serve);
    ~StreamServer();
    StreamServer(const StreamServer&) = delete;
    StreamServer& operator=(const StreamServer&) = delete;

    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("stream.sock")); }

private:
    void acceptAll(const std::stop_token& stop);

    QTemporaryDir m_folder;
    std::function<void(int)> m_serve;
    UniqueFd m_listener;
    std::list<UniqueFd> m_sockets;
    std::list<std::jthread> m_threads;
    std::jthread m_acceptor;
};

/// Bytes that repeat late, the same for the same seed.
QByteArray noise(qsizetype size, std::uint32_t seed);
/// Sends all of it on a socket, blocking or not; false when the other side hung up or nothing moved for long.
bool sendAll(int fd, const QByteArray& bytes);
/// Everything until the other side is at its end or nothing comes for long.
QByteArray readToEnd(int fd);
/// Exactly `size` bytes, or less at the end.
QByteArray readExactly(int fd, qsizetype size);
/// Sends zeros until nothing is taken any more; how many were taken.
qsizetype fill(int fd);

} // namespace podleaf::tests
