// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_fabric.h"

#include "netlink_bytes.h"

#include <array>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <vector>

namespace podleaf::test {

namespace {

QString q(const char* text) {
    return QString::fromLatin1(text);
}

Unexpected refused() {
    return fail(ErrorCode::Unreachable, QStringLiteral("Nobody listens there."));
}

/// Messages of a table, made the answer to a dump.
QByteArray dumped(QByteArray messages, std::uint32_t sequence) {
    for (qsizetype at = 0; at < messages.size();) {
        auto* header = reinterpret_cast<nlmsghdr*>(messages.data() + at);
        header->nlmsg_flags = NLM_F_MULTI;
        header->nlmsg_seq = sequence;
        at += NLMSG_ALIGN(header->nlmsg_len);
    }
    return messages + nlDone(sequence);
}

} // namespace

class FakeFabricChannel final : public channel::NodeChannel {
public:
    FakeFabricChannel(FakeFabric& fabric, QString node) : m_fabric(fabric), m_node(std::move(node)) {}
    Result<channel::CommandResult> exec(OpContext& /*context*/, const channel::Command& /*command*/) override { return refused(); }
    Result<channel::CommandResult> execOn(OpContext& /*context*/, const channel::Command& /*command*/,
                                          const channel::StandardStreams& /*streams*/) override {
        return refused();
    }
    Result<> upload(OpContext& /*context*/, const QString& /*path*/, const QByteArray& /*content*/, std::uint32_t /*mode*/) override {
        return refused();
    }
    Result<QByteArray> download(OpContext& context, const QString& path, qsizetype /*maxBytes*/) override {
        if (auto go = m_fabric.waitWhileHanging(context, m_node); !go) {
            return fail(go.error());
        }
        return m_fabric.file(m_node, path);
    }
    Result<UniqueFd> connectUnix(OpContext& context, const QString& /*path*/) override {
        return m_fabric.connect(context, m_node, q("vty"));
    }
    Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t /*port*/) override { return m_fabric.connect(context, m_node, q("bmp")); }

private:
    FakeFabric& m_fabric;
    const QString m_node;
};

class FakeSubscription final : public engine::Subscription {
public:
    explicit FakeSubscription(FakeFabric& fabric) : m_fabric(fabric) {}
    ~FakeSubscription() override {
        const std::lock_guard lock(m_fabric.m_mutex);
        m_fabric.m_handler = {};
    }

private:
    FakeFabric& m_fabric;
};

FakeFabric::FakeFabric() : m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

FakeFabric::~FakeFabric() {
    m_thread.request_stop();
    static_cast<void>(::eventfd_write(m_wake.get(), 1));
    m_thread.join();
}

void FakeFabric::set(const char* node, const std::function<void(FakeNode&)>& change) {
    const std::lock_guard lock(m_mutex);
    change(m_nodes[q(node)]);
}

