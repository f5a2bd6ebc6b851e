// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas by its pixels, its hits, its keys and its menus, offscreen. GUI thread.
#include "canvas_states.h"

#include <ui/canvas/lab_view.h>

#include <QAction>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

namespace {

const model::Endpoint kLeafPort2{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp2")};
const model::Endpoint kHostPort2{NodeId(QStringLiteral("host2")), QStringLiteral("eth1")};

/// How many pixels of a box around a place have exactly this colour.
int countNear(const QImage& image, const QPoint& centre, int reach, const QColor& color) {
    int count = 0;
    for (int y = centre.y() - reach; y <= centre.y() + reach; ++y) {
        for (int x = centre.x() - reach; x <= centre.x() + reach; ++x) {
            count += image.valid(x, y) && image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

struct Line {
    int colored = 0; ///< Rows of the half-line that have its colour.
    int gaps = 0;    ///< Rows that have the canvas' colour.
};
/// A half-line between its port and its glyph, down the middle of the cable.
Line halfLine(const QImage& image, const QPoint& at, const QColor& color, const QColor& canvas) {
    Line line;
    for (int y = at.y() - 6; y <= at.y() + 4; ++y) {
        line.colored += image.pixelColor(at.x(), y) == color ? 1 : 0;
        line.gaps += image.pixelColor(at.x(), y) == canvas ? 1 : 0;
    }
    return line;
}

template <class T>
std::vector<T> firstArguments(const QSignalSpy& spy) {
    std::vector<T> out;
    for (const QList<QVariant>& call : spy) {
        out.push_back(call.at(0).value<T>());
    }
    return out;
}

} // namespace

class CanvasTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void greenHalfLinesAreSolid();
    void deadBgpdIsDottedBadOnItsOwnSide();
    void darkThemeUsesItsOwnColours();
    void cutCableHasSlashesAndHollowPorts();
    void plannedLabIsDashedAndOffersUp();
    void deltaRefreshesOnlyWhatItNames();
    void uptimeTicks();
    void detailHasHysteresis();
    void zoomHasLimits();
    void hits();
    void selection();
    void contextMenuCutsAndJoins();
    void consoleOfAPlannedNodeSaysWhyNot();
    void keyXCutsAndJoins();
    void tabAndArrowsMoveTheFocus();
    void emptyCanvas();
    void panAndWheel();
    void testLegsAreDrawnAndFade();
    void selectedLegStays();
    void smallCanvasBundlesLegsPerCable();
    void smallCardsCountTheirPods();
    void lensHidesPills();
    void accessibleText();
    void bigFontScalesTheCanvas();

private:
    void show(const state::LabState& state, const Theme& theme = Theme::light());
    [[nodiscard]] QImage image() { return m_view->grab().toImage(); }
    [[nodiscard]] QColor color(Role role) const { return m_theme.color(role); }

    Theme m_theme = Theme::light();
    std::unique_ptr<LabView> m_view;
    qint64 m_now = kNow;
};

void CanvasTest::init() {
    m_now = kNow;
}

void CanvasTest::show(const state::LabState& state, const Theme& theme) {
    m_theme = theme;
    m_view = std::make_unique<LabView>(theme);
    m_view->setClock([this] { return m_now; });
    m_view->setReducedMotion(true);
    m_view->resize(944, 516);
    m_view->show();
    m_view->setLab(tutorialLab());
    m_view->apply(snapshotOf(state), everything());
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void CanvasTest::greenHalfLinesAreSolid() {
    show(allGreen());
    const QImage seen = image();
    for (const model::Link& cable : tutorialLab().links) {
        for (const model::Endpoint& end : cable.ends) {
            const Line line = halfLine(seen, m_view->halfLinePos(end), color(Role::Ok), color(Role::Canvas));
            QCOMPARE(line.colored, 11);
            QVERIFY(countNear(seen, m_view->portPos(end), 3, color(Role::Ok)) >= 16);
        }
    }
}

void CanvasTest::deadBgpdIsDottedBadOnItsOwnSide() {
    show(bgpdDead());
    const QImage seen = image();
    const Line host = halfLine(seen, m_view->halfLinePos(kHostPort2), color(Role::Bad), color(Role::Canvas));
    QVERIFY2(host.colored > 0 && host.gaps > 0, qPrintable(QStringLiteral("%1 %2").arg(host.colored).arg(host.gaps)));
    const Line leaf = halfLine(seen, m_view->halfLinePos(kLeafPort2), color(Role::WarnFill), color(Role::Canvas));
    QVERIFY(leaf.colored > 0 && leaf.gaps > 0);
    const Line other = halfLine(seen, m_view->halfLinePos({node("host1"), QStringLiteral("eth1")}), color(Role::Ok), color(Role::Canvas));
    QCOMPARE(other.gaps, 0);
    // The failed card has a bad border: along its left edge, where nothing else is.
    const QPoint card = m_view->viewPosOf(node("host2"));
    QVERIFY(countNear(seen, card - QPoint(20, 0), 8, color(Role::Bad)) > 8);
    QCOMPARE(countNear(seen, m_view->viewPosOf(node("host1")) - QPoint(20, 0), 8, color(Role::Bad)), 0);
}

void CanvasTest::darkThemeUsesItsOwnColours() {
    show(allGreen(), Theme::dark());
    const QImage seen = image();
    QCOMPARE(seen.pixelColor(8, 250), color(Role::Canvas));
    QCOMPARE(halfLine(seen, m_view->halfLinePos(kHostPort2), color(Role::Ok), color(Role::Canvas)).colored, 11);
    m_view->setTheme(Theme::light());
    QCOMPARE(image().pixelColor(8, 250), Theme::light().color(Role::Canvas));
}

void CanvasTest::cutCableHasSlashesAndHollowPorts() {
    show(cut());
    const QImage seen = image();
    QVERIFY(countNear(seen, m_view->viewPosOf(link("intnet2")), 8, color(Role::Bad)) > 10);
    QCOMPARE(countNear(seen, m_view->viewPosOf(link("intnet1")), 8, color(Role::Bad)), 0);
    for (const model::Endpoint& end : {kLeafPort2, kHostPort2}) {
        QCOMPARE(seen.pixelColor(m_view->portPos(end)), color(Role::Card)); // Hollow: the middle is empty.
        QCOMPARE(countNear(seen, m_view->portPos(end), 3, color(Role::Ok)), 0);
    }
}

void CanvasTest::plannedLabIsDashedAndOffersUp() {
    show(planned());
    const QSignalSpy up(m_view.get(), &LabView::upRequested);
    auto buttons = m_view->findChildren<QPushButton*>();
    const auto button =
        std::find_if(buttons.begin(), buttons.end(), [](const QPushButton* b) { return b->text() == QStringLiteral("Up"); });
    QVERIFY(button != buttons.end());
    QVERIFY((*button)->isVisible());
    QTest::mouseClick(*button, Qt::LeftButton);
    QCOMPARE(up.count(), 1);
    m_view->setBusy(true, QStringLiteral("Up is running."));
    QVERIFY(!(*button)->isEnabled());
    QCOMPARE((*button)->toolTip(), QStringLiteral("Up is running."));
    // No session: a thin edge-coloured line; the card's border has gaps.
    const QImage seen = image();
    QVERIFY(countNear(seen, m_view->halfLinePos(kHostPort2), 4, color(Role::Ok)) == 0);
    m_view->apply(snapshotOf(allGreen()), everything());
    QVERIFY(!(*button)->isVisible());
}

void CanvasTest::deltaRefreshesOnlyWhatItNames() {
    show(allGreen());
    state::Delta delta;
    delta.sessions.insert({node("host2"), fakes::address("172.16.0.5")});
    m_view->apply(snapshotOf(bgpdDead()), delta);
    const QImage seen = image();
    QVERIFY(halfLine(seen, m_view->halfLinePos(kHostPort2), color(Role::Bad), color(Role::Canvas)).colored > 0);
    m_view->apply(snapshotOf(allGreen()), everything());
    QCOMPARE(halfLine(image(), m_view->halfLinePos(kHostPort2), color(Role::Ok), color(Role::Canvas)).colored, 11);
}

void CanvasTest::uptimeTicks() {
    show(allGreen());
    QVERIFY(m_view->accessibleTextOf(link("intnet1")).contains(QStringLiteral("Established 4 min 12 s")));
    m_now += 60'000;
    QTRY_VERIFY_WITH_TIMEOUT(m_view->accessibleTextOf(link("intnet1")).contains(QStringLiteral("Established 5 min 12 s")), 5000);
    m_view->hide();
    m_now += 60'000;
    QVERIFY(m_view->accessibleTextOf(link("intnet1")).contains(QStringLiteral("5 min 12 s"))); // Hidden: nothing ticks.
    m_view->show();
    QVERIFY(m_view->accessibleTextOf(link("intnet1")).contains(QStringLiteral("6 min 12 s")));
}

void CanvasTest::detailHasHysteresis() {
    show(allGreen());
    QCOMPARE(qRound(m_view->zoomPercent()), 100);
    QCOMPARE(int(m_view->detail()), int(Detail::Full));
    m_view->resize(740, 516); // 708 px for 848: 83 %, the card is 214 px wide.
    QCOMPARE(int(m_view->detail()), int(Detail::Full));
    m_view->resize(700, 516); // 79 %, 202 px.
    QCOMPARE(int(m_view->detail()), int(Detail::Full));
    m_view->resize(670, 516); // 75 %, 193 px: still, because it was.
    QCOMPARE(int(m_view->detail()), int(Detail::Full));
    m_view->resize(650, 516); // 187 px.
    QCOMPARE(int(m_view->detail()), int(Detail::Small));
    m_view->resize(700, 516); // 202 px: not yet again.
    QCOMPARE(int(m_view->detail()), int(Detail::Small));
    m_view->resize(740, 516);
    QCOMPARE(int(m_view->detail()), int(Detail::Full));
    while (m_view->zoomPercent() > 20) {
        m_view->zoomOut();
    }
    QCOMPARE(int(m_view->detail()), int(Detail::Dot));
    QVERIFY(countNear(image(), m_view->viewPosOf(link("intnet2")), 12, color(Role::Ok)) > 4); // Lines keep their colour.
}

void CanvasTest::zoomHasLimits() {
    show(allGreen());
    for (int i = 0; i < 40; ++i) {
        m_view->zoomIn();
    }
    QCOMPARE(qRound(m_view->zoomPercent()), 400);
    for (int i = 0; i < 60; ++i) {
        m_view->zoomOut();
    }
    QCOMPARE(qRound(m_view->zoomPercent()), 10);
    QTest::keyClick(m_view.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(qRound(m_view->zoomPercent()), 100);
    QTest::keyClick(m_view.get(), Qt::Key_Plus, Qt::ControlModifier);
    QCOMPARE(qRound(m_view->zoomPercent()), 120);
    QTest::keyClick(m_view.get(), Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(qRound(m_view->zoomPercent()), 100);
}

void CanvasTest::hits() {
    show(allGreen());
    const QPoint middle = m_view->viewPosOf(link("intnet2"));
    QVERIFY(m_view->hit(middle) == Selection(link("intnet2")));
    QVERIFY(m_view->hit(middle + QPoint(7, 0)) == Selection(link("intnet2")));
    QVERIFY(m_view->hit(middle + QPoint(12, 0)) == Selection());
    for (const model::Node& each : tutorialLab().nodes) {
        QVERIFY2(m_view->hit(m_view->viewPosOf(each.id)) == Selection(each.id), qPrintable(each.id.name));
    }
    const PodRef pod{QStringLiteral("my-nginx-1")};
    QVERIFY(m_view->hit(m_view->viewPosOf(pod)) == Selection(pod));
    QCOMPARE(m_view->viewPosOf(node("nobody")), QPoint(-1, -1));
    QCOMPARE(m_view->portPos({node("leaf1"), QStringLiteral("swp77")}), QPoint(-1, -1));
}

void CanvasTest::selection() {
    show(allGreen());
    std::vector<Selection> said;
    connect(m_view.get(), &LabView::selectionChanged, this, [&said](const Selection& item) { said.push_back(item); });
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->viewPosOf(node("host2")));
    QVERIFY(m_view->selection() == Selection(node("host2")));
    const QPoint outline = m_view->viewPosOf(node("host2")) - QPoint(25, 0);
    QVERIFY(countNear(image(), outline, 3, color(Role::Accent)) > 5); // 2 px, 4 px off the card.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->viewPosOf(link("intnet3")));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(8, 250));
    const std::vector<Selection> expected{node("host2"), link("intnet3"), std::monostate()};
    QVERIFY(said == expected);
    m_view->select(PodRef{QStringLiteral("no-such-pod")});
    QVERIFY(m_view->selection() == Selection());
    const QSignalSpy consoles(m_view.get(), &LabView::consoleRequested);
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, m_view->viewPosOf(node("host1")));
    QVERIFY(firstArguments<NodeId>(consoles) == std::vector{node("host1")});
}

void CanvasTest::contextMenuCutsAndJoins() {
    show(allGreen());
    const QSignalSpy cuts(m_view.get(), &LabView::cutRequested);
    const QSignalSpy joins(m_view.get(), &LabView::joinRequested);
    const QPoint middle = m_view->viewPosOf(link("intnet2"));
    QContextMenuEvent event(QContextMenuEvent::Mouse, middle, m_view->viewport()->mapToGlobal(middle));
    QCoreApplication::sendEvent(m_view->viewport(), &event);
    QVERIFY(m_view->selection() == Selection(link("intnet2")));
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu != nullptr);
    QCOMPARE(menu->actions().constFirst()->text(), QStringLiteral("Cut intnet2"));
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().constFirst()).center());
    QVERIFY(firstArguments<LinkId>(cuts) == std::vector{link("intnet2")});
    m_view->apply(snapshotOf(cut()), everything());
    const auto second = m_view->makeContextMenu(link("intnet2"));
    QCOMPARE(second->actions().constFirst()->text(), QStringLiteral("Join intnet2"));
    second->actions().constFirst()->trigger();
    QVERIFY(firstArguments<LinkId>(joins) == std::vector{link("intnet2")});
    QCOMPARE(cuts.count(), 1);
    m_view->apply(snapshotOf(planned()), everything());
    const auto third = m_view->makeContextMenu(link("intnet2"));
    QVERIFY(!third->actions().constFirst()->isEnabled());
    QCOMPARE(third->actions().constFirst()->toolTip(), QStringLiteral("This lab is not running."));
}

void CanvasTest::consoleOfAPlannedNodeSaysWhyNot() {
    show(planned());
    const auto off = m_view->makeContextMenu(node("host1"));
    QVERIFY(!off->actions().constFirst()->isEnabled());
    QCOMPARE(off->actions().constFirst()->toolTip(), QStringLiteral("host1 is not running."));
    m_view->apply(snapshotOf(allGreen()), everything());
    const QSignalSpy consoles(m_view.get(), &LabView::consoleRequested);
    const auto on = m_view->makeContextMenu(node("host1"));
    on->actions().constFirst()->trigger();
    QVERIFY(firstArguments<NodeId>(consoles) == std::vector{node("host1")});
    QVERIFY(m_view->makeContextMenu(Selection()) == nullptr);
}

void CanvasTest::keyXCutsAndJoins() {
    show(allGreen());
    const QSignalSpy cuts(m_view.get(), &LabView::cutRequested);
    const QSignalSpy joins(m_view.get(), &LabView::joinRequested);
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QCOMPARE(cuts.count(), 0); // Nothing has the focus.
    m_view->select(link("intnet3"));
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QVERIFY(firstArguments<LinkId>(cuts) == std::vector{link("intnet3")});
    m_view->apply(snapshotOf(cut()), everything());
    m_view->select(link("intnet2"));
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QVERIFY(firstArguments<LinkId>(joins) == std::vector{link("intnet2")});
    m_view->apply(snapshotOf(planned()), everything());
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QCOMPARE(cuts.count() + joins.count(), 2); // Not on a lab that does not run.
}

void CanvasTest::tabAndArrowsMoveTheFocus() {
    show(allGreen());
    m_view->activateWindow();
    m_view->setFocus();
    QTRY_VERIFY(m_view->hasFocus());
    QTest::keyClick(m_view.get(), Qt::Key_Tab);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("leaf1")));
    QTest::keyClick(m_view.get(), Qt::Key_Tab);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("cable intnet1")));
    const QSignalSpy cuts(m_view.get(), &LabView::cutRequested);
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QVERIFY(firstArguments<LinkId>(cuts) == std::vector{link("intnet1")});
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("cable intnet2")));
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QVERIFY2(m_view->accessibleDescription().startsWith(QStringLiteral("host2")), qPrintable(m_view->accessibleDescription()));
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QVERIFY(m_view->selection() == Selection(node("host2")));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(m_view->selection() == Selection());
    QTest::keyClick(m_view.get(), Qt::Key_Backtab, Qt::ShiftModifier);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("host1")));
}

