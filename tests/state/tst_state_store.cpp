// SPDX-License-Identifier: GPL-3.0-or-later
// StateStore: publication, readers, waiting and losses; with many threads at once (also run under TSan).
#include <core/state/state_store.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

#include <poll.h>

#include <atomic>
#include <thread>

using namespace podleaf;
using namespace podleaf::state;
using fakes::node;
using fakes::prefix;

namespace {

/// Against a hang only.
OpContext patient() {
    return OpContext{}.withTimeout(std::chrono::seconds(30));
}

bool wakes(const Reader& reader, int timeoutMs) {
    pollfd fd{reader.wakeFd(), POLLIN, 0};
    return ::poll(&fd, 1, timeoutMs) == 1;
}

void pushAll(StateStore& store, const fakes::Sequence& seen) {
    for (const state::Observed& each : seen) {
        store.push({fakes::kStartMs, each});
    }
}

Ipv4Prefix numbered(std::uint32_t number) {
    return {Ipv4Address{(11U << 24U) + number * 256}, 24};
}

RouteSeen route(const NodeId& at, std::uint32_t number) {
    return fakes::bgpRoute(at, numbered(number), fakes::address("172.16.0.1"), QStringLiteral("eth1"));
}

bool allReady(const LabState& state) {
    return std::ranges::all_of(state.nodes, [](const auto& entry) { return entry.second.phase == NodePhase::Ready; });
}

} // namespace

class TstStateStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsWithTheInitialState();
    void readerIsWokenAndTakesWhatChanged();
    void readerMayOutliveTheStore();
    void readersAreIndependent();
    void waitUntilSeesWhatComes();
    void waitUntilEnds();
    void snapshotsDoNotChange();
    void refusedPushesAreCounted();
    void gaugesTakeEachOthersPlace();
    void foldsAsReduceDoes();
    void routesAreToldToReaders();
    void manyThreads();
    void deltasMerge();
};

void TstStateStore::startsWithTheInitialState() {
    StateStore store(fakes::tutorialLab(), fakes::seedsOf(fakes::tutorialLab()));
    const auto reader = store.openReader();
    QCOMPARE(store.snapshot()->nodes.size(), 4U);
    QCOMPARE(store.snapshot()->sessions.size(), 6U);
    QVERIFY(!wakes(*reader, 0));
    const auto [snapshot, delta] = reader->take();
    QVERIFY(snapshot == store.snapshot());
    QVERIFY(delta.isEmpty());
}

void TstStateStore::readerIsWokenAndTakesWhatChanged() {
    StateStore store(fakes::tutorialLab(), {});
    const auto reader = store.openReader();
    store.push({1, EngineSeen{true}});
    QVERIFY(wakes(*reader, 30000));
    const auto [snapshot, delta] = reader->take();
    QVERIFY(snapshot->running);
    QVERIFY(delta.running);
    QCOMPARE(delta.log.size(), 1U);
    QVERIFY(!wakes(*reader, 0));
    QVERIFY(reader->take().second.isEmpty());
    store.push({2, EngineSeen{true}}); // Nothing new: nothing is published.
    store.push({3, NodeSeen{node("host1"), true}});
    QVERIFY(wakes(*reader, 30000));
    QCOMPARE(reader->take().second.nodes, std::set{node("host1")});
}

void TstStateStore::readerMayOutliveTheStore() {
    std::unique_ptr<Reader> reader;
    {
        StateStore store(fakes::tutorialLab(), {});
        reader = store.openReader();
        store.push({1, EngineSeen{true}});
        QVERIFY(wakes(*reader, 30000));
    }
    QVERIFY(reader->take().first->running);
}

void TstStateStore::readersAreIndependent() {
    StateStore store(fakes::tutorialLab(), {});
    const auto early = store.openReader();
    store.push({1, EngineSeen{true}});
    auto context = patient();
    QVERIFY(store.waitUntil(context, [](const LabState& state) { return state.running; }));
    const auto late = store.openReader();
    QVERIFY(!wakes(*late, 0));
    QVERIFY(late->take().second.isEmpty());
    QVERIFY(late->take().first->running);
    QVERIFY(early->take().second.running);
}

void TstStateStore::waitUntilSeesWhatComes() {
    const model::Lab lab = fakes::tutorialLab();
    StateStore store(lab, fakes::seedsOf(lab));
    std::jthread collector([&] { pushAll(store, fakes::greenTutorial(lab)); });
    auto context = patient();
    const auto snapshot = store.waitUntil(context, allReady);
    QVERIFY(snapshot);
    QVERIFY(allReady(**snapshot));
}

