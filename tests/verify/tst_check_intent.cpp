// SPDX-License-Identifier: GPL-3.0-or-later
// Intent against broken labs: every mismatch with its cause, and which legs must fail for which reason.
#include <core/verify/verify.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::state;
using fakes::address;
using fakes::node;
using fakes::ObservedLab;
using fakes::prefix;
using fakes::Sequence;
using verify::Mismatch;
using verify::MismatchKind;

namespace {

/// A broken tutorial: what was observed, what checkIntent must say, and each leg that must be explained.
struct Broken {
    const char* name;
    Sequence seen;
    std::vector<Mismatch> mismatches;
    std::map<QString, QString> legs; ///< "from to": why.
};

QString s(const char* text) {
    return QString::fromUtf8(text);
}

/// host1 never got a lease: no address, no route, no session.
Sequence leaseMissing() {
    const model::Link link = fakes::tutorialLink(1);
    const NodeId& host = link.ends[1].node;
    Sequence seen{LeaseSeen{node("leaf1"), s("swp1"), link.addresses[1], s("02:00:00:00:00:01"), false},
                  AddressSeen{host, s("eth1"), {link.addresses[1], 30}, false},
                  PeerDownSeen{node("leaf1"), link.addresses[1], {}},
                  FsmSeen{node("leaf1"), link.addresses[1], true, BgpState::Active, 1, {}, false},
                  PeerDownSeen{host, link.addresses[0], {}},
                  FsmSeen{host, link.addresses[0], false, BgpState::Idle, 0, {}, false},
                  RouteSeen{host, link.prefix, {}, {}, 0, false},
                  RouteSeen{host, prefix("0.0.0.0/0"), {}, {}, 0, false},
                  RouteSeen{host, prefix("10.255.0.1/32"), {}, {}, 20, false},
                  RouteSeen{host, prefix("10.20.1.0/24"), {}, {}, 20, false},
                  RouteSeen{host, prefix("10.20.2.0/24"), {}, {}, 20, false}};
    fakes::append(seen, fakes::podRoutes(fakes::tutorialLab(), host, false));
    return seen;
}

/// The cable to host2 was cut: both ports went down, and with them what ran over them.
Sequence cableCut() {
    const model::Link link = fakes::tutorialLink(2);
    Sequence seen{LinkAdminSeen{link.id, false}};
    fakes::append(seen, fakes::cable(link, false, false));
    fakes::append(seen, {PeerDownSeen{node("leaf1"), link.addresses[1], s("interface down")},
                         PeerDownSeen{node("host2"), link.addresses[0], s("interface down")}});
    fakes::append(seen, fakes::podRoutes(fakes::tutorialLab(), node("host2"), false));
    fakes::append(seen, {RouteSeen{node("leaf1"), link.prefix, {}, {}, 0, false}, RouteSeen{node("host2"), link.prefix, {}, {}, 0, false},
                         RouteSeen{node("host2"), prefix("0.0.0.0/0"), {}, {}, 0, false},
                         RouteSeen{node("host2"), prefix("10.255.0.1/32"), {}, {}, 20, false},
                         RouteSeen{node("host2"), prefix("10.20.0.0/24"), {}, {}, 20, false},
                         RouteSeen{node("host2"), prefix("10.20.2.0/24"), {}, {}, 20, false}});
    return seen;
}

Broken bgpdStopped() {
    const QString cause = s("bgpd on host2 was killed by signal 9.");
    const QString atLeaf = s("The session to host2 is not Established because bgpd on host2 was killed by signal 9.");
    const QString atHosts = s("leaf1's session to host2 is not Established because bgpd on host2 was killed by signal 9.");
    const QString own = s("The session to leaf1 is not Established because bgpd on host2 was killed by signal 9.");
    const QString stopped =
        s("leaf1 has no route to 10.20.1.0/24: the session to host2 is not Established because bgpd on host2 was killed "
          "by signal 9.");
    return {"bgpd stopped on host2",
            fakes::bgpdKilled(fakes::tutorialLab(), node("host2")),
            {{MismatchKind::ProcessDead, s("host2"), s("bgpd is not running on host2."), cause},
             {MismatchKind::SessionDown, s("leaf1"), s("The session to host2 (172.16.0.6) is Active."), cause},
             {MismatchKind::SessionDown, s("host2"), s("The session to leaf1 (172.16.0.5) is Idle."), cause},
             {MismatchKind::RouteMissing, s("leaf1"), s("leaf1 has no BGP route to 10.20.1.0/24 in its kernel."), atLeaf},
             {MismatchKind::RouteMissing, s("host1"), s("host1 has no BGP route to 10.20.1.0/24 in its kernel."), atHosts},
             {MismatchKind::RouteMissing, s("host2"), s("host2 has no BGP route to 10.255.0.1/32 in its kernel."), own},
             {MismatchKind::RouteMissing, s("host2"), s("host2 has no BGP route to 10.20.2.0/24 in its kernel."), own},
             {MismatchKind::RouteMissing, s("host3"), s("host3 has no BGP route to 10.20.1.0/24 in its kernel."), atHosts}},
            {{s("host1 my-nginx-1"), stopped},
             {s("host3 my-nginx-1"), stopped},
             {s("my-nginx-2 my-nginx-1"), stopped},
             {s("my-nginx-1 my-nginx-2"), s("The answer has no way back: ") + stopped}}};
}

Broken cut() {
    const QString atLeaf = s("The session to host2 is not Established because intnet2 is cut.");
    const QString atHosts = s("leaf1's session to host2 is not Established because intnet2 is cut.");
    const QString own = s("The session to leaf1 is not Established because intnet2 is cut.");
    const QString stopped = s("leaf1 has no route to 10.20.1.0/24: the session to host2 is not Established because intnet2 is cut.");
    const QString isolated = s("host2 has no route to 10.20.2.0/24: the session to leaf1 is not Established because intnet2 is cut.");
    return {"cable cut",
            cableCut(),
            {{MismatchKind::LinkDown, s("intnet2"), s("intnet2 is down."), s("intnet2 is cut.")},
             {MismatchKind::SessionDown, s("leaf1"), s("The session to host2 (172.16.0.6) is Idle."), s("intnet2 is cut.")},
             {MismatchKind::SessionDown, s("host2"), s("The session to leaf1 (172.16.0.5) is Idle."), s("intnet2 is cut.")},
             {MismatchKind::RouteMissing, s("leaf1"), s("leaf1 has no BGP route to 10.20.1.0/24 in its kernel."), atLeaf},
             {MismatchKind::RouteMissing, s("host1"), s("host1 has no BGP route to 10.20.1.0/24 in its kernel."), atHosts},
             {MismatchKind::RouteMissing, s("host2"), s("host2 has no BGP route to 10.255.0.1/32 in its kernel."), own},
             {MismatchKind::RouteMissing, s("host2"), s("host2 has no BGP route to 10.20.2.0/24 in its kernel."), own},
             {MismatchKind::RouteMissing, s("host3"), s("host3 has no BGP route to 10.20.1.0/24 in its kernel."), atHosts}},
            {{s("host1 my-nginx-1"), stopped},
             {s("host3 my-nginx-1"), stopped},
             {s("my-nginx-2 my-nginx-1"), stopped},
             {s("host2 my-nginx-2"), isolated},
             {s("my-nginx-1 my-nginx-2"), isolated}}};
}

Broken noLease() {
    const QString fault = s("host1 has no DHCP lease on eth1.");
    const QString own = s("The session to leaf1 is not Established because host1 has no DHCP lease on eth1.");
    return {"missing lease",
            leaseMissing(),
            {{MismatchKind::NoLease, s("host1"), s("host1 has no address on eth1."), s("leaf1 has given no lease on swp1.")},
             {MismatchKind::SessionDown, s("leaf1"), s("The session to host1 (172.16.0.2) is Active."), fault},
             {MismatchKind::SessionDown, s("host1"), s("The session to leaf1 (172.16.0.1) is Idle."), fault},
             {MismatchKind::RouteMissing, s("host1"), s("host1 has no BGP route to 10.255.0.1/32 in its kernel."), own},
             {MismatchKind::RouteMissing, s("host1"), s("host1 has no BGP route to 10.20.1.0/24 in its kernel."), own},
             {MismatchKind::RouteMissing, s("host1"), s("host1 has no BGP route to 10.20.2.0/24 in its kernel."), own}},
            {{s("host1 my-nginx-1"), s("host1 has no route to 10.20.1.0/24: host1 has no DHCP lease on eth1.")},
             {s("host1 my-nginx-2"), s("host1 has no route to 10.20.2.0/24: host1 has no DHCP lease on eth1.")}}};
}

Broken staticRoute() {
    RouteSeen route = fakes::bgpRoute(node("host1"), prefix("10.20.1.0/24"), address("172.16.0.1"), s("eth1"));
    route.protocol = s("static");
    route.metric = 5;
    return {"static route in the pod network",
            {route},
            {{MismatchKind::StaticRoute, s("host1"), s("host1 has a route to 10.20.1.0/24 of protocol static."),
              s("It was not learned by BGP: somebody added it by hand.")}},
            {}};
}

Broken strangerAnnounced() {
    return {"announced by nobody's right",
            {fakes::bgpRoute(node("leaf1"), prefix("10.20.9.0/24"), address("172.16.0.2"), s("swp1"))},
            {{MismatchKind::RouteWrong, s("leaf1"), s("leaf1 has a BGP route to 10.20.9.0/24, which nobody should announce."),
              s("It came from host1 (172.16.0.2).")}},
            {}};
}

Broken discardingRoute() {
    RouteSeen route{node("host1"), prefix("10.20.1.0/24"), s("boot"), {}, 0, true};
    route.type = state::RouteType::Unreachable;
    return {"route that discards",
            {route},
            {{MismatchKind::StaticRoute, s("host1"), s("host1 discards packets to 10.20.1.0/24: it has a route of type unreachable."),
              s("It was not learned by BGP: somebody added it by hand.")}},
            {{s("host1 my-nginx-1"), s("host1 discards packets to 10.20.1.10: its route to 10.20.1.0/24 is of type unreachable.")}}};
}

Broken wrongNextHop() {
    return {"wrong next hop",
            {fakes::bgpRoute(node("leaf1"), prefix("10.20.1.0/24"), address("172.16.0.2"), s("swp1"))},
            {{MismatchKind::RouteWrong, s("leaf1"), s("leaf1's route to 10.20.1.0/24 goes via 172.16.0.2 instead of 172.16.0.6."),
              s("bgpd on leaf1 has learned it, its kernel has not taken it.")}},
            {{s("host1 my-nginx-1"), s("Packets to 10.20.1.10 go in circles: host1 → leaf1 → host1.")},
             {s("host3 my-nginx-1"), s("Packets to 10.20.1.10 go in circles: leaf1 → host1 → leaf1.")},
             {s("my-nginx-2 my-nginx-1"), s("Packets to 10.20.1.10 go in circles: leaf1 → host1 → leaf1.")},
             {s("my-nginx-1 my-nginx-2"), s("The answer has no way back: Packets to 10.20.1.10 go in circles: leaf1 → host1 → leaf1.")}}};
}

Broken podDead() {
    const QString why = s("my-nginx-1 is not ready: nginx on my-nginx-1 was killed by signal 9.");
    return {"pod dead",
            {fakes::killed(node("my-nginx-1"), "nginx")},
            {{MismatchKind::PodDown, s("my-nginx-1"), s("my-nginx-1 on host2 is not ready."),
              s("nginx on my-nginx-1 was killed by signal 9.")}},
            {{s("host1 my-nginx-1"), why},
             {s("host2 my-nginx-1"), why},
             {s("host3 my-nginx-1"), why},
             {s("my-nginx-1 my-nginx-1"), why},
             {s("my-nginx-2 my-nginx-1"), why}}};
}

/// host2's cbr0 lost its address: nothing is announced, every session is up.
Broken notAnnounced() {
    Sequence seen{AddressSeen{node("host2"), s("cbr0"), prefix("10.20.1.1/24"), false},
                  RouteSeen{node("host2"), prefix("10.20.1.0/24"), {}, {}, 0, false}};
    fakes::append(seen, fakes::podRoutes(fakes::tutorialLab(), node("host2"), false));
    const QString cause = s("host2 does not announce it to leaf1.");
    const QString stopped = s("leaf1 has no route to 10.20.1.0/24: host2 does not announce it to leaf1.");
    return {"not announced",
            seen,
            {{MismatchKind::RouteMissing, s("leaf1"), s("leaf1 has no BGP route to 10.20.1.0/24 in its kernel."), cause},
             {MismatchKind::RouteMissing, s("host1"), s("host1 has no BGP route to 10.20.1.0/24 in its kernel."), cause},
             {MismatchKind::RouteMissing, s("host3"), s("host3 has no BGP route to 10.20.1.0/24 in its kernel."), cause}},
            {{s("host1 my-nginx-1"), stopped},
             {s("host2 my-nginx-1"), stopped},
             {s("host3 my-nginx-1"), stopped},
             {s("my-nginx-2 my-nginx-1"), stopped},
             {s("my-nginx-1 my-nginx-2"), s("my-nginx-1 sends to 10.20.1.1, which nobody has.")}}};
}

std::vector<Broken> brokenLabs() {
    return {{"all green", {}, {}, {}}, bgpdStopped(),     cut(),          noLease(), staticRoute(),
            strangerAnnounced(),       discardingRoute(), wrongNextHop(), podDead(), notAnnounced()};
}

} // namespace

