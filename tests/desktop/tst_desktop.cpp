// SPDX-License-Identifier: GPL-3.0-or-later
// The window on the tutorial's real lab, driven by mouse and keys. What is true is read from a separate
// `podleaf` process and from the window's pixels. Needs root; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/document/lab_document.h>
#include <ui/editor/lab_editor.h>
#include <ui/editor/palette_panel.h>
#include <ui/window/window_actions.h>

#include <QLabel>
#include <QSignalSpy>
#include <QToolBar>
#include <QToolButton>

#include <algorithm>
#include <map>
#include <set>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::test;

namespace {

const QString kLab = QStringLiteral("tutorial");
const LinkId kCable2{QStringLiteral("intnet2")};
const NodeId kHost2{QStringLiteral("host2")};
const model::Endpoint kLeafEnd2{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp2")};
const model::Endpoint kHostEnd2{kHost2, QStringLiteral("eth1")};
constexpr int kPatienceMs = kLabPatienceMs;

const std::vector<model::Endpoint>& allEnds() {
    static const std::vector<model::Endpoint> ends = [] {
        std::vector<model::Endpoint> made;
        for (int n = 1; n <= 3; ++n) {
            made.push_back({NodeId(QStringLiteral("leaf1")), QStringLiteral("swp%1").arg(n)});
            made.push_back({NodeId(QStringLiteral("host%1").arg(n)), QStringLiteral("eth1")});
        }
        return made;
    }();
    return ends;
}

/// "from→to" of every leg that `podleaf test --json` knows.
std::set<QString> legsOf(const QJsonObject& report) {
    std::set<QString> names;
    for (const QJsonValue& leg : report[QStringLiteral("legs")].toArray()) {
        names.insert(leg[QStringLiteral("from")].toString() + QStringLiteral("→") + leg[QStringLiteral("to")].toString());
    }
    return names;
}

int establishedIn(const QJsonObject& status) {
    int count = 0;
    for (const QJsonValue& session : status[QStringLiteral("sessions")].toArray()) {
        count += session[QStringLiteral("state")].toString() == QLatin1String("Established") ? 1 : 0;
    }
    return count;
}

} // namespace

class DesktopTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase();
    void upByMouse();
    void stoppedUpGoesOn();
    void failedStepIsTriedAgain();
    void testByKeyAndByMouse();
    void cutAndJoinFromTheCablesMenu();
    void killedBgpdIsRedAndUpMendsIt();
    void labOutlivesTheWindow();
    void downByKey();
    void editUndoApplyAndDown();

private:
    PodleafProgram podleaf() const { return m_lab->podleaf(); }
    /// A new window on a lab, shown and with all that is known of the lab.
    void openWindow(const QString& lab = kLab);
    bool bringUp() const { return m_lab->bringUp(); }
    [[nodiscard]] QPushButton* planButton(const QString& text) const;
    void clickAction(QAction* action);
    /// From now on, what a disabled action's tool tip says whenever the window begins or ends a job. A job may be over
    /// before the click that began it returns.
    const QStringList& tellWhyDisabled(QAction* action);
    [[nodiscard]] QImage canvasImage() { return m_window->canvas().grab().toImage(); }
    /// Whether the half-line of `end` is drawn solid in the colour of "ok" between its port and its glyph.
    [[nodiscard]] bool isGreen(const QImage& canvas, const model::Endpoint& end);
    [[nodiscard]] int greenHalfLines();
    [[nodiscard]] QColor color(Role role) const { return Theme::light().color(role); }
    [[nodiscard]] bool isUp() const { return podleaf().status(kLab)[QStringLiteral("phase")].toString() == QLatin1String("up"); }

    QStringList m_whys;
    std::unique_ptr<RealWindow> m_lab;
    MainWindow* m_window = nullptr; ///< Its.
};

void DesktopTest::initTestCase() {
    if (geteuid() != 0) {
        QSKIP("This test needs root; tests with two ways run without it, too.");
    }
    m_lab = std::make_unique<RealWindow>();
}

