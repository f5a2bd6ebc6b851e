// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over a scripted lab: actions and why they are disabled, keys, docks, lenses, faults, sizes and
// big fonts. Offscreen; GUI thread.
#include "fake_lab.h"
#include "menu_hand.h"

#include <ui/docks/inspector_foot.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/models/event_table.h>
#include <ui/window/lens_bar.h>
#include <ui/window/main_window.h>
#include <ui/window/status_line.h>
#include <ui/window/window_actions.h>

#include <QAccessible>
#include <QClipboard>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWidgetAction>

using namespace podleaf;
using namespace podleaf::ui;
using podleaf::fakes::FakeLab;

namespace {
constexpr int kPatienceMs = 20'000;
}

class WindowTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void withoutALab();
    void disabledActionsSayWhy();
    void statusLineSpeaks();
    void keysStartJobs();
    void failedStepIsTriedAgainFromThere();
    void stopEndsAPlanAtOnceAndUpGoesOn();
    void testRaisesItsDock();
    void matrixCellSelectsItsFlow();
    void altDigitsRaiseDocks();
    void lensesByKeyAndMouse();
    void freezeByKey();
    void escapeDeselects();
    void f6GoesThroughTheAreas();
    void cutGoesToTheRunner();
    void breakFromTheInspector();
    void brokenFileIsNamedWithItsLine();
    void openerFaultIsShown();
    void attachFaultIsShown();
    void docksStandSideBySide();
    void startPageSetsDocksAside();
    void everythingHasAName();
    void layoutIsKeptAndReset();
    void themeIsKept();
    void motionIsKept();
    void themeFollowsTheDesktop();
    void smallestWindowKeepsTheCanvas();
    void bigFontsOverflowNothing();

private:
    void open();
    [[nodiscard]] QDockWidget* dock(const char* id) const { return m_window->findChild<QDockWidget*>(QString::fromLatin1(id)); }
    /// A covered tab counts as visible; it only lies outside the window.
    [[nodiscard]] bool isInFront(const char* id) const {
        return dock(id)->isVisible() && m_window->rect().intersects(dock(id)->geometry());
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(m_window->windowHandle(), key, modifiers); }
    /// The button of the plan's dock with this text, once it is in sight.
    [[nodiscard]] QPushButton* planButton(const QString& text) const;
    /// What the plan's dock says, as far as it is in sight.
    [[nodiscard]] QStringList planLabels() const;
    /// The button of that name below the inspector, once it is in sight.
    [[nodiscard]] QPushButton* footButton(const QString& accessibleName) const;
    /// The texts of the buttons in the status bar.
    [[nodiscard]] QStringList counts() const;

    QTemporaryDir m_folder;
    std::unique_ptr<FakeLab> m_lab;
    std::unique_ptr<MainWindow> m_window;
    LabOpener m_opener;
};

void WindowTest::init() {
    QFile::remove(m_folder.filePath(QStringLiteral("desktop.ini")));
    m_lab = std::make_unique<FakeLab>();
    m_opener = [this](const QString&) -> Result<OpenLab> { return m_lab->open(); };
    open();
}

void WindowTest::open() {
    m_window.reset();
    m_window = std::make_unique<MainWindow>(
        MainWindow::Collaborators{.opener = [this](const QString& name) { return m_opener(name); },
                                  .gallery = {{QStringLiteral("tutorial"), QStringLiteral("/labs/tutorial/lab.yaml"), 4}},
                                  .settingsFile = m_folder.filePath(QStringLiteral("desktop.ini")),
                                  .privilege = QStringLiteral("running as root"),
                                  .theme = {}});
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), kPatienceMs));
}

void WindowTest::cleanup() {
    m_window.reset();
    Theme::light().applyTo(*qApp);
}

QStringList WindowTest::counts() const {
    QStringList texts;
    for (const auto* button : m_window->statusBar()->findChildren<QToolButton*>()) {
        if (button->isVisible()) {
            texts += button->text();
        }
    }
    return texts;
}

void WindowTest::withoutALab() {
    const WindowActions& actions = m_window->actions();
    for (const QAction* action : {actions.plan, actions.up, actions.down, actions.test}) {
        QVERIFY(!action->isEnabled());
        QCOMPARE(action->toolTip(), QStringLiteral("No lab is open."));
    }
    QVERIFY(m_window->inspector().content().isEmpty());
    QCOMPARE(m_window->faultShown(), QString());
}

