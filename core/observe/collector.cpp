// SPDX-License-Identifier: GPL-3.0-or-later
// Collector: turns the engine's events into feeds, one per leaf and host, on the poll thread.
#include "collector.h"

#include "kube_feed.h"
#include "node_feed.h"
#include "process_seen.h"
#include "service_log.h"
#include "turns.h"
#include "usage_feed.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <atomic>

namespace podleaf::observe {

using namespace state;

namespace {

constexpr QLatin1StringView kNginx("nginx");

bool isPod(const model::Lab& lab, const NodeId& node) {
    const auto pods = lab.pods();
    return std::ranges::any_of(pods, [&](const model::Pod& pod) { return pod.name == node.name; });
}

} // namespace

class Collector::Private {
public:
    Private(engine::Engine& engine, model::Lab lab, std::vector<SeedSession> sessions, Push push, SourcePlaces places,
            std::unique_ptr<PollLoop> loop);
    ~Private();

    Result<> start();
    [[nodiscard]] bool isLost() const { return m_lost; }

private:
    void handle(const engine::Event& event);
    void handlePod(const engine::Event& event);
    void addCluster(const NodeId& node);
    void removeCluster(const NodeId& node);
    void addNode(const NodeId& id);
    void engineHasTold();
    void engineLost();
    void addressChanged(const NodeId& node);
    void tell(Observed what);

