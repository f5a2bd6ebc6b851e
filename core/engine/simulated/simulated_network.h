// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedNetwork: what the nodes of a simulated lab would have come to, once everything has settled: ports, addresses,
// sessions and routes, worked out from the lab and from what exists of it. A value that is not changed; any thread.
#pragma once

#include "simulated_world.h"

#include <core/model/lab.h>

#include <optional>
#include <vector>

namespace podleaf::engine {

struct SimulatedPort {
    QString name;
    int index = 0;
    bool carrier = false;
    std::vector<Ipv4Prefix> addresses;
    bool blocked = false; ///< Its cable lets no packets through.
    bool operator==(const SimulatedPort&) const = default;
};

struct SimulatedHop {
    std::optional<Ipv4Address> via;
    QString interface;
    bool operator==(const SimulatedHop&) const = default;
};

/// A route that does not come by BGP: of a connected network ("kernel"), or by DHCP ("boot").
struct SimulatedRoute {
    Ipv4Prefix prefix;
    QString protocol;
    SimulatedHop hop;
    bool operator==(const SimulatedRoute&) const = default;
};

/// One speaker's view of one neighbour.
struct SimulatedSession {
    std::size_t link = 0; ///< Position in Lab::links.
    std::size_t end = 0;  ///< The end that is this speaker's.
    std::size_t peer = 0; ///< Position in Lab::nodes.
    bool configured = false;
    bool up = false;
    QString fault; ///< Why it went down, in bgpd's words, where it is not up.
    bool operator==(const SimulatedSession&) const = default;
};

struct SimulatedLease {
    std::size_t link = 0;
    std::size_t end = 0;
    NodeId server;
    bool operator==(const SimulatedLease&) const = default;
};

class SimulatedNetwork {
public:
    SimulatedNetwork() = default; ///< Of no lab at all.
    SimulatedNetwork(const model::Lab& lab, const SimulatedWorld& world);

    struct Node {
        bool exists = false;
        bool bgpdRuns = false;
        std::vector<SimulatedPort> ports;
        std::vector<SimulatedRoute> routes;
        std::vector<SimulatedSession> sessions;
    };
    /// Who brings networks into BGP, and which.
    struct Origin {
        std::size_t node = 0;
        std::vector<Ipv4Prefix> prefixes;
    };

    [[nodiscard]] const std::vector<Node>& nodes() const { return m_nodes; }
    [[nodiscard]] bool zebraRuns(std::size_t node) const { return m_zebraRuns[node]; }
    [[nodiscard]] const std::vector<SimulatedLease>& leases() const { return m_leases; }
    [[nodiscard]] const std::vector<Origin>& origins() const { return m_origins; }

    /// The sessions of `node` over which its best paths to an origin came, by position; empty: it has none.
    [[nodiscard]] std::vector<std::size_t> bestPaths(std::size_t node, std::size_t origin) const;
    /// What tells two answers of bestPaths() apart without asking for them: 0 is none.
    [[nodiscard]] std::uint64_t mark(std::size_t node, std::size_t origin) const;
    /// The AS path of an origin as `teller` tells it to all its neighbours.
    [[nodiscard]] std::vector<std::uint32_t> asPath(const model::Lab& lab, std::size_t teller, std::size_t origin) const;
    /// The kernel's next hops of a BGP route whose best paths came over `sessions`; none while zebra does not run.
    [[nodiscard]] std::vector<SimulatedHop> kernelHops(const model::Lab& lab, std::size_t node,
                                                       const std::vector<std::size_t>& sessions) const;

private:
    void addPorts(const model::Lab& lab, const SimulatedWorld& world);
    void addPodBridge(const model::Lab& lab, const SimulatedWorld& world, std::size_t node);
    void addSessions(const model::Lab& lab, const SimulatedWorld& world);
    void addOrigins(const model::Lab& lab, const SimulatedWorld& world);
    void spread(std::size_t origin);
    /// Calls `visit` with each of bestPaths().
    template <class Visit>
    void visitBestPaths(std::size_t node, std::size_t origin, Visit visit) const;
    [[nodiscard]] bool forwards(std::size_t node) const { return m_isSwitch[node]; }
    [[nodiscard]] int& distance(std::size_t node, std::size_t origin) { return m_distances[origin * m_nodes.size() + node]; }
    [[nodiscard]] int distance(std::size_t node, std::size_t origin) const { return m_distances[origin * m_nodes.size() + node]; }

    std::vector<Node> m_nodes; ///< By position in Lab::nodes.
    std::vector<bool> m_isSwitch;
    std::vector<bool> m_zebraRuns;
    std::vector<SimulatedLease> m_leases;
    std::vector<Origin> m_origins;
    std::vector<int> m_distances; ///< Hops to each origin; -1: it is not known there.
};

/// The way that a packet of `from` to an address takes: the nodes it passes, and whether it gets there.
struct SimulatedWay {
    struct Cable {
        std::size_t link = 0; ///< Position in Lab::links.
        std::size_t end = 0;  ///< The one that sends.
        bool operator==(const Cable&) const = default;
    };
    std::vector<NodeId> nodes;
    std::vector<Cable> cables; ///< Between the nodes.
    bool arrives = false;
};
/// `flow` chooses between next hops that are equally good, as a kernel's hash does.
SimulatedWay wayOf(const model::Lab& lab, const SimulatedNetwork& network, const NodeId& from, Ipv4Address to, std::uint64_t flow = 0);
/// Where answers to a node go: to its loopback or, without one, to its first port.
Ipv4Address answersOf(const model::Lab& lab, const NodeId& node);

} // namespace podleaf::engine
