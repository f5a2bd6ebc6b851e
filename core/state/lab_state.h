// SPDX-License-Identifier: GPL-3.0-or-later
// LabState: what is true right now, as far as it was observed. An immutable snapshot once published;
// changed only by reduce(). Any thread.
#pragma once

#include "cow_map.h"
#include "observation.h"

#include <core/model/lab.h>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace podleaf::state {

struct ProcessState {
    bool running = false;
    qint64 pid = 0;
    int exitCode = 0;
    int signal = 0;
    QString lastLogLines;
    bool paused = false;  ///< Running, but stopped by SIGSTOP.
    bool stopped = false; ///< Not running, because somebody had it stopped.
    bool operator==(const ProcessState&) const = default;
};
struct InterfaceState {
    int index = 0;
    bool adminUp = false;
    bool carrier = false;
    std::vector<Ipv4Prefix> addresses; ///< Sorted.
    bool operator==(const InterfaceState&) const = default;
};
struct RouteState {
    Ipv4Prefix prefix;
    QString protocol;
    NextHops nextHops;
    std::uint32_t metric = 0;
    std::optional<Ipv4Address> source = {}; ///< As RouteSeen's.
    RouteType type = RouteType::Unicast;
    bool operator==(const RouteState&) const = default;
};
/// A port's traffic between its last two counters.
struct PortTraffic {
    PortCounters counters; ///< The last ones.
    double rxBitsPerSecond = 0;
    double txBitsPerSecond = 0;
    std::uint64_t drops = 0; ///< Packets dropped in either direction since the port was seen first.
    qint64 lastDropMs = 0;   ///< When the last of them was noticed; 0 when none was.
    qint64 atMs = 0;         ///< When the last counters were read: how old the rates are.
    bool operator==(const PortTraffic&) const = default;
};
/// What a node used when it was looked at last. As rounded as it is shown, so that a quiet node does not change.
struct NodeUsage {
    std::optional<double> cpu;         ///< Cores, in whole hundredths; nothing before the second look.
    std::uint64_t memoryBytes = 0;     ///< In whole hundreds of KiB.
    std::uint64_t cpuMicroseconds = 0; ///< The last look's counter …
    qint64 atMs = 0;                   ///< … and its time: what the next one is measured by. Changes of these are not published.
    bool operator==(const NodeUsage&) const = default;
};
/// How far a node has come, in order: Planned (it does not exist), Created (it waits for its ports), Ports
/// (it waits for DHCP: a leaf for its server, a host for its address), Dhcp (it waits for bgpd), Bgp (it waits
/// for its sessions), Ready. A node that has been in Bgp once does not fall behind it again while it exists:
/// whatever it loses then shows as Bgp with the session's reason. Failed: a service ended by itself. Stopped: it was
/// switched off, or all its services were ended in order.
enum class NodePhase { Planned, Created, Ports, Dhcp, Bgp, Ready, Failed, Stopped };
using RouteKey = std::pair<Ipv4Prefix, std::uint32_t>; ///< Prefix and metric, as the kernel tells routes apart.
/// What a NetlinkResync put in doubt; the next SyncedSeen of netlink removes what was not said again.
struct Doubtful {
    std::set<QString> interfaces;
    std::set<std::pair<QString, Ipv4Prefix>> addresses;
    std::set<RouteKey> routes;
    bool operator==(const Doubtful&) const = default;
};
struct NodeState {
    NodeId id;
    bool exists = false;
    bool poweredOff = false; ///< It does not exist because somebody switched it off.
    NodePhase phase = NodePhase::Planned;
    QString reason;                             ///< Why it is Failed or what it waits for; one sentence.
    CowMap<QString, ProcessState> processes;    ///< By service name.
    CowMap<QString, InterfaceState> interfaces; ///< By name.
    CowMap<RouteKey, RouteState> routes;
    CowMap<QString, PortTraffic> traffic; ///< By port; of those that have counters.
    std::optional<NodeUsage> usage;       ///< Nothing where it is not known.
    std::set<QString> synced;             ///< Sources whose full picture is in.
    Doubtful doubtful;
    bool bmpConnected = false;
    qint64 bmpLastSeenMs = 0;
    bool operator==(const NodeState&) const = default;
};
/// What a neighbour told of a prefix and was accepted.
struct PathState {
    Ipv4Address nextHop;
    AsPath asPath;
    qint64 sinceMs = 0; ///< As BgpRouteSeen's; where the speaker does not say, when it was told.
    bool operator==(const PathState&) const = default;
};
/// One speaker's view of one neighbour. The key is (node, peer).
struct SessionState {
    NodeId node;
    Ipv4Address peer;
    NodeId peerNode;
    LinkId link;
    bool known = false; ///< BMP or vty has said something about it.
    BgpState state = BgpState::Idle;
    bool adminShut = false;
    bool configured = false;
    qint64 sinceMs = 0; ///< Unix milliseconds of the last change of state.
    int connectTries = 0;
    QString lastError;                      ///< Decoded NOTIFICATION or bgpd's words of the last failure.
    QString reason;                         ///< Why it is not Established, as far as known; empty when Established.
    CowMap<Ipv4Prefix, PathState> received; ///< Accepted from the peer.
    int flaps = 0;
    bool operator==(const SessionState&) const = default;
};
struct LinkState {
    LinkId id;
    bool adminUp = true; ///< Both ends administratively up.
    bool carrier = false;
    bool exists = false;
    model::CableImpairments impairments = {};
    bool operator==(const LinkState&) const = default;
};
struct PodState {
    QString name;
    NodeId host;
    Ipv4Address address;
    bool exists = false;
    bool ready = false;
    QString reason;
    QString lastLogLines = {}; ///< Of nginx, when it died.
    bool paused = false;       ///< nginx runs, but was stopped by SIGSTOP.
    bool operator==(const PodState&) const = default;
};
struct LeaseState {
    QString port;
    Ipv4Address address;
    QString mac;
    bool operator==(const LeaseState&) const = default;
};
using ClusterPodKey = std::pair<QString, QString>; ///< Namespace and name.
/// The lab's cluster, as its API server tells of it. Empty without Kubernetes.
struct ClusterState {
    bool live = false; ///< What happens is heard. Else the rest is as it was heard last.
    QString reason;    ///< Why not.
    CowMap<ClusterPodKey, ClusterPod> pods;
    CowMap<NodeId, ClusterNode> nodes;
    bool operator==(const ClusterState&) const = default;
};
/// An entry of the event log.
struct LogEntry {
    qint64 atMs = 0;
    QString kind;  ///< node, link, session, route, pod, lease, process, test, cluster, loss.
    QString where; ///< A node's, link's or pod's name.
    QString what;  ///< One sentence.
    bool bad = false;
    bool operator==(const LogEntry&) const = default;
};

