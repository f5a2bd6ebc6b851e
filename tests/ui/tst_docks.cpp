// SPDX-License-Identifier: GPL-3.0-or-later
// The docks' panels: what they say where they are empty or something failed (design §8, word for word), their
// buttons and filters. Offscreen; GUI thread.
#include "fake_lab.h"
#include "panel_case.h"

#include <ui/docks/fault_box.h>
#include <ui/docks/labs_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/models/event_table.h>

#include <QClipboard>
#include <QHeaderView>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>
#include <QTreeWidgetItemIterator>

#include <algorithm>
#include <utility>

using namespace podleaf;
using namespace podleaf::ui;
using podleaf::fakes::tutorialLab;
using podleaf::test::sentencesIn;
using podleaf::test::showPanel;

namespace {

QPushButton* buttonIn(const QWidget& parent, const char* text) {
    for (auto* button : parent.findChildren<QPushButton*>()) {
        if (button->text() == QString::fromUtf8(text) && button->isVisible()) {
            return button;
        }
    }
    return nullptr;
}

std::shared_ptr<const plan::Plan> planOf(int steps) {
    plan::Plan made{QStringLiteral("Up tutorial"), {}};
    for (int i = 0; i < steps; ++i) {
        plan::Step step;
        step.title = QStringLiteral("Step %1").arg(i);
        step.group = QStringLiteral("Nodes");
        made.steps.push_back(step);
    }
    return std::make_shared<const plan::Plan>(std::move(made));
}

state::LogEntry entry(const QString& what) {
    return {1, QStringLiteral("node"), QStringLiteral("host1"), what, false};
}

} // namespace

class DocksTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void planBeforeWhileAndAfter();
    void planNamesWhatRuns();
    void planShowsWhatRuns();
    void failedStepOpensToItsFault();
    void faultWithoutAPlan();
    void testNotRunYet();
    void testRunsAndFails();
    void matrixTakesAllTheWidth();
    void testOfALabWithoutTests();
    void tableEmptyAndFiltered();
    void tableFollowsItsTail();
    void tableCopiesRows();
    void labsAreListedOnce();
    void labsFilter();
    void faultBoxShowsOutputAndIsPlain();
    void faultBoxSaysWhyAtOnce();

private:
    Theme m_theme = Theme::light();
};

void DocksTest::planBeforeWhileAndAfter() {
    PlanPanel panel(m_theme);
    showPanel(panel);
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("No plan yet. Plan shows what Up would do.")));
    const QSignalSpy stops(&panel, &PlanPanel::stopRequested);
    panel.begin(QStringLiteral("Up tutorial"));
    QVERIFY(panel.glyph() == Glyph::Wait);
    panel.showPlan(planOf(2), true);
    panel.setStatus(0, {plan::StepState::Running, {}, {}});
    QTest::mouseClick(buttonIn(panel, "Stop"), Qt::LeftButton);
    QCOMPARE(stops.count(), 1);
    panel.setStatus(0, {plan::StepState::Done, std::chrono::milliseconds(3), {}});
    panel.setStatus(1, {plan::StepState::Done, std::chrono::milliseconds(3), {}});
    panel.end(plan::PlanResult{plan::Outcome::Succeeded, {2, {plan::StepState::Done, {}, {}}}, {}}, {});
    QVERIFY(panel.glyph() == Glyph::Ok);
    QVERIFY2(panel.headline().startsWith(QStringLiteral("2 of 2 steps, ")), qPrintable(panel.headline()));
    QVERIFY(buttonIn(panel, "Stop") == nullptr);
    panel.begin(QStringLiteral("Up tutorial"));
    panel.showPlan(planOf(0), true);
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Nothing to do. The lab is as the file says.")));
}

