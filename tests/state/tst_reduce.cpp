// SPDX-License-Identifier: GPL-3.0-or-later
// reduce(): sequences of observations against the state, the log and the delta they leave.
#include <core/state/state_store.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::state;
using fakes::address;
using fakes::node;
using fakes::ObservedLab;
using fakes::prefix;
using fakes::Sequence;

namespace {

/// One transition on the green lab: what is seen and the sentences it logs.
struct Transition {
    const char* name;
    Sequence before; ///< On top of the green lab; its log is thrown away.
    Sequence seen;
    QStringList log;
};

model::Link intnet2() {
    return fakes::tutorialLink(2);
}

RouteSeen toHost2(const char* via = "172.16.0.6") {
    return fakes::bgpRoute(node("leaf1"), prefix("10.20.1.0/24"), address(via), QStringLiteral("swp2"));
}
RouteSeen gone(RouteSeen route) {
    route.present = false;
    return route;
}
LossSeen loss(std::uint64_t count) {
    return {QStringLiteral("netlink"), count};
}
PodSeen pod(bool ready) {
    return {QStringLiteral("my-nginx-1"), true, ready};
}
ProcessSeen nginx(bool paused) {
    ProcessSeen seen = fakes::process(node("my-nginx-1"), "nginx");
    seen.paused = paused;
    return seen;
}
NetlinkResync resync(const char* name) {
    return {node(name)};
}
SyncedSeen synced(const char* name) {
    return {node(name), QStringLiteral("netlink")};
}

std::vector<Transition> transitions() {
    const PeerDownSeen down{node("leaf1"), address("172.16.0.6"), QStringLiteral("hold timer expired")};
    const PeerUpSeen up{node("leaf1"), address("172.16.0.6"), 4200000002U, fakes::kStartMs + 5};
    const AddressSeen lost{node("host2"), QStringLiteral("eth1"), prefix("172.16.0.6/30"), false};
    const LeaseSeen ended{node("leaf1"), QStringLiteral("swp2"), address("172.16.0.6"), QStringLiteral("02:00:00:00:00:01"), false};
    const TestLegSeen good{QStringLiteral("host1"), QStringLiteral("my-nginx-1"), true, true, 0.8, {}};
    const TestLegSeen bad{QStringLiteral("host1"), QStringLiteral("my-nginx-1"), false, true, 3000, QStringLiteral("timed out")};
    const TestLegSeen wrong{
        QStringLiteral("host1"), QStringLiteral("my-nginx-1"), false, true, 4, QStringLiteral("answered with HTTP status 404"), true};
    const Sequence cut{LinkAdminSeen{intnet2().id, false}};
    return {
        {"session lost", {}, {down}, {QStringLiteral("leaf1: the session to host2 is down: Hold timer expired.")}},
        {"session up again",
         {down},
         {up},
         {QStringLiteral("leaf1: the session to host2 is Established."), QStringLiteral("leaf1 is ready.")}},
        {"the same session told again", {}, {up}, {}},
        {"route gone", {}, {gone(toHost2())}, {QStringLiteral("leaf1: 10.20.1.0/24 via 172.16.0.6 has left the kernel.")}},
        {"route back", {gone(toHost2())}, {toHost2()}, {QStringLiteral("leaf1: 10.20.1.0/24 via 172.16.0.6 is in the kernel.")}},
        {"route replaced", {}, {toHost2("172.16.0.2")}, {QStringLiteral("leaf1: 10.20.1.0/24 via 172.16.0.2 is in the kernel.")}},
        {"route told again", {}, {toHost2()}, {}},
        {"unknown route gone", {gone(toHost2())}, {gone(toHost2())}, {}},
        {"carrier lost", {}, fakes::cable(intnet2(), true, false), {QStringLiteral("intnet2 lost its carrier.")}},
        {"carrier back",
         fakes::cable(intnet2(), true, false),
         fakes::cable(intnet2(), true, true),
         {QStringLiteral("intnet2 has carrier."), QStringLiteral("host2 is ready."), QStringLiteral("leaf1 is ready.")}},
        {"cut", {}, cut, {QStringLiteral("intnet2 was cut.")}},
        {"cut again", cut, cut, {}},
        {"joined", cut, {LinkAdminSeen{intnet2().id, true}}, {QStringLiteral("intnet2 was joined.")}},
        {"address lost", {}, {lost}, {QStringLiteral("host2: eth1 lost the address 172.16.0.6/30.")}},
        {"lease ended", {}, {ended}, {QStringLiteral("leaf1: the lease of 172.16.0.6 has ended.")}},
        {"pod not ready", {}, {pod(false)}, {QStringLiteral("my-nginx-1 on host2 is not ready any more.")}},
        {"pod paused", {}, {nginx(true)}, {QStringLiteral("nginx on my-nginx-1 is paused.")}},
        {"pod goes on", {nginx(true)}, {nginx(false)}, {QStringLiteral("nginx on my-nginx-1 goes on.")}},
        {"pod ready", {pod(false)}, {pod(true)}, {QStringLiteral("my-nginx-1 on host2 is ready.")}},
        {"nginx killed", {}, {fakes::killed(node("my-nginx-1"), "nginx")}, {QStringLiteral("nginx on my-nginx-1 was killed by signal 9.")}},
        {"dnsmasq killed", {}, {fakes::killed(node("leaf1"), "dnsmasq")}, {QStringLiteral("dnsmasq on leaf1 was killed by signal 9.")}},
        {"loss", {}, {loss(3)}, {QStringLiteral("3 messages of netlink were lost.")}},
        {"no loss", {}, {loss(0)}, {}},
        {"leg answered", {}, {good}, {QStringLiteral("host1 to my-nginx-1: answered in 0.8 ms.")}},
        {"leg failed", {}, {bad}, {QStringLiteral("host1 to my-nginx-1: not answered. Timed out.")}},
        {"leg answered otherwise", {}, {wrong}, {QStringLiteral("host1 to my-nginx-1: not as wanted. Answered with HTTP status 404.")}},
        {"strangers",
         {},
         {NodeSeen{node("stranger"), true}, fakes::process(node("stranger"), "bgpd"), LinkAdminSeen{fakes::link("x"), false}},
         {}},
        {"lab gone", {}, {EngineSeen{false}}, {QStringLiteral("The lab tutorial is gone.")}},
    };
}

} // namespace

