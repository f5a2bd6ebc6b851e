// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_case.h"

#include "stream_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace podleaf::tests {

std::array<UniqueFd, 2> openPipe() {
    std::array<int, 2> ends{-1, -1};
    return ::pipe2(ends.data(), O_CLOEXEC) == 0 ? std::array{UniqueFd(ends[0]), UniqueFd(ends[1])} : std::array<UniqueFd, 2>{};
}

QByteArray readUntil(int fd, const QByteArray& text) {
    QByteArray all;
    pollfd wait{fd, POLLIN, 0};
    while (!all.contains(text) && ::poll(&wait, 1, 20'000) == 1) {
        std::array<char, 1024> buffer;
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count <= 0) {
            break;
        }
        all.append(buffer.data(), count);
    }
    return all;
}

void echo(int fd) {
    while (true) {
        std::array<char, 64 * 1024> buffer;
        const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (count <= 0 || !sendAll(fd, QByteArray::fromRawData(buffer.data(), count))) {
            return;
        }
    }
}

} // namespace podleaf::tests
