// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedEngine keeps the contract of Engine: what was made is listed, twice is success, watchers start from the whole
// picture, several clients see the same, and nothing is left when it is removed.
#include <core/engine/simulated/simulated_engine.h>
#include <core/labfile/labfile.h>
#include <tests/fakes/outcome.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <csignal>

using namespace podleaf;
using namespace podleaf::engine;
using namespace Qt::StringLiterals;
using test::codeOf;
using Type = Event::Type;

namespace {

const QByteArray kText("name: pair\nengine: simulated\nnodes: {leaf1: {kind: leaf}, host1: {kind: host}}\n"
                       "links: [{name: cable, ends: [leaf1:swp1, host1:eth1]}]\n");
const NodeId kLeaf(u"leaf1"_s);
const NodeId kHost(u"host1"_s);
const LinkId kCable(u"cable"_s);
const std::vector<NodeSpec> kNodes{{kLeaf, u"leaf1"_s, {}}, {kHost, u"host1"_s, {u"cbr0"_s}}};
const std::vector<LinkSpec> kLinks{{kCable, {kLeaf, u"swp1"_s, {}}, {kHost, u"eth1"_s, {}}}};

/// What a watcher was told, in order.
class Witness {
public:
    EventHandler handler() {
        return [this](const Event& event) {
            {
                const std::lock_guard lock(m_mutex);
                m_events.push_back(event);
            }
            m_told.notify_all();
        };
    }
    bool waitFor(const std::function<bool(const Event&)>& wanted) {
        std::unique_lock lock(m_mutex);
        return m_told.wait_for(lock, std::chrono::seconds(20), [&] { return std::ranges::any_of(m_events, wanted); });
    }
    std::vector<Event> events() {
        const std::lock_guard lock(m_mutex);
        return m_events;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_told;
    std::vector<Event> m_events;
};

} // namespace

class TestSimulatedEngine : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    OpContext m_context;

    SimulatedEngine client(const QByteArray& text = kText) const {
        return SimulatedEngine({*labfile::parse(text).lab, m_folder.path() + u"/run"_s, u"/labs/pair.yaml"_s, text, 1});
    }
    void make() {
        SimulatedEngine engine = client();
        VERIFY_OK(engine.create(m_context, kNodes, kLinks));
    }

private Q_SLOTS:
    void cleanup() {
        SimulatedEngine engine = client();
        VERIFY_OK(engine.remove(m_context));
    }

    void aLabThatIsNotUpIsNoError() {
        SimulatedEngine engine = client();
        const auto listing = engine.list(m_context);
        VERIFY_OK(listing);
        QVERIFY(!listing->running);
        QVERIFY(engine.probe(m_context).usable);
        VERIFY_OK(engine.remove(m_context));
        QCOMPARE(codeOf(engine.watch([](const Event&) {})), ErrorCode::Unreachable);
        QCOMPARE(codeOf(engine.setLink(m_context, kCable, false)), ErrorCode::Unreachable);
        QVERIFY(simulatedLabs(m_folder.path() + u"/run"_s).empty());
    }

    void whatWasMadeIsListedByEveryClient() {
        make();
        make(); // twice is success
        SimulatedEngine other = client();
        const auto listing = other.list(m_context);
        VERIFY_OK(listing);
        QVERIFY(listing->running);
        QCOMPARE(listing->nodes.size(), kNodes.size());
        QCOMPARE(listing->nodes[0].spec, kNodes[1]); // by name
        QCOMPARE(listing->links.size(), std::size_t{1});
        QCOMPARE(listing->links[0].spec, kLinks[0]);
        QVERIFY(listing->links[0].up);
        const auto labs = simulatedLabs(m_folder.path() + u"/run"_s);
        QCOMPARE(labs.size(), std::size_t{1});
        QCOMPARE(labs[0].lab.name, u"pair"_s);
        QCOMPARE(labs[0].labText, kText);
    }

    void otherPropertiesAreAConflict() {
        make();
        SimulatedEngine engine = client();
        QCOMPARE(codeOf(engine.create(m_context, {{kLeaf, u"other"_s, {}}}, {})), ErrorCode::Conflict);
        QCOMPARE(codeOf(engine.create(m_context, {}, {{kCable, {kLeaf, u"swp9"_s, {}}, {kHost, u"eth1"_s, {}}}})), ErrorCode::Conflict);
        QCOMPARE(codeOf(engine.create(m_context, {}, {{LinkId(u"new"_s), {NodeId(u"gone"_s), u"a"_s, {}}, {kHost, u"eth2"_s, {}}}})),
                 ErrorCode::NotFound);
    }

    void removedPartsTakeTheirCablesAlong() {
        make();
        SimulatedEngine engine = client();
        VERIFY_OK(engine.removeParts(m_context, {kHost}, {LinkId(u"no-such"_s)}));
        const auto listing = engine.list(m_context);
        VERIFY_OK(listing);
        QCOMPARE(listing->nodes.size(), std::size_t{1});
        QVERIFY(listing->links.empty());
    }

    void lateWatchersStartFromTheWholePicture() {
        make();
        SimulatedEngine engine = client();
        VERIFY_OK(engine.startService(m_context, kLeaf, {u"bgpd"_s, {}, {}}));
        VERIFY_OK(engine.setLink(m_context, kCable, false));
        VERIFY_OK(engine.powerOff(m_context, kHost));
        Witness witness;
        const auto subscription = engine.watch(witness.handler());
        VERIFY_OK(subscription);
        const auto first = witness.events();
        const auto count = [&first](Type type) { return std::ranges::count(first, type, &Event::type); };
        QCOMPARE(count(Type::NodeAdded), 1);
        QCOMPARE(count(Type::NodeGone), 1);
        QCOMPARE(count(Type::ProcessStarted), 1);
        QCOMPARE(count(Type::LinkChanged), 1);
        QVERIFY(!std::ranges::find(first, Type::LinkChanged, &Event::type)->linkUp);
        QVERIFY(std::ranges::find(first, Type::NodeGone, &Event::type)->poweredOff);
    }

