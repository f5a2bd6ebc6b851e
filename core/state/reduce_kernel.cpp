// SPDX-License-Identifier: GPL-3.0-or-later
// What rtnetlink said: ports, addresses and the kernel's routes. That the kernel drops IPv4 routes over a port
// that goes down without a word is the collector's to find out; here a route goes when it is said to.
#include "neighbour_words.h"
#include "reducer.h"
#include "route_seen.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace podleaf::state {

namespace {

constexpr QLatin1StringView kBgp("bgp");
const Ipv4Prefix kLoopbackNet{Ipv4Address{127U << 24U}, 8};

/// "via 172.16.0.6", "via 172.16.0.2 and 172.16.0.6", "on cbr0" or "blackhole".
QString hopWords(const model::Lab& lab, const RouteState& route) {
    QStringList gateways;
    QStringList ports;
    for (const NextHop& hop : route.nextHops) {
        if (const auto gateway = gatewayOf(lab, route.protocol, hop)) {
            gateways += gateway->toString();
        }
        ports += hop.interface;
    }
    if (route.type != RouteType::Unicast) {
        return typeWord(route.type);
    }
    const QString both = QCoreApplication::translate("State", " and ");
    if (!gateways.isEmpty()) {
        return QCoreApplication::translate("State", "via %1").arg(gateways.join(both));
    }
    return ports.isEmpty() ? QString() : QCoreApplication::translate("State", "on %1").arg(ports.join(both));
}

double bitsPerSecond(std::uint64_t before, std::uint64_t now, qint64 milliseconds) {
    return static_cast<double>(now - before) * 8000.0 / static_cast<double>(milliseconds);
}

/// The rates that two readings of a port's counters make. Counters that go backwards are those of a new port.
PortTraffic measured(const PortTraffic& before, const PortCounters& now, qint64 atMs) {
    PortTraffic out{.counters = now, .atMs = atMs};
    const PortCounters& old = before.counters;
    const bool goesOn = before.atMs > 0 && before.atMs < atMs && old.rxBytes <= now.rxBytes && old.txBytes <= now.txBytes &&
                        old.rxDropped <= now.rxDropped && old.txDropped <= now.txDropped;
    if (!goesOn) {
        return out;
    }
    out.rxBitsPerSecond = bitsPerSecond(old.rxBytes, now.rxBytes, atMs - before.atMs);
    out.txBitsPerSecond = bitsPerSecond(old.txBytes, now.txBytes, atMs - before.atMs);
    const std::uint64_t dropped = now.rxDropped - old.rxDropped + now.txDropped - old.txDropped;
    out.drops = before.drops + dropped;
    out.lastDropMs = dropped > 0 ? atMs : before.lastDropMs;
    return out;
}

/// To a whole number; what is but a little off the one that is shown leaves it, as a value between two would go to and fro.
double rounded(double value, std::optional<double> shown) {
    constexpr double kLittle = 0.75;
    return shown && std::abs(value - *shown) < kLittle ? *shown : std::round(value);
}

/// A counter that goes backwards, as when a host loses a pod, begins anew and says nothing of the time before.
NodeUsage measured(const std::optional<NodeUsage>& before, const UsageSeen& seen, qint64 atMs) {
    constexpr double kPercent = 100;
    constexpr double kMemoryStep = 100 * 1024;
    const auto shownMemory = before ? std::optional(static_cast<double>(before->memoryBytes) / kMemoryStep) : std::nullopt;
    const double memory = rounded(static_cast<double>(seen.memoryBytes) / kMemoryStep, shownMemory) * kMemoryStep;
    NodeUsage now{before ? before->cpu : std::nullopt, static_cast<std::uint64_t>(memory), seen.cpuMicroseconds, atMs};
    if (before && before->atMs < atMs && before->cpuMicroseconds <= seen.cpuMicroseconds) {
        const double used = static_cast<double>(seen.cpuMicroseconds - before->cpuMicroseconds) / 1000;
        const auto shownCpu = before->cpu ? std::optional(*before->cpu * kPercent) : std::nullopt;
        now.cpu = rounded(kPercent * used / static_cast<double>(atMs - before->atMs), shownCpu) / kPercent;
    }
    return now;
}

} // namespace

