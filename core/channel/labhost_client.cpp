// SPDX-License-Identifier: GPL-3.0-or-later
#include "labhost_client.h"

#include "labhost_frame.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <thread>

namespace podleaf::channel {

using labhost::Status;

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("LabhostClient", source);
}

Error gone() {
    return Error{ErrorCode::Unreachable, text("The lab host is gone."), {}, text("Start the lab again with `podleaf up`."), {}};
}

ErrorCode codeOf(Status status) {
    switch (status) {
    case Status::NotFound:
        return ErrorCode::NotFound;
    case Status::AlreadyExists:
        return ErrorCode::AlreadyExists;
    case Status::Denied:
        return ErrorCode::Denied;
    case Status::InvalidInput:
        return ErrorCode::InvalidInput;
    case Status::Conflict:
        return ErrorCode::Conflict;
    case Status::Timeout:
        return ErrorCode::Timeout;
    case Status::Unreachable:
        return ErrorCode::Unreachable;
    case Status::Cancelled:
        return ErrorCode::Cancelled;
    case Status::Lacks:
        return ErrorCode::HostLacks;
    case Status::Ok:
    case Status::Failed:
        return ErrorCode::Failed;
    case Status::Internal:
        break;
    }
    return ErrorCode::Internal;
}

/// The lab host writes its sentences without a capital and a full stop, as they also stand inside others.
QString sentence(const std::string& message) {
    QString line = QString::fromStdString(message);
    if (!line.isEmpty()) {
        line[0] = line[0].toUpper();
    }
    return line.endsWith(QLatin1Char('.')) ? line : line + QLatin1Char('.');
}

void wake(int eventFd) {
    const std::uint64_t one = 1;
    static_cast<void>(::write(eventFd, &one, sizeof one) == sizeof one);
}

} // namespace

/// State shared by the client, its reader thread and the calls under way.
class LabhostClient::Private {
public:
    struct Pending {
        UniqueFd done{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
        bool finished = false;
        Result<LabhostReply> outcome = fail(gone());
    };

    Private(UniqueFd fd, EventHandler onEvent) : socket(std::move(fd)), handler(std::move(onEvent)) {}

    Result<> send(OpContext& context, const labhost::OutgoingFrame& frame);
    void sendCancel(std::uint64_t id);
    void read(const std::stop_token& stop);
    void dispatch(labhost::Frame frame);
    void finish(std::uint64_t id, Result<LabhostReply> outcome);
    void lose();

    UniqueFd socket;
    UniqueFd stopped{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    EventHandler handler;
    labhost::HelloReply helloReply;
    std::mutex sendMutex;
    std::mutex mutex; ///< Guards what follows.
    std::map<std::uint64_t, std::shared_ptr<Pending>> pending;
    std::uint64_t nextId = 1;
    bool lost = false;
    std::jthread reader;
};

class LabhostClient::Call final : public LabhostCall {
public:
    Call(std::shared_ptr<Private> owner, std::uint64_t number, std::shared_ptr<Private::Pending> state)
        : m_d(std::move(owner)), m_id(number), m_pending(std::move(state)) {}
    ~Call() override {
        const bool wasOpen = [this] {
            const std::lock_guard lock(m_d->mutex);
            return m_d->pending.erase(m_id) > 0;
        }();
        if (wasOpen) {
            m_d->sendCancel(m_id);
        }
    }
    [[nodiscard]] int doneDescriptor() const override { return m_pending->done.get(); }
    void cancel() override { m_d->sendCancel(m_id); }
    Result<LabhostReply> take() override {
        const std::lock_guard lock(m_d->mutex);
        if (!m_pending->finished) {
            return fail(ErrorCode::Internal, QStringLiteral("The reply is not there yet."));
        }
        return std::move(m_pending->outcome);
    }

private:
    std::shared_ptr<Private> m_d;
    std::uint64_t m_id;
    std::shared_ptr<Private::Pending> m_pending;
};

Result<> LabhostClient::Private::send(OpContext& context, const labhost::OutgoingFrame& frame) {
    const std::lock_guard lock(sendMutex);
    while (true) {
        switch (labhost::sendFrame(socket.get(), frame)) {
        case labhost::Sent::Yes:
            return {};
        case labhost::Sent::Failed:
            return fail(gone());
        case labhost::Sent::Full:
            break;
        }
        if (auto state = context.checkpoint(); !state) {
            return state;
        }
        pollfd wait{socket.get(), POLLOUT, 0};
        ::poll(&wait, 1, context.remainingMs(20)); // short: a stop request does not wake it
    }
}

void LabhostClient::Private::sendCancel(std::uint64_t id) {
    labhost::Header header;
    header.kind = labhost::Kind::Cancel;
    header.id = id;
    OpContext brief;
    brief.deadline = Clock::now() + std::chrono::milliseconds(100);
    static_cast<void>(send(brief, labhost::prepareFrame(header, {})));
}

void LabhostClient::Private::read(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::array<pollfd, 2> waits{{{socket.get(), POLLIN, 0}, {stopped.get(), POLLIN, 0}}};
        if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
            break;
        }
        labhost::Frame frame;
        const labhost::Received received = labhost::receiveFrame(socket.get(), frame);
        if (received == labhost::Received::Frame) {
            dispatch(std::move(frame));
        } else if (received != labhost::Received::Nothing) {
            break;
        }
    }
    if (!stop.stop_requested()) {
        lose();
    }
}