class TstReduce : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void greenIsReady();
    void transition_data();
    void transition();
    void aRouteThatDiscardsIsBadNews();
    void countersBecomeRates();
    void countersBecomeUsage();
    void stopForgetsEverything();
    void bgpdDeathTakesItsSessionsDown();
    void bgpdDeathIsTheSameInAnyOrder();
    void bgpdRestartClearsTheReason();
    void lateVtyAnswerDoesNotOverruleBmp();
    void vtyRefinesWhatIsDown();
    void vtyAloneCanSayEstablished();
    void forgottenServicesAreMissedByNobody();
    void resyncIsSilentWhenNothingChanged();
    void resyncTellsWhatHasGone();
    void bgpdsLastLogLinesAreTakenIn();
    void peerDownForgetsReceived();
    void unseededSessionIsPlacedByTheLab();
    void nextHopOfAnUnnumberedLinkIsItsOtherEnd();
    void routesThatLeadTheSameWayShareTheirNextHops();
};

void TstReduce::greenIsReady() {
    ObservedLab observed;
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Planned);
    QCOMPARE(observed.session("host2", "172.16.0.5").reason, QStringLiteral("The lab is not running."));
    observed.feed(fakes::greenTutorial(observed.lab));
    for (const auto& [id, each] : observed.state.nodes) {
        QCOMPARE(each.phase, NodePhase::Ready);
        QCOMPARE(each.reason, QString());
    }
    for (const auto& [key, session] : observed.state.sessions) {
        QVERIFY(session.known);
        QCOMPARE(toString(session.state), toString(BgpState::Established));
        QCOMPARE(session.reason, QString());
        QCOMPARE(session.sinceMs, fakes::kStartMs);
    }
    QCOMPARE(observed.session("leaf1", "172.16.0.6").received.size(), 1U);
    for (const auto& [id, link] : observed.state.links) {
        QVERIFY(link.exists && link.carrier && link.adminUp);
    }
    QCOMPARE(observed.state.leases.at(node("leaf1")).size(), 3U);
    QVERIFY(std::ranges::none_of(observed.delta.log, &LogEntry::bad));
    QCOMPARE(std::ranges::count(observed.delta.log, QStringLiteral("host3: the session to leaf1 is Established."), &LogEntry::what), 1);
}