void CanvasTest::emptyCanvas() {
    m_view = std::make_unique<LabView>(Theme::light());
    m_view->resize(944, 516);
    m_view->show();
    const QSignalSpy open(m_view.get(), &LabView::openRequested);
    const QSignalSpy tutorial(m_view.get(), &LabView::tutorialRequested);
    for (QPushButton* button : m_view->findChildren<QPushButton*>()) {
        if (button->isVisible()) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QCOMPARE(open.count(), 1);
    QCOMPARE(tutorial.count(), 1);
    QTest::keyClick(m_view.get(), Qt::Key_X);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    m_view->fit();
    m_view->apply(snapshotOf(allGreen()), everything()); // No lab: nothing to show it on.
    m_view->setTestResult({});
    m_view->clearTestResults();
    QVERIFY(m_view->hit({400, 200}) == Selection());
}

void CanvasTest::panAndWheel() {
    show(allGreen());
    const QPoint before = m_view->viewPosOf(node("host1"));
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, QPoint(8, 250));
    QTest::mouseMove(m_view->viewport(), QPoint(30, 260));
    QTest::mouseMove(m_view->viewport(), QPoint(48, 270));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, QPoint(48, 270));
    QCOMPARE(m_view->viewPosOf(node("host1")) - before, QPoint(40, 20));
    const QPoint anchor = m_view->viewPosOf(link("intnet2"));
    QWheelEvent wheel(anchor, m_view->viewport()->mapToGlobal(anchor), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(m_view->viewport(), &wheel);
    QCOMPARE(qRound(m_view->zoomPercent()), 115);
    QVERIFY((m_view->viewPosOf(link("intnet2")) - anchor).manhattanLength() <= 2); // The place under the pointer stays.
}

