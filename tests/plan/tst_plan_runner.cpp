// SPDX-License-Identifier: GPL-3.0-or-later
// PlanRunner: order, outcomes, retries, timeouts, cancellation and resumption, as tables of what the observer logged.
#include <core/plan/plan_runner.h>

#include <QTest>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

using namespace podleaf;
using namespace podleaf::plan;
using namespace std::chrono_literals;

namespace {

QString stateName(StepState state) {
    switch (state) {
    case StepState::Waiting:
        return QStringLiteral("waiting");
    case StepState::Running:
        return QStringLiteral("running");
    case StepState::Done:
        return QStringLiteral("done");
    case StepState::AlreadyDone:
        return QStringLiteral("already");
    case StepState::Failed:
        return QStringLiteral("failed");
    case StepState::Cancelled:
        return QStringLiteral("cancelled");
    case StepState::Skipped:
        return QStringLiteral("skipped");
    }
    return QStringLiteral("?");
}

/// One word a step: name, '!' fails, '=' already done, '*' throws, then "<a,b" what it comes after.
Plan parsePlan(const QString& text) {
    Plan plan{.title = text, .steps = {}};
    QStringList names;
    const QStringList words = text.split(QLatin1Char(' '));
    for (const QString& word : words) {
        const QString name = word.left(1);
        const QString head = word.section(QLatin1Char('<'), 0, 0);
        Step step{.title = name};
        const QStringList after = word.section(QLatin1Char('<'), 1).split(QLatin1Char(','), Qt::SkipEmptyParts);
        for (const QString& dependency : after) {
            step.after.push_back(static_cast<StepIndex>(names.indexOf(dependency)));
        }
        if (head.endsWith(QLatin1Char('!'))) {
            step.run = [](OpContext&) -> Result<> { return fail(ErrorCode::Failed, QStringLiteral("broken")); };
        } else if (head.endsWith(QLatin1Char('*'))) {
            step.run = [](OpContext&) -> Result<> { throw std::runtime_error("thrown"); };
        } else if (head.endsWith(QLatin1Char('='))) {
            step.alreadyDone = [](OpContext&) -> Result<bool> { return true; };
            step.run = [](OpContext&) -> Result<> { return fail(ErrorCode::Failed, QStringLiteral("must not run")); };
        } else {
            step.run = [](OpContext&) -> Result<> { return {}; };
        }
        plan.steps.push_back(step);
        names.append(name);
    }
    return plan;
}

QString finalStates(const Plan& plan, const PlanResult& result) {
    QStringList words;
    for (StepIndex i = 0; i < result.steps.size(); ++i) {
        words.append(plan.steps[i].title + QLatin1Char(':') + stateName(result.steps[i].state));
    }
    return words.join(QLatin1Char(' '));
}

Step waitingStep(std::atomic<int>& running) {
    Step step{.title = QStringLiteral("wait"), .timeout = 1h};
    step.run = [&running](OpContext& context) -> Result<> {
        ++running;
        running.notify_all();
        return context.sleepFor(1h);
    };
    return step;
}

} // namespace

class TestPlanRunner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logs_data();
    void logs();
    void runsSideBySide();
    void runsNoMoreThanAllowed();
    void cancelsAtOnce();
    void cancelledWins();
    void cancelBeforeTheStart();
    void cancelsDuringThePause();
    void stopAfterTheEndChangesNothing();
    void stepTimesOut();
    void wholeDeadlineEndsTheRest();
    void triesAgain();
    void resumes();
    void skippedNamesTheReason();
    void firstErrorNamesTheStep();
    void refusesForwardDependency();
    void observerMayThrow();
    void progressIsToldOneAtATime();
    void longChainAndWideFan();
};