namespace podleaf::verify {

/// For QCOMPARE's message; found by argument-dependent lookup.
char* toString(const Mismatch& mismatch) {
    const QString text = QStringLiteral("%1 | %2 | %3 | %4")
                             .arg(QString::number(static_cast<int>(mismatch.kind)), mismatch.where, mismatch.what, mismatch.cause);
    return qstrdup(qPrintable(text));
}

} // namespace podleaf::verify

class TstCheckIntent : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void brokenLab_data();
    void brokenLab();
    void legs_data() { brokenLab_data(); }
    void legs();
    void whatTheUserStopped();
    void labNotRunning();
    void reportIsOkOnlyWhenAllIs();
};

void TstCheckIntent::brokenLab_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Broken& each : brokenLabs()) {
        QTest::newRow(each.name) << index++;
    }
}

void TstCheckIntent::brokenLab() {
    QFETCH(int, index);
    const Broken broken = brokenLabs().at(static_cast<std::size_t>(index));
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed(broken.seen);
    const auto found = verify::checkIntent(observed.lab, intent::intentOf(observed.lab), observed.state);
    const intent::Intent wanted = intent::intentOf(observed.lab);
    for (std::size_t first = 0; first <= wanted.routes.size(); ++first) { // Wherever it begins.
        std::size_t missing = first;
        QCOMPARE(verify::isAsIntended(observed.lab, wanted, observed.state, missing), found.empty());
        QCOMPARE(verify::isAsIntended(observed.lab, wanted, observed.state, missing), found.empty());
    }
    for (std::size_t i = 0; i < std::min(found.size(), broken.mismatches.size()); ++i) {
        QCOMPARE(found[i], broken.mismatches[i]);
    }
    QCOMPARE(found.size(), broken.mismatches.size());
}