void Reducer::settleCable(const NodeId& node, const QString& port) {
    const IndexedPort* place = m_index.find(node, port);
    if (place == nullptr) {
        return;
    }
    const model::Link& link = m_lab.links[place->link];
    LinkState& cable = m_state.links[link.id];
    bool exists = true;
    bool carrier = true;
    for (const model::Endpoint& end : link.ends) {
        const NodeState* at = findNode(end.node);
        const bool there = at != nullptr && at->interfaces.contains(end.port);
        exists = exists && there;
        carrier = carrier && there && at->interfaces.at(end.port).carrier;
    }
    if (cable.exists == exists && cable.carrier == carrier) {
        return;
    }
    const bool turned = cable.carrier != carrier;
    cable.exists = exists;
    cable.carrier = carrier;
    m_delta.links.insert(link.id);
    m_touchedLinks.insert(place->link);
    if (turned) {
        log(QStringLiteral("link"), link.id.name, (carrier ? tr("%1 has carrier.") : tr("%1 lost its carrier.")).arg(link.id.name),
            carrier ? Tone::Good : Tone::Bad);
    }
}

void Reducer::carrierTurned(const NodeId& node, const QString& port, bool up) {
    if (const IndexedPort* place = m_index.find(node, port)) {
        turned({.what = Change::What::Carrier, .up = up, .node = node, .link = m_lab.links[place->link].id});
    }
}

void Reducer::fold(const InterfaceSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    if (!seen.exists) {
        removeInterface(*node, seen.name);
        return;
    }
    node->doubtful.interfaces.erase(seen.name);
    const auto it = node->interfaces.find(seen.name);
    InterfaceState now = it == node->interfaces.end() ? InterfaceState{} : it->second;
    now.index = seen.index;
    now.adminUp = seen.adminUp;
    now.carrier = seen.adminUp && seen.carrier;
    if (it != node->interfaces.end() && it->second == now) {
        return;
    }
    const bool hadCarrier = it != node->interfaces.end() && it->second.carrier;
    touchPort(*node, seen.name);
    node->interfaces[seen.name] = now;
    m_delta.nodes.insert(seen.node);
    if (hadCarrier != now.carrier) {
        carrierTurned(seen.node, seen.name, now.carrier);
    }
    settleCable(seen.node, seen.name);
}

void Reducer::fold(const TrafficSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr || !node->exists) {
        return;
    }
    for (const PortCounters& now : seen.ports) {
        if (node->interfaces.contains(now.port)) {
            const auto before = node->traffic.find(now.port);
            node->traffic[now.port] = measured(before == node->traffic.end() ? PortTraffic{} : before->second, now, m_atMs);
        }
    }
    m_delta.traffic.insert(seen.node);
}

void Reducer::fold(const UsageSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr || !node->exists) {
        return;
    }
    const NodeUsage now = measured(node->usage, seen, m_atMs);
    if (!node->usage || node->usage->cpu != now.cpu || node->usage->memoryBytes != now.memoryBytes) {
        m_delta.usage.insert(seen.node);
    }
    node->usage = now;
}

void Reducer::removeInterface(NodeState& node, const QString& name) {
    node.doubtful.interfaces.erase(name);
    node.traffic.erase(name);
    const auto known = node.interfaces.find(name);
    if (known == node.interfaces.end()) {
        return;
    }
    const bool hadCarrier = known->second.carrier;
    node.interfaces.erase(name);
    touchPort(node, name);
    m_delta.nodes.insert(node.id);
    if (hadCarrier) {
        carrierTurned(node.id, name, false);
    }
    settleCable(node.id, name);
}

void Reducer::fold(const AddressSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    if (!seen.present) {
        removeAddress(*node, seen.interface, seen.address);
        return;
    }
    node->doubtful.addresses.erase({seen.interface, seen.address});
    const auto known = node->interfaces.find(seen.interface);
    if (known != node->interfaces.end() && std::ranges::binary_search(known->second.addresses, seen.address)) {
        return;
    }
    touchPort(*node, seen.interface);
    std::vector<Ipv4Prefix>& addresses = node->interfaces[seen.interface].addresses;
    addresses.insert(std::ranges::lower_bound(addresses, seen.address), seen.address);
    m_delta.nodes.insert(seen.node);
    if (!kLoopbackNet.contains(seen.address.address)) {
        log(QStringLiteral("node"), seen.node.name,
            tr("%1: %2 has the address %3.").arg(seen.node.name, seen.interface, seen.address.toString()));
    }
}

