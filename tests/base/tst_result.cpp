// SPDX-License-Identifier: GPL-3.0-or-later
// Result, Error and OpContext: how failures and ends of patience travel.
#include <core/base/op_context.h>
#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <QElapsedTimer>
#include <QTest>

#include <fcntl.h>
#include <thread>

using namespace podleaf;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return fail(ErrorCode::InvalidInput, u"It is odd."_s, u"one\ntwo"_s, u"Take an even one."_s);
    }
    return number / 2;
}

Result<QString> halfAsText(int number) {
    auto result = half(number);
    if (!result) {
        return fail(wrapError(u"No half"_s, std::move(result.error())));
    }
    return QString::number(*result);
}

} // namespace

class TestResult : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAndErrors();
    void wrappedErrorsKeepTheirCause();
    void describedForATerminal();
    void checkpoint();
    void stopWinsOverDeadline();
    void sleepEndsEarlyOnStop();
    void sleepEndsAtTheDeadline();
    void remainingAndNarrowing();
    void progressMayBeEmpty();
    void uniqueFdClosesOnce();
};

void TestResult::valuesAndErrors() {
    QCOMPARE(*half(8), 4);
    const auto bad = half(3);
    QVERIFY(!bad);
    QCOMPARE(bad.error().code, ErrorCode::InvalidInput);
    const Result<> fine;
    QVERIFY(fine);
}

void TestResult::wrappedErrorsKeepTheirCause() {
    const auto bad = halfAsText(3);
    QVERIFY(!bad);
    QCOMPARE(bad.error().message, u"No half: It is odd."_s);
    QCOMPARE(bad.error().code, ErrorCode::InvalidInput);
    QCOMPARE(bad.error().hint, u"Take an even one."_s);
    QVERIFY(bad.error().cause);
    QCOMPARE(bad.error().cause->message, u"It is odd."_s);
    QVERIFY(!bad.error().cause->cause);
}

void TestResult::describedForATerminal() {
    QCOMPARE(describe(half(3).error()), u"It is odd.\n    one\n    two\nHint: Take an even one."_s);
    QCOMPARE(describe(Error{ErrorCode::Failed, u"No."_s, {}, {}, {}}), u"No."_s);
}

void TestResult::checkpoint() {
    OpContext context;
    QVERIFY(context.checkpoint());
    context.deadline = Clock::now() + 1h;
    QVERIFY(context.checkpoint());
    context.deadline = Clock::now() - 1ms;
    const auto late = context.checkpoint();
    QVERIFY(!late);
    QCOMPARE(late.error().code, ErrorCode::Timeout);
}

void TestResult::stopWinsOverDeadline() {
    std::stop_source source;
    OpContext context;
    context.stop = source.get_token();
    context.deadline = Clock::now() - 1s;
    source.request_stop();
    const auto stopped = context.checkpoint();
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
}

void TestResult::sleepEndsEarlyOnStop() {
    std::stop_source source;
    OpContext context;
    context.stop = source.get_token();
    QElapsedTimer timer;
    timer.start();
    Result<> slept;
    {
        const std::jthread sleeper([&] { slept = context.sleepFor(60s); });
        source.request_stop();
    }
    QVERIFY(!slept);
    QCOMPARE(slept.error().code, ErrorCode::Cancelled);
    QVERIFY(timer.elapsed() < 30'000);
}

void TestResult::sleepEndsAtTheDeadline() {
    const OpContext context = OpContext{}.withTimeout(5ms);
    QElapsedTimer timer;
    timer.start();
    const auto slept = context.sleepFor(60s);
    QVERIFY(!slept);
    QCOMPARE(slept.error().code, ErrorCode::Timeout);
    QVERIFY(timer.elapsed() < 30'000);
    QVERIFY(OpContext{}.sleepFor(1ms));
}

void TestResult::remainingAndNarrowing() {
    QCOMPARE(OpContext{}.remainingMs(), 1000);
    QCOMPARE(OpContext{}.withTimeout(1h).remainingMs(250), 250);
    QCOMPARE(OpContext{}.withTimeout(-1h).remainingMs(), 0);
    const OpContext narrow = OpContext{}.withTimeout(1s);
    QCOMPARE(narrow.withTimeout(1h).deadline, narrow.deadline);
    QVERIFY(narrow.withTimeout(1ms).deadline < narrow.deadline);
}

void TestResult::progressMayBeEmpty() {
    OpContext context;
    context.report(u"nobody listens"_s);
    QStringList heard;
    context.progress = [&heard](const QString& sentence) { heard << sentence; };
    context.withTimeout(1s).report(u"somebody does"_s);
    QCOMPARE(heard, QStringList{u"somebody does"_s});
}

void TestResult::uniqueFdClosesOnce() {
    const auto isOpen = [](int fd) { return ::fcntl(fd, F_GETFD) != -1; };
    UniqueFd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = first.get();
    QVERIFY(first.isValid() && isOpen(number));
    UniqueFd second(std::move(first));
    QVERIFY(!first.isValid()); // NOLINT(bugprone-use-after-move): this is what is tested
    QCOMPARE(second.get(), number);
    UniqueFd third;
    third = std::move(second);
    QVERIFY(isOpen(number));
    third.reset();
    QVERIFY(!isOpen(number));
    UniqueFd fourth(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int released = fourth.release();
    QVERIFY(!fourth.isValid() && isOpen(released));
    ::close(released);
}

QTEST_GUILESS_MAIN(TestResult)
#include "tst_result.moc"
