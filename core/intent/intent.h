// SPDX-License-Identifier: GPL-3.0-or-later
// What must come out of a lab: sessions, kernel routes and reachability, computed from the lab alone.
// Pure functions; any thread.
#pragma once

#include <core/base/cow_list.h>
#include <core/model/lab.h>

#include <vector>

namespace podleaf::intent {

/// One BGP speaker's view of one neighbour.
struct ExpectedSession {
    NodeId node;
    LinkId link;
    Ipv4Address peer; ///< The neighbour's address as `node` has it configured.
    NodeId peerNode;
    std::uint32_t peerAsn = 0;

    bool operator==(const ExpectedSession&) const = default;
};

/// A route that must be in `node`'s kernel, learned by BGP.
struct ExpectedRoute {
    NodeId node;
    Ipv4Prefix prefix;
    CowList<Ipv4Address> nextHops; ///< All that are equally good; sorted.
    NodeId owner;                  ///< Who originates the prefix.
    std::size_t paths = 1;         ///< How many of nextHops the kernel must have: all, unless the lab bounds them.

    bool operator==(const ExpectedRoute&) const = default;
};

/// One HTTP request that must be answered (expected == true) or must not.
struct Leg {
    NodeId fromNode; ///< The host the request is made on or, for a pod, the pod's host.
    QString fromPod; ///< Empty when the host itself asks.
    QString toPod;
    NodeId toNode; ///< The target pod's host.
    Ipv4Address to;
    std::uint16_t port = 80;
    bool expected = true;

    [[nodiscard]] QString from() const { return fromPod.isEmpty() ? fromNode.name : fromPod; }
    [[nodiscard]] QString url() const;
    bool operator==(const Leg&) const = default;
};

struct Intent {
    std::vector<ExpectedSession> sessions;
    std::vector<ExpectedRoute> routes;
    std::vector<Leg> legs; ///< Of all tests, without repeats.

    bool operator==(const Intent&) const = default;
};

Intent intentOf(const model::Lab& lab);
/// Its sessions alone: of a large lab the routes take their time.
std::vector<ExpectedSession> sessionsOf(const model::Lab& lab);
/// The legs of all tests, without repeats.
std::vector<Leg> legsOf(const model::Lab& lab);
/// The legs of one test; empty when no test has that name.
std::vector<Leg> legsOf(const model::Lab& lab, const QString& test);

} // namespace podleaf::intent
