// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_changes.h"

#include "process_seen.h"

#include <core/engine/simulated/simulated_chance.h>
#include <core/model/node_kinds.h>

#include <algorithm>
#include <span>

namespace podleaf::observe {

using namespace state;
using namespace std::chrono_literals;

namespace {

const QString kBgp = QStringLiteral("bgp");
constexpr std::uint32_t kBgpMetric = 20;
constexpr std::size_t kNone = ~std::size_t{0};

/// A host says of routes that lead beyond the next node that its loopback is their source (dhcp-hook.sh).
RouteSeen routeSeen(const model::Node& node, const Ipv4Prefix& prefix, const QString& protocol, const NextHops& hops, bool present) {
    const bool leadsFar = protocol != QLatin1String("kernel") && model::infoOf(node.kind).runsPods;
    return {node.id, prefix, protocol, hops, protocol == kBgp ? kBgpMetric : 0, present, leadsFar ? node.loopback : std::nullopt};
}

NextHops nextHopsOf(const std::vector<engine::SimulatedHop>& hops) {
    std::vector<NextHop> sorted;
    sorted.reserve(hops.size());
    for (const engine::SimulatedHop& hop : hops) {
        sorted.push_back({hop.via, hop.interface});
    }
    std::ranges::sort(sorted);
    return sorted;
}

QString macOf(std::uint32_t seed, const QString& port) {
    const std::uint64_t bits = engine::simulatedChance(seed, port);
    QString mac = QStringLiteral("02");
    for (int byte = 0; byte < 5; ++byte) {
        mac += QStringLiteral(":%1").arg((bits >> (8 * byte)) & 0xFFU, 2, 16, QLatin1Char('0'));
    }
    return mac;
}

} // namespace

/// Where a route of one node comes from: none when `network` is null or the node has none.
struct SimulatedChanges::Paths {
    const engine::SimulatedNetwork* network = nullptr;
    std::size_t origin = 0;
    std::span<const Ipv4Prefix> prefixes = {};
    std::vector<std::size_t> sessions = {};
    NextHops hops = {};
};

std::map<QString, bool> SimulatedChanges::podsOf(const model::Lab& lab) {
    std::map<QString, bool> pods;
    for (const model::Pod& pod : lab.pods()) {
        pods[pod.name] = false;
    }
    return pods;
}

std::chrono::milliseconds SimulatedChanges::between(int low, int high, const QString& what) const {
    return Ms(engine::simulatedBetween(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high), m_seed, what));
}

void SimulatedChanges::tell(const engine::Event& event) {
    using Type = engine::Event::Type;
    if (event.type == Type::LinkChanged) {
        m_sink(0ms, LinkAdminSeen{event.link, event.linkUp, event.impairments});
    } else if (isPod(event.node)) {
        tellPod(event);
    } else if (event.type == Type::NodeAdded || event.type == Type::NodeGone) {
        m_sink(0ms, NodeSeen{event.node, event.type == Type::NodeAdded, event.poweredOff});
    } else if (event.type == Type::ProcessForgotten) {
        m_sink(0ms, ProcessForgotten{event.node, event.process});
    } else {
        const bool runs = event.type == Type::ProcessStarted;
        m_sink(0ms, processSeen(event));
        if (event.process == QLatin1String("bgpd") && !event.paused) {
            m_sink(runs ? 5ms : 1ms, BmpSeen{event.node, runs});
        }
    }
}

void SimulatedChanges::tellPod(const engine::Event& event) {
    using Type = engine::Event::Type;
    const bool ofProcess = event.type == Type::ProcessStarted || event.type == Type::ProcessExited;
    bool& ready = m_pods[event.node.name];
    if (ofProcess) {
        const bool runs = event.type == Type::ProcessStarted;
        ready = event.process == QLatin1String("nginx") ? runs : ready;
        m_sink(0ms, processSeen(event));
    }
    const bool exists = event.type != Type::NodeGone;
    ready = ready && exists;
    m_sink(0ms, PodSeen{event.node.name, exists, ready});
}