void DocksTest::planNamesWhatRuns() {
    PlanPanel panel(m_theme);
    showPanel(panel);
    panel.begin(QStringLiteral("Up tutorial"));
    panel.showPlan(planOf(4), true);
    QCOMPARE(panel.runningStep(), QString());
    for (plan::StepIndex step = 1; step < 4; ++step) {
        panel.setStatus(step, {plan::StepState::Running, {}, {}});
    }
    QCOMPARE(panel.runningStep(), QStringLiteral("Step 1 +2"));
    QTRY_VERIFY(sentencesIn(panel).contains(QStringLiteral("Step 1 +2")));
    panel.setStatus(1, {plan::StepState::Done, {}, {}});
    panel.setStatus(2, {plan::StepState::Done, {}, {}});
    QTRY_VERIFY(sentencesIn(panel).contains(QStringLiteral("Step 3")));
    panel.end(plan::PlanResult{plan::Outcome::Succeeded, {4, {plan::StepState::Done, {}, {}}}, {}}, {});
    QVERIFY(!sentencesIn(panel).contains(QStringLiteral("Step 3")));
}

/// The step that runs comes into view by itself, but not while the user is elsewhere in the tree.
void DocksTest::planShowsWhatRuns() {
    PlanPanel panel(m_theme);
    showPanel(panel);
    panel.begin(QStringLiteral("Up tutorial"));
    panel.showPlan(planOf(200), true);
    auto* view = panel.findChild<QTreeView*>();
    auto run = [&panel, last = plan::StepIndex(0)](plan::StepIndex step) mutable {
        panel.setStatus(std::exchange(last, step), {plan::StepState::Done, {}, {}});
        panel.setStatus(step, {plan::StepState::Running, {}, {}});
    };
    const auto inView = [view, &panel](plan::StepIndex step) {
        return view->viewport()->rect().contains(view->visualRect(panel.tree().indexOf(step)).center());
    };
    run(60);
    QTRY_VERIFY(inView(60));
    view->verticalScrollBar()->triggerAction(QScrollBar::SliderToMinimum); // As the user does.
    run(120);
    QTRY_VERIFY(sentencesIn(panel).contains(QStringLiteral("Step 120"))); // The panel has looked again.
    QVERIFY(inView(0) && !inView(120));
    view->verticalScrollBar()->triggerAction(QScrollBar::SliderToMaximum);
    run(180);
    QTRY_VERIFY(sentencesIn(panel).contains(QStringLiteral("Step 180")));
    view->verticalScrollBar()->triggerAction(QScrollBar::SliderSingleStepSub);
    while (!inView(180)) {
        view->verticalScrollBar()->triggerAction(QScrollBar::SliderPageStepSub); // Back to where it is,
    }
    run(199);
    QTRY_VERIFY(inView(199)); // and it goes on from there.
}

void DocksTest::failedStepOpensToItsFault() {
    PlanPanel panel(m_theme);
    showPanel(panel);
    const QSignalSpy resumes(&panel, &PlanPanel::resumeRequested);
    panel.begin(QStringLiteral("Up tutorial"));
    panel.showPlan(planOf(2), true);
    const Error error{ErrorCode::Failed,
                      QStringLiteral("bgpd on host2 ended with 1."),
                      QStringLiteral("bad line 7"),
                      QStringLiteral("Look at its log."),
                      {}};
    panel.setStatus(1, {plan::StepState::Failed, {}, error});
    QVERIFY(panel.glyph() == Glyph::Bad);
    const auto* box = panel.findChild<QTreeView*>()->findChild<FaultBox*>();
    QVERIFY(box != nullptr);
    QCOMPARE(box->sentence(), error.message);
    QTRY_VERIFY(buttonIn(panel, "Try again from here") != nullptr);
    QTest::mouseClick(buttonIn(panel, "Try again from here"), Qt::LeftButton);
    QCOMPARE(resumes.count(), 1);
}

