// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_pump.h"

#include "ssh_script.h"

#include <QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>

namespace podleaf::channel {

namespace {

constexpr int kBufferBytes = 64 * 1024;
/// A program has ended, but something that it left behind holds its output open: silence after which we let go.
constexpr auto kLinger = std::chrono::milliseconds(250);

QString text(const char* source) {
    return QCoreApplication::translate("SshChannel", source);
}

enum class Stage { Opening, AskingTerminal, Starting, Running, Ended };

bool wouldBlock() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/// From the channel to one socket: standard output or error output.
struct Outflow {
    UniqueFd socket;
    int isErrors = 0; ///< libssh's way to name the stream.
    QByteArray pending;
    bool atEnd = false;
    bool refused = false; ///< The caller closed the socket.

    bool flush();
    bool pull(ssh_channel channel);
};

/// Gives the socket what it takes; true when it took something.
bool Outflow::flush() {
    if (pending.isEmpty()) {
        return false;
    }
    if (!socket.isValid()) {
        pending.clear();
        return true;
    }
    const ssize_t count = ::send(socket.get(), pending.constData(), static_cast<size_t>(pending.size()), MSG_NOSIGNAL);
    if (count > 0) {
        pending.remove(0, count);
        return true;
    }
    if (count < 0 && !wouldBlock()) {
        pending.clear();
        refused = true;
        return true;
    }
    return false;
}

/// Takes what has come for this stream, but only when what came before is gone; true when there was something.
bool Outflow::pull(ssh_channel channel) {
    if (!pending.isEmpty() || atEnd) {
        return false;
    }
    pending.resize(kBufferBytes);
    const int count = ssh_channel_read_nonblocking(channel, pending.data(), kBufferBytes, isErrors);
    pending.resize(std::max(count, 0));
    if (count > 0) {
        return true;
    }
    atEnd = count < 0 || ssh_channel_is_eof(channel) != 0;
    return atEnd;
}

} // namespace

class SshPump::Private {
public:
    Private(SshSession& theSession, std::shared_ptr<SshTask> theTask, QString name);
    ~Private();
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    bool open();
    bool askTerminal();
    bool start();
    bool run();
    bool moveIn();
    bool moveOut();
    void endIfOver();
    void end(Result<SshOutcome> how);
    [[nodiscard]] bool wantsInput() const;
    [[nodiscard]] bool isDelivered() const { return output.pending.isEmpty() && errors.pending.isEmpty(); }
    [[nodiscard]] Error refusal() const;

