// SPDX-License-Identifier: GPL-3.0-or-later
// From states to glyphs, lines and words; and where nodes are placed. Pure functions.
#include "canvas_states.h"

#include <ui/canvas/layout.h>
#include <ui/canvas/looks.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::canvas_states;
using podleaf::fakes::link;
using podleaf::fakes::node;
using podleaf::fakes::tutorialLab;

Q_DECLARE_METATYPE(podleaf::state::BgpState)

namespace {

CableLook cableLook(const state::LabState& state, const char* name) {
    const model::Lab lab = tutorialLab();
    return lookOf(*lab.findLink(link(name)), state);
}

NodeLook nodeLook(const state::LabState& state, const char* name) {
    const model::Lab lab = tutorialLab();
    return lookOf(LabFacts(lab), *lab.findNode(node(name)), state);
}

} // namespace

class CanvasLooksTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void durations();
    void sessionStates_data();
    void sessionStates();
    void shutByUser();
    void idleAfterAnError();
    void deadDaemonIsNamed();
    void cutCable();
    void shutPort();
    void noSessionYet();
    void silentSource();
    void nodePhases();
    void hostCard();
    void hostOfAPodThatIsNotReady();
    void bridgeWords();
    void leafFacts();
    void layoutIsLayered();
    void layoutOfTwoLeaves();
};

