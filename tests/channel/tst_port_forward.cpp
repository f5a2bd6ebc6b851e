// SPDX-License-Identifier: GPL-3.0-or-later
// PortForward into a fake node: bytes and ends both ways, many clients at once, nodes that refuse or stay silent, ports that are
// taken, and its end while all of that goes on.
#include <core/channel/port_forward.h>
#include <tests/fakes/fake_channel.h>
#include <tests/fakes/outcome.h>

#include <QTest>

#include <arpa/inet.h>
#include <atomic>
#include <condition_variable>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

using namespace podleaf;
using channel::PortForward;
using test::codeOf;

namespace {

constexpr std::uint16_t kNodePort = 6443;
constexpr int kHangMs = 20'000;

bool isReady(int fd, short events) {
    pollfd wait{fd, events, 0};
    return ::poll(&wait, 1, kHangMs) == 1;
}

/// A client's connected socket; none when nobody listens.
UniqueFd connectTo(std::uint16_t port) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return {};
    }
    return socket;
}

bool sendAll(int fd, QByteArrayView bytes) {
    while (!bytes.isEmpty()) {
        const ssize_t count = ::send(fd, bytes.data(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && (errno != EAGAIN || !isReady(fd, POLLOUT))) {
            return false;
        }
        bytes = bytes.sliced(std::max<qsizetype>(count, 0));
    }
    return true;
}

/// What came until the other side ended, and how that was.
struct Received {
    QByteArray bytes;
    bool isReset = false;
    bool hangs = false;
};

Received receiveAll(int fd, qsizetype most = std::numeric_limits<qsizetype>::max()) {
    Received received;
    std::array<char, 64 * 1024> buffer;
    while (received.bytes.size() < most) {
        if (!isReady(fd, POLLIN)) {
            received.hangs = true;
            return received;
        }
        const qsizetype wanted = std::min<qsizetype>(most - received.bytes.size(), static_cast<qsizetype>(buffer.size()));
        const ssize_t count = ::recv(fd, buffer.data(), static_cast<std::size_t>(wanted), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (count <= 0) {
            received.isReset = count < 0;
            return received;
        }
        received.bytes.append(buffer.data(), count);
    }
    return received;
}

/// Bytes that are no text and repeat late.
QByteArray pattern(qsizetype size, quint32 seed) {
    QByteArray bytes(size, Qt::Uninitialized);
    for (char& byte : bytes) {
        seed = seed * 1664525U + 1013904223U;
        byte = static_cast<char>(seed >> 24U);
    }
    return bytes;
}

/// The node's ends of connections, in the order in which they were made.
class NodeEnds {
public:
    explicit NodeEnds(fakes::FakeChannel& node) {
        node.serveAt(QString::number(kNodePort), [this](UniqueFd end) {
            const std::lock_guard lock(m_mutex);
            m_ends.push_back(std::move(end));
            m_came.notify_all();
        });
    }
    UniqueFd next() {
        std::unique_lock lock(m_mutex);
        if (!m_came.wait_for(lock, std::chrono::milliseconds(kHangMs), [this] { return !m_ends.empty(); })) {
            return {};
        }
        UniqueFd end = std::move(m_ends.front());
        m_ends.erase(m_ends.begin());
        return end;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    std::vector<UniqueFd> m_ends;
};

/// A node that lets the first client wait until it is stopped, and tells how that ended.
class SlowNode final : public channel::NodeChannel {
public:
    explicit SlowNode(std::shared_ptr<channel::NodeChannel> quick) : m_quick(std::move(quick)) {}
    Result<channel::CommandResult> exec(OpContext&, const channel::Command&) override { return unused(); }
    Result<channel::CommandResult> execOn(OpContext&, const channel::Command&, const channel::StandardStreams&) override {
        return unused();
    }
    Result<> upload(OpContext&, const QString&, const QByteArray&, std::uint32_t) override { return unused(); }
    Result<QByteArray> download(OpContext&, const QString&, qsizetype) override { return unused(); }
    Result<UniqueFd> connectUnix(OpContext&, const QString&) override { return unused(); }
    Result<UniqueFd> connectTcp(OpContext& context, std::uint16_t port) override {
        if (isFirst.exchange(false)) {
            auto slept = context.sleepFor(std::chrono::hours(1));
            endedBy = slept ? ErrorCode::Internal : slept.error().code;
            return fail(ErrorCode::Cancelled, QStringLiteral("Stopped."));
        }
        return m_quick->connectTcp(context, port);
    }

    std::atomic<bool> isFirst = true;
    std::atomic<ErrorCode> endedBy = ErrorCode::Internal;

private:
    static Unexpected unused() { return fail(ErrorCode::Internal, QStringLiteral("not used here")); }

    std::shared_ptr<channel::NodeChannel> m_quick;
};

} // namespace

class TestPortForward : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<fakes::FakeChannel> m_node;
    std::unique_ptr<NodeEnds> m_ends;
    std::unique_ptr<PortForward> m_forward;

    /// A connection through m_forward: the client's end and the node's.
    struct Pair {
        UniqueFd client;
        UniqueFd node;
        [[nodiscard]] bool isWhole() const { return client.isValid() && node.isValid(); }
    };
    Pair connectPair() {
        Pair pair;
        pair.client = connectTo(m_forward->port());
        pair.node = m_ends->next();
        return pair;
    }

private Q_SLOTS:
    void init();
    void cleanup();

    void aPortLeadsIntoTheNode();
    void eachHalfEndsByItself_data();
    void eachHalfEndsByItself();
    void bothWaysAtOnce();
    void aSlowReaderHoldsItsSenderOnly();
    void manyClientsAtOnce();
    void aResetGoesThrough_data();
    void aResetGoesThrough();
    void aClientThatTheNodeRefusesIsReset();
    void aSilentNodeHoldsUpNobodyElse();
    void aTakenPortIsSaid();
    void aGivenPortIsListenedAtAgain();
    void itsEndResetsWhatIsConnected();
};

void TestPortForward::init() {
    m_node = std::make_shared<fakes::FakeChannel>();
    m_ends = std::make_unique<NodeEnds>(*m_node);
    auto opened = PortForward::open(m_node, {.node = kNodePort});
    VERIFY_OK(opened);
    m_forward = *std::move(opened);
    QVERIFY(m_forward->port() != 0);
}

void TestPortForward::cleanup() {
    m_forward.reset();
    m_node.reset();
    m_ends.reset();
}

void TestPortForward::aPortLeadsIntoTheNode() {
    m_node->listenAt(QStringLiteral("80"), "hello");
    auto other = PortForward::open(m_node, {.node = 80});
    VERIFY_OK(other);
    const UniqueFd client = connectTo((*other)->port());
    const Received received = receiveAll(client.get());
    QCOMPARE(received.bytes, QByteArray("hello"));
    QVERIFY(!received.isReset && !received.hangs);
}

void TestPortForward::eachHalfEndsByItself_data() {
    QTest::addColumn<bool>("clientFirst");
    QTest::newRow("the client's first") << true;
    QTest::newRow("the node's first") << false;
}
void TestPortForward::eachHalfEndsByItself() {
    QFETCH(bool, clientFirst);
    const Pair pair = connectPair();
    QVERIFY(pair.isWhole());
    const int first = clientFirst ? pair.client.get() : pair.node.get();
    const int second = clientFirst ? pair.node.get() : pair.client.get();
    QVERIFY(sendAll(first, QByteArrayView("question")));
    ::shutdown(first, SHUT_WR);
    const Received question = receiveAll(second);
    QCOMPARE(question.bytes, QByteArray("question"));
    QVERIFY(!question.isReset && !question.hangs);
    QVERIFY(sendAll(second, QByteArrayView("answer")));
    ::shutdown(second, SHUT_WR);
    const Received answer = receiveAll(first);
    QCOMPARE(answer.bytes, QByteArray("answer"));
    QVERIFY(!answer.isReset && !answer.hangs);
}

void TestPortForward::bothWaysAtOnce() {
    const Pair pair = connectPair();
    QVERIFY(pair.isWhole());
    const QByteArray there = pattern(8'000'000, 1);
    const QByteArray back = pattern(8'000'000, 2);
    const auto sendAndEnd = [](int fd, const QByteArray& bytes) {
        sendAll(fd, bytes);
        ::shutdown(fd, SHUT_WR);
    };
    const std::jthread clientSends([&] { sendAndEnd(pair.client.get(), there); });
    const std::jthread nodeSends([&] { sendAndEnd(pair.node.get(), back); });
    Received atNode;
    std::jthread nodeReceives([&] { atNode = receiveAll(pair.node.get()); });
    const Received atClient = receiveAll(pair.client.get());
    nodeReceives.join();
    QVERIFY(atClient.bytes == back && !atClient.isReset);
    QVERIFY(atNode.bytes == there && !atNode.isReset);
}

void TestPortForward::aSlowReaderHoldsItsSenderOnly() {
    const Pair slow = connectPair();
    const Pair quick = connectPair();
    QVERIFY(slow.isWhole() && quick.isWhole());
    const QByteArray much = pattern(32'000'000, 3);
    std::atomic<bool> isSent = false;
    std::jthread sender([&] {
        sendAll(slow.node.get(), much);
        isSent = true;
        ::shutdown(slow.node.get(), SHUT_WR);
    });
    QVERIFY(isReady(slow.client.get(), POLLIN));
    QVERIFY(sendAll(quick.client.get(), QByteArrayView("x")));
    QCOMPARE(receiveAll(quick.node.get(), 1).bytes, QByteArray("x"));
    QVERIFY(!isSent); // nobody has kept it in memory meanwhile
    QVERIFY(receiveAll(slow.client.get()).bytes == much);
}

void TestPortForward::manyClientsAtOnce() {
    constexpr int kMany = 200;
    std::vector<std::jthread> echoes; // the fake calls one after the other
    m_node->serveAt(QStringLiteral("7"), [&echoes](UniqueFd end) {
        echoes.emplace_back([socket = end.release()] {
            const UniqueFd owner(socket);
            sendAll(socket, receiveAll(socket).bytes.prepend("echo "));
        });
    });
    auto echo = PortForward::open(m_node, {.node = 7});
    VERIFY_OK(echo);
    std::vector<UniqueFd> clients;
    for (int i = 0; i < kMany; ++i) {
        clients.push_back(connectTo((*echo)->port()));
        QVERIFY(clients.back().isValid());
    }
    for (int i = 0; i < kMany; ++i) {
        QVERIFY(sendAll(clients[static_cast<std::size_t>(i)].get(), QByteArray::number(i)));
    }
    for (int i = kMany - 1; i >= 0; --i) {
        const int client = clients[static_cast<std::size_t>(i)].get();
        ::shutdown(client, SHUT_WR);
        QCOMPARE(receiveAll(client).bytes, QByteArray::number(i).prepend("echo "));
    }
}

void TestPortForward::aResetGoesThrough_data() {
    QTest::addColumn<bool>("byClient");
    QTest::newRow("the client's") << true;
    QTest::newRow("the node's") << false;
}
void TestPortForward::aResetGoesThrough() {
    QFETCH(bool, byClient);
    Pair pair = connectPair();
    QVERIFY(pair.isWhole());
    const linger atOnce{1, 0};
    ::setsockopt(pair.client.get(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    (byClient ? pair.client : pair.node).reset();
    const int other = byClient ? pair.node.get() : pair.client.get();
    QVERIFY(!receiveAll(other).hangs);
    // The way to where nobody is any more ends too, at the latest when something goes there.
    bool isOver = false;
    for (int i = 0; i < 1000 && !isOver; ++i) {
        isOver = !sendAll(other, pattern(100'000, 4));
    }
    QVERIFY(isOver);
}

void TestPortForward::aClientThatTheNodeRefusesIsReset() {
    std::mutex mutex;
    std::vector<ErrorCode> told;
    auto nobody = PortForward::open(m_node, {.node = 9}, [&](const Error& error) {
        const std::lock_guard lock(mutex);
        told.push_back(error.code);
    });
    VERIFY_OK(nobody);
    const UniqueFd client = connectTo((*nobody)->port());
    QVERIFY(receiveAll(client.get()).isReset);
    nobody->reset();
    QCOMPARE(told, std::vector{ErrorCode::Unreachable});
}

void TestPortForward::aSilentNodeHoldsUpNobodyElse() {
    const auto slow = std::make_shared<SlowNode>(m_node);
    auto forward = PortForward::open(slow, {.node = kNodePort});
    VERIFY_OK(forward);
    const UniqueFd waiting = connectTo((*forward)->port());
    QVERIFY(waiting.isValid());
    QTRY_VERIFY_WITH_TIMEOUT(!slow->isFirst, kHangMs);
    const UniqueFd client = connectTo((*forward)->port());
    const UniqueFd end = m_ends->next();
    QVERIFY(client.isValid() && end.isValid());
    QVERIFY(sendAll(client.get(), QByteArrayView("x")));
    QCOMPARE(receiveAll(end.get(), 1).bytes, QByteArray("x"));
    forward->reset();
    QCOMPARE(slow->endedBy.load(), ErrorCode::Cancelled);
    QVERIFY(receiveAll(waiting.get()).isReset);
}

void TestPortForward::aTakenPortIsSaid() {
    const auto second = PortForward::open(m_node, {.node = kNodePort, .local = m_forward->port()});
    QCOMPARE(codeOf(second), ErrorCode::AlreadyExists);
    QCOMPARE(second.error().message, QStringLiteral("Port %1 of this host is in use.").arg(m_forward->port()));
}

void TestPortForward::aGivenPortIsListenedAtAgain() {
    const std::uint16_t port = m_forward->port();
    {
        const Pair pair = connectPair();
        QVERIFY(pair.isWhole());
        m_forward.reset();
    }
    QVERIFY(!connectTo(port).isValid());
    auto again = PortForward::open(m_node, {.node = kNodePort, .local = port});
    VERIFY_OK(again);
    QCOMPARE((*again)->port(), port);
    m_forward = *std::move(again);
    QVERIFY(connectPair().isWhole());
}

void TestPortForward::itsEndResetsWhatIsConnected() {
    const Pair pair = connectPair();
    QVERIFY(pair.isWhole());
    QVERIFY(sendAll(pair.node.get(), QByteArrayView("begun")));
    QCOMPARE(receiveAll(pair.client.get(), 5).bytes, QByteArray("begun"));
    m_forward.reset();
    QVERIFY(receiveAll(pair.client.get()).isReset);
    const Received atNode = receiveAll(pair.node.get());
    QVERIFY(!atNode.hangs && atNode.bytes.isEmpty());
}

QTEST_GUILESS_MAIN(TestPortForward)
#include "tst_port_forward.moc"