void TstReduce::transition_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Transition& each : transitions()) {
        QTest::newRow(each.name) << index++;
    }
}

void TstReduce::transition() {
    QFETCH(int, index);
    const Transition each = transitions().at(static_cast<std::size_t>(index));
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed(each.before).takeLog();
    observed.feed(each.seen);
    const bool silent = observed.delta.log.empty();
    QCOMPARE(observed.takeLog(), each.log);
    QCOMPARE(silent, each.log.isEmpty());
}

void TstReduce::aRouteThatDiscardsIsBadNews() {
    fakes::ObservedLab lab;
    lab.feed(fakes::greenTutorial(lab.lab)).takeLog();
    RouteSeen route{node("leaf1"), fakes::prefix("10.20.1.10/32"), QStringLiteral("boot"), {}, 0, true};
    route.type = RouteType::Blackhole;
    lab.feed({route});
    const std::vector<LogEntry> log = lab.delta.log;
    QCOMPARE(log.size(), std::size_t(1));
    QCOMPARE(log.front().what, QStringLiteral("leaf1: 10.20.1.10/32 blackhole is in the kernel."));
    QVERIFY(log.front().bad);
}

void TstReduce::countersBecomeRates() {
    fakes::ObservedLab lab;
    lab.feed(fakes::greenTutorial(lab.lab));
    const auto count = [&lab](qint64 laterMs, std::uint64_t rx, std::uint64_t tx, std::uint64_t dropped) {
        lab.nowMs += laterMs - 1;
        lab.feed({TrafficSeen{node("leaf1"), {{QStringLiteral("swp1"), rx, tx, dropped, 0}, {QStringLiteral("stranger"), 1, 1, 0, 0}}}});
        return lab.state.nodes.at(node("leaf1")).traffic.at(QStringLiteral("swp1"));
    };
    lab.takeLog();
    QCOMPARE(count(1000, 5000, 0, 7).rxBitsPerSecond, 0.0); // One reading makes no rate, nor are its drops ours.
    const PortTraffic moving = count(2000, 5000 + 250'000, 1000, 10);
    QCOMPARE(moving.rxBitsPerSecond, 1e6);
    QCOMPARE(moving.txBitsPerSecond, 4000.0);
    QCOMPARE(moving.drops, std::uint64_t(3));
    QCOMPARE(moving.atMs, lab.nowMs);
    const PortTraffic still = count(1000, 5000 + 250'000, 1000, 10);
    QCOMPARE(still.rxBitsPerSecond, 0.0);
    QCOMPARE(still.lastDropMs, lab.nowMs - 1000);
    QCOMPARE(count(1000, 10, 10, 0).rxBitsPerSecond, 0.0); // A new port of that name begins at nothing.
    QVERIFY(lab.delta.traffic.contains(node("leaf1")) && lab.delta.nodes.empty());
    QVERIFY(!lab.state.nodes.at(node("leaf1")).traffic.contains(QStringLiteral("stranger")));
    lab.feed({InterfaceSeen{node("leaf1"), QStringLiteral("swp1"), 2, false, false, false}});
    QVERIFY(lab.state.nodes.at(node("leaf1")).traffic.empty());
    QVERIFY(lab.takeLog().filter(QStringLiteral("traffic")).isEmpty());
}

void TstReduce::countersBecomeUsage() {
    constexpr std::uint64_t kMiB = 1024 * 1024;
    fakes::ObservedLab lab;
    lab.feed({EngineSeen{true}, UsageSeen{node("leaf1"), 5'000'000, 12 * kMiB}});
    QVERIFY(!lab.state.nodes.at(node("leaf1")).usage); // It does not exist.
    lab.feed(fakes::greenTutorial(lab.lab));
    // What is shown after a second in which the leaf used so many µs; whether readers hear of it.
    std::uint64_t counter = 5'000'000;
    const auto use = [&](std::uint64_t cpuMicroseconds, std::uint64_t memoryBytes) {
        lab.takeLog();
        lab.nowMs += 999;
        counter += cpuMicroseconds;
        lab.feed({UsageSeen{node("leaf1"), counter, memoryBytes}});
        return lab.state.nodes.at(node("leaf1")).usage.value();
    };
    const auto isNews = [&lab] { return lab.delta.usage.contains(node("leaf1")); };
    QCOMPARE(use(0, 12 * kMiB).cpu, std::optional<double>());                                        // One look makes no rate …
    QCOMPARE(lab.state.nodes.at(node("leaf1")).usage->memoryBytes, 123 * std::uint64_t{100 * 1024}); // … but tells of the memory.
    QVERIFY(isNews());
    QCOMPARE(use(623'000, 12 * kMiB).cpu, std::optional(0.62));
    QVERIFY(isNews() && lab.delta.nodes.empty() && lab.delta.log.empty());
    QCOMPARE(use(626'000, 12 * kMiB + 60'000).cpu, std::optional(0.62)); // So little is no news.
    QVERIFY(lab.delta.isEmpty());
    QCOMPARE(use(1'900'000, 12 * kMiB).cpu, std::optional(1.9)); // Two cores.
    QCOMPARE(use(0, 40 * kMiB).cpu, std::optional(0.0));
    QCOMPARE(lab.state.nodes.at(node("leaf1")).usage->memoryBytes, 410 * std::uint64_t{100 * 1024});
    counter = 1'000'000;
    QCOMPARE(use(0, 40 * kMiB).cpu, std::optional(0.0)); // A counter that begins anew says nothing,
    QCOMPARE(use(500'000, 40 * kMiB).cpu, std::optional(0.5));
    lab.feed({NodeSeen{node("leaf1"), false}, NodeSeen{node("leaf1"), true}});
    QVERIFY(!lab.state.nodes.at(node("leaf1")).usage); // nor does a node that is gone.
}

void TstReduce::stopForgetsEverything() {
    ObservedLab observed;
    const LabState fresh = observed.state;
    observed.feed(fakes::greenTutorial(observed.lab)).feed({LinkAdminSeen{fakes::link("intnet1"), false}}).takeLog();
    observed.feed({EngineSeen{false}});
    QVERIFY(observed.delta.running);
    QCOMPARE(observed.delta.nodes.size(), 4U);
    QCOMPARE(observed.delta.links.size(), 3U);
    QCOMPARE(observed.delta.sessions.size(), 6U);
    QVERIFY(!observed.state.running);
    QVERIFY(observed.state.nodes == fresh.nodes);
    QVERIFY(observed.state.links == fresh.links);
    QVERIFY(observed.state.pods == fresh.pods);
    QVERIFY(observed.state.leases.empty());
    for (const auto& [key, session] : observed.state.sessions) {
        QVERIFY(!session.known && session.state == BgpState::Idle && session.received.empty());
        QCOMPARE(session.reason, QStringLiteral("The lab is not running."));
    }
}

void TstReduce::bgpdDeathTakesItsSessionsDown() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).takeLog();
    observed.feed(fakes::bgpdKilled(observed.lab, node("host2")));
    const QString reason = QStringLiteral("bgpd is not running on host2 (killed by signal 9).");
    QCOMPARE(toString(observed.session("host2", "172.16.0.5").state), toString(BgpState::Idle));
    QCOMPARE(observed.session("host2", "172.16.0.5").reason, reason);
    QCOMPARE(observed.session("host2", "172.16.0.5").flaps, 1);
    QCOMPARE(toString(observed.session("leaf1", "172.16.0.6").state), toString(BgpState::Active));
    QCOMPARE(observed.session("leaf1", "172.16.0.6").reason, reason);
    QCOMPARE(observed.session("leaf1", "172.16.0.6").flaps, 1);
    const NodeState& host2 = observed.state.nodes.at(node("host2"));
    QCOMPARE(host2.phase, NodePhase::Failed);
    QCOMPARE(host2.reason, QStringLiteral("bgpd on host2 was killed by signal 9."));
    const NodeState& leaf1 = observed.state.nodes.at(node("leaf1"));
    QCOMPARE(leaf1.phase, NodePhase::Bgp);
    QCOMPARE(leaf1.reason, reason);
    QCOMPARE(observed.state.nodes.at(node("host1")).phase, NodePhase::Ready);
}

void TstReduce::bgpdDeathIsTheSameInAnyOrder() {
    ObservedLab first;
    ObservedLab second;
    first.feed(fakes::greenTutorial(first.lab)).feed({fakes::killed(node("host2"), "bgpd"), BmpSeen{node("host2"), false}});
    second.feed(fakes::greenTutorial(second.lab)).feed({BmpSeen{node("host2"), false}, fakes::killed(node("host2"), "bgpd")});
    SessionState a = first.session("host2", "172.16.0.5");
    a.sinceMs = second.session("host2", "172.16.0.5").sinceMs;
    QVERIFY(a == second.session("host2", "172.16.0.5"));
    QCOMPARE(a.flaps, 1);
    QVERIFY(!a.known);
}

void TstReduce::bgpdRestartClearsTheReason() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed(fakes::bgpdKilled(observed.lab, node("host2")));
    observed.feed({fakes::process(node("host2"), "bgpd"), BmpSeen{node("host2"), true}});
    QCOMPARE(observed.session("host2", "172.16.0.5").reason, QStringLiteral("Nothing is known of it yet."));
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Bgp);
    observed.feed(fakes::established(intnet2(), 0)).feed(fakes::established(intnet2(), 1));
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Ready);
    QCOMPARE(observed.state.nodes.at(node("leaf1")).phase, NodePhase::Ready);
}

void TstReduce::lateVtyAnswerDoesNotOverruleBmp() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).takeLog();
    observed.feed({FsmSeen{node("leaf1"), address("172.16.0.6"), true, BgpState::OpenSent, 1, {}, false}});
    QCOMPARE(toString(observed.session("leaf1", "172.16.0.6").state), toString(BgpState::Established));
    QVERIFY(observed.delta.isEmpty());
    observed.feed({PeerDownSeen{node("leaf1"), address("172.16.0.6"), QStringLiteral("hold timer expired")},
                   FsmSeen{node("leaf1"), address("172.16.0.6"), true, BgpState::Established, 0, {}, false}});
    QCOMPARE(toString(observed.session("leaf1", "172.16.0.6").state), toString(BgpState::Idle));
}

