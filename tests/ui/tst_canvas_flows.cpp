// SPDX-License-Identifier: GPL-3.0-or-later
// Legs of a test on the canvas: each ends where it ended, whatever the others to that host did, at every level of detail;
// equal ways are all drawn; and where kernels have no route nothing is guessed.
#include "canvas_view.h"
#include "painted_words.h"

#include <tests/fakes/two_leaf_lab.h>
#include <ui/canvas/flow_path.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;

namespace {

verify::LegResult leg(const char* from, const char* to, bool ok) {
    verify::LegResult out;
    out.from = QString::fromLatin1(from);
    out.to = QString::fromLatin1(to);
    out.ok = ok;
    return out;
}

/// The tutorial with both pods on host2.
model::Lab twoPodsOnHost2() {
    model::Lab lab = fakes::tutorialLab();
    lab.workloads.front().pods[1] = {QStringLiteral("my-nginx-2"), node("host2"), fakes::address("10.20.1.11")};
    return lab;
}

void zoomTo(ShownCanvas& canvas, Detail detail) {
    while (canvas.view.detail() != detail) {
        canvas.view.zoomOut();
    }
}

/// Right of the way from one end of a cable to the other, as many pixels of the screen away from the port it comes to.
QPoint beforePort(const ShownCanvas& canvas, const model::Endpoint& from, const model::Endpoint& to, double before, double beside) {
    const QLineF line(canvas.view.portPos(from), canvas.view.portPos(to));
    const QPointF along = (line.p2() - line.p1()) / line.length();
    return (line.p2() - along * before + QPointF(-along.y(), along.x()) * beside).toPoint();
}

const model::Endpoint kSwp1{node("leaf1"), QStringLiteral("swp1")};
const model::Endpoint kSwp2{node("leaf1"), QStringLiteral("swp2")};
const model::Endpoint kHost1{node("host1"), QStringLiteral("eth1")};
const model::Endpoint kHost2{node("host2"), QStringLiteral("eth1")};
constexpr int kOctagonPixels = 40; ///< At least; of a line in a box around it there are less.

/// Withdraws every route to a prefix from a node.
fakes::ObservedLab without(const char* name, const model::Lab& lab, const fakes::Sequence& seen, const Ipv4Prefix& prefix) {
    fakes::ObservedLab observed{.lab = lab, .state = state::initialState(lab, fakes::seedsOf(lab)), .delta = {}};
    observed.feed(seen);
    observed.feed({state::RouteSeen{node(name), prefix, {}, {}, 20, false}});
    return observed;
}

QString textOf(const std::vector<FlowStep>& steps, const model::Lab& lab) {
    QStringList nodes;
    for (const FlowStep& step : steps) {
        nodes += lab.findLink(step.link)->ends[step.from].node.name + QLatin1Char('>') + farNodeOf(lab, step).name;
    }
    return nodes.join(QLatin1Char(' '));
}

/// All is well, but that leaf1 has no route to the pods of host2.
state::LabState leafWithoutRoute() {
    state::LabState state = allGreen();
    auto routes = state.nodes[node("leaf1")].routes;
    routes.erase({fakes::prefix("10.20.1.0/24"), 20});
    state.nodes[node("leaf1")].routes = routes;
    return state;
}

} // namespace

class CanvasFlowsTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void failedLegEndsInAnOctagon_data();
    void failedLegEndsInAnOctagon();
    void failedLegWithinAHost();
    void allowedAndDeniedShareACable();
    void eachPodHasItsVerdict();
    void legsStayWhenTheLabIsEdited();
    void legsStayAsLongAsChosen();
    void sameLegIsNotDrawnAnew();
    void nothingIsGuessedPastAKernelWithoutARoute();
    void stopsAreDrawnAtTheNodeThatHasNoRoute();
    void deniedGoesBesideAllowed();
    void startOfAFlowIsInTheLane();
    void changedIsSeenFromAfar();
    void equalWaysByEnd();
    void labelsSayWhitherAndWhen();
    void equalWaysAreThin_data();
    void equalWaysAreThin();
};

void CanvasFlowsTest::failedLegEndsInAnOctagon_data() {
    QTest::addColumn<int>("detail");
    QTest::addRow("small") << int(Detail::Small);
    QTest::addRow("dot") << int(Detail::Dot);
}