    SshSession& session;
    std::shared_ptr<SshTask> task;
    QString node;
    ssh_channel channel = nullptr;
    ssh_channel_callbacks_struct callbacks{};
    Stage stage = Stage::Opening;
    Outflow output;
    Outflow errors{{}, 1, {}, false, false};
    QByteArray input; ///< Read from the caller, not yet taken by the channel.
    bool inputEnded = false;
    bool inputEndSent = false;
    bool callerGone = false;
    std::optional<SshOutcome> outcome;
    std::optional<Error> refusedBy;
    Clock::time_point lingerUntil = Clock::time_point::max();
};

namespace {

void onExitStatus(ssh_session /*session*/, ssh_channel /*channel*/, int status, void* data) {
    *static_cast<std::optional<SshOutcome>*>(data) = SshOutcome{status, 0};
}
void onExitSignal(ssh_session /*session*/, ssh_channel /*channel*/, const char* signal, int /*core*/, const char* /*message*/,
                  const char* /*language*/, void* data) {
    *static_cast<std::optional<SshOutcome>*>(data) = SshOutcome{0, signalByName(signal)};
}

} // namespace

SshPump::Private::Private(SshSession& theSession, std::shared_ptr<SshTask> theTask, QString name)
    : session(theSession), task(std::move(theTask)), node(std::move(name)), channel(ssh_channel_new(theSession.raw())) {
    output.socket = std::move(task->data);
    errors.socket = std::move(task->errors);
    inputEnded = !output.socket.isValid();
    callbacks.userdata = &outcome;
    callbacks.channel_exit_status_function = onExitStatus;
    callbacks.channel_exit_signal_function = onExitSignal;
    ssh_callbacks_init(&callbacks);
    ssh_set_channel_callbacks(channel, &callbacks);
}

SshPump::Private::~Private() {
    if (channel != nullptr) {
        ssh_remove_channel_callbacks(channel, &callbacks); // libssh keeps the channel until the other side closes it
        ssh_channel_free(channel);
    }
}

/// Asks for the channel and looks for the answer; true when it came.
bool SshPump::Private::open() {
    int answer = SSH_ERROR;
    if (channel == nullptr) {
        end(fail(ErrorCode::Failed, text("There is no memory for an SSH channel.")));
        return true;
    }
    if (const auto* stream = std::get_if<SshUnixStream>(&task->request)) {
        answer = ssh_channel_open_forward_unix(channel, stream->path.constData(), "localhost", 0);
    } else if (const auto* tcp = std::get_if<SshTcpStream>(&task->request)) {
        answer = ssh_channel_open_forward(channel, "127.0.0.1", tcp->port, "127.0.0.1", 0);
    } else {
        answer = ssh_channel_open_session(channel);
    }
    if (answer == SSH_AGAIN) {
        return false;
    }
    const auto* program = std::get_if<SshProgram>(&task->request);
    if (answer != SSH_OK && program != nullptr && session.isConnected()) {
        stage = Stage::Ended; // not the task: it may have another try
        refusedBy = refusal();
        return true;
    }
    if (answer != SSH_OK) {
        end(fail(refusal()));
        return true;
    }
    if (program == nullptr) {
        stage = Stage::Running;
        task->finish(SshOutcome{}); // for a stream, being open is all that the caller waits for
    } else {
        stage = program->terminal ? Stage::AskingTerminal : Stage::Starting;
    }
    return true;
}

Error SshPump::Private::refusal() const {
    const QString words = session.lastError();
    if (words.contains(QLatin1String("error (1)"))) { // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, RFC 4254 §5.1
        return Error{ErrorCode::Denied, text("The SSH server of %1 does not allow that.").arg(node), words, {}, {}};
    }
    if (const auto* stream = std::get_if<SshUnixStream>(&task->request)) {
        return Error{ErrorCode::Unreachable,
                     text("Nobody answers at %1 in %2.").arg(QString::fromUtf8(stream->path), node),
                     words,
                     text("If somebody listens there, AllowStreamLocalForwarding of its SSH server may be off."),
                     {}};
    }
    if (const auto* tcp = std::get_if<SshTcpStream>(&task->request)) {
        return Error{ErrorCode::Unreachable, text("Nobody answers at port %1 in %2.").arg(tcp->port).arg(node), words, {}, {}};
    }
    return Error{ErrorCode::Failed, text("The SSH server of %1 does not run another program.").arg(node), words, {}, {}};
}

bool SshPump::Private::askTerminal() {
    const SshTerminal& terminal = *std::get<SshProgram>(task->request).terminal;
    const int answer = ssh_channel_request_pty_size(channel, terminal.type.constData(), terminal.size.ws_col, terminal.size.ws_row);
    if (answer == SSH_AGAIN) {
        return false;
    }
    if (answer != SSH_OK) {
        end(fail(ErrorCode::Failed, text("The SSH server of %1 gives no terminal.").arg(node), session.lastError()));
        return true;
    }
    stage = Stage::Starting;
    return true;
}

bool SshPump::Private::start() {
    task->started = true;
    const int answer = ssh_channel_request_exec(channel, std::get<SshProgram>(task->request).line.constData());
    if (answer == SSH_AGAIN) {
        return false;
    }
    if (answer != SSH_OK) {
        end(fail(ErrorCode::Failed, text("The SSH server of %1 does not run the program.").arg(node), session.lastError()));
        return true;
    }
    stage = Stage::Running;
    return true;
}

bool SshPump::Private::wantsInput() const {
    return !inputEnded && input.isEmpty() && ssh_channel_window_size(channel) > 0 && !session.isCongested();
}

/// From the caller to the channel.
bool SshPump::Private::moveIn() {
    bool moved = false;
    if (wantsInput()) {
        input.resize(std::min<qsizetype>(kBufferBytes, ssh_channel_window_size(channel)));
        const ssize_t count = ::recv(output.socket.get(), input.data(), static_cast<size_t>(input.size()), 0);
        input.resize(std::max<ssize_t>(count, 0));
        inputEnded = count == 0 || (count < 0 && !wouldBlock());
        moved = count >= 0;
    }
    if (!input.isEmpty() && !session.isCongested()) {
        const int count = ssh_channel_write(channel, input.constData(), static_cast<std::uint32_t>(input.size()));
        input.remove(0, count < 0 ? input.size() : count); // below 0: closed, nobody takes it any more
        moved = moved || count != 0;
    }
    if (inputEnded && input.isEmpty() && !inputEndSent) {
        inputEndSent = true;
        ssh_channel_send_eof(channel);
        moved = true;
    }
    return moved;
}

/// From the channel to the caller.
bool SshPump::Private::moveOut() {
    bool moved = false;
    for (Outflow* flow : {&output, &errors}) {
        moved = flow->pull(channel) || moved;
        moved = flow->flush() || moved;
    }
    if (moved && lingerUntil != Clock::time_point::max()) {
        lingerUntil = Clock::now() + kLinger;
    }
    return moved;
}

bool SshPump::Private::run() {
    if (auto size = task->takeSize()) {
        ssh_channel_change_pty_size(channel, size->ws_col, size->ws_row);
    }
    if (task->abandoned) {
        input.clear();
        inputEnded = true;
        output.socket.reset(); // what still comes is dropped
        errors.socket.reset();
    }
    bool moved = moveIn();
    moved = moveOut() || moved;
    if (outcome && lingerUntil == Clock::time_point::max()) {
        lingerUntil = Clock::now() + kLinger;
    }
    endIfOver();
    return moved || stage == Stage::Ended;
}

void SshPump::Private::endIfOver() {
    const bool isProgram = std::holds_alternative<SshProgram>(task->request);
    const bool isCallerGone = output.refused || callerGone;
    const bool isClosed = ssh_channel_is_closed(channel) != 0;
    if (!session.isConnected()) {
        return; // that closes every channel; lose() says so
    }
    if (isCallerGone && isProgram) {
        end(outcome.value_or(SshOutcome{0, SIGPIPE})); // closing the channel breaks the program's pipe
    } else if (isCallerGone && inputEndSent) {
        end(SshOutcome{}); // what the caller wrote before it left has gone out
    } else if (isDelivered() && output.atEnd && !isProgram && !isClosed) {
        ::shutdown(output.socket.get(), SHUT_WR); // one direction may end before the other
    } else if (isDelivered() && isClosed && output.atEnd && errors.atEnd) {
        const Error unknown{ErrorCode::Protocol, text("The SSH server of %1 did not say how the program ended.").arg(node), {}, {}, {}};
        end(outcome ? Result<SshOutcome>(*outcome) : Result<SshOutcome>(fail(unknown)));
    } else if (isDelivered() && outcome && Clock::now() >= lingerUntil) {
        end(*outcome);
    }
}

void SshPump::Private::end(Result<SshOutcome> how) {
    stage = Stage::Ended;
    output.socket.reset(); // before the caller is told, so that it sees the end of the output
    errors.socket.reset();
    task->finish(std::move(how));
}

SshPump::SshPump(SshSession& session, std::shared_ptr<SshTask> task, const QString& node)
    : d(std::make_unique<Private>(session, std::move(task), node)) {}
SshPump::~SshPump() = default;

bool SshPump::advance() {
    if (d->task->cancelled && d->stage != Stage::Ended) {
        d->end(fail(ErrorCode::Cancelled, text("Stopped.")));
        return true;
    }
    switch (d->stage) {
    case Stage::Opening:
        return d->open();
    case Stage::AskingTerminal:
        return d->askTerminal();
    case Stage::Starting:
        return d->start();
    case Stage::Running:
        return d->run();
    case Stage::Ended:
        break;
    }
    return false;
}

void SshPump::addTo(std::vector<pollfd>& waits) const {
    if (d->stage != Stage::Running) {
        return;
    }
    const auto reading = static_cast<short>(d->wantsInput() ? POLLIN : 0);
    const auto writing = static_cast<short>(d->output.pending.isEmpty() ? 0 : POLLOUT);
    if (!d->callerGone || (reading | writing) != 0) {
        waits.push_back({d->output.socket.get(), static_cast<short>(reading | writing), 0});
    }
    if (!d->errors.pending.isEmpty()) {
        waits.push_back({d->errors.socket.get(), POLLOUT, 0});
    }
}

void SshPump::noteHangUp(int descriptor) {
    d->callerGone = d->callerGone || descriptor == d->output.socket.get();
}

bool SshPump::isProgram() const {
    return std::holds_alternative<SshProgram>(d->task->request);
}

bool SshPump::isEnded() const {
    return d->stage == Stage::Ended;
}

std::shared_ptr<SshTask> SshPump::refusedTask() {
    if (!d->refusedBy) {
        return {};
    }
    d->task->data = std::move(d->output.socket);
    d->task->errors = std::move(d->errors.socket);
    return d->task;
}

Error SshPump::refusal() const {
    return d->refusedBy.value_or(Error{});
}

Clock::time_point SshPump::wakeAt() const {
    return d->isDelivered() ? d->lingerUntil : Clock::time_point::max();
}

void SshPump::lose(const Error& error) {
    d->end(fail(error));
}

} // namespace podleaf::channel