void LabhostClient::Private::dispatch(labhost::Frame frame) {
    if (frame.header.kind == labhost::Kind::Event) {
        auto body = labhost::decode<labhost::EventBody>(frame.body);
        if (body && handler && body->type <= static_cast<std::uint8_t>(labhost::EventType::Last)) {
            handler({*std::move(body), false});
        }
        return;
    }
    if (frame.header.kind != labhost::Kind::Reply) {
        return;
    }
    const auto reply = labhost::splitReply(frame.body);
    if (!reply) {
        finish(frame.header.id, fail(malformedReply()));
    } else if (reply->head.status != static_cast<std::uint8_t>(Status::Ok)) {
        finish(frame.header.id, fail(codeOf(static_cast<Status>(reply->head.status)), sentence(reply->head.message),
                                     QString::fromUtf8(reply->head.detail.data(), static_cast<qsizetype>(reply->head.detail.size()))));
    } else {
        finish(frame.header.id, LabhostReply{std::string(reply->body), std::move(frame.descriptors)});
    }
}

void LabhostClient::Private::finish(std::uint64_t id, Result<LabhostReply> outcome) {
    const std::lock_guard lock(mutex);
    const auto found = pending.find(id);
    if (found == pending.end()) {
        return; // given up meanwhile; descriptors close here
    }
    found->second->outcome = std::move(outcome);
    found->second->finished = true;
    wake(found->second->done.get());
    pending.erase(found);
}

void LabhostClient::Private::lose() {
    {
        const std::lock_guard lock(mutex);
        lost = true;
        for (auto& [id, call] : pending) {
            call->finished = true;
            wake(call->done.get());
        }
        pending.clear();
    }
    if (handler) {
        handler({{}, true});
    }
}

LabhostClient::LabhostClient(std::shared_ptr<Private> shared) : d(std::move(shared)) {}

LabhostClient::~LabhostClient() {
    d->reader.request_stop();
    wake(d->stopped.get());
    if (d->reader.joinable()) {
        d->reader.join();
    }
}

const labhost::HelloReply& LabhostClient::hello() const {
    return d->helloReply;
}

bool LabhostClient::isLost() const {
    const std::lock_guard lock(d->mutex);
    return d->lost;
}

Error LabhostClient::malformedReply() {
    return Error{ErrorCode::Protocol, text("The lab host answered something that cannot be understood."), {}, {}, {}};
}

