// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_connection.h"

#include "ssh_pump.h"
#include "ssh_session.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <algorithm>
#include <deque>
#include <exception>
#include <list>
#include <netdb.h>
#include <poll.h>
#include <thread>
#include <vector>

namespace podleaf::channel {

namespace {

Q_LOGGING_CATEGORY(logSsh, "podleaf.channel.ssh", QtInfoMsg)

constexpr int kSilencesUntilLost = 3;
constexpr auto kRetry = std::chrono::milliseconds(20); ///< After the server opened no session.

QString text(const char* source) {
    return QCoreApplication::translate("SshChannel", source);
}

Error stopped() {
    return Error{ErrorCode::Cancelled, text("Stopped."), {}, {}, {}};
}

Error nobodyThere(const SshTarget& target, int error) {
    return Error{ErrorCode::Unreachable, text("No SSH server answers for %1.").arg(target.node), qt_error_string(error), {}, {}};
}

Result<> finishConnect(const OpContext& context, const UniqueFd& socket, const SshTarget& target) {
    const SshEvent stopWake;
    const std::stop_callback onStop(context.stop, [&stopWake] { stopWake.raise(); });
    while (true) {
        if (auto state = context.checkpoint(); !state) {
            return state;
        }
        std::array<pollfd, 2> waits{{{socket.get(), POLLOUT, 0}, {stopWake.descriptor(), POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), context.remainingMs(60'000));
        if (waits[0].revents != 0) {
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
            return error == 0 ? Result<>() : fail(nobodyThere(target, error));
        }
    }
}

Result<UniqueFd> connectTo(const OpContext& context, const SshTarget& target) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(target.host.toUtf8().constData(), QByteArray::number(target.port).constData(), &hints, &list) != 0) {
        return fail(ErrorCode::InvalidInput, text("%1 is not an address.").arg(target.host));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(list, &::freeaddrinfo);
    UniqueFd socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(socket.get(), address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS) {
        return fail(nobodyThere(target, errno));
    }
    if (auto connected = finishConnect(context, socket, target); !connected) {
        return fail(connected.error());
    }
    return socket;
}

} // namespace

Result<> waitFor(const OpContext& context, const SshEvent& event) {
    const SshEvent stopWake;
    const std::stop_callback onStop(context.stop, [&stopWake] { stopWake.raise(); });
    while (true) {
        std::array<pollfd, 2> waits{{{event.descriptor(), POLLIN, 0}, {stopWake.descriptor(), POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), context.remainingMs(60'000));
        if (auto state = context.checkpoint(); !state) {
            return state;
        }
        if (waits[0].revents != 0) {
            return {};
        }
    }
}

class SshConnection::Private {
public:
    explicit Private(SshTarget where) : target(std::move(where)) {}

    void main(const std::stop_token& stop, UniqueFd socket);
    Result<> shakeHands(const std::stop_token& stop);
    Result<> serve(const std::stop_token& stop);
    void takeTasks();
    void startTasks();
    bool round();
    void sweep();
    void wait(bool idle);
    Result<> keepAlive();
    void lose(const Error& error);
    [[nodiscard]] Error lost(const QString& detail) const;
    [[nodiscard]] int timeoutMs() const;

    SshTarget target; ///< The key is gone from it once the session has it.
    SshEvent wake;
    SshEvent ready; ///< The handshake is over, one way or the other.

    std::mutex mutex; ///< Guards what follows.
    std::deque<std::shared_ptr<SshTask>> queue;
    std::optional<Error> lostBy;
    Result<> handshake;

    // The poll thread's own.
    std::unique_ptr<SshSession> session;
    std::list<SshPump> pumps;
    std::deque<std::shared_ptr<SshTask>> waiting; ///< Programs whose turn has not come.
    std::optional<Clock::time_point> retryAt;     ///< No program is started before.
    std::vector<pollfd> waits;
    std::uint64_t heardBytes = 0;
    Clock::time_point heardAt;
    bool asked = false; ///< For a sign of life, since heardAt.

    std::jthread thread; ///< Last: it uses all of the above.
};

void SshConnection::Private::main(const std::stop_token& stop, UniqueFd socket) {
    try {
        auto opened = SshSession::open(std::move(socket), target);
        target.key = SshKeyText{};
        Result<> outcome = opened ? Result<>() : fail(opened.error());
        if (opened) {
            session = *std::move(opened);
            outcome = shakeHands(stop);
        }
        if (!outcome) {
            lose(outcome.error());
        }
        {
            const std::lock_guard lock(mutex);
            handshake = outcome;
        }
        ready.raise();
        if (outcome) {
            const Result<> served = serve(stop);
            if (!served) {
                qCWarning(logSsh).nospace() << "node=" << target.node << " state=lost detail=" << served.error().detail;
            }
            lose(served ? stopped() : served.error());
        }
    } catch (const std::exception& exception) {
        const Error error{
            ErrorCode::Internal, text("The connection to %1 broke.").arg(target.node), QString::fromUtf8(exception.what()), {}, {}};
        lose(error);
        const std::lock_guard lock(mutex);
        handshake = fail(error);
        ready.raise();
    }
    pumps.clear();
    session.reset();
}

Result<> SshConnection::Private::shakeHands(const std::stop_token& stop) {
    while (true) {
        auto done = session->shakeHands();
        if (!done) {
            return fail(done.error());
        }
        if (*done) {
            return {};
        }
        std::array<pollfd, 2> both{{{session->descriptor(), session->pollEvents(), 0}, {wake.descriptor(), POLLIN, 0}}};
        ::poll(both.data(), both.size(), -1);
        wake.clear();
        if (stop.stop_requested()) {
            return fail(stopped());
        }
    }
}

/// Until told to stop, or until the connection is lost.
Result<> SshConnection::Private::serve(const std::stop_token& stop) {
    heardAt = Clock::now();
    bool idle = false;
    while (!stop.stop_requested()) {
        wait(idle);
        takeTasks();
        if (!session->process()) {
            return fail(lost(session->lastError()));
        }
        const std::uint64_t before = session->receivedBytes();
        const bool moved = round();
        // A channel that looks for its data reads for all of them, also for those that had their turn.
        idle = !moved && session->receivedBytes() == before;
        if (auto alive = keepAlive(); !alive) {
            return alive;
        }
    }
    return {};
}

void SshConnection::Private::takeTasks() {
    std::deque<std::shared_ptr<SshTask>> fresh;
    {
        const std::lock_guard lock(mutex);
        fresh.swap(queue);
    }
    std::move(fresh.begin(), fresh.end(), std::back_inserter(waiting));
}

/// Opens channels for the tasks whose turn it is; for streams that is at once.
void SshConnection::Private::startTasks() {
    auto running = std::count_if(pumps.begin(), pumps.end(), [](const SshPump& pump) { return pump.isProgram(); });
    std::deque<std::shared_ptr<SshTask>> later;
    const bool isTooEarly = retryAt && Clock::now() < *retryAt;
    if (!isTooEarly) {
        retryAt.reset();
    }
    for (std::shared_ptr<SshTask>& task : waiting) {
        const auto* program = std::get_if<SshProgram>(&task->request);
        if (task->cancelled) {
            task->refuse(stopped());
        } else if (program != nullptr && (isTooEarly || running >= target.maxPrograms + (program->urgent ? 1 : 0))) {
            later.push_back(std::move(task));
        } else {
            running += program != nullptr ? 1 : 0;
            pumps.emplace_back(*session, std::move(task), target.node);
        }
    }
    waiting = std::move(later);
}

/// Every channel's turn; true when any moved something.
bool SshConnection::Private::round() {
    startTasks();
    bool moved = false;
    for (SshPump& pump : pumps) {
        moved = pump.advance() || moved;
    }
    sweep();
    return moved;
}

/// Takes away what has ended. The server counts a session until some time after it is closed, so that a program may be
/// refused although its turn has come: it gets another try as long as programs run, and for a while after.
void SshConnection::Private::sweep() {
    constexpr int kMostRefusals = 50;
    const auto running = std::count_if(pumps.begin(), pumps.end(), [](const SshPump& pump) { return pump.isProgram() && !pump.isEnded(); });
    for (SshPump& pump : pumps) {
        const std::shared_ptr<SshTask> refused = pump.refusedTask();
        if (refused && running == 0 && ++refused->refusals > kMostRefusals) {
            refused->refuse(pump.refusal());
        } else if (refused) {
            waiting.push_front(refused);
            retryAt = Clock::now() + kRetry;
        }
    }
    pumps.remove_if([](const SshPump& pump) { return pump.isEnded(); });
}

int SshConnection::Private::timeoutMs() const {
    Clock::time_point until = heardAt + target.keepalive * (asked ? kSilencesUntilLost : 1);
    if (retryAt) {
        until = std::min(until, *retryAt);
    }
    for (const SshPump& pump : pumps) {
        until = std::min(until, pump.wakeAt());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void SshConnection::Private::wait(bool idle) {
    waits.clear();
    waits.push_back({session->descriptor(), session->pollEvents(), 0});
    waits.push_back({wake.descriptor(), POLLIN, 0});
    for (const SshPump& pump : pumps) {
        pump.addTo(waits);
    }
    ::poll(waits.data(), waits.size(), idle ? timeoutMs() : 0);
    if (waits[1].revents != 0) {
        wake.clear();
    }
    for (const pollfd& one : waits) {
        if ((one.revents & POLLHUP) != 0) {
            std::for_each(pumps.begin(), pumps.end(), [&one](SshPump& pump) { pump.noteHangUp(one.fd); });
        }
    }
}

Result<> SshConnection::Private::keepAlive() {
    const auto now = Clock::now();
    if (session->receivedBytes() != heardBytes) {
        heardBytes = session->receivedBytes();
        heardAt = now;
        asked = false;
    } else if (now - heardAt >= target.keepalive * kSilencesUntilLost) {
        return fail(lost(text("It has not answered for %1 s.").arg(static_cast<double>((now - heardAt).count()) / 1e9, 0, 'f', 1)));
    } else if (!asked && now - heardAt >= target.keepalive) {
        asked = true;
        session->askForSignOfLife();
    }
    return {};
}

Error SshConnection::Private::lost(const QString& detail) const {
    return Error{ErrorCode::Unreachable, text("The connection to %1 is lost.").arg(target.node), detail, {}, {}};
}

void SshConnection::Private::lose(const Error& error) {
    {
        const std::lock_guard lock(mutex);
        lostBy = error;
    }
    takeTasks();
    for (SshPump& pump : pumps) {
        pump.lose(error);
    }
    for (const std::shared_ptr<SshTask>& task : waiting) {
        task->refuse(error);
    }
    waiting.clear();
}

SshConnection::SshConnection(std::unique_ptr<Private> shared) : d(std::move(shared)) {}

SshConnection::~SshConnection() {
    d->thread.request_stop();
    d->wake.raise();
}

Result<std::unique_ptr<SshConnection>> SshConnection::open(OpContext& context, const SshTarget& target) {
    auto socket = connectTo(context, target);
    if (!socket) {
        return fail(socket.error());
    }
    std::unique_ptr<SshConnection> connection(new SshConnection(std::make_unique<Private>(target)));
    Private* shared = connection->d.get();
    shared->thread =
        std::jthread([shared, fd = *std::move(socket)](const std::stop_token& stop) mutable { shared->main(stop, std::move(fd)); });
    if (auto state = waitFor(context, shared->ready); !state) {
        return fail(state.error());
    }
    const std::lock_guard lock(shared->mutex);
    if (!shared->handshake) {
        return fail(shared->handshake.error());
    }
    return connection;
}

void SshConnection::submit(std::shared_ptr<SshTask> task) {
    {
        const std::lock_guard lock(d->mutex);
        if (d->lostBy) {
            task->refuse(*d->lostBy);
            return;
        }
        d->queue.push_back(std::move(task));
    }
    d->wake.raise();
}

void SshConnection::wake() {
    d->wake.raise();
}

} // namespace podleaf::channel