void TstReduce::vtyRefinesWhatIsDown() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    observed.feed({PeerDownSeen{node("leaf1"), address("172.16.0.6"), QStringLiteral("hold timer expired")}});
    QCOMPARE(observed.session("leaf1", "172.16.0.6").reason, QStringLiteral("Hold timer expired."));
    observed.feed({FsmSeen{node("leaf1"), address("172.16.0.6"), true, BgpState::Connect, 2, {}, false}});
    const SessionState& session = observed.session("leaf1", "172.16.0.6");
    QCOMPARE(toString(session.state), toString(BgpState::Connect));
    QCOMPARE(session.connectTries, 2);
    QCOMPARE(session.lastError, QStringLiteral("hold timer expired"));
    observed.feed({FsmSeen{node("leaf1"), address("172.16.0.6"), true, BgpState::Idle, 2, {}, true}});
    QCOMPARE(observed.session("leaf1", "172.16.0.6").reason, QStringLiteral("The neighbour 172.16.0.6 is shut down on leaf1."));
    QCOMPARE(observed.state.nodes.at(node("leaf1")).phase, NodePhase::Bgp);
}

void TstReduce::vtyAloneCanSayEstablished() {
    ObservedLab observed;
    observed.feed({EngineSeen{true}, NodeSeen{node("leaf1"), true}, fakes::process(node("leaf1"), "bgpd")});
    observed.feed({FsmSeen{node("leaf1"), address("172.16.0.6"), true, BgpState::Established, 0, {}, false}});
    QCOMPARE(toString(observed.session("leaf1", "172.16.0.6").state), toString(BgpState::Established));
    observed.feed({FsmSeen{node("leaf1"), address("172.16.0.6"), true, BgpState::Active, 1, QStringLiteral("connection refused"), false}});
    QCOMPARE(toString(observed.session("leaf1", "172.16.0.6").state), toString(BgpState::Active));
    QCOMPARE(observed.session("leaf1", "172.16.0.6").flaps, 1);
    QCOMPARE(observed.session("leaf1", "172.16.0.6").lastError, QStringLiteral("connection refused"));
}

