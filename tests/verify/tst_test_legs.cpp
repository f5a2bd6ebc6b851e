// SPDX-License-Identifier: GPL-3.0-or-later
// testLegs() over fake channels: what curl's end means, order, parallel legs, cancellation.
#include <core/verify/curl.h>
#include <core/verify/verify.h>
#include <tests/fakes/fake_channel.h>
#include <tests/fakes/tutorial_lab.h>

#include <QTest>

#include <atomic>
#include <latch>
#include <thread>

using namespace podleaf;
using channel::Command;
using channel::CommandResult;
using fakes::FakeChannel;
using verify::LegResult;
using namespace std::chrono_literals;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

/// curl as it ends when the server answers `status` and `body`.
CommandResult answered(const QByteArray& body, int status = 200, const QByteArray& seconds = "0.0008") {
    return {0, 0, body, QByteArray("\npodleaf-leg ") + QByteArray::number(status) + ' ' + seconds + '\n', false};
}
CommandResult ended(int exitCode, const QByteArray& words = "curl: (7) Failed to connect", int signal = 0) {
    return {exitCode, signal, {}, words + "\n\npodleaf-leg 000 0.5\n", false};
}

intent::Leg leg(bool expected = true) {
    return {fakes::node("host1"), {}, s("my-nginx-1"), fakes::node("host2"), fakes::address("10.20.1.10"), 80, expected};
}

struct CurlEnd {
    const char* name;
    CommandResult end;
    bool expected;
    bool ok;
    QString reason;
};

std::vector<CurlEnd> curlEnds() {
    return {
        {"answered", answered("hello from my-nginx-1\n"), true, true, {}},
        {"truncated body", {0, 0, "my-nginx-1 and much more", "\npodleaf-leg 200 0.1\n", true}, true, true, {}},
        {"another pod", answered("hello from my-nginx-10\n"), true, false, s("Another one answered: Hello from my-nginx-10.")},
        {"another pod's suffix", answered("x-my-nginx-1\n"), true, false, s("Another one answered: X-my-nginx-1.")},
        {"nothing named", answered("Welcome\x1b[2J to nginx"), true, false, s("Another one answered: Welcome [2J to nginx.")},
        {"503", answered("my-nginx-1", 503), true, false, s("Answered with HTTP status 503.")},
        {"report missing", {0, 0, "my-nginx-1", "", false}, true, false, s("Answered with HTTP status 0.")},
        {"refused", ended(7), true, false, s("The connection was refused, or there is no route.")},
        {"timed out", ended(28), true, false, s("No answer within 1.5 s.")},
        {"empty reply", ended(52), true, false, s("The connection was closed without an answer.")},
        {"reset", ended(56), true, false, s("The connection was reset.")},
        {"other", ended(3, "curl: (3) URL malformed"), true, false, s("curl ended with exit code 3. Curl: (3) URL malformed.")},
        {"killed", ended(0, {}, 9), true, false, s("curl was killed by signal 9.")},
        {"refused as intended", ended(7), false, false, {}},
        {"answered against intent", answered("my-nginx-1"), false, true, s("It was answered, though it must not be.")},
    };
}

/// Channels of the tutorial whose curl is always answered by the pod that was asked.
verify::ChannelOf greenChannels(std::atomic<int>* asked = nullptr) {
    return [asked](const NodeId&) {
        return std::make_shared<FakeChannel>([asked](OpContext&, const Command& command) -> Result<CommandResult> {
            if (asked != nullptr) {
                ++*asked;
            }
            return answered(command.argv.last().contains(s("10.20.1.10")) ? "hello from my-nginx-1\n" : "hello from my-nginx-2\n");
        });
    };
}

} // namespace

class TstTestLegs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void curlEnd_data();
    void curlEnd();
    void command();
    void allGreenInOrder();
    void askedFromWhereIntentSays();
    void unreachableSourceIsAFailedLeg();
    void legsRunSideBySide();
    void cancelEndsAtOnce();
    void deadlineIsAnError();
    void noLegs();
};

void TstTestLegs::curlEnd_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const CurlEnd& each : curlEnds()) {
        QTest::newRow(each.name) << index++;
    }
}

void TstTestLegs::curlEnd() {
    QFETCH(int, index);
    const CurlEnd each = curlEnds().at(static_cast<std::size_t>(index));
    const LegResult result = verify::readCurl(leg(each.expected), each.end, 1500ms);
    QCOMPARE(result.ok, each.ok);
    QCOMPARE(result.reason, each.reason);
    QCOMPARE(result.answeredWrong, each.reason.startsWith(s("Answered with")) || each.reason.startsWith(s("Another one")));
    QCOMPARE(result.expected, each.expected);
    QCOMPARE(result.from, s("host1"));
    QCOMPARE(result.to, s("my-nginx-1"));
    QCOMPARE(result.url, s("http://10.20.1.10/"));
}

void TstTestLegs::command() {
    const Command command = verify::curlCommand(leg(), 2500ms);
    QCOMPARE(command.argv.first(), s("curl"));
    QCOMPARE(command.argv.last(), s("http://10.20.1.10/"));
    QCOMPARE(command.argv.at(command.argv.indexOf(s("--max-time")) + 1), s("2.500"));
    QVERIFY(command.maxOutputBytes <= 64 * 1024);
    QCOMPARE(verify::readCurl(leg(), answered("my-nginx-1"), 1s).ms, 0.8);
}