void CanvasTest::testLegsAreDrawnAndFade() {
    show(allGreen());
    verify::LegResult leg;
    leg.from = QStringLiteral("host1");
    leg.to = QStringLiteral("my-nginx-2");
    leg.ok = true;
    const QPoint beside = m_view->viewPosOf(link("intnet1")) + QPoint(10, 20);
    QCOMPARE(countNear(image(), beside, 3, color(Role::Ok)), 0);
    m_view->setTestResult(leg);
    QVERIFY(countNear(image(), beside, 3, color(Role::Ok)) >= 7);
    m_view->setLens(Lens::Flows, false);
    QCOMPARE(countNear(image(), beside, 3, color(Role::Ok)), 0);
    m_view->setLens(Lens::Flows, true);
    leg.ok = false;
    m_view->setTestResult(leg);
    QVERIFY(countNear(image(), beside, 6, color(Role::Bad)) > 0);
    m_view->clearTestResults();
    QCOMPARE(countNear(image(), beside, 6, color(Role::Bad)), 0);
    leg.ok = true;
    m_view->setTestResult(leg);
    m_now += 11'000;
    QTRY_COMPARE_WITH_TIMEOUT(countNear(image(), m_view->viewPosOf(link("intnet1")) + QPoint(10, 20), 3, color(Role::Ok)), 0, 5000);
}