void DocksTest::faultWithoutAPlan() {
    PlanPanel panel(m_theme);
    showPanel(panel);
    panel.begin(QStringLiteral("Up tutorial"));
    panel.end({}, Error{ErrorCode::HostLacks, QStringLiteral("Labs need root."), {}, QStringLiteral("sudo podleaf-desktop"), {}});
    QVERIFY(panel.glyph() == Glyph::Bad);
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Labs need root.")));
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("sudo podleaf-desktop")));
    panel.begin(QStringLiteral("Up tutorial"));
    panel.end({}, Error{ErrorCode::Cancelled, QStringLiteral("Stopped."), {}, {}, {}});
    QVERIFY(panel.glyph() == Glyph::Idle);
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Stopped before anything was done.")));
}

void DocksTest::testNotRunYet() {
    TestPanel panel(m_theme);
    panel.setLegs(tutorialLab(), intent::intentOf(tutorialLab()).legs);
    showPanel(panel);
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("Not tested yet.")));
    const QSignalSpy asked(&panel, &TestPanel::testRequested);
    QTest::mouseClick(buttonIn(panel, "Test nginx"), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    QVERIFY(panel.glyph() == Glyph::None);
}

void DocksTest::matrixTakesAllTheWidth() {
    TestPanel panel(m_theme);
    const auto legs = intent::intentOf(tutorialLab()).legs;
    panel.setLegs(tutorialLab(), legs);
    showPanel(panel);
    panel.addResult({legs[0].from(), legs[0].toPod, legs[0].url(), true, true, 0.4, {}});
    const auto views = panel.findChildren<QTreeView*>();
    const auto cells = std::ranges::find_if(views, [&](const QTreeView* view) { return view->model() == &panel.matrix(); });
    QVERIFY(cells != views.end());
    for (const int width : {592, 760, 593}) {
        panel.resize(width, 220);
        QTRY_COMPARE((*cells)->header()->length(), (*cells)->viewport()->width());
    }
    panel.resize(360, 220); // Too narrow: it is scrolled.
    QTRY_VERIFY((*cells)->header()->length() > (*cells)->viewport()->width());
}

void DocksTest::testRunsAndFails() {
    TestPanel panel(m_theme);
    const auto legs = intent::intentOf(tutorialLab()).legs;
    panel.setLegs(tutorialLab(), legs);
    showPanel(panel);
    panel.begin();
    QVERIFY(panel.glyph() == Glyph::Wait);
    QCOMPARE(buttonIn(panel, "Run again")->toolTip(), QStringLiteral("The test is running."));
    verify::TestReport report;
    for (const intent::Leg& leg : legs) {
        report.legs.push_back({leg.from(), leg.toPod, leg.url(), !report.legs.empty(), true, 0.4, {}});
        panel.addResult(report.legs.back());
    }
    report.mismatches.push_back({verify::MismatchKind::ProcessDead, QStringLiteral("host2"), QStringLiteral("bgpd does not run."),
                                 QStringLiteral("It was killed by signal 9.")});
    panel.end(report, {});
    QVERIFY(panel.glyph() == Glyph::Bad);
    QCOMPARE(panel.sentence(), QStringLiteral("10 legs: 9 allowed, 1 not answered. 1 not as intended. The lab itself differs from its file "
                                              "in one place."));
    const QSignalSpy clicked(&panel, &TestPanel::legClicked);
    const auto views = panel.findChildren<QTreeView*>();
    auto* view = *std::ranges::find_if(views, [&panel](const QTreeView* each) { return each->model() == &panel.matrix(); });
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(0, 1)).center());
    QCOMPARE(clicked.count(), 1);
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(clicked.count(), 2);
    panel.begin();
    panel.end({}, Error{ErrorCode::Failed, QStringLiteral("curl is missing."), {}, {}, {}});
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("curl is missing.")));
}

void DocksTest::testOfALabWithoutTests() {
    TestPanel panel(m_theme);
    showPanel(panel);
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("This lab has no tests.")));
}