/// Every cable works: the pod is dead.
void CanvasFlowsTest::failedLegEndsInAnOctagon() {
    QFETCH(int, detail);
    ShownCanvas canvas;
    canvas.apply(allGreen());
    zoomTo(canvas, static_cast<Detail>(detail));
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    const QPoint up = beforePort(canvas, kHost1, kSwp1, 0, 7);
    const QPoint end = beforePort(canvas, kSwp2, kHost2, 9, 7);
    QVERIFY(canvas.count(up, 8, Role::Bad) > 0);
    QVERIFY(canvas.count(up, 8, Role::Bad) < kOctagonPixels); // It goes on.
    QVERIFY2(canvas.count(end, 6, Role::Bad) >= kOctagonPixels, qPrintable(QString::number(canvas.count(end, 6, Role::Bad))));
    canvas.apply(cut()); // Now that cable is broken: it ends there.
    QVERIFY(canvas.count(beforePort(canvas, kSwp2, kHost2, QLineF(canvas.view.portPos(kSwp2), canvas.view.portPos(kHost2)).length() / 2, 7),
                         6, Role::Bad) >= kOctagonPixels);
}

void CanvasFlowsTest::failedLegWithinAHost() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    zoomTo(canvas, Detail::Small);
    const QRect card = canvas.view.viewRectOf(node("host2"));
    const QPoint edge(card.right(), card.center().y());
    QCOMPARE(canvas.count(edge, 6, Role::Bad), 0);
    canvas.view.setTestResult(leg("host2", "my-nginx-1", false));
    QVERIFY(canvas.count(edge, 6, Role::Bad) >= kOctagonPixels);
}

void CanvasFlowsTest::allowedAndDeniedShareACable() {
    ShownCanvas canvas(twoPodsOnHost2());
    canvas.apply(allGreen());
    zoomTo(canvas, Detail::Small);
    const QPoint green = beforePort(canvas, kSwp2, kHost2, 20, 7);
    const QPoint red = beforePort(canvas, kSwp2, kHost2, 9, 14);
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    QVERIFY(canvas.count(green, 2, Role::Ok) >= 5);
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    QVERIFY(canvas.count(green, 2, Role::Ok) >= 5);
    QVERIFY(canvas.count(red, 6, Role::Bad) >= kOctagonPixels);
}

void CanvasFlowsTest::eachPodHasItsVerdict() {
    ShownCanvas canvas(twoPodsOnHost2());
    canvas.apply(allGreen());
    QCOMPARE(int(canvas.view.detail()), int(Detail::Full));
    const auto beside = [&](const char* pod) {
        const QRect chip = canvas.view.viewRectOf(PodRef{QString::fromLatin1(pod)});
        return QPoint(chip.right() + 6, chip.center().y());
    };
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    canvas.view.setTestResult(leg("host3", "my-nginx-1", false));
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    canvas.view.setTestResult(leg("host3", "my-nginx-2", true));
    QVERIFY(canvas.count(beside("my-nginx-1"), 10, Role::Bad) >= kOctagonPixels);
    QCOMPARE(canvas.count(beside("my-nginx-2"), 10, Role::Bad), 0);
    QVERIFY(canvas.count(beside("my-nginx-2"), 10, Role::Ok) > 20);
}

void CanvasFlowsTest::legsStayWhenTheLabIsEdited() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    const FlowRef flow{QStringLiteral("host1"), QStringLiteral("my-nginx-1")};
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    canvas.view.select(flow);
    model::Lab edited = canvas.lab;
    edited.nodes[3].position = {640, 260};
    edited.workloads.front().pods.pop_back();
    canvas.view.changeLab(edited);
    QVERIFY(canvas.view.selection() == Selection(flow));
    QVERIFY(canvas.count(canvas.view.viewPosOf(link("intnet1")) + QPoint(10, 20), 6, Role::Bad) > 0);
}

void CanvasFlowsTest::legsStayAsLongAsChosen() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    const auto seen = [&] {
        return canvas.view.itemsInTabOrder().back() == Selection(FlowRef{QStringLiteral("host1"), QStringLiteral("my-nginx-1")});
    };
    canvas.view.setTestResult(leg("host1", "my-nginx-1", true));
    canvas.now += 11'000;
    canvas.view.setFadeAfter(std::chrono::minutes(5)); // Takes the new time.
    QVERIFY(seen());
    canvas.view.setFadeAfter(std::chrono::seconds(10));
    QVERIFY(!seen());
    canvas.view.setFadeAfter({});
    canvas.now += 3'600'000;
    canvas.view.setFadeAfter({});
    QVERIFY(seen());
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    canvas.now += 200'000;
    canvas.view.setFadeAfter(std::chrono::seconds(30));
    QVERIFY(!seen()); // A failed one is there for a minute.
    canvas.view.setFadeAfter(std::chrono::minutes(5));
    QVERIFY(seen());
}

