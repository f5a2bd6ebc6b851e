// SPDX-License-Identifier: GPL-3.0-or-later
// KubeFeed: the pods and nodes of a lab's cluster, watched from when there is one. Lives on the poll thread; what it watches
// with has a thread of its own.
#pragma once

#include "poll_loop.h"

#include <core/channel/node_channel.h>
#include <core/kube/cluster_access.h>
#include <core/kube/watches.h>
#include <core/state/observation.h>

#include <functional>
#include <memory>

namespace podleaf::observe {

/// What the API server says, as the state has it.
state::ClusterPod clusterPodOf(const kube::Pod& pod);
state::ClusterNode clusterNodeOf(const kube::Node& node);

class KubeFeed final : public Feed {
public:
    struct Target {
        NodeId controlPlane;
        std::shared_ptr<channel::NodeChannel> channel;
        std::uint16_t apiPort = 0;
    };

    /// What is pushed, on the poll thread: ClusterPodsListed and ClusterNodesListed, then ClusterPodSeen and ClusterNodeSeen;
    /// ClusterSeen; SyncedSeen "cluster" of the control plane once both are listed, or it is known that they cannot be;
    /// LossSeen "cluster" for an object that makes no sense.
    KubeFeed(PollLoop& loop, Target target, std::function<void(state::Observed)> push);
    ~KubeFeed() override;

    void timeout() override { open(); }

private:
    using Access = std::unique_ptr<kube::ClusterAccess>;
    enum class Part { Pods, Nodes };
    struct Parts {
        bool pods = false;
        bool nodes = false;
        bool& operator[](Part part) { return part == Part::Pods ? pods : nodes; }
        [[nodiscard]] bool both() const { return pods && nodes; }
    };
    /// What the watches have told and is still under way lives no longer than this.
    struct Life {
        KubeFeed* feed;
    };

    void open();
    void opened(Result<Access> access);
    void watch();
    kube::Watches::Wanted watchPods();
    kube::Watches::Wanted watchNodes();
    template <class T>
    kube::Listener<T> listenerOf(Part part);

    /// On the thread of the watches: has it done on the poll thread, while this and they live.
    void post(std::function<void(KubeFeed&)> task) const;
    void pushListed(Part part, state::Observed all);
    void live(Part part);
    void broken(Part part, const Error& error);

    void tell(const state::ClusterSeen& seen);
    void reportSynced();
    void retryLater();
    void dropWatches();

    PollLoop& m_loop;
    const Target m_target;
    const std::function<void(state::Observed)> m_push;
    std::chrono::milliseconds m_pause{0};
    Parts m_listed;
    Parts m_live;
    std::optional<state::ClusterSeen> m_told;
    bool m_isSynced = false;
    Access m_access;
    std::shared_ptr<const Life> m_life;
    std::unique_ptr<kube::Watches> m_watches; ///< They read m_life and m_loop.
};

} // namespace podleaf::observe
