// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_network.h"

#include <core/model/node_kinds.h>

#include <algorithm>
#include <deque>
#include <map>

namespace podleaf::engine {

namespace {

using model::Lab;
using model::Link;

const QString kKernel = QStringLiteral("kernel");
const QString kBoot = QStringLiteral("boot");
const QString kBridge = QStringLiteral("cbr0");
constexpr int kFirstIndex = 2; // 1 is lo
constexpr int kBridgeIndex = 500;

std::map<NodeId, std::size_t> positionsOf(const Lab& lab) {
    std::map<NodeId, std::size_t> positions;
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        positions.emplace(lab.nodes[i].id, i);
    }
    return positions;
}

bool carries(const Link& link, const SimulatedWorld& world) {
    const auto it = world.links.find(link.id);
    return it != world.links.end() && it->second.up && world.findOn(link.ends[0].node) != nullptr &&
           world.findOn(link.ends[1].node) != nullptr;
}

bool drops(const Link& link, const SimulatedWorld& world) {
    const auto it = world.links.find(link.id);
    return it != world.links.end() && std::ranges::any_of(it->second.impairments, &model::Impairment::blocks);
}

bool speaks(const SimulatedWorld& world, const NodeId& node) {
    const SimulatedNode* found = world.findOn(node);
    return found != nullptr && found->runs(QStringLiteral("bgpd")) && !found->services.at(QStringLiteral("bgpd")).paused;
}

/// Whether the host at that end has its lease: its client and the server have met.
bool isLeased(const model::Node* server, const Link& link, std::size_t end, const SimulatedWorld& world, bool isFirst) {
    const SimulatedNode* node = world.findOn(link.ends[end].node);
    const QString client = isFirst ? QStringLiteral("udhcpc") : QStringLiteral("udhcpc-") + link.ends[end].port;
    const SimulatedNode* serves = server == nullptr ? nullptr : world.findOn(server->id);
    return node != nullptr && node->everRan(client) && serves != nullptr && serves->everRan(QStringLiteral("dnsmasq"));
}

/// Why a session that should be there is not, as the speaker at `node` would say.
QString faultOf(const Lab& lab, const Link& link, std::size_t end, const SimulatedWorld& world) {
    if (!carries(link, world)) {
        return QStringLiteral("Interface down");
    }
    if (drops(link, world)) {
        return QStringLiteral("Hold timer expired");
    }
    const NodeId& peer = link.ends[1 - end].node;
    const SimulatedNode* other = world.findOn(peer);
    if (other != nullptr && other->everRan(QStringLiteral("bgpd")) && !other->runs(QStringLiteral("bgpd"))) {
        const bool killed = other->services.at(QStringLiteral("bgpd")).signal != 0;
        return killed ? QStringLiteral("the TCP connection was closed") : QStringLiteral("Cease, Peer De-configured");
    }
    return other != nullptr && other->runs(QStringLiteral("bgpd")) && lab.findNode(peer) != nullptr ? QStringLiteral("Hold timer expired")
                                                                                                    : QString();
}

} // namespace

SimulatedNetwork::SimulatedNetwork(const Lab& lab, const SimulatedWorld& world)
    : m_nodes(lab.nodes.size()), m_isSwitch(lab.nodes.size()), m_zebraRuns(lab.nodes.size()) {
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        const SimulatedNode* node = world.findOn(lab.nodes[i].id);
        m_isSwitch[i] = model::infoOf(lab.nodes[i].kind).isSwitch;
        m_nodes[i].exists = node != nullptr;
        m_nodes[i].bgpdRuns = node != nullptr && node->runs(QStringLiteral("bgpd"));
        m_zebraRuns[i] = node != nullptr && node->runs(QStringLiteral("zebra"));
    }
    addPorts(lab, world);
    addSessions(lab, world);
    addOrigins(lab, world);
    m_distances.assign(m_origins.size() * m_nodes.size(), -1);
    for (std::size_t origin = 0; origin < m_origins.size(); ++origin) {
        spread(origin);
    }
}

