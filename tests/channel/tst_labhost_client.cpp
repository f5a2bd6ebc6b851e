// SPDX-License-Identifier: GPL-3.0-or-later
// LabhostClient over a socket whose other end the test holds: matching of replies, errors, events, cancellation, what
// is malformed, and a lab host that goes away.
#include <core/channel/labhost_client.h>
#include <core/channel/labhost_frame.h>

#include <QTest>

#include <condition_variable>
#include <mutex>
#include <poll.h>
#include <thread>

using namespace podleaf;
using namespace podleaf::labhost;
using channel::LabhostCall;
using channel::LabhostClient;
using channel::LabhostEvent;

namespace {

constexpr int kHangMs = 10'000;

OpContext soon() {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::milliseconds(kHangMs);
    return context;
}

bool isReadable(int fd) {
    pollfd wait{fd, POLLIN, 0};
    return ::poll(&wait, 1, kHangMs) == 1;
}

/// The other end of a client's connection.
class FakeLabhost {
public:
    explicit FakeLabhost(UniqueFd socket) : m_socket(std::move(socket)) {}
    /// Waits for the client's next frame; a frame without a verb when there is none.
    Frame receive() {
        Frame frame;
        if (!isReadable(m_socket.get()) || receiveFrame(m_socket.get(), frame) != Received::Frame) {
            return {};
        }
        return frame;
    }
    void send(Kind kind, std::uint64_t id, const std::string& body, const std::vector<int>& descriptors = {}) {
        Header header;
        header.kind = kind;
        header.id = id;
        if (sendFrame(m_socket.get(), prepareFrame(header, body, descriptors)) != Sent::Yes) {
            qFatal("cannot send");
        }
    }
    void answer(std::uint64_t id, const std::string& body = {}, const std::vector<int>& descriptors = {}) {
        send(Kind::Reply, id, encode(ReplyHead{}) + body, descriptors);
    }
    void sendRaw(const std::string& bytes) { static_cast<void>(::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL)); }
    void close() { m_socket.reset(); }

private:
    UniqueFd m_socket;
};

/// Events in the order they came.
class EventLog {
public:
    LabhostClient::EventHandler handler() {
        return [this](const LabhostEvent& event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
            m_came.notify_all();
        };
    }
    std::vector<LabhostEvent> waitFor(std::size_t count) {
        std::unique_lock lock(m_mutex);
        m_came.wait_for(lock, std::chrono::milliseconds(kHangMs), [&] { return m_events.size() >= count; });
        return m_events;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    std::vector<LabhostEvent> m_events;
};

} // namespace

class TestLabhostClient : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<EventLog> m_log;
    std::unique_ptr<FakeLabhost> m_host;
    std::shared_ptr<LabhostClient> m_client;

    /// Connects a client; the fake answers its greeting with `helloBody`.
    Result<std::shared_ptr<LabhostClient>> connect(const std::string& helloBody) {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
            qFatal("no socket pair");
        }
        m_host = std::make_unique<FakeLabhost>(UniqueFd(ends[0]));
        std::jthread greeter([&] {
            const Frame hello = m_host->receive();
            m_host->answer(hello.header.id, helloBody);
        });
        OpContext context = soon();
        return LabhostClient::openOn(context, UniqueFd(ends[1]), m_log->handler());
    }
    std::unique_ptr<LabhostCall> begin(Verb verb, const std::string& body = {}) {
        OpContext context = soon();
        auto call = m_client->begin(context, verb, body);
        return call ? *std::move(call) : nullptr;
    }
    static Result<channel::LabhostReply> outcome(LabhostCall& call) {
        if (!isReadable(call.doneDescriptor())) {
            return fail(ErrorCode::Internal, QStringLiteral("no outcome"));
        }
        return call.take();
    }

