// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated lab through LabSession, as command line and window have it: it comes up as intended in every routing
// profile, faults show and are explained, other clients see the same, equal seeds play alike, and a lab that is not
// simulated never shows any of it.
#include "simulated_labs.h"

#include <core/observe/simulated_usage.h>
#include <core/session/lab_faults.h>
#include <core/verify/verify.h>

#include <QTemporaryDir>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;
using session::LabSession;
using state::BgpState;

namespace {

const LinkId kUplink(u"leaf1-swp49"_s);

std::size_t established(const state::LabState& now) {
    return static_cast<std::size_t>(
        std::ranges::count_if(now.sessions, [](const auto& entry) { return entry.second.state == BgpState::Established; }));
}

/// What is, without when it came about.
QStringList withoutTimes(const state::LabState& now) {
    QStringList lines;
    for (const auto& [id, node] : now.nodes) {
        for (const auto& [key, route] : node.routes) {
            QStringList hops;
            for (const state::NextHop& hop : route.nextHops) {
                hops += hop.interface + (hop.via ? hop.via->toString() : QString());
            }
            lines += id.name + u' ' + route.prefix.toString() + u' ' + hops.join(u' ');
        }
    }
    for (const auto& [key, session] : now.sessions) {
        lines += key.first.name + u' ' + key.second.toString() + u' ' + toString(session.state) + u' ' +
                 QString::number(session.received.size());
    }
    return lines;
}

} // namespace

class TestSimulatedLab : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::unique_ptr<LabSession> running(const QByteArray& text) {
        auto session = openIn(m_folder.path(), sourceOf(text));
        const auto came = session ? up(*session) : Result<>(fail(ErrorCode::Internal, u"It cannot be opened."_s));
        if (!came) {
            QTest::qFail(qPrintable(describe(came.error())), __FILE__, __LINE__);
            return nullptr;
        }
        return session;
    }