void TestPlanRunner::logs_data() {
    QTest::addColumn<QString>("steps");
    QTest::addColumn<QString>("log");
    QTest::addColumn<int>("outcome");
    const auto row = [](const char* name, const char* steps, const char* log, Outcome outcome) {
        QTest::newRow(name) << QString::fromLatin1(steps) << QString::fromLatin1(log) << static_cast<int>(outcome);
    };
    row("one", "a", "a:running a:done", Outcome::Succeeded);
    row("order of the plan", "a b", "a:running a:done b:running b:done", Outcome::Succeeded);
    row("diamond", "a b<a c<a d<b,c", "a:running a:done b:running b:done c:running c:done d:running d:done", Outcome::Succeeded);
    row("named twice", "a b<a,a", "a:running a:done b:running b:done", Outcome::Succeeded);
    row("already done releases", "a= b<a", "a:running a:already b:running b:done", Outcome::Succeeded);
    row("failure skips all below", "a! b<a c<b d", "a:running a:failed b:skipped c:skipped d:running d:done", Outcome::Failed);
    row("one of two failed", "a b! c<a,b", "a:running a:done b:running b:failed c:skipped", Outcome::Failed);
    row("skipped once", "a! b! c<a,b", "a:running a:failed c:skipped b:running b:failed", Outcome::Failed);
    row("exception", "a* b<a c", "a:running a:failed b:skipped c:running c:done", Outcome::Failed);
    row("last one fails", "a b!<a", "a:running a:done b:running b:failed", Outcome::Failed);
}

void TestPlanRunner::logs() {
    QFETCH(QString, steps);
    const Plan plan = parsePlan(steps);
    QStringList log;
    OpContext context;
    const RunOptions oneByOne{.parallel = 1, .resumeFrom = nullptr};
    const PlanResult result = run(
        plan, context,
        [&](StepIndex index, const StepStatus& status) {
            log.append(plan.steps[index].title + QLatin1Char(':') + stateName(status.state));
        },
        oneByOne);
    QTEST(log.join(QLatin1Char(' ')), "log");
    QTEST(static_cast<int>(result.outcome), "outcome");

    // Any number of threads comes to the same end.
    const PlanResult wide = run(plan, context);
    QCOMPARE(finalStates(plan, wide), finalStates(plan, result));
    QCOMPARE(wide.outcome, result.outcome);
}

void TestPlanRunner::runsSideBySide() {
    // Each step ends only when all eight are running.
    std::latch all(8);
    Plan plan;
    for (int i = 0; i < 8; ++i) {
        Step step;
        step.run = [&all](OpContext&) -> Result<> {
            all.arrive_and_wait();
            return {};
        };
        plan.steps.push_back(step);
    }
    OpContext context;
    QCOMPARE(run(plan, context, {}, {.parallel = 8, .resumeFrom = nullptr}).outcome, Outcome::Succeeded);
}

void TestPlanRunner::runsNoMoreThanAllowed() {
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    Plan plan;
    for (int i = 0; i < 200; ++i) {
        Step step;
        step.run = [&](OpContext&) -> Result<> {
            const int mine = ++now;
            for (int seen = most; seen < mine && !most.compare_exchange_weak(seen, mine);) {
            }
            std::this_thread::yield();
            --now;
            return {};
        };
        plan.steps.push_back(step);
    }
    OpContext context;
    QCOMPARE(run(plan, context, {}, {.parallel = 3, .resumeFrom = nullptr}).outcome, Outcome::Succeeded);
    QVERIFY(most <= 3);
    QVERIFY(most > 0);
}

void TestPlanRunner::cancelsAtOnce() {
    std::atomic<int> running = 0;
    Plan plan;
    plan.steps = {waitingStep(running), waitingStep(running), Step{.title = QStringLiteral("c"), .after = {0}}};
    std::stop_source source;
    OpContext context;
    context.stop = source.get_token();
    std::jthread stopper([&] {
        for (int seen = running; seen < 2; seen = running) {
            running.wait(seen);
        }
        source.request_stop();
    });
    const PlanResult result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Cancelled);
    QCOMPARE(finalStates(plan, result), QStringLiteral("wait:cancelled wait:cancelled c:cancelled"));
    QVERIFY(result.took < 1min);
}

void TestPlanRunner::cancelledWins() {
    std::atomic<int> running = 0;
    Plan plan = parsePlan(QStringLiteral("a!"));
    plan.steps.push_back(waitingStep(running));
    std::stop_source source;
    OpContext context;
    context.stop = source.get_token();
    const PlanResult result = run(plan, context, [&](StepIndex index, const StepStatus& status) {
        if (index == 0 && status.state == StepState::Failed) {
            source.request_stop();
        }
    });
    QCOMPARE(result.outcome, Outcome::Cancelled);
    QCOMPARE(result.steps[0].state, StepState::Failed);
    QCOMPARE(result.steps[1].state, StepState::Cancelled);
}

