// SPDX-License-Identifier: GPL-3.0-or-later
// The Traffic lens: rates as words and widths, in each direction, drops; and what nodes use, in the State lens.
#include "canvas_view.h"

#include <ui/canvas/traffic_layer.h>
#include <ui/canvas/usage_looks.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

namespace {

state::LabState busy(double downBits, double upBits, std::uint64_t drops, qint64 ageMs = 0) {
    state::LabState state = allGreen();
    state::PortTraffic leaf;
    leaf.counters.port = QStringLiteral("swp2");
    leaf.txBitsPerSecond = downBits;
    leaf.rxBitsPerSecond = upBits;
    leaf.atMs = kNow - ageMs;
    state::PortTraffic host = leaf;
    host.txBitsPerSecond = upBits;
    host.drops = drops;
    host.lastDropMs = drops > 0 ? kNow - 1000 : 0;
    state.nodes[node("leaf1")].traffic[QStringLiteral("swp2")] = leaf;
    state.nodes[node("host2")].traffic[QStringLiteral("eth1")] = host;
    return state;
}

} // namespace

class CanvasTrafficTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ratesBecomeWordsAndWidths();
    void usageAsALine();
    void usageIsSaidInTheStateLens();
    void ratesArePaintedInTheirLensAlone();
    void trafficIsDrawnPerDirection();
    void oldTrafficFades();
    void dropsAreATriangleForAMinute();
};

