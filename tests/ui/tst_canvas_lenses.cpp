// SPDX-License-Identifier: GPL-3.0-or-later
// The lenses: what each says of a state, and what it draws. Routes and traffic by their pure parts first, then by pixels.
#include "canvas_view.h"

#include <core/labfile/labfile.h>
#include <tests/fakes/two_leaf_lab.h>
#include <ui/canvas/flow_path.h>
#include <ui/canvas/layout.h>
#include <ui/canvas/looks.h>
#include <ui/canvas/route_looks.h>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::address;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::prefix;
using podleaf::fakes::tutorialLab;

namespace {

const Ipv4Prefix kPods2 = prefix("10.20.1.0/24"); // host2's.

/// The tutorial as its collectors would see it, with routes as the kernels have them.
fakes::ObservedLab greenLab() {
    fakes::ObservedLab lab;
    lab.feed(fakes::greenTutorial(lab.lab));
    return lab;
}

RoutePicture pictureOf(const fakes::ObservedLab& lab, const Ipv4Prefix& to = kPods2) {
    return routesTo(lab.lab, intent::intentOf(lab.lab), lab.state, to);
}

QString textOf(const RoutePicture& picture, const model::Lab& lab) {
    QStringList lines;
    for (const RouteHop& hop : picture.hops) {
        const model::Link* cable = lab.findLink(hop.link);
        const QString use = hop.use == RouteUse::Best       ? QStringLiteral("best")
                            : hop.use == RouteUse::Fallback ? QStringLiteral("fallback")
                                                            : QStringLiteral("alternative");
        lines += cable->ends[hop.from].node.name + QStringLiteral(" to ") + cable->ends[1 - hop.from].node.name + QLatin1Char(' ') + use +
                 (hop.broken ? QStringLiteral(" broken") : QString());
    }
    for (const auto& [id, mark] : picture.marks) {
        lines += id.name + QStringLiteral(": ") + mark.words;
    }
    lines.sort();
    return lines.join(QStringLiteral("; "));
}

/// The lab of two spines with the routes that it intends, in every kernel.
fakes::ObservedLab greenFabric() {
    fakes::ObservedLab lab;
    lab.lab = *labfile::load(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/leaf-spine/lab.yaml"))->parsed.lab;
    lab.state = state::initialState(lab.lab, fakes::seedsOf(lab.lab));
    for (const model::Node& each : lab.lab.nodes) {
        lab.feed({state::NodeSeen{each.id, true}});
    }
    for (const intent::ExpectedRoute& route : intent::intentOf(lab.lab).routes) {
        state::RouteSeen seen{route.node, route.prefix, QStringLiteral("bgp"), {}, 20, true};
        for (const Ipv4Address hop : route.nextHops) {
            for (const model::Link* cable : lab.lab.linksOf(route.node)) {
                const auto end = static_cast<std::size_t>(model::endAt(*cable, route.node));
                if (cable->addresses[1 - end] == hop) {
                    seen.nextHops.edit().push_back({hop, cable->ends[end].port});
                }
            }
        }
        lab.feed({seen});
    }
    return lab;
}

model::Pod podOf(const model::Lab& lab, const char* name) {
    const auto pods = lab.pods();
    return *std::ranges::find(pods, QString::fromLatin1(name), &model::Pod::name);
}

/// The nodes that it leads to.
QString textOf(const FlowPath& path, const model::Lab& lab) {
    QStringList nodes;
    for (const FlowStep& step : path.steps) {
        nodes += farNodeOf(lab, step).name;
    }
    return nodes.join(QLatin1Char(' ')) + (path.arrives ? QStringLiteral(", arrives") : QString());
}

} // namespace

class CanvasLensesTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void routesAllLeadToTheOwner();
    void routeWithoutKernelFallsBack();
    void routeThatIsNowhereStops();
    void routeOverACutCableIsBroken();
    void routeElsewhereIsNotAsIntended();
    void equalPathsAndAlternatives();
    void addressIsTheLongestMatch();
    void flowsGoTheKernelsWay();
    void flowsAreDrawnOverSeveralSwitches();
    void lensDrawsArrowsForWhatIsSelected();
    void lensTurnedOnShowsWhatIsSelected();
    void missingRouteIsMarkedOnTheCard();
    void stateLensShowsBootAndLease();
    void spinesDoNotWaitForDhcp();
    void bgpLensCountsPrefixes();
    void scissorsAndPills();
};

