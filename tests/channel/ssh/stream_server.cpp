// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_server.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace podleaf::tests {

namespace {

constexpr int kPatienceMs = 20'000;
constexpr int kStalledMs = 1000;

bool isReady(int fd, short events, int timeoutMs) {
    pollfd wait{fd, events, 0};
    return ::poll(&wait, 1, timeoutMs) == 1;
}

/// One send; -1 when the other side hung up or nothing was taken in time.
ssize_t sendSome(int fd, const char* data, size_t size, int timeoutMs) {
    while (isReady(fd, POLLOUT, timeoutMs)) {
        const ssize_t count = ::send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0 || (errno != EAGAIN && errno != EINTR)) {
            return count;
        }
    }
    return -1;
}

} // namespace

StreamServer::StreamServer(std::function<void(int)> serve)
    : m_serve(std::move(serve)), m_listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray name = path().toUtf8();
    std::memcpy(address.sun_path, name.constData(), std::min(sizeof address.sun_path - 1, static_cast<size_t>(name.size())));
    ::bind(m_listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(m_listener.get(), 64);
    m_acceptor = std::jthread([this](const std::stop_token& stop) { acceptAll(stop); });
}

StreamServer::~StreamServer() {
    m_acceptor.request_stop();
    ::shutdown(m_listener.get(), SHUT_RDWR); // wakes accept(2)
    m_acceptor.join();
    for (const UniqueFd& socket : m_sockets) {
        ::shutdown(socket.get(), SHUT_RDWR);
    }
    m_threads.clear();
}

void StreamServer::acceptAll(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        UniqueFd socket(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (socket.isValid()) {
            const int fd = m_sockets.emplace_back(std::move(socket)).get();
            m_threads.emplace_back([this, fd] {
                m_serve(fd);
                ::shutdown(fd, SHUT_RDWR);
            });
        }
    }
}

QByteArray noise(qsizetype size, std::uint32_t seed) {
    QByteArray bytes(size, Qt::Uninitialized);
    for (char& byte : bytes) {
        seed = seed * 1664525U + 1013904223U;
        byte = static_cast<char>(seed >> 24U);
    }
    return bytes;
}

bool sendAll(int fd, const QByteArray& bytes) {
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t count = sendSome(fd, bytes.constData() + done, static_cast<size_t>(bytes.size() - done), kPatienceMs);
        if (count < 0) {
            return false;
        }
        done += count;
    }
    return true;
}

QByteArray readExactly(int fd, qsizetype size) {
    QByteArray all(size, Qt::Uninitialized);
    qsizetype done = 0;
    while (done < size && isReady(fd, POLLIN, kPatienceMs)) {
        const ssize_t count = ::recv(fd, all.data() + done, static_cast<size_t>(size - done), MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
            break;
        }
        done += std::max<ssize_t>(count, 0);
    }
    all.truncate(done);
    return all;
}

QByteArray readToEnd(int fd) {
    QByteArray all;
    while (true) {
        const QByteArray more = readExactly(fd, 64 * 1024);
        all += more;
        if (more.size() < 64 * 1024) {
            return all;
        }
    }
}

qsizetype fill(int fd) {
    const QByteArray zeros(64 * 1024, '\0');
    qsizetype taken = 0;
    while (true) {
        const ssize_t count = sendSome(fd, zeros.constData(), static_cast<size_t>(zeros.size()), kStalledMs);
        if (count <= 0) {
            return taken;
        }
        taken += count;
    }
}

} // namespace podleaf::tests
