// SPDX-License-Identifier: GPL-3.0-or-later
// Observation: one thing a collector saw, decoded. Collectors make them from bytes, reduce() folds them
// into LabState. Plain values; made on collector threads, consumed on the store's thread.
#pragma once

#include <core/base/cow_list.h>
#include <core/base/ids.h>
#include <core/base/ipv4.h>
#include <core/model/impairment.h>

#include <QDateTime>
#include <QString>

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace podleaf::state {

/// RFC 4271 §8.2.2.
enum class BgpState { Idle, Connect, Active, OpenSent, OpenConfirm, Established };
QString toString(BgpState state);
std::optional<BgpState> parseBgpState(QStringView word);

struct EngineSeen { ///< The lab exists (running) or has gone.
    bool running = false;
    bool operator==(const EngineSeen&) const = default;
};
struct NodeSeen {
    NodeId node;
    bool exists = false;
    bool poweredOff = false; ///< It does not exist because somebody switched it off.
    bool operator==(const NodeSeen&) const = default;
};
struct ProcessSeen {
    NodeId node;
    QString service;
    bool running = false;
    qint64 pid = 0;
    int exitCode = 0; ///< When not running: how it ended.
    int signal = 0;
    QString lastLogLines; ///< When it died: the end of its log, at most 10 lines.
    bool paused = false;  ///< Running, but stopped by SIGSTOP.
    bool stopped = false; ///< When not running: somebody had it stopped.
    bool operator==(const ProcessSeen&) const = default;
};
/// A service that has ended is not one of its node's any more.
struct ProcessForgotten {
    NodeId node;
    QString service;
    bool operator==(const ProcessForgotten&) const = default;
};
/// RTM_NEWLINK / RTM_DELLINK in a node.
struct InterfaceSeen {
    NodeId node;
    QString name;
    int index = 0;
    bool exists = true;
    bool adminUp = false;
    bool carrier = false;
    bool operator==(const InterfaceSeen&) const = default;
};
/// What a port has sent, received and dropped since it exists (struct rtnl_link_stats64).
struct PortCounters {
    QString port;
    std::uint64_t rxBytes = 0;
    std::uint64_t txBytes = 0;
    std::uint64_t rxDropped = 0;
    std::uint64_t txDropped = 0;
    bool operator==(const PortCounters&) const = default;
};
/// The counters of a node's ports. A gauge: a later one says all that an earlier one does, which is left out where
/// both wait to be taken in.
struct TrafficSeen {
    NodeId node;
    std::vector<PortCounters> ports;
    bool operator==(const TrafficSeen&) const = default;
};
/// What the processes of a node use; a host's pods count as its own.
struct UsageSeen {
    NodeId node;
    std::uint64_t cpuMicroseconds = 0; ///< So far; two of them make a rate.
    std::uint64_t memoryBytes = 0;     ///< Resident, without the pages of files.
    bool operator==(const UsageSeen&) const = default;
};
/// RTM_NEWADDR / RTM_DELADDR in a node.
struct AddressSeen {
    NodeId node;
    QString interface;
    Ipv4Prefix address;
    bool present = true;
    bool operator==(const AddressSeen&) const = default;
};
struct NextHop {
    std::optional<Ipv4Address> via;
    QString interface;
    bool operator==(const NextHop&) const = default;
    /// By gateway, then by interface. (Qt 6.4's QString has no <=> of its own.)
    friend std::strong_ordering operator<=>(const NextHop& a, const NextHop& b) {
        const auto order = a.via <=> b.via;
        return std::is_neq(order) ? order : a.interface.compare(b.interface) <=> 0; // NOLINT(modernize-use-nullptr): taken for one in <=>
    }
};
using NextHops = CowList<NextHop>; ///< Few different ones in a table of many routes.
using AsPath = CowList<std::uint32_t>;
/// What a route does with packets: lets them go on, or discards them, silently or with an answer (rtnetlink(7)).
enum class RouteType { Unicast, Blackhole, Unreachable, Prohibit };
/// RTM_NEWROUTE / RTM_DELROUTE in a node's main table. `protocol` is iproute2's word: kernel, boot,
/// static, dhcp, bgp, zebra…
struct RouteSeen {
    NodeId node;
    Ipv4Prefix prefix;
    QString protocol;
    NextHops nextHops; ///< Sorted.
    std::uint32_t metric = 0;
    bool present = true;
    std::optional<Ipv4Address> source = {}; ///< What packets of the node's own get as their source, where the route says it.
    RouteType type = RouteType::Unicast;
    bool operator==(const RouteSeen&) const = default;
};
/// The kernel's tables of a node were lost track of (ENOBUFS) and are sent again from scratch. What is not
/// sent again until the next SyncedSeen{node, "netlink"} has gone; that one must follow.
struct NetlinkResync {
    NodeId node;
    bool operator==(const NetlinkResync&) const = default;
};
/// BMP Peer Up (RFC 7854 §4.10).
struct PeerUpSeen {
    NodeId node;
    Ipv4Address peer;
    std::uint32_t peerAsn = 0;
    qint64 sinceMs = 0; ///< Unix milliseconds, from the per-peer header's timestamp.
    bool operator==(const PeerUpSeen&) const = default;
};
/// BMP Peer Down (RFC 7854 §4.9); `reason` decoded to words, with the NOTIFICATION's name where one is given.
struct PeerDownSeen {
    NodeId node;
    Ipv4Address peer;
    QString reason;
    bool operator==(const PeerDownSeen&) const = default;
};
/// BMP Route Monitoring (RFC 7854 §4.6), post-policy Adj-RIB-In: what the peer told us and was accepted.
struct BgpRouteSeen {
    NodeId node;
    Ipv4Address peer;
    Ipv4Prefix prefix;
    bool present = true;
    Ipv4Address nextHop;
    AsPath asPath;
    qint64 sinceMs = 0; ///< Unix milliseconds since when the speaker has it like this; 0 where it does not say.
    bool operator==(const BgpRouteSeen&) const = default;
};
/// The BMP session of a node began (connected) or ended; peers and routes of it are then forgotten.
struct BmpSeen {
    NodeId node;
    bool connected = false;
    bool operator==(const BmpSeen&) const = default;
};
/// Answer of bgpd.vty for one neighbour that is not Established.
struct FsmSeen {
    NodeId node;
    Ipv4Address peer;
    bool configured = true; ///< False: bgpd knows no such neighbour (no lease yet).
    BgpState state = BgpState::Idle;
    int connectTries = 0;
    QString lastError; ///< bgpd's words; empty when none.
    bool adminShut = false;
    bool operator==(const FsmSeen&) const = default;
};
struct LeaseSeen {
    NodeId node; ///< The server.
    QString port;
    Ipv4Address address;
    QString mac;
    bool present = true;
    bool operator==(const LeaseSeen&) const = default;
};
struct PodSeen {
    QString pod;
    bool exists = false;
    bool ready = false; ///< nginx runs.
    bool operator==(const PodSeen&) const = default;
};
/// A pod of a cluster, as its API server tells of it.
struct ClusterPod {
    QString nameSpace;
    QString name;
    NodeId node; ///< Empty: on none yet.
    std::optional<Ipv4Address> address;
    QString phase; ///< Kubernetes' word: "Pending", "Running", "Succeeded", "Failed", "Unknown".
    bool ready = false;
    QString reason; ///< Why it waits, as far as that is said: "ImagePullBackOff: …".
    bool operator==(const ClusterPod&) const = default;
};
/// A host as a node of a cluster.
struct ClusterNode {
    NodeId node;
    bool ready = false;
    QString reason;          ///< Why it is not ready.
    bool schedulable = true; ///< It takes new pods.
    bool operator==(const ClusterNode&) const = default;
};
/// Whether what happens in the lab's cluster is heard; what was heard stays.
struct ClusterSeen {
    bool live = false;
    QString reason; ///< Why not; one sentence.
    bool operator==(const ClusterSeen&) const = default;
};
/// All that there are: others have gone.
struct ClusterPodsListed {
    std::vector<ClusterPod> pods;
    bool operator==(const ClusterPodsListed&) const = default;
};
struct ClusterPodSeen {
    ClusterPod pod; ///< Its names only, when it is gone.
    bool exists = true;
    bool operator==(const ClusterPodSeen&) const = default;
};
struct ClusterNodesListed {
    std::vector<ClusterNode> nodes;
    bool operator==(const ClusterNodesListed&) const = default;
};
struct ClusterNodeSeen {
    ClusterNode node; ///< Its name only, when it is gone.
    bool exists = true;
    bool operator==(const ClusterNodeSeen&) const = default;
};
struct LinkAdminSeen { ///< What the user did to a cable.
    LinkId link;
    bool up = true;
    model::CableImpairments impairments = {}; ///< What the kernels at its ends do to packets.
    bool operator==(const LinkAdminSeen&) const = default;
};
struct TestLegSeen {
    QString from;
    QString to;
    bool ok = false;
    bool expected = true;
    double ms = 0;
    QString reason;
    bool answeredWrong = false; ///< Not ok, though something answered.
    QString url = {};           ///< What was asked for.
    bool operator==(const TestLegSeen&) const = default;
};
/// A connection that no test made, and what became of it.
struct FlowSeen {
    QString from; ///< A node or a pod.
    QString to;   ///< A pod.
    Ipv4Address address;
    std::uint16_t port = 80;
    bool ok = false;
    double ms = 0;  ///< Until it was answered, or failed.
    QString reason; ///< Why it failed.
    bool operator==(const FlowSeen&) const = default;
};
/// A source dropped `count` of its own messages.
struct LossSeen {
    QString source; ///< "netlink", "queue", "bmp"…
    std::uint64_t count = 0;
    bool operator==(const LossSeen&) const = default;
};
/// The full picture of a source of a node has been delivered: the first one, or one after a resync.
struct SyncedSeen {
    NodeId node;
    QString source; ///< "netlink", "bgp", "services"; of a control plane "cluster".
    bool operator==(const SyncedSeen&) const = default;
};

using Observed = std::variant<EngineSeen, NodeSeen, ProcessSeen, InterfaceSeen, AddressSeen, RouteSeen, NetlinkResync, PeerUpSeen,
                              PeerDownSeen, BgpRouteSeen, BmpSeen, FsmSeen, LeaseSeen, PodSeen, LinkAdminSeen, TestLegSeen, LossSeen,
                              SyncedSeen, TrafficSeen, UsageSeen, ProcessForgotten, FlowSeen, ClusterSeen, ClusterPodsListed,
                              ClusterPodSeen, ClusterNodesListed, ClusterNodeSeen>;

struct Observation {
    qint64 atMs = 0; ///< Unix milliseconds when it was seen.
    Observed what;
    bool operator==(const Observation&) const = default;
};

} // namespace podleaf::state