void CanvasLensesTest::routesAllLeadToTheOwner() {
    fakes::ObservedLab lab = greenLab();
    for (const model::Link& each : lab.lab.links) { // leaf1 announces its loopback, too.
        lab.feed({state::BgpRouteSeen{each.ends[1].node, each.addresses[0], prefix("10.255.0.1/32"), true, each.addresses[0], {65100}}});
    }
    QCOMPARE(textOf(pictureOf(lab), lab.lab),
             QStringLiteral("host1 to leaf1 best; host2: owner; host3 to leaf1 best; leaf1 to host2 best"));
    QCOMPARE(textOf(pictureOf(lab, prefix("10.255.0.1/32")), lab.lab),
             QStringLiteral("host1 to leaf1 best; host2 to leaf1 best; host3 to leaf1 best; leaf1: owner"));
}

void CanvasLensesTest::routeWithoutKernelFallsBack() {
    fakes::ObservedLab lab = greenLab();
    lab.feed({state::RouteSeen{node("host1"), kPods2, {}, {}, 20, false}}); // The RIB has it still.
    const RoutePicture picture = pictureOf(lab);
    QCOMPARE(textOf(picture, lab.lab),
             QStringLiteral("host1 to leaf1 fallback; host1: not in the kernel; host2: owner; host3 to leaf1 best; "
                            "leaf1 to host2 best"));
    QCOMPARE(picture.marks.at(node("host1")).full,
             QStringLiteral("host1 hears 10.20.1.0/24, but it is not in the kernel; packets go by 0.0.0.0/0."));
    QVERIFY(picture.marks.at(node("host1")).glyph == Glyph::Warn);
}

void CanvasLensesTest::routeThatIsNowhereStops() {
    fakes::ObservedLab lab = greenLab();
    lab.feed(fakes::bgpdKilled(lab.lab, node("host2")));
    const RoutePicture picture = pictureOf(lab);
    QVERIFY(picture.marks.at(node("leaf1")).glyph == Glyph::Bad);
    QCOMPARE(picture.marks.at(node("leaf1")).full, QStringLiteral("leaf1 has no route to 10.20.1.0/24: packets stop here."));
    QCOMPARE(picture.marks.at(node("host3")).words, QStringLiteral("missing"));
}

void CanvasLensesTest::routeOverACutCableIsBroken() {
    fakes::ObservedLab lab = greenLab();
    lab.feed({state::LinkAdminSeen{link("intnet2"), false}});
    QVERIFY(textOf(pictureOf(lab), lab.lab).contains(QStringLiteral("leaf1 to host2 best broken")));
    lab.feed({state::LinkAdminSeen{link("intnet2"), true}, state::LinkAdminSeen{link("intnet1"), true, {{{}, {.drop = true}}}}});
    const QString one = textOf(pictureOf(lab), lab.lab); // Only what host1 sends is dropped.
    QVERIFY(one.contains(QStringLiteral("host1 to leaf1 best broken")));
    QVERIFY(!one.contains(QStringLiteral("host2 best broken")));
}

void CanvasLensesTest::routeElsewhereIsNotAsIntended() {
    fakes::ObservedLab lab = greenLab();
    lab.feed({fakes::bgpRoute(node("leaf1"), kPods2, address("172.16.0.2"), QStringLiteral("swp1"))});
    const RoutePicture picture = pictureOf(lab);
    QCOMPARE(picture.marks.at(node("leaf1")).words, QStringLiteral("other next hop"));
    QVERIFY(textOf(picture, lab.lab).contains(QStringLiteral("leaf1 to host1 best")));
    QVERIFY(textOf(picture, lab.lab).contains(QStringLiteral("leaf1 to host2 alternative"))); // What the RIB says.
}

