// SPDX-License-Identifier: GPL-3.0-or-later
// What the cables of a simulated lab carry, and who asks whom: the same for equal seeds, along the ways that packets take,
// nothing over a cable that is cut, and seen by those who watch the lab.
#include "simulated_labs.h"

#include <core/engine/simulated/simulated_journal.h>
#include <core/observe/simulated_traffic.h>

#include <QTemporaryDir>

#include <set>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;
using engine::SimulatedNetwork;
using engine::SimulatedWorld;
using observe::SimulatedTraffic;
using session::LabSession;

namespace {

const LinkId kUplink(u"leaf1-swp49"_s);
const model::Endpoint kUplinksLeaf{NodeId(u"leaf1"_s), u"swp49"_s};

const state::PortCounters* countersAt(const std::vector<state::TrafficSeen>& seen, const model::Endpoint& end) {
    const auto node = std::ranges::find(seen, end.node, &state::TrafficSeen::node);
    if (node == seen.end()) {
        return nullptr;
    }
    const auto port = std::ranges::find(node->ports, end.port, &state::PortCounters::port);
    return port == node->ports.end() ? nullptr : &*port;
}

double rateAt(const state::LabState& now, const model::Endpoint& end) {
    const auto& traffic = now.nodes.at(end.node).traffic;
    const auto port = traffic.find(end.port);
    return port == traffic.end() ? -1 : port->second.txBitsPerSecond + port->second.rxBitsPerSecond;
}

} // namespace

class TestSimulatedTraffic : public QObject {
    Q_OBJECT

private:
    struct Minute {
        std::vector<state::TrafficSeen> counters;
        std::vector<state::FlowSeen> flows;
        bool operator==(const Minute&) const = default;
    };

    QTemporaryDir m_folder;
    std::unique_ptr<LabSession> m_session;

    /// The lab as its journal has it.
    SimulatedWorld world() const {
        engine::SimulatedReader reader(engine::simulatedJournal(m_folder.path() + u"/run"_s, m_session->lab().id));
        reader.catchUp();
        return reader.world();
    }
    static void add(Minute& to, SimulatedTraffic& traffic, std::uint64_t turns, std::uint64_t from = 0) {
        for (std::uint64_t turn = from; turn < from + turns; ++turn) {
            const auto seen = traffic.counters(std::chrono::seconds(1), turn);
            to.counters.insert(to.counters.end(), seen.begin(), seen.end());
            if (const auto flow = traffic.flow(turn)) {
                to.flows.push_back(*flow);
            }
        }
    }
    Minute minuteOf(std::uint32_t seed) const {
        SimulatedTraffic traffic(m_session->lab(), seed);
        const SimulatedWorld now = world();
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        Minute minute;
        add(minute, traffic, 60);
        return minute;
    }

private Q_SLOTS:
    void init() {
        m_session = openIn(m_folder.path(), sourceOf(smallLab()));
        QVERIFY(m_session);
        VERIFY_OK(up(*m_session));
    }
    void cleanup() { VERIFY_OK(down(*m_session)); }

    void equalSeedsCarryAlike() {
        const Minute minute = minuteOf(1);
        QCOMPARE(minute.counters.size(), std::size_t{60 * 5}); // Keepalives keep all five nodes counting.
        QVERIFY(!minute.flows.empty());
        QVERIFY(minute == minuteOf(1));
        QVERIFY(!(minute == minuteOf(2)));
    }

    /// What one end of a cable sends the other one receives, and rates wander.
    void countersGrowAlongTheWay() {
        const model::Link& uplink = *m_session->lab().findLink(kUplink);
        SimulatedTraffic traffic(m_session->lab(), 1);
        const SimulatedWorld now = world();
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        std::set<std::uint64_t> rates;
        std::uint64_t before = 0;
        for (std::uint64_t turn = 0; turn < 40; ++turn) {
            const auto seen = traffic.counters(std::chrono::seconds(1), turn);
            const auto* one = countersAt(seen, uplink.ends[0]);
            const auto* other = countersAt(seen, uplink.ends[1]);
            QVERIFY(one != nullptr && other != nullptr);
            QCOMPARE(one->txBytes, other->rxBytes);
            QCOMPARE(one->rxBytes, other->txBytes);
            rates.insert(one->txBytes + one->rxBytes - before);
            before = one->txBytes + one->rxBytes;
        }
        QVERIFY2(before > 40 * 1000, qPrintable(QString::number(before))); // More than keepalives.
        QVERIFY2(rates.size() > 10, qPrintable(QString::number(rates.size())));
        QVERIFY(*rates.begin() > 0);
    }

