// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace.h"

#include "network_view.h"

#include <core/state/neighbour_words.h>

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <set>

namespace podleaf::verify {

namespace {

/// Follows packets to one address through a network, every equal-cost way at once.
class Walk final {
    Q_DECLARE_TR_FUNCTIONS(podleaf::verify::Walk)

public:
    Walk(const NetworkView& network, Ipv4Address to) : m_network(network), m_to(to) {}

    [[nodiscard]] TracePath from(const TracePlace& place);

private:
    [[nodiscard]] TraceHop atPod(const model::Pod& pod) const;
    [[nodiscard]] TraceHop atNode(const NodeId& node) const;
    [[nodiscard]] TraceNext onward(const NodeId& node, const state::RouteState& route, const state::NextHop& hop) const;
    [[nodiscard]] TraceNext overBridge(const NodeId& host, const QString& port) const;
    void visit(const TraceHop& hop);
    [[nodiscard]] std::optional<TraceStop> firstStop() const;
    [[nodiscard]] std::optional<TraceStop> circle(const QString& at, QStringList& way, std::set<QString>& done) const;

    const NetworkView& m_network;
    const Ipv4Address m_to;
    TracePath m_path;
    std::set<QString> m_known;    ///< Hops of the path, and those still to be looked at.
    std::vector<QString> m_ahead; ///< Nodes to look at next, in order.
};

const model::Pod* findPod(const std::vector<model::Pod>& pods, const QString& name) {
    const auto it = std::ranges::find(pods, name, &model::Pod::name);
    return it == pods.end() ? nullptr : &*it;
}

TracePath Walk::from(const TracePlace& place) {
    const std::vector<model::Pod> pods = m_network.lab().pods();
    m_ahead = {place.pod.isEmpty() ? place.node.name : place.pod};
    m_known = {m_ahead.front()};
    while (!m_ahead.empty()) {
        const std::vector<QString> round = std::exchange(m_ahead, {});
        for (const QString& name : round) {
            const model::Pod* pod = findPod(pods, name);
            visit(pod != nullptr ? atPod(*pod) : atNode(NodeId(name)));
        }
    }
    m_path.stop = firstStop();
    return std::move(m_path);
}

void Walk::visit(const TraceHop& hop) {
    m_path.hops.push_back(hop);
    for (const TraceNext& next : hop.next) {
        if (next.stops.isEmpty() && m_known.insert(next.to).second) {
            m_ahead.push_back(next.to);
        }
    }
}

/// A pod has an address and a default route, which nobody changes: its table is not observed.
TraceHop Walk::atPod(const model::Pod& pod) const {
    TraceHop hop;
    hop.at = pod.name;
    hop.stops = m_network.podFault(pod.name);
    hop.arrives = hop.stops.isEmpty() && pod.address == m_to;
    const model::Node* host = m_network.lab().findNode(pod.host);
    if (hop.arrives || !hop.stops.isEmpty() || host == nullptr || !host->podCidr) {
        return hop;
    }
    const Ipv4Address bridge = host->podCidr->at(1);
    const QString port = QStringLiteral("eth0");
    if (m_to != bridge && host->podCidr->contains(m_to)) {
        hop.next.push_back(overBridge(pod.host, port));
        return hop;
    }
    TraceNext next{pod.host.name, bridge == m_to ? std::nullopt : std::optional(bridge), port, {}, m_network.nodeFault(pod.host)};
    if (next.stops.isEmpty() && !m_network.hasAddress(pod.host, bridge)) {
        next.stops = tr("%1 sends to %2, which nobody has.").arg(pod.name, bridge.toString());
    }
    hop.next.push_back(std::move(next));
    return hop;
}

TraceHop Walk::atNode(const NodeId& node) const {
    TraceHop hop;
    hop.at = node.name;
    hop.stops = m_network.nodeFault(node);
    hop.arrives = hop.stops.isEmpty() && m_network.hasAddress(node, m_to);
    if (hop.arrives || !hop.stops.isEmpty()) {
        return hop;
    }
    hop.route = m_network.route(node, m_to);
    if (!hop.route) {
        hop.stops = m_network.noRoute(node, m_to);
        return hop;
    }
    if (hop.route->type != state::RouteType::Unicast) {
        hop.stops = state::discardSentence(node, m_to.toString(), *hop.route);
        return hop;
    }
    for (const state::NextHop& each : hop.route->nextHops) {
        hop.next.push_back(onward(node, *hop.route, each));
    }
    return hop;
}

TraceNext Walk::onward(const NodeId& node, const state::RouteState& route, const state::NextHop& hop) const {
    const auto crossing = m_network.crossing(node, hop.interface);
    if (!crossing) {
        return overBridge(node, hop.interface);
    }
    // Where links have no numbers of their own, a route goes to whoever is at the far end (RFC 8950).
    const bool unnumbered = !m_network.lab().isNumbered() || (!hop.via && route.protocol == QLatin1String("bgp"));
    const auto wanted = unnumbered ? std::nullopt : std::optional(hop.via.value_or(m_to));
    return {crossing->far().node.name, state::gatewayOf(m_network.lab(), route.protocol, hop), hop.interface, crossing->link.id,
            m_network.crossingFault(*crossing, wanted)};
}

/// To a pod of `host`, by the host itself or by another pod on the same bridge.
TraceNext Walk::overBridge(const NodeId& host, const QString& port) const {
    const model::Pod* pod = m_network.podAt(host, m_to);
    if (pod == nullptr) {
        return {{}, std::nullopt, port, {}, tr("Nobody on %1 has the address %2.").arg(host.name, m_to.toString())};
    }
    return {pod->name, std::nullopt, port, {}, {}};
}

std::optional<TraceStop> Walk::firstStop() const {
    for (const TraceHop& hop : m_path.hops) {
        if (!hop.stops.isEmpty()) {
            return TraceStop{hop.at, hop.stops};
        }
        const auto stopped = std::ranges::find_if(hop.next, [](const TraceNext& next) { return !next.stops.isEmpty(); });
        if (stopped != hop.next.end()) {
            return TraceStop{hop.at, stopped->stops};
        }
    }
    QStringList way;
    std::set<QString> done;
    return circle(m_path.hops.front().at, way, done);
}

/// Depth first: a way back to a hop that is still on the way here is a circle.
std::optional<TraceStop> Walk::circle(const QString& at, QStringList& way, std::set<QString>& done) const {
    if (const qsizetype since = way.indexOf(at); since >= 0) {
        const QString round = (way.mid(since) + QStringList{at}).join(QStringLiteral(" → "));
        return TraceStop{way.back(), tr("Packets to %1 go in circles: %2.").arg(m_to.toString(), round)};
    }
    if (done.contains(at)) {
        return std::nullopt;
    }
    way.append(at);
    const auto hop = std::ranges::find(m_path.hops, at, &TraceHop::at);
    for (const TraceNext& next : hop->next) {
        if (auto found = circle(next.to, way, done)) {
            return found;
        }
    }
    way.removeLast();
    done.insert(at);
    return std::nullopt;
}

TracePath walk(const NetworkView& network, const TracePlace& from, Ipv4Address to) {
    if (from.node.isEmpty()) {
        return {{}, TraceStop{from.name, QCoreApplication::translate("Verify", "Nobody has the address %1.").arg(from.name)}};
    }
    return Walk(network, to).from(from);
}

std::optional<Ipv4Address> sourceIn(const NetworkView& network, const TracePlace& from, Ipv4Address to) {
    if (from.asksFromAddress) {
        return from.address;
    }
    if (network.hasAddress(from.node, to)) {
        return to;
    }
    const auto route = network.route(from.node, to);
    return route ? network.source(from.node, *route) : std::nullopt;
}

/// The answer's way; without an address to answer to it stops where it would begin.
TracePath wayBack(const NetworkView& network, const TracePlace& from, const TracePlace& to, std::optional<Ipv4Address> source) {
    if (source || to.node.isEmpty()) {
        return walk(network, to, source.value_or(Ipv4Address{}));
    }
    const QString why = QCoreApplication::translate("Verify", "%1 has no address to be answered at.").arg(from.name);
    return {{}, TraceStop{to.name, why}};
}

/// Where a leaf or host is asked: its loopback, else the address of its first port.
std::optional<Ipv4Address> addressOf(const model::Lab& lab, const model::Node& node) {
    const std::vector<const model::Link*> links = lab.linksOf(node.id);
    if (node.loopback || links.empty()) {
        return node.loopback;
    }
    return links.front()->addresses[static_cast<std::size_t>(model::endAt(*links.front(), node.id))];
}

TracePlace placeAt(const Picture& picture, Ipv4Address address) {
    for (const model::Pod& pod : picture.lab.pods()) {
        if (pod.address == address) {
            return {pod.name, pod.host, pod.name, address, true};
        }
    }
    for (const auto& network : {observedNetwork(picture), intendedNetwork(picture)}) {
        for (const model::Node& node : picture.lab.nodes) {
            if (network->hasAddress(node.id, address)) {
                return {node.id.name, node.id, {}, address, true};
            }
        }
    }
    return {address.toString(), {}, {}, address, true};
}

} // namespace

bool TracePath::sameWayAs(const TracePath& other) const {
    const auto ways = [](const TracePath& path) {
        std::set<std::pair<QString, QString>> all;
        for (const TraceHop& hop : path.hops) {
            all.emplace(hop.at, QString());
            for (const TraceNext& next : hop.next) {
                all.emplace(hop.at, next.to + QLatin1Char(' ') + next.link.name);
            }
        }
        return all;
    };
    return arrives() == other.arrives() && ways(*this) == ways(other);
}

Result<TracePlace> findPlace(const Picture& picture, const QString& name) {
    const model::Lab& lab = picture.lab;
    if (const model::Node* node = lab.findNode(NodeId(name))) {
        const auto address = addressOf(lab, *node);
        return address ? Result<TracePlace>(TracePlace{name, node->id, {}, *address, false})
                       : fail(ErrorCode::NotFound, QCoreApplication::translate("Verify", "%1 has no address.").arg(name));
    }
    const std::vector<model::Pod> pods = lab.pods();
    if (const model::Pod* pod = findPod(pods, name)) {
        return TracePlace{name, pod->host, name, pod->address, true};
    }
    if (const auto address = Ipv4Address::parse(name)) {
        return placeAt(picture, *address);
    }
    QStringList known;
    for (const model::Node& node : lab.nodes) {
        known.append(node.id.name);
    }
    for (const model::Pod& pod : pods) {
        known.append(pod.name);
    }
    return fail(ErrorCode::NotFound,
                QCoreApplication::translate("Verify", "%1 is no node, pod or address of the lab %2.").arg(name, lab.id.name), {},
                QCoreApplication::translate("Verify", "It has: %1").arg(known.join(QStringLiteral(", "))));
}

TracePath tracePath(const Picture& picture, const TracePlace& from, Ipv4Address to) {
    return walk(*observedNetwork(picture), from, to);
}

std::optional<Ipv4Address> sourceAddress(const Picture& picture, const TracePlace& from, Ipv4Address to) {
    return sourceIn(*observedNetwork(picture), from, to);
}

Trace traceBetween(const Picture& picture, const TracePlace& from, const TracePlace& to) {
    const auto observed = observedNetwork(picture);
    const auto intended = intendedNetwork(picture);
    Trace trace{from, to, {}, {}, {}, {}};
    const auto meant = sourceIn(*intended, from, to.address);
    const auto seen = sourceIn(*observed, from, to.address);
    trace.there = walk(*observed, from, to.address);
    trace.intendedThere = walk(*intended, from, to.address);
    trace.back = wayBack(*observed, from, to, seen ? seen : meant);
    trace.intendedBack = wayBack(*intended, from, to, meant);
    trace.from.address = seen.value_or(meant.value_or(from.address));
    return trace;
}

} // namespace podleaf::verify