void CanvasTrafficTest::ratesBecomeWordsAndWidths() {
    QCOMPARE(rateWords(0), QStringLiteral("0 bit/s"));
    QCOMPARE(rateWords(840), QStringLiteral("840 bit/s"));
    QCOMPARE(rateWords(1234), QStringLiteral("1.2 kbit/s"));
    QCOMPARE(rateWords(999'700), QStringLiteral("1.0 Mbit/s"));
    QCOMPARE(rateWords(48.2e6), QStringLiteral("48 Mbit/s"));
    QCOMPARE(rateWords(2.5e12), QStringLiteral("2500 Gbit/s"));
    QCOMPARE(rateWidth(10), 1.0);
    QCOMPARE(rateWidth(1e6), 4.5);
    QCOMPARE(rateWidth(1e12), 8.0);
    const model::Lab lab = tutorialLab();
    const state::LabState state = busy(2e6, 3e6, 0);
    QCOMPARE(rateOf(*lab.findLink(link("intnet2")), 0, state).bitsPerSecond, 2e6);
    QCOMPARE(rateOf(*lab.findLink(link("intnet2")), 1, state).bitsPerSecond, 3e6);
    state::LabState oneSide = state;
    oneSide.nodes[node("host2")].traffic.clear();
    QCOMPARE(rateOf(*lab.findLink(link("intnet2")), 1, oneSide).bitsPerSecond, 3e6); // What the leaf received.
    QCOMPARE(rateOf(*lab.findLink(link("intnet1")), 0, state).atMs, qint64(0));
}

void CanvasTrafficTest::usageAsALine() {
    CpuTrail trail;
    const QRectF box(0, 0, 60, 10);
    QVERIFY(trail.line(box, kNow).isEmpty());
    trail.note(kNow - 90'000, 0.1);
    trail.note(kNow - 30'000, 1.0);
    trail.note(kNow - 20'000, 1.0); // The same again is no step.
    trail.note(kNow - 10'000, 0.0);
    QCOMPARE(trail.line(box, kNow),
             QPolygonF({QPointF(0, 9), QPointF(30, 9), QPointF(30, 0), QPointF(50, 0), QPointF(50, 10), QPointF(60, 10)}));
    trail.note(kNow + 45'000, 0.5); // What is older than a minute is forgotten, but for what the line begins with.
    const QPolygonF later = trail.line(box, kNow + 45'000);
    QCOMPARE(later.size(), 6);
    QCOMPARE(later.first(), QPointF(0, 0));
    QCOMPARE(later.last(), QPointF(60, 5));
    trail.note(kNow + 50'000, std::nullopt);
    QVERIFY(trail.line(box, kNow + 50'000).isEmpty());
}

void CanvasTrafficTest::usageIsSaidInTheStateLens() {
    ShownCanvas canvas;
    canvas.view.setLens(Lens::State, true);
    state::LabState state = allGreen();
    canvas.apply(state);
    const QString without = QStringLiteral("host2, host, Ready, 1 pod, session to leaf1 Established 4 min 12 s");
    QCOMPARE(canvas.view.accessibleTextOf(node("host2")), without); // Nothing is known: nothing is said.
    const QPoint foot = canvas.view.mapFromScene(canvas.view.sceneRectOf(node("host2")).topLeft() + QPointF(42, 194));
    const auto ofTheLine = [&] { return canvas.count(foot, 8, Role::Edge); };
    const int nothing = ofTheLine();
    state.nodes[node("host2")].usage = {0.12, 34 << 20, 0, 0};
    state::Delta delta;
    delta.usage = {node("host2")};
    canvas.view.apply(snapshotOf(state), delta);
    QCOMPARE(canvas.view.accessibleTextOf(node("host2")), without + QStringLiteral(", CPU 12 %, 34 MB of memory"));
    canvas.now += 60'000; // The line is as long as what is known.
    canvas.view.apply(snapshotOf(state), {});
    QVERIFY2(ofTheLine() > nothing, qPrintable(QString::number(ofTheLine())));
    canvas.view.setLens(Lens::State, false);
    QCOMPARE(canvas.view.accessibleTextOf(node("host2")), QString(without).replace(QStringLiteral("4 min"), QStringLiteral("5 min")));
}

void CanvasTrafficTest::ratesArePaintedInTheirLensAlone() {
    struct PaintCounter final : QObject {
        int paints = 0;
        bool eventFilter(QObject* watched, QEvent* event) override {
            paints += event->type() == QEvent::Paint ? 1 : 0;
            return QObject::eventFilter(watched, event);
        }
    } counter;
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.viewport()->installEventFilter(&counter);
    const auto isPainted = [&](const state::Delta& delta) {
        for (int i = 0; i < 3; ++i) { // The clock's second may pass once.
            QCoreApplication::processEvents();
            counter.paints = 0;
            canvas.view.apply(snapshotOf(allGreen()), delta);
            QCoreApplication::processEvents();
            if (counter.paints == 0) {
                return false;
            }
        }
        return true;
    };
    state::Delta traffic;
    traffic.traffic = {node("leaf1")};
    state::Delta usage;
    usage.usage = {node("leaf1")};
    for (const auto& [lens, delta] : {std::pair(Lens::Traffic, traffic), std::pair(Lens::State, usage)}) {
        canvas.view.setLens(lens, false);
        QVERIFY(!isPainted(delta));
        canvas.view.setLens(lens, true);
        QVERIFY(isPainted(delta));
        canvas.view.setLens(lens, false);
    }
    traffic.links = {link("intnet1")}; // With something else it is.
    QVERIFY(isPainted(traffic));
}

void CanvasTrafficTest::trafficIsDrawnPerDirection() {
    ShownCanvas canvas;
    canvas.view.setLens(Lens::Flows, false);
    canvas.view.setLens(Lens::Traffic, true);
    const auto beside = [&](int side) { return canvas.view.viewPosOf(link("intnet2")) + QPoint(side * 12, -22); };
    canvas.apply(busy(1e9, 0, 0));
    const int thick = canvas.count(beside(-1), 6, Role::Traffic);
    QVERIFY(thick >= 60); // 8 px wide.
    QCOMPARE(canvas.count(beside(1), 3, Role::Traffic), 0);
    state::Delta delta;
    delta.traffic = {node("leaf1"), node("host2")};
    canvas.view.apply(snapshotOf(busy(1e5, 1e7, 0)), delta);
    const int thin = canvas.count(beside(-1), 6, Role::Traffic);
    const int other = canvas.count(beside(1), 6, Role::Traffic);
    QVERIFY2(thin > 0 && thin < other && other < thick, qPrintable(QStringLiteral("%1 %2 %3").arg(thin).arg(other).arg(thick)));
}

void CanvasTrafficTest::oldTrafficFades() {
    ShownCanvas canvas;
    canvas.view.setLens(Lens::Flows, false);
    canvas.view.setLens(Lens::Traffic, true);
    canvas.apply(busy(1e9, 0, 0, 9000));
    QCOMPARE(canvas.count(canvas.view.viewPosOf(link("intnet2")) + QPoint(-12, -22), 6, Role::Traffic), 0);
}

void CanvasTrafficTest::dropsAreATriangleForAMinute() {
    const model::Endpoint port{node("host2"), QStringLiteral("eth1")};
    const state::LabState state = busy(1e6, 1e6, 12);
    QCOMPARE(dropsAt(port, state, kNow), std::uint64_t(12));
    QCOMPARE(dropsAt(port, state, kNow + 60'000), std::uint64_t(0));
    ShownCanvas canvas;
    canvas.view.setLens(Lens::Traffic, true);
    const QPoint at = canvas.view.portPos(port) + QPoint(45, -20);
    canvas.apply(busy(1e6, 1e6, 0));
    QCOMPARE(canvas.count(at, 24, Role::WarnTint), 0);
    canvas.apply(state);
    QVERIFY(canvas.count(at, 24, Role::WarnTint) > 50);
}

QTEST_MAIN(CanvasTrafficTest)
#include "tst_canvas_traffic.moc"