void DesktopTest::cleanup() {
    if (m_lab) {
        m_lab->close();
    }
}

void DesktopTest::cleanupTestCase() {
    if (m_lab) {
        QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
        QCOMPARE(podleaf().run({QStringLiteral("gc"), QStringLiteral("--prove")}).exitCode, 0);
    }
}

void DesktopTest::openWindow(const QString& lab) {
    QVERIFY(m_lab->openWindow(lab));
    m_window = &m_lab->window();
}

void DesktopTest::clickAction(QAction* action) {
    const auto* bar = m_window->findChild<QToolBar*>();
    QWidget* button = nullptr;
    for (auto* each : bar->findChildren<QToolButton*>()) {
        button = each->defaultAction() == action ? each : button;
    }
    QVERIFY(button != nullptr);
    QVERIFY2(button->isEnabled() && button->isVisible(), qPrintable(button->toolTip()));
    click(*button);
}

const QStringList& DesktopTest::tellWhyDisabled(QAction* action) {
    m_whys.clear();
    disconnect(&m_window->runner(), &LabRunner::busyChanged, action, nullptr);
    connect(&m_window->runner(), &LabRunner::busyChanged, action, [this, action] {
        if (!action->isEnabled()) {
            m_whys += action->toolTip();
        }
    });
    return m_whys;
}

bool DesktopTest::isGreen(const QImage& canvas, const model::Endpoint& end) {
    const QPoint at = m_window->canvas().halfLinePos(end);
    for (int y = at.y() - 6; y <= at.y() + 4; ++y) {
        if (!canvas.valid(at.x(), y) || canvas.pixelColor(at.x(), y) != color(Role::Ok)) {
            return false;
        }
    }
    return true;
}

int DesktopTest::greenHalfLines() {
    const QImage canvas = canvasImage();
    return static_cast<int>(std::ranges::count_if(allEnds(), [&](const auto& end) { return isGreen(canvas, end); }));
}

void DesktopTest::upByMouse() {
    QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
    openWindow();
    QCOMPARE(greenHalfLines(), 0);
    PlanPanel& plan = m_window->planPanel();
    int running = 0;
    connect(&m_window->runner(), &LabRunner::stepChanged, this,
            [&](plan::StepIndex, const plan::StepStatus& status) { running += status.state == plan::StepState::Running ? 1 : 0; });
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    const QStringList& whys = tellWhyDisabled(m_window->actions().down);
    clickAction(m_window->actions().up);
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(plan), kPatienceMs);
    QCOMPARE(whys.value(0), QStringLiteral("Up is running."));
    QTRY_COMPARE_WITH_TIMEOUT(plan.glyph(), Glyph::Ok, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QVERIFY(running > 4);
    QVERIFY2(plan.tree().stepCount() > 4 && plan.tree().stepsDone() == plan.tree().stepCount(), qPrintable(plan.headline()));
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    const QJsonObject status = podleaf().status(kLab);
    QCOMPARE(status[QStringLiteral("phase")].toString(), QStringLiteral("up"));
    QCOMPARE(establishedIn(status), 6);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
}

/// The visible button of the plan's dock with this text, or nullptr.
QPushButton* DesktopTest::planButton(const QString& text) const {
    const auto buttons = m_window->planPanel().findChildren<QPushButton*>();
    const auto found =
        std::ranges::find_if(buttons, [&text](const QPushButton* button) { return button->text() == text && button->isVisible(); });
    return found == buttons.end() ? nullptr : *found;
}

void DesktopTest::stoppedUpGoesOn() {
    QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
    openWindow();
    PlanPanel& plan = m_window->planPanel();
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8);
    // In the midst of it: some of it is done, and the last step has not been.
    QTRY_VERIFY_WITH_TIMEOUT(plan.tree().stepsDone() > 0 && planButton(QStringLiteral("Stop")) != nullptr, kPatienceMs);
    click(*planButton(QStringLiteral("Stop")));
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QVERIFY(plan.glyph() == Glyph::Idle && plan.tree().stepsDone() < plan.tree().stepCount());
    QVERIFY2(plan.headline().startsWith(QStringLiteral("Stopped after ")), qPrintable(plan.headline()));
    QCOMPARE(m_window->faultShown(), QString());
    press(*m_window, Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatienceMs);
    QVERIFY(plan.glyph() == Glyph::Ok);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QVERIFY(isUp());
}