private Q_SLOTS:
    void cleanup() {
        auto session = openIn(m_folder.path(), sourceOf(smallLab()));
        VERIFY_OK(down(*session));
    }

    void comesUpAsIntended_data() {
        QTest::addColumn<QByteArray>("routing");
        QTest::addColumn<QByteArray>("fabric");
        const QByteArray clos("{spines: 2, leaves: 2, hosts-per-leaf: 1}");
        QTest::newRow("ebgp") << QByteArray() << clos;
        QTest::newRow("ecmp") << QByteArray("routing: {ecmp: 1}\n") << clos;
        QTest::newRow("unnumbered") << QByteArray("routing: {protocol: unnumbered-ebgp}\n") << clos;
        QTest::newRow("ibgp") << QByteArray("routing: {protocol: ibgp-reflector}\n") << QByteArray("{leaves: 1, hosts-per-leaf: 2}");
    }

    void comesUpAsIntended() {
        QFETCH(QByteArray, routing);
        QFETCH(QByteArray, fabric);
        const auto session =
            running(smallLab("engine: simulated\n" + routing).replace("{spines: 1, leaves: 2, hosts-per-leaf: 1}", fabric));
        QVERIFY(session);
        QVERIFY(session->mismatches().empty());
        QCOMPARE(established(*session->store().snapshot()), session->intent().sessions.size());
        OpContext context = soon();
        const auto report = session->test(context, {}, {});
        VERIFY_OK(report);
        QVERIFY(report->ok());
        QCOMPARE(report->legs.size(), std::size_t{8});
        const auto again = session->planUp(context);
        VERIFY_OK(again);
        QVERIFY(again->isEmpty());
    }

    /// From who tells it to whose it is, for those that saw it come as for those that come later.
    void asPathsLeadToTheOwner() {
        const auto session = running(smallLab());
        QVERIFY(session);
        OpContext context = soon();
        const auto later = openIn(m_folder.path(), sourceOf(smallLab()));
        VERIFY_OK(later->attach(context));
        VERIFY_OK(later->waitSynced(context));
        const auto asnOf = [&session](const auto& isIt) {
            const auto& nodes = session->lab().nodes;
            const auto it = std::ranges::find_if(nodes, isIt);
            return it == nodes.end() ? 0U : it->asn;
        };
        for (LabSession* each : {session.get(), later.get()}) {
            std::size_t paths = 0;
            const state::Snapshot now = each->store().snapshot();
            for (const auto& [key, told] : now->sessions) {
                for (const auto& [prefix, path] : told.received) {
                    QVERIFY(!path.asPath.empty());
                    QCOMPARE(path.asPath.front(), asnOf([&](const model::Node& node) { return node.id == told.peerNode; }));
                    QCOMPARE(path.asPath[path.asPath.size() - 1], asnOf([&](const model::Node& node) {
                                 return node.loopback == prefix.address || (node.podCidr && node.podCidr->network() == prefix);
                             }));
                    QCOMPARE(path.nextHop, key.second);
                    ++paths;
                }
            }
            QVERIFY(paths > 8);
        }
    }

    void aCutShowsAndAJoinHeals() {
        const auto session = running(smallLab());
        QVERIFY(session);
        OpContext context = soon();
        VERIFY_OK(session->setLink(context, kUplink, false));
        QVERIFY(waitUntil(*session, [](const state::LabState& now) { return established(now) == 6; }));
        QVERIFY(!session->mismatches().empty());
        const auto broken = session->test(context, {}, {});
        VERIFY_OK(broken);
        QVERIFY(!broken->ok());
        VERIFY_OK(session->setLink(context, kUplink, true));
        QVERIFY(waitUntil(*session, [&session](const state::LabState& now) {
            return verify::checkIntent(session->lab(), session->intent(), now).empty();
        }));
    }

    void aKilledDaemonIsTheReason() {
        const auto session = running(smallLab());
        QVERIFY(session);
        OpContext context = soon();
        session::LabFaults faults(*session);
        VERIFY_OK(faults.kill(context, NodeId(u"leaf2"_s), u"bgpd"_s));
        QVERIFY(waitUntil(*session, [](const state::LabState& now) {
            return now.nodes.at(NodeId(u"leaf2"_s)).phase == state::NodePhase::Failed && established(now) == 4;
        }));
        VERIFY_OK(faults.start(context, NodeId(u"leaf2"_s), u"bgpd"_s));
        QVERIFY(waitUntil(*session, [&session](const state::LabState& now) {
            return verify::checkIntent(session->lab(), session->intent(), now).empty();
        }));
        VERIFY_OK(faults.kill(context, NodeId(u"host1-1"_s), {}));
        QVERIFY(waitUntil(*session, [](const state::LabState& now) {
            return now.nodes.at(NodeId(u"host1-1"_s)).phase == state::NodePhase::Stopped && established(now) == 6;
        }));
    }

    void otherClientsSeeTheSame() {
        const auto session = running(smallLab());
        QVERIFY(session);
        OpContext context = soon();
        VERIFY_OK(session->setLink(context, kUplink, false));
        const auto other = openIn(m_folder.path(), sourceOf(smallLab()));
        VERIFY_OK(other->attach(context));
        VERIFY_OK(other->waitSynced(context));
        QCOMPARE(established(*other->store().snapshot()), std::size_t{6});
        QVERIFY(!other->store().snapshot()->links.at(kUplink).adminUp);
        VERIFY_OK(other->setLink(context, kUplink, true));
        QVERIFY(waitUntil(*session, [](const state::LabState& now) { return established(now) == 8; }));
        VERIFY_OK(down(*other));
        QVERIFY(waitUntil(*session, [](const state::LabState& now) { return !now.running; }));
    }

    void equalSeedsPlayAlike() {
        const QByteArray text = smallLab("engine: simulated\nsimulation: {seed: 9, events: [{at: 0s, storm: 400, for: 1s}]}\n");
        QStringList first;
        for (int round = 0; round < 2; ++round) {
            const auto session = running(text);
            QVERIFY(session);
            const QStringList before = withoutTimes(*session->store().snapshot());
            QVERIFY(!before.isEmpty());
            QVERIFY(first.isEmpty() || first == before);
            first = before;
            VERIFY_OK(down(*session));
        }
    }

    void nodesUseWhatTheSeedSays() {
        const auto session = running(smallLab());
        QVERIFY(session);
        QVERIFY(waitUntil(*session, [](const state::LabState& now) {
            return std::ranges::all_of(now.nodes, [](const auto& entry) { return entry.second.usage && entry.second.usage->cpu; });
        }));
        for (const auto& [id, node] : session->store().snapshot()->nodes) {
            QVERIFY2(*node.usage->cpu < 0.2 && node.usage->memoryBytes > 1 << 20 && node.usage->memoryBytes < 50 << 20,
                     qPrintable(id.name));
        }
        engine::SimulatedWorld world;
        world.nodes[NodeId(u"leaf1"_s)] = {};
        const engine::SimulatedNetwork network(session->lab(), world);
        const auto minuteOf = [&](std::uint32_t seed) {
            observe::SimulatedUsage usage(session->lab(), seed);
            std::vector<state::UsageSeen> seen;
            for (int second = 0; second < 60; ++second) {
                const auto now = usage.after(std::chrono::seconds(1), network);
                seen.insert(seen.end(), now.begin(), now.end());
            }
            return seen;
        };
        QCOMPARE(minuteOf(1).size(), std::size_t{60}); // Of the one that exists.
        QVERIFY(minuteOf(1) == minuteOf(1));
        QVERIFY(minuteOf(1) != minuteOf(2));
        QVERIFY(std::ranges::is_sorted(minuteOf(1), {}, &state::UsageSeen::cpuMicroseconds));
    }

    void aStormShakesRoutesAndLeavesThemWhole() {
        const auto session =
            openIn(m_folder.path(), sourceOf(smallLab("engine: simulated\nsimulation: {events: [{at: 0s, storm: 400, for: 1s}]}\n")));
        QVERIFY(session);
        const auto reader = session->store().openReader(); // Before `up`, which may take as long as the storm.
        std::size_t changes = 0;
        VERIFY_OK(up(*session));
        QTRY_VERIFY_WITH_TIMEOUT((changes += reader->take().second.routes.size()) >= 300, 15000);
        QVERIFY(waitUntil(*session, [&session](const state::LabState& now) {
            return verify::checkIntent(session->lab(), session->intent(), now).empty();
        }));
        QVERIFY(session->store().snapshot()->lost.empty());
    }

    void aChangedFileIsADifference() {
        const auto session = running(smallLab());
        QVERIFY(session);
        const QByteArray more = smallLab().replace("hosts-per-leaf: 1", "hosts-per-leaf: 2");
        const auto grown = openIn(m_folder.path(), sourceOf(more));
        OpContext context = soon();
        const auto plan = grown->planUp(context);
        VERIFY_OK(plan);
        QVERIFY(!plan->isEmpty());
        VERIFY_OK(up(*grown));
        QVERIFY(grown->mismatches().empty());
    }

    /// The same lab without its key asks the real engine, which has nothing to show.
    void aLabThatIsNotSimulatedShowsNothingOfIt() {
        const auto session = running(smallLab());
        QVERIFY(session);
        const auto real = openIn(m_folder.path(), sourceOf(smallLab({})));
        OpContext context = soon();
        VERIFY_OK(real->attach(context));
        QVERIFY(!real->store().snapshot()->running);
        QVERIFY(!real->engine().list(context)->running);
    }
};

QTEST_GUILESS_MAIN(TestSimulatedLab)
#include "tst_simulated_lab.moc"
