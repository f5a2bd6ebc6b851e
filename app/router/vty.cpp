// SPDX-License-Identifier: GPL-3.0-or-later
#include "vty.h"

#include "files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace podleaf::router {

namespace {

/// For all commands of a run. One takes well below a millisecond.
constexpr auto kLimit = std::chrono::seconds(10);
constexpr std::size_t kMostAnswerBytes = 64 * 1024;
constexpr std::string_view kEnd("\0\0\0", 3); // and a byte with the status

UniqueFd connectTo(const std::string& path) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!socket.isValid() || path.size() >= sizeof address.sun_path) {
        return {};
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    const bool isConnected = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    return isConnected ? std::move(socket) : UniqueFd();
}

} // namespace

VtyRun::VtyRun(labhost::Loop& loop, const std::string& path, std::vector<std::string> commands, Handlers handlers)
    : m_loop(loop), m_commands(std::move(commands)), m_handlers(std::move(handlers)), m_socket(connectTo(path)),
      m_limit(loop, [this] { fail(m_socket.isValid()); }) {
    m_commands.insert(m_commands.begin(), "enable");
    if (!m_socket.isValid()) {
        m_limit.start(std::chrono::nanoseconds(1)); // not from within the constructor
        return;
    }
    m_token = m_loop.add(m_socket.get(), EPOLLIN, [this](std::uint32_t) { receive(); });
    m_limit.start(kLimit);
    sendNext();
}

VtyRun::~VtyRun() {
    if (m_token) {
        m_loop.remove(*m_token);
    }
}

/// The socket takes it at once: only one command is under way.
void VtyRun::sendNext() {
    const std::string& command = m_commands[m_next];
    const auto bytes = command.size() + 1;
    if (::send(m_socket.get(), command.c_str(), bytes, MSG_NOSIGNAL) != static_cast<ssize_t>(bytes)) {
        m_limit.start(std::chrono::nanoseconds(1));
    }
}

void VtyRun::receive() {
    std::array<char, 4096> buffer;
    const ssize_t count = ::recv(m_socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0 || m_answer.size() > kMostAnswerBytes) {
        fail(false);
        return;
    }
    m_answer.append(buffer.data(), static_cast<std::size_t>(count));
    if (!takeAnswer()) {
        return;
    }
    if (++m_next < m_commands.size()) {
        sendNext();
        return;
    }
    const auto done = std::move(m_handlers.done);
    done(std::move(m_refusals));
}

/// False while the answer is not whole.
bool VtyRun::takeAnswer() {
    const std::size_t end = m_answer.find(kEnd);
    if (end == std::string::npos || end + kEnd.size() >= m_answer.size()) {
        return false;
    }
    if (m_answer[end + kEnd.size()] != 0) {
        m_refusals.push_back({m_commands[m_next], printable(m_answer.substr(0, m_answer.find_first_of("\r\n")))});
    }
    m_answer.clear();
    return true;
}

void VtyRun::fail(bool isStuck) {
    const auto failed = std::move(m_handlers.failed);
    failed(isStuck);
}

} // namespace podleaf::router