bool FakeFabric::say(const char* node, const char* kind, const QByteArray& bytes) {
    const std::lock_guard lock(m_mutex);
    bool said = false;
    for (const Connection& each : m_connections) {
        if (each.node == q(node) && each.kind == q(kind)) {
            said = ::send(each.ours.get(), bytes.constData(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL) == bytes.size();
        }
    }
    return said;
}

void FakeFabric::hangUp(const char* node, const char* kind) {
    const std::lock_guard lock(m_mutex);
    for (const Connection& each : m_connections) {
        if (each.node == q(node) && each.kind == q(kind)) {
            ::shutdown(each.ours.get(), SHUT_RDWR); // the thread, which may be waiting for it, sees that it is over
        }
    }
}

void FakeFabric::emitEvent(engine::Event::Type type, const char* node, const char* process, int signal) {
    engine::Event event{};
    event.type = type;
    event.node = NodeId(q(node));
    event.process = q(process);
    event.pid = 7;
    event.signal = signal;
    emitEvent(event);
}

void FakeFabric::emitLink(const char* link, bool up) {
    engine::Event event{};
    event.type = engine::Event::Type::LinkChanged;
    event.link = LinkId(q(link));
    event.linkUp = up;
    emitEvent(event);
}

void FakeFabric::emitEvent(const engine::Event& event) {
    const std::lock_guard lock(m_mutex);
    m_past.push_back(event);
    if (m_handler) {
        m_handler(event);
    }
}

int FakeFabric::open(const char* kind) const {
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(
        std::count_if(m_connections.begin(), m_connections.end(), [&](const Connection& c) { return c.kind == q(kind); }));
}

int FakeFabric::questions() const {
    const std::lock_guard lock(m_mutex);
    return m_questions;
}

void FakeFabric::setUsageFails(bool fails) {
    const std::lock_guard lock(m_mutex);
    m_usageFails = fails;
}

int FakeFabric::looks() const {
    const std::lock_guard lock(m_mutex);
    return m_looks;
}

engine::Probe FakeFabric::probe(OpContext& /*context*/) {
    return {};
}
Result<engine::Listing> FakeFabric::list(OpContext& /*context*/) {
    return engine::Listing{};
}
Result<> FakeFabric::create(OpContext& /*context*/, const std::vector<engine::NodeSpec>& /*nodes*/,
                            const std::vector<engine::LinkSpec>& /*links*/) {
    return {};
}
Result<> FakeFabric::removeParts(OpContext& /*context*/, const std::vector<NodeId>& /*nodes*/, const std::vector<LinkId>& /*links*/) {
    return {};
}
Result<> FakeFabric::remove(OpContext& /*context*/) {
    return {};
}
Result<> FakeFabric::setLink(OpContext& /*context*/, const LinkId& /*link*/, bool /*up*/) {
    return {};
}

Result<> FakeFabric::powerOff(OpContext& /*context*/, const NodeId& /*node*/) {
    return {};
}

Result<std::unique_ptr<engine::Subscription>> FakeFabric::watch(engine::EventHandler handler) {
    const std::lock_guard lock(m_mutex);
    m_handler = std::move(handler);
    for (const engine::Event& event : m_past) {
        m_handler(event);
    }
    return std::make_unique<FakeSubscription>(*this);
}

std::shared_ptr<channel::NodeChannel> FakeFabric::channel(const NodeId& node) {
    return std::make_shared<FakeFabricChannel>(*this, node.name);
}

Result<> FakeFabric::apply(OpContext& /*context*/, const NodeId& /*node*/, const engine::NodeContent& /*content*/) {
    return {};
}
Result<> FakeFabric::startService(OpContext& /*context*/, const NodeId& /*node*/, const engine::ServiceSpec& /*service*/) {
    return {};
}
Result<> FakeFabric::stopService(OpContext& /*context*/, const NodeId& /*node*/, const QString& /*service*/) {
    return {};
}

Result<> FakeFabric::forgetService(OpContext& /*context*/, const NodeId& /*node*/, const QString& /*service*/) {
    return {};
}

Result<> FakeFabric::signalService(OpContext& /*context*/, const NodeId& /*node*/, const QString& /*service*/, int /*signal*/) {
    return {};
}

Result<QStringList> FakeFabric::runningServices(OpContext& /*context*/, const NodeId& /*node*/) {
    return QStringList();
}

Result<UniqueFd> FakeFabric::openNetlink(OpContext& context, const NodeId& node, std::uint32_t /*groups*/) {
    return connect(context, node.name, q("netlink"));
}

Result<std::vector<engine::NodeUsage>> FakeFabric::usage(OpContext& /*context*/) {
    const std::lock_guard lock(m_mutex);
    ++m_looks;
    if (m_usageFails) {
        return refused();
    }
    std::vector<engine::NodeUsage> told;
    for (auto& [name, node] : m_nodes) {
        if (!node.usage.empty()) {
            told.push_back(node.usage.front());
            told.back().node = NodeId(name);
        }
        if (node.usage.size() > 1) {
            node.usage.erase(node.usage.begin());
        }
    }
    return told;
}

Result<> FakeFabric::waitWhileHanging(OpContext& context, const QString& node) const {
    const bool hangs = [&] {
        const std::lock_guard lock(m_mutex);
        return m_nodes.contains(node) && m_nodes.at(node).hangs;
    }();
    return hangs ? context.sleepFor(std::chrono::hours(1)) : Result<>();
}

Result<QByteArray> FakeFabric::file(const QString& node, const QString& path) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_nodes.find(node);
    if (found == m_nodes.end() || !found->second.files.contains(path)) {
        return fail(ErrorCode::NotFound, QStringLiteral("%1 does not exist.").arg(path));
    }
    return found->second.files.at(path);
}

