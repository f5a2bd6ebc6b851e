// SPDX-License-Identifier: GPL-3.0-or-later
// A real podleaf-labhost and its clients, as root: two at once, one that never reads, one that talks nonsense, and a
// lab host that is killed while it is needed.
#include "lab_under_test.h"

#include <core/channel/labhost_channel.h>
#include <core/channel/labhost_frame.h>

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <poll.h>
#include <sys/un.h>
#include <thread>

using namespace podleaf;
using namespace podleaf::labhost;

namespace {

QString q(const char* source) {
    return QString::fromLatin1(source);
}

bool isReadable(int fd, int timeoutMs = 10'000) {
    pollfd wait{fd, POLLIN, 0};
    return ::poll(&wait, 1, timeoutMs) == 1;
}

/// A client that reads only when it is told to.
class RawClient {
public:
    explicit RawClient(const QString& path) : m_socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
        const QByteArray name = QFile::encodeName(path);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, name.constData(), sizeof address.sun_path - 1);
        m_connected = ::connect(m_socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    [[nodiscard]] bool isConnected() const { return m_connected; }
    bool send(Verb verb, const std::string& body = {}) {
        Header header;
        header.verb = verb;
        return sendFrame(m_socket.get(), prepareFrame(header, body)) == Sent::Yes;
    }
    /// Waits until the other end takes it; false when that is gone.
    bool sendPatiently(Verb verb) {
        Header header;
        header.verb = verb;
        Sent sent = sendFrame(m_socket.get(), prepareFrame(header, {}));
        while (sent == Sent::Full) {
            pollfd wait{m_socket.get(), POLLOUT, 0};
            if (::poll(&wait, 1, 10'000) != 1) {
                break;
            }
            sent = sendFrame(m_socket.get(), prepareFrame(header, {}));
        }
        return sent == Sent::Yes;
    }
    bool sendRaw(const std::string& bytes) {
        return ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    Received receive(Frame& frame) { return isReadable(m_socket.get()) ? receiveFrame(m_socket.get(), frame) : Received::Nothing; }

private:
    UniqueFd m_socket;
    bool m_connected = false;
};

Exec sleeper() {
    return {"a", {"sleep", "86427"}, {}, false};
}

} // namespace

class TestLabhost : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<LabUnderTest> m_lab;

    StatsReply stats() {
        OpContext context = soon();
        auto client = m_lab->connect();
        auto reply = client ? (*client)->ask<StatsReply>(context, Verb::Stats, Empty{}) : fail(client.error());
        return reply ? *reply : StatsReply{};
    }
    /// Cuts and joins the cable ab: two events each time.
    static bool cutAndJoin(channel::LabhostClient& client, int times) {
        OpContext context = soon();
        bool good = true;
        for (int i = 0; i < 2 * times && good; ++i) {
            good = client.call(context, Verb::SetLink, encode(SetLink{"ab", i % 2 == 1})).has_value();
        }
        return good;
    }
    /// Whether a program with these arguments runs in node a, asked until it is as wanted.
    bool waitForSleeper(bool running) {
        const auto limit = Clock::now() + std::chrono::seconds(10);
        while (Clock::now() < limit) {
            OpContext context = soon();
            const auto found = m_lab->engine().channel(NodeId(q("a")))->exec(context, {{q("pgrep"), q("-f"), q("^sleep 86427$")}, {}, {}});
            if (found && (found->exitCode == 0) == running) {
                return true;
            }
        }
        return false;
    }

private Q_SLOTS:
    void initTestCase() {
        if (::geteuid() != 0) {
            QSKIP("Namespaces need root for now.");
        }
    }
    void init() {
        auto lab = LabUnderTest::start({q("a")});
        VERIFY_OK(lab);
        m_lab = *std::move(lab);
    }
    void cleanup() { m_lab.reset(); }

    void saysWhoItIs() {
        const auto client = m_lab->connect();
        VERIFY_OK(client);
        QCOMPARE((*client)->hello().lab, std::string("lab"));
        QCOMPARE((*client)->hello().labFile, std::string("/labs/x.yaml"));
        QVERIFY((*client)->hello().outerPid > 1);
    }

    void killedInTheMiddleOfARequest() {
        std::mutex mutex;
        std::condition_variable came;
        int lost = 0;
        const auto client = m_lab->connect([&](const channel::LabhostEvent& event) {
            const std::lock_guard lock(mutex);
            lost += event.lost ? 1 : 0;
            came.notify_all();
        });
        VERIFY_OK(client);
        OpContext context = soon();
        const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
        auto call = (*client)->begin(context, Verb::Exec, encode(sleeper()), {nothing.get(), nothing.get(), nothing.get()});
        VERIFY_OK(call);
        QVERIFY(waitForSleeper(true));
        m_lab->killLabhost();
        QVERIFY(isReadable((*call)->doneDescriptor()));
        const auto outcome = (*call)->take();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Unreachable);
        std::unique_lock lock(mutex);
        QVERIFY(came.wait_for(lock, std::chrono::seconds(10), [&] { return lost == 1; }));
        QVERIFY((*client)->isLost());
    }