void Reducer::removeAddress(NodeState& node, const QString& interface, const Ipv4Prefix& address) {
    node.doubtful.addresses.erase({interface, address});
    const auto known = node.interfaces.find(interface);
    if (known == node.interfaces.end() || !std::ranges::binary_search(known->second.addresses, address)) {
        return;
    }
    std::erase(node.interfaces[interface].addresses, address);
    m_delta.nodes.insert(node.id);
    touchPort(node, interface);
    log(QStringLiteral("node"), node.id.name, tr("%1: %2 lost the address %3.").arg(node.id.name, interface, address.toString()),
        Tone::Bad);
}

/// A BGP route over a link without addresses leads to whoever is at the other end: its next hop is that end's number.
void Reducer::numberNextHops(const NodeId& node, RouteState& route) const {
    if (m_lab.isNumbered() || route.protocol != QLatin1String("bgp")) {
        return;
    }
    for (NextHop& hop : route.nextHops.edit()) {
        const IndexedPort* port = hop.via ? nullptr : m_index.find(node, hop.interface);
        if (port != nullptr) {
            hop.via = m_lab.links[port->link].addresses[1 - port->end];
        }
    }
}

/// Routes of one table lead few ways: next hops that one of those beside it has, too, are kept once.
void Reducer::shareNextHops(const NodeState& node, CowMap<RouteKey, RouteState>::const_iterator place, RouteState& route) {
    const bool isShared = place != node.routes.begin() && route.nextHops.shareIfEqual(std::prev(place)->second.nextHops);
    if (!isShared && place != node.routes.end()) {
        route.nextHops.shareIfEqual(place->second.nextHops);
    }
}

void Reducer::fold(const RouteSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    const RouteKey key{seen.prefix, seen.metric};
    if (!seen.present) {
        removeRoute(*node, key);
        return;
    }
    node->doubtful.routes.erase(key);
    RouteState now = keptOf(seen);
    numberNextHops(seen.node, now);
    if (!std::ranges::is_sorted(now.nextHops)) {
        std::ranges::sort(now.nextHops.edit());
    }
    const auto it = node->routes.lower_bound(key);
    if (it != node->routes.end() && it->first == key && it->second == now) {
        return;
    }
    shareNextHops(*node, it, now);
    noteNode(seen.node);
    tellRoute(seen.node, now, true);
    node->routes.edit().insert_or_assign(key, std::move(now));
}

/// That the route came or changed, or went.
void Reducer::tellRoute(const NodeId& node, const RouteState& route, bool present) {
    if (!m_tellsRoutes) {
        return;
    }
    m_delta.routes.push_back(seenOf(node, route, present));
    if (route.protocol == kBgp) {
        turned({.what = Change::What::Route, .up = present, .node = node, .prefix = route.prefix});
    }
    if (route.protocol != QLatin1String("kernel")) {
        log(QStringLiteral("route"), node.name,
            (present ? tr("%1: %2 %3 is in the kernel.") : tr("%1: %2 %3 has left the kernel."))
                .arg(node.name, route.prefix.toString(), hopWords(m_lab, route)),
            present && route.type == RouteType::Unicast ? Tone::Good : Tone::Bad);
    }
}

void Reducer::removeRoute(NodeState& node, const RouteKey& key) {
    node.doubtful.routes.erase(key);
    const auto it = node.routes.find(key);
    if (it == node.routes.end()) {
        return;
    }
    const RouteState gone = it->second;
    node.routes.erase(key);
    noteNode(node.id);
    tellRoute(node.id, gone, false);
}

void Reducer::fold(const NetlinkResync& seen) {
    NodeState* node = changedNode(seen.node);
    if (node == nullptr) {
        return;
    }
    node->synced.erase(QStringLiteral("netlink"));
    node->doubtful = {};
    for (const auto& [name, interface] : node->interfaces) {
        node->doubtful.interfaces.insert(name);
        for (const Ipv4Prefix& address : interface.addresses) {
            node->doubtful.addresses.insert({name, address});
        }
    }
    for (const auto& [key, route] : node->routes) {
        node->doubtful.routes.insert(key);
    }
}

void Reducer::sweepDoubtful(NodeState& node) {
    const Doubtful gone = std::exchange(node.doubtful, {});
    for (const RouteKey& key : gone.routes) {
        removeRoute(node, key);
    }
    for (const auto& [interface, address] : gone.addresses) {
        removeAddress(node, interface, address);
    }
    for (const QString& name : gone.interfaces) {
        removeInterface(node, name);
    }
}

} // namespace podleaf::state
