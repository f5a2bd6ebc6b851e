// SPDX-License-Identifier: GPL-3.0-or-later
// The way packets take over hand-made kernel tables: equal-cost paths, circles, and each reason to stop.
#include <core/verify/trace.h>
#include <tests/fakes/two_leaf_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::state;
using fakes::address;
using fakes::node;
using fakes::prefix;
using fakes::Sequence;
using verify::Trace;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

/// "host1>leaf1,leaf2 leaf1>host2 … my-nginx-2." and, behind a bar, where it stops and why.
QString words(const verify::TracePath& path) {
    QStringList hops;
    for (const verify::TraceHop& hop : path.hops) {
        QStringList next;
        for (const verify::TraceNext& each : hop.next) {
            next += (each.stops.isEmpty() ? each.to : QLatin1Char('!') + each.to);
        }
        hops += hop.at + (hop.arrives ? s(".") : next.isEmpty() ? s("!") : QLatin1Char('>') + next.join(QLatin1Char(',')));
    }
    const QString way = hops.join(QLatin1Char(' '));
    return path.stop ? way + s(" | ") + path.stop->at + s(": ") + path.stop->reason : way;
}

/// A lab with what was observed beyond (or against) all that is intended.
struct Case {
    const char* name;
    model::Lab lab;
    Sequence seen;
    const char* from;
    const char* to;
    const char* there;
    const char* back;
    bool asIntended = false;
};

/// Another pod on host2, beside my-nginx-1.
model::Lab crowdedTutorial() {
    model::Lab lab = fakes::tutorialLab();
    lab.workloads.front().pods.push_back({s("my-nginx-3"), node("host2"), address("10.20.1.11")});
    return lab;
}

RouteSeen gone(const char* at, const char* what, std::uint32_t metric = 20) {
    return {node(at), prefix(what), {}, {}, metric, false};
}

RouteSeen route(const char* at, const char* what, const char* via, const char* port, const char* protocol = "bgp") {
    RouteSeen seen = fakes::bgpRoute(node(at), prefix(what), address(via), s(port));
    seen.protocol = s(protocol);
    return seen;
}

RouteSeen discard(const char* at, const char* what) {
    RouteSeen seen{node(at), prefix(what), s("boot"), {}, 0, true};
    seen.type = state::RouteType::Blackhole;
    return seen;
}

Sequence cut(const model::Link& link) {
    Sequence seen{LinkAdminSeen{link.id, false}};
    fakes::append(seen, fakes::cable(link, false, false));
    return seen;
}