/// A cut cable stands in the way of the last step, until it is joined elsewhere.
void DesktopTest::failedStepIsTriedAgain() {
    QVERIFY(bringUp());
    const auto link = [this](const char* what) {
        return podleaf().run({QStringLiteral("link"), kLab, kCable2.name, QString::fromLatin1(what)}).exitCode;
    };
    QCOMPARE(link("cut"), 0);
    openWindow();
    PlanPanel& plan = m_window->planPanel();
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QVERIFY(plan.glyph() == Glyph::Bad);
    QTRY_VERIFY_WITH_TIMEOUT(planButton(QStringLiteral("Try again from here")) != nullptr, kPatienceMs);
    m_lab->screenshot(QStringLiteral("plan-failed"));
    const auto labels = plan.findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->isVisible() && label->text().startsWith(QStringLiteral("The lab cannot be as intended: ")) &&
               label->text().contains(kCable2.name);
    }));
    QCOMPARE(link("join"), 0);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->canvas().accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    click(*planButton(QStringLiteral("Try again from here")));
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatienceMs);
    QVERIFY2(plan.glyph() == Glyph::Ok, qPrintable(plan.headline()));
    QCOMPARE(plan.tree().stepsDone(), plan.tree().stepCount());
    QVERIFY(planButton(QStringLiteral("Try again from here")) == nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QVERIFY(isUp());
}

void DesktopTest::testByKeyAndByMouse() {
    QVERIFY(bringUp());
    openWindow();
    TestPanel& panel = m_window->testPanel();
    const std::set<QString> legs = legsOf(podleaf().run({QStringLiteral("test"), kLab, QStringLiteral("--json")}).json());
    QCOMPARE(legs.size(), std::size_t(10));
    for (const bool byMouse : {false, true}) {
        std::set<QString> finished;
        const auto connection = connect(&m_window->runner(), &LabRunner::legFinished, this, [&finished](const verify::LegResult& leg) {
            finished.insert(leg.from + QStringLiteral("→") + leg.to);
        });
        const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
        const QStringList& whys = tellWhyDisabled(m_window->actions().test);
        if (byMouse) {
            clickAction(m_window->actions().test);
        } else {
            press(*m_window, Qt::Key_F5);
        }
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
        QCOMPARE(whys.value(0), QStringLiteral("The test is running."));
        disconnect(connection);
        QVERIFY(finished == legs);
        QVERIFY(isInSight(panel)); // Its tab is in front.
        QCOMPARE(panel.sentence(), QStringLiteral("10 legs: 10 allowed. All as intended."));
        QVERIFY(panel.glyph() == Glyph::Ok);
        QCOMPARE(panel.matrix().rowCount() * (panel.matrix().columnCount() - 1), 10);
        // The legs are on the canvas: host1's way up stands right of its cable, 10 px off. It draws itself for a moment and
        // fades from the first, so it is known by not being the canvas' colour.
        const QPoint lane = m_window->canvas().portPos({NodeId(QStringLiteral("host1")), QStringLiteral("eth1")}) + QPoint(10, -45);
        constexpr int kBox = 7 * 7;
        QTRY_VERIFY_WITH_TIMEOUT(kBox - countNear(canvasImage(), lane, 3, color(Role::Canvas)) >= 14, kPatienceMs);
    }
}