void TstReduce::forgottenServicesAreMissedByNobody() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed({fakes::process(node("leaf1"), "bfdd"), fakes::killed(node("leaf1"), "bfdd")});
    QCOMPARE(observed.state.nodes.at(node("leaf1")).phase, NodePhase::Failed);
    observed.feed({ProcessForgotten{node("leaf1"), QStringLiteral("bfdd")}});
    QVERIFY(!observed.state.nodes.at(node("leaf1")).processes.contains(QStringLiteral("bfdd")));
    QCOMPARE(observed.state.nodes.at(node("leaf1")).phase, NodePhase::Ready);
}

void TstReduce::resyncIsSilentWhenNothingChanged() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    Sequence leafs;
    for (const state::Observed& each : fakes::greenTutorial(observed.lab)) {
        std::visit(
            [&](const auto& seen) {
                using Seen = std::decay_t<decltype(seen)>;
                if constexpr (std::is_same_v<Seen, InterfaceSeen> || std::is_same_v<Seen, AddressSeen> || std::is_same_v<Seen, RouteSeen>) {
                    if (seen.node == node("leaf1")) {
                        leafs.push_back(each);
                    }
                }
            },
            each);
    }
    const LabState before = observed.state;
    observed.takeLog();
    observed.feed({resync("leaf1")});
    QVERIFY(!observed.state.nodes.at(node("leaf1")).synced.contains(QStringLiteral("netlink")));
    observed.feed(leafs).feed({synced("leaf1")});
    QVERIFY(observed.delta.log.empty());
    QVERIFY(observed.delta.routes.empty());
    QVERIFY(observed.delta.links.empty());
    QVERIFY(observed.state.nodes == before.nodes);
}

