// SPDX-License-Identifier: GPL-3.0-or-later
// KubeFeed: the pods and nodes of a lab's cluster, watched from when there is one. Lives on the poll thread.
#include "kube_feed.h"

#include <algorithm>
#include <utility>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

constexpr auto kFirstPause = 200ms;
constexpr auto kLongestPause = 2000ms;
constexpr QLatin1StringView kSource("cluster");

QString reasonOf(const kube::Pod& pod) {
    if (pod.isReady) {
        return {};
    }
    if (!pod.unschedulable.isEmpty()) {
        return pod.unschedulable;
    }
    return pod.waitingMessage.isEmpty() ? pod.waitingReason : pod.waitingReason + QStringLiteral(": ") + pod.waitingMessage;
}

} // namespace

state::ClusterPod clusterPodOf(const kube::Pod& pod) {
    return {pod.id.nameSpace, pod.id.name, NodeId(pod.node), pod.ip, pod.phase, pod.isReady, reasonOf(pod)};
}

state::ClusterNode clusterNodeOf(const kube::Node& node) {
    return {NodeId(node.name), node.isReady, node.reason, !node.isUnschedulable};
}

KubeFeed::KubeFeed(PollLoop& loop, Target target, std::function<void(state::Observed)> push)
    : Feed(loop), m_loop(loop), m_target(std::move(target)), m_push(std::move(push)) {
    open();
}

KubeFeed::~KubeFeed() {
    dropWatches();
}

void KubeFeed::open() {
    const channel::PortForward::Ports ports{.node = m_target.apiPort, .local = 0};
    runBlocking<Result<Access>>(
        [channel = m_target.channel, ports](OpContext& context) { return kube::ClusterAccess::open(context, channel, ports); },
        [this](Result<Access> access) { opened(std::move(access)); });
}

void KubeFeed::opened(Result<Access> access) {
    if (!access) {
        tell({false, access.error().message});
        reportSynced();
        retryLater();
        return;
    }
    m_access = *std::move(access);
    watch();
}

void KubeFeed::watch() {
    m_listed = m_live = {};
    m_life = std::make_shared<const Life>(Life{this});
    m_watches = std::make_unique<kube::Watches>(m_access->access(), std::vector{watchPods(), watchNodes()});
}

template <class T>
kube::Listener<T> KubeFeed::listenerOf(Part part) {
    kube::Listener<T> listener;
    listener.live = [this, part] { post([part](KubeFeed& feed) { feed.live(part); }); };
    listener.broken = [this, part](const Error& error) { post([part, error](KubeFeed& feed) { feed.broken(part, error); }); };
    listener.misread = [this](const Error&) { post([](KubeFeed& feed) { feed.m_push(state::LossSeen{QString(kSource), 1}); }); };
    return listener;
}

kube::Watches::Wanted KubeFeed::watchPods() {
    auto listener = listenerOf<kube::Pod>(Part::Pods);
    listener.all = [this](const std::vector<kube::Pod>& all) {
        state::ClusterPodsListed listed;
        std::ranges::transform(all, std::back_inserter(listed.pods), clusterPodOf);
        post([listed](KubeFeed& feed) { feed.pushListed(Part::Pods, listed); });
    };
    listener.seen = [this](const kube::Pod& pod) {
        post([seen = state::ClusterPodSeen{clusterPodOf(pod), true}](KubeFeed& feed) { feed.m_push(seen); });
    };
    listener.lost = [this](const kube::ObjectName& name) {
        state::ClusterPodSeen seen{{name.nameSpace, name.name, {}, {}, {}, false, {}}, false};
        post([seen](KubeFeed& feed) { feed.m_push(seen); });
    };
    return kube::watchOf(std::move(listener));
}

kube::Watches::Wanted KubeFeed::watchNodes() {
    auto listener = listenerOf<kube::Node>(Part::Nodes);
    listener.all = [this](const std::vector<kube::Node>& all) {
        state::ClusterNodesListed listed;
        std::ranges::transform(all, std::back_inserter(listed.nodes), clusterNodeOf);
        post([listed](KubeFeed& feed) { feed.pushListed(Part::Nodes, listed); });
    };
    listener.seen = [this](const kube::Node& node) {
        post([seen = state::ClusterNodeSeen{clusterNodeOf(node), true}](KubeFeed& feed) { feed.m_push(seen); });
    };
    listener.lost = [this](const kube::ObjectName& name) {
        post([seen = state::ClusterNodeSeen{{NodeId(name.name), false, {}, true}, false}](KubeFeed& feed) { feed.m_push(seen); });
    };
    return kube::watchOf(std::move(listener));
}

void KubeFeed::post(std::function<void(KubeFeed&)> task) const {
    m_loop.post([life = std::weak_ptr(m_life), task = std::move(task)] {
        if (const auto alive = life.lock()) {
            task(*alive->feed);
        }
    });
}

void KubeFeed::pushListed(Part part, state::Observed all) {
    m_push(std::move(all));
    m_listed[part] = true;
    if (m_listed.both()) {
        reportSynced();
    }
}

void KubeFeed::live(Part part) {
    m_live[part] = true;
    if (m_live.both()) {
        m_pause = 0ms;
        tell({true, {}});
    }
}

void KubeFeed::broken(Part part, const Error& error) {
    m_live[part] = false;
    tell({false, error.message});
    reportSynced();
    if (error.code == ErrorCode::Denied) { // the cluster was made anew, with other certificates
        dropWatches();
        retryLater();
    }
}

void KubeFeed::tell(const state::ClusterSeen& seen) {
    if (m_told != seen) {
        m_told = seen;
        m_push(seen);
    }
}

void KubeFeed::reportSynced() {
    if (!std::exchange(m_isSynced, true)) {
        m_push(state::SyncedSeen{m_target.controlPlane, QString(kSource)});
    }
}

void KubeFeed::retryLater() {
    m_pause = std::clamp<std::chrono::milliseconds>(m_pause * 2, kFirstPause, kLongestPause);
    wakeAt(Clock::now() + m_pause);
}

void KubeFeed::dropWatches() {
    m_watches.reset(); // its thread has ended: nobody reads m_life
    m_life.reset();
    m_access.reset();
}

} // namespace podleaf::observe
