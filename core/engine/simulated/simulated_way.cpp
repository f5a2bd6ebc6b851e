// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a packet through the simulated network: at each node the longest prefix that leads to its target.
#include "simulated_network.h"

#include <algorithm>

namespace podleaf::engine {

namespace {

constexpr std::size_t kMostHops = 32;

class Walker {
public:
    Walker(const model::Lab& lab, const SimulatedNetwork& network, Ipv4Address to, std::uint64_t flow)
        : m_lab(lab), m_network(network), m_to(to), m_flow(flow) {}

    [[nodiscard]] std::optional<std::size_t> positionOf(const NodeId& node) const {
        const auto it = std::ranges::find(m_lab.nodes, node, &model::Node::id);
        return it == m_lab.nodes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - m_lab.nodes.begin()));
    }
    /// The address is the node's own, or a pod's on its bridge.
    [[nodiscard]] bool isHome(std::size_t at) const {
        return std::ranges::any_of(m_network.nodes()[at].ports, [this](const SimulatedPort& port) {
            return port.carrier && std::ranges::any_of(port.addresses, [&](const Ipv4Prefix& own) {
                       return own.address == m_to || (port.name == QLatin1String("cbr0") && own.contains(m_to));
                   });
        });
    }
    /// What leads to the neighbour at the other end of a port.
    [[nodiscard]] const SimulatedSession* behind(std::size_t at, const QString& port) const {
        const auto own = std::ranges::find(m_network.nodes()[at].ports, port, &SimulatedPort::name);
        if (own == m_network.nodes()[at].ports.end() || !own->carrier || own->blocked) {
            return nullptr;
        }
        for (const SimulatedSession& session : m_network.nodes()[at].sessions) {
            if (m_lab.links[session.link].ends[session.end].port == port) {
                return &session;
            }
        }
        return nullptr;
    }
    [[nodiscard]] const SimulatedSession* next(std::size_t at) const {
        int best = -1;
        const SimulatedSession* next = nullptr;
        for (const SimulatedRoute& route : m_network.nodes()[at].routes) {
            if (route.prefix.contains(m_to) && route.prefix.length > best) {
                best = route.prefix.length;
                next = behind(at, route.hop.interface);
            }
        }
        for (std::size_t origin = 0; origin < m_network.origins().size(); ++origin) {
            for (const Ipv4Prefix& prefix : m_network.origins()[origin].prefixes) {
                if (!prefix.contains(m_to) || prefix.length <= best) {
                    continue;
                }
                const auto hops = m_network.kernelHops(m_lab, at, m_network.bestPaths(at, origin));
                if (!hops.empty()) {
                    best = prefix.length;
                    next = behind(at, hops[m_flow % hops.size()].interface);
                }
            }
        }
        return next;
    }

private:
    const model::Lab& m_lab;
    const SimulatedNetwork& m_network;
    const Ipv4Address m_to;
    const std::uint64_t m_flow;
};

} // namespace

SimulatedWay wayOf(const model::Lab& lab, const SimulatedNetwork& network, const NodeId& from, Ipv4Address to, std::uint64_t flow) {
    const Walker walker(lab, network, to, flow);
    SimulatedWay way;
    auto at = walker.positionOf(from);
    while (at && way.nodes.size() < kMostHops && network.nodes()[*at].exists) {
        way.nodes.push_back(lab.nodes[*at].id);
        if (walker.isHome(*at)) {
            way.arrives = true;
            break;
        }
        const SimulatedSession* next = walker.next(*at);
        if (next == nullptr) {
            break;
        }
        way.cables.push_back({next->link, next->end});
        at = next->peer;
    }
    return way;
}

Ipv4Address answersOf(const model::Lab& lab, const NodeId& node) {
    const model::Node* planned = lab.findNode(node);
    if (planned != nullptr && planned->loopback) {
        return *planned->loopback;
    }
    const auto links = lab.linksOf(node);
    return links.empty() ? Ipv4Address{} : links.front()->addresses[static_cast<std::size_t>(model::endAt(*links.front(), node))];
}

} // namespace podleaf::engine
