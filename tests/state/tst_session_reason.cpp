// SPDX-License-Identifier: GPL-3.0-or-later
// Why a session is not Established and how far a node has come: each cause, and which of two wins.
#include <core/state/session_reason.h>
#include <core/state/state_store.h>
#include <core/state/words.h>
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

/// Breaks the green lab and says what host2's session to leaf1 then gives as its reason.
struct Cause {
    const char* name;
    Sequence seen;
    SessionFault fault;
    QString reason;
};

FsmSeen host2Fsm(BgpState state, int tries, const QString& error = {}, bool configured = true) {
    return {node("host2"), address("172.16.0.5"), configured, state, tries, error, false};
}

std::vector<Cause> causes() {
    const model::Link link = fakes::tutorialLink(2);
    const PeerDownSeen down{node("host2"), address("172.16.0.5"), {}};
    const AddressSeen noAddress{node("host2"), QStringLiteral("eth1"), prefix("172.16.0.6/30"), false};
    const AddressSeen leafHasNone{node("leaf1"), QStringLiteral("swp2"), prefix("172.16.0.5/30"), false};
    const InterfaceSeen portGone{node("host2"), QStringLiteral("eth1"), 3, false, false, false};
    FsmSeen shutAtPeer{node("leaf1"), address("172.16.0.6"), true, BgpState::Idle, 0, {}, true};
    const PeerDownSeen leafDown{node("leaf1"), address("172.16.0.6"), {}};
    Sequence noCarrier = fakes::cable(link, true, false);
    noCarrier.push_back(down);
    Sequence cut = noCarrier;
    cut.push_back(LinkAdminSeen{link.id, false});
    cut.push_back(fakes::killed(node("host2"), "bgpd"));
    return {
        {"established", {}, SessionFault::None, {}},
        {"lab gone", {EngineSeen{false}}, SessionFault::LabNotRunning, QStringLiteral("The lab is not running.")},
        {"peer gone", {NodeSeen{node("leaf1"), false}, down}, SessionFault::NodeMissing, QStringLiteral("leaf1 does not exist.")},
        {"cut wins over all else", cut, SessionFault::CableCut, QStringLiteral("intnet2 is cut.")},
        {"no carrier", noCarrier, SessionFault::NoCarrier, QStringLiteral("host2:eth1 has no carrier.")},
        {"port gone", {down, portGone}, SessionFault::NoCarrier, QStringLiteral("host2 has no port eth1.")},
        {"bgpd dead here",
         {fakes::killed(node("host2"), "bgpd"), fakes::killed(node("leaf1"), "bgpd")},
         SessionFault::BgpdHere,
         QStringLiteral("bgpd is not running on host2 (killed by signal 9).")},
        {"bgpd dead at the peer",
         {down, fakes::killed(node("leaf1"), "bgpd", 11), noAddress},
         SessionFault::BgpdAtPeer,
         QStringLiteral("bgpd is not running on leaf1 (killed by signal 11).")},
        {"no lease", {down, noAddress}, SessionFault::NoAddress, QStringLiteral("host2 has no DHCP lease on eth1.")},
        {"no lease for want of a server",
         {down, noAddress, fakes::killed(node("leaf1"), "dnsmasq")},
         SessionFault::NoAddress,
         QStringLiteral("host2 has no DHCP lease on eth1: dnsmasq is not running on leaf1 (killed by signal 9).")},
        {"leaf without address", {down, leafHasNone}, SessionFault::NoAddress, QStringLiteral("leaf1:swp2 has no address.")},
        {"not configured",
         {down, host2Fsm(BgpState::Idle, 0, {}, false)},
         SessionFault::NotConfigured,
         QStringLiteral("bgpd on host2 has no neighbour 172.16.0.5 yet.")},
        {"shut at the peer",
         {down, leafDown, host2Fsm(BgpState::Active, 1), shutAtPeer},
         SessionFault::AdminShut,
         QStringLiteral("The neighbour 172.16.0.6 is shut down on leaf1.")},
        {"last error",
         {down, host2Fsm(BgpState::Active, 3, QStringLiteral("connection refused"))},
         SessionFault::LastError,
         QStringLiteral("Connection refused.")},
        {"waiting", {down, host2Fsm(BgpState::Connect, 2)}, SessionFault::Waiting, QStringLiteral("Connect, try 2, no answer yet.")},
    };
}

} // namespace