std::vector<Case> goodWays() {
    const model::Lab tutorial = fakes::tutorialLab();
    return {
        {"host to pod",
         tutorial,
         {},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         "my-nginx-1>host2 host2>leaf1 leaf1>host1 host1.",
         true},
        {"pod to pod",
         tutorial,
         {},
         "my-nginx-1",
         "my-nginx-2",
         "my-nginx-1>host2 host2>leaf1 leaf1>host3 host3>my-nginx-2 my-nginx-2.",
         "my-nginx-2>host3 host3>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         true},
        {"pods of one host",
         crowdedTutorial(),
         {},
         "my-nginx-1",
         "my-nginx-3",
         "my-nginx-1>my-nginx-3 my-nginx-3.",
         "my-nginx-3>my-nginx-1 my-nginx-1.",
         true},
        {"host to its own pod", tutorial, {}, "host2", "my-nginx-1", "host2>my-nginx-1 my-nginx-1.", "my-nginx-1>host2 host2.", true},
        {"host to host", tutorial, {}, "host1", "host2", "host1>leaf1 leaf1>host2 host2.", "host2>leaf1 leaf1>host1 host1.", true},
        {"to a loopback", tutorial, {}, "host1", "leaf1", "host1>leaf1 leaf1.", "leaf1>host1 host1.", true},
        {"by address",
         tutorial,
         {},
         "172.16.0.2",
         "10.20.1.10",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         "my-nginx-1>host2 host2>leaf1 leaf1>host1 host1.",
         true},
        {"from a bridge's address",
         tutorial,
         {},
         "10.20.1.1",
         "host3",
         "host2>leaf1 leaf1>host3 host3.",
         "host3>leaf1 leaf1>host2 host2.",
         true},
        {"to itself", tutorial, {}, "host1", "host1", "host1.", "host1.", true},
        {"equal-cost paths",
         fakes::twoLeafLab(),
         {},
         "host1",
         "my-nginx-2",
         "host1>leaf1,leaf2 leaf1>host2 leaf2>host2 host2>my-nginx-2 my-nginx-2.",
         "my-nginx-2>host2 host2>leaf1 leaf1>host1 host1."},
        {"a lower metric wins",
         tutorial,
         {RouteSeen{node("leaf1"), prefix("10.20.1.0/24"), s("static"), {{address("172.16.0.9"), s("swp3")}}, 50, true}},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         "my-nginx-1>host2 host2>leaf1 leaf1>host1 host1.",
         true},
        {"a BGP route without an IPv4 gateway",
         tutorial,
         {RouteSeen{node("leaf1"), prefix("10.20.1.0/24"), s("bgp"), {{std::nullopt, s("swp2")}}, 20, true}},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         "my-nginx-1>host2 host2>leaf1 leaf1>host1 host1.",
         true},
    };
}

std::vector<Case> badWays() {
    const model::Lab tutorial = fakes::tutorialLab();
    const char* const backFine = "my-nginx-1>host2 host2>leaf1 leaf1>host1 host1.";
    return {
        {"no route",
         tutorial,
         {gone("leaf1", "10.20.1.0/24")},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1! | leaf1: leaf1 has no route to 10.20.1.0/24: the session to host2 is not Established because bgpd has not "
         "been "
         "started on leaf1.",
         backFine},
        {"no way back",
         tutorial,
         {gone("host2", "0.0.0.0/0", 0)},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         "my-nginx-1>host2 host2! | host2: host2 has no route to 172.16.0.2."},
        {"cable cut, the routes still there", tutorial, cut(fakes::tutorialLink(2)), "host1", "my-nginx-1",
         "host1>leaf1 leaf1>!host2 | leaf1: intnet2 is cut.", "my-nginx-1>host2 host2>!leaf1 | host2: intnet2 is cut."},
        {"cable cut, the default route gone", tutorial,
         [] {
             Sequence seen = cut(fakes::tutorialLink(2));
             fakes::append(seen, {gone("host2", "0.0.0.0/0", 0)});
             return seen;
         }(),
         "host1", "my-nginx-1", "host1>leaf1 leaf1>!host2 | leaf1: intnet2 is cut.",
         "my-nginx-1>host2 host2! | host2: host2 has no route to 172.16.0.2: intnet2 is cut."},
        {"next hop that nobody has",
         tutorial,
         {route("leaf1", "10.20.1.0/24", "172.16.0.99", "swp2")},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>!host2 | leaf1: leaf1 sends to 172.16.0.99, which nobody has.",
         backFine},
        {"wrong next hop, in a circle",
         tutorial,
         {route("leaf1", "10.20.1.0/24", "172.16.0.2", "swp1")},
         "host3",
         "my-nginx-1",
         "host3>leaf1 leaf1>host1 host1>leaf1 | host1: Packets to 10.20.1.10 go in circles: leaf1 → host1 → leaf1.",
         "my-nginx-1>host2 host2>leaf1 leaf1>host3 host3."},
        {"route onto the node's own bridge",
         tutorial,
         {route("host1", "10.20.1.0/24", "172.16.0.1", "cbr0", "static")},
         "host1",
         "my-nginx-1",
         "host1>! | host1: Nobody on host1 has the address 10.20.1.10.",
         "my-nginx-1>host2 host2>leaf1 leaf1! | leaf1: leaf1 has no route to 10.20.0.1."},
        {"a route that discards",
         tutorial,
         {discard("leaf1", "10.20.1.10/32")},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1! | leaf1: leaf1 discards packets to 10.20.1.10: its route to 10.20.1.10/32 is of type blackhole.",
         backFine},
        {"one of two paths stops",
         fakes::twoLeafLab(),
         {route("leaf2", "10.20.1.0/24", "172.16.0.99", "swp2")},
         "host1",
         "my-nginx-2",
         "host1>leaf1,leaf2 leaf1>host2 leaf2>!host2 host2>my-nginx-2 my-nginx-2. | leaf2: leaf2 sends to 172.16.0.99, which nobody has.",
         "my-nginx-2>host2 host2>leaf1 leaf1>host1 host1."},
        {"one of two paths goes back",
         fakes::twoLeafLab(),
         {route("leaf2", "10.20.1.0/24", "172.16.0.6", "swp1")},
         "host1",
         "my-nginx-2",
         "host1>leaf1,leaf2 leaf1>host2 leaf2>host1 host2>my-nginx-2 my-nginx-2. | leaf2: Packets to 10.20.1.10 go in circles: host1 → "
         "leaf2 → host1.",
         "my-nginx-2>host2 host2>leaf1 leaf1>host1 host1."},
        {"nobody has the address",
         tutorial,
         {},
         "host1",
         "10.20.1.99",
         "host1>leaf1 leaf1>host2 host2>! | host2: Nobody on host2 has the address 10.20.1.99.",
         " | 10.20.1.99: Nobody has the address 10.20.1.99.",
         true},
        {"beyond the lab",
         tutorial,
         {},
         "my-nginx-1",
         "8.8.8.8",
         "my-nginx-1>host2 host2>leaf1 leaf1! | leaf1: leaf1 has no route to 8.8.8.8.",
         " | 8.8.8.8: Nobody has the address 8.8.8.8.",
         true},
        {"the pod has gone",
         tutorial,
         {PodSeen{s("my-nginx-1"), false, false}},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1! | my-nginx-1: my-nginx-1 does not exist.",
         "my-nginx-1! | my-nginx-1: my-nginx-1 does not exist."},
        {"the bridge has lost its address",
         tutorial,
         {AddressSeen{node("host2"), s("cbr0"), prefix("10.20.1.1/24"), false}},
         "host1",
         "my-nginx-1",
         "host1>leaf1 leaf1>host2 host2>my-nginx-1 my-nginx-1.",
         "my-nginx-1>!host2 | my-nginx-1: my-nginx-1 sends to 10.20.1.1, which nobody has."},
        {"the next node has gone",
         tutorial,
         {NodeSeen{node("host2"), false}},
         "leaf1",
         "my-nginx-1",
         "leaf1>!host2 | leaf1: host2 does not exist.",
         "my-nginx-1>!host2 | my-nginx-1: host2 does not exist."},
    };
}

std::vector<Case> cases() {
    std::vector<Case> all = goodWays();
    const std::vector<Case> bad = badWays();
    all.insert(all.end(), bad.begin(), bad.end());
    return all;
}

/// The lab as observed: all as intended, then `seen`.
struct Watched {
    fakes::ObservedLab lab;
    intent::Intent intent;

    explicit Watched(const model::Lab& desired, const Sequence& seen = {})
        : lab{desired, state::initialState(desired, fakes::seedsOf(desired)), {}, fakes::kStartMs}, intent(intent::intentOf(desired)) {
        lab.feed(fakes::intendedKernels(desired)).feed(seen);
    }
    [[nodiscard]] verify::Picture picture() const { return {lab.lab, intent, lab.state}; }
    [[nodiscard]] Trace trace(const char* from, const char* to) const {
        const auto source = verify::findPlace(picture(), s(from));
        const auto target = verify::findPlace(picture(), s(to));
        return source && target ? verify::traceBetween(picture(), *source, *target) : Trace{};
    }
};

} // namespace