void CanvasLooksTest::durations() {
    QCOMPARE(durationText(0), QStringLiteral("0 s"));
    QCOMPARE(durationText(-5), QStringLiteral("0 s"));
    QCOMPARE(durationText(12'999), QStringLiteral("12 s"));
    QCOMPARE(durationText(252'000), QStringLiteral("4 min 12 s"));
    QCOMPARE(durationText(3'780'000), QStringLiteral("1 h 3 min"));
    QCOMPARE(durationText(2LL * 86'400'000 + 4 * 3'600'000), QStringLiteral("2 d 4 h"));
}

void CanvasLooksTest::sessionStates_data() {
    using state::BgpState;
    QTest::addColumn<state::BgpState>("bgp");
    QTest::addColumn<int>("glyph");
    QTest::addColumn<int>("line");
    QTest::addColumn<QList<double>>("dash");
    QTest::addColumn<QString>("words");
    QTest::newRow("Established") << BgpState::Established << int(Glyph::Ok) << int(Role::Ok) << QList<double>{}
                                 << QStringLiteral("Established 4 min 12 s");
    QTest::newRow("OpenSent") << BgpState::OpenSent << int(Glyph::Wait) << int(Role::Wait) << QList<double>{10, 4}
                              << QStringLiteral("OpenSent…");
    QTest::newRow("OpenConfirm") << BgpState::OpenConfirm << int(Glyph::Wait) << int(Role::Wait) << QList<double>{10, 4}
                                 << QStringLiteral("OpenConfirm…");
    QTest::newRow("Connect") << BgpState::Connect << int(Glyph::Connect) << int(Role::Wait) << QList<double>{4, 4}
                             << QStringLiteral("Connect, try 2");
    QTest::newRow("Active") << BgpState::Active << int(Glyph::Warn) << int(Role::WarnFill) << QList<double>{4, 4}
                            << QStringLiteral("Active, no answer for 4 min 12 s");
    QTest::newRow("Idle") << BgpState::Idle << int(Glyph::Idle) << int(Role::Off) << QList<double>{1.5, 4.5} << QStringLiteral("Idle");
}

void CanvasLooksTest::sessionStates() {
    QFETCH(state::BgpState, bgp);
    state::LabState state = allGreen();
    state::SessionState& host = session(state, "host2", "172.16.0.5");
    host.state = bgp;
    host.connectTries = 2;
    const CableLook look = cableLook(state, "intnet2");
    const HalfLook& half = look.halves[1];
    QTEST(int(half.glyph), "glyph");
    QTEST(int(half.line), "line");
    QTEST(QList<double>(half.dash.begin(), half.dash.end()), "dash");
    QTEST(wordsAt(half, kNow), "words");
    QCOMPARE(half.width, 3.0);
    QVERIFY(look.halves[0].glyph == Glyph::Ok); // The other side keeps its own view.
    QCOMPARE(look.agree(), bgp == state::BgpState::Established);
}

void CanvasLooksTest::shutByUser() {
    state::LabState state = allGreen();
    session(state, "host2", "172.16.0.5").state = state::BgpState::Idle;
    session(state, "host2", "172.16.0.5").adminShut = true;
    const HalfLook half = cableLook(state, "intnet2").halves[1];
    QVERIFY(half.glyph == Glyph::Shut);
    QCOMPARE(half.words, QStringLiteral("Shut by user"));
}

void CanvasLooksTest::idleAfterAnError() {
    const HalfLook half = cableLook(cut(), "intnet2").halves[1];
    QVERIFY(half.glyph == Glyph::Bad);
    QVERIFY(half.line == Role::Bad);
    QCOMPARE(half.words, QStringLiteral("Hold timer expired"));
    QCOMPARE(half.full, QStringLiteral("intnet2 is cut."));
}

void CanvasLooksTest::deadDaemonIsNamed() {
    const CableLook look = cableLook(bgpdDead(), "intnet2");
    QVERIFY(look.halves[1].glyph == Glyph::Bad);
    QCOMPARE(look.halves[1].words, QStringLiteral("bgpd is not running"));
    QVERIFY(look.halves[0].glyph == Glyph::Warn); // leaf1 only knows that nobody answers.
    const NodeLook host = nodeLook(bgpdDead(), "host2");
    QVERIFY(host.failed);
    QCOMPARE(host.services.at(0).word, QStringLiteral("bgpd"));
    QVERIFY(host.services.at(0).glyph == Glyph::Bad);
}

void CanvasLooksTest::cutCable() {
    const CableLook look = cableLook(cut(), "intnet2");
    QVERIFY(look.cut);
    QVERIFY(look.carrierLost);
    QVERIFY(look.ports[0] == PortLook::NoCarrier && look.ports[1] == PortLook::NoCarrier);
    QVERIFY(!cableLook(cut(), "intnet1").carrierLost);
}

void CanvasLooksTest::shutPort() {
    state::LabState state = allGreen();
    state.nodes[node("leaf1")].interfaces[QStringLiteral("swp2")].adminUp = false;
    state.nodes[node("host2")].interfaces[QStringLiteral("eth1")].carrier = false;
    const CableLook look = cableLook(state, "intnet2");
    QVERIFY(look.ports[0] == PortLook::Shut);
    QVERIFY(look.ports[1] == PortLook::NoCarrier);
    QVERIFY(!look.cut);
}

void CanvasLooksTest::noSessionYet() {
    const HalfLook half = cableLook(halfUp(), "intnet3").halves[1];
    QVERIFY(half.glyph == Glyph::None);
    QVERIFY(half.line == Role::Edge);
    QCOMPARE(half.width, 1.5);
    QVERIFY(half.words.isEmpty());
    QVERIFY(cableLook(planned(), "intnet1").ports[0] == PortLook::Unknown);
}

void CanvasLooksTest::silentSource() {
    state::LabState state = allGreen();
    state.nodes[node("host2")].bmpLastSeenMs = kNow - 12'000;
    QVERIFY(!isSilent(cableLook(state, "intnet2").halves[1], kNow)); // Quiet, but its source lives.
    state.nodes[node("host2")].bmpConnected = false;
    const HalfLook half = cableLook(state, "intnet2").halves[1];
    QVERIFY(isSilent(half, kNow));
    QCOMPARE(wordsAt(half, kNow), QStringLiteral("seen 12 s ago"));
    QVERIFY(!isSilent(half, kNow - 8000));
}

void CanvasLooksTest::nodePhases() {
    QVERIFY(nodeLook(planned(), "host1").planned);
    QCOMPARE(nodeLook(planned(), "host1").word, QStringLiteral("Planned"));
    QCOMPARE(nodeLook(allGreen(), "host1").word, QStringLiteral("Ready"));
    QCOMPARE(nodeLook(allGreen(), "leaf1").word, QStringLiteral("Running"));
    QCOMPARE(nodeLook(halfUp(), "host3").word, QStringLiteral("DHCP"));
    QCOMPARE(nodeLook(halfUp(), "host3").reason, QStringLiteral("host3 has no DHCP lease on eth1."));
    QVERIFY(nodeLook(halfUp(), "host3").glyph == Glyph::Wait);
    state::LabState down = allGreen();
    down.running = false; // What was seen before the lab went down does not count.
    QVERIFY(nodeLook(down, "host1").planned);
}

void CanvasLooksTest::hostCard() {
    const NodeLook look = nodeLook(allGreen(), "host2");
    QCOMPARE(look.bridge, QStringLiteral("10.20.1.0/24"));
    QCOMPARE(look.footNote, QStringLiteral("2 routes"));
    QCOMPARE(look.pods.size(), std::size_t(1));
    QCOMPARE(look.pods[0].address, QStringLiteral("10.20.1.10"));
    QVERIFY(look.pods[0].glyph == Glyph::Ok);
    QVERIFY(nodeLook(halfUp(), "host3").pods[0].glyph == Glyph::Wait);
}

/// A host is no more ready than its pods are seen to be.
void CanvasLooksTest::hostOfAPodThatIsNotReady() {
    state::LabState state = allGreen();
    state::PodState& pod = state.pods[QStringLiteral("my-nginx-1")];
    pod.ready = false;
    pod.reason = QStringLiteral("nginx on my-nginx-1 ended with exit code 1.");
    const auto seen = [&] { return nodeLook(state, "host2"); };
    QVERIFY(seen().glyph == Glyph::Bad && seen().pods[0].glyph == Glyph::Bad && !seen().failed);
    QCOMPARE(seen().word, QStringLiteral("1 pod not ready"));
    QCOMPARE(seen().reason, pod.reason);
    QCOMPARE(nodeLook(state, "host3").word, QStringLiteral("Ready")); // The other pod's host.
    pod.reason.clear();                                               // It has not come up yet.
    QVERIFY(seen().glyph == Glyph::Wait && seen().reason.isEmpty());
    pod.ready = pod.paused = true;
    QVERIFY(seen().glyph == Glyph::Warn);
    QCOMPARE(seen().reason, QStringLiteral("nginx is paused on my-nginx-1."));
    pod.exists = pod.ready = pod.paused = false; // It is no more.
    QVERIFY(seen().glyph == Glyph::Wait && seen().pods[0].glyph == Glyph::Planned);
    state.nodes[node("host2")].phase = state::NodePhase::Bgp; // What keeps the host itself is told first.
    QCOMPARE(seen().word, QStringLiteral("BGP"));
    state = allGreen();
    QCOMPARE(seen().word, QStringLiteral("Ready"));
    state.pods[QStringLiteral("other")] = {QStringLiteral("other"), node("host2"), {}, true, false, {}};
    QCOMPARE(seen().word, QStringLiteral("Ready")); // The lab has no such pod.
}

void CanvasLooksTest::bridgeWords() {
    QCOMPARE(nodeLook(allGreen(), "host2").bridgeWord, QStringLiteral("in BGP"));
    QCOMPARE(nodeLook(cut(), "host2").bridgeWord, QStringLiteral("not in BGP"));
    state::LabState state = allGreen();
    session(state, "leaf1", "172.16.0.6").received.clear();
    QCOMPARE(nodeLook(state, "host2").bridgeWord, QStringLiteral("filtered"));
    session(state, "leaf1", "172.16.0.6").state = state::BgpState::Active;
    QCOMPARE(nodeLook(state, "host2").bridgeWord, QStringLiteral("not in BGP"));
    // A bridge without a pod has no carrier and so nothing to advertise: nothing was filtered.
    session(state, "leaf1", "172.16.0.2").received.clear();
    QCOMPARE(nodeLook(state, "host1").bridgeWord, QStringLiteral("no pod"));
    QVERIFY(nodeLook(state, "host1").bridgeRole == Role::Muted);
}

void CanvasLooksTest::leafFacts() {
    const auto valueOf = [](const NodeLook& look, const char* caption) {
        for (const FactLook& fact : look.facts) {
            if (fact.caption == QLatin1String(caption)) {
                return fact.value;
            }
        }
        return QString();
    };
    const NodeLook green = nodeLook(allGreen(), "leaf1");
    QCOMPARE(valueOf(green, "Loopback"), QStringLiteral("10.255.0.1/32"));
    QCOMPARE(valueOf(green, "AS"), QStringLiteral("65100"));
    QCOMPARE(valueOf(green, "BGP sessions"), QStringLiteral("3 of 3"));
    QCOMPARE(valueOf(green, "Routes in kernel"), QStringLiteral("2 of 2")); // host1 runs no pod: nothing to expect of it.
    QCOMPARE(valueOf(green, "DHCP leases"), QStringLiteral("3 of 3"));
    QCOMPARE(valueOf(nodeLook(halfUp(), "leaf1"), "BGP sessions"), QStringLiteral("1 of 3"));
    QCOMPARE(valueOf(nodeLook(halfUp(), "leaf1"), "DHCP leases"), QStringLiteral("2 of 3"));
}

void CanvasLooksTest::layoutIsLayered() {
    const Layout layout = layoutOf(tutorialLab());
    QCOMPARE(layout.nodes.size(), std::size_t(4));
    const QRectF leaf = layout.find(node("leaf1"))->card;
    QCOMPARE(leaf, QRectF(0, 0, 848, 80)); // The design's measures.
    QCOMPARE(layout.find(node("host2"))->card, QRectF(296, 204, 256, 204));
    for (const CablePlace& cable : layout.cables) {
        QVERIFY(cable.isVertical());
        QCOMPARE(cable.ports[0].y(), leaf.bottom());
        QCOMPARE(cable.ports[0].x(), cable.ports[1].x());
    }
    QVERIFY(layoutOf({}).bounds.isEmpty());
}

void CanvasLooksTest::layoutOfTwoLeaves() {
    model::Lab lab = tutorialLab();
    lab.nodes.push_back({node("leaf2"), model::NodeKind::Leaf, 65101, {}, {}});
    lab.nodes.push_back({node("host4"), model::NodeKind::Host, 65104, {}, {}});
    lab.nodes.push_back({node("lonely"), model::NodeKind::Host, 65105, {}, {}});
    lab.links.push_back(
        {link("a"), {model::Endpoint{node("leaf2"), QStringLiteral("swp1")}, {node("host4"), QStringLiteral("eth1")}}, {}, {}});
    lab.links.push_back(
        {link("b"), {model::Endpoint{node("leaf2"), QStringLiteral("swp2")}, {node("host1"), QStringLiteral("eth2")}}, {}, {}});
    lab.links.push_back(
        {link("c"), {model::Endpoint{node("leaf1"), QStringLiteral("swp9")}, {node("leaf2"), QStringLiteral("swp9")}}, {}, {}});
    const Layout layout = layoutOf(lab);
    for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
        for (std::size_t j = i + 1; j < layout.nodes.size(); ++j) {
            QVERIFY(!layout.nodes[i].card.intersects(layout.nodes[j].card));
        }
    }
    QCOMPARE(layout.find(node("leaf2"))->card.top(), layout.find(node("leaf1"))->card.top());
    QVERIFY(layout.find(link("b"))->ports[1] != layout.find(link("intnet1"))->ports[1]); // Two ports, two places.
    QVERIFY(!layout.find(link("c"))->isVertical());
}

QTEST_GUILESS_MAIN(CanvasLooksTest)
#include "tst_canvas_looks.moc"