void CanvasLensesTest::equalPathsAndAlternatives() {
    const model::Lab lab = fakes::twoLeafLab();
    fakes::ObservedLab observed{.lab = lab, .state = state::initialState(lab, fakes::seedsOf(lab)), .delta = {}};
    observed.feed(fakes::intendedKernels(lab));
    const QString both = textOf(pictureOf(observed), lab);
    QVERIFY2(both.contains(QStringLiteral("host1 to leaf1 best")) && both.contains(QStringLiteral("host1 to leaf2 best")),
             qPrintable(both));
}

void CanvasLensesTest::addressIsTheLongestMatch() {
    const fakes::ObservedLab lab = greenLab();
    QCOMPARE(textOf(pictureOf(lab, prefix("10.20.1.10/32")), lab.lab),
             QStringLiteral("host1 to leaf1 best; host2: owner; host3 to leaf1 best; leaf1 to host2 best"));
    const RoutePicture nowhere = pictureOf(lab, prefix("192.0.2.1/32"));
    QCOMPARE(nowhere.marks.at(node("leaf1")).words, QStringLiteral("no route"));
    QVERIFY(textOf(nowhere, lab.lab).contains(QStringLiteral("host1 to leaf1 fallback")));
}

void CanvasLensesTest::flowsGoTheKernelsWay() {
    fakes::ObservedLab lab = greenFabric();
    const Ipv4Address pod = podOf(lab.lab, "web-2").address;
    const auto way = [&](const state::LabState* state, FlowEnd end = FlowEnd::Arrived) {
        return textOf(flowPath(lab.lab, state, node("host1-1"), node("host2-1"), pod, end), lab.lab);
    };
    QCOMPARE(way(&lab.state), QStringLiteral("leaf1 spine1 leaf2 host2-1, arrives"));
    lab.feed({state::RouteSeen{node("spine1"), *lab.lab.findNode(node("host2-1"))->podCidr, {}, {}, 20, false}});
    QCOMPARE(way(&lab.state, FlowEnd::Stopped), QStringLiteral("leaf1 spine1")); // It has no way on.
    QCOMPARE(way(&lab.state), QStringLiteral("leaf1 spine2 leaf2 host2-1, arrives"));
    QCOMPARE(way(nullptr), QString());
    QCOMPARE(textOf(flowPath(lab.lab, nullptr, node("host1-1"), node("host1-2"), {}), lab.lab), QStringLiteral("leaf1 host1-2, arrives"));
}

void CanvasLensesTest::flowsAreDrawnOverSeveralSwitches() {
    const fakes::ObservedLab lab = greenFabric();
    const FlowPath path = flowPath(lab.lab, &lab.state, node("host1-1"), node("host2-1"), podOf(lab.lab, "web-2").address);
    QCOMPARE(path.steps.size(), std::size_t(4));
    for (const double zoom : {100.0, 30.0}) { // With lanes, and along the cables.
        ShownCanvas canvas(lab.lab, Theme::light(), {1700, 900});
        canvas.apply(lab.state);
        canvas.view.actualSize();
        while (canvas.view.zoomPercent() > zoom) {
            canvas.view.zoomOut();
        }
        for (const bool ok : {true, false}) {
            canvas.view.centreOn(node("leaf1"));
            canvas.view.clearTestResults();
            // Allowed it is there between leaf1 and spine1, too. Nobody has said that a cable works: denied it ends at the first.
            const QPoint middle = canvas.view.viewPosOf(path.steps[ok ? 1 : 0].link);
            const Role role = ok ? Role::Ok : Role::Bad;
            const int before = canvas.count(middle, 40, role);
            verify::LegResult leg;
            leg.from = QStringLiteral("host1-1");
            leg.to = QStringLiteral("web-2");
            leg.ok = ok;
            const QRect leaf = canvas.view.viewRectOf(node("leaf1"));
            const QRect head(leaf.left() + 3, leaf.top() + 3, leaf.width() - 6, qRound(measure::kLeafLaneTop) - 6);
            const QImage words = canvas.image().copy(head);
            canvas.view.setTestResult(leg);
            QVERIFY(zoom < 100 || canvas.image().copy(head) == words); // It passes below them.
            QVERIFY2(canvas.count(middle, 40, role) > before, qPrintable(QStringLiteral("%1 %2").arg(zoom).arg(ok)));
        }
    }
}