void WindowTest::disabledActionsSayWhy() {
    const WindowActions& actions = m_window->actions();
    m_window->openLab({});
    QCOMPARE(m_window->windowTitle(), QStringLiteral("tutorial[*] – Podleaf"));
    QVERIFY(actions.up->isEnabled() && !actions.test->isEnabled());
    QCOMPARE(actions.test->toolTip(), QStringLiteral("The lab is not running. Up starts it."));
    QCOMPARE(actions.up->toolTip(), QStringLiteral("Makes the lab run as the file says. (F8)"));
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(actions.test->isEnabled(), kPatienceMs);
    actions.down->trigger();
    for (const QAction* action : {actions.plan, actions.up, actions.down, actions.test}) {
        QVERIFY(!action->isEnabled());
        QCOMPARE(action->toolTip(), QStringLiteral("Down is running."));
    }
    m_lab->planned.open();
    m_lab->ran.open();
    QTRY_VERIFY_WITH_TIMEOUT(actions.up->isEnabled(), kPatienceMs);
}

void WindowTest::statusLineSpeaks() {
    m_window->openLab({});
    QCOMPARE(counts().value(0), QStringLiteral("0 of 4 nodes up"));
    m_lab->pushGreen();
    QTRY_COMPARE_WITH_TIMEOUT(counts(),
                              QStringList({QStringLiteral("4 of 4 nodes up"), QStringLiteral("3 of 3 sessions established"),
                                           QStringLiteral("9 of 9 routes in kernel"), QStringLiteral("0 events lost")}),
                              kPatienceMs);
    const auto labels = m_window->statusBar()->findChildren<QLabel*>();
    QTRY_VERIFY_WITH_TIMEOUT(
        std::ranges::any_of(labels,
                            [](const QLabel* label) { return label->text() == QStringLiteral("Namespaces engine, running as root"); }),
        kPatienceMs);
    m_lab->push({state::LossSeen{QStringLiteral("netlink"), 37}});
    QTRY_COMPARE_WITH_TIMEOUT(counts().value(3), QStringLiteral("37 events lost"), kPatienceMs);
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(1), Qt::LeftButton);
    QTRY_VERIFY(isInFront("bgp"));
    // What the nodes use, once it is known.
    QCOMPARE(counts().size(), 4);
    m_lab->push(
        {state::UsageSeen{NodeId(QStringLiteral("leaf1")), 0, 20 << 20}, state::UsageSeen{NodeId(QStringLiteral("host1")), 0, 14 << 20}});
    QTRY_COMPARE_WITH_TIMEOUT(counts().mid(4), QStringList({QStringLiteral("34 MB")}), kPatienceMs);
    m_lab->push({state::UsageSeen{NodeId(QStringLiteral("leaf1")), 3'600'000'000, 20 << 20}}); // Whenever the first was.
    QTRY_VERIFY_WITH_TIMEOUT(counts().value(4).startsWith(QStringLiteral("CPU ")), kPatienceMs);
    QCOMPARE(counts().value(5), QStringLiteral("34 MB"));
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(4), Qt::LeftButton);
    QTRY_VERIFY(isInFront("plots"));
    dock("inspector")->hide();
    QTest::mouseClick(m_window->statusBar()->findChildren<QToolButton*>().value(5), Qt::LeftButton);
    QTRY_VERIFY(isInFront("inspector"));
}

void WindowTest::keysStartJobs() {
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
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->runner().isBusy(), kPatienceMs);
        jobs = static_cast<int>(ended.count());
        press(key, modifiers);
        QTRY_VERIFY_WITH_TIMEOUT(ended.count() > jobs, kPatienceMs);
        QCOMPARE(m_lab->calls().count(QString::fromLatin1(call)), before + 1);
    }
}

QPushButton* WindowTest::planButton(const QString& text) const {
    for (auto* button : m_window->planPanel().findChildren<QPushButton*>()) {
        if (button->text() == text && button->isVisible()) {
            return button;
        }
    }
    return nullptr;
}

QStringList WindowTest::planLabels() const {
    QStringList texts;
    for (const auto* label : m_window->planPanel().findChildren<QLabel*>()) {
        texts += label->isVisible() ? label->text() : QString();
    }
    return texts;
}

