// SPDX-License-Identifier: GPL-3.0-or-later
// What the canvas shows, by its pixels and its words, offscreen. GUI thread.
#include "canvas_case.h"

#include <QPushButton>
#include <QSignalSpy>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

namespace {

const model::Endpoint kLeafPort2{NodeId(QStringLiteral("leaf1")), QStringLiteral("swp2")};
const model::Endpoint kHostPort2{NodeId(QStringLiteral("host2")), QStringLiteral("eth1")};

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

} // namespace

class CanvasTest final : public QObject, CanvasCase {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_now = kNow; }
    void greenHalfLinesAreSolid();
    void deadBgpdIsDottedBadOnItsOwnSide();
    void darkThemeUsesItsOwnColours();
    void cutCableHasSlashesAndHollowPorts();
    void plannedLabIsDashedAndOffersUp();
    void deltaRefreshesOnlyWhatItNames();
    void uptimeTicks();
    void detailHasHysteresis();
    void testLegsAreDrawnAndFade();
    void selectedLegStays();
    void smallCardsCountTheirPods();
    void smallCanvasBundlesLegsPerCable();
    void lensHidesPills();
    void accessibleText();
    void bigFontScalesTheCanvas();
};

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
