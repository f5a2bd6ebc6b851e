// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does with a lab over a scripted one: plan, up, down and test by keys, stops, failed steps, faults made
// by menu, and files that cannot be opened.
#include "menu_hand.h"
#include "window_case.h"

#include <ui/docks/flows_panel.h>
#include <ui/docks/inspector_foot.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/window/look_inside.h>

#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>

using namespace podleaf;
using namespace podleaf::ui;

class WindowJobsTest final : public QObject, WindowCase {
    Q_OBJECT
private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }
    void keysStartJobs();
    void failedStepIsTriedAgainFromThere();
    void stopEndsAPlanAtOnceAndUpGoesOn();
    void legsOfAFailedUpAreShownAtOnce();
    void testRaisesItsDock();
    void matrixCellSelectsItsFlow();
    void seenFlowIsShown();
    void flowRowSelectsItsFlow();
    void cutGoesToTheRunner();
    void breakFromTheInspector();
    void brokenFileIsNamedWithItsLine();
    void openerFaultIsShown();
    void attachFaultIsShown();

private:
    /// The button of the plan's dock with this text, once it is in sight.
    [[nodiscard]] QPushButton* planButton(const QString& text) const;
    /// What the plan's dock says, as far as it is in sight.
    [[nodiscard]] QStringList planLabels() const;
    /// The button of that name below the inspector, once it is in sight.
    [[nodiscard]] QPushButton* footButton(const QString& accessibleName) const;
};

QPushButton* WindowJobsTest::planButton(const QString& text) const {
    for (auto* button : m_window->planPanel().findChildren<QPushButton*>()) {
        if (button->text() == text && button->isVisible()) {
            return button;
        }
    }
    return nullptr;
}

QStringList WindowJobsTest::planLabels() const {
    QStringList texts;
    for (const auto* label : m_window->planPanel().findChildren<QLabel*>()) {
        texts += label->isVisible() ? label->text() : QString();
    }
    return texts;
}

QPushButton* WindowJobsTest::footButton(const QString& accessibleName) const {
    for (auto* button : m_window->findChild<InspectorFoot*>()->findChildren<QPushButton*>()) {
        if (button->accessibleName() == accessibleName && button->isVisible()) {
            return button;
        }
    }
    return nullptr;
}

void WindowJobsTest::keysStartJobs() {
    m_lab->planned.open();
    m_lab->ran.open();
    m_lab->tested.open();
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    int jobs = static_cast<int>(ended.count());
    const std::tuple<Qt::Key, Qt::KeyboardModifiers, const char*> keys[] = {
        {Qt::Key_F7, {}, "planUp"}, {Qt::Key_F8, {}, "planUp"}, {Qt::Key_F8, Qt::ShiftModifier, "planDown"}, {Qt::Key_F5, {}, "test "}};
    for (const auto& [key, modifiers, call] : keys) {
        const auto before = m_lab->calls().count(QString::fromLatin1(call));
        QVERIFY(QTest::qWaitFor([this] { return !m_window->runner().isBusy(); }, kPatienceMs));
        jobs = static_cast<int>(ended.count());
        press(key, modifiers);
        QVERIFY(QTest::qWaitFor([&] { return ended.count() > jobs; }, kPatienceMs));
        QCOMPARE(m_lab->calls().count(QString::fromLatin1(call)), before + 1);
    }
}

