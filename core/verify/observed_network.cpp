// SPDX-License-Identifier: GPL-3.0-or-later
// The network as the kernels have it, and what every view has in common.
#include "network_view.h"

#include <core/state/best_route.h>
#include <core/state/fault_words.h>
#include <core/state/session_reason.h>
#include <core/state/words.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::verify {

namespace {

using state::SessionFault;

class ObservedNetwork final : public NetworkView {
    Q_DECLARE_TR_FUNCTIONS(podleaf::verify::ObservedNetwork)

public:
    explicit ObservedNetwork(const Picture& picture) : NetworkView(picture), m_picture(picture), m_state(picture.state) {}

    [[nodiscard]] QString nodeFault(const NodeId& id) const override;
    [[nodiscard]] QString podFault(const QString& pod) const override;
    [[nodiscard]] bool hasAddress(const NodeId& id, Ipv4Address address) const override;
    [[nodiscard]] std::optional<state::RouteState> route(const NodeId& id, Ipv4Address to) const override;
    [[nodiscard]] QString noRoute(const NodeId& id, Ipv4Address to) const override;
    [[nodiscard]] QString crossingFault(const Crossing& crossing, std::optional<Ipv4Address> wanted) const override;
    [[nodiscard]] std::optional<Ipv4Address> source(const NodeId& id, const state::RouteState& route) const override;

private:
    [[nodiscard]] QString downCause(const NodeId& id, Ipv4Address to) const;

    const Picture m_picture;
    const state::LabState& m_state;
};

QString ObservedNetwork::nodeFault(const NodeId& id) const {
    const state::NodeState* node = m_state.findNode(id);
    if (node != nullptr && node->poweredOff) {
        return state::stoppedSentence(id);
    }
    return node != nullptr && node->exists ? QString() : tr("%1 does not exist.").arg(id.name);
}

QString ObservedNetwork::podFault(const QString& pod) const {
    const auto it = m_state.pods.find(pod);
    if (it != m_state.pods.end() && it->second.exists) {
        return {};
    }
    const state::NodeState* host = it == m_state.pods.end() ? nullptr : m_state.findNode(it->second.host);
    return host != nullptr && host->poweredOff ? state::stoppedSentence(host->id) : tr("%1 does not exist.").arg(pod);
}

bool ObservedNetwork::hasAddress(const NodeId& id, Ipv4Address address) const {
    const state::NodeState* node = m_state.findNode(id);
    return node != nullptr && std::ranges::any_of(node->interfaces, [address](const auto& entry) {
               return std::ranges::any_of(entry.second.addresses, [address](const Ipv4Prefix& own) { return own.address == address; });
           });
}

std::optional<state::RouteState> ObservedNetwork::route(const NodeId& id, Ipv4Address to) const {
    const state::NodeState* node = m_state.findNode(id);
    const state::RouteState* best = node == nullptr ? nullptr : state::bestRoute(node->routes, {to, 32});
    if (best == nullptr) {
        return std::nullopt;
    }
    state::RouteState used = *best;
    const auto isDead = [node](const state::NextHop& hop) {
        const auto port = node->interfaces.find(hop.interface);
        return port != node->interfaces.end() && !(port->second.adminUp && port->second.carrier);
    };
    if (!std::ranges::all_of(used.nextHops, isDead)) { // Among several the kernel passes over these, and tells nobody.
        std::erase_if(used.nextHops.edit(), isDead);
    }
    return used;
}

/// Why a route that is not BGP's has gone: the cable that it should lead over, as a clause.
QString ObservedNetwork::downCause(const NodeId& id, Ipv4Address to) const {
    const auto intended = intendedNetwork(m_picture);
    const auto meant = intended->route(id, to);
    for (const state::NextHop& hop : meant ? meant->nextHops : state::NextHops()) {
        const auto over = crossing(id, hop.interface);
        const QString fault = over ? state::cableFault(m_state, over->link, over->end).sentence : QString();
        if (!fault.isEmpty()) {
            return state::toClause(fault);
        }
    }
    return {};
}

QString ObservedNetwork::noRoute(const NodeId& id, Ipv4Address to) const {
    const intent::ExpectedRoute* expected = expectedRoute(m_picture, id, to);
    const QString what = tr("%1 has no route to %2").arg(id.name, expected != nullptr ? expected->prefix.toString() : to.toString());
    for (const state::IndexedPort& port : index().of(id)) {
        const auto fault = state::addressFault(m_state, m_picture.lab, m_picture.lab.links[port.link], port.end);
        if (fault.fault == SessionFault::NoAddress) {
            return what + QStringLiteral(": ") + fault.sentence;
        }
    }
    const QString cause = expected == nullptr ? downCause(id, to) : routeCause(m_picture, *expected);
    return (cause.isEmpty() ? what : what + QStringLiteral(": ") + cause) + QLatin1Char('.');
}

QString ObservedNetwork::crossingFault(const Crossing& crossing, std::optional<Ipv4Address> wanted) const {
    if (const auto fault = state::cableFault(m_state, crossing.link, crossing.end); fault.fault != SessionFault::None) {
        return fault.sentence;
    }
    if (const auto fault = state::dropFault(m_state, crossing.link, crossing.end); fault.fault != SessionFault::None) {
        return fault.sentence;
    }
    const NodeId& next = crossing.far().node;
    if (QString fault = nodeFault(next); !fault.isEmpty() || !wanted || hasAddress(next, *wanted)) {
        return fault;
    }
    const auto fault = state::addressFault(m_state, m_picture.lab, crossing.link, 1 - crossing.end);
    return fault.fault == SessionFault::NoAddress
               ? fault.sentence
               : tr("%1 sends to %2, which nobody has.").arg(crossing.link.ends[crossing.end].node.name, wanted->toString());
}

/// As the kernel: what the route says, else an address of the port, of the next hop's network where there is one.
std::optional<Ipv4Address> ObservedNetwork::source(const NodeId& id, const state::RouteState& route) const {
    if (route.source) {
        return route.source;
    }
    if (route.nextHops.empty()) {
        return std::nullopt;
    }
    const state::NodeState* node = m_state.findNode(id);
    const state::NextHop& hop = route.nextHops.front();
    const auto port = node->interfaces.find(hop.interface);
    if (port == node->interfaces.end() || port->second.addresses.empty()) {
        return std::nullopt;
    }
    const std::vector<Ipv4Prefix>& own = port->second.addresses;
    const auto near = std::ranges::find_if(own, [&hop](const Ipv4Prefix& each) { return hop.via && each.contains(*hop.via); });
    return (near == own.end() ? own.front() : *near).address;
}

} // namespace

NetworkView::NetworkView(const Picture& picture)
    : m_lab(picture.lab), m_pods(picture.lab.pods()), m_index(state::indexOf(picture.lab, picture.state)) {}

const model::Pod* NetworkView::podAt(const NodeId& host, Ipv4Address address) const {
    const auto it = std::ranges::find_if(m_pods, [&](const model::Pod& pod) { return pod.host == host && pod.address == address; });
    return it == m_pods.end() ? nullptr : &*it;
}

std::optional<Crossing> NetworkView::crossing(const NodeId& node, const QString& port) const {
    const state::IndexedPort* found = m_index->find(node, port);
    return found == nullptr ? std::nullopt : std::optional(Crossing{m_lab.links[found->link], found->end});
}

std::unique_ptr<NetworkView> observedNetwork(const Picture& picture) {
    return std::make_unique<ObservedNetwork>(picture);
}

} // namespace podleaf::verify