void TstReduce::resyncTellsWhatHasGone() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).takeLog();
    const InterfaceSeen port{node("leaf1"), QStringLiteral("swp2"), 2, true, true, true};
    observed.feed({resync("leaf1"), port, toHost2("172.16.0.2"), synced("leaf1")});
    const NodeState& leaf1 = observed.state.nodes.at(node("leaf1"));
    QCOMPARE(leaf1.interfaces.size(), 1U);
    QVERIFY(leaf1.interfaces.at(QStringLiteral("swp2")).addresses.empty());
    QCOMPARE(leaf1.routes.size(), 1U);
    QCOMPARE(observed.delta.routes.size(), 6U); // One changed; two of BGP and three connected ones went.
    QVERIFY(!observed.state.links.at(fakes::link("intnet1")).exists);
    QVERIFY(observed.takeLog().contains(QStringLiteral("leaf1: 10.20.2.0/24 via 172.16.0.10 has left the kernel.")));
}

void TstReduce::bgpdsLastLogLinesAreTakenIn() {
    ObservedLab observed;
    ProcessSeen end = fakes::killed(node("host2"), "bgpd");
    observed.feed(fakes::greenTutorial(observed.lab)).feed({end}).takeLog();
    const SessionState before = observed.session("host2", "172.16.0.5");
    end.lastLogLines = QStringLiteral("Received signal 9"); // Said again, a moment later, with the log's end.
    observed.feed({end});
    QCOMPARE(observed.state.nodes.at(node("host2")).processes.at(QStringLiteral("bgpd")).lastLogLines, end.lastLogLines);
    QVERIFY(observed.session("host2", "172.16.0.5") == before);
    QVERIFY(observed.takeLog().isEmpty());
}