void WindowJobsTest::failedStepIsTriedAgainFromThere() {
    m_lab->planned.open();
    m_lab->ran.open();
    m_lab->stepError = Error{ErrorCode::Failed,
                             QStringLiteral("bgpd did not start."),
                             QStringLiteral("line 7: what is this\nline 9: and that"),
                             QStringLiteral("Look at its log."),
                             {}};
    m_window->openLab({});
    std::vector<plan::StepIndex> begun;
    connect(&m_window->runner(), &LabRunner::stepChanged, this, [&begun](plan::StepIndex step, const plan::StepStatus& status) {
        if (status.state == plan::StepState::Running) {
            begun.push_back(step);
        }
    });
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(Qt::Key_F8);
    QTRY_VERIFY_WITH_TIMEOUT(planButton(QStringLiteral("Try again from here")) != nullptr && !m_window->runner().isBusy(), kPatienceMs);
    QVERIFY(m_window->planPanel().glyph() == Glyph::Bad);
    QCOMPARE(begun, (std::vector<plan::StepIndex>{0, 1}));
    PlanTree& tree = m_window->planPanel().tree();
    const auto glyphAt = [](const QModelIndex& at) { return static_cast<Glyph>(at.data(cell::kGlyph).toInt()); };
    const QModelIndex heading = tree.index(0, PlanTree::Title);
    QVERIFY(glyphAt(heading) == Glyph::Bad && glyphAt(tree.index(0, 0, heading)) == Glyph::Ok &&
            glyphAt(tree.index(1, 0, heading)) == Glyph::Bad);
    QVERIFY(planLabels().contains(QStringLiteral("bgpd did not start.")) && planLabels().contains(QStringLiteral("Look at its log.")));
    const QString output = QStringLiteral("line 7: what is this\nline 9: and that");
    QVERIFY(planLabels().contains(QStringLiteral("line 7: what is this")) && !planLabels().contains(output)); // Until it is asked for.
    QTest::mouseClick(planButton(QStringLiteral("Show output")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(planLabels().contains(output), kPatienceMs);
    QTest::mouseClick(planButton(QStringLiteral("Copy report")), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QStringLiteral("Up tutorial\nStart bgpd, host1\nbgpd did not start.\nLook at its log.\n") + output);
    m_lab->stepError.reset();
    begun.clear();
    QTest::mouseClick(planButton(QStringLiteral("Try again from here")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->planPanel().glyph() == Glyph::Ok && !m_window->runner().isBusy(), kPatienceMs);
    QVERIFY(glyphAt(tree.index(0, 0)) == Glyph::Ok && glyphAt(tree.index(1, 0, tree.index(0, 0))) == Glyph::Ok);
    QVERIFY(!tree.faultIndex(1).isValid() && planButton(QStringLiteral("Try again from here")) == nullptr);
    QVERIFY2(m_window->planPanel().headline().startsWith(QStringLiteral("2 of 2 steps, ")), qPrintable(m_window->planPanel().headline()));
    QCOMPARE(begun, (std::vector<plan::StepIndex>{1}));          // What is done is not done again,
    QCOMPARE(m_lab->calls().count(QStringLiteral("planUp")), 1); // nor planned anew.
}

void WindowJobsTest::stopEndsAPlanAtOnceAndUpGoesOn() {
    m_lab->planned.open();
    m_window->openLab({});
    press(Qt::Key_F8);
    QTRY_VERIFY_WITH_TIMEOUT(planButton(QStringLiteral("Stop")) != nullptr && m_window->planPanel().tree().stepCount() == 2, kPatienceMs);
    QTest::mouseClick(planButton(QStringLiteral("Stop")), Qt::LeftButton); // The step is held by its gate and lets go by the stop.
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->runner().isBusy(), kPatienceMs);
    QVERIFY(m_window->planPanel().glyph() == Glyph::Idle);
    QVERIFY(planButton(QStringLiteral("Stop")) == nullptr && m_window->actions().up->isEnabled());
    const PlanPanel& plan = m_window->planPanel();
    QVERIFY2(plan.headline().startsWith(QStringLiteral("Stopped after 0 of 2 steps, ")), qPrintable(plan.headline()));
    PlanTree& tree = m_window->planPanel().tree();
    QCOMPARE(tree.index(0, 0, tree.index(0, 0)).data(cell::kSecond).toString(), QStringLiteral("stopped"));
    QVERIFY(m_window->faultShown().isEmpty()); // It is no fault.
    m_lab->ran.open();
    press(Qt::Key_F8);
    QTRY_VERIFY_WITH_TIMEOUT(plan.glyph() == Glyph::Ok && !m_window->runner().isBusy(), kPatienceMs);
    QVERIFY2(plan.headline().startsWith(QStringLiteral("2 of 2 steps, ")), qPrintable(plan.headline()));
    QCOMPARE(m_lab->calls().count(QStringLiteral("planUp")), 2);
}

/// What the last step of an Up found out is drawn, listed and in the matrix, without a press of Test.
void WindowJobsTest::legsOfAFailedUpAreShownAtOnce() {
    m_lab->planned.open();
    m_lab->ran.open();
    m_lab->stepError = Error{ErrorCode::Timeout, QStringLiteral("The lab did not become as intended in time."), {}, {}, {}};
    const QString reason = QStringLiteral("Answered with HTTP status 404.");
    m_lab->verified = {{QStringLiteral("host1"), QStringLiteral("my-nginx-1"), false, true, 2.6, reason, true},
                       {QStringLiteral("host1"), QStringLiteral("my-nginx-2"), true, true, 0.9, {}, false}};
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    QVERIFY(m_window->canvas().lens(Lens::Bgp) && m_window->canvas().lens(Lens::Flows));
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    const qsizetype before = ended.count();
    press(Qt::Key_F8);
    QTRY_VERIFY_WITH_TIMEOUT(ended.count() > before && !m_window->runner().isBusy(), kPatienceMs);
    const FlowRef failed{QStringLiteral("host1"), QStringLiteral("my-nginx-1")};
    const auto isDrawn = [&](const FlowRef& flow) {
        const std::vector<Selection> items = m_window->canvas().itemsInTabOrder();
        return std::ranges::find(items, Selection(flow)) != items.end() && !m_window->canvas().viewRectOf(flow).isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isDrawn(failed), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(isDrawn(FlowRef{QStringLiteral("host1"), QStringLiteral("my-nginx-2")}), kPatienceMs);
    QCOMPARE(m_window->lookInside().flows().flows().counts().notAsWanted, 1);
    const TestPanel& panel = m_window->testPanel();
    QVERIFY2(panel.sentence().startsWith(QStringLiteral("2 of 10 legs: 1 allowed, 1 not as wanted.")), qPrintable(panel.sentence()));
    QVERIFY(panel.glyph() == Glyph::Bad && !m_lab->calls().contains(QStringLiteral("test ")));
    // The next test takes their places, and the same measurement does not take a better reason away.
    m_window->testPanel().begin();
    QCOMPARE(panel.sentence(), QStringLiteral("Not tested yet."));
    const verify::LegResult explained{.from = failed.from, .to = failed.to, .ok = false, .ms = 2, .reason = QStringLiteral("Why.")};
    verify::LegResult plain = explained;
    plain.reason = reason;
    m_window->testPanel().addSeen(plain); // While it runs, it tells itself.
    QCOMPARE(m_window->testPanel().matrix().counts().finished, 0);
    m_window->testPanel().end(verify::TestReport{{explained}, {}}, {});
    m_window->testPanel().addSeen(plain);
    QCOMPARE(m_window->testPanel().matrix().resultOf(failed.from, failed.to)->reason, explained.reason);
}

void WindowJobsTest::testRaisesItsDock() {
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    QTRY_VERIFY(isInFront("plan") && !isInFront("test"));
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(isInFront("test"), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->testPanel().matrix().counts().finished, 9, kPatienceMs);
    QVERIFY(m_window->testPanel().glyph() == Glyph::Wait);
    m_lab->tested.open();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->testPanel().sentence(), QStringLiteral("10 legs: 10 allowed. All as intended."), kPatienceMs);
}

void WindowJobsTest::matrixCellSelectsItsFlow() {
    m_lab->tested.open();
    m_window->openLab({});
    m_lab->pushGreen();
    m_lab->push({state::TestLegSeen{QStringLiteral("host1"), QStringLiteral("my-nginx-1"), true, true, 0.4, {}}});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->testPanel().glyph() == Glyph::Ok, kPatienceMs);
    Q_EMIT m_window->testPanel().legClicked({QStringLiteral("host1"), QStringLiteral("my-nginx-1"), {}, true, true, 0.4, {}});
    QVERIFY(m_window->canvas().selection() == Selection(FlowRef{QStringLiteral("host1"), QStringLiteral("my-nginx-1")}));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->inspector().content().title, QStringLiteral("host1 → my-nginx-1"), kPatienceMs);
}

