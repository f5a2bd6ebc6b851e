// SPDX-License-Identifier: GPL-3.0-or-later
// Faults made on purpose as the state tells of them: log, phases and the reasons of sessions.
#include <core/state/fault_words.h>
#include <core/state/session_reason.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::state;
using fakes::address;
using fakes::node;
using fakes::ObservedLab;
using fakes::Sequence;
using model::CableImpairments;
using model::Impairment;

namespace {

const model::Link kLink = fakes::tutorialLink(2);

LinkAdminSeen impaired(const Impairment& fromLeaf, const Impairment& fromHost, bool up = true) {
    return {kLink.id, up, {fromLeaf, fromHost}};
}

} // namespace

class FaultsSeenTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sentences_data();
    void sentences();
    void everyChangeIsLoggedOnce();
    void aDropIsTheReasonOfASession();
    void aLossIsAReasonWhenNothingElseIs();
    void whatStandsInTheWay();
    void aStoppedNodeIsStopped();
    void aNodeWithoutPowerIsStopped();
    void aFailureIsNoStop();
    void aPausedDaemonIsNamed();
};

void FaultsSeenTest::sentences_data() {
    QTest::addColumn<Impairment>("impairment");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const Impairment& impairment, const char* sentence) {
        QTest::newRow(name) << impairment << QString::fromLatin1(sentence);
    };
    row("none", {}, "");
    row("drop", {true, 0, 0, 0}, "Packets from leaf1 to host2 on intnet2 are dropped on purpose.");
    row("drop wins", {true, 100, 500, 0}, "Packets from leaf1 to host2 on intnet2 are dropped on purpose.");
    row("all lost", {false, 10'000, 0, 0}, "Packets from leaf1 to host2 on intnet2 are dropped on purpose.");
    row("loss", {false, 1250, 0, 0}, "Packets from leaf1 to host2 on intnet2, on purpose: 12.5 % are lost.");
    row("rate", {false, 0, 500, 0}, "Packets from leaf1 to host2 on intnet2, on purpose: slowed to 500 kbit/s.");
    row("all", {false, 1, 1500, 20'500},
        "Packets from leaf1 to host2 on intnet2, on purpose: 0.01 % are lost, slowed to 1.5 Mbit/s, delayed by 20.5 ms.");
}

void FaultsSeenTest::sentences() {
    QFETCH(Impairment, impairment);
    QFETCH(QString, sentence);
    QCOMPARE(impairmentSentence(kLink, 0, impairment), sentence);
}

void FaultsSeenTest::everyChangeIsLoggedOnce() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).takeLog();
    observed.feed({impaired({true, 0, 0, 0}, {})});
    QCOMPARE(observed.takeLog(), QStringList{QStringLiteral("Packets from leaf1 to host2 on intnet2 are dropped on purpose.")});
    QVERIFY(observed.state.links.at(kLink.id).impairments[0].drop);
    observed.feed({impaired({true, 0, 0, 0}, {})});
    QCOMPARE(observed.takeLog(), QStringList());
    observed.feed({impaired({}, {false, 0, 500, 0}, false)});
    QCOMPARE(observed.takeLog(),
             (QStringList{QStringLiteral("intnet2 was cut."), QStringLiteral("Packets from leaf1 to host2 on intnet2 pass freely again."),
                          QStringLiteral("Packets from host2 to leaf1 on intnet2, on purpose: slowed to 500 kbit/s.")}));
    observed.feed({EngineSeen{false}});
    QCOMPARE(observed.state.links.at(kLink.id).impairments, CableImpairments{});
}

void FaultsSeenTest::aDropIsTheReasonOfASession() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).feed({impaired({true, 0, 0, 0}, {})});
    const auto reason = [&](const char* at, const char* peer) {
        const SessionState* session = observed.state.findSession(node(at), address(peer));
        return session == nullptr ? QStringLiteral("no session") : session->reason;
    };
    QCOMPARE(reason("host2", "172.16.0.5"), QString()); // until the hold timer ends it
    observed.feed({PeerDownSeen{node("host2"), address("172.16.0.5"), QStringLiteral("Hold Timer Expired")},
                   PeerDownSeen{node("leaf1"), address("172.16.0.6"), QStringLiteral("Hold Timer Expired")}});
    const QString dropped = QStringLiteral("Packets from leaf1 to host2 on intnet2 are dropped on purpose.");
    QCOMPARE(reason("host2", "172.16.0.5"), dropped);
    QCOMPARE(reason("leaf1", "172.16.0.6"), dropped);
    observed.feed({impaired({}, {})});
    QCOMPARE(reason("host2", "172.16.0.5"), QStringLiteral("Hold Timer Expired."));
}