void CanvasLensesTest::lensDrawsArrowsForWhatIsSelected() {
    ShownCanvas canvas;
    canvas.apply(greenLab().state);
    const auto beside = [&](const char* cable, int side) { return canvas.view.viewPosOf(link(cable)) + QPoint(side * 11, 18); };
    canvas.view.setLens(Lens::Flows, false);
    canvas.view.setLens(Lens::Routes, true);
    QCOMPARE(canvas.count(beside("intnet2", -1), 3, Role::Accent), 0); // No prefix yet.
    canvas.click(canvas.view.viewPosOf(node("host2")));
    QVERIFY(canvas.view.prefix() == kPods2);
    canvas.view.select({});
    // Down to host2 on the right of the way, which is the left of the picture; up from host1 on the right.
    QVERIFY(canvas.count(beside("intnet2", -1), 3, Role::Accent) >= 7);
    QCOMPARE(canvas.count(beside("intnet2", 1), 3, Role::Accent), 0);
    QVERIFY(canvas.count(beside("intnet1", 1), 3, Role::Accent) >= 7);
    canvas.view.setLens(Lens::Routes, false);
    QCOMPARE(canvas.count(beside("intnet2", -1), 3, Role::Accent), 0);
    QVERIFY(canvas.view.routePicture().hops.empty());
}

void CanvasLensesTest::lensTurnedOnShowsWhatIsSelected() {
    ShownCanvas canvas;
    canvas.apply(greenLab().state);
    canvas.click(canvas.view.viewPosOf(node("host2")));
    QVERIFY(canvas.view.routePicture().hops.empty());
    canvas.view.setLens(Lens::Routes, true);
    QVERIFY(canvas.view.prefix() == kPods2);
    QVERIFY(!canvas.view.routePicture().hops.empty());
    canvas.view.setPrefix(prefix("10.20.2.0/24")); // Of a row of the table.
    canvas.click(canvas.view.viewPosOf(node("host2")));
    QVERIFY(canvas.view.prefix() == kPods2);
    model::Lab moved = canvas.lab; // An edit changes nothing of that.
    moved.nodes[1].position = {40, 260};
    canvas.view.changeLab(moved);
    QVERIFY(canvas.view.prefix() == kPods2);
    QVERIFY(!canvas.view.routePicture().hops.empty());
}

void CanvasLensesTest::missingRouteIsMarkedOnTheCard() {
    fakes::ObservedLab lab = greenLab();
    ShownCanvas canvas;
    canvas.view.setLens(Lens::Routes, true);
    canvas.apply(lab.state);
    canvas.view.setPrefix(kPods2);
    const QPoint below = canvas.view.mapFromScene(canvas.view.scenePosOf(node("host1")) + QPointF(20, 204 + 15));
    QCOMPARE(canvas.count(below, 8, Role::WarnTint), 0);
    lab.delta = {};
    lab.feed({state::RouteSeen{node("host1"), kPods2, {}, {}, 20, false}});
    canvas.view.apply(snapshotOf(lab.state), lab.delta); // Only what changed is said: the lens follows.
    QVERIFY(canvas.count(below, 8, Role::WarnTint) > 20);
    QVERIFY2(canvas.view.accessibleTextOf(node("host1")).contains(QStringLiteral("not in the kernel")),
             qPrintable(canvas.view.accessibleTextOf(node("host1"))));
}

void CanvasLensesTest::stateLensShowsBootAndLease() {
    ShownCanvas canvas;
    canvas.apply(halfUp());
    const auto piece = [&](int number) {
        return canvas.view.mapFromScene(canvas.view.scenePosOf(node("host3")) + QPointF(12 + number * 45.0 + 8, 48.5));
    };
    QCOMPARE(canvas.count(piece(0), 2, Role::Ok), 0);
    canvas.view.setLens(Lens::State, true);
    QVERIFY(canvas.count(piece(0), 2, Role::Ok) > 8); // Created and linked; waits for DHCP.
    QVERIFY(canvas.count(piece(1), 2, Role::Ok) > 8);
    QVERIFY(canvas.count(piece(2), 2, Role::Wait) > 8);
    QVERIFY(canvas.count(piece(3), 2, Role::OffTint) > 8);
}