    void killedItEndsThePassedDescriptors() {
        OpContext context = soon();
        auto way = m_lab->engine().channel(NodeId(q("a")));
        VERIFY_OK(way->upload(context, q("/etc/n.conf"), "daemon off; events {} http { server { listen 127.0.0.1:8080; } }", 0644));
        VERIFY_OK(
            m_lab->engine().startService(context, NodeId(q("a")), {q("nginx"), {q("nginx"), q("-c"), q("/etc/n.conf")}, q("tcp:8080")}));
        const auto stream = way->connectTcp(context, 8080);
        VERIFY_OK(stream);
        const auto netlink = m_lab->engine().openNetlink(context, NodeId(q("a")), 0);
        VERIFY_OK(netlink);
        QVERIFY(!isReadable(stream->get(), 0));
        m_lab->killLabhost();
        QVERIFY(isReadable(stream->get())); // nginx is gone: its end, or a reset
        std::array<char, 16> buffer;
        QVERIFY(::recv(stream->get(), buffer.data(), buffer.size(), 0) <= 0);
        const auto later = way->connectTcp(context, 8080);
        QVERIFY(!later);
        QCOMPARE(later.error().code, ErrorCode::Unreachable);
    }

    void clientsDoNotDisturbEachOther() {
        const auto one = m_lab->connect();
        auto other = m_lab->connect();
        VERIFY_OK(one);
        VERIFY_OK(other);
        OpContext context = soon();
        const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
        const std::vector<int> streams{nothing.get(), nothing.get(), nothing.get()};
        auto mine = (*one)->begin(context, Verb::Exec, encode(sleeper()), streams);
        VERIFY_OK(mine);
        QVERIFY(waitForSleeper(true));
        // Both clients number their requests alike; giving up the other's one leaves mine alone.
        auto theirs = (*other)->begin(context, Verb::Exec, encode(Exec{"a", {"sleep", "86428"}, {}, false}), streams);
        VERIFY_OK(theirs);
        (*theirs)->cancel();
        QVERIFY(isReadable((*theirs)->doneDescriptor()));
        VERIFY_OK((*theirs)->take());
        QVERIFY(waitForSleeper(true));
        theirs->reset();
        other->reset(); // neither does its going away
        QVERIFY(!isReadable((*mine)->doneDescriptor(), 0));
        (*mine)->cancel();
        QVERIFY(isReadable((*mine)->doneDescriptor()));
        const auto outcome = (*mine)->take();
        VERIFY_OK(outcome);
        QCOMPARE(decode<ExitInfo>(outcome->body)->signal, SIGKILL);
    }