Result<UniqueFd> FakeFabric::connect(OpContext& context, const QString& node, const QString& kind) {
    if (auto go = waitWhileHanging(context, node); !go) {
        return fail(go.error());
    }
    const std::lock_guard lock(m_mutex);
    const FakeNode& setting = m_nodes[node];
    if ((kind == q("bmp") && setting.bmp.isEmpty()) || (kind == q("vty") && setting.vty.isEmpty())) {
        return refused();
    }
    // Netlink keeps datagrams apart, as SOCK_SEQPACKET does.
    const int type = kind == q("netlink") ? SOCK_SEQPACKET : SOCK_STREAM;
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return refused();
    }
    m_connections.push_back({node, kind, UniqueFd(ends[0])});
    if (kind == q("bmp")) {
        static_cast<void>(::send(ends[0], setting.bmp.constData(), static_cast<std::size_t>(setting.bmp.size()), MSG_NOSIGNAL));
    }
    static_cast<void>(::eventfd_write(m_wake.get(), 1));
    return UniqueFd(ends[1]);
}

void FakeFabric::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<pollfd> waits{{m_wake.get(), POLLIN, 0}};
        {
            const std::lock_guard lock(m_mutex);
            for (const Connection& each : m_connections) {
                waits.push_back({each.ours.get(), POLLIN, 0});
            }
        }
        ::poll(waits.data(), waits.size(), -1);
        eventfd_t value = 0;
        static_cast<void>(::eventfd_read(m_wake.get(), &value));
        const std::lock_guard lock(m_mutex);
        m_connections.remove_if([this](Connection& each) { return !serve(each); });
    }
}

bool FakeFabric::serve(Connection& connection) {
    QByteArray request(4096, '\0');
    const ssize_t count = ::recv(connection.ours.get(), request.data(), static_cast<std::size_t>(request.size()), MSG_DONTWAIT);
    if (count < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK;
    }
    request.truncate(count);
    if (count > 0 && connection.kind == q("vty")) {
        const bool isQuestion = request.startsWith("show bgp neighbors json");
        m_questions += isQuestion ? 1 : 0;
        const QByteArray answer = (isQuestion ? m_nodes[connection.node].vty : QByteArray()) + QByteArray(4, '\0');
        static_cast<void>(::send(connection.ours.get(), answer.constData(), static_cast<std::size_t>(answer.size()), MSG_NOSIGNAL));
    } else if (count > 0 && connection.kind == q("netlink")) {
        answerKernel(connection, request);
    }
    return count > 0;
}

void FakeFabric::answerKernel(const Connection& connection, const QByteArray& request) {
    const auto* header = reinterpret_cast<const nlmsghdr*>(request.constData());
    const FakeNode& node = m_nodes[connection.node];
    const QByteArray& table = header->nlmsg_type == RTM_GETLINK   ? node.links
                              : header->nlmsg_type == RTM_GETADDR ? node.addresses
                                                                  : node.routes;
    const QByteArray answer = dumped(table, header->nlmsg_seq);
    static_cast<void>(::send(connection.ours.get(), answer.constData(), static_cast<std::size_t>(answer.size()), MSG_NOSIGNAL));
}

} // namespace podleaf::test
