// SPDX-License-Identifier: GPL-3.0-or-later
// Engine: a driver that makes nodes and cables exist. No cached state, thread-safe, blocking calls take
// OpContext first; doing a thing twice is success. What only some engines can is a small interface
// beside it, asked for by capability.
#pragma once

#include <core/base/ids.h>
#include <core/base/ipv4.h>
#include <core/channel/node_channel.h>
#include <core/model/impairment.h>

#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace podleaf::engine {

/// Whether an engine can run here and, if not, why and what mends it.
struct Probe {
    bool usable = false;
    QString summary; ///< "Namespaces, as root".
    QStringList problems;
    QStringList remedies; ///< Commands, one per problem.
};

enum class PowerState { Off, On };

/// A node to make: its name and what it is made of. Leaves, hosts and (without Kubernetes) pods alike.
struct NodeSpec {
    NodeId id;
    QString hostname;
    QStringList bridges; ///< Bridges that exist from the start, without address.
    /// It runs containers: control groups and namespaces for them, and what they keep lies on a disk until the node is removed.
    /// Needs root.
    bool runsContainers = false;
    /// Of a node that runs containers: a folder of the host that it sees as /usr/lib/podleaf/kubernetes, read-only. Empty: none.
    QString programs = {};

    bool operator==(const NodeSpec&) const = default;
};

/// A cable to make. A `bridge` on an end means: enslaved there (a pod's cable at its host).
struct PortSpec {
    NodeId node;
    QString port;
    QString bridge;

    bool operator==(const PortSpec&) const = default;
};
struct LinkSpec {
    LinkId id;
    PortSpec a;
    PortSpec b;

    bool operator==(const LinkSpec&) const = default;
};

struct ListedNode {
    NodeSpec spec;
    PowerState power = PowerState::Off;
};
struct ListedLink {
    LinkSpec spec;
    bool up = false;                          ///< Administrative state of both ends.
    model::CableImpairments declared = {};    ///< What Impairments::declare() was told last.
    model::CableImpairments impairments = {}; ///< What it does to packets now.
};
/// What is on the host, found without our own files.
struct Listing {
    bool running = false; ///< The lab exists at all.
    bool remains = false; ///< It does not run, but something that remove() takes away is left of it: its owner was killed.
    std::vector<ListedNode> nodes;
    std::vector<ListedLink> links;
};

/// Something that happened on the engine. LinkChanged: somebody cut, joined (`linkUp`) or impaired `link`. ProcessStarted
/// also tells that a service stands still (`paused`, by SIGSTOP) or goes on; ProcessExited whether stopService() was called
/// for it (`stopped`). ProcessForgotten: what has exited is not one of the
/// node's services any more. Lost: the engine itself went away.
struct Event {
    enum class Type { NodeAdded, NodeGone, ProcessStarted, ProcessExited, ProcessForgotten, LinkChanged, Lost };
    Type type;
    NodeId node;
    QString process; ///< Service name, for the process types.
    qint64 pid = 0;  ///< As seen inside the node.
    int exitCode = 0;
    int signal = 0;
    LinkId link = {};
    bool linkUp = true;
    model::CableImpairments impairments = {};
    bool poweredOff = false; ///< NodeGone: by powerOff(); it still has its cables.
    bool paused = false;
    bool stopped = false;
};
using EventHandler = std::function<void(const Event&)>;

/// Ends a subscription when destroyed; no call of the handler is running after that.
class Subscription {
public:
    virtual ~Subscription() = default;
};

class Capture;
class Impairments;
class NodeSetup;

class Engine {
public:
    virtual ~Engine() = default;

    virtual Probe probe(OpContext& context) = 0;
    /// What exists of the lab on this host right now.
    virtual Result<Listing> list(OpContext& context) = 0;
    /// Makes all nodes, then all links, in as few round trips as the engine can.
    virtual Result<> create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links) = 0;
    /// Removes these cables, then these nodes with the cables they still have; what does not exist is passed over.
    virtual Result<> removeParts(OpContext& context, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) = 0;
    /// Removes everything of the lab; success when there is nothing.
    virtual Result<> remove(OpContext& context) = 0;
    /// Cuts (up = false) or joins a cable: both ends lose or gain carrier.
    virtual Result<> setLink(OpContext& context, const LinkId& link, bool up) = 0;
    /// Ends everything in a node at once, as when a machine loses power: its cables stay plugged and lose their carrier.
    /// create() brings the node back, as new. Success when it is off already. Errors: NotFound.
    virtual Result<> powerOff(OpContext& context, const NodeId& node) = 0;
    /// Events from now on, preceded by one NodeAdded per node, one NodeGone per node that is off, the last event of each service
    /// (ProcessStarted or ProcessExited) and one LinkChanged per link, so that a late watcher starts from the whole picture; the handler
    /// has been told all of that when this returns.
    virtual Result<std::unique_ptr<Subscription>> watch(EventHandler handler) = 0;
    virtual std::shared_ptr<channel::NodeChannel> channel(const NodeId& node) = 0;
    /// The interface of node_setup.h, or nullptr where nodes have an init system of their own.
    virtual NodeSetup* nodeSetup() { return nullptr; }
    /// The interface of capture.h, or why this engine has none. Errors: HostLacks.
    virtual Result<Capture*> capture();
    /// The interface of impairments.h, or why this engine has none. Errors: HostLacks.
    virtual Result<Impairments*> impairments();
};

} // namespace podleaf::engine
