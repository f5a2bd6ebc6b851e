// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a real lab in one window, acted by mouse and keys alone: from its card on the start page over up, a cut
// that is seen and tested, and an edit, to down; then what lies beside that story. What is true is read from a separate
// `podleaf` process and from the window's pixels. As root, and the story as an ordinary user too; offscreen. GUI thread.
#include "mouse_and_keys.h"
#include "real_window.h"

#include <tests/fakes/both_ways.h>
#include <ui/docks/fault_box.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/document/lab_document.h>
#include <ui/editor/lab_editor.h>
#include <ui/editor/palette_panel.h>
#include <ui/window/window_actions.h>

#include <QSignalSpy>
#include <QToolBar>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

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
    for (const QJsonValue leg : report[QStringLiteral("legs")].toArray()) {
        names.insert(leg[QStringLiteral("from")].toString() + QStringLiteral("→") + leg[QStringLiteral("to")].toString());
    }
    return names;
}

int establishedIn(const QJsonObject& status) {
    int count = 0;
    for (const QJsonValue session : status[QStringLiteral("sessions")].toArray()) {
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
    void fromTheStartPageToDown();
    void killedBgpdIsRedAndUpMendsIt();
    void labOutlivesTheWindow();

private:
    // The story, in its order.
    void openFromItsCard();
    void upByItsButton();
    void cutFromTheCablesMenu();
    void cutIsRedAndSaysWhy();
    void testIsRed();
    void joinFromTheCablesMenu();
    void testIsGreen();
    void addAHostUndoAndRedo();
    void applyThePlan();
    void fourthHostIsGreen();
    void downByKey();

    PodleafProgram podleaf() const { return m_lab->podleaf(); }
    /// A new window on a lab, shown and with all that is known of the lab.
    void openWindow(const QString& lab = kLab);
    bool bringUp() const { return m_lab->bringUp(); }
    void clickAction(QAction* action);
    /// Chooses from the menu of intnet2.
    void chooseOfTheCable(const QString& entry);
    /// From now on, what a disabled action's tool tip says whenever the window begins or ends a job. A job may be over
    /// before the click that began it returns.
    const QStringList& tellWhyDisabled(QAction* action);
    [[nodiscard]] QImage canvasImage() { return m_window->canvas().grab().toImage(); }
    /// Whether the half-line of `end` is drawn solid in the colour of "ok" between its port and its glyph.
    [[nodiscard]] bool isGreen(const QImage& canvas, const model::Endpoint& end);
    [[nodiscard]] int greenHalfLines();
    [[nodiscard]] QColor color(Role role) const { return Theme::light().color(role); }
    [[nodiscard]] QJsonObject status() const { return podleaf().status(m_shown); }
    [[nodiscard]] QString phase() const { return status()[QStringLiteral("phase")].toString(); }
    /// What `podleaf test` says of the lab at this moment.
    [[nodiscard]] QJsonObject testReport() const {
        return podleaf().run({QStringLiteral("test"), m_shown, QStringLiteral("--json")}).json();
    }
    /// The state of a node or the fault of a cable, as `podleaf status` has it.
    [[nodiscard]] QString told(const char* list, const QString& name, const char* key) const {
        return findIn(status()[QLatin1String(list)].toArray(), QStringLiteral("name"), name)[QLatin1String(key)].toString();
    }

    QStringList m_whys;
    std::unique_ptr<RealWindow> m_lab;
    MainWindow* m_window = nullptr; ///< Its.
    QString m_shown;                ///< The lab that it shows.
    QByteArray m_edited;            ///< The text of the lab with a fourth host.
};

void DesktopTest::initTestCase() {
    m_lab = std::make_unique<RealWindow>();
}

void DesktopTest::cleanup() {
    if (m_lab) {
        m_lab->close();
        if (QTest::currentTestFailed() && !m_shown.isEmpty()) {
            podleaf().run({QStringLiteral("down"), m_shown}); // It may be another file than the next test's.
        }
    }
}

void DesktopTest::cleanupTestCase() {
    QVERIFY(!m_lab || m_lab->takeDown());
}

void DesktopTest::openWindow(const QString& lab) {
    QVERIFY(m_lab->openWindow(lab));
    m_window = &m_lab->window();
    m_shown = lab;
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

void DesktopTest::chooseOfTheCable(const QString& entry) {
    LabView& canvas = m_window->canvas();
    clickAt(*canvas.viewport(), canvas.viewPosOf(kCable2), Qt::RightButton);
    QTRY_VERIFY_WITH_TIMEOUT(openMenu() != nullptr, kPatienceMs);
    QVERIFY(chooseFrom(*openMenu(), entry));
}

void DesktopTest::fromTheStartPageToDown() {
    for (const auto part :
         {&DesktopTest::openFromItsCard, &DesktopTest::upByItsButton, &DesktopTest::cutFromTheCablesMenu, &DesktopTest::cutIsRedAndSaysWhy,
          &DesktopTest::testIsRed, &DesktopTest::joinFromTheCablesMenu, &DesktopTest::testIsGreen, &DesktopTest::addAHostUndoAndRedo,
          &DesktopTest::applyThePlan, &DesktopTest::fourthHostIsGreen, &DesktopTest::downByKey}) {
        (this->*part)();
        if (QTest::currentTestFailed()) {
            return;
        }
    }
}

/// A copy of the tutorial: what is edited is saved, so that `podleaf` and the window speak of the same file.
void DesktopTest::openFromItsCard() {
    QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
    const QString own = m_lab->filePath(QStringLiteral("lab.yaml"));
    QVERIFY(QFile::copy(labsFolder() + QStringLiteral("/tutorial/lab.yaml"), own));
    QVERIFY(QFile::setPermissions(own, QFile::ReadOwner | QFile::WriteOwner));
    openWindow(own);
    m_window->resize(1800, 1000); // Four hosts side by side at 100 %.
    QCOMPARE(greenHalfLines(), 0);
    QCOMPARE(phase(), QStringLiteral("down"));
}

void DesktopTest::upByItsButton() {
    PlanPanel& plan = m_window->planPanel();
    int running = 0;
    const auto connection =
        connect(&m_window->runner(), &LabRunner::stepChanged, this,
                [&](plan::StepIndex, const plan::StepStatus& status) { running += status.state == plan::StepState::Running ? 1 : 0; });
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    const QStringList& whys = tellWhyDisabled(m_window->actions().down);
    clickAction(m_window->actions().up);
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(plan), kPatienceMs);
    QCOMPARE(whys.value(0), QStringLiteral("Up is running."));
    QTRY_COMPARE_WITH_TIMEOUT(plan.glyph(), Glyph::Ok, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    disconnect(connection);
    QVERIFY(running > 4);
    QVERIFY2(plan.tree().stepCount() > 4 && plan.tree().stepsDone() == plan.tree().stepCount(), qPrintable(plan.headline()));
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QCOMPARE(phase(), QStringLiteral("up"));
    QCOMPARE(establishedIn(status()), 6);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
}

void DesktopTest::cutFromTheCablesMenu() {
    LabView& canvas = m_window->canvas();
    QCOMPARE(countNear(canvasImage(), canvas.viewPosOf(kCable2), 8, color(Role::Bad)), 0);
    chooseOfTheCable(QStringLiteral("Cut intnet2"));
    QTRY_VERIFY_WITH_TIMEOUT(countNear(canvasImage(), canvas.viewPosOf(kCable2), 8, color(Role::Bad)) > 10, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(canvas.accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 4, kPatienceMs);
    QVERIFY(!isGreen(canvasImage(), kLeafEnd2) && !isGreen(canvasImage(), kHostEnd2));
    QVERIFY(podleaf().waitForStatus(m_shown, [](const QJsonObject& seen) { return establishedIn(seen) == 4; }));
    QCOMPARE(told("links", kCable2.name, "fault"), QStringLiteral("cut"));
}

/// One click on the card behind the cable: the inspector has the sentence, on the ground of a fault.
void DesktopTest::cutIsRedAndSaysWhy() {
    LabView& canvas = m_window->canvas();
    clickAt(*canvas.viewport(), canvas.viewPosOf(kHost2));
    InspectorPanel& inspector = m_window->inspector();
    QTRY_COMPARE_WITH_TIMEOUT(inspector.content().title, kHost2.name, kPatienceMs);
    const auto* fault = inspector.findChild<FaultBox*>();
    QTRY_COMPARE_WITH_TIMEOUT(fault->sentence(), QStringLiteral("intnet2 is cut."), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(isInSight(*fault), kPatienceMs);
    const QPoint bar = fault->mapTo(m_window, QPoint(1, fault->height() / 2));
    QTRY_COMPARE_WITH_TIMEOUT(countNear(m_window->grab().toImage(), bar, 1, color(Role::Bad)), 9, kPatienceMs);
    m_lab->screenshot(QStringLiteral("cut-says-why"));
}

void DesktopTest::testIsRed() {
    const QJsonArray legs = testReport()[QStringLiteral("legs")].toArray();
    const auto lost = std::ranges::count_if(legs, [](const QJsonValue& leg) { return !leg[QStringLiteral("ok")].toBool(); });
    QVERIFY(lost > 0 && lost < legs.size());
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F5);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    TestPanel& panel = m_window->testPanel();
    QVERIFY(isInSight(panel)); // Its tab is in front.
    const QString sentence =
        QStringLiteral("%1 legs: %2 allowed, %3 not answered. %3 not as intended.").arg(legs.size()).arg(legs.size() - lost).arg(lost);
    QVERIFY2(panel.sentence().startsWith(sentence), qPrintable(panel.sentence()));
    QVERIFY(panel.glyph() == Glyph::Bad);
    // A cell of the matrix: its words, why, and its ground.
    const TestMatrix& matrix = panel.matrix();
    QModelIndex cell;
    for (int i = 0; i < matrix.rowCount() * matrix.columnCount() && !cell.isValid(); ++i) {
        const QModelIndex each = matrix.index(i / matrix.columnCount(), i % matrix.columnCount());
        cell = each.data().toString() == QLatin1String("Not answered") ? each : cell;
    }
    QVERIFY2(cell.data(Qt::ToolTipRole).toString().contains(QStringLiteral("intnet2 is cut.")),
             qPrintable(cell.data(Qt::ToolTipRole).toString()));
    const auto views = panel.findChildren<QTreeView*>();
    const auto cells = std::ranges::find(views, cell.model(), &QTreeView::model);
    QVERIFY(cells != views.end());
    const QPoint place = (*cells)->viewport()->mapTo(m_window, (*cells)->visualRect(cell).topLeft() + QPoint(4, 4));
    QTRY_VERIFY_WITH_TIMEOUT(countNear(m_window->grab().toImage(), place, 2, color(Role::BadTint)) > 8, kPatienceMs);
    m_lab->screenshot(QStringLiteral("test-red"));
}

void DesktopTest::joinFromTheCablesMenu() {
    chooseOfTheCable(QStringLiteral("Join intnet2"));
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->canvas().accessibleTextOf(kCable2).contains(QStringLiteral("cut")), kPatienceMs);
    QVERIFY(!m_window->inspector().findChild<FaultBox*>()->isVisible());
    QVERIFY(podleaf().waitForStatus(
        m_shown, [](const QJsonObject& seen) { return seen[QStringLiteral("phase")].toString() == QLatin1String("up"); }));
}

void DesktopTest::testIsGreen() {
    TestPanel& panel = m_window->testPanel();
    const std::set<QString> legs = legsOf(testReport());
    QCOMPARE(legs.size(), std::size_t(10));
    std::set<QString> finished;
    const auto connection = connect(&m_window->runner(), &LabRunner::legFinished, this, [&finished](const verify::LegResult& leg) {
        finished.insert(leg.from + QStringLiteral("→") + leg.to);
    });
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    const QStringList& whys = tellWhyDisabled(m_window->actions().test);
    clickAction(m_window->actions().test);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QCOMPARE(whys.value(0), QStringLiteral("The test is running."));
    disconnect(connection);
    QVERIFY(finished == legs);
    QCOMPARE(panel.sentence(), QStringLiteral("10 legs: 10 allowed. All as intended."));
    QVERIFY(panel.glyph() == Glyph::Ok);
    QCOMPARE(panel.matrix().rowCount() * (panel.matrix().columnCount() - 1), 10);
    // The legs are on the canvas: host1's way up stands right of its cable, 10 px off. It draws itself for a moment and
    // fades from the first, so it is known by not being the canvas' colour.
    const QPoint lane = m_window->canvas().portPos({NodeId(QStringLiteral("host1")), QStringLiteral("eth1")}) + QPoint(10, -45);
    constexpr int kBox = 7 * 7;
    QTRY_VERIFY_WITH_TIMEOUT(kBox - countNear(canvasImage(), lane, 3, color(Role::Canvas)) >= 14, kPatienceMs);
}

/// A host with its cable, dragged from the palette; taken back; done again.
void DesktopTest::addAHostUndoAndRedo() {
    LabView& canvas = m_window->canvas();
    const QByteArray text = m_window->document()->text();
    const TileButton* tile = m_window->editor().palette().button(QStringLiteral("Host"));
    dragTo(*tile, *canvas.viewport(), canvas.viewPosOf(kHost2) + QPoint(40, 60));
    m_edited = m_window->document()->text();
    QVERIFY2(m_edited.contains("host4: {kind: host}") && m_edited.contains("leaf1:swp4, host4:eth1"), m_edited.constData());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->driftStrip().sentence().startsWith(QStringLiteral("The file differs from the running lab: ")),
                             kPatienceMs);
    press(*m_window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_window->document()->text(), text);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->driftStrip().sentence(), QString(), kPatienceMs);
    press(*m_window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_window->document()->text(), m_edited);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->driftStrip().sentence().endsWith(QStringLiteral(" changes.")), kPatienceMs);
    QCOMPARE(establishedIn(status()), 6); // Nothing runs that was not applied.
}