using SessionKey = std::pair<NodeId, Ipv4Address>;

struct LabIndex;

struct LabState {
    LabId lab;
    bool running = false;
    std::map<NodeId, NodeState> nodes; ///< Leaves and hosts.
    std::map<LinkId, LinkState> links;
    std::map<SessionKey, SessionState> sessions;
    std::map<QString, PodState> pods; ///< The lab file's; a cluster makes its own.
    ClusterState cluster;
    std::map<NodeId, std::vector<LeaseState>> leases;            ///< By server.
    std::map<std::pair<QString, QString>, TestLegSeen> testLegs; ///< By from and to.
    std::map<std::pair<QString, QString>, FlowSeen> flows;       ///< By from and to: the last one, where no test came after it.
    std::map<QString, std::uint64_t> lost;                       ///< By source; empty when nothing was lost.
    std::shared_ptr<const LabIndex> index;                       ///< Of the lab it was made for (lab_index.h); null in hand-made states.

    /// A node's session to the neighbour at `peer`, or nullptr.
    [[nodiscard]] const SessionState* findSession(const NodeId& node, Ipv4Address peer) const;
    [[nodiscard]] const NodeState* findNode(const NodeId& node) const;
    /// What was seen last between the two, of a test or not.
    [[nodiscard]] std::optional<TestLegSeen> lastLeg(const QString& from, const QString& to) const;
};

} // namespace podleaf::state