class TstTrace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ways_data();
    void ways();
    void hopsSayHowTheyGoOn();
    void nextHopsWithoutCarrierArePassedOver();
    void intendedWayStandsBeside();
    void loopbacksAreAnsweredOnEveryPath();
    void sourceIsTheKernelsChoice();
    void places();
};

void TstTrace::ways_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Case& each : cases()) {
        QTest::newRow(each.name) << index++;
    }
}

void TstTrace::ways() {
    QFETCH(int, index);
    const Case each = cases().at(static_cast<std::size_t>(index));
    const Trace trace = Watched(each.lab, each.seen).trace(each.from, each.to);
    QCOMPARE(words(trace.there), s(each.there));
    QCOMPARE(words(trace.back), s(each.back));
    QCOMPARE(trace.ok(), !s(each.there).contains(QLatin1Char('|')) && !s(each.back).contains(QLatin1Char('|')));
    QCOMPARE(trace.asIntended(), each.asIntended);
}

void TstTrace::hopsSayHowTheyGoOn() {
    const Trace trace = Watched(fakes::twoLeafLab()).trace("host1", "my-nginx-2");
    const verify::TraceHop& first = trace.there.hops.front();
    QVERIFY(first.route.has_value());
    QCOMPARE(first.route->prefix, prefix("10.20.1.0/24"));
    QCOMPARE(first.route->protocol, s("bgp"));
    QCOMPARE(first.next.size(), 2U);
    QCOMPARE(first.next[0], (verify::TraceNext{s("leaf1"), address("172.16.0.1"), s("eth1"), fakes::link("leaf1-host1"), {}}));
    QCOMPARE(first.next[1], (verify::TraceNext{s("leaf2"), address("172.16.0.5"), s("eth2"), fakes::link("leaf2-host1"), {}}));
    const verify::TraceHop& last = trace.there.hops[3];
    QCOMPARE(last.next.front(), (verify::TraceNext{s("my-nginx-2"), {}, s("cbr0"), {}, {}}));
}