/// A leg that is asked again and again, with the same end, draws itself once: it is whole at any time.
void CanvasFlowsTest::sameLegIsNotDrawnAnew() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setReducedMotion(false);
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    const QPoint chip = canvas.view.viewPosOf(PodRef{QStringLiteral("my-nginx-2")});
    const QRect box = canvas.view.viewRectOf(PodRef{QStringLiteral("my-nginx-2")});
    const QPoint end(box.right() + 6, chip.y());
    QTRY_VERIFY_WITH_TIMEOUT(canvas.count(end, 10, Role::Ok) > 10, 5000);
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    QVERIFY(canvas.count(end, 10, Role::Ok) > 10);
}

void CanvasFlowsTest::nothingIsGuessedPastAKernelWithoutARoute() {
    const model::Lab lab = fakes::tutorialLab();
    const fakes::ObservedLab seen = without("leaf1", lab, fakes::greenTutorial(lab), fakes::prefix("10.20.1.0/24"));
    const FlowPath path = flowPath(lab, &seen.state, node("host1"), node("host2"), fakes::address("10.20.1.10"), FlowEnd::Stopped);
    QCOMPARE(textOf(path.steps, lab), QStringLiteral("host1>leaf1"));
    QVERIFY(!path.arrives);
    const FlowPath unknown = flowPath(lab, nullptr, node("host1"), node("host2"), fakes::address("10.20.1.10"));
    QCOMPARE(textOf(unknown.steps, lab), QStringLiteral("host1>leaf1 leaf1>host2"));
    QVERIFY(unknown.arrives);
}

void CanvasFlowsTest::stopsAreDrawnAtTheNodeThatHasNoRoute() {
    ShownCanvas canvas;
    canvas.apply(leafWithoutRoute());
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    const auto onTheWayDown = [&] { return canvas.count(canvas.view.viewPosOf(link("intnet2")), 40, Role::Bad); };
    const QPoint lane = canvas.view.portPos(kSwp1) + QPoint(10, -24); // In leaf1.
    QVERIFY2(canvas.count(lane, 12, Role::Bad) >= kOctagonPixels, qPrintable(QString::number(canvas.count(lane, 12, Role::Bad))));
    QCOMPARE(onTheWayDown(), 0);
    zoomTo(canvas, Detail::Small);
    QVERIFY(canvas.count(beforePort(canvas, kHost1, kSwp1, 9, 7), 6, Role::Bad) >= kOctagonPixels);
    QCOMPARE(onTheWayDown(), 0);
}

/// Also where the denied one ends at a switch: neither lies on the other.
void CanvasFlowsTest::deniedGoesBesideAllowed() {
    ShownCanvas canvas;
    canvas.apply(leafWithoutRoute());
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    const QPoint cable = canvas.view.viewPosOf(link("intnet1"));
    QVERIFY(canvas.count(cable + QPoint(10, 20), 3, Role::Ok) >= 7);
    QVERIFY(canvas.count(cable + QPoint(22, 20), 6, Role::Bad) >= 7);
}

/// Of a bundle that begins at a pod and at its host as well: no square lies on the words of the card.
void CanvasFlowsTest::startOfAFlowIsInTheLane() {
    ShownCanvas canvas;
    canvas.apply(leafWithoutRoute());
    canvas.view.setTestResult(leg("host3", "my-nginx-1", false));
    canvas.view.setTestResult(leg("my-nginx-2", "my-nginx-1", false));
    const QRect card = canvas.view.viewRectOf(node("host3"));
    const QPoint lane(card.right() - 28, card.top() + 32); // Its middle.
    QVERIFY(canvas.count(lane + QPoint(10, 0), 3, Role::Bad) > 20);
    QCOMPARE(canvas.count(QPoint(card.right() - 72, card.top() + 32), 12, Role::Bad), 0);
}

void CanvasFlowsTest::changedIsSeenFromAfar() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    zoomTo(canvas, Detail::Small);
    canvas.view.setTestResult(leg("host1", "my-nginx-1", false));
    canvas.view.setTestResult(leg("host1", "my-nginx-1", true));
    QVERIFY(canvas.count(beforePort(canvas, kSwp2, kHost2, 20, 7), 4, Role::WarnFill) >= 5);
}