void DocksTest::tableEmptyAndFiltered() {
    EventTable events;
    TablePanel panel(&events, m_theme);
    panel.setEmptySentence(QStringLiteral("Nothing has happened yet."));
    showPanel(panel);
    QCOMPARE(panel.emptySentence(), QStringLiteral("Nothing has happened yet."));
    events.append({entry(QStringLiteral("host1 is ready."))});
    QCOMPARE(panel.emptySentence(), QString());
    panel.focusFilter();
    QTest::keyClicks(panel.findChild<QLineEdit*>(), QStringLiteral("my-nginx"));
    QCOMPARE(panel.emptySentence(), QStringLiteral("No row matches my-nginx."));
    QTest::mouseClick(buttonIn(panel, "Clear filter"), Qt::LeftButton);
    QCOMPARE(panel.emptySentence(), QString());
    QCOMPARE(panel.view()->model()->rowCount(), 1);
}

void DocksTest::tableFollowsItsTail() {
    EventTable events;
    TablePanel panel(&events, m_theme);
    panel.setFollowsTail(true);
    showPanel(panel);
    for (int i = 0; i < 100; ++i) {
        events.append({entry(QString::number(i))});
    }
    QScrollBar* bar = panel.view()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0 && bar->value() == bar->maximum());
    panel.view()->setFocus();
    panel.view()->setCurrentIndex(panel.view()->model()->index(99, 0));
    QTest::keyClick(panel.view(), Qt::Key_Home);
    QTRY_COMPARE(bar->value(), 0);
    events.append({entry(QStringLiteral("one")), entry(QStringLiteral("two"))});
    QPushButton* newer = buttonIn(panel, "2 new");
    QVERIFY(newer != nullptr);
    QCOMPARE(bar->value(), 0);
    QTest::mouseClick(newer, Qt::LeftButton);
    QTRY_VERIFY(bar->value() == bar->maximum());
    QVERIFY(!newer->isVisible());
}