/// One that no test made is a row of Flows, a line on the canvas, and no event.
void WindowJobsTest::seenFlowIsShown() {
    m_window->openLab({});
    m_lab->pushGreen();
    m_lab->push({state::FlowSeen{QStringLiteral("host1"), QStringLiteral("my-nginx-1"), Ipv4Address{0x0A14010AU}, 80, false, 2000,
                                 QStringLiteral("No answer within 2 s.")}});
    QTRY_COMPARE_WITH_TIMEOUT(m_window->lookInside().flows().flows().counts().all, 1, kPatienceMs);
    m_window->canvas().select(FlowRef{QStringLiteral("host1"), QStringLiteral("my-nginx-1")});
    QTRY_COMPARE_WITH_TIMEOUT(m_window->inspector().content().fault, QStringLiteral("No answer within 2 s."), kPatienceMs);
    m_lab->push({state::FlowSeen{QStringLiteral("host1"), QStringLiteral("my-nginx-1"), Ipv4Address{0x0A14010AU}, 80, true, 0.4, {}}});
    QTRY_COMPARE_WITH_TIMEOUT(m_window->lookInside().flows().flows().counts().changed, 1, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->inspector().content().fault.isEmpty(), kPatienceMs);
}

void WindowJobsTest::flowRowSelectsItsFlow() {
    m_lab->tested.open();
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    press(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->testPanel().glyph() == Glyph::Ok, kPatienceMs);
    press(Qt::Key_7, Qt::AltModifier);
    QTRY_VERIFY_WITH_TIMEOUT(isInFront("flows"), kPatienceMs);
    FlowsPanel& flows = m_window->lookInside().flows();
    QTRY_COMPARE_WITH_TIMEOUT(flows.flows().counts().allowed, 10, kPatienceMs);
    QTreeView* view = flows.table().view();
    view->scrollToTop(); // It follows its tail.
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(0, 1)).center());
    QVERIFY(m_window->canvas().selection() == Selection(flows.flows().flowOf(0)));
    QTest::keyClick(view, Qt::Key_Down);
    QVERIFY(m_window->canvas().selection() == Selection(flows.flows().flowOf(1)));
}

