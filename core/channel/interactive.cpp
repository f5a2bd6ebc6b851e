// SPDX-License-Identifier: GPL-3.0-or-later
#include "interactive.h"

#include "terminal_settings.h"

#include <QCoreApplication>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace podleaf::channel {

namespace {

/// Where the SIGWINCH handler reports to; a signal handler can only reach a global.
std::atomic<int> resizeWake = -1;

void wake(int eventFd) {
    const std::uint64_t one = 1;
    static_cast<void>(::write(eventFd, &one, sizeof one) == sizeof one);
}

void onResize(int) {
    const int savedErrno = errno;
    wake(resizeWake.load());
    errno = savedErrno;
}

void clear(int eventFd) {
    std::uint64_t times = 0;
    static_cast<void>(::read(eventFd, &times, sizeof times) == sizeof times);
}

/// The terminal without line editing, and as it was afterwards; SIGWINCH reported meanwhile.
class RawTerminal {
public:
    RawTerminal() {
        m_settings.setRaw();
        resizeWake = m_resized.get();
        struct sigaction action {};
        action.sa_handler = onResize;
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGWINCH, &action, &m_actionBefore);
    }
    ~RawTerminal() {
        ::sigaction(SIGWINCH, &m_actionBefore, nullptr);
        resizeWake = -1;
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;
    [[nodiscard]] int resized() const { return m_resized.get(); }

private:
    TerminalSettings m_settings{STDIN_FILENO};
    struct sigaction m_actionBefore {};
    UniqueFd m_resized{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

struct Pty {
    UniqueFd master;
    UniqueFd slave;
};

Pty openPty() {
    Pty pty;
    pty.master = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (pty.master.isValid() && ::grantpt(pty.master.get()) == 0 && ::unlockpt(pty.master.get()) == 0) {
        pty.slave = UniqueFd(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    }
    return pty;
}

void copySize(int master) {
    winsize size{};
    if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        ::ioctl(master, TIOCSWINSZ, &size); // the kernel tells the program
    }
}

/// Moves what is there from one descriptor to the other; false at the end.
bool move(int from, int to) {
    std::array<char, 16 * 1024> buffer;
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    for (ssize_t done = 0; done < count;) {
        const ssize_t written = ::write(to, buffer.data() + done, static_cast<size_t>(count - done));
        if (written < 0 && errno != EINTR) {
            return false;
        }
        done += std::max<ssize_t>(written, 0);
    }
    return count > 0 || (count < 0 && errno == EINTR);
}

/// Between our terminal and the pty until `done` is signalled and the program's last output is out.
void proxy(int master, int done, const RawTerminal& terminal) {
    bool typing = true;
    while (true) {
        std::array<pollfd, 4> waits{
            {{master, POLLIN, 0}, {typing ? STDIN_FILENO : -1, POLLIN, 0}, {terminal.resized(), POLLIN, 0}, {done, POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), -1);
        if (waits[2].revents != 0) {
            clear(terminal.resized());
            copySize(master);
        }
        const bool output = (waits[0].revents & POLLIN) != 0;
        if (output) {
            move(master, STDOUT_FILENO);
        }
        if ((waits[1].revents & (POLLIN | POLLHUP)) != 0) {
            typing = move(STDIN_FILENO, master);
        }
        if (!output && waits[3].revents != 0) {
            return;
        }
    }
}

} // namespace

Result<CommandResult> runInteractive(OpContext& context, NodeChannel& channel, const Command& command) {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1) {
        return channel.execOn(context, command, {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO});
    }
    Pty pty = openPty();
    if (!pty.slave.isValid()) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("runInteractive", "Cannot open a pseudo terminal."),
                    qt_error_string(errno));
    }
    copySize(pty.master.get());
    Command withTerm = command;
    withTerm.environment.prepend(QStringLiteral("TERM=") + qEnvironmentVariable("TERM", QStringLiteral("dumb")));
    const UniqueFd done(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    Result<CommandResult> result;
    {
        const RawTerminal terminal;
        std::jthread worker([&] {
            result = channel.execOn(context, withTerm, {pty.slave.get(), pty.slave.get(), pty.slave.get()});
            wake(done.get());
        });
        proxy(pty.master.get(), done.get(), terminal);
        worker.join();
    }
    return result;
}

} // namespace podleaf::channel