void CanvasTest::selectedLegStays() {
    show(allGreen());
    const FlowRef flow{QStringLiteral("host1"), QStringLiteral("my-nginx-2")};
    m_view->select(flow);
    QVERIFY(m_view->selection() == Selection()); // There is no such leg yet.
    verify::LegResult leg;
    leg.from = flow.from;
    leg.to = flow.to;
    leg.ok = true;
    m_view->setTestResult(leg);
    const QPoint beside = m_view->viewPosOf(link("intnet1")) + QPoint(10, 20);
    QVERIFY(countNear(image(), beside, 3, color(Role::Ok)) >= 7); // And painted, so that it can be hit.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, beside);
    QVERIFY(m_view->selection() == Selection(flow));
    QCOMPARE(m_view->accessibleTextOf(flow), QStringLiteral("flow from host1 to my-nginx-2, allowed"));
    m_now += 11'000;
    m_view->setTestResult({}); // Takes the new time.
    QVERIFY(countNear(image(), beside, 3, color(Role::Ok)) >= 7);
    m_view->select({});
    QCOMPARE(countNear(image(), beside, 3, color(Role::Ok)), 0);
}

void CanvasTest::smallCardsCountTheirPods() {
    show(allGreen());
    m_view->setTestResult({});
    m_view->clearTestResults();
    while (m_view->viewRectOf(node("host2")).width() > 110) {
        m_view->zoomOut();
    }
    QCOMPARE(int(m_view->detail()), int(Detail::Small));
    // Where the word of the state leaves no room beside it: below. host1 has none.
    const auto ground = [this](const char* host) {
        return countNear(image(), m_view->viewRectOf(node(host)).topLeft() + QPoint(45, 51), 6, color(Role::Card));
    };
    QCOMPARE(ground("host1"), 13 * 13);
    QVERIFY2(ground("host2") < 13 * 13 - 20, qPrintable(QString::number(ground("host2"))));
}