void TstCheckIntent::legs() {
    QFETCH(int, index);
    const Broken broken = brokenLabs().at(static_cast<std::size_t>(index));
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed(broken.seen);
    const intent::Intent intent = intent::intentOf(observed.lab);
    QCOMPARE(intent.legs.size(), 10U);
    for (const intent::Leg& leg : intent.legs) {
        const QString key = leg.from() + QLatin1Char(' ') + leg.toPod;
        const auto expected = broken.legs.find(key);
        const QString why = verify::explainLeg(observed.lab, intent, observed.state, leg);
        QCOMPARE(key + QStringLiteral(": ") + why,
                 key + QStringLiteral(": ") + (expected == broken.legs.end() ? QString() : expected->second));
    }
}

/// One line for a node that was stopped, whatever ran on it, and how to have it again.
void TstCheckIntent::whatTheUserStopped() {
    const auto mismatches = [](const Sequence& seen) {
        ObservedLab observed;
        observed.feed(fakes::greenTutorial(observed.lab)).feed(seen);
        auto found = verify::checkIntent(observed.lab, intent::intentOf(observed.lab), observed.state);
        std::erase_if(found, [](const Mismatch& each) {
            return each.kind != MismatchKind::ProcessDead && each.kind != MismatchKind::NodeMissing && each.kind != MismatchKind::PodDown;
        });
        return found;
    };
    const auto stop = [](const char* service, int signal) { return fakes::stopped(node("host2"), s(service), signal); };
    const QString hint = s("`podleaf node tutorial host2 start` starts it again.");
    QCOMPARE(mismatches({stop("udhcpc", 15), stop("bgpd", 0), stop("zebra", 9)}),
             (std::vector<Mismatch>{{MismatchKind::ProcessDead, s("host2"), s("host2 is stopped."), hint}}));
    QCOMPARE(mismatches({NodeSeen{node("host2"), false, true}, PodSeen{s("my-nginx-1"), false, false}}),
             (std::vector<Mismatch>{
                 {MismatchKind::NodeMissing, s("host2"), s("host2 is stopped."), hint},
                 {MismatchKind::PodDown, s("my-nginx-1"), s("my-nginx-1 on host2 does not exist."), s("host2 is stopped.")}}));
    QCOMPARE(mismatches({stop("bgpd", 0)}),
             (std::vector<Mismatch>{{MismatchKind::ProcessDead, s("host2"), s("bgpd is not running on host2."),
                                     s("bgpd on host2 was stopped. `podleaf node tutorial host2 start bgpd` starts it again.")}}));
    QCOMPARE(mismatches({fakes::stopped(node("my-nginx-1"), s("nginx"))}),
             (std::vector<Mismatch>{
                 {MismatchKind::PodDown, s("my-nginx-1"), s("my-nginx-1 on host2 is not ready."), s("nginx on my-nginx-1 was stopped.")}}));
}

