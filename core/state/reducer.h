// SPDX-License-Identifier: GPL-3.0-or-later
// Reducer: folds observations into a state, one after the other. One function per sort of observation; what several
// sorts change (reasons, phases) is settled once at the end of each. Internal to core/state; any thread.
#pragma once

#include "lab_index.h"
#include "lab_state.h"
#include "state_store.h"

#include <QCoreApplication>

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace podleaf::state {

class Reducer final {
    Q_DECLARE_TR_FUNCTIONS(podleaf::state::Reducer)

public:
    /// Whether the delta tells of each route that comes or goes, one by one and in words. That costs more than the
    /// rest of it; where nobody reads it, the delta names the nodes whose routes have changed, as always.
    enum class Routes { Told, Untold };

    /// While it is there nobody else changes `state` or `delta`.
    Reducer(LabState& state, Delta& delta, const model::Lab& lab, const LabIndex& index, Routes routes)
        : m_state(state), m_delta(delta), m_lab(lab), m_index(index), m_tellsRoutes(routes == Routes::Told) {}

    /// Folds one observation in and brings all that follows from it up to date.
    void take(const Observation& observation);

private:
    // reduce.cpp: engine, processes, pods and the rest.
    void fold(const EngineSeen& seen);
    void fold(const NodeSeen& seen);
    void fold(const ProcessSeen& seen);
    void fold(const ProcessForgotten& seen);
    void fold(const LeaseSeen& seen);
    void fold(const PodSeen& seen);
    void fold(const LinkAdminSeen& seen);
    void fold(const TestLegSeen& seen);
    void fold(const FlowSeen& seen);
    void fold(const LossSeen& seen);
    void fold(const SyncedSeen& seen);
    // reduce_cluster.cpp: the API server of the lab's cluster.
    void fold(const ClusterSeen& seen);
    void fold(const ClusterPodsListed& seen);
    void fold(const ClusterPodSeen& seen);
    void fold(const ClusterNodesListed& seen);
    void fold(const ClusterNodeSeen& seen);
    // reduce_kernel.cpp: netlink.
    void fold(const InterfaceSeen& seen);
    void fold(const TrafficSeen& seen);
    void fold(const UsageSeen& seen);
    void fold(const AddressSeen& seen);
    void fold(const RouteSeen& seen);
    void fold(const NetlinkResync& seen);
    // reduce_bgp.cpp: BMP and bgpd.vty.
    void fold(const PeerUpSeen& seen);
    void fold(const PeerDownSeen& seen);
    void fold(const BgpRouteSeen& seen);
    void fold(const BmpSeen& seen);
    void fold(const FsmSeen& seen);

    /// Brings the reasons and phases of everything touched up to date.
    void settle();

    enum class Tone { Good, Bad };
    /// Notes in the delta what turned, and when.
    void turned(Change what);
    void log(const QString& kind, const QString& where, const QString& what, Tone tone = Tone::Good);
    /// The lab's node of that name, noted as changed; nullptr for a pod or a stranger.
    NodeState* changedNode(const NodeId& node);
    NodeState* findNode(const NodeId& node);
    void noteNode(const NodeId& node);

    void foldPodProcess(const ProcessSeen& seen);
    void logPause(const ProcessSeen& seen);
    void setPodReady(PodState& pod, bool exists, bool ready, const QString& reason);
    void setClusterPod(const ClusterPod& pod);
    void removeClusterPod(const ClusterPodKey& key);
    void setClusterNode(const ClusterNode& node);
    void removeClusterNode(const NodeId& node);
    /// Takes away what was observed inside a node; its routes are reported as gone.
    void forgetInside(NodeState& node);
    void forgetLab();
    /// Logs what a direction of a cable suffers now, when that is something else than `before`.
    void logImpairment(const model::Link& link, std::size_t sender, const model::Impairment& before);

    /// Recomputes a cable from its two ports.
    void settleCable(const NodeId& node, const QString& port);
    void carrierTurned(const NodeId& node, const QString& port, bool up);
    void removeInterface(NodeState& node, const QString& name);
    void removeAddress(NodeState& node, const QString& interface, const Ipv4Prefix& address);
    void removeRoute(NodeState& node, const RouteKey& key);
    void numberNextHops(const NodeId& node, RouteState& route) const;
    static void shareNextHops(const NodeState& node, CowMap<RouteKey, RouteState>::const_iterator place, RouteState& route);
    void tellRoute(const NodeId& node, const RouteState& route, bool present);
    void sweepDoubtful(NodeState& node);

    /// The session of that key; made when BMP tells of a neighbour that intent does not know.
    SessionState& session(const NodeId& node, Ipv4Address peer);
    void setFsm(SessionState& session, BgpState state, qint64 sinceMs);
    void sessionTurned(const SessionState& session, bool up);
    void loseSession(SessionState& session, const QString& error);
    void forgetSession(SessionState& session);
    /// A session of the node that was asked for last, and whether the delta names it.
    struct Heard {
        std::pair<const SessionKey, SessionState>* entry = nullptr;
        bool isNoted = false;
    };
    /// The session of that key, or nullptr.
    Heard* findHeard(const NodeId& node, Ipv4Address peer);
    template <class Visit>
    void forSessionsOf(const NodeId& node, Visit visit);
    /// Who is named in sentences: the peer's node or, unknown, its address.
    static QString peerName(const SessionState& session);
    /// Brings a session's reason up to date; a change makes its node's phase due.
    void settleReason(SessionState& session, std::set<NodeId>& phasesDue);
    /// Notes that what this session, and its neighbour's view of it, rest on may have changed.
    void touch(const SessionState& session);
    /// Notes that this port of the node changes; all of the node, where it has no other: it was not or will not be known.
    void touchPort(const NodeState& node, const QString& port);
    void settlePhase(const NodeId& id);

    LabState& m_state;
    Delta& m_delta;
    const model::Lab& m_lab;
    const LabIndex& m_index;
    const bool m_tellsRoutes;
    qint64 m_atMs = 0;                    ///< Of the observation that is being folded in.
    std::set<NodeId> m_touched;           ///< Nodes whose phases may have changed, and the reasons of the sessions at both their ends.
    std::set<std::size_t> m_touchedLinks; ///< By index: the reasons of the sessions over them, and the phases at their ends.
    std::set<NodeId> m_phasesDue;         ///< Nodes whose phases may have changed, and nothing else.
    bool m_touchedAll = false;

    // Observations come many of one node in a row: what was looked up for the one before.
    std::map<NodeId, NodeState>::iterator m_lastNode = m_state.nodes.end();
    NodeId m_lastNoted;
    NodeId m_heardBy;
    std::vector<Heard> m_heard; ///< All sessions of m_heardBy, by peer.
};

template <class Visit>
void Reducer::forSessionsOf(const NodeId& node, Visit visit) {
    for (auto it = m_state.sessions.lower_bound({node, Ipv4Address{}}); it != m_state.sessions.end() && it->first.first == node; ++it) {
        visit(it->second);
    }
}

} // namespace podleaf::state