void TstStateStore::waitUntilEnds() {
    StateStore store(fakes::tutorialLab(), {});
    auto late = OpContext{}.withTimeout(std::chrono::milliseconds(20));
    const auto timeout = store.waitUntil(late, [](const LabState&) { return false; });
    QVERIFY(!timeout);
    QCOMPARE(timeout.error().code, ErrorCode::Timeout);
    std::stop_source source;
    OpContext context = patient();
    context.stop = source.get_token();
    std::jthread user([&source] { source.request_stop(); });
    const auto cancelled = store.waitUntil(context, [](const LabState&) { return false; });
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
}

void TstStateStore::snapshotsDoNotChange() {
    StateStore store(fakes::tutorialLab(), {});
    auto context = patient();
    store.push({1, route(node("host1"), 0)});
    const auto first = store.waitUntil(context, [](const LabState& state) { return state.nodes.at(node("host1")).routes.size() == 1; });
    store.push({2, route(node("host1"), 1)});
    const auto second = store.waitUntil(context, [](const LabState& state) { return state.nodes.at(node("host1")).routes.size() == 2; });
    QVERIFY(first && second);
    QCOMPARE((*first)->nodes.at(node("host1")).routes.size(), 1U);
    QCOMPARE((*second)->nodes.at(node("host1")).routes.size(), 2U);
}

void TstStateStore::refusedPushesAreCounted() {
    // The store's thread hangs in a condition-free way: it folds one large batch while the queue fills up.
    constexpr std::uint32_t kMany = 400000;
    StateStore store(fakes::tutorialLab(), {});
    const auto reader = store.openReader();
    for (std::uint32_t i = 0; i < kMany; ++i) {
        store.push({1, LossSeen{QStringLiteral("probe"), 1}});
    }
    auto context = patient();
    const auto end = store.waitUntil(context, [](const LabState& state) {
        const auto count = [&state](const QString& source) { return state.lost.contains(source) ? state.lost.at(source) : 0; };
        return count(QStringLiteral("probe")) + count(QStringLiteral("queue")) == kMany; // Every single one is accounted for.
    });
    QVERIFY(end);
    if ((*end)->lost.contains(QStringLiteral("queue"))) {
        const auto log = reader->take().second.log;
        QVERIFY(std::ranges::any_of(log, [](const LogEntry& entry) { return entry.what.contains(QStringLiteral("of queue were lost")); }));
    }
}

void TstStateStore::gaugesTakeEachOthersPlace() {
    // Far more than the queue holds: none is refused, as each takes the place of the one that waits.
    constexpr std::uint64_t kMany = 400'000;
    const model::Lab lab = fakes::tutorialLab();
    StateStore store(lab, fakes::seedsOf(lab));
    pushAll(store,
            {EngineSeen{true}, NodeSeen{node("leaf1"), true}, InterfaceSeen{node("leaf1"), QStringLiteral("swp1"), 2, true, true, true}});
    for (std::uint64_t i = 1; i <= kMany; ++i) {
        store.push({fakes::kStartMs + static_cast<qint64>(i), TrafficSeen{node("leaf1"), {{QStringLiteral("swp1"), i, 0, 0, 0}}}});
    }
    auto context = patient();
    const auto end = store.waitUntil(context, [](const LabState& state) {
        const auto& traffic = state.nodes.at(node("leaf1")).traffic;
        const auto port = traffic.find(QStringLiteral("swp1"));
        return port != traffic.end() && port->second.counters.rxBytes == kMany;
    });
    QVERIFY(end);
    QVERIFY((*end)->lost.empty());
}

void TstStateStore::foldsAsReduceDoes() {
    // Without a reader, and many in a row: what comes of it is the same.
    fakes::ObservedLab observed;
    fakes::Sequence seen = fakes::greenTutorial(observed.lab);
    for (const char* word : {"host1", "leaf1", "host1", "nobody", "host2"}) {
        for (std::uint32_t i = 0; i < 400; ++i) {
            seen.emplace_back(route(node(word), i % 300));
            seen.emplace_back(BgpRouteSeen{node(word),
                                           fakes::address(i % 2 == 0 ? "172.16.0.1" : "172.16.0.6"),
                                           numbered(i),
                                           i % 5 != 0,
                                           fakes::address("172.16.0.1"),
                                           {65100}});
        }
        fakes::append(seen, {PeerUpSeen{node(word), fakes::address("172.16.9.9"), 65000, 0},
                             BgpRouteSeen{node(word), fakes::address("172.16.9.9"), numbered(1), true, fakes::address("172.16.9.9"), {}}});
    }
    fakes::append(seen, fakes::bgpdKilled(observed.lab, node("host2")));
    fakes::append(seen, fakes::podRoutes(observed.lab, node("host2"), false));
    seen.emplace_back(LossSeen{QStringLiteral("end"), 1});
    StateStore store(observed.lab, fakes::seedsOf(observed.lab));
    Delta delta;
    for (const Observed& each : seen) {
        reduce(observed.state, delta, observed.lab, {fakes::kStartMs, each});
        store.push({fakes::kStartMs, each});
    }
    auto context = patient();
    const auto now = store.waitUntil(context, [](const LabState& state) { return !state.lost.empty(); });
    QVERIFY(now);
    QVERIFY((*now)->nodes == observed.state.nodes);
    QVERIFY((*now)->sessions == observed.state.sessions);
    QVERIFY((*now)->links == observed.state.links);
    QVERIFY((*now)->pods == observed.state.pods);
    QVERIFY((*now)->leases == observed.state.leases);
    QCOMPARE((*now)->nodes.at(node("leaf1")).routes.size(), observed.state.nodes.at(node("leaf1")).routes.size());
    QVERIFY((*now)->nodes.at(node("leaf1")).routes.size() > 300);
}