    void watchersAreToldWhatOthersDo() {
        make();
        SimulatedEngine engine = client();
        VERIFY_OK(engine.startService(m_context, kLeaf, {u"bgpd"_s, {}, {}}));
        Witness witness;
        const auto subscription = client().watch(witness.handler());
        VERIFY_OK(subscription);
        VERIFY_OK(engine.signalService(m_context, kLeaf, u"bgpd"_s, SIGSTOP));
        QVERIFY(witness.waitFor([](const Event& event) { return event.type == Type::ProcessStarted && event.paused; }));
        VERIFY_OK(engine.signalService(m_context, kLeaf, u"bgpd"_s, SIGKILL));
        QVERIFY(witness.waitFor([](const Event& event) { return event.type == Type::ProcessExited && event.signal == SIGKILL; }));
        QCOMPARE(codeOf(engine.signalService(m_context, kLeaf, u"bgpd"_s, SIGKILL)), ErrorCode::NotFound);
        VERIFY_OK(engine.impair(m_context, kCable, Senders::A, {true, {}, {}, {}}));
        QVERIFY(witness.waitFor([](const Event& event) { return event.type == Type::LinkChanged && event.impairments[0].drop; }));
        VERIFY_OK(engine.remove(m_context));
        QVERIFY(witness.waitFor([](const Event& event) { return event.type == Type::Lost; }));
    }

    void aNodeThatWasSwitchedOffComesBackAsNew() {
        make();
        SimulatedEngine engine = client();
        VERIFY_OK(engine.startService(m_context, kHost, {u"bgpd"_s, {}, {}}));
        VERIFY_OK(engine.powerOff(m_context, kHost));
        VERIFY_OK(engine.powerOff(m_context, kHost));
        QCOMPARE(codeOf(engine.runningServices(m_context, kHost)), ErrorCode::NotFound);
        VERIFY_OK(engine.create(m_context, kNodes, kLinks));
        const auto services = engine.runningServices(m_context, kHost);
        VERIFY_OK(services);
        QVERIFY(services->isEmpty());
        QCOMPARE(codeOf(engine.powerOff(m_context, NodeId(u"nobody"_s))), ErrorCode::NotFound);
    }

    void whatWasAppliedCanBeReadAndNothingRuns() {
        make();
        SimulatedEngine engine = client();
        VERIFY_OK(engine.apply(m_context, kHost,
                               {{{u"/run/podleaf/blueprint"_s, "{}", 0644, {}}, {u"/etc/hosts"_s, "x", 0644, {}}}, {}, {}, {}}));
        const auto channel = engine.channel(kHost);
        const auto manifest = channel->download(m_context, u"/run/podleaf/blueprint"_s, 100);
        VERIFY_OK(manifest);
        QCOMPARE(*manifest, QByteArray("{}"));
        QCOMPARE(codeOf(channel->download(m_context, u"/etc/hosts"_s, 100)), ErrorCode::NotFound);
        QCOMPARE(codeOf(channel->exec(m_context, {{u"ip"_s, u"route"_s}, {}, {}})), ErrorCode::NotFound);
        QCOMPARE(codeOf(channel->connectTcp(m_context, 179)), ErrorCode::NotFound);
        QCOMPARE(codeOf(engine.openNetlink(m_context, kHost, 0)), ErrorCode::HostLacks);
    }

    void anotherFileOfThatNameIsAConflict() {
        make();
        SimulatedEngine other({*labfile::parse(kText).lab, m_folder.path() + u"/run"_s, u"/elsewhere/pair.yaml"_s, kText, 1});
        QCOMPARE(codeOf(other.deployedText()), ErrorCode::Conflict);
    }

    void theScriptPlaysAlsoWhenNobodyWatches() {
        const QByteArray text =
            QByteArray(kText).replace("engine: simulated\n", "engine: simulated\nsimulation: {events: [{at: 0s, cut: cable}]}\n");
        SimulatedEngine engine = client(text);
        VERIFY_OK(engine.create(m_context, kNodes, kLinks));
        QVERIFY(engine.list(m_context)->links[0].up); // not before it came up
        VERIFY_OK(engine.play());
        QVERIFY(!engine.list(m_context)->links[0].up);
        VERIFY_OK(engine.setLink(m_context, kCable, true));
        QVERIFY(engine.list(m_context)->links[0].up); // an event happens once
    }

    void nonsenseInTheJournalIsPassedOver() {
        make();
        QFile journal(simulatedJournal(m_folder.path() + u"/run"_s, LabId(u"pair"_s)));
        QVERIFY(journal.open(QIODevice::Append));
        journal.write("not "
                      "json\n{\"do\":\"start\",\"node\":\"nobody\"}\n{\"do\":7}\n[]\n\n{\"do\":\"set-link\",\"link\":\"cable\",\"up\":"
                      "false}\n{\"half");
        journal.close();
        SimulatedEngine engine = client();
        const auto listing = engine.list(m_context);
        VERIFY_OK(listing);
        QVERIFY(!listing->links[0].up);
    }
};

QTEST_GUILESS_MAIN(TestSimulatedEngine)
#include "tst_simulated_engine.moc"
