// SPDX-License-Identifier: GPL-3.0-or-later
#include "loopback.h"

#include <QDeadlineTimer>
#include <QFile>

#include <arpa/inet.h>
#include <csignal>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace podleaf::tests {

namespace {

constexpr int kPatienceMs = 20'000;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

bool answers(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

} // namespace

std::uint16_t freePort() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

bool startServer(QProcess& process, const QString& program, const QStringList& arguments, const QString& config, std::uint16_t port) {
    const pid_t self = ::getpid();
    process.setChildProcessModifier([self] {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != self) {
            ::_exit(1);
        }
    });
    process.setStandardErrorFile(config + QStringLiteral(".log"));
    process.start(program, arguments + QStringList{config});
    constexpr int kLookAgainMs = 10; // neither says when it listens
    const QDeadlineTimer deadline(kPatienceMs);
    while (process.waitForStarted() && !deadline.hasExpired()) {
        if (answers(port)) {
            return true;
        }
        if (process.waitForFinished(kLookAgainMs)) {
            return false;
        }
    }
    return false;
}

QString wordsOf(const QString& config) {
    QFile file(config + QStringLiteral(".log"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
}

} // namespace podleaf::tests