void CanvasLensesTest::spinesDoNotWaitForDhcp() {
    fakes::ObservedLab lab = greenFabric();
    const auto look = [&lab](const char* name, state::NodePhase phase) {
        lab.state.nodes[node(name)].phase = phase;
        const PhaseLook seen = phaseLookOf(LabFacts(lab.lab), *lab.lab.findNode(node(name)), lab.state);
        return QStringLiteral("%1, %2 of %3").arg(seen.word).arg(seen.bootDone).arg(seen.bootPhases);
    };
    using state::NodePhase;
    lab.state.running = true;
    QCOMPARE(look("leaf1", NodePhase::Ports), QStringLiteral("DHCP server, 2 of 4"));
    QCOMPARE(look("leaf1", NodePhase::Bgp), QStringLiteral("BGP, 3 of 4"));
    QCOMPARE(look("spine1", NodePhase::Created), QStringLiteral("Ports, 1 of 3"));
    QCOMPARE(look("spine1", NodePhase::Ports), QStringLiteral("Ports, 1 of 3")); // Without addresses.
    QCOMPARE(look("spine1", NodePhase::Dhcp), QStringLiteral("BGP, 2 of 3"));
    QCOMPARE(look("spine1", NodePhase::Ready), QStringLiteral("Running, 3 of 3"));
    ShownCanvas canvas(lab.lab, Theme::light(), {1700, 900});
    canvas.view.setLens(Lens::State, true);
    lab.state.nodes[node("spine1")].phase = NodePhase::Bgp;
    canvas.apply(lab.state);
    canvas.view.actualSize();
    canvas.view.centreOn(node("spine1"));
    const QRectF card = canvas.view.sceneRectOf(node("spine1"));
    const auto piece = [&](int number) { // A third each.
        return canvas.view.mapFromScene(card.topLeft() + QPointF(12 + (card.width() - 20) / 3 * number + 20, measure::kLeafLaneTop - 1));
    };
    QVERIFY(canvas.count(piece(0), 2, Role::Ok) > 8 && canvas.count(piece(1), 2, Role::Ok) > 8);
}

void CanvasLensesTest::bgpLensCountsPrefixes() {
    const CableLook look = lookOf(*tutorialLab().findLink(link("intnet2")), allGreen());
    QCOMPARE(look.halves[0].received, 1); // leaf1 takes host2's pod network.
    QCOMPARE(look.halves[1].received, 0);
    QCOMPARE(lookOf(*tutorialLab().findLink(link("intnet2")), cut()).halves[0].received, -1);
}

void CanvasLensesTest::scissorsAndPills() {
    state::LabState state = allGreen();
    state.links[link("intnet1")].impairments = {{{.delayMicroseconds = 20'000}, {.delayMicroseconds = 20'000}}};
    state.links[link("intnet2")].impairments[1].drop = true;
    state.links[link("intnet3")].impairments[0].loss = 100;
    const model::Lab lab = tutorialLab();
    QCOMPARE(lookOf(*lab.findLink(link("intnet1")), state).impairment, QStringLiteral("20 ms"));
    QVERIFY(lookOf(*lab.findLink(link("intnet2")), state).drops);
    QCOMPARE(lookOf(*lab.findLink(link("intnet3")), state).impairment, QStringLiteral("leaf1: 1 %"));
    ShownCanvas canvas;
    canvas.apply(allGreen());
    QCOMPARE(canvas.count(canvas.view.viewPosOf(link("intnet2")), 13, Role::Warn), 0);
    canvas.apply(state);
    QVERIFY(canvas.count(canvas.view.viewPosOf(link("intnet2")), 13, Role::Warn) > 5);
    QVERIFY(canvas.count(canvas.view.viewPosOf(link("intnet1")), 9, Role::Card) > 40);
}

QTEST_MAIN(CanvasLensesTest)
#include "tst_canvas_lenses.moc"