void SimulatedNetwork::addPorts(const Lab& lab, const SimulatedWorld& world) {
    const auto positions = positionsOf(lab);
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        const SimulatedNode* node = world.findOn(lab.nodes[i].id);
        if (node == nullptr) {
            continue;
        }
        SimulatedPort loopback{QStringLiteral("lo"), 1, true, {{Ipv4Address{0x7F000001U}, 8}}, false};
        if (node->applied && lab.nodes[i].loopback) {
            loopback.addresses.push_back({*lab.nodes[i].loopback, 32});
        }
        m_nodes[i].ports.push_back(std::move(loopback));
        addPodBridge(lab, world, i);
    }
    const auto find = [&](const NodeId& id) {
        const auto at = positions.find(id);
        return at == positions.end() ? nullptr : &lab.nodes[at->second];
    };
    std::vector<int> next(lab.nodes.size(), kFirstIndex);
    for (std::size_t l = 0; l < lab.links.size(); ++l) {
        const Link& link = lab.links[l];
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const auto at = positions.find(link.ends[end].node);
            const SimulatedNode* node = world.findOn(link.ends[end].node);
            if (at == positions.end() || node == nullptr || !world.links.contains(link.id)) {
                continue;
            }
            Node& here = m_nodes[at->second];
            const int index = next[at->second]++;
            SimulatedPort port{link.ends[end].port, index, carries(link, world), {}, drops(link, world)};
            const bool asks = model::asksForLease(lab.nodes[at->second]);
            const model::Node* server = asks ? model::leaseServerOf(find, link) : nullptr;
            const bool leased = asks && isLeased(server, link, end, world, index == kFirstIndex);
            if (lab.isNumbered() && (asks ? leased : node->applied)) {
                port.addresses = {{link.addresses[end], link.prefix.length}};
            }
            if (leased) {
                m_leases.push_back({l, end, server->id});
            }
            if (port.carrier && !port.addresses.empty()) {
                here.routes.push_back({link.prefix.network(), kKernel, {std::nullopt, port.name}});
                const bool isDefault = leased && index == kFirstIndex;
                if (isDefault) {
                    here.routes.push_back({Ipv4Prefix{}, kBoot, {link.addresses[1 - end], port.name}});
                }
            }
            here.ports.push_back(std::move(port));
        }
    }
}

/// cbr0 has carrier while a pod's cable is plugged into it.
void SimulatedNetwork::addPodBridge(const Lab& lab, const SimulatedWorld& world, std::size_t node) {
    const model::Node& planned = lab.nodes[node];
    const SimulatedNode* made = world.findOn(planned.id);
    if (!planned.podCidr || !made->applied) {
        return;
    }
    bool carrier = false;
    for (const model::Workload& workload : lab.workloads) {
        carrier = carrier || std::ranges::any_of(workload.pods, [&](const model::Pod& pod) {
                      return pod.host == planned.id && world.findOn(NodeId(pod.name)) != nullptr;
                  });
    }
    const Ipv4Prefix own{planned.podCidr->at(1), planned.podCidr->length};
    m_nodes[node].ports.push_back({kBridge, kBridgeIndex, carrier, {own}, false});
    if (carrier) {
        m_nodes[node].routes.push_back({own.network(), kKernel, {std::nullopt, kBridge}});
    }
}

void SimulatedNetwork::addSessions(const Lab& lab, const SimulatedWorld& world) {
    const auto positions = positionsOf(lab);
    const auto hasAddress = [this](std::size_t node, const QString& port) {
        const auto it = std::ranges::find(m_nodes[node].ports, port, &SimulatedPort::name);
        return it != m_nodes[node].ports.end() && !it->addresses.empty();
    };
    for (std::size_t l = 0; l < lab.links.size(); ++l) {
        const Link& link = lab.links[l];
        const auto a = positions.find(link.ends[0].node);
        const auto b = positions.find(link.ends[1].node);
        if (a == positions.end() || b == positions.end() || a == b || !(m_isSwitch[a->second] || m_isSwitch[b->second])) {
            continue;
        }
        const bool addressed = !lab.isNumbered() || (hasAddress(a->second, link.ends[0].port) && hasAddress(b->second, link.ends[1].port));
        const bool up = addressed && carries(link, world) && !drops(link, world) && speaks(world, a->first) && speaks(world, b->first);
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const std::size_t self = end == 0 ? a->second : b->second;
            const std::size_t peer = end == 0 ? b->second : a->second;
            const bool configured =
                m_nodes[self].bgpdRuns && (!lab.isNumbered() || hasAddress(self, link.ends[end].port) || m_isSwitch[self]);
            m_nodes[self].sessions.push_back({l, end, peer, configured, up, up ? QString() : faultOf(lab, link, end, world)});
        }
    }
}