void CanvasTest::smallCanvasBundlesLegsPerCable() {
    show(allGreen());
    m_view->resize(600, 516);
    QCOMPARE(int(m_view->detail()), int(Detail::Small));
    const QPoint beside = m_view->viewPosOf(link("intnet1")) + QPoint(7, 8);
    QCOMPARE(countNear(image(), beside, 2, color(Role::Ok)), 0);
    verify::LegResult leg;
    leg.from = QStringLiteral("host1");
    leg.to = QStringLiteral("my-nginx-2");
    leg.ok = true;
    m_view->setTestResult(leg);
    QVERIFY(countNear(image(), beside, 2, color(Role::Ok)) > 0);
}

void CanvasTest::lensHidesPills() {
    show(allGreen());
    const QPoint pill = m_view->viewPosOf(link("intnet1")) + QPoint(-100, 4);
    QVERIFY(countNear(image(), pill, 8, color(Role::OkTint)) > 20);
    m_view->setLens(Lens::Bgp, false);
    QVERIFY(!m_view->lens(Lens::Bgp));
    QCOMPARE(countNear(image(), pill, 8, color(Role::OkTint)), 0);
}

void CanvasTest::accessibleText() {
    show(allGreen());
    QCOMPARE(m_view->accessibleTextOf(node("host2")), QStringLiteral("host2, host, Ready, 1 pod, session to leaf1 Established 4 min 12 s"));
    QCOMPARE(m_view->accessibleTextOf(PodRef{QStringLiteral("my-nginx-1")}),
             QStringLiteral("pod my-nginx-1, 10.20.1.10, port 80 on host2, running"));
    m_view->apply(snapshotOf(cut()), everything());
    QVERIFY(m_view->accessibleTextOf(link("intnet2")).startsWith(QStringLiteral("cable intnet2 from leaf1:swp2 to host2:eth1, cut")));
}

void CanvasTest::bigFontScalesTheCanvas() {
    const QFont before = QApplication::font();
    QFont big(QStringLiteral("DejaVu Sans"));
    big.setPointSizeF(19.5);
    QApplication::setFont(big);
    const Theme theme = Theme::light();
    QApplication::setFont(before);
    show(allGreen(), theme);
    m_view->actualSize();
    QCOMPARE(qRound(m_view->zoomPercent()), 100);
    const int pitch = m_view->viewPosOf(node("host2")).x() - m_view->viewPosOf(node("host1")).x();
    QVERIFY(qAbs(pitch - 592) <= 2); // Twice the design's 296.
}

QTEST_MAIN(CanvasTest)
#include "tst_canvas.moc"
