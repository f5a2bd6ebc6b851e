// SPDX-License-Identifier: GPL-3.0-or-later
#include "status.h"

#include <app/labhost/failure.h>

#include <cstring>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace podleaf::router {

StatusSocket::StatusSocket(labhost::Loop& loop, std::string path, Text text)
    : m_loop(loop), m_path(std::move(path)), m_text(std::move(text)) {}

StatusSocket::~StatusSocket() {
    if (m_token) {
        m_loop.remove(*m_token);
        ::unlink(m_path.c_str());
    }
}

std::string StatusSocket::listen() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (m_path.size() >= sizeof address.sun_path) {
        return "the path of the status socket is too long";
    }
    std::memcpy(address.sun_path, m_path.data(), m_path.size());
    ::unlink(m_path.c_str());
    m_socket = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!m_socket.isValid() || ::bind(m_socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(m_socket.get(), SOMAXCONN) != 0) {
        return labhost::failure("cannot serve the status at " + m_path);
    }
    m_token = m_loop.add(m_socket.get(), EPOLLIN, [this](std::uint32_t) { answer(); });
    return {};
}

void StatusSocket::answer() {
    const UniqueFd peer(::accept4(m_socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (peer.isValid()) {
        const std::string text = m_text() + '\n';
        // It fits into the socket; who went away meanwhile misses nothing.
        static_cast<void>(::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    }
}

} // namespace podleaf::router
