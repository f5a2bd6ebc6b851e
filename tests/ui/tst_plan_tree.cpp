// SPDX-License-Identifier: GPL-3.0-or-later
// The plan's tree: progress, faults, guesses of the time left, and many steps at once. No widgets are shown.
#include <ui/models/plan_tree.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using std::chrono::milliseconds;
using Tester = QAbstractItemModelTester;

namespace {
std::shared_ptr<const plan::Plan> threeSteps() {
    plan::Plan made{QStringLiteral("Up tutorial"), {}};
    const auto step = [](const char* title, const char* where, const char* group) {
        plan::Step one;
        one.title = QString::fromLatin1(title);
        one.subject = QString::fromLatin1(where);
        one.group = QString::fromLatin1(group);
        return one;
    };
    made.steps = {step("Create", "leaf1", "Nodes"), step("Create", "host1", "Nodes"), step("Start bgpd", "host1", "BGP")};
    return std::make_shared<const plan::Plan>(std::move(made));
}
} // namespace

class PlanTreeTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void planTreeShowsProgressAndFault();
    void planTreeGuessesNothing();
    void planTreeTellsOfManyStepsAtOnce();
};

void PlanTreeTest::planTreeShowsProgressAndFault() {
    Clock::time_point now{};
    PlanTree tree(nullptr, [&now] { return now; });
    const Tester tester(&tree, Tester::FailureReportingMode::QtTest);
    tree.setPlan(threeSteps());
    QCOMPARE(tree.rowCount(), 2);
    const QModelIndex nodes = tree.index(0, 0);
    QCOMPARE(tree.rowCount(nodes), 2);
    QCOMPARE(tree.index(0, PlanTree::Where).data().toString(), QStringLiteral("2 places"));
    tree.setStatus(0, {plan::StepState::Running, {}, {}});
    QVERIFY(tree.wantsUnfolded(nodes));
    QVERIFY(static_cast<Glyph>(nodes.data(cell::kGlyph).toInt()) == Glyph::Wait);
    now += milliseconds(310);
    tree.tick();
    QCOMPARE(tree.index(0, PlanTree::Took, nodes).data().toString(), QStringLiteral("0.31 s"));
    tree.setStatus(0, {plan::StepState::Done, milliseconds(310), {}});
    tree.setStatus(1, {plan::StepState::AlreadyDone, {}, {}});
    QVERIFY(!tree.wantsUnfolded(nodes)); // What has gone well folds itself up.
    QCOMPARE(tree.stepsDone(), 2);
    QVERIFY(qAbs(tree.progress() - 2.0 / 3) < 0.001);
    const Error error{ErrorCode::Failed, QStringLiteral("bgpd ended with 1."), {}, {}, {}};
    tree.setStatus(2, {plan::StepState::Failed, milliseconds(5), error});
    QVERIFY(tree.wantsUnfolded(tree.index(1, 0)));
    const QModelIndex fault = tree.faultIndex(2);
    QCOMPARE(fault.data().toString(), error.message);
    QVERIFY(tree.faultOf(fault) == std::optional<plan::StepIndex>(2));
    tree.setStatus(2, {plan::StepState::Running, {}, {}}); // Tried again: the fault goes.
    QVERIFY(!tree.faultIndex(2).isValid());
}

void PlanTreeTest::planTreeGuessesNothing() {
    Clock::time_point now{};
    PlanTree tree(nullptr, [&now] { return now; });
    tree.setPlan(threeSteps());
    tree.setStatus(0, {plan::StepState::Running, {}, {}});
    now += std::chrono::seconds(9);
    tree.tick();
    QCOMPARE(tree.index(0, PlanTree::Left).data().toString(), QString()); // Two samples are needed.
    plan::PlanResult cancelled{plan::Outcome::Cancelled, std::vector<plan::StepStatus>(3), {}};
    for (auto& step : cancelled.steps) {
        step.state = plan::StepState::Cancelled;
    }
    tree.setResult(cancelled);
    QCOMPARE(tree.index(0, 0, tree.index(1, 0)).data(cell::kSecond).toString(), QStringLiteral("stopped"));
}

/// Of a plan with many steps views hear some times a second, and of a heading when its wish changes.
void PlanTreeTest::planTreeTellsOfManyStepsAtOnce() {
    constexpr int kSteps = 400;
    PlanTree tree;
    const Tester tester(&tree, Tester::FailureReportingMode::QtTest);
    plan::Plan many;
    many.steps.resize(kSteps);
    for (plan::Step& step : many.steps) {
        step.group = QStringLiteral("Nodes");
    }
    tree.setPlan(std::make_shared<const plan::Plan>(std::move(many)));
    QSignalSpy changed(&tree, &QAbstractItemModel::dataChanged);
    const QSignalSpy unfolds(&tree, &PlanTree::unfoldChanged);
    for (const plan::StepState state : {plan::StepState::Running, plan::StepState::Done}) {
        for (plan::StepIndex step = 0; step < kSteps; ++step) {
            tree.setStatus(step, {state, milliseconds(1), {}});
        }
    }
    QCOMPARE(changed.count(), 0);
    QCOMPARE(unfolds.count(), 2);
    QCOMPARE(tree.stepsDone(), kSteps);
    QVERIFY(static_cast<Glyph>(tree.index(0, 0).data(cell::kGlyph).toInt()) == Glyph::Ok);
    QVERIFY(changed.wait(20'000));
    QCOMPARE(changed.count(), kSteps + 1); // Each step once, and the heading.
}

QTEST_MAIN(PlanTreeTest)
#include "tst_plan_tree.moc"