void TstTrace::nextHopsWithoutCarrierArePassedOver() {
    const model::Lab lab = fakes::twoLeafLab();
    const Watched cut(lab, fakes::cable(*lab.findLink(fakes::link("leaf1-host1")), false, false));
    const Trace trace = cut.trace("host1", "my-nginx-2"); // The kernel's route still has both.
    QCOMPARE(words(trace.there), s("host1>leaf2 leaf2>host2 host2>my-nginx-2 my-nginx-2."));
}

void TstTrace::intendedWayStandsBeside() {
    const Watched broken(fakes::twoLeafLab(), {route("host1", "10.20.1.0/24", "172.16.0.1", "eth1")});
    const Trace trace = broken.trace("host1", "my-nginx-2");
    QCOMPARE(words(trace.there), s("host1>leaf1 leaf1>host2 host2>my-nginx-2 my-nginx-2."));
    QCOMPARE(words(trace.intendedThere), s("host1>leaf1,leaf2 leaf1>host2 leaf2>host2 host2>my-nginx-2 my-nginx-2."));
    QVERIFY(trace.ok());
    QVERIFY(!trace.asIntended());
}

void TstTrace::loopbacksAreAnsweredOnEveryPath() {
    model::Lab lab = fakes::twoLeafLab();
    lab.nodes[2].loopback = address("10.255.0.3");
    lab.nodes[3].loopback = address("10.255.0.4");
    for (const auto profile : {lab.routing.profile, model::RoutingProfile::UnnumberedEbgp}) {
        lab.routing.profile = profile;
        const Trace trace = Watched(lab).trace("host1", "my-nginx-2");
        QCOMPARE(words(trace.intendedThere), s("host1>leaf1,leaf2 leaf1>host2 leaf2>host2 host2>my-nginx-2 my-nginx-2."));
        QCOMPARE(words(trace.intendedBack), s("my-nginx-2>host2 host2>leaf1,leaf2 leaf1>host1 leaf2>host1 host1."));
    }
}

void TstTrace::sourceIsTheKernelsChoice() {
    const Watched observed(fakes::tutorialLab());
    QCOMPARE(observed.trace("host1", "my-nginx-1").from.address, address("172.16.0.2"));
    QCOMPARE(observed.trace("host2", "my-nginx-1").from.address, address("10.20.1.1"));
    QCOMPARE(observed.trace("leaf1", "my-nginx-1").from.address, address("172.16.0.5"));
    QCOMPARE(observed.trace("10.255.0.1", "my-nginx-1").from.address, address("10.255.0.1"));
    // Of two addresses of a port the one in the gateway's network, whichever comes first.
    const Watched two(fakes::tutorialLab(), {AddressSeen{node("host1"), s("eth1"), prefix("10.9.9.9/24"), true}});
    QCOMPARE(two.trace("host1", "my-nginx-1").from.address, address("172.16.0.2"));
    // The route's own word goes first.
    RouteSeen said = route("host1", "10.20.1.0/24", "172.16.0.1", "eth1");
    said.source = address("10.20.0.1");
    QCOMPARE(Watched(fakes::tutorialLab(), {said}).trace("host1", "my-nginx-1").from.address, address("10.20.0.1"));
}

void TstTrace::places() {
    const Watched observed(fakes::tutorialLab());
    const auto place = [&observed](const char* name) { return verify::findPlace(observed.picture(), s(name)); };
    QCOMPARE(*place("leaf1"), (verify::TracePlace{s("leaf1"), node("leaf1"), {}, address("10.255.0.1"), false}));
    QCOMPARE(*place("host1"), (verify::TracePlace{s("host1"), node("host1"), {}, address("172.16.0.2"), false}));
    QCOMPARE(*place("10.20.1.10"), (verify::TracePlace{s("my-nginx-1"), node("host2"), s("my-nginx-1"), address("10.20.1.10"), true}));
    QCOMPARE(*place("10.20.2.1"), (verify::TracePlace{s("host3"), node("host3"), {}, address("10.20.2.1"), true}));
    QCOMPARE(*place("8.8.8.8"), (verify::TracePlace{s("8.8.8.8"), {}, {}, address("8.8.8.8"), true}));
    QCOMPARE(place("host9").error().code, ErrorCode::NotFound);
    QVERIFY(place("host9").error().hint.contains(s("my-nginx-2")));
    QVERIFY(!place("10.20.1"));
}

QTEST_GUILESS_MAIN(TstTrace)
#include "tst_trace.moc"