void TstCheckIntent::labNotRunning() {
    const ObservedLab observed;
    const intent::Intent intent = intent::intentOf(observed.lab);
    const auto found = verify::checkIntent(observed.lab, intent, observed.state);
    QCOMPARE(found.size(), 6U); // Four nodes and two pods; what they would hold is not counted again.
    QCOMPARE(found.front(), (Mismatch{MismatchKind::NodeMissing, s("leaf1"), s("leaf1 does not exist."), s("The lab is not running.")}));
    QCOMPARE(found.back(), (Mismatch{MismatchKind::PodDown, s("my-nginx-2"), s("my-nginx-2 on host3 does not exist."), {}}));
    QCOMPARE(verify::explainLeg(observed.lab, intent, observed.state, intent.legs.front()), s("The lab is not running."));
}

void TstCheckIntent::reportIsOkOnlyWhenAllIs() {
    verify::LegResult good;
    good.ok = true;
    verify::LegResult refused;
    refused.ok = refused.expected = false;
    QVERIFY((verify::TestReport{{good, refused}, {}}).ok());
    verify::LegResult bad;
    QVERIFY(!(verify::TestReport{{good, bad}, {}}).ok());
    QVERIFY(!(verify::TestReport{{good}, {Mismatch{MismatchKind::PodDown, {}, {}, {}}}}).ok());
}

QTEST_GUILESS_MAIN(TstCheckIntent)
#include "tst_check_intent.moc"