void WindowTest::failedStepIsTriedAgainFromThere() {
    m_lab->planned.open();
    m_lab->ran.open();
    m_lab->stepError = Error{ErrorCode::Failed,
                             QStringLiteral("bgpd did not start."),
                             QStringLiteral("line 7: what is this"),
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
    QVERIFY(!planLabels().contains(QStringLiteral("line 7: what is this"))); // Until it is asked for.
    QTest::mouseClick(planButton(QStringLiteral("Show output")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(planLabels().contains(QStringLiteral("line 7: what is this")), kPatienceMs);
    QTest::mouseClick(planButton(QStringLiteral("Copy report")), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QStringLiteral("Up tutorial\nStart bgpd, host1\nbgpd did not start.\nLook at its log.\nline 7: what is this"));
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

void WindowTest::stopEndsAPlanAtOnceAndUpGoesOn() {
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

void WindowTest::testRaisesItsDock() {
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

void WindowTest::matrixCellSelectsItsFlow() {
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

void WindowTest::altDigitsRaiseDocks() {
    m_window->openLab({});
    const std::pair<Qt::Key, const char*> keys[] = {
        {Qt::Key_4, "test"}, {Qt::Key_5, "routes"}, {Qt::Key_3, "plan"}, {Qt::Key_6, "bgp"}, {Qt::Key_8, "events"}};
    for (const auto& [key, id] : keys) {
        press(key, Qt::AltModifier);
        QTRY_VERIFY2(isInFront(id), id);
    }
    dock("inspector")->close();
    press(Qt::Key_2, Qt::AltModifier);
    QTRY_VERIFY(dock("inspector")->isVisible());
}

void WindowTest::lensesByKeyAndMouse() {
    m_window->openLab({});
    auto* bar = m_window->findChild<LensBar*>();
    using Use = LensButton::Use;
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Active && bar->button(Lens::Bgp)->use() == Use::Stacked);
    m_window->canvas().setFocus();
    press(Qt::Key_1);
    QVERIFY(bar->button(Lens::State)->use() == Use::Active);
    QVERIFY(!m_window->canvas().lens(Lens::Bgp) && !m_window->canvas().lens(Lens::Flows));
    press(Qt::Key_2);
    QVERIFY(m_window->canvas().lens(Lens::Bgp) && bar->button(Lens::State)->use() == Use::Off);
    press(Qt::Key_4, Qt::ShiftModifier);
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Stacked && m_window->canvas().lens(Lens::Flows));
    press(Qt::Key_4, Qt::ShiftModifier);
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Off && !m_window->canvas().lens(Lens::Flows));
    QTest::mouseClick(bar->button(Lens::Flows), Qt::LeftButton);
    QVERIFY(bar->button(Lens::Flows)->use() == Use::Active && !m_window->canvas().lens(Lens::Bgp));
    QCOMPARE(bar->button(Lens::Flows)->accessibleName(), QStringLiteral("Lens Flows, active"));
}

void WindowTest::freezeByKey() {
    m_window->openLab({});
    m_window->canvas().setFocus();
    press(Qt::Key_P);
    QVERIFY(m_window->feed().isFrozen());
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->feed().eventsBehind() > 0, kPatienceMs);
    QCOMPARE(counts().value(0), QStringLiteral("0 of 4 nodes up"));
    QCOMPARE(m_window->events().rowCount(), 0);
    press(Qt::Key_P);
    QTRY_COMPARE_WITH_TIMEOUT(counts().value(0), QStringLiteral("4 of 4 nodes up"), kPatienceMs);
    QVERIFY(m_window->events().rowCount() > 0);
}

void WindowTest::escapeDeselects() {
    m_window->openLab({});
    m_window->canvas().select(fakes::node("host2"));
    QCOMPARE(m_window->inspector().content().title, QStringLiteral("host2"));
    press(Qt::Key_Escape);
    QVERIFY(m_window->canvas().selection() == Selection());
    QVERIFY(m_window->inspector().content().isEmpty());
}

void WindowTest::f6GoesThroughTheAreas() {
    m_window->openLab({});
    m_window->canvas().select(fakes::node("host2"));
    m_window->canvas().setFocus();
    QSet<const QWidget*> seen;
    do {
        seen.insert(m_window->focusWidget());
        press(Qt::Key_F6);
    } while (!m_window->canvas().hasFocus() && seen.size() < 20);
    QVERIFY(m_window->canvas().hasFocus()); // Round once: canvas, inspector, events, labs, palette; the plan is empty.
    QCOMPARE(seen.size(), 5);
}

void WindowTest::cutGoesToTheRunner() {
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

QPushButton* WindowTest::footButton(const QString& accessibleName) const {
    for (auto* button : m_window->findChild<InspectorFoot*>()->findChildren<QPushButton*>()) {
        if (button->accessibleName() == accessibleName && button->isVisible()) {
            return button;
        }
    }
    return nullptr;
}

void WindowTest::breakFromTheInspector() {
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

void WindowTest::brokenFileIsNamedWithItsLine() {
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

void WindowTest::openerFaultIsShown() {
    m_opener = [](const QString&) -> Result<OpenLab> { return fail(ErrorCode::NotFound, QStringLiteral("There is no lab named x.")); };
    const QSignalSpy settled(m_window.get(), &MainWindow::settled);
    m_window->openLab(QStringLiteral("x"));
    QCOMPARE(m_window->faultShown(), QStringLiteral("There is no lab named x."));
    QCOMPARE(settled.count(), 1);
}

void WindowTest::attachFaultIsShown() {
    m_lab->engineError = Error{ErrorCode::HostLacks, QStringLiteral("Labs need root."), {}, QStringLiteral("sudo podleaf-desktop"), {}};
    m_window->openLab({});
    QTRY_COMPARE_WITH_TIMEOUT(m_window->faultShown(), QStringLiteral("Labs need root."), kPatienceMs);
    QStringList texts;
    for (const auto* label : m_window->statusBar()->findChildren<QLabel*>()) {
        texts += label->text();
    }
    QVERIFY2(texts.contains(QStringLiteral("Namespaces cannot run here")), qPrintable(texts.join(u'|'))); // and not as whom
}

void WindowTest::docksStandSideBySide() {
    m_window->openLab({});
    QVERIFY(m_window->tabifiedDockWidgets(dock("plan")).contains(dock("test")));
    QVERIFY(!m_window->tabifiedDockWidgets(dock("plan")).contains(dock("events")));
    QTRY_COMPARE(dock("plan")->y(), dock("events")->y());
    QVERIFY(dock("events")->x() >= dock("plan")->geometry().right());
    QTRY_VERIFY2(qAbs(dock("plan")->width() - 592) < 8 && qAbs(dock("inspector")->width() - 300) < 8,
                 qPrintable(QStringLiteral("%1 %2").arg(dock("plan")->width()).arg(dock("inspector")->width())));
}

void WindowTest::startPageSetsDocksAside() {
    const auto allAreShown = [this] {
        return dock("labs")->isVisible() && dock("inspector")->isVisible() && dock("plan")->isVisible() && dock("events")->isVisible();
    };
    QVERIFY(dock("labs")->isVisible() && !dock("inspector")->isVisible() && !dock("plan")->isVisible() && !dock("events")->isVisible());
    m_window->close(); // What is kept is the layout of a lab.
    open();
    m_window->openLab({});
    QVERIFY(allAreShown());
    m_window->actions().startPage->trigger();
    QVERIFY(!dock("inspector")->isVisible() && !dock("plan")->isVisible());
    m_window->actions().deselect->trigger();
    QVERIFY(allAreShown());
}

/// What a screen reader says of each thing that takes the focus, of the start page and of a lab.
void WindowTest::everythingHasAName() {
    QStringList nameless;
    const auto look = [&] {
        for (QWidget* widget : m_window->findChildren<QWidget*>()) {
            const bool takesFocus = (widget->focusPolicy() & Qt::TabFocus) != 0 || qobject_cast<QAbstractButton*>(widget) != nullptr;
            const bool isInner = widget->objectName().startsWith(QLatin1String("qt_")) ||
                                 widget->inherits("QLineEditIconButton"); // The field says what it is for.
            const auto* tabs = qobject_cast<const QTabBar*>(widget);      // Says its current tab; the window keeps some without any.
            if (!takesFocus || isInner || !widget->isVisible() || (tabs != nullptr && tabs->count() == 0)) {
                continue;
            }
            QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
            if (spoken == nullptr || spoken->text(QAccessible::Name).trimmed().isEmpty()) {
                const QWidget* parent = widget->parentWidget();
                nameless += QStringLiteral("%1 in %2 %3")
                                .arg(QLatin1String(widget->metaObject()->className()), QLatin1String(parent->metaObject()->className()),
                                     parent->objectName());
            }
        }
    };
    look();
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    for (auto* dock : m_window->findChildren<QDockWidget*>()) {
        QVERIFY(!dock->windowTitle().isEmpty());
        dock->show();
        dock->raise();
        QCoreApplication::processEvents(); // Tabs are dressed when the event loop is reached.
        look();
    }
    for (const auto* action : m_window->findChildren<QAction*>()) {
        const auto* menu = qobject_cast<const QMenu*>(action->parent());
        const bool isOfMenu = menu != nullptr && menu->menuAction() == action; // A button says what its menu is.
        const bool isSaid =
            !action->isSeparator() && action->isVisible() && !isOfMenu && qobject_cast<const QWidgetAction*>(action) == nullptr;
        QVERIFY2(!isSaid || !action->text().isEmpty() || !action->toolTip().isEmpty() || !action->icon().isNull(),
                 action->parent()->metaObject()->className());
    }
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
}

void WindowTest::layoutIsKeptAndReset() {
    m_window->openLab({});
    dock("inspector")->close();
    m_window->close();
    open();
    m_window->openLab({});
    QVERIFY(dock("plan")->isVisible() && !dock("inspector")->isVisible());
    m_window->actions().resetLayout->trigger();
    QTRY_VERIFY(dock("inspector")->isVisible());
    docksStandSideBySide();
}

void WindowTest::themeIsKept() {
    for (QAction* action : m_window->actions().themes->actions()) {
        if (action->data().toInt() == int(ThemeMode::Dark)) {
            action->trigger();
        }
    }
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().color(Role::Window));
    m_window->openLab({});
    QCOMPARE(m_window->canvas().grab().toImage().pixelColor(4, 200), Theme::dark().color(Role::Canvas));
    m_window->close();
    open();
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().color(Role::Window));
}

void WindowTest::motionIsKept() {
    const bool before = m_window->canvas().hasReducedMotion(); // As the desktop says.
    QCOMPARE(m_window->actions().reduceMotion->isChecked(), before);
    for (const bool reduced : {!before, before}) {
        m_window->actions().reduceMotion->trigger();
        QCOMPARE(m_window->canvas().hasReducedMotion(), reduced);
        m_window->close();
        open();
        QCOMPARE(m_window->canvas().hasReducedMotion(), reduced);
        QCOMPARE(m_window->actions().reduceMotion->isChecked(), reduced);
    }
}

/// What a desktop does that turns dark: it sets its palette, or says that its theme is another.
void WindowTest::themeFollowsTheDesktop() {
    const QPalette bright(QColor(240, 240, 240));
    QPalette dark(QColor(40, 40, 40));
    dark.setColor(QPalette::WindowText, Qt::white);
    m_window->openLab({});
    const auto isDark = [this] {
        return QApplication::palette().color(QPalette::Window) == Theme::dark().color(Role::Window) &&
               m_window->canvas().grab().toImage().pixelColor(4, 200) == Theme::dark().color(Role::Canvas);
    };
    const auto isLight = [this] {
        return QApplication::palette().color(QPalette::Window) == Theme::light().color(Role::Window) &&
               m_window->canvas().grab().toImage().pixelColor(4, 200) == Theme::light().color(Role::Canvas);
    };
    QApplication::setPalette(dark);
    QTRY_VERIFY_WITH_TIMEOUT(isDark(), kPatienceMs);
    QApplication::setPalette(bright);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
    QApplication::setPalette(dark);
    QTRY_VERIFY_WITH_TIMEOUT(isDark(), kPatienceMs);
    QEvent theme(QEvent::ThemeChange); // The platform's palette, which is below, is a light one.
    QApplication::sendEvent(m_window->windowHandle(), &theme);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
    m_window->setThemeMode(ThemeMode::Light); // Asked for by name, it stays.
    QApplication::setPalette(dark);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
    m_window->setThemeMode(ThemeMode::System); // And what the desktop has said meanwhile is known.
    QVERIFY(isDark());
    QApplication::setPalette(bright);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
}

void WindowTest::smallestWindowKeepsTheCanvas() {
    m_window->openLab({});
    m_lab->pushGreen();
    m_window->resize(1024, 700);
    QTRY_COMPARE(m_window->size(), QSize(1024, 700));
    QVERIFY(m_window->canvas().width() >= 480);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->canvas().zoomPercent() > 40, kPatienceMs);
    for (const char* id : {"labs", "inspector", "plan", "events"}) {
        QVERIFY2(m_window->rect().contains(dock(id)->geometry()), id);
    }
}

void WindowTest::bigFontsOverflowNothing() {
    QFont big = QApplication::font();
    big.setPointSizeF(big.pointSizeF() * 2);
    const QFont before = QApplication::font();
    m_window.reset();
    QApplication::setFont(big);
    open();
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    QVERIFY2(m_window->width() <= 1440 && m_window->height() <= 900,
             qPrintable(QStringLiteral("%1x%2").arg(m_window->width()).arg(m_window->height())));
    QVERIFY(m_window->canvas().width() >= 400);
    m_window.reset();
    QApplication::setFont(before);
}

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