void TstTestLegs::allGreenInOrder() {
    const auto legs = intent::intentOf(fakes::tutorialLab()).legs;
    auto context = OpContext{}.withTimeout(30s);
    std::atomic<int> inside = 0;
    std::vector<LegResult> observed;
    const auto observer = [&](const LegResult& result) {
        QCOMPARE(++inside, 1); // One at a time.
        observed.push_back(result);
        --inside;
    };
    const auto results = verify::testLegs(context, legs, greenChannels(), observer, 1s);
    QVERIFY(results);
    QCOMPARE(results->size(), legs.size());
    QCOMPARE(observed.size(), legs.size());
    for (std::size_t i = 0; i < legs.size(); ++i) {
        QVERIFY2((*results)[i].ok, qPrintable((*results)[i].reason));
        QCOMPARE((*results)[i].from, legs[i].from());
        QCOMPARE((*results)[i].to, legs[i].toPod);
        QVERIFY(std::ranges::count(observed, (*results)[i]) == 1);
    }
}

void TstTestLegs::askedFromWhereIntentSays() {
    intent::Leg fromPod = leg();
    fromPod.fromPod = s("my-nginx-2");
    auto context = OpContext{}.withTimeout(30s);
    const auto channel = std::make_shared<FakeChannel>([](OpContext&, const Command&) -> Result<CommandResult> { return ended(7); });
    NodeId asked;
    const auto channelOf = [&](const NodeId& node) {
        asked = node;
        return channel;
    };
    const auto results = verify::testLegs(context, {fromPod}, channelOf, {}, 1s);
    QVERIFY(results);
    QCOMPARE(asked, fakes::node("my-nginx-2"));
    QCOMPARE(channel->commands().size(), 1U);
    QCOMPARE(results->front().ms, 500.0);
    QVERIFY(!results->front().ok);
}

void TstTestLegs::unreachableSourceIsAFailedLeg() {
    auto context = OpContext{}.withTimeout(30s);
    const auto none = verify::testLegs(
        context, {leg()}, [](const NodeId&) { return nullptr; }, {}, 1s);
    QVERIFY(none);
    QCOMPARE(none->front().reason, s("host1 does not exist."));
    const auto broken = std::make_shared<FakeChannel>(
        [](OpContext&, const Command&) -> Result<CommandResult> { return fail(ErrorCode::NotFound, s("There is no curl on host1.")); });
    const auto results = verify::testLegs(
        context, {leg()}, [&](const NodeId&) { return broken; }, {}, 1s);
    QVERIFY(results);
    QCOMPARE(results->front().reason, s("There is no curl on host1."));
}

void TstTestLegs::legsRunSideBySide() {
    const auto legs = intent::intentOf(fakes::tutorialLab()).legs;
    auto context = OpContext{}.withTimeout(30s);
    std::latch all(static_cast<std::ptrdiff_t>(legs.size())); // Nobody answers before everybody was asked.
    const auto channel = std::make_shared<FakeChannel>([&all](OpContext&, const Command&) -> Result<CommandResult> {
        all.arrive_and_wait();
        return answered("my-nginx-1 my-nginx-2");
    });
    const auto results = verify::testLegs(
        context, legs, [&](const NodeId&) { return channel; }, {}, 20s);
    QVERIFY(results);
    QVERIFY(std::ranges::all_of(*results, &LegResult::ok));
}

void TstTestLegs::cancelEndsAtOnce() {
    const std::vector<intent::Leg> legs(100, leg());
    std::stop_source user;
    auto context = OpContext{}.withTimeout(30s);
    context.stop = user.get_token();
    std::atomic<int> asked = 0;
    const auto channel = std::make_shared<FakeChannel>([&](OpContext& own, const Command&) -> Result<CommandResult> {
        if (++asked == 3) {
            user.request_stop();
        }
        auto end = own.sleepFor(25s); // As a curl that waits; woken by the stop.
        return end ? Result<CommandResult>(ended(28)) : fail(std::move(end.error()));
    });
    const auto began = Clock::now();
    const auto results = verify::testLegs(
        context, legs, [&](const NodeId&) { return channel; }, {}, 20s);
    QVERIFY(!results);
    QCOMPARE(results.error().code, ErrorCode::Cancelled);
    QVERIFY(asked < 100);
    QVERIFY(Clock::now() - began < 20s); // Against a hang only.
}

void TstTestLegs::deadlineIsAnError() {
    auto context = OpContext{}.withTimeout(10ms);
    const auto channel = std::make_shared<FakeChannel>([](OpContext& own, const Command&) -> Result<CommandResult> {
        auto end = own.sleepFor(25s);
        return end ? Result<CommandResult>(ended(28)) : fail(std::move(end.error()));
    });
    const auto results = verify::testLegs(
        context, {leg()}, [&](const NodeId&) { return channel; }, {}, 20s);
    QVERIFY(!results);
    QCOMPARE(results.error().code, ErrorCode::Timeout);
}

void TstTestLegs::noLegs() {
    auto context = OpContext{}.withTimeout(30s);
    std::atomic<int> asked = 0;
    const auto results = verify::testLegs(context, {}, greenChannels(&asked), {}, 1s);
    QVERIFY(results && results->empty());
    QCOMPARE(asked.load(), 0);
}

QTEST_GUILESS_MAIN(TstTestLegs)
#include "tst_test_legs.moc"
