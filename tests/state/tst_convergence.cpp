// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceTracker on sequences of observations as a lab's collectors make them: which event gets what, when it
// is over, and what the record says then.
#include <core/state/convergence.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::state;
using namespace podleaf::fakes;

namespace {

using Time = std::optional<qint64>;

/// The tutorial, green and watched; times are milliseconds after `kEventMs`.
class WatchedLab {
public:
    static constexpr qint64 kEventMs = kStartMs + 1'000'000;

    WatchedLab() {
        m_lab.feed(greenTutorial(m_lab.lab));
        for (const model::Node& each : m_lab.lab.nodes) {
            m_lab.feed({SyncedSeen{each.id, QStringLiteral("services")}});
        }
        fold();
        advance(-1000);
    }
    void at(qint64 afterMs, const Sequence& seen) {
        for (const Observed& each : seen) {
            reduce(m_lab.state, m_lab.delta, m_lab.lab, {kEventMs + afterMs, each});
        }
        fold();
    }
    void probe(qint64 afterMs, const char* from, const char* fromNode, const char* to, const char* toNode, bool answered) {
        m_tracker.fold({QString::fromLatin1(from), node(fromNode), QString::fromLatin1(to), node(toNode), answered, kEventMs + afterMs});
    }
    std::vector<ConvergenceRecord> advance(qint64 afterMs) { return m_tracker.advance(m_lab.state, kEventMs + afterMs); }
    [[nodiscard]] std::vector<ConvergenceRecord> open() const { return m_tracker.open(); }
    [[nodiscard]] const model::Link& cable(int number) const { return m_lab.lab.links.at(static_cast<std::size_t>(number - 1)); }
    [[nodiscard]] const model::Lab& lab() const { return m_lab.lab; }

    /// A cut as it is seen: admin, both carriers, both sessions, the host's routes, its prefix at all others.
    void cut(int number, qint64 atMs) {
        const model::Link& link = cable(number);
        const NodeId& host = link.ends[1].node;
        at(atMs, {LinkAdminSeen{link.id, false}});
        at(atMs + 1, podleaf::fakes::cable(link, false, false));
        at(atMs + 12, {PeerDownSeen{link.ends[0].node, link.addresses[1], QStringLiteral("the port is down")}});
        at(atMs + 13, {PeerDownSeen{host, link.addresses[0], QStringLiteral("the port is down")}});
        at(atMs + 63, podRoutes(lab(), host, false));
    }
    void join(int number, qint64 atMs) {
        const model::Link& link = cable(number);
        at(atMs, {LinkAdminSeen{link.id, true}});
        at(atMs + 1, podleaf::fakes::cable(link, true, true));
        at(atMs + 40, established(link, 0));
        at(atMs + 41, established(link, 1));
        at(atMs + 110, podRoutes(lab(), link.ends[1].node));
    }

private:
    void fold() { m_tracker.fold(std::exchange(m_lab.delta, {}).changes); }

