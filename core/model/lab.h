// SPDX-License-Identifier: GPL-3.0-or-later
// Lab: what the user wants, fully resolved (every address and AS number is filled in). Plain values
// with ==; made by labfile, changed by edits, read by everything else. Any thread.
#pragma once

#include "impairment.h"
#include "kubernetes.h"
#include "routing.h"
#include "simulation.h"

#include <core/base/ids.h>
#include <core/base/ipv4.h>

#include <QString>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace podleaf::model {

/// What a node is; its abilities are in node_kinds.h. All but hosts are switches: they forward for others.
enum class NodeKind { Leaf, Host, Spine, Router };

/// What a node does with DHCP: nothing, ask for leases, give them, or pass requests on to a server elsewhere.
enum class DhcpRole { None, Client, Server, Relay };

/// One end of a link: a port of a node, written `node:port`.
struct Endpoint {
    NodeId node;
    QString port; ///< A Linux interface name: 1 to 15 characters, no '/', no blank.

    [[nodiscard]] QString toString() const { return node.name + QLatin1Char(':') + port; }
    bool operator==(const Endpoint&) const = default;
};

/// Where a node's card has its upper left corner on the canvas, in its pixels at 100 %.
struct Position {
    int x = 0;
    int y = 0;
    bool operator==(const Position&) const = default;
};
/// As far from the origin as a position may be, in either direction.
inline constexpr int kFarthestPosition = 1'000'000;

struct Node {
    NodeId id;
    NodeKind kind = NodeKind::Host;
    std::uint32_t asn = 0;                 ///< RFC 6793 four-octet AS number, never 0 once resolved.
    std::optional<Ipv4Address> loopback;   ///< Switches always have one once resolved; hosts where they need one.
    std::optional<Ipv4Prefix> podCidr;     ///< Hosts: the network of cbr0, whose first address is the bridge's.
    std::optional<DhcpRole> dhcp = {};     ///< Empty: what its kind does (node_kinds.h); ask dhcpRoleOf().
    NodeId dhcpServer = {};                ///< Of a relay: the node that serves, joined to it by a link. Else empty.
    std::optional<Position> position = {}; ///< Empty: the canvas finds a place. Nothing that runs depends on it.

    bool operator==(const Node&) const = default;
};

/// A point-to-point cable; `prefix` is a /30. On a leaf-host link the leaf has its first address, the host the
/// second one; between switches the end that comes first in the file. In an unnumbered lab no port has them: they
/// are only the numbers by which sessions and next hops are told apart.
struct Link {
    LinkId id;
    std::array<Endpoint, 2> ends;
    Ipv4Prefix prefix;
    std::array<Ipv4Address, 2> addresses; ///< addresses[i] belongs to ends[i].
    CableImpairments impairments = {};    ///< What the lab always does to its packets; never a drop.

    bool operator==(const Link&) const = default;
};

/// The pools that addresses and AS numbers not given in the file are taken from.
struct AddressPlan {
    Ipv4Prefix links;     ///< Cut into /30s, one per link.
    Ipv4Prefix loopbacks; ///< One /32 per switch and, where hosts have loopbacks, per host.
    Ipv4Prefix pods;      ///< The cluster's pod network, cut into one `podPrefixLength` per host.
    int podPrefixLength = 24;

    bool operator==(const AddressPlan&) const = default;
};

/// One pod of a workload, placed on a host at resolution.
struct Pod {
    QString name; ///< "my-nginx-1"; unique in the lab, a valid DNS label.
    NodeId host;
    Ipv4Address address; ///< 0.0.0.0 in a cluster, which gives it.

    bool operator==(const Pod&) const = default;
};

/// A set of equal pods running nginx. In a cluster `pods` are only their number and the hosts they may be on.
struct Workload {
    QString name;
    QString image; ///< "nginx" is the only one without Kubernetes.
    std::uint16_t port = 80;
    std::vector<Pod> pods; ///< As many as `replicas`.

    bool operator==(const Workload&) const = default;
};

/// A connectivity test: who asks whom. Sources are hosts, pods or both; targets are a workload's pods.
struct Test {
    QString name;
    bool fromHosts = true;
    bool fromPods = true;
    QString workload;

    bool operator==(const Test&) const = default;
};

/// A text on the canvas; nothing that runs depends on it.
struct Note {
    QString text;      ///< 1 to kMaxNoteLength characters, of lines that end in '\n'.
    Position position; ///< Of its upper left corner.

    bool operator==(const Note&) const = default;
};
inline constexpr qsizetype kMaxNoteLength = 1000;

/// A frame with a name around nodes on the canvas; nothing that runs depends on it.
struct Group {
    QString name;              ///< Unique among the groups, a valid DNS label.
    std::vector<NodeId> nodes; ///< At least one; none is in another group.

    /// "leaf1, host1"
    [[nodiscard]] QString nodeNames() const;
    bool operator==(const Group&) const = default;
};

struct Lab {
    LabId id; ///< 1 to 32 characters of [a-z0-9-], begins and ends with a letter or digit.
    std::vector<Node> nodes;
    std::vector<Link> links;
    AddressPlan addressPlan;
    Routing routing;
    std::vector<Workload> workloads;
    std::vector<Test> tests;
    EngineKind engine = EngineKind::Namespaces;
    Simulation simulation = {}; ///< Of a simulated lab only.
    std::optional<Kubernetes> kubernetes = {};
    std::vector<Group> groups = {};
    std::vector<Note> notes = {};

    bool operator==(const Lab&) const = default;

    [[nodiscard]] const Node* findNode(const NodeId& node) const;
    [[nodiscard]] const Link* findLink(const LinkId& link) const;
    [[nodiscard]] const Group* findGroup(const QString& group) const;
    /// The group that a node is in, or nullptr.
    [[nodiscard]] const Group* groupOf(const NodeId& node) const;
    /// All pods of all workloads, in order; none in a cluster, which chooses their names.
    [[nodiscard]] std::vector<Pod> pods() const;
    /// The links of a node, in the file's order.
    [[nodiscard]] std::vector<const Link*> linksOf(const NodeId& node) const;
    /// Whether ports have the addresses of their links.
    [[nodiscard]] bool isNumbered() const { return routing.profile != RoutingProfile::UnnumberedEbgp; }
};

/// What the node at `end` calls its neighbour on `link`: the address or, where links have none, its own port.
QString neighbourName(const Lab& lab, const Link& link, std::size_t end);

/// Index (0 or 1) of the end of `link` that is at `node`; the node must be at one of them.
int endAt(const Link& link, const NodeId& node);

} // namespace podleaf::model