void WindowJobsTest::cutGoesToTheRunner() {
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    m_window->canvas().setFocus();
    m_window->canvas().select(fakes::link("intnet2"));
    press(Qt::Key_X);
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->calls().contains(QStringLiteral("cut intnet2")), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->canvas().accessibleTextOf(fakes::link("intnet2")).contains(QStringLiteral("cut")), kPatienceMs);
    press(Qt::Key_X);
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->calls().contains(QStringLiteral("join intnet2")), kPatienceMs);
}

void WindowJobsTest::breakFromTheInspector() {
    m_window->openLab({});
    LabView& canvas = m_window->canvas();
    const auto click = [&canvas](const auto& item) { QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, canvas.viewPosOf(item)); };
    click(fakes::node("host2"));
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("host2"));
    QVERIFY(footButton(QStringLiteral("Break host2")) == nullptr); // It does not run.
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(footButton(QStringLiteral("Break host2")) != nullptr, kPatienceMs);
    QTest::mouseClick(footButton(QStringLiteral("Break host2")), Qt::LeftButton);
    chooseInMenu({QStringLiteral("Daemons"), QStringLiteral("bgpd"), QStringLiteral("Kill")});
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->calls().contains(QStringLiteral("kill host2 bgpd")), kPatienceMs);
    click(fakes::link("intnet2"));
    QVERIFY(footButton(QStringLiteral("Break intnet2")) != nullptr);
    QTest::mouseClick(footButton(QStringLiteral("Break intnet2")), Qt::LeftButton);
    chooseInMenu({QStringLiteral("Drop packets"), QStringLiteral("Both directions")});
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->calls().contains(QStringLiteral("impair intnet2")), kPatienceMs);
    m_lab->push({state::EngineSeen{false}});
    QTRY_VERIFY_WITH_TIMEOUT(footButton(QStringLiteral("Break intnet2")) == nullptr, kPatienceMs);
}

void WindowJobsTest::brokenFileIsNamedWithItsLine() {
    m_opener = [](const QString&) -> Result<OpenLab> {
        OpenLab opened;
        opened.document = std::make_unique<LabDocument>(fakes::brokenSource());
        return opened;
    };
    m_window->openLab(QStringLiteral("/labs/broken.yaml"));
    QVERIFY2(m_window->faultShown().startsWith(QStringLiteral("broken.yaml, line 3: ")), qPrintable(m_window->faultShown()));
    QCOMPARE(m_window->actions().up->toolTip(), QStringLiteral("No lab is open."));
    m_opener = [this](const QString&) -> Result<OpenLab> { return m_lab->open(); };
    m_window->openLab({});
    QCOMPARE(m_window->faultShown(), QString());
}

void WindowJobsTest::openerFaultIsShown() {
    m_opener = [](const QString&) -> Result<OpenLab> { return fail(ErrorCode::NotFound, QStringLiteral("There is no lab named x.")); };
    const QSignalSpy settled(m_window.get(), &MainWindow::settled);
    m_window->openLab(QStringLiteral("x"));
    QCOMPARE(m_window->faultShown(), QStringLiteral("There is no lab named x."));
    QCOMPARE(settled.count(), 1);
}

void WindowJobsTest::attachFaultIsShown() {
    m_lab->engineError = Error{ErrorCode::HostLacks, QStringLiteral("Labs need root."), {}, QStringLiteral("sudo podleaf-desktop"), {}};
    m_window->openLab({});
    QTRY_COMPARE_WITH_TIMEOUT(m_window->faultShown(), QStringLiteral("Labs need root."), kPatienceMs);
    QStringList texts;
    for (const auto* label : m_window->statusBar()->findChildren<QLabel*>()) {
        texts += label->text();
    }
    QVERIFY2(texts.contains(QStringLiteral("Namespaces cannot run here")), qPrintable(texts.join(u'|'))); // and not as whom
}

QTEST_MAIN(WindowJobsTest)
#include "tst_window_jobs.moc"