void SimulatedChanges::tell(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now) {
    static const Node kNothing;
    m_lost = m_found = 0ms;
    for (std::size_t i = 0; i < m_lab.nodes.size(); ++i) {
        const bool stays = i < old.nodes().size() && old.nodes()[i].exists;
        const Node& before = stays ? old.nodes()[i] : kNothing;
        const NodeId& id = m_lab.nodes[i].id;
        if (now.nodes()[i].exists) { // else NodeSeen has said it all
            tellPorts(id, before, now.nodes()[i]);
            tellStaticRoutes(m_lab.nodes[i], before, now.nodes()[i]);
            tellSessions(id, before, now.nodes()[i]);
        }
    }
    tellLeases(old, now);
    forgetShared();
    tellRoutes(old, now);
    forgetShared();
}

void SimulatedChanges::tellPorts(const NodeId& id, const Node& old, const Node& now) {
    for (const engine::SimulatedPort& port : now.ports) {
        const auto before = std::ranges::find(old.ports, port.name, &engine::SimulatedPort::name);
        const bool isNew = before == old.ports.end();
        if (isNew || before->carrier != port.carrier || before->index != port.index) {
            m_sink(isNew ? 0ms : between(0, 2, id.name + port.name), InterfaceSeen{id, port.name, port.index, true, true, port.carrier});
        }
        for (const Ipv4Prefix& address : port.addresses) {
            if (isNew || std::ranges::find(before->addresses, address) == before->addresses.end()) {
                m_sink(0ms, AddressSeen{id, port.name, address, true});
            }
        }
        for (const Ipv4Prefix& address : isNew ? std::vector<Ipv4Prefix>{} : before->addresses) {
            if (std::ranges::find(port.addresses, address) == port.addresses.end()) {
                m_sink(0ms, AddressSeen{id, port.name, address, false});
            }
        }
    }
    for (const engine::SimulatedPort& port : old.ports) {
        if (std::ranges::find(now.ports, port.name, &engine::SimulatedPort::name) == now.ports.end()) {
            m_sink(0ms, InterfaceSeen{id, port.name, port.index, false, false, false});
        }
    }
}

void SimulatedChanges::tellStaticRoutes(const model::Node& planned, const Node& old, const Node& now) {
    for (const engine::SimulatedRoute& route : old.routes) {
        if (std::ranges::find(now.routes, route) == now.routes.end()) {
            m_sink(2ms, routeSeen(planned, route.prefix, route.protocol, nextHopsOf({route.hop}), false));
        }
    }
    for (const engine::SimulatedRoute& route : now.routes) {
        if (std::ranges::find(old.routes, route) == old.routes.end()) {
            m_sink(2ms, routeSeen(planned, route.prefix, route.protocol, nextHopsOf({route.hop}), true));
        }
    }
}

void SimulatedChanges::tellLeases(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now) {
    for (const engine::SimulatedLease& lease : now.leases()) {
        if (std::ranges::find(old.leases(), lease) == old.leases().end()) {
            const model::Link& link = m_lab.links[lease.link];
            const model::Endpoint& host = link.ends[lease.end];
            m_sink(0ms,
                   LeaseSeen{lease.server, link.ends[1 - lease.end].port, link.addresses[lease.end], macOf(m_seed, host.toString()), true});
        }
    }
}

void SimulatedChanges::tellSessions(const NodeId& id, const Node& old, const Node& now) {
    if (!now.bgpdRuns) {
        return; // the event of its end has said it all
    }
    for (std::size_t i = 0; i < now.sessions.size(); ++i) {
        const bool isKnown = old.bgpdRuns && i < old.sessions.size();
        if (!isKnown || !(old.sessions[i] == now.sessions[i])) {
            tellSession(id, isKnown ? &old.sessions[i] : nullptr, now.sessions[i]);
        }
    }
}