/// The plan first, then Up beside it.
void DesktopTest::applyThePlan() {
    std::map<LabRunner::Job, int> ended;
    const auto connection = connect(&m_window->runner(), &LabRunner::ended, this, [&ended](LabRunner::Job job) { ++ended[job]; });
    click(*m_window->driftStrip().button(QStringLiteral("Apply…")));
    QTRY_COMPARE_WITH_TIMEOUT(ended[LabRunner::Job::Plan], 1, kPatienceMs);
    QVERIFY(m_window->planPanel().tree().stepCount() > 3);
    QCOMPARE(establishedIn(status()), 6);
    QVERIFY(clickButton(m_window->planPanel(), QStringLiteral("Up")));
    QTRY_COMPARE_WITH_TIMEOUT(ended[LabRunner::Job::Up], 1, kPatienceMs);
    disconnect(connection);
    QVERIFY2(m_window->planPanel().glyph() == Glyph::Ok, qPrintable(m_window->planPanel().headline()));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->document()->isModified(), kPatienceMs); // What runs is what the file says.
    QCOMPARE(phase(), QStringLiteral("up"));
    QCOMPARE(establishedIn(status()), 8);
    QCOMPARE(told("nodes", QStringLiteral("host4"), "state"), told("nodes", kHost2.name, "state"));
}