void DesktopTest::cutAndJoinFromTheCablesMenu() {
    QVERIFY(bringUp());
    openWindow();
    LabView& canvas = m_window->canvas();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    const auto choose = [&](const QString& entry) {
        clickAt(*canvas.viewport(), canvas.viewPosOf(kCable2), Qt::RightButton);
        QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kPatienceMs);
        QVERIFY(chooseFrom(*openMenu(), entry));
    };
    choose(QStringLiteral("Cut intnet2"));
    QTRY_VERIFY_WITH_TIMEOUT(countNear(canvasImage(), canvas.viewPosOf(kCable2), 8, color(Role::Bad)) > 10, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(canvas.accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 4, kPatienceMs);
    QVERIFY(!isGreen(canvasImage(), kLeafEnd2) && !isGreen(canvasImage(), kHostEnd2));
    const auto isCut = [](const QJsonObject& status) {
        const QJsonObject cable = findIn(status[QStringLiteral("links")].toArray(), QStringLiteral("name"), kCable2.name);
        return cable[QStringLiteral("fault")].toString() == QLatin1String("cut") && establishedIn(status) == 4;
    };
    QVERIFY(podleaf().waitForStatus(kLab, isCut));
    choose(QStringLiteral("Join intnet2"));
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!canvas.accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    QVERIFY(podleaf().waitForStatus(
        kLab, [](const QJsonObject& status) { return status[QStringLiteral("phase")].toString() == QLatin1String("up"); }));
}