void SimulatedChanges::tellSession(const NodeId& id, const engine::SimulatedSession* old, const engine::SimulatedSession& now) {
    const model::Link& link = m_lab.links[now.link];
    const Ipv4Address peer = link.addresses[1 - now.end];
    const QString what = id.name + link.id.name;
    const bool wasUp = old != nullptr && old->up;
    const auto fsm = [&](BgpState state, int tries) { return FsmSeen{id, peer, now.configured, state, tries, now.fault, false}; };
    if (now.up && !wasUp) {
        const Ms opened = between(20, 180, what);
        const Ms up = opened + between(5, 60, what + QStringLiteral("up"));
        m_sink(opened, FsmSeen{id, peer, true, BgpState::OpenSent, 0, {}, false});
        m_sink(up, PeerUpSeen{id, peer, m_lab.nodes[now.peer].asn, 0});
        m_found = std::max(m_found, up);
        return;
    }
    if (now.up) {
        return;
    }
    Ms down = 0ms;
    if (wasUp) {
        const bool expires = now.fault == QLatin1String("Hold timer expired");
        down = (expires ? Ms(1000 * m_lab.routing.holdSeconds) : 0ms) + between(3, 20, what);
        m_sink(down, PeerDownSeen{id, peer, now.fault});
        m_lost = std::max(m_lost, down);
    }
    const bool tries = now.configured && now.fault != QLatin1String("Interface down");
    m_sink(down + 1ms, fsm(tries ? BgpState::Active : BgpState::Idle, tries ? 1 : 0));
}

void SimulatedChanges::tellRoutes(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now) {
    std::vector<std::array<std::size_t, 2>> byOwner(m_lab.nodes.size(), {kNone, kNone});
    for (std::size_t i = 0; i < old.origins().size(); ++i) {
        byOwner[old.origins()[i].node][0] = i;
    }
    for (std::size_t i = 0; i < now.origins().size(); ++i) {
        byOwner[now.origins()[i].node][1] = i;
    }
    // Node by node: so the tables of few nodes change at a time, and snapshots share the others'.
    for (std::size_t node = 0; node < m_lab.nodes.size(); ++node) {
        if (!now.nodes()[node].exists) {
            continue;
        }
        for (const auto& [before, after] : byOwner) {
            if (before != kNone || after != kNone) {
                tellRoute(old, now, node, before, after);
            }
        }
    }
}

/// kNone as an origin: there is none.
void SimulatedChanges::tellRoute(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now, std::size_t node,
                                 std::size_t before, std::size_t after) {
    const bool samePrefixes = before != kNone && after != kNone && old.origins()[before].prefixes == now.origins()[after].prefixes;
    const bool forgot = node >= old.nodes().size() || !old.nodes()[node].exists || !old.nodes()[node].bgpdRuns;
    const bool sameZebra = node < old.nodes().size() && old.zebraRuns(node) == now.zebraRuns(node);
    const std::uint64_t oldMark = before == kNone ? 0 : old.mark(node, before);
    const std::uint64_t newMark = after == kNone ? 0 : now.mark(node, after);
    if (oldMark == newMark && (newMark == 0 || (samePrefixes && sameZebra && !forgot))) {
        return;
    }
    tellPaths(node, oldMark == 0 ? Paths() : pathsOf(old, node, before), newMark == 0 ? Paths() : pathsOf(now, node, after));
}

SimulatedChanges::Paths SimulatedChanges::pathsOf(const engine::SimulatedNetwork& network, std::size_t node, std::size_t origin) {
    Paths paths{&network, origin, network.origins()[origin].prefixes, network.bestPaths(node, origin), {}};
    paths.hops = hopsOf(network, node, paths.sessions);
    return paths;
}