namespace {

/// Whether it is our lab host, or root's, that listens at the other end: in /tmp anybody could.
bool isTrusted(const UniqueFd& socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool known = ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return known && (peer.uid == ::geteuid() || peer.uid == 0 || ::geteuid() == 0);
}

/// Connects without ever blocking and however long the path is.
Result<UniqueFd> connectTo(OpContext& context, const QString& socketPath) {
    const QFileInfo info(socketPath);
    const UniqueFd folder(::open(QFile::encodeName(info.path()).constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder.isValid()) {
        return fail(errno == EACCES ? Error{ErrorCode::Denied, text("The lab belongs to another user."), {}, {}, {}} : gone());
    }
    UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray path =
        QByteArrayLiteral("/proc/self/fd/") + QByteArray::number(folder.get()) + '/' + QFile::encodeName(info.fileName());
    std::strncpy(address.sun_path, path.constData(), sizeof address.sun_path - 1);
    while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EACCES || errno == EPERM) {
            return fail(ErrorCode::Denied, text("The lab belongs to another user."));
        }
        if (errno != EAGAIN && errno != EINTR) {
            return fail(gone());
        }
        if (auto state = context.sleepFor(std::chrono::milliseconds(5)); !state) { // its backlog is full
            return fail(state.error());
        }
    }
    if (!isTrusted(socket)) {
        return fail(ErrorCode::Denied, text("The lab belongs to another user."));
    }
    return socket;
}

} // namespace

Result<std::shared_ptr<LabhostClient>> LabhostClient::open(OpContext& context, const QString& socketPath, EventHandler handler) {
    auto socket = connectTo(context, socketPath);
    if (!socket) {
        return fail(socket.error());
    }
    return openOn(context, *std::move(socket), std::move(handler));
}

Result<std::shared_ptr<LabhostClient>> LabhostClient::openOn(OpContext& context, UniqueFd socket, EventHandler handler) {
    const auto shared = std::make_shared<Private>(std::move(socket), std::move(handler));
    const std::shared_ptr<LabhostClient> client(new LabhostClient(shared));
    shared->reader = std::jthread([state = shared.get()](const std::stop_token& stop) { state->read(stop); });
    auto hello = client->ask<labhost::HelloReply>(context, labhost::Verb::Hello, labhost::Empty{});
    if (!hello) {
        return fail(hello.error());
    }
    shared->helloReply = *std::move(hello);
    return client;
}

Result<std::unique_ptr<LabhostCall>> LabhostClient::begin(OpContext& context, labhost::Verb verb, const std::string& body,
                                                          const std::vector<int>& descriptors) {
    if (auto state = context.checkpoint(); !state) {
        return fail(state.error());
    }
    if (body.size() > labhost::kMaxBodyBytes) {
        return fail(ErrorCode::InvalidInput, text("That is more than a lab host takes at once."));
    }
    auto state = std::make_shared<Private::Pending>();
    labhost::Header header;
    header.verb = verb;
    {
        const std::lock_guard lock(d->mutex);
        if (d->lost) {
            return fail(gone());
        }
        header.id = d->nextId++;
        d->pending.emplace(header.id, state);
    }
    if (auto sent = d->send(context, labhost::prepareFrame(header, body, descriptors)); !sent) {
        const std::lock_guard lock(d->mutex);
        d->pending.erase(header.id);
        d->lost = d->lost || sent.error().code == ErrorCode::Unreachable; // the reader may notice later than who asks again
        return fail(sent.error());
    }
    return std::make_unique<Call>(d, header.id, std::move(state));
}

Result<LabhostReply> LabhostClient::call(OpContext& context, labhost::Verb verb, const std::string& body,
                                         const std::vector<int>& descriptors) {
    auto request = begin(context, verb, body, descriptors);
    if (!request) {
        return fail(request.error());
    }
    const UniqueFd stopWake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback onStop(context.stop, [&stopWake] { wake(stopWake.get()); });
    while (true) {
        std::array<pollfd, 2> waits{{{(*request)->doneDescriptor(), POLLIN, 0}, {stopWake.get(), POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), context.remainingMs(60'000));
        if (waits[0].revents != 0) {
            return (*request)->take();
        }
        if (auto state = context.checkpoint(); !state) {
            return fail(state.error());
        }
    }
}

Result<UniqueFd> LabhostClient::askDescriptor(OpContext& context, labhost::Verb verb, const std::string& body) {
    auto reply = call(context, verb, body);
    if (!reply) {
        return fail(reply.error());
    }
    if (reply->descriptors.size() != 1) {
        return fail(malformedReply());
    }
    return std::move(reply->descriptors.front());
}

} // namespace podleaf::channel