void DesktopTest::killedBgpdIsRedAndUpMendsIt() {
    QVERIFY(bringUp());
    openWindow();
    LabView& canvas = m_window->canvas();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    const QPoint border = canvas.viewPosOf(kHost2) - QPoint(20, 0);
    QCOMPARE(countNear(canvasImage(), border, 8, color(Role::Bad)), 0);
    const QStringList kill{QStringLiteral("pkill"), QStringLiteral("-9"), QStringLiteral("-x"), QStringLiteral("bgpd")};
    QCOMPARE(podleaf().run(QStringList{QStringLiteral("exec"), kLab, kHost2.name, QStringLiteral("--")} + kill).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(countNear(canvasImage(), border, 8, color(Role::Bad)) > 8, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 4, kPatienceMs);
    const QJsonObject host = findIn(podleaf().status(kLab)[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), kHost2.name);
    QCOMPARE(host[QStringLiteral("state")].toString(), QStringLiteral("failed"));
    // One click on the card, and the inspector says why, with the end of the daemon's log.
    clickAt(*canvas.viewport(), canvas.viewPosOf(kHost2));
    const InspectorPanel& inspector = m_window->inspector();
    QTRY_COMPARE_WITH_TIMEOUT(inspector.content().title, kHost2.name, kPatienceMs);
    QCOMPARE(inspector.content().state.text, QStringLiteral("Failed"));
    QVERIFY2(inspector.content().fault.contains(QStringLiteral("bgpd")), qPrintable(inspector.content().fault));
    const auto& sections = inspector.content().sections;
    const auto log = std::ranges::find_if(sections, [](const InspectorSection& section) { return !section.log.isEmpty(); });
    QVERIFY(log != sections.end());
    QCOMPARE(log->note, QStringLiteral("bgpd"));
    // Up starts it again.
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(countNear(canvasImage(), border, 8, color(Role::Bad)), 0, kPatienceMs);
    QVERIFY(isUp());
}

void DesktopTest::labOutlivesTheWindow() {
    QVERIFY(bringUp());
    openWindow();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    m_lab->close();
    QVERIFY(isUp());
    openWindow();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
}

void DesktopTest::downByKey() {
    QVERIFY(bringUp());
    openWindow();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8, Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 0, kPatienceMs);
    QCOMPARE(podleaf().status(kLab)[QStringLiteral("phase")].toString(), QStringLiteral("down"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->actions().test->isEnabled(), kPatienceMs);
    QCOMPARE(m_window->actions().test->toolTip(), QStringLiteral("The lab is not running. Up starts it."));
}

void DesktopTest::editUndoApplyAndDown() {
    QVERIFY(podleaf().run({QStringLiteral("down"), kLab}).exitCode == 0);
    QFile tutorial(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml"));
    QVERIFY(tutorial.open(QIODevice::ReadOnly));
    const QByteArray text = tutorial.readAll().replace("name: tutorial", "name: edited");
    QFile own(m_lab->filePath(QStringLiteral("edited.yaml")));
    QVERIFY(own.open(QIODevice::WriteOnly) && own.write(text) == text.size());
    own.close();
    const QString lab = own.fileName();
    openWindow(lab);
    m_window->resize(1800, 1000); // Four hosts side by side at 100 %.
    LabView& canvas = m_window->canvas();
    std::map<LabRunner::Job, int> ended;
    connect(&m_window->runner(), &LabRunner::ended, this, [&ended](LabRunner::Job job) { ++ended[job]; });
    press(*m_window, Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(ended[LabRunner::Job::Up], 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->planPanel().glyph(), Glyph::Ok, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);

    // A host with its cable, dragged from the palette; taken back; done again.
    const TileButton* tile = m_window->editor().palette().button(QStringLiteral("Host"));
    dragTo(*tile, *canvas.viewport(), canvas.viewPosOf(kHost2) + QPoint(40, 60));
    const QByteArray edited = m_window->document()->text();
    QVERIFY2(edited.contains("host4: {kind: host}") && edited.contains("leaf1:swp4, host4:eth1"), edited.constData());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->driftStrip().sentence().startsWith(QStringLiteral("The file differs from the running lab: ")),
                             kPatienceMs);
    press(*m_window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_window->document()->text(), text);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->driftStrip().sentence(), QString(), kPatienceMs);
    press(*m_window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_window->document()->text(), edited);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->driftStrip().sentence().endsWith(QStringLiteral(" changes.")), kPatienceMs);
    QCOMPARE(establishedIn(podleaf().status(lab)), 6); // Nothing runs that was not applied.

    // The plan first, then Up beside it.
    click(*m_window->driftStrip().button(QStringLiteral("Apply…")));
    QTRY_COMPARE_WITH_TIMEOUT(ended[LabRunner::Job::Plan], 1, kPatienceMs);
    QVERIFY(m_window->planPanel().tree().stepCount() > 3);
    QCOMPARE(establishedIn(podleaf().status(lab)), 6);
    QPushButton* up = nullptr;
    for (auto* button : m_window->planPanel().findChildren<QPushButton*>()) {
        up = button->text() == QStringLiteral("Up") && button->isVisible() ? button : up;
    }
    QVERIFY(up != nullptr && isInSight(*up));
    click(*up);
    QTRY_COMPARE_WITH_TIMEOUT(ended[LabRunner::Job::Up], 2, kPatienceMs);
    QVERIFY2(m_window->planPanel().glyph() == Glyph::Ok, qPrintable(m_window->planPanel().headline()));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->document()->isModified(), kPatienceMs); // What runs is what the file says.
    const QJsonObject status = podleaf().status(lab);
    QCOMPARE(status[QStringLiteral("phase")].toString(), QStringLiteral("up"));
    QCOMPARE(establishedIn(status), 8);
    QCOMPARE(findIn(status[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), QStringLiteral("host4"))[QStringLiteral("state")]
                 .toString(),
             findIn(status[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), kHost2.name)[QStringLiteral("state")].toString());
    for (const model::Endpoint& end : {model::Endpoint{NodeId(QStringLiteral("host4")), QStringLiteral("eth1")},
                                       model::Endpoint{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp4")}, kHostEnd2, kLeafEnd2}) {
        // With four hosts the lines may lie between two pixels: one of their columns is of the pure colour in any case.
        QTRY_VERIFY2_WITH_TIMEOUT(countNear(canvasImage(), canvas.halfLinePos(end), 4, color(Role::Ok)) >= 7, qPrintable(end.toString()),
                                  kPatienceMs);
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_window->driftStrip().sentence(), QString(), kPatienceMs);

    press(*m_window, Qt::Key_F8, Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(ended[LabRunner::Job::Down], 1, kPatienceMs);
    QCOMPARE(podleaf().status(lab)[QStringLiteral("phase")].toString(), QStringLiteral("down"));
}

QTEST_MAIN(DesktopTest)
#include "tst_desktop.moc"