class TstSessionReason : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reason_data();
    void reason();
    void bgpWords();
    void foreignTextIsTamed();
    void phasesInOrder();
    void cutAfterReadyStaysInBgp();
    void whoComesLateSeesACutCableAlike();
    void cleanStopIsNoFailure();
    void missingLeaseNamesServerOrRelay();
};

void TstSessionReason::reason_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Cause& each : causes()) {
        QTest::newRow(each.name) << index++;
    }
}

void TstSessionReason::reason() {
    QFETCH(int, index);
    const Cause cause = causes().at(static_cast<std::size_t>(index));
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed(cause.seen);
    const SessionState& session = observed.session("host2", "172.16.0.5");
    QCOMPARE(session.reason, cause.reason); // Kept up to date by reduce().
    QCOMPARE(static_cast<int>(reasonOf(observed.state, observed.lab, session).fault), static_cast<int>(cause.fault));
    observed.state.index.reset(); // A hand-made state says the same.
    QCOMPARE(reasonOf(observed.state, observed.lab, session).sentence, cause.reason);
}

void TstSessionReason::bgpWords() {
    for (const BgpState state :
         {BgpState::Idle, BgpState::Connect, BgpState::Active, BgpState::OpenSent, BgpState::OpenConfirm, BgpState::Established}) {
        QCOMPARE(parseBgpState(toString(state)), std::optional(state));
    }
    QCOMPARE(toString(BgpState::OpenConfirm), QStringLiteral("OpenConfirm"));
    QCOMPARE(parseBgpState(u"established"), std::nullopt);
    QCOMPARE(parseBgpState(u""), std::nullopt);
}

void TstSessionReason::foreignTextIsTamed() {
    QCOMPARE(toSentence(QStringLiteral("hold\ttimer\x1b[31m expired")), QStringLiteral("Hold timer [31m expired."));
    QCOMPARE(toSentence(QStringLiteral(" \n ")), QString());
    QCOMPARE(toSentence(QString(1000, QLatin1Char('x'))).size(), 201);
    QCOMPARE(toSentence(QStringLiteral("Done.")), QStringLiteral("Done."));
    QCOMPARE(toClause(QStringLiteral("intnet2 is cut.")), QStringLiteral("intnet2 is cut"));
}

void TstSessionReason::phasesInOrder() {
    const model::Link link = fakes::tutorialLink(1);
    ObservedLab observed;
    const NodeId host1 = node("host1");
    const auto phase = [&] { return std::pair(observed.state.nodes.at(host1).phase, observed.state.nodes.at(host1).reason); };
    const auto is = [](NodePhase expected, const QString& reason) { return std::pair(expected, reason); };
    observed.feed({EngineSeen{true}});
    QVERIFY(phase() == is(NodePhase::Planned, {}));
    observed.feed({NodeSeen{host1, true}, NodeSeen{node("leaf1"), true}});
    QVERIFY(phase() == is(NodePhase::Created, QStringLiteral("Waits for the port eth1.")));
    observed.feed(fakes::cable(link, true, true));
    QVERIFY(phase() == is(NodePhase::Ports, QStringLiteral("host1 has no DHCP lease on eth1.")));
    observed.feed(fakes::leased(link));
    QVERIFY(phase() == is(NodePhase::Dhcp, QStringLiteral("Waits for bgpd.")));
    observed.feed({fakes::process(host1, "bgpd")});
    QVERIFY(phase() == is(NodePhase::Bgp, QStringLiteral("bgpd has not been started on leaf1.")));
    observed.feed({fakes::process(node("leaf1"), "bgpd")}).feed(fakes::established(link, 1));
    QVERIFY(phase() == is(NodePhase::Ready, {}));
}

void TstSessionReason::cutAfterReadyStaysInBgp() {
    const model::Link link = fakes::tutorialLink(2);
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    observed.feed({LinkAdminSeen{link.id, false}}).feed(fakes::cable(link, false, false));
    observed.feed({PeerDownSeen{node("host2"), address("172.16.0.5"), QStringLiteral("interface down")}});
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Bgp);
    QCOMPARE(observed.state.nodes.at(node("host2")).reason, QStringLiteral("intnet2 is cut."));
    observed.feed({LinkAdminSeen{link.id, true}}).feed(fakes::cable(link, true, true)).feed(fakes::established(link, 1));
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Ready);
}