    ObservedLab m_lab;
    ConvergenceTracker m_tracker{m_lab.lab, {500, 7000, 30'000, 250}};
};

ConvergenceRecord only(const std::vector<ConvergenceRecord>& records) {
    return records.size() == 1 ? records.front() : ConvergenceRecord{};
}

} // namespace

class ConvergenceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labThatComesUpIsNoEvent();
    void cutIsDetectedAndWithdrawn();
    void joinIsInstalledAndProbesGoThrough();
    void cutWithoutAnotherWayCutsProbesOff();
    void joinIsNotOverWhileItsSessionIsDown();
    void deedTakesOverItsEarlierSymptom();
    void symptomWithoutDeedIsAnEvent_data();
    void symptomWithoutDeedIsAnEvent();
    void killedDaemonIsOneEvent();
    void nodeThatGoesIsOneEvent();
    void nodeThatComesBackIsOneEvent();
    void labIsWatchedWithoutOneOfItsNodes();
    void overlappingCutsShareNothingButWhatBothMayCause();
    void flapOvertakes();
    void eventThatChangesNothingIsWaitedForAndSaysSo();
    void lostObservationsMakeItPartial();
    void whatNeverSettlesIsGivenUp();
    void labThatGoesEndsEverything();
    void probeThatFlickersIsThroughOnlyForGood();
    void sentences_data();
    void sentences();
};

void ConvergenceTest::labThatComesUpIsNoEvent() {
    ObservedLab lab;
    ConvergenceTracker tracker(lab.lab, ConvergencePatience::of(lab.lab));
    for (const Observed& each : greenTutorial(lab.lab)) {
        lab.feed({each});
        tracker.fold(std::exchange(lab.delta, {}).changes);
        QVERIFY(tracker.advance(lab.state, lab.nowMs).empty());
        QVERIFY(tracker.open().empty());
    }
}

void ConvergenceTest::cutIsDetectedAndWithdrawn() {
    WatchedLab lab;
    lab.cut(2, 0);
    QVERIFY(lab.advance(562).empty());
    const ConvergenceRecord record = only(lab.advance(563));
    QCOMPARE(record.id, 1);
    QCOMPARE(record.what, QStringLiteral("intnet2 was cut"));
    QCOMPARE(record.link, link("intnet2"));
    QCOMPARE(record.atMs, WatchedLab::kEventMs);
    QCOMPARE(record.end, ConvergenceEnd::Settled);
    QCOMPARE(record.detectedMs(), Time(1));
    QCOMPARE(record.withdrawnMs(), Time(63));
    QCOMPARE(record.installedMs(), Time());
    QCOMPARE(record.throughMs(), Time());
    QCOMPARE(record.nodes.size(), std::size_t{4});
    const NodeConvergence& leaf = record.nodes.at(node("leaf1"));
    QCOMPARE(leaf.carrierMs, Time(1));
    QCOMPARE(leaf.sessionMs, Time(12));
    QCOMPARE(leaf.withdrawn, 1);
    QCOMPARE(record.nodes.at(node("host2")).sessionMs, Time(13));
    QCOMPARE(record.nodes.at(node("host1")).sessionMs, Time());
    QVERIFY(!record.overlapped && !record.partial);
    QVERIFY(lab.open().empty());
}

void ConvergenceTest::joinIsInstalledAndProbesGoThrough() {
    WatchedLab lab;
    lab.cut(2, 0);
    QCOMPARE(lab.advance(1000).size(), std::size_t{1});
    lab.probe(1500, "host1", "host1", "my-nginx-1", "host2", false);
    lab.join(2, 2000);
    lab.probe(2125, "host1", "host1", "my-nginx-1", "host2", true);
    lab.probe(2130, "host1", "host1", "my-nginx-2", "host3", true); // not touched by it
    const ConvergenceRecord record = only(lab.advance(3000));
    QCOMPARE(record.what, QStringLiteral("intnet2 was joined"));
    QVERIFY(record.up);
    QCOMPARE(record.detectedMs(), Time(1));
    QCOMPARE(record.nodes.at(node("leaf1")).sessionMs, Time(40));
    QCOMPARE(record.installedMs(), Time(110));
    QCOMPARE(record.withdrawnMs(), Time());
    QCOMPARE(record.probes.size(), std::size_t{1});
    QCOMPARE(record.throughMs(), Time(125));
    QCOMPARE(record.lostMs(), Time());
    QVERIFY(!record.probes.front().answeredAtFirst);
}

void ConvergenceTest::cutWithoutAnotherWayCutsProbesOff() {
    WatchedLab lab;
    lab.probe(-50, "host1", "host1", "my-nginx-1", "host2", true);
    lab.cut(2, 0);
    lab.probe(9, "host1", "host1", "my-nginx-1", "host2", false);
    const ConvergenceRecord record = only(lab.advance(1000));
    QVERIFY(record.isCutOff());
    QCOMPARE(record.lostMs(), Time(9));
    QCOMPARE(record.throughMs(), Time());
}

void ConvergenceTest::joinIsNotOverWhileItsSessionIsDown() {
    WatchedLab lab;
    lab.cut(1, 0);
    QCOMPARE(lab.advance(1000).size(), std::size_t{1});
    lab.at(2000, {LinkAdminSeen{link("intnet1"), true}});
    lab.at(2001, podleaf::fakes::cable(lab.cable(1), true, true));
    QVERIFY(lab.advance(2900).empty()); // quiet, but bgpd's retry is due
    lab.at(3000, established(lab.cable(1), 0));
    lab.at(3001, established(lab.cable(1), 1));
    lab.at(3060, podRoutes(lab.lab(), node("host1")));
    const ConvergenceRecord record = only(lab.advance(3560));
    QCOMPARE(record.nodes.at(node("leaf1")).sessionMs, Time(1000));
    QCOMPARE(record.installedMs(), Time(1060));
}

void ConvergenceTest::deedTakesOverItsEarlierSymptom() {
    WatchedLab lab;
    lab.at(0, podleaf::fakes::cable(lab.cable(2), false, false));
    QCOMPARE(only(lab.open()).what, QStringLiteral("intnet2 lost its carrier"));
    lab.at(3, {LinkAdminSeen{link("intnet2"), false}});
    const ConvergenceRecord record = only(lab.open());
    QCOMPARE(record.what, QStringLiteral("intnet2 was cut"));
    QCOMPARE(record.atMs, WatchedLab::kEventMs);
    QCOMPARE(record.id, 1);
}

void ConvergenceTest::symptomWithoutDeedIsAnEvent_data() {
    QTest::addColumn<Sequence>("seen");
    QTest::addColumn<QString>("what");
    const model::Lab lab = tutorialLab();
    const model::Link& cable = lab.links[1];
    QTest::newRow("carrier") << podleaf::fakes::cable(cable, true, false) << "intnet2 lost its carrier";
    QTest::newRow("session") << Sequence{PeerDownSeen{node("leaf1"), cable.addresses[1], QStringLiteral("Hold Timer Expired")}}
                             << "leaf1's session to 172.16.0.6 went down";
    QTest::newRow("route") << Sequence{RouteSeen{node("leaf1"), prefix("10.20.1.0/24"), {}, {}, 20, false}} << "10.20.1.0/24 left leaf1";
}

void ConvergenceTest::symptomWithoutDeedIsAnEvent() {
    QFETCH(Sequence, seen);
    QFETCH(QString, what);
    WatchedLab lab;
    lab.at(0, seen);
    QCOMPARE(only(lab.open()).what, what);
    QVERIFY(only(lab.open()).nodes.contains(node("leaf1")));
}

void ConvergenceTest::killedDaemonIsOneEvent() {
    WatchedLab lab;
    lab.at(0, bgpdKilled(lab.lab(), node("host2")));
    const ConvergenceRecord record = only(lab.advance(600));
    QCOMPARE(record.what, QStringLiteral("bgpd on host2 ended"));
    QCOMPARE(record.node, node("host2"));
    QCOMPARE(record.end, ConvergenceEnd::Settled);
    QVERIFY(record.nodes.at(node("leaf1")).sessionMs.has_value());
    QCOMPARE(record.nodes.at(node("host1")).withdrawn, 1);
    QCOMPARE(record.nodes.at(node("host2")).withdrawn, 3); // the leaf's loopback and both other hosts' pods
    QCOMPARE(record.id, 1);
}

void ConvergenceTest::nodeThatGoesIsOneEvent() {
    WatchedLab lab;
    lab.at(0, {killed(node("host2"), "bgpd"), killed(node("host2"), "zebra"), NodeSeen{node("host2"), false}});
    QCOMPARE(lab.open().size(), std::size_t{1});
    lab.at(2, {PeerDownSeen{node("leaf1"), lab.cable(2).addresses[1], QStringLiteral("closed")}});
    QCOMPARE(lab.open().size(), std::size_t{1});
    QCOMPARE(only(lab.open()).nodes.at(node("leaf1")).sessionMs, Time(2));
}

void ConvergenceTest::nodeThatComesBackIsOneEvent() {
    WatchedLab lab;
    lab.at(0, {killed(node("host2"), "bgpd"), killed(node("host2"), "zebra")});
    QCOMPARE(lab.advance(7000).size(), std::size_t{1});
    lab.at(8000, {process(node("host2"), "zebra")});
    lab.at(8400, {process(node("host2"), "bgpd")}); // longer after than parts of one deed are, elsewhere
    QVERIFY(lab.advance(8450).empty());
    QCOMPARE(only(lab.open()).what, QStringLiteral("zebra on host2 started"));
}

void ConvergenceTest::labIsWatchedWithoutOneOfItsNodes() {
    ObservedLab lab;
    lab.feed(greenTutorial(lab.lab)).feed({NodeSeen{node("host3"), false}});
    for (const char* name : {"leaf1", "host1", "host2"}) {
        lab.feed({SyncedSeen{node(name), QStringLiteral("services")}});
    }
    ConvergenceTracker tracker(lab.lab, {500, 7000, 30'000, 250});
    QVERIFY(tracker.advance(lab.state, lab.nowMs).empty());
    lab.delta = {};
    lab.feed({LinkAdminSeen{link("intnet1"), false}});
    tracker.fold(std::exchange(lab.delta, {}).changes);
    QCOMPARE(only(tracker.open()).what, QStringLiteral("intnet1 was cut"));
}

void ConvergenceTest::overlappingCutsShareNothingButWhatBothMayCause() {
    WatchedLab lab;
    lab.cut(1, 0);
    lab.cut(2, 100);
    const std::vector<ConvergenceRecord> records = lab.advance(2000);
    QCOMPARE(records.size(), std::size_t{2});
    const ConvergenceRecord& first = records[0];
    const ConvergenceRecord& second = records[1];
    QVERIFY(first.overlapped && second.overlapped);
    QCOMPARE(first.nodes.at(node("leaf1")).sessionMs, Time(12));
    QCOMPARE(second.nodes.at(node("leaf1")).sessionMs, Time(12));
    QCOMPARE(first.nodes.at(node("host2")).sessionMs, Time()); // that is the other cable's
    QCOMPARE(second.nodes.at(node("host1")).sessionMs, Time());
    QCOMPARE(first.nodes.at(node("leaf1")).withdrawn, 1); // of host1's pods only
    QCOMPARE(second.nodes.at(node("leaf1")).withdrawn, 1);
    QCOMPARE(first.nodes.at(node("host3")).withdrawnMs, Time(63));
    QCOMPARE(second.nodes.at(node("host3")).withdrawnMs, Time(63));
    QCOMPARE(first.nodes.at(node("host1")).withdrawn, 1); // host2's pods, gone because of either
}

void ConvergenceTest::flapOvertakes() {
    WatchedLab lab;
    lab.cut(2, 0);
    lab.join(2, 200);
    const ConvergenceRecord cut = only(lab.advance(400));
    QCOMPARE(cut.what, QStringLiteral("intnet2 was cut"));
    QCOMPARE(cut.end, ConvergenceEnd::Overtaken);
    QCOMPARE(cut.withdrawnMs(), Time(63));
    QCOMPARE(cut.installedMs(), Time());
    const ConvergenceRecord join = only(lab.advance(1000));
    QCOMPARE(join.end, ConvergenceEnd::Settled);
    QCOMPARE(join.id, 2);
    QCOMPARE(join.installedMs(), Time(110));
    QVERIFY(!join.overlapped);
}

void ConvergenceTest::eventThatChangesNothingIsWaitedForAndSaysSo() {
    WatchedLab lab;
    lab.at(0, {killed(node("host2"), "udhcpc")});
    QVERIFY(lab.advance(6999).empty()); // the hold time may yet show it
    const ConvergenceRecord record = only(lab.advance(7000));
    QCOMPARE(record.end, ConvergenceEnd::Settled);
    QCOMPARE(record.detectedMs(), Time());
    QCOMPARE(toSentence(record), QStringLiteral("udhcpc on host2 ended: nothing in the fabric changed."));
    lab.at(8000, {LinkAdminSeen{link("intnet1"), true}}); // it is joined already: no event
    QVERIFY(lab.open().empty());
}

void ConvergenceTest::lostObservationsMakeItPartial() {
    WatchedLab lab;
    lab.at(-100, {LossSeen{QStringLiteral("netlink"), 1}});
    lab.cut(2, 0);
    QVERIFY(!only(lab.open()).partial);
    lab.at(70, {LossSeen{QStringLiteral("queue"), 3}});
    const ConvergenceRecord record = only(lab.advance(1000));
    QVERIFY(record.partial);
    QVERIFY(toSentence(record).endsWith(QStringLiteral("Events were lost: the times may be too short.")));
}

void ConvergenceTest::whatNeverSettlesIsGivenUp() {
    WatchedLab lab;
    lab.at(0, {PeerDownSeen{node("leaf1"), lab.cable(2).addresses[1], QStringLiteral("Hold Timer Expired")}});
    QVERIFY(lab.advance(29'999).empty());
    QCOMPARE(only(lab.advance(30'000)).end, ConvergenceEnd::GaveUp);
}

void ConvergenceTest::labThatGoesEndsEverything() {
    WatchedLab lab;
    lab.cut(2, 0);
    lab.at(90, {killed(node("host3"), "bgpd")}); // its going: no event
    lab.at(100, {EngineSeen{false}});
    const ConvergenceRecord record = only(lab.advance(101));
    QCOMPARE(record.end, ConvergenceEnd::LabGone);
    QCOMPARE(record.withdrawnMs(), Time(63));
    lab.at(200, {EngineSeen{true}});
    lab.at(201, greenTutorial(lab.lab()));
    QVERIFY(lab.open().empty()); // it comes up again: no event
}

void ConvergenceTest::probeThatFlickersIsThroughOnlyForGood() {
    WatchedLab lab;
    lab.cut(2, 0);
    const auto probe = [&](qint64 at, bool answered) { lab.probe(at, "my-nginx-2", "host3", "my-nginx-1", "host2", answered); };
    probe(20, false);
    probe(60, true);
    probe(90, false);
    probe(130, true);
    const ConvergenceRecord record = only(lab.advance(1000));
    QCOMPARE(record.lostMs(), Time(20));
    QCOMPARE(record.throughMs(), Time(130));
    QVERIFY(record.probes.front().answeredAtFirst);
}

void ConvergenceTest::sentences_data() {
    QTest::addColumn<bool>("probed");
    QTest::addColumn<bool>("answered");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("cut") << true << false
                         << "intnet2 was cut: detected after 1 ms, last route withdrawn after 63 ms, probes stopped after 9 ms.";
    QTest::newRow("cut, another way") << true << true
                                      << "intnet2 was cut: detected after 1 ms, last route withdrawn after 63 ms, probes through again "
                                         "after 80 ms.";
    QTest::newRow("cut, unprobed") << false << false << "intnet2 was cut: detected after 1 ms, last route withdrawn after 63 ms.";
}

void ConvergenceTest::sentences() {
    QFETCH(bool, probed);
    QFETCH(bool, answered);
    QFETCH(QString, sentence);
    WatchedLab lab;
    lab.cut(2, 0);
    if (probed) {
        lab.probe(9, "host1", "host1", "my-nginx-1", "host2", false);
    }
    if (answered) {
        lab.probe(80, "host1", "host1", "my-nginx-1", "host2", true);
    }
    QCOMPARE(toSentence(only(lab.advance(1000))), sentence);
}

QTEST_GUILESS_MAIN(ConvergenceTest)
#include "tst_convergence.moc"
