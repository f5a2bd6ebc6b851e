// SPDX-License-Identifier: GPL-3.0-or-later
// The network as it should be: each kernel's table made from the lab and its intent.
#include "network_view.h"

#include <core/model/node_kinds.h>
#include <core/state/best_route.h>

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace podleaf::verify {

namespace {

/// Of what zebra installs, as the kernel shows it.
constexpr std::uint32_t kZebraMetric = 20;
const QString kBgp = QStringLiteral("bgp");
const QString kBridge = QStringLiteral("cbr0");

class IntendedNetwork final : public NetworkView {
    Q_DECLARE_TR_FUNCTIONS(podleaf::verify::IntendedNetwork)

public:
    explicit IntendedNetwork(const Picture& picture);

    [[nodiscard]] QString nodeFault(const NodeId&) const override { return {}; }
    [[nodiscard]] QString podFault(const QString&) const override { return {}; }
    [[nodiscard]] bool hasAddress(const NodeId& node, Ipv4Address address) const override;
    [[nodiscard]] std::optional<state::RouteState> route(const NodeId& node, Ipv4Address to) const override;
    [[nodiscard]] QString noRoute(const NodeId& node, Ipv4Address to) const override;
    [[nodiscard]] QString crossingFault(const Crossing& crossing, std::optional<Ipv4Address> wanted) const override;
    [[nodiscard]] std::optional<Ipv4Address> source(const NodeId& node, const state::RouteState& route) const override;

private:
    /// The route in the node's table: `route`, or what is there already for its prefix and metric.
    state::RouteState& add(const NodeId& node, state::RouteState route);
    void addNode(const model::Node& node);
    void addPort(const model::Node& node, const model::Link& link, std::size_t end);
    [[nodiscard]] state::NextHop hopTo(const NodeId& node, Ipv4Address gateway) const;

    std::map<NodeId, std::map<state::RouteKey, state::RouteState>> m_routes;
    std::map<NodeId, std::vector<Ipv4Address>> m_addresses;
};

IntendedNetwork::IntendedNetwork(const Picture& picture) : NetworkView(picture) {
    for (const model::Node& node : lab().nodes) {
        addNode(node);
    }
    for (const intent::ExpectedRoute& expected : picture.intent.routes) {
        state::RouteState route{expected.prefix, kBgp, {}, kZebraMetric};
        for (const Ipv4Address gateway : expected.nextHops) {
            route.nextHops.edit().push_back(hopTo(expected.node, gateway));
        }
        add(expected.node, std::move(route));
    }
}

state::RouteState& IntendedNetwork::add(const NodeId& node, state::RouteState route) {
    const state::RouteKey key{route.prefix, route.metric};
    return m_routes[node].try_emplace(key, std::move(route)).first->second;
}

void IntendedNetwork::addNode(const model::Node& node) {
    if (node.loopback) {
        m_addresses[node.id].push_back(*node.loopback);
    }
    if (node.podCidr) {
        m_addresses[node.id].push_back(node.podCidr->at(1));
        add(node.id, {node.podCidr->network(), QStringLiteral("kernel"), {{std::nullopt, kBridge}}, 0});
    }
    for (const state::IndexedPort& port : index().of(node.id)) {
        addPort(node, lab().links[port.link], port.end);
    }
}

/// The port's own network and, by DHCP, the default route; a host of several leaves may have it by any of them.
void IntendedNetwork::addPort(const model::Node& node, const model::Link& link, std::size_t end) {
    if (!lab().isNumbered()) {
        return;
    }
    const QString& port = link.ends[end].port;
    m_addresses[node.id].push_back(link.addresses[end]);
    add(node.id, {link.prefix.network(), QStringLiteral("kernel"), {{std::nullopt, port}}, 0});
    const model::Node* far = lab().findNode(link.ends[1 - end].node);
    if (!model::asksForLease(node) || far == nullptr || model::asksForLease(*far)) {
        return;
    }
    state::RouteState& gateway = add(node.id, {Ipv4Prefix{}, QStringLiteral("dhcp"), {}, 0});
    gateway.nextHops.edit().push_back({link.addresses[1 - end], port});
}

/// The port at whose far end `gateway` is; without one the next hop leads nowhere.
state::NextHop IntendedNetwork::hopTo(const NodeId& node, Ipv4Address gateway) const {
    for (const state::IndexedPort& port : index().of(node)) {
        const model::Link& link = lab().links[port.link];
        if (link.addresses[1 - port.end] == gateway) {
            return {lab().isNumbered() ? std::optional(gateway) : std::nullopt, link.ends[port.end].port};
        }
    }
    return {gateway, {}};
}

bool IntendedNetwork::hasAddress(const NodeId& node, Ipv4Address address) const {
    const auto it = m_addresses.find(node);
    return it != m_addresses.end() && std::ranges::find(it->second, address) != it->second.end();
}

std::optional<state::RouteState> IntendedNetwork::route(const NodeId& node, Ipv4Address to) const {
    const auto it = m_routes.find(node);
    const state::RouteState* best = it == m_routes.end() ? nullptr : state::bestRoute(it->second, {to, 32});
    return best == nullptr ? std::nullopt : std::optional(*best);
}

QString IntendedNetwork::noRoute(const NodeId& node, Ipv4Address to) const {
    return tr("%1 is not meant to have a route to %2.").arg(node.name, to.toString());
}

QString IntendedNetwork::crossingFault(const Crossing& crossing, std::optional<Ipv4Address> wanted) const {
    return !wanted || hasAddress(crossing.far().node, *wanted) ? QString() : tr("Nobody is meant to have %1.").arg(wanted->toString());
}

/// A host's loopback is the source of the routes that lead beyond the next node; else it is the port's address, where
/// ports have one.
std::optional<Ipv4Address> IntendedNetwork::source(const NodeId& node, const state::RouteState& route) const {
    const model::Node* own = lab().findNode(node);
    const state::NextHop& hop = route.nextHops.front();
    const bool leadsFar = hop.via || route.protocol == kBgp;
    if (own != nullptr && own->loopback && leadsFar && (model::infoOf(own->kind).runsPods || !lab().isNumbered())) {
        return own->loopback;
    }
    if (hop.interface == kBridge && own != nullptr && own->podCidr) {
        return own->podCidr->at(1);
    }
    const auto port = crossing(node, hop.interface);
    return port ? std::optional(port->link.addresses[port->end]) : std::nullopt;
}

} // namespace

std::unique_ptr<NetworkView> intendedNetwork(const Picture& picture) {
    return std::make_unique<IntendedNetwork>(picture);
}

} // namespace podleaf::verify