void TestPlanRunner::cancelBeforeTheStart() {
    const Plan plan = parsePlan(QStringLiteral("a! b= c<b"));
    std::stop_source source;
    source.request_stop();
    OpContext context;
    context.stop = source.get_token();
    const PlanResult result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Cancelled);
    QCOMPARE(finalStates(plan, result), QStringLiteral("a:cancelled b:cancelled c:cancelled"));
}

void TestPlanRunner::cancelsDuringThePause() {
    std::stop_source source;
    Plan plan;
    Step step{.attempts = 1'000'000};
    int tries = 0;
    step.run = [&](OpContext&) -> Result<> {
        if (++tries == 2) {
            source.request_stop();
        }
        return fail(ErrorCode::Unreachable, QStringLiteral("not yet"));
    };
    plan.steps.push_back(step);
    OpContext context;
    context.stop = source.get_token();
    const PlanResult result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Cancelled);
    QCOMPARE(result.steps[0].state, StepState::Cancelled);
    QCOMPARE(tries, 2);
}

void TestPlanRunner::stopAfterTheEndChangesNothing() {
    std::stop_source source;
    Plan plan;
    Step step;
    step.run = [&](OpContext&) -> Result<> {
        source.request_stop();
        return {};
    };
    plan.steps.push_back(step);
    OpContext context;
    context.stop = source.get_token();
    // The stop came while the last step was ending well: there is nothing left that was not done.
    QCOMPARE(run(plan, context).outcome, Outcome::Succeeded);
}

void TestPlanRunner::stepTimesOut() {
    Plan plan;
    Step step{.title = QStringLiteral("slow"), .timeout = 5ms};
    step.run = [](OpContext& context) { return context.sleepFor(1h); };
    plan.steps.push_back(step);
    OpContext context;
    const PlanResult result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Failed);
    QCOMPARE(result.steps[0].error->code, ErrorCode::Timeout);
    QVERIFY(result.steps[0].took >= 5ms);
}

void TestPlanRunner::wholeDeadlineEndsTheRest() {
    Plan plan = parsePlan(QStringLiteral("a b"));
    OpContext context;
    context.deadline = Clock::now() - 1ms;
    plan.steps[0].attempts = 1'000'000;
    const PlanResult result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Failed);
    QCOMPARE(finalStates(plan, result), QStringLiteral("a:failed b:failed"));
    QCOMPARE(result.steps[1].error->code, ErrorCode::Timeout);
}

void TestPlanRunner::triesAgain() {
    Plan plan;
    int tries = 0;
    Step step{.attempts = 3};
    step.run = [&](OpContext&) -> Result<> {
        if (++tries < 3) {
            return fail(ErrorCode::Unreachable, QStringLiteral("not yet"));
        }
        return {};
    };
    plan.steps.push_back(step);
    OpContext context;
    PlanResult result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Succeeded);
    QVERIFY(!result.steps[0].error);
    QCOMPARE(tries, 3);

    tries = -1; // One more failure than there are attempts.
    result = run(plan, context);
    QCOMPARE(result.outcome, Outcome::Failed);
    QCOMPARE(tries, 2);
}

void TestPlanRunner::resumes() {
    Plan plan = parsePlan(QStringLiteral("a b!<a c<b d="));
    OpContext context;
    const PlanResult first = run(plan, context);
    QCOMPARE(finalStates(plan, first), QStringLiteral("a:done b:failed c:skipped d:already"));

    plan.steps[0].run = [](OpContext&) -> Result<> { return fail(ErrorCode::Failed, QStringLiteral("must not run again")); };
    plan.steps[1].run = [](OpContext&) -> Result<> { return {}; };
    const PlanResult second = run(plan, context, {}, {.parallel = 2, .resumeFrom = &first});
    QCOMPARE(second.outcome, Outcome::Succeeded);
    QCOMPARE(finalStates(plan, second), QStringLiteral("a:already b:done c:done d:already"));

    // Everything done: nothing runs.
    plan.steps[1].run = plan.steps[0].run;
    QCOMPARE(run(plan, context, {}, {.parallel = 2, .resumeFrom = &second}).outcome, Outcome::Succeeded);
}