private Q_SLOTS:
    void init() {
        m_log = std::make_unique<EventLog>();
        auto opened = connect(encode(HelloReply{"tutorial", "/x.yaml", 42, 7}));
        QVERIFY(opened);
        m_client = *std::move(opened);
    }
    void cleanup() {
        m_client.reset();
        m_host.reset();
    }

    void knowsWhoAnswered() {
        QCOMPARE(m_client->hello().lab, std::string("tutorial"));
        QCOMPARE(m_client->hello().outerPid, 42);
        QVERIFY(!m_client->isLost());
    }

    void repliesFindTheirRequests() {
        const auto first = begin(Verb::Ping, "one");
        const auto second = begin(Verb::List, "two");
        const Frame one = m_host->receive();
        const Frame two = m_host->receive();
        QVERIFY(one.header.verb == Verb::Ping && one.body == "one" && two.header.verb == Verb::List && two.body == "two");
        QVERIFY(one.header.id != two.header.id);
        m_host->answer(99, "nobody's"); // is passed over
        m_host->answer(two.header.id, "to two");
        m_host->answer(one.header.id, "to one");
        const auto toSecond = outcome(*second);
        const auto toFirst = outcome(*first);
        QVERIFY(toFirst && toSecond);
        QCOMPARE(toFirst->body, std::string("to one"));
        QCOMPARE(toSecond->body, std::string("to two"));
    }

    void anOutcomeThatIsNotThereIsNone() {
        const auto call = begin(Verb::Ping);
        const auto early = call->take();
        QVERIFY(!early);
        QCOMPARE(early.error().code, ErrorCode::Internal);
    }

    void refusalsAreErrors_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, Status status, ErrorCode code) {
            QTest::newRow(name) << static_cast<int>(status) << static_cast<int>(code);
        };
        row("not found", Status::NotFound, ErrorCode::NotFound);
        row("exists", Status::AlreadyExists, ErrorCode::AlreadyExists);
        row("denied", Status::Denied, ErrorCode::Denied);
        row("invalid", Status::InvalidInput, ErrorCode::InvalidInput);
        row("conflict", Status::Conflict, ErrorCode::Conflict);
        row("failed", Status::Failed, ErrorCode::Failed);
        row("timeout", Status::Timeout, ErrorCode::Timeout);
        row("unreachable", Status::Unreachable, ErrorCode::Unreachable);
        row("cancelled", Status::Cancelled, ErrorCode::Cancelled);
        row("internal", Status::Internal, ErrorCode::Internal);
    }
    void refusalsAreErrors() {
        QFETCH(int, status);
        QFETCH(int, code);
        const auto call = begin(Verb::Apply);
        const ReplyHead head{static_cast<std::uint8_t>(status), "there is no node gr\xc3\xbcn", "its own words"};
        m_host->send(Kind::Reply, m_host->receive().header.id, encode(head));
        const auto result = outcome(*call);
        QVERIFY(!result);
        QCOMPARE(static_cast<int>(result.error().code), code);
        QCOMPARE(result.error().message, QStringLiteral("There is no node gr\u00fcn."));
        QCOMPARE(result.error().detail, QStringLiteral("its own words"));
    }

    void repliesThatMakeNoSenseAreProtocolErrors() {
        const auto call = begin(Verb::Ping);
        m_host->send(Kind::Reply, m_host->receive().header.id, "x");
        QCOMPARE(outcome(*call).error().code, ErrorCode::Protocol);
        const auto next = begin(Verb::Ping); // the connection still serves
        m_host->answer(m_host->receive().header.id);
        QVERIFY(outcome(*next));

        std::jthread answerer([this] { m_host->answer(m_host->receive().header.id, "not a list"); });
        OpContext context = soon();
        const auto list = m_client->ask<ListReply>(context, Verb::List, Empty{});
        QVERIFY(!list);
        QCOMPARE(list.error().code, ErrorCode::Protocol);
    }

    void aGreetingThatMakesNoSenseIsAProtocolError() {
        m_client.reset();
        const auto opened = connect("x");
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Protocol);
    }

    void descriptorsAreCountedAndClosed_data() {
        QTest::addColumn<int>("count");
        QTest::newRow("none") << 0;
        QTest::newRow("one") << 1;
        QTest::newRow("two") << 2;
    }
    void descriptorsAreCountedAndClosed() {
        QFETCH(int, count);
        std::array<int, 2> ends{-1, -1};
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        const UniqueFd kept(ends[0]);
        UniqueFd passed(ends[1]);
        std::jthread answerer([&] {
            m_host->answer(m_host->receive().header.id, {}, std::vector<int>(static_cast<std::size_t>(count), passed.get()));
            passed.reset();
        });
        OpContext context = soon();
        auto result = m_client->askDescriptor(context, Verb::ConnectTcp, {});
        answerer.join();
        QCOMPARE(result.has_value(), count == 1);
        if (result) {
            QCOMPARE(::send(result->get(), "x", 1, MSG_NOSIGNAL), ssize_t(1));
            result->reset();
            char byte = 0;
            QCOMPARE(::read(kept.get(), &byte, 1), ssize_t(1));
        } else {
            QCOMPARE(result.error().code, ErrorCode::Protocol);
        }
        char byte = 0;
        QVERIFY(isReadable(kept.get()));
        QCOMPARE(::read(kept.get(), &byte, 1), ssize_t(0)); // nobody holds the other end any more
    }

    void eventsAreTold() {
        EventBody body;
        body.type = static_cast<std::uint8_t>(EventType::NodeGone);
        body.node = "host1";
        m_host->send(Kind::Event, 0, encode(body));
        m_host->send(Kind::Event, 0, "no event");
        body.type = static_cast<std::uint8_t>(EventType::Last) + 1; // of a later version
        m_host->send(Kind::Event, 0, encode(body));
        body.type = static_cast<std::uint8_t>(EventType::EventsLost);
        body.lost = 5;
        m_host->send(Kind::Event, 0, encode(body));
        const auto events = m_log->waitFor(2);
        QCOMPARE(events.size(), std::size_t(2));
        QCOMPARE(events[0].body.node, std::string("host1"));
        QCOMPARE(events[1].body.lost, 5ULL);
        QVERIFY(!events[0].lost && !events[1].lost);
    }

    void whatClientsDoNotGetIsPassedOver() {
        m_host->send(Kind::Request, 1, {});
        m_host->send(Kind::Cancel, 1, {});
        const auto call = begin(Verb::Ping);
        m_host->answer(m_host->receive().header.id);
        QVERIFY(outcome(*call));
    }

    void aStoppedCallTellsTheLabhostToGiveUp() {
        std::stop_source source;
        std::uint64_t asked = 0;
        std::jthread stopper([&] {
            asked = m_host->receive().header.id;
            source.request_stop();
        });
        OpContext context = soon();
        context.stop = source.get_token();
        const auto result = m_client->call(context, Verb::Exec, {});
        stopper.join();
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        const Frame cancel = m_host->receive();
        QVERIFY(cancel.header.kind == Kind::Cancel);
        QCOMPARE(cancel.header.id, asked);
        m_host->answer(asked, "too late"); // is passed over
        const auto next = begin(Verb::Ping);
        m_host->answer(m_host->receive().header.id);
        QVERIFY(outcome(*next));
    }

    void anAnsweredCallCancelsNothing() {
        auto call = begin(Verb::Ping);
        m_host->answer(m_host->receive().header.id);
        QVERIFY(outcome(*call));
        call.reset();
        const auto next = begin(Verb::List);
        QVERIFY(m_host->receive().header.verb == Verb::List);
    }

    void aLabhostThatNeverReadsDoesNotHangACall() {
        OpContext context;
        context.deadline = Clock::now() + std::chrono::milliseconds(200);
        std::vector<std::unique_ptr<LabhostCall>> calls;
        std::optional<ErrorCode> refusal;
        for (int i = 0; i < 10'000 && !refusal; ++i) {
            auto call = m_client->begin(context, Verb::Ping, std::string(50'000, 'x'));
            if (call) {
                calls.push_back(*std::move(call));
            } else {
                refusal = call.error().code;
            }
        }
        QCOMPARE(refusal, ErrorCode::Timeout);
        m_host->close(); // else each call would wait to say that it is given up
    }

    void bodiesBeyondTheLimitAreNotSent() {
        OpContext context = soon();
        const auto call = m_client->begin(context, Verb::Apply, std::string(kMaxBodyBytes + 1, 'x'));
        QVERIFY(!call);
        QCOMPARE(call.error().code, ErrorCode::InvalidInput);
    }

    void aLabhostThatGoesAwayEndsEverything_data() {
        QTest::addColumn<bool>("closes");
        QTest::newRow("closed") << true;
        QTest::newRow("talks nonsense") << false;
    }
    void aLabhostThatGoesAwayEndsEverything() {
        QFETCH(bool, closes);
        const auto call = begin(Verb::Exec);
        const auto other = begin(Verb::List);
        if (closes) {
            m_host->close();
        } else {
            m_host->sendRaw("nonsense");
        }
        for (LabhostCall* each : {call.get(), other.get()}) {
            const auto result = outcome(*each);
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Unreachable);
            QVERIFY(!result.error().hint.isEmpty());
        }
        const auto events = m_log->waitFor(1);
        QCOMPARE(events.size(), std::size_t(1));
        QVERIFY(events.back().lost);
        QVERIFY(m_client->isLost());
        OpContext context = soon();
        const auto later = m_client->begin(context, Verb::Ping, {});
        QVERIFY(!later);
        QCOMPARE(later.error().code, ErrorCode::Unreachable);
    }

    void nobodyThereIsUnreachable() {
        OpContext context = soon();
        for (const char* path : {"/nonexistent/labhost.sock", "/tmp/podleaf-no-such.sock"}) {
            const auto opened = LabhostClient::open(context, QString::fromLatin1(path));
            QVERIFY(!opened);
            QCOMPARE(opened.error().code, ErrorCode::Unreachable);
        }
    }
};

QTEST_GUILESS_MAIN(TestLabhostClient)
#include "tst_labhost_client.moc"