void TstStateStore::routesAreToldToReaders() {
    StateStore store(fakes::tutorialLab(), {});
    auto context = patient();
    const auto has = [](std::size_t count) {
        return [count](const LabState& state) { return state.nodes.at(node("host1")).routes.size() == count; };
    };
    store.push({1, route(node("host1"), 0)}); // Nobody hears of it …
    QVERIFY(store.waitUntil(context, has(1)));
    const auto reader = store.openReader();
    QVERIFY(has(1)(*reader->take().first));
    store.push({2, route(node("host1"), 1)}); // … and somebody of this.
    QVERIFY(store.waitUntil(context, has(2)));
    QVERIFY(wakes(*reader, 30000));
    const auto delta = reader->take().second;
    QCOMPARE(delta.nodes, std::set{node("host1")});
    QCOMPARE(delta.routes.size(), 1U);
    QCOMPARE(delta.routes.front().prefix, numbered(1));
    QCOMPARE(delta.log.size(), 1U);
    QCOMPARE(delta.changes.size(), 1U);
}

void TstStateStore::manyThreads() {
    constexpr std::uint32_t kRoutes = 500;
    const model::Lab lab = fakes::tutorialLab();
    StateStore store(lab, fakes::seedsOf(lab));
    std::atomic<int> comings = 0;
    const auto done = [](const LabState& state) {
        return std::ranges::all_of(state.nodes, [](const auto& entry) { return entry.second.routes.size() == kRoutes; });
    };
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) { // Readers: each must see every coming exactly once, in consistent snapshots.
        threads.emplace_back([&, reader = std::shared_ptr<Reader>(store.openReader())] {
            int own = 0;
            bool complete = false;
            while (!complete && wakes(*reader, 30000)) {
                const auto [snapshot, delta] = reader->take();
                own += static_cast<int>(delta.routes.size());
                complete = done(*snapshot);
            }
            comings += own;
        });
    }
    for (const model::Node& each : lab.nodes) { // Collectors, one a node.
        threads.emplace_back([&store, id = each.id] {
            for (std::uint32_t i = 0; i < kRoutes; ++i) {
                store.push({1, route(id, i)});
            }
        });
    }
    threads.emplace_back([&store] { // Somebody who only looks.
        for (int i = 0; i < 200; ++i) {
            std::size_t sum = 0;
            const Snapshot now = store.snapshot(); // Held: a snapshot lives as long as somebody has it.
            for (const auto& [id, each] : now->nodes) {
                for (const auto& [key, seen] : each.routes) {
                    sum += seen.nextHops.size();
                }
            }
            Q_ASSERT(sum <= kRoutes * 4U);
        }
    });
    auto context = patient();
    QVERIFY(store.waitUntil(context, done));
    threads.clear();
    QCOMPARE(comings.load(), 3 * 4 * static_cast<int>(kRoutes));
}

void TstStateStore::deltasMerge() {
    Delta first;
    QVERIFY(first.isEmpty());
    first.nodes = {node("a")};
    first.log = {{1, {}, {}, QStringLiteral("one"), false}};
    Delta second;
    second.nodes = {node("a"), node("b")};
    second.log = {{2, {}, {}, QStringLiteral("two"), false}};
    second.tests.push_back({QStringLiteral("a"), QStringLiteral("pod"), true, true, 0.4, {}});
    first.merge(std::move(second));
    QCOMPARE(first.nodes.size(), 2U);
    QCOMPARE(first.log.size(), 2U);
    QCOMPARE(first.log.back().what, QStringLiteral("two"));
    QVERIFY(first.tests.size() == 1 && !first.leases && !first.running && !first.isEmpty());
}

QTEST_GUILESS_MAIN(TstStateStore)
#include "tst_state_store.moc"
