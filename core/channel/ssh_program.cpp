// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_program.h"

#include "ssh_script.h"
#include "terminal_settings.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/ioctl.h>
#include <vector>

namespace podleaf::channel {

namespace {

/// How long a stopped call waits to see its program dead.
constexpr auto kKillGrace = std::chrono::milliseconds(500);
/// What a pipe that poll(2) calls writable takes without blocking (PIPE_BUF).
constexpr qsizetype kSafeWriteBytes = 4096;
constexpr int kResizeCheckMs = 100; ///< SIGWINCH goes to the terminal's foreground only, so the size is looked at.

QString text(const char* source) {
    return QCoreApplication::translate("SshChannel", source);
}

QByteArray freshMark() {
    return "podleaf" + QByteArray::number(QRandomGenerator::system()->generate64(), 36) +
           QByteArray::number(QRandomGenerator::system()->generate64(), 36);
}

bool wouldBlock() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/// SIGPIPE of this thread held back for a scope: a reader that left is an ordinary error.
class NoSigpipe {
public:
    NoSigpipe() {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~NoSigpipe() {
        if (sigismember(&m_before, SIGPIPE) == 0) {
            const timespec now{};
            ::sigtimedwait(&m_pipe, nullptr, &now); // what write(2) raised meanwhile
        }
        ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    NoSigpipe(const NoSigpipe&) = delete;
    NoSigpipe& operator=(const NoSigpipe&) = delete;

private:
    sigset_t m_pipe{};
    sigset_t m_before{};
};

/// Output on its way from the poll thread's socket to memory or to a descriptor.
struct Sink {
    UniqueFd socket;
    MarkFilter filter;
    int to = -1; ///< A descriptor; or memory, up to the limit of the program.
    QByteArray held = {};

    [[nodiscard]] bool wantsMore() const { return socket.isValid() && (to < 0 || held.isEmpty()); }
    [[nodiscard]] bool isOver() const { return !socket.isValid() && (to < 0 || held.isEmpty()); }
};

/// One program under way.
class Run {
public:
    Run(OpContext& context, SshConnection& connection, qsizetype maxBytes)
        : m_context(context), m_connection(connection), m_maxBytes(maxBytes) {}

    Result<CommandResult> start(const Command& command, const StandardStreams& streams);

private:
    Result<CommandResult> follow();
    void wait();
    void feed();
    void take(Sink& sink);
    void give(Sink& sink);
    void followSize();
    bool stopAndLook();
    Result<CommandResult> result();
    [[nodiscard]] int timeoutMs() const;

    OpContext& m_context;
    SshConnection& m_connection;
    const qsizetype m_maxBytes;
    std::shared_ptr<SshTask> m_task;
    SshEvent m_stopped;
    Sink m_output{{}, MarkFilter({})};
    Sink m_errors{{}, MarkFilter({})};
    QByteArray m_input; ///< Not yet in the socket.
    int m_inputFrom = -1;
    int m_terminal = -1;
    winsize m_size{};
    bool m_truncated = false;
    bool m_isDone = false;
    bool m_killSent = false;
    std::optional<Error> m_stopReason;
    Clock::time_point m_graceEnd;
    std::vector<pollfd> m_waits;
};

Result<CommandResult> Run::start(const Command& command, const StandardStreams& streams) {
    const QByteArray mark = freshMark();
    auto line = shellLine(command, mark);
    if (!line) {
        return fail(line.error());
    }
    if (auto state = m_context.checkpoint(); !state) {
        return fail(state.error());
    }
    SshProgram program{*std::move(line), {}, false};
    if (::isatty(streams.in) == 1 && ::isatty(streams.out) == 1) {
        m_terminal = streams.in;
        ::ioctl(m_terminal, TIOCGWINSZ, &m_size);
        program.terminal = SshTerminal{"dumb", m_size};
        for (const QString& variable : command.environment) {
            if (variable.startsWith(QLatin1String("TERM="))) {
                program.terminal->type = variable.mid(5).toUtf8();
            }
        }
    }
    m_task = std::make_shared<SshTask>(std::move(program));
    std::tie(m_output.socket, m_task->data) = socketPair();
    std::tie(m_errors.socket, m_task->errors) = socketPair();
    if (!m_task->data.isValid() || !m_task->errors.isValid()) {
        return fail(ErrorCode::Failed, text("Cannot open a socket."), qt_error_string(errno));
    }
    (m_terminal >= 0 ? m_output : m_errors).filter = MarkFilter(mark);
    m_output.to = streams.out;
    m_errors.to = streams.err;
    m_input = command.input;
    m_inputFrom = streams.in;
    const NoSigpipe noSigpipe;
    const TerminalSettings terminal(m_terminal);
    terminal.setRaw();
    return follow();
}

Result<CommandResult> Run::follow() {
    const std::stop_callback onStop(m_context.stop, [this] { m_stopped.raise(); });
    m_connection.submit(m_task);
    feed();
    while (true) {
        wait();
        feed();
        for (Sink* sink : {&m_output, &m_errors}) {
            give(*sink);
            take(*sink);
            give(*sink);
        }
        followSize();
        if (stopAndLook()) {
            return fail(*m_stopReason);
        }
        if (m_isDone && m_output.isOver() && m_errors.isOver()) {
            return result();
        }
    }
}

int Run::timeoutMs() const {
    int timeout = m_context.remainingMs(m_terminal >= 0 ? kResizeCheckMs : 60'000);
    if (m_stopReason) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_graceEnd - Clock::now()).count();
        timeout = static_cast<int>(std::max<std::int64_t>(left, 0));
    }
    return timeout;
}

void Run::wait() {
    m_waits.clear();
    m_waits.push_back({m_isDone ? -1 : m_task->done.descriptor(), POLLIN, 0});
    m_waits.push_back({m_stopReason ? -1 : m_stopped.descriptor(), POLLIN, 0});
    const int reading = m_output.wantsMore() ? POLLIN : 0;
    const int writing = m_input.isEmpty() ? 0 : POLLOUT;
    m_waits.push_back({(reading | writing) == 0 ? -1 : m_output.socket.get(), static_cast<short>(reading | writing), 0});
    m_waits.push_back({m_errors.wantsMore() ? m_errors.socket.get() : -1, POLLIN, 0});
    m_waits.push_back({m_input.isEmpty() ? m_inputFrom : -1, POLLIN, 0});
    for (const Sink* sink : {&m_output, &m_errors}) {
        m_waits.push_back({sink->held.isEmpty() ? -1 : sink->to, POLLOUT, 0});
    }
    ::poll(m_waits.data(), m_waits.size(), timeoutMs());
    m_isDone = m_isDone || m_waits[0].revents != 0;
}

/// Input to the program: from memory, or from the caller's descriptor once poll(2) said that it has some.
void Run::feed() {
    const bool isReadable = m_waits.size() > 4 && m_waits[4].revents != 0;
    if (m_input.isEmpty() && m_inputFrom >= 0 && isReadable) {
        m_input.resize(kSafeWriteBytes);
        const ssize_t count = ::read(m_inputFrom, m_input.data(), static_cast<size_t>(m_input.size()));
        m_input.resize(std::max<ssize_t>(count, 0));
        if (count == 0 || (count < 0 && !wouldBlock())) {
            m_inputFrom = -1;
        }
    }
    while (!m_input.isEmpty() && m_output.socket.isValid()) {
        const ssize_t count = ::send(m_output.socket.get(), m_input.constData(), static_cast<size_t>(m_input.size()), MSG_NOSIGNAL);
        if (count < 0 && wouldBlock()) {
            return;
        }
        m_input.remove(0, count < 0 ? m_input.size() : count); // below 0: the program takes no more
    }
    if (m_inputFrom < 0 && m_input.isEmpty() && m_output.socket.isValid()) {
        ::shutdown(m_output.socket.get(), SHUT_WR);
    }
}

/// Takes output from the socket: into memory all that is there, for a descriptor as much as it is given at once.
void Run::take(Sink& sink) {
    std::array<char, 32 * 1024> buffer;
    while (sink.wantsMore()) {
        const ssize_t count = ::recv(sink.socket.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && wouldBlock()) {
            return;
        }
        if (count <= 0) {
            sink.held += sink.filter.rest();
            sink.socket.reset();
            return;
        }
        sink.held += sink.filter.feed(QByteArray::fromRawData(buffer.data(), count));
        if (sink.to < 0 && sink.held.size() > m_maxBytes) {
            sink.held.truncate(m_maxBytes);
            m_truncated = true;
        }
    }
}

/// Gives the caller's descriptor what it takes without blocking.
void Run::give(Sink& sink) {
    while (sink.to >= 0 && !sink.held.isEmpty()) {
        pollfd ready{sink.to, POLLOUT, 0};
        if (::poll(&ready, 1, 0) <= 0) {
            return;
        }
        const auto size = static_cast<size_t>(std::min(sink.held.size(), kSafeWriteBytes));
        const ssize_t count = ::write(sink.to, sink.held.constData(), size);
        if (count < 0 && wouldBlock()) {
            return;
        }
        if (count < 0) { // nobody reads: the program learns it the same way
            sink.held.clear();
            sink.socket.reset();
            return;
        }
        sink.held.remove(0, count);
    }
}

void Run::followSize() {
    winsize now{};
    if (m_terminal >= 0 && ::ioctl(m_terminal, TIOCGWINSZ, &now) == 0 && (now.ws_col != m_size.ws_col || now.ws_row != m_size.ws_row)) {
        m_size = now;
        m_task->resize(now);
        m_connection.wake();
    }
}

/// When the context has ended: kills the program, and true when that is done or has taken long enough.
bool Run::stopAndLook() {
    if (!m_stopReason) {
        auto state = m_context.checkpoint();
        if (state) {
            return false;
        }
        m_stopReason = state.error();
        m_graceEnd = Clock::now() + kKillGrace;
    }
    const auto pid = m_terminal >= 0 ? m_output.filter.pid() : m_errors.filter.pid();
    if (pid && !m_killSent && !m_isDone) {
        m_killSent = true;
        m_connection.submit(std::make_shared<SshTask>(SshProgram{killLine(*pid), {}, true}));
    }
    if (!m_isDone && m_task->started && Clock::now() < m_graceEnd) {
        return false;
    }
    (m_killSent ? m_task->abandoned : m_task->cancelled) = true;
    m_connection.wake();
    return true;
}

Result<CommandResult> Run::result() {
    auto outcome = m_task->outcome();
    if (!outcome) {
        return fail(outcome.error());
    }
    if (const auto failure = m_terminal >= 0 ? m_output.filter.startFailure() : m_errors.filter.startFailure()) {
        const QString words = QString::fromUtf8(m_errors.to < 0 ? m_errors.held : QByteArray()).trimmed();
        return *failure == 127 ? fail(ErrorCode::NotFound, text("There is no such program in the node."), words)
                               : fail(ErrorCode::Failed, text("The program cannot be run in the node."), words);
    }
    return CommandResult{outcome->exitCode, outcome->signal, m_output.to < 0 ? m_output.held : QByteArray(),
                         m_errors.to < 0 ? m_errors.held : QByteArray(), m_truncated};
}

} // namespace

Result<CommandResult> runOnMemory(OpContext& context, SshConnection& connection, const Command& command) {
    return Run(context, connection, command.maxOutputBytes).start(command, {});
}

Result<CommandResult> runOnStreams(OpContext& context, SshConnection& connection, const Command& command, const StandardStreams& streams) {
    return Run(context, connection, 0).start(command, streams);
}

} // namespace podleaf::channel