/// A client that comes when the cable is cut already: what is said first is that, then what is there.
void TstSessionReason::whoComesLateSeesACutCableAlike() {
    const model::Link link = fakes::tutorialLink(2);
    ObservedLab observed;
    observed.feed({EngineSeen{true}, LinkAdminSeen{link.id, false}});
    for (const Observed& seen : fakes::greenTutorial(observed.lab)) {
        const auto* interface = std::get_if<InterfaceSeen>(&seen);
        const auto* peer = std::get_if<PeerUpSeen>(&seen);
        const bool isPort = interface != nullptr && (model::Endpoint{interface->node, interface->name} == link.ends[0] ||
                                                     model::Endpoint{interface->node, interface->name} == link.ends[1]);
        const bool isPeer = peer != nullptr && (peer->peer == link.addresses[0] || peer->peer == link.addresses[1]);
        if (isPort) {
            observed.feed({InterfaceSeen{interface->node, interface->name, interface->index, true, false, false}});
        } else if (!isPeer) {
            observed.feed({seen});
        }
    }
    for (const char* beside : {"leaf1", "host2"}) {
        QCOMPARE(observed.state.nodes.at(node(beside)).phase, NodePhase::Bgp);
        QCOMPARE(observed.state.nodes.at(node(beside)).reason, QStringLiteral("intnet2 is cut."));
    }
    QCOMPARE(observed.state.nodes.at(node("host1")).phase, NodePhase::Ready);
}

void TstSessionReason::cleanStopIsNoFailure() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    observed.feed({ProcessSeen{node("leaf1"), QStringLiteral("dnsmasq"), false, 100, 0, 0, {}}});
    QCOMPARE(observed.state.nodes.at(node("leaf1")).phase, NodePhase::Bgp);
    QCOMPARE(observed.state.nodes.at(node("leaf1")).reason, QStringLiteral("dnsmasq is not running on leaf1 (ended)."));
    observed.feed({ProcessSeen{node("leaf1"), QStringLiteral("dnsmasq"), false, 100, 2, 0, {}}});
    QCOMPARE(observed.state.nodes.at(node("leaf1")).phase, NodePhase::Failed);
    QCOMPARE(observed.state.nodes.at(node("leaf1")).reason, QStringLiteral("dnsmasq on leaf1 ended with exit code 2."));
    observed.feed({fakes::stopped(node("leaf1"), QStringLiteral("dnsmasq"), 9)}); // it did not end by itself
    QVERIFY(observed.state.nodes.at(node("leaf1")).phase != NodePhase::Failed);
    QCOMPARE(observed.state.nodes.at(node("leaf1")).reason, QStringLiteral("dnsmasq is not running on leaf1 (stopped)."));
}

void TstSessionReason::missingLeaseNamesServerOrRelay() {
    ObservedLab observed;
    observed.lab.nodes.push_back({node("dhcp1"), model::NodeKind::Router, 65000, {}, {}});
    observed.lab.nodes.back().dhcp = model::DhcpRole::Server;
    observed.lab.nodes[0].dhcp = model::DhcpRole::Relay;
    observed.lab.nodes[0].dhcpServer = node("dhcp1");
    observed.state = initialState(observed.lab, fakes::seedsOf(observed.lab));
    const model::Link link = fakes::tutorialLink(1);
    observed.feed({EngineSeen{true}, NodeSeen{node("host1"), true}, NodeSeen{node("leaf1"), true}, NodeSeen{node("dhcp1"), true}})
        .feed(fakes::cable(link, true, true));
    const auto reason = [&] { return addressFault(observed.state, observed.lab, link, 1).sentence; };
    QCOMPARE(reason(), QStringLiteral("host1 has no DHCP lease on eth1."));
    observed.feed({fakes::killed(node("leaf1"), "dnsmasq")});
    QCOMPARE(reason(), QStringLiteral("host1 has no DHCP lease on eth1: dnsmasq is not running on leaf1 (killed by signal 9)."));
    observed.feed({fakes::killed(node("dhcp1"), "dnsmasq")});
    QCOMPARE(reason(), QStringLiteral("host1 has no DHCP lease on eth1: dnsmasq is not running on dhcp1 (killed by signal 9)."));
    // Nobody leases where links have no addresses.
    observed.lab.routing.profile = model::RoutingProfile::UnnumberedEbgp;
    QCOMPARE(reason(), QString());
}

QTEST_GUILESS_MAIN(TstSessionReason)
#include "tst_session_reason.moc"
