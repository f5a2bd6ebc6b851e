// SPDX-License-Identifier: GPL-3.0-or-later
// What a trace says, as plain values, for command line and window. Any thread.
#pragma once

#include <core/state/lab_state.h>

#include <optional>
#include <vector>

namespace podleaf::verify {

/// Where packets come from or go to.
struct TracePlace {
    QString name;                 ///< A leaf, a host, a pod, or the address itself where nobody has it.
    NodeId node;                  ///< The leaf or host that it is or, for a pod, that it is on; empty where nobody has the address.
    QString pod;                  ///< Empty when it is not a pod.
    Ipv4Address address;          ///< Where it is asked.
    bool asksFromAddress = false; ///< It asks from `address`; a node named by its name asks from what its kernel chooses.

    bool operator==(const TracePlace&) const = default;
};

/// One way on from a hop.
struct TraceNext {
    QString to; ///< A node or pod; empty when nobody is there.
    std::optional<Ipv4Address> via;
    QString interface; ///< The port it leaves through: "eth1", or "cbr0" to a pod of the node itself.
    LinkId link;       ///< Empty on a bridge.
    QString stops;     ///< Why packets do not get to `to`; empty when they do.

    bool operator==(const TraceNext&) const = default;
};

/// A node or pod on the way. Each is there once, however many ways lead to it: from a node all packets to one
/// address go on alike.
struct TraceHop {
    QString at;
    std::optional<state::RouteState> route; ///< That the node's kernel chooses. A pod's is not observed.
    std::vector<TraceNext> next;            ///< Several: equal-cost paths, one of them for each flow.
    bool arrives = false;                   ///< The packets are for this one.
    QString stops;                          ///< Why nothing goes on from here.

    bool operator==(const TraceHop&) const = default;
};

struct TraceStop {
    QString at;
    QString reason; ///< One sentence.

    bool operator==(const TraceStop&) const = default;
};

/// A graph of hops, in the order in which a packet can first be at them; the first is where it begins.
struct TracePath {
    std::vector<TraceHop> hops;
    std::optional<TraceStop> stop; ///< The first on any of the ways; a circle is one too.

    [[nodiscard]] bool arrives() const { return !stop; }
    /// Every node and pod, and every way between them, is the same.
    [[nodiscard]] bool sameWayAs(const TracePath& other) const;
    bool operator==(const TracePath&) const = default;
};

struct Trace {
    TracePlace from;
    TracePlace to;
    TracePath there;
    TracePath back; ///< The answer's way, to the address that `from` asks from.
    TracePath intendedThere;
    TracePath intendedBack;

    [[nodiscard]] bool ok() const { return there.arrives() && back.arrives(); }
    [[nodiscard]] bool asIntended() const { return there.sameWayAs(intendedThere) && back.sameWayAs(intendedBack); }
};

} // namespace podleaf::verify