void CanvasFlowsTest::equalWaysByEnd() {
    const model::Lab lab = fakes::twoLeafLab();
    fakes::ObservedLab seen{.lab = lab, .state = state::initialState(lab, fakes::seedsOf(lab)), .delta = {}};
    seen.feed(fakes::intendedKernels(lab));
    const auto path = [&](FlowEnd end) {
        return flowPath(lab, &seen.state, node("host1"), node("host2"), fakes::address("10.20.1.10"), end);
    };
    QCOMPARE(textOf(path(FlowEnd::Arrived).steps, lab), QStringLiteral("host1>leaf1 leaf1>host2"));
    QCOMPARE(textOf(path(FlowEnd::Arrived).equal, lab), QStringLiteral("host1>leaf2 leaf2>host2"));
    QCOMPARE(textOf(path(FlowEnd::Stopped).steps, lab), QStringLiteral("host1>leaf1 leaf1>host2")); // No way stops.
    seen = without("leaf2", lab, fakes::intendedKernels(lab), fakes::prefix("10.20.1.0/24"));
    QCOMPARE(textOf(path(FlowEnd::Arrived).steps, lab), QStringLiteral("host1>leaf1 leaf1>host2"));
    QCOMPARE(textOf(path(FlowEnd::Stopped).steps, lab), QStringLiteral("host1>leaf2"));
    seen = without("leaf1", lab, fakes::intendedKernels(lab), fakes::prefix("10.20.1.0/24"));
    QCOMPARE(textOf(path(FlowEnd::Arrived).steps, lab), QStringLiteral("host1>leaf2 leaf2>host2"));
    QCOMPARE(textOf(path(FlowEnd::Arrived).equal, lab), QStringLiteral("host1>leaf1"));
}

/// Beside the cable that they leave their host by, where there is room for two; not among the figures of the traffic.
void CanvasFlowsTest::labelsSayWhitherAndWhen() {
    ShownCanvas canvas;
    canvas.apply(allGreen());
    canvas.view.setTestResult(leg("host1", "my-nginx-1", true));
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    const QStringList words = wordsOn(canvas.view);
    QVERIFY2(words.contains(QStringLiteral("to host2")) && words.contains(QStringLiteral("to host3")), qPrintable(words.join(u'|')));
    QCOMPARE(words.count(QStringLiteral("now")), 2);
    canvas.view.setLens(Lens::Traffic, true);
    QVERIFY(!wordsOn(canvas.view).contains(QStringLiteral("to host2")));
    canvas.view.setLens(Lens::Traffic, false);
    zoomTo(canvas, Detail::Small);
    QVERIFY(!wordsOn(canvas.view).contains(QStringLiteral("to host2")));
}

void CanvasFlowsTest::equalWaysAreThin_data() {
    QTest::addColumn<int>("detail");
    QTest::addRow("full") << int(Detail::Full);
    QTest::addRow("small") << int(Detail::Small);
}

void CanvasFlowsTest::equalWaysAreThin() {
    QFETCH(int, detail);
    const model::Lab lab = fakes::twoLeafLab();
    fakes::ObservedLab seen{.lab = lab, .state = state::initialState(lab, fakes::seedsOf(lab)), .delta = {}};
    seen.feed(fakes::intendedKernels(lab));
    ShownCanvas canvas(lab, Theme::light(), {1000, 560});
    canvas.apply(seen.state);
    zoomTo(canvas, static_cast<Detail>(detail));
    const QImage before = canvas.image();
    canvas.view.setTestResult(leg("host1", "my-nginx-2", true));
    const QImage after = canvas.image();
    // Around the middle of a cable: what is green there now and was not.
    const auto drawn = [&](const char* cable, const QRect& around) {
        const QRect box = around.translated(canvas.view.viewPosOf(link(cable)));
        int count = 0;
        for (int y = box.top(); y <= box.bottom(); ++y) {
            for (int x = box.left(); x <= box.right(); ++x) {
                const QColor now = after.pixelColor(x, y);
                count += before.pixelColor(x, y) != now && now.green() > now.red() + 40 ? 1 : 0;
            }
        }
        return count;
    };
    for (const char* cable : {"leaf1-host1", "leaf1-host2", "leaf2-host1", "leaf2-host2"}) {
        QVERIFY2(drawn(cable, {-24, -24, 48, 48}) > 0, cable);
    }
    const QRect above(-30, -12, 60, 5); // No head is there; these two go straight up.
    QVERIFY(drawn("leaf2-host2", above) < drawn("leaf1-host1", above));
}

QTEST_MAIN(CanvasFlowsTest)
#include "tst_canvas_flows.moc"