    void aCutCableCarriesNothing() {
        SimulatedTraffic traffic(m_session->lab(), 1);
        SimulatedWorld now = world();
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        traffic.counters(std::chrono::seconds(1), 0);
        const auto last = traffic.counters(std::chrono::seconds(1), 1);
        now.links.at(kUplink).up = false;
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        for (std::uint64_t turn = 2; turn < 5; ++turn) {
            const auto cut = traffic.counters(std::chrono::seconds(1), turn);
            const auto* port = countersAt(cut, kUplinksLeaf); // The leaf still hears its host's keepalives.
            QVERIFY(port != nullptr);
            QVERIFY(*port == *countersAt(last, kUplinksLeaf));
        }
        Minute after;
        add(after, traffic, 60, 5);
        QVERIFY(!after.flows.empty());
        QVERIFY(std::ranges::none_of(after.flows, &state::FlowSeen::ok)); // There is no other way.
        QCOMPARE(after.flows.front().reason, u"No answer within 2 s."_s);
    }

    /// Nobody asks before the first answer.
    void nobodyAsksALabThatHasNotComeUp() {
        SimulatedTraffic traffic(m_session->lab(), 1);
        const SimulatedWorld nothing;
        traffic.follow(nothing, SimulatedNetwork(m_session->lab(), nothing));
        Minute silent;
        add(silent, traffic, 60);
        QVERIFY(silent.counters.empty() && silent.flows.empty());
        SimulatedWorld cut = world();
        cut.links.at(kUplink).up = false;
        traffic.follow(cut, SimulatedNetwork(m_session->lab(), cut));
        add(silent, traffic, 60);
        QVERIFY(silent.flows.empty());
        QVERIFY(!silent.counters.empty());
    }

    void aQuietNodeIsToldOnceMore() {
        SimulatedTraffic traffic(m_session->lab(), 1);
        SimulatedWorld now = world();
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        traffic.counters(std::chrono::seconds(1), 0);
        for (auto& [id, link] : now.links) {
            link.up = false;
        }
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        QCOMPARE(traffic.counters(std::chrono::seconds(1), 1).size(), std::size_t{5}); // So that rates fall to nothing.
        QVERIFY(traffic.counters(std::chrono::seconds(1), 2).empty());
        now.nodes.at(NodeId(u"leaf1"_s)).on = false;
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        now.nodes.at(NodeId(u"leaf1"_s)).on = true;
        traffic.follow(now, SimulatedNetwork(m_session->lab(), now));
        const auto again = traffic.counters(std::chrono::seconds(1), 3);
        QCOMPARE(again.size(), std::size_t{1}); // Its ports are new ones.
        QCOMPARE(countersAt(again, kUplinksLeaf)->txBytes, std::uint64_t{0});
    }

    void whoWatchesSeesRatesAndFlows() {
        const auto reader = m_session->store().openReader();
        QVERIFY(waitUntil(*m_session, [](const state::LabState& now) { return rateAt(now, kUplinksLeaf) > 1000 && !now.flows.empty(); }));
        std::vector<state::FlowSeen> flows;
        const auto take = [&] {
            const auto delta = reader->take().second;
            flows.insert(flows.end(), delta.flows.begin(), delta.flows.end());
            return delta;
        };
        QTRY_VERIFY_WITH_TIMEOUT((take(), !flows.empty()), 10'000); // One in the state may have come before the reader.
        QVERIFY(flows.front().ok && flows.front().ms > 0 && flows.front().ms < 5);
        OpContext context = soon();
        VERIFY_OK(m_session->setLink(context, kUplink, false));
        QVERIFY(waitUntil(*m_session, [](const state::LabState& now) { return rateAt(now, kUplinksLeaf) == 0; }));
        QVERIFY(waitUntil(*m_session, [](const state::LabState& now) {
            return std::ranges::any_of(now.flows, [](const auto& entry) { return !entry.second.ok; });
        }));
        const state::Snapshot now = m_session->store().snapshot();
        const auto broken = std::ranges::find_if(now->flows, [](const auto& entry) { return !entry.second.ok; });
        QCOMPARE(now->lastLeg(broken->first.first, broken->first.second)->reason, u"No answer within 2 s."_s);
        const auto delta = take();
        QVERIFY2(std::ranges::none_of(delta.log, [](const state::LogEntry& entry) { return entry.kind == u"test"; }),
                 "A flow is no event.");
        VERIFY_OK(m_session->setLink(context, kUplink, true));
    }
};

QTEST_GUILESS_MAIN(TestSimulatedTraffic)
#include "tst_simulated_traffic.moc"