    void aClientThatGoesAwayGivesItsRequestsUp() {
        auto client = m_lab->connect();
        VERIFY_OK(client);
        OpContext context = soon();
        const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
        auto call = (*client)->begin(context, Verb::Exec, encode(sleeper()), {nothing.get(), nothing.get(), nothing.get()});
        VERIFY_OK(call);
        QVERIFY(waitForSleeper(true));
        RawClient killed(m_lab->socketPath()); // closed without a word, as by kill -9
        call->reset();
        client->reset();
        QVERIFY(waitForSleeper(false));
    }

    void eventsForOneThatNeverReadsAreCounted() {
        OpContext context = soon();
        VERIFY_OK(m_lab->engine().create(context, {{NodeId(q("a")), q("a"), {}}, {NodeId(q("b")), q("b"), {}}},
                                         {{LinkId(q("ab")), {NodeId(q("a")), q("eth0"), {}}, {NodeId(q("b")), q("eth0"), {}}}}));
        RawClient deaf(m_lab->socketPath());
        QVERIFY(deaf.isConnected() && deaf.send(Verb::Subscribe));
        const auto client = m_lab->connect();
        VERIFY_OK(client);
        std::uint64_t told = 3; // two nodes and a cable
        while (stats().eventsLost == 0) {
            QVERIFY(told < 20'000);
            QVERIFY(cutAndJoin(**client, 500));
            told += 1000;
        }
        const std::uint64_t lost = stats().eventsLost;
        std::uint64_t heard = 0;
        Frame frame;
        // Everything that was kept, then one event more, before which it is told how many it has missed.
        while (heard + lost < told) {
            QVERIFY(deaf.receive(frame) == Received::Frame);
            heard += frame.header.kind == Kind::Event ? 1 : 0;
        }
        QVERIFY(cutAndJoin(**client, 1));
        QVERIFY(deaf.receive(frame) == Received::Frame);
        const auto event = decode<EventBody>(frame.body);
        QVERIFY(event);
        QCOMPARE(event->type, static_cast<std::uint8_t>(EventType::EventsLost));
        QCOMPARE(event->lost, lost);
        QCOMPARE(stats().eventsLost, lost);
    }

    void oneThatAsksAndNeverReadsIsDropped() {
        const auto other = m_lab->connect();
        VERIFY_OK(other);
        const std::uint32_t clients = stats().clients;
        RawClient deaf(m_lab->socketPath());
        QVERIFY(deaf.isConnected());
        QElapsedTimer clock;
        clock.start();
        int asked = 0;
        while (deaf.sendPatiently(Verb::Ping)) {
            ++asked;
            QVERIFY(asked < 100'000 && clock.elapsed() < 30'000);
        }
        QVERIFY2(asked > 8192, qPrintable(QString::number(asked)));
        QTRY_COMPARE(stats().clients, clients);
        OpContext context = soon();
        VERIFY_OK((*other)->ask<HelloReply>(context, Verb::Hello, Empty{}));
        QFile log(QFileInfo(m_lab->socketPath()).path() + q("/labhost.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QVERIFY(log.readAll().contains("event=client-dropped"));
    }

    void nonsenseEndsOnlyItsOwnConnection() {
        const auto good = m_lab->connect();
        VERIFY_OK(good);
        const std::uint64_t before = stats().malformed;
        RawClient bad(m_lab->socketPath());
        QVERIFY(bad.isConnected() && bad.sendRaw("nonsense"));
        Frame frame;
        QVERIFY(bad.receive(frame) == Received::Closed);
        QCOMPARE(stats().malformed, before + 1);
        OpContext context = soon();
        VERIFY_OK((*good)->call(context, Verb::Ping, {}));
    }

    void requestsThatMakeNoSenseAreRefused_data() {
        QTest::addColumn<int>("verb");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, Verb verb, const std::string& body = "x") {
            QTest::newRow(name) << static_cast<int>(verb) << QByteArray::fromStdString(body);
        };
        const std::string node = encode(NodeRequest{"a"});
        row("none", Verb::None, {});
        row("a node's own", Verb::NodeReady, {});
        row("nodes", Verb::AddNodes);
        row("node's name", Verb::AddNodes, encode(AddNodes{{{"../a", "a", {}}}}));
        row("host name", Verb::AddNodes, encode(AddNodes{{{"c", "a b", {}}}}));
        row("bridge", Verb::AddNodes, encode(AddNodes{{{"c", "c", {"lo"}}}}));
        row("programs without containers", Verb::AddNodes, encode(AddNodes{{{"c", "c", {}, false, "/usr/bin"}}}));
        row("programs' path", Verb::AddNodes, encode(AddNodes{{{"c", "c", {}, true, "/usr/../root"}}}));
        row("too many bridges", Verb::AddNodes, encode(AddNodes{{{"c", "c", std::vector<std::string>(65, "br")}}}));
        row("links", Verb::AddLinks);
        row("link", Verb::SetLink);
        row("removal", Verb::RemoveNode);
        row("lab", Verb::SetLab);
        row("lab's path", Verb::SetLab, encode(SetLab{std::string(4097, 'x'), {}}));
        row("services", Verb::ListServices);
        row("without a node", Verb::Exec, {});
        row("exec", Verb::Exec, node);
        row("exec of nothing", Verb::Exec, encode(Exec{"a", {}, {}, false}));
        row("exec without streams", Verb::Exec, encode(Exec{"a", {"true"}, {}, false}));
        row("service", Verb::StartService, node);
        row("service's name", Verb::StartService, encode(StartService{"a", "../x", {"true"}, {}, 100}));
        row("service's socket", Verb::StartService, encode(StartService{"a", "x", {"true"}, "tcp:65536", 100}));
        row("stop", Verb::StopService, node);
        row("apply", Verb::Apply, node);
        row("file", Verb::Apply, encode(Apply{"a", {{"/etc/../x", {}, 0644, "root"}}, {}, {}, {}, {}, {}, {}}));
        row("sysctl", Verb::Apply, encode(Apply{"a", {}, {{"kernel.hostname", "x"}}, {}, {}, {}, {}, {}}));
        row("unix path", Verb::ConnectUnix, encode(ConnectUnix{"a", "relative"}));
        row("no path", Verb::ConnectUnix, encode(ConnectUnix{"a", {}}));
        row("tcp", Verb::ConnectTcp, node);
        row("netlink", Verb::OpenNetlink, node);
        row("packets", Verb::OpenPackets, node);
        row("links to remove", Verb::RemoveLinks);
        row("read", Verb::ReadFile, node);
        row("read path", Verb::ReadFile, encode(ReadFile{"a", "/etc/../etc/passwd", 10}));
        row("signal", Verb::Signal, node);
    }
    void requestsThatMakeNoSenseAreRefused() {
        QFETCH(int, verb);
        QFETCH(QByteArray, body);
        const auto client = m_lab->connect();
        VERIFY_OK(client);
        OpContext context = soon();
        const auto reply = (*client)->call(context, static_cast<Verb>(verb), body.toStdString());
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::InvalidInput);
        VERIFY_OK((*client)->call(context, Verb::Ping, {})); // it is still served
    }

    void noMoreClientsThanItHoldsDescriptorsFor() {
        std::vector<std::unique_ptr<RawClient>> clients;
        Frame frame;
        for (std::size_t i = 0; i <= kMaxClients; ++i) {
            clients.push_back(std::make_unique<RawClient>(m_lab->socketPath()));
            QVERIFY(clients.back()->isConnected());
        }
        QVERIFY(clients.back()->receive(frame) == Received::Closed);
        clients.front().reset();
        // There is room again as soon as it has noticed.
        const auto limit = Clock::now() + std::chrono::seconds(10);
        auto next = m_lab->connect();
        while (!next && Clock::now() < limit) {
            next = m_lab->connect();
        }
        VERIFY_OK(next);
    }
};

QTEST_GUILESS_MAIN(TestLabhost)
#include "tst_labhost.moc"