void FaultsSeenTest::aLossIsAReasonWhenNothingElseIs() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab))
        .feed(
            {impaired({}, {false, 6000, 0, 0}), PeerDownSeen{node("host2"), address("172.16.0.5"), QStringLiteral("Hold Timer Expired")}});
    const SessionState& session = observed.state.sessions.at({node("host2"), address("172.16.0.5")});
    QCOMPARE(session.reason, QStringLiteral("60 % of the packets from host2 to leaf1 on intnet2 are lost on purpose."));
    observed.feed({fakes::killed(node("host2"), "bgpd")});
    QCOMPARE(observed.state.sessions.at({node("host2"), address("172.16.0.5")}).reason,
             QStringLiteral("bgpd is not running on host2 (killed by signal 9)."));
}

void FaultsSeenTest::whatStandsInTheWay() {
    ObservedLab observed;
    const auto faults = [&] { return faultsInTheWay(observed.lab, observed.state); };
    observed.feed(fakes::greenTutorial(observed.lab));
    QVERIFY(faults().empty());
    observed.feed({impaired({false, 9000, 500, 0}, {})});
    QVERIFY(faults().empty()); // slow and poor, but something gets through
    ProcessSeen paused = fakes::process(node("host3"), "bgpd");
    paused.paused = true;
    observed.feed({impaired({}, {false, 10'000, 0, 0}), LinkAdminSeen{fakes::tutorialLink(1).id, false}, paused});
    const std::vector<FaultInTheWay> expected = {
        {QStringLiteral("intnet1 is cut."), QStringLiteral("podleaf link tutorial intnet1 restore")},
        {QStringLiteral("Packets from host2 to leaf1 on intnet2 are dropped on purpose."),
         QStringLiteral("podleaf link tutorial intnet2 restore")},
        {QStringLiteral("bgpd is paused on host3."), QStringLiteral("podleaf node tutorial host3 continue bgpd")}};
    QCOMPARE(faults(), expected);
}

void FaultsSeenTest::aStoppedNodeIsStopped() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    observed.feed({fakes::killed(node("host2"), "udhcpc", 15), fakes::killed(node("host2"), "bgpd", 15)});
    QVERIFY(observed.state.nodes.at(node("host2")).phase != NodePhase::Stopped); // zebra runs yet
    observed.feed({fakes::killed(node("host2"), "zebra", 15)});
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Stopped);
    QCOMPARE(observed.state.nodes.at(node("host2")).reason, QStringLiteral("host2 is stopped."));
    observed.feed({PeerDownSeen{node("leaf1"), address("172.16.0.6"), {}}});
    QCOMPARE(observed.state.sessions.at({node("leaf1"), address("172.16.0.6")}).reason, QStringLiteral("host2 is stopped."));
    observed.feed({fakes::process(node("host2"), "zebra")});
    QVERIFY(observed.state.nodes.at(node("host2")).phase != NodePhase::Stopped);
}

void FaultsSeenTest::aNodeWithoutPowerIsStopped() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).takeLog();
    observed.feed({NodeSeen{node("host2"), false, true}});
    const NodeState& host = observed.state.nodes.at(node("host2"));
    QVERIFY(!host.exists && host.poweredOff);
    QCOMPARE(host.phase, NodePhase::Stopped);
    QVERIFY(observed.takeLog().contains(QStringLiteral("host2 was switched off.")));
    QCOMPARE(cableFault(observed.state, kLink, 0).sentence, QStringLiteral("host2 is stopped."));
    observed.feed({NodeSeen{node("host2"), true}});
    QVERIFY(!observed.state.nodes.at(node("host2")).poweredOff);
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Created);
}

void FaultsSeenTest::aFailureIsNoStop() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    observed.feed(
        {fakes::killed(node("host2"), "udhcpc", 15), fakes::killed(node("host2"), "bgpd", 9), fakes::killed(node("host2"), "zebra", 15)});
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Failed);
}

void FaultsSeenTest::aPausedDaemonIsNamed() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab)).takeLog();
    ProcessSeen paused = fakes::process(node("host2"), "bgpd");
    paused.paused = true;
    observed.feed({paused});
    QCOMPARE(observed.takeLog(), QStringList{QStringLiteral("bgpd on host2 is paused.")});
    QCOMPARE(observed.state.nodes.at(node("host2")).phase, NodePhase::Bgp);
    QCOMPARE(observed.state.nodes.at(node("host2")).reason, QStringLiteral("bgpd is paused on host2."));
    observed.feed({PeerDownSeen{node("leaf1"), address("172.16.0.6"), QStringLiteral("Hold Timer Expired")}});
    QCOMPARE(observed.state.sessions.at({node("leaf1"), address("172.16.0.6")}).reason, QStringLiteral("bgpd is paused on host2."));
    observed.takeLog();
    observed.feed({fakes::process(node("host2"), "bgpd")});
    QVERIFY(observed.takeLog().contains(QStringLiteral("bgpd on host2 goes on.")));
}

QTEST_GUILESS_MAIN(FaultsSeenTest)
#include "tst_faults_seen.moc"