void DocksTest::tableCopiesRows() {
    EventTable events;
    TablePanel panel(&events, m_theme);
    showPanel(panel);
    events.append({entry(QStringLiteral("first")), entry(QStringLiteral("second"))});
    panel.view()->selectAll();
    QTest::keyClick(panel.view(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[0].endsWith(QStringLiteral("\tnode\thost1\tfirst")));
    QTest::keyClick(panel.view(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(panel.findChild<QLineEdit*>()->hasFocus());
}

namespace {
/// The lab names that are to be seen, in order, headings included.
QStringList labsIn(const LabsPanel& panel) {
    QStringList names;
    for (QTreeWidgetItemIterator item(panel.findChild<QTreeWidget*>()); *item != nullptr; ++item) {
        if (!(*item)->isHidden() && ((*item)->parent() == nullptr || !(*item)->parent()->isHidden())) {
            names += (*item)->text(0);
        }
    }
    return names;
}
} // namespace

void DocksTest::labsAreListedOnce() {
    LabsPanel panel(m_theme);
    panel.setGallery({{QStringLiteral("spine"), QStringLiteral("/labs/spine/lab.yaml"), 6},
                      {QStringLiteral("tutorial"), QStringLiteral("/labs/tutorial/lab.yaml"), 4}});
    showPanel(panel, {196, 500});
    QCOMPARE(labsIn(panel), QStringList({QStringLiteral("GALLERY"), QStringLiteral("spine"), QStringLiteral("tutorial")}));
    panel.setOpenLab({QStringLiteral("tutorial"), QStringLiteral("/labs/tutorial/lab.yaml"), 4});
    QCOMPARE(labsIn(panel),
             QStringList({QStringLiteral("MY LABS"), QStringLiteral("tutorial"), QStringLiteral("GALLERY"), QStringLiteral("spine")}));
    const QSignalSpy opens(&panel, &LabsPanel::openRequested);
    auto* tree = panel.findChild<QTreeWidget*>();
    tree->setCurrentItem(tree->topLevelItem(1)->child(0));
    QTest::keyClick(tree, Qt::Key_Return);
    QCOMPARE(opens.count(), 1);
    QCOMPARE(opens.at(0).at(0).toString(), QStringLiteral("/labs/spine/lab.yaml"));
    panel.setOpenLab({});
    QCOMPARE(labsIn(panel), QStringList({QStringLiteral("GALLERY"), QStringLiteral("spine"), QStringLiteral("tutorial")}));
}

void DocksTest::labsFilter() {
    LabsPanel panel(m_theme);
    panel.setGallery({{QStringLiteral("spine"), QStringLiteral("/labs/spine/lab.yaml"), 6}});
    panel.setOpenLab({QStringLiteral("tutorial"), QStringLiteral("/labs/tutorial/lab.yaml"), 4});
    showPanel(panel, {196, 500});
    auto* filter = panel.findChild<QLineEdit*>();
    QTest::keyClicks(filter, QStringLiteral("SPI"));
    QCOMPARE(labsIn(panel), QStringList({QStringLiteral("GALLERY"), QStringLiteral("spine")}));
    QTest::keyClicks(filter, QStringLiteral("x"));
    QVERIFY(sentencesIn(panel).contains(QStringLiteral("No row matches SPIx.")));
    QTest::mouseClick(buttonIn(panel, "Clear filter"), Qt::LeftButton);
    QCOMPARE(labsIn(panel).size(), 4);
}

void DocksTest::faultBoxShowsOutputAndIsPlain() {
    FaultBox box(m_theme);
    box.setFault(QStringLiteral("<b>host2</b> failed."), QStringLiteral("Look."), QStringLiteral("raw <i>output</i>\nand more"));
    showPanel(box);
    QVERIFY(sentencesIn(box).contains(QStringLiteral("<b>host2</b> failed.")));
    for (const auto* label : box.findChildren<QLabel*>()) {
        QVERIFY(label->textFormat() == Qt::PlainText); // Hostile text stays text.
    }
    QVERIFY(!sentencesIn(box).contains(QStringLiteral("raw <i>output</i>\nand more")));
    QTest::mouseClick(buttonIn(box, "Show output"), Qt::LeftButton);
    QVERIFY(sentencesIn(box).contains(QStringLiteral("raw <i>output</i>\nand more")));
}

void DocksTest::faultBoxSaysWhyAtOnce() {
    FaultBox box(m_theme);
    const QString sentence = QStringLiteral("nginx did not start.");
    const QString reason = QStringLiteral("bind() to 0.0.0.0:80 failed");
    const QString hint = QStringLiteral("Is the port taken?");
    box.setFault(sentence, hint, QStringLiteral("\n") + reason + QStringLiteral("\nstill could not bind()\n"));
    showPanel(box);
    QCOMPARE(sentencesIn(box), QStringList({sentence, reason, hint}));
    QTest::mouseClick(buttonIn(box, "Show output"), Qt::LeftButton);
    QCOMPARE(sentencesIn(box).filter(reason).size(), 1); // Not twice.
    QVERIFY(!sentencesIn(box).filter(QStringLiteral("still could not bind()")).isEmpty());
    box.setFault(sentence, hint, reason + QStringLiteral("\n")); // No more than is seen.
    QCOMPARE(sentencesIn(box), QStringList({sentence, reason, hint}));
    QVERIFY(buttonIn(box, "Show output") == nullptr);
    box.setFault(sentence, hint, reason + QString(1000, QLatin1Char('!')));
    QVERIFY(sentencesIn(box)[1].size() < 220 && buttonIn(box, "Show output") != nullptr);
    box.setFault(sentence);
    QCOMPARE(sentencesIn(box), QStringList({sentence}));
    QVERIFY(buttonIn(box, "Show output") == nullptr);
}

QTEST_MAIN(DocksTest)
#include "tst_docks.moc"