void TestPlanRunner::skippedNamesTheReason() {
    Plan plan = parsePlan(QStringLiteral("a! b<a c<b"));
    plan.steps[0].subject = QStringLiteral("host1");
    OpContext context;
    const PlanResult result = run(plan, context);
    QCOMPARE(result.steps[2].error->message, QStringLiteral("Skipped because a step before it failed: a (host1)."));
}

void TestPlanRunner::firstErrorNamesTheStep() {
    Plan plan = parsePlan(QStringLiteral("a b! c*"));
    plan.steps[1].subject = QStringLiteral("host1");
    OpContext context;
    const PlanResult result = run(plan, context);
    QCOMPARE(result.firstError(plan)->message, QStringLiteral("b (host1): broken"));
    QCOMPARE(result.steps[2].error->code, ErrorCode::Internal);
    QCOMPARE(result.steps[2].error->detail, QStringLiteral("thrown"));
    QVERIFY(!run(parsePlan(QStringLiteral("a")), context).firstError(plan));
}

void TestPlanRunner::refusesForwardDependency() {
    Plan plan = parsePlan(QStringLiteral("a b c<b"));
    plan.steps[1].after = {2};
    OpContext context;
    const PlanResult result = run(plan, context);
    QCOMPARE(finalStates(plan, result), QStringLiteral("a:done b:failed c:skipped"));
    QCOMPARE(result.steps[1].error->code, ErrorCode::Internal);
}

void TestPlanRunner::observerMayThrow() {
    OpContext context;
    const PlanResult result = run(parsePlan(QStringLiteral("a b<a")), context, [](StepIndex, const StepStatus&) { throw 1; });
    QCOMPARE(result.outcome, Outcome::Succeeded);
}

void TestPlanRunner::progressIsToldOneAtATime() {
    Plan plan;
    for (int i = 0; i < 100; ++i) {
        Step step;
        step.run = [](OpContext& context) -> Result<> {
            context.report(QStringLiteral("busy"));
            return {};
        };
        plan.steps.push_back(step);
    }
    int told = 0; // Not atomic: TSan sees it if two come at once.
    OpContext context;
    context.progress = [&told](const QString&) { ++told; };
    QCOMPARE(run(plan, context).outcome, Outcome::Succeeded);
    QCOMPARE(told, 100);
}

void TestPlanRunner::longChainAndWideFan() {
    constexpr StepIndex kSteps = 10'000;
    Plan chain;
    Plan fan;
    StepIndex next = 0;
    for (StepIndex i = 0; i < kSteps; ++i) {
        Step step;
        step.after = i == 0 ? std::vector<StepIndex>() : std::vector<StepIndex>{i - 1};
        step.run = [&next, i](OpContext&) -> Result<> {
            return next++ == i ? Result<>() : fail(ErrorCode::Failed, QStringLiteral("out of order"));
        };
        chain.steps.push_back(step);
        fan.steps.push_back(Step{.after = i == 0 ? std::vector<StepIndex>() : std::vector<StepIndex>{0}});
    }
    OpContext context;
    QCOMPARE(run(chain, context).outcome, Outcome::Succeeded);
    QCOMPARE(next, kSteps);

    std::size_t done = 0; // Under the runner's lock.
    QCOMPARE(run(fan, context, [&](StepIndex, const StepStatus& status) { done += status.state == StepState::Done; }).outcome,
             Outcome::Succeeded);
    QCOMPARE(done, kSteps);

    chain.steps[0].run = [](OpContext&) -> Result<> { return fail(ErrorCode::Failed, QStringLiteral("broken")); };
    const PlanResult skipped = run(chain, context);
    QCOMPARE(skipped.outcome, Outcome::Failed);
    QCOMPARE(skipped.steps.back().state, StepState::Skipped);
}

QTEST_GUILESS_MAIN(TestPlanRunner)
#include "tst_plan_runner.moc"