void TstReduce::peerDownForgetsReceived() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    QCOMPARE(observed.session("leaf1", "172.16.0.6").received.size(), 1U);
    observed.feed({PeerDownSeen{node("leaf1"), address("172.16.0.6"), QStringLiteral("hold timer expired")}});
    QVERIFY(observed.session("leaf1", "172.16.0.6").received.empty());
    QCOMPARE(observed.session("leaf1", "172.16.0.6").sinceMs, observed.nowMs);
}

void TstReduce::unseededSessionIsPlacedByTheLab() {
    ObservedLab observed;
    observed.state = initialState(observed.lab, {});
    observed.feed({EngineSeen{true}, PeerUpSeen{node("host1"), address("172.16.0.1"), 65100, 0}});
    QCOMPARE(observed.session("host1", "172.16.0.1").peerNode, node("leaf1"));
    QCOMPARE(observed.session("host1", "172.16.0.1").link, fakes::link("intnet1"));
    QCOMPARE(observed.session("host1", "172.16.0.1").sinceMs, observed.nowMs);
}

void TstReduce::routesThatLeadTheSameWayShareTheirNextHops() {
    ObservedLab observed;
    const auto to = [](const char* text, const char* via) {
        return fakes::bgpRoute(node("host1"), prefix(text), address(via), QStringLiteral("eth1"));
    };
    observed.feed({EngineSeen{true}, NodeSeen{node("host1"), true}, to("10.20.1.0/24", "172.16.0.1"), to("10.20.3.0/24", "172.16.0.1"),
                   to("10.20.2.0/24", "172.16.0.1"), to("10.20.0.0/24", "172.16.0.1"), to("10.20.4.0/24", "172.16.0.9")});
    const auto& routes = observed.state.nodes.at(node("host1")).routes;
    const NextHop* first = &routes.at({prefix("10.20.1.0/24"), 20}).nextHops.front();
    for (const char* same : {"10.20.0.0/24", "10.20.2.0/24", "10.20.3.0/24"}) {
        QCOMPARE(&routes.at({prefix(same), 20}).nextHops.front(), first);
    }
    QCOMPARE(routes.at({prefix("10.20.4.0/24"), 20}).nextHops.front().via, std::optional(address("172.16.0.9")));
}

void TstReduce::nextHopOfAnUnnumberedLinkIsItsOtherEnd() {
    ObservedLab observed;
    observed.lab.routing.profile = model::RoutingProfile::UnnumberedEbgp;
    const RouteSeen seen{node("host1"), prefix("10.20.1.0/24"), QStringLiteral("bgp"), {{std::nullopt, QStringLiteral("eth1")}}, 20, true};
    const RouteSeen own{node("host1"), prefix("10.20.0.0/24"), QStringLiteral("kernel"), {{std::nullopt, QStringLiteral("cbr0")}}, 0, true};
    observed.feed({EngineSeen{true}, NodeSeen{node("host1"), true}, seen, own});
    const auto& routes = observed.state.nodes.at(node("host1")).routes;
    QCOMPARE(routes.at({seen.prefix, 20}).nextHops.front().via, std::optional(address("172.16.0.1")));
    QCOMPARE(routes.at({own.prefix, 0}).nextHops.front().via, std::nullopt);
    QCOMPARE(observed.delta.routes.front().nextHops.front().via, std::optional(address("172.16.0.1")));
    // That is a number of ours, so nobody is told of it.
    QCOMPARE(observed.takeLog().constLast(), QStringLiteral("host1: 10.20.1.0/24 on eth1 is in the kernel."));
    RouteSeen gone = seen;
    gone.present = false;
    observed.feed({gone});
    QCOMPARE(observed.takeLog().constLast(), QStringLiteral("host1: 10.20.1.0/24 on eth1 has left the kernel."));
}

QTEST_GUILESS_MAIN(TstReduce)
#include "tst_reduce.moc"