/// Most routes of a node lead as the one before: they share their next hops.
NextHops SimulatedChanges::hopsOf(const engine::SimulatedNetwork& network, std::size_t node, const std::vector<std::size_t>& sessions) {
    if (m_lastHops.network != &network || m_lastHops.node != node || m_lastHops.sessions != sessions) {
        m_lastHops = {&network, node, sessions, nextHopsOf(network.kernelHops(m_lab, node, sessions))};
    }
    return m_lastHops.hops;
}

/// All neighbours are told the same.
const AsPath& SimulatedChanges::asPath(const engine::SimulatedNetwork& network, std::size_t teller, std::size_t origin) {
    m_asPaths.resize(m_lab.nodes.size());
    std::vector<AsPath>& told = m_asPaths[teller];
    told.resize(network.origins().size());
    if (told[origin].empty()) {
        told[origin] = network.asPath(m_lab, teller, origin);
    }
    return told[origin];
}

void SimulatedChanges::forgetShared() {
    m_lastHops = {};
    m_asPaths = {};
}

void SimulatedChanges::tellPaths(std::size_t node, const Paths& old, const Paths& now) {
    const NodeId& id = m_lab.nodes[node].id;
    const auto known = [&](const engine::SimulatedNetwork& network, std::size_t session, const Ipv4Prefix& prefix, bool present,
                           std::size_t origin) {
        const engine::SimulatedSession& from = network.nodes()[node].sessions[session];
        const Ipv4Address peer = m_lab.links[from.link].addresses[1 - from.end];
        return BgpRouteSeen{id, peer, prefix, present, peer, present ? asPath(network, from.peer, origin) : AsPath()};
    };
    for (const Ipv4Prefix& prefix : now.prefixes) {
        const Ms after = std::max(m_found, m_lost) + between(2, 40, id.name + prefix.toString());
        const bool was = std::ranges::find(old.prefixes, prefix) != old.prefixes.end();
        for (const std::size_t session : now.sessions) {
            m_sink(after, known(*now.network, session, prefix, true, now.origin));
        }
        for (const std::size_t session : was ? old.sessions : std::vector<std::size_t>{}) {
            if (std::ranges::find(now.sessions, session) == now.sessions.end()) {
                m_sink(after, known(*old.network, session, prefix, false, 0));
            }
        }
        if (!now.hops.empty()) {
            m_sink(after + 3ms, routeSeen(m_lab.nodes[node], prefix, kBgp, now.hops, true));
        } else if (was && !old.hops.empty()) {
            m_sink(after + 3ms, routeSeen(m_lab.nodes[node], prefix, kBgp, old.hops, false));
        }
    }
    for (const Ipv4Prefix& prefix : old.prefixes) {
        if (std::ranges::find(now.prefixes, prefix) != now.prefixes.end()) {
            continue;
        }
        const Ms after = m_lost + between(2, 40, id.name + prefix.toString());
        for (const std::size_t session : old.sessions) {
            m_sink(after, known(*old.network, session, prefix, false, 0));
        }
        if (!old.hops.empty()) {
            m_sink(after + 3ms, routeSeen(m_lab.nodes[node], prefix, kBgp, old.hops, false));
        }
    }
}

void SimulatedChanges::tellSynced(const engine::SimulatedNetwork& now) {
    for (std::size_t i = 0; i < m_lab.nodes.size(); ++i) {
        for (const char* source : {"netlink", "bgp", "services"}) {
            if (now.nodes()[i].exists) {
                m_sink(0ms, SyncedSeen{m_lab.nodes[i].id, QString::fromLatin1(source)});
            }
        }
    }
}

void SimulatedChanges::tellRoute(const engine::SimulatedNetwork& now, std::size_t node, std::size_t origin, bool present) {
    const NextHops hops = nextHopsOf(now.kernelHops(m_lab, node, now.bestPaths(node, origin)));
    for (const Ipv4Prefix& prefix : hops.empty() ? std::vector<Ipv4Prefix>{} : now.origins()[origin].prefixes) {
        m_sink(0ms, routeSeen(m_lab.nodes[node], prefix, kBgp, hops, present));
        return;
    }
}

} // namespace podleaf::observe