void DesktopTest::fourthHostIsGreen() {
    const std::array ends{model::Endpoint{NodeId(QStringLiteral("host4")), QStringLiteral("eth1")},
                          model::Endpoint{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp4")}, kHostEnd2, kLeafEnd2};
    // With four hosts the lines may lie between two pixels: one of their columns is of the pure colour in any case.
    const auto greenEnds = [&] {
        return std::ranges::count_if(ends, [this, image = canvasImage()](const model::Endpoint& end) {
            return countNear(image, m_window->canvas().halfLinePos(end), 4, color(Role::Ok)) >= 7;
        });
    };
    QTRY_COMPARE_WITH_TIMEOUT(greenEnds(), std::ssize(ends), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_window->driftStrip().sentence(), QString(), kPatienceMs);
}

void DesktopTest::downByKey() {
    const QSignalSpy ended(&m_window->runner(), &LabRunner::ended);
    press(*m_window, Qt::Key_F8, Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 0, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(countNear(canvasImage(), m_window->canvas().halfLinePos(kHostEnd2), 4, color(Role::Ok)), 0, kPatienceMs);
    QCOMPARE(phase(), QStringLiteral("down"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->actions().test->isEnabled(), kPatienceMs);
    QCOMPARE(m_window->actions().test->toolTip(), QStringLiteral("The lab is not running. Up starts it."));
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
    QCOMPARE(told("nodes", kHost2.name, "state"), QStringLiteral("failed"));
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
    QCOMPARE(phase(), QStringLiteral("up"));
}

void DesktopTest::labOutlivesTheWindow() {
    QVERIFY(bringUp());
    openWindow();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    m_lab->close();
    QCOMPARE(phase(), QStringLiteral("up"));
    openWindow();
    QTRY_COMPARE_WITH_TIMEOUT(greenHalfLines(), 6, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
}

/// As root all of it; as an ordinary user the story.
int main(int argc, char** argv) {
    const QTemporaryDir runtime; // Qt would make one that stays.
    if (!qEnvironmentVariableIsSet("XDG_RUNTIME_DIR")) {
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime.path()));
    }
    if (!way().isEmpty() || argc > 1) {
        return runBothWays<DesktopTest, QApplication>(argc, argv, {"root", "one-id"});
    }
    std::string story = "fromTheStartPageToDown";
    std::array onlyIt{argv[0], story.data(), static_cast<char*>(nullptr)};
    return runBothWays<DesktopTest, QApplication>(argc, argv, {"root"}) +
           runBothWays<DesktopTest, QApplication>(2, onlyIt.data(), {"one-id"});
}
#include "tst_desktop.moc"
