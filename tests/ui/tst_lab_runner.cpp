// SPDX-License-Identifier: GPL-3.0-or-later
// The document and the runner over scripted calls: what comes, in which order, how it is stopped. GUI thread with real
// workers.
#include "fake_lab.h"

#include <ui/document/lab_runner.h>

#include <QSignalSpy>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using podleaf::fakes::FakeLab;

namespace {
constexpr int kPatienceMs = 20'000;
}

class LabRunnerTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void documentNamesItself();
    void upRunsItsPlan();
    void failureIsReportedAndResumed();
    void cancelStopsAtOnce();
    void oneThingAtATime();
    void cablesAreCutMeanwhile();
    void testTellsEveryLeg();
    void brokenEngineIsNamed();
    void throwingCallIsAnError();

private:
    void openAllGates();

    std::unique_ptr<FakeLab> m_lab;
    std::unique_ptr<LabRunner> m_runner;
    std::vector<std::pair<LabRunner::Job, Ended>> m_ended;
};

void LabRunnerTest::init() {
    m_runner.reset();
    m_ended.clear();
    m_lab = std::make_unique<FakeLab>();
    m_runner = std::make_unique<LabRunner>();
    m_runner->setLab(m_lab->open().calls);
    connect(m_runner.get(), &LabRunner::ended, this,
            [this](LabRunner::Job job, const Ended& result) { m_ended.emplace_back(job, result); });
}

void LabRunnerTest::openAllGates() {
    m_lab->planned.open();
    m_lab->ran.open();
    m_lab->tested.open();
}

void LabRunnerTest::documentNamesItself() {
    const LabDocument tutorial(fakes::tutorialSource(fakes::tutorialLab()));
    QVERIFY(tutorial.isValid());
    QCOMPARE(tutorial.name(), QStringLiteral("tutorial"));
    QCOMPARE(tutorial.fileName(), QStringLiteral("tutorial/lab.yaml"));
    const LabDocument broken(fakes::brokenSource());
    QVERIFY(!broken.isValid());
    QCOMPARE(broken.name(), QStringLiteral("broken"));
    QCOMPARE(broken.fileName(), QStringLiteral("broken.yaml"));
    QVERIFY(!broken.findings().empty());
}

void LabRunnerTest::upRunsItsPlan() {
    openAllGates();
    QStringList order;
    connect(m_runner.get(), &LabRunner::started, this, [&order] { order += QStringLiteral("started"); });
    connect(m_runner.get(), &LabRunner::planMade, this, [&order] { order += QStringLiteral("plan"); });
    int done = 0;
    connect(m_runner.get(), &LabRunner::stepChanged, this,
            [&done](plan::StepIndex, const plan::StepStatus& status) { done += status.state == plan::StepState::Done ? 1 : 0; });
    m_runner->up();
    QCOMPARE(m_runner->busyReason(), QStringLiteral("Up is running."));
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(order, QStringList({QStringLiteral("started"), QStringLiteral("plan")}));
    QCOMPARE(done, 2);
    QVERIFY(!m_ended[0].second.error);
    QVERIFY(m_ended[0].second.planResult->outcome == plan::Outcome::Succeeded);
    QCOMPARE(m_lab->calls(), QStringList({QStringLiteral("planUp"), QStringLiteral("attach")}));
    QVERIFY(!m_runner->isBusy() && !m_runner->canResume());
}

void LabRunnerTest::failureIsReportedAndResumed() {
    openAllGates();
    m_lab->stepError = Error{ErrorCode::Failed, QStringLiteral("bgpd ended with 1."), {}, {}, {}};
    m_runner->up();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QVERIFY2(m_ended[0].second.error->message.contains(QStringLiteral("bgpd ended with 1.")), qPrintable(m_ended[0].second.error->message));
    QVERIFY(m_runner->canResume());
    m_lab->stepError.reset();
    m_runner->resume();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(2), kPatienceMs);
    QVERIFY(!m_ended[1].second.error);
    QCOMPARE(m_lab->calls().count(QStringLiteral("planUp")), 1); // The same plan, from the step that failed.
}

void LabRunnerTest::cancelStopsAtOnce() {
    m_runner->up();
    m_runner->cancel();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QVERIFY(m_ended[0].second.error && m_ended[0].second.error->code == ErrorCode::Cancelled);
    m_lab->planned.open();
    bool inAStep = false;
    connect(m_runner.get(), &LabRunner::stepChanged, this,
            [&inAStep](plan::StepIndex, const plan::StepStatus& status) { inAStep = inAStep || status.state == plan::StepState::Running; });
    m_runner->down();
    QTRY_VERIFY_WITH_TIMEOUT(inAStep, kPatienceMs);
    m_runner->cancel();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(2), kPatienceMs);
    QVERIFY(m_ended[1].second.planResult && m_ended[1].second.planResult->outcome == plan::Outcome::Cancelled);
}

void LabRunnerTest::oneThingAtATime() {
    m_runner->up();
    m_runner->down();
    m_runner->plan();
    m_runner->test();
    QCOMPARE(m_runner->busyReason(), QStringLiteral("Up is running."));
    openAllGates();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(m_lab->calls(), QStringList({QStringLiteral("planUp"), QStringLiteral("attach")}));
}

void LabRunnerTest::cablesAreCutMeanwhile() {
    m_runner->up(); // Waits for its gate.
    m_runner->setLink(fakes::link("intnet2"), false);
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QVERIFY(m_ended[0].first == LabRunner::Job::Cut);
    QVERIFY(m_lab->calls().contains(QStringLiteral("cut intnet2")));
    QVERIFY(m_runner->isBusy());
}

void LabRunnerTest::testTellsEveryLeg() {
    QStringList legs;
    connect(m_runner.get(), &LabRunner::legFinished, this, [&legs](const verify::LegResult& leg) { legs += leg.from + leg.to; });
    m_runner->test(QStringLiteral("nginx"));
    QTRY_COMPARE_WITH_TIMEOUT(legs.size(), 9, kPatienceMs); // As they finish, not at the end.
    QVERIFY(m_ended.empty());
    m_lab->tested.open();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(legs.size(), 10);
    QCOMPARE(m_ended[0].second.report->legs.size(), std::size_t(10));
    QVERIFY(m_lab->calls().contains(QStringLiteral("test nginx")));
}

void LabRunnerTest::brokenEngineIsNamed() {
    m_lab->engineError = Error{ErrorCode::HostLacks, QStringLiteral("Needs root."), {}, {}, {}};
    const QSignalSpy probed(m_runner.get(), &LabRunner::engineProbed);
    m_runner->attach();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(probed.at(0).at(0).toBool(), false);
    QCOMPARE(m_ended[0].second.error->message, QStringLiteral("Needs root."));
    QVERIFY(!m_lab->calls().contains(QStringLiteral("attach")));
}

void LabRunnerTest::throwingCallIsAnError() {
    LabCalls calls;
    calls.planUp = [](OpContext&, session::PlanFor) -> Result<plan::Plan> { throw std::runtime_error("thrown"); };
    m_runner->setLab(calls);
    m_runner->up();
    QTRY_COMPARE_WITH_TIMEOUT(m_ended.size(), std::size_t(1), kPatienceMs);
    QVERIFY(m_ended[0].second.error->code == ErrorCode::Internal);
    QCOMPARE(m_ended[0].second.error->detail, QStringLiteral("thrown"));
}

QTEST_MAIN(LabRunnerTest)
#include "tst_lab_runner.moc"