    engine::Engine& m_engine;
    const model::Lab m_lab;
    const std::vector<SeedSession> m_sessions;
    const Push m_push;
    const SourcePlaces m_places;
    std::atomic<bool> m_lost = false; ///< Set on the poll thread, read on any.
    std::map<NodeId, bool> m_pods;    ///< By name, whether nginx runs.
    bool m_told = false;              ///< The engine has told of all that was there before us.
    std::unique_ptr<PollLoop> m_loop;
    ServiceLog m_podLogs;
    std::map<NodeId, std::unique_ptr<NodeFeed>> m_nodes;
    std::unique_ptr<UsageFeed> m_usage;
    std::unique_ptr<KubeFeed> m_cluster; ///< While there is a control plane.
    std::unique_ptr<engine::Subscription> m_subscription;
};

Collector::Private::Private(engine::Engine& engine, model::Lab lab, std::vector<SeedSession> sessions, Push push, SourcePlaces places,
                            std::unique_ptr<PollLoop> loop)
    : m_engine(engine), m_lab(std::move(lab)), m_sessions(std::move(sessions)), m_push(std::move(push)), m_places(std::move(places)),
      m_loop(std::move(loop)), m_podLogs(*m_loop, m_places.logFiles) {}

Collector::Private::~Private() {
    m_subscription.reset(); // no more events
    m_loop->stop();         // nothing runs any more
    m_nodes.clear();        // feeds leave the loop, which must exist yet
    m_usage.reset();
    m_cluster.reset();
}

Result<> Collector::Private::start() {
    m_loop->post([this] { tell(EngineSeen{true}); });
    auto subscription = m_engine.watch([this](const engine::Event& event) { m_loop->post([this, event] { handle(event); }); });
    if (!subscription) {
        return fail(std::move(subscription).error());
    }
    m_subscription = *std::move(subscription);
    m_loop->post([this] { engineHasTold(); });
    m_usage = std::make_unique<UsageFeed>(*m_loop, *m_engine.nodeSetup(), m_lab, usageEvery(m_lab),
                                          [this](Observed what) { tell(std::move(what)); });
    m_loop->start();
    return {};
}

void Collector::Private::tell(Observed what) {
    m_push(Observation{QDateTime::currentMSecsSinceEpoch(), std::move(what)});
}

void Collector::Private::handle(const engine::Event& event) {
    using Type = engine::Event::Type;
    if (m_lost) {
        return;
    }
    if (event.type == Type::Lost) {
        engineLost();
    } else if (event.type == Type::LinkChanged) {
        tell(LinkAdminSeen{event.link, event.linkUp, event.impairments});
    } else if (isPod(m_lab, event.node)) {
        handlePod(event);
    } else if (event.type == Type::NodeAdded) {
        addNode(event.node);
    } else if (event.type == Type::NodeGone) {
        removeCluster(event.node);
        if (m_nodes.erase(event.node) > 0 || event.poweredOff) {
            tell(NodeSeen{event.node, false, event.poweredOff});
        }
    } else if (const auto it = m_nodes.find(event.node); it != m_nodes.end() && event.type == Type::ProcessForgotten) {
        it->second->processForgotten(event);
    } else if (it != m_nodes.end()) {
        event.type == Type::ProcessStarted ? it->second->processStarted(event) : it->second->processExited(event);
    }
}

void Collector::Private::handlePod(const engine::Event& event) {
    using Type = engine::Event::Type;
    const bool exists = event.type != Type::NodeGone;
    const bool ofProcess = event.type == Type::ProcessStarted || event.type == Type::ProcessExited;
    if (ofProcess) {
        tell(processSeen(event));
    }
    if (event.type == Type::ProcessExited) {
        m_podLogs.read(m_engine.channel(event.node), event.process, [this, event](const QString& lines) {
            const auto pod = m_pods.find(event.node);
            if (!lines.isEmpty() && pod != m_pods.end() && !pod->second) { // else it has been started again meanwhile
                ProcessSeen seen = processSeen(event);
                seen.lastLogLines = lines;
                tell(std::move(seen));
            }
        });
    }
    bool& ready = m_pods[event.node];
    if (ofProcess && event.process == kNginx) {
        ready = event.type == Type::ProcessStarted;
    }
    ready = ready && exists;
    tell(PodSeen{event.node.name, exists, ready});
}

void Collector::Private::addNode(const NodeId& id) {
    const model::Node* node = m_lab.findNode(id);
    if (node == nullptr || m_nodes.contains(id)) {
        return;
    }
    tell(NodeSeen{id, true});
    std::set<Ipv4Address> peers;
    for (const SeedSession& session : m_sessions) {
        if (session.node == id) {
            peers.insert(session.peer);
        }
    }
    const NodeFeed::Context context{m_engine,
                                    m_lab,
                                    m_places,
                                    countersEvery(m_lab),
                                    [this](Observed what) { tell(std::move(what)); },
                                    [this](const NodeId& changed) { addressChanged(changed); }};
    NodeFeed& feed = *m_nodes.emplace(id, std::make_unique<NodeFeed>(*m_loop, context, *node, std::move(peers))).first->second;
    if (m_told) {
        feed.processesKnown(); // it is new: whatever starts there is an event
    }
    addCluster(id);
}

void Collector::Private::addCluster(const NodeId& node) {
    if (m_lab.kubernetes && m_lab.kubernetes->controlPlane == node) {
        m_cluster = std::make_unique<KubeFeed>(*m_loop, KubeFeed::Target{node, m_engine.channel(node), m_places.apiPort},
                                               [this](Observed what) { tell(std::move(what)); });
    }
}

void Collector::Private::removeCluster(const NodeId& node) {
    if (m_cluster && m_lab.kubernetes->controlPlane == node) {
        m_cluster.reset();
        tell(ClusterSeen{false, QCoreApplication::translate("Collector", "%1, the control plane, is not there.").arg(node.name)});
    }
}

void Collector::Private::engineHasTold() {
    m_told = true;
    for (const auto& [id, feed] : m_nodes) {
        feed->processesKnown();
    }
}

void Collector::Private::addressChanged(const NodeId& node) {
    for (const model::Link* link : m_lab.linksOf(node)) {
        const NodeId& neighbor = link->ends[static_cast<size_t>(1 - model::endAt(*link, node))].node;
        if (const auto it = m_nodes.find(neighbor); it != m_nodes.end()) {
            it->second->readLeases();
        }
    }
}

void Collector::Private::engineLost() {
    // A passed descriptor keeps a dead namespace alive: close them all now.
    m_lost = true;
    m_nodes.clear();
    m_usage.reset();
    m_cluster.reset();
    tell(EngineSeen{false});
}

Collector::Collector(std::unique_ptr<Private> p) : d(std::move(p)) {}
bool Collector::isFinished() const {
    return d->isLost();
}

Collector::~Collector() = default;

Result<std::unique_ptr<Collector>> Collector::start(engine::Engine& engine, const model::Lab& lab, const std::vector<SeedSession>& sessions,
                                                    Push push, const SourcePlaces& places) {
    if (engine.nodeSetup() == nullptr) {
        return fail(ErrorCode::HostLacks, QCoreApplication::translate("Collector", "Labs of this engine cannot be watched yet."));
    }
    auto loop = PollLoop::open();
    if (!loop) {
        return fail(std::move(loop).error());
    }
    auto d = std::make_unique<Private>(engine, lab, sessions, std::move(push), places, *std::move(loop));
    if (auto started = d->start(); !started) {
        return fail(std::move(started).error());
    }
    return std::unique_ptr<Collector>(new Collector(std::move(d)));
}

} // namespace podleaf::observe