void SimulatedNetwork::addOrigins(const Lab& lab, const SimulatedWorld& world) {
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        const SimulatedNode* node = world.findOn(lab.nodes[i].id);
        if (node == nullptr || !speaks(world, lab.nodes[i].id)) {
            continue;
        }
        Origin origin{i, {}};
        const auto bridge = std::ranges::find(m_nodes[i].ports, kBridge, &SimulatedPort::name);
        if (bridge != m_nodes[i].ports.end() && bridge->carrier) {
            origin.prefixes.push_back(lab.nodes[i].podCidr->network());
        }
        if (lab.nodes[i].loopback && node->applied) {
            origin.prefixes.push_back({*lab.nodes[i].loopback, 32});
        }
        if (!origin.prefixes.empty()) {
            m_origins.push_back(std::move(origin));
        }
    }
}

/// Every AS path is as long as its way, so BGP takes the shortest ways; hosts announce only what is their own.
void SimulatedNetwork::spread(std::size_t origin) {
    const std::size_t owner = m_origins[origin].node;
    distance(owner, origin) = 0;
    std::deque<std::size_t> queue{owner};
    while (!queue.empty()) {
        const std::size_t at = queue.front();
        queue.pop_front();
        if (at != owner && !forwards(at)) {
            continue;
        }
        for (const SimulatedSession& session : m_nodes[at].sessions) {
            int& there = distance(session.peer, origin);
            if (session.up && there < 0) {
                there = distance(at, origin) + 1;
                queue.push_back(session.peer);
            }
        }
    }
}

template <class Visit>
void SimulatedNetwork::visitBestPaths(std::size_t node, std::size_t origin, Visit visit) const {
    const int own = distance(node, origin);
    const std::vector<SimulatedSession>& sessions = m_nodes[node].sessions;
    for (std::size_t i = 0; own > 0 && i < sessions.size(); ++i) {
        const std::size_t peer = sessions[i].peer;
        const bool tells = peer == m_origins[origin].node || forwards(peer);
        if (sessions[i].up && tells && distance(peer, origin) == own - 1) {
            visit(i);
        }
    }
}

std::vector<std::size_t> SimulatedNetwork::bestPaths(std::size_t node, std::size_t origin) const {
    std::vector<std::size_t> best;
    visitBestPaths(node, origin, [&best](std::size_t session) { best.push_back(session); });
    return best;
}

std::uint64_t SimulatedNetwork::mark(std::size_t node, std::size_t origin) const {
    std::uint64_t mark = 0;
    visitBestPaths(node, origin, [&mark](std::size_t session) { mark = (mark ^ (session + 1)) * 0x9E3779B97F4A7C15U; });
    return mark;
}

std::vector<std::uint32_t> SimulatedNetwork::asPath(const Lab& lab, std::size_t teller, std::size_t origin) const {
    std::vector<std::uint32_t> path;
    if (lab.routing.profile == model::RoutingProfile::IbgpReflector) {
        return path;
    }
    std::size_t at = teller;
    path.push_back(lab.nodes[at].asn);
    while (at != m_origins[origin].node) {
        const auto next = bestPaths(at, origin);
        if (next.empty()) {
            break;
        }
        at = m_nodes[at].sessions[next.front()].peer;
        path.push_back(lab.nodes[at].asn);
    }
    return path;
}

std::vector<SimulatedHop> SimulatedNetwork::kernelHops(const Lab& lab, std::size_t node, const std::vector<std::size_t>& sessions) const {
    std::vector<SimulatedHop> hops;
    const std::size_t most = lab.routing.maximumPaths;
    for (const std::size_t position : m_zebraRuns[node] ? sessions : std::vector<std::size_t>()) {
        if (most > 0 && hops.size() == most) {
            break;
        }
        const SimulatedSession& session = m_nodes[node].sessions[position];
        const Link& link = lab.links[session.link];
        const auto via = lab.isNumbered() ? std::optional(link.addresses[1 - session.end]) : std::nullopt;
        hops.push_back({via, link.ends[session.end].port});
    }
    return hops;
}

} // namespace podleaf::engine
