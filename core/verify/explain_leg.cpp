// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a leg's packets over the observed kernel tables, there and back, and says where they stop and why.
#include "causes.h"
#include "verify.h"

#include <core/state/fault_words.h>
#include <core/state/lab_index.h>
#include <core/state/session_reason.h>
#include <core/state/words.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::verify {

namespace {

/// A forwarding loop ends here; no path of a lab is longer.
constexpr int kMaxHops = 64;

class Walker final {
    Q_DECLARE_TR_FUNCTIONS(podleaf::verify::Walker)

public:
    explicit Walker(const Picture& picture)
        : m_picture(picture), m_state(picture.state), m_index(state::indexOf(picture.lab, picture.state)) {}

    /// A packet's way: why it ends before its target, and what takes some of them away on it; empty when nothing does.
    struct Way {
        QString fault;
        QString loss;
    };
    [[nodiscard]] Way walk(const NodeId& from, Ipv4Address to) const;
    /// The address that `from` itself would ask from; nullopt when the target is on the node or it has none.
    [[nodiscard]] std::optional<Ipv4Address> sourceAddress(const NodeId& from, Ipv4Address to) const;
    [[nodiscard]] QString podFault(const QString& pod, bool mustBeReady) const;

private:
    struct Step {
        QString fault; ///< Why it ends here.
        NodeId next;   ///< Empty when it has arrived or ends here.
        QString loss = {};
    };
    [[nodiscard]] Step step(const NodeId& at, Ipv4Address to) const;
    [[nodiscard]] Step cross(const NodeId& at, const state::NextHop& hop, Ipv4Address to) const;
    [[nodiscard]] bool isOwn(const state::NodeState& node, Ipv4Address address) const;
    [[nodiscard]] QString missing(const NodeId& node) const;
    [[nodiscard]] bool isPodOf(const NodeId& node, Ipv4Address address) const;
    [[nodiscard]] const state::RouteState* routeTo(const state::NodeState& node, Ipv4Address address) const;
    [[nodiscard]] QString noRoute(const NodeId& at, Ipv4Address to) const;

    const Picture& m_picture;
    const state::LabState& m_state;
    std::shared_ptr<const state::LabIndex> m_index;
};

bool Walker::isOwn(const state::NodeState& node, Ipv4Address address) const {
    return std::ranges::any_of(node.interfaces, [address](const auto& entry) {
        return std::ranges::any_of(entry.second.addresses, [address](const Ipv4Prefix& own) { return own.address == address; });
    });
}

QString Walker::missing(const NodeId& node) const {
    const state::NodeState* found = m_state.findNode(node);
    return found != nullptr && found->poweredOff ? state::stoppedSentence(node) : tr("%1 does not exist.").arg(node.name);
}

bool Walker::isPodOf(const NodeId& node, Ipv4Address address) const {
    return std::ranges::any_of(m_state.pods,
                               [&](const auto& entry) { return entry.second.host == node && entry.second.address == address; });
}

/// The kernel's choice: longest prefix, then lowest metric.
const state::RouteState* Walker::routeTo(const state::NodeState& node, Ipv4Address address) const {
    const state::RouteState* best = nullptr;
    for (const auto& [key, route] : node.routes) {
        if (route.prefix.contains(address) && !route.nextHops.empty() &&
            (best == nullptr || route.prefix.length > best->prefix.length ||
             (route.prefix.length == best->prefix.length && route.metric < best->metric))) {
            best = &route;
        }
    }
    return best;
}

QString Walker::noRoute(const NodeId& at, Ipv4Address to) const {
    const intent::ExpectedRoute* expected = expectedRoute(m_picture, at, to);
    const QString what = tr("%1 has no route to %2").arg(at.name, expected != nullptr ? expected->prefix.toString() : to.toString());
    for (const state::IndexedPort& port : m_index->of(at)) {
        const auto fault = state::addressFault(m_state, m_picture.lab, m_picture.lab.links[port.link], port.end);
        if (fault.fault == state::SessionFault::NoAddress) {
            return what + QStringLiteral(": ") + fault.sentence;
        }
    }
    const QString cause = expected == nullptr ? QString() : routeCause(m_picture, *expected);
    return (cause.isEmpty() ? what : what + QStringLiteral(": ") + cause) + QLatin1Char('.');
}

Walker::Step Walker::cross(const NodeId& at, const state::NextHop& hop, Ipv4Address to) const {
    const state::IndexedPort* port = m_index->find(at, hop.interface);
    if (port == nullptr) { // A bridge of the node itself.
        return isPodOf(at, to) ? Step{} : Step{tr("Nobody on %1 has the address %2.").arg(at.name, to.toString()), {}};
    }
    const model::Link& link = m_picture.lab.links[port->link];
    if (const auto fault = state::cableFault(m_state, link, port->end); fault.fault != state::SessionFault::None) {
        return {fault.sentence, {}};
    }
    if (const auto fault = state::dropFault(m_state, link, port->end); fault.fault != state::SessionFault::None) {
        return {fault.sentence, {}};
    }
    const std::size_t far = 1 - port->end;
    const Ipv4Address wanted = hop.via.value_or(to);
    const NodeId& next = link.ends[far].node;
    const state::NodeState* nextState = m_state.findNode(next);
    if (nextState == nullptr || !nextState->exists) {
        return {missing(next), {}};
    }
    if (!isOwn(*nextState, wanted)) {
        const auto fault = state::addressFault(m_state, m_picture.lab, link, far);
        return {fault.fault == state::SessionFault::NoAddress ? fault.sentence
                                                              : tr("%1 sends to %2, which nobody has.").arg(at.name, wanted.toString()),
                {}};
    }
    return {{}, next, state::lossFault(m_state, link, port->end).sentence};
}

Walker::Step Walker::step(const NodeId& at, Ipv4Address to) const {
    const state::NodeState* node = m_state.findNode(at);
    if (node == nullptr || !node->exists) {
        return {missing(at), {}};
    }
    if (isOwn(*node, to)) {
        return {};
    }
    const state::RouteState* route = routeTo(*node, to);
    return route == nullptr ? Step{noRoute(at, to), {}} : cross(at, route->nextHops.front(), to);
}

Walker::Way Walker::walk(const NodeId& from, Ipv4Address to) const {
    NodeId at = from;
    QString loss;
    for (int hop = 0; hop < kMaxHops; ++hop) {
        const Step taken = step(at, to);
        if (!taken.fault.isEmpty() || taken.next.isEmpty()) {
            return {taken.fault, loss};
        }
        loss = loss.isEmpty() ? taken.loss : loss;
        at = taken.next;
    }
    return {tr("Packets from %1 to %2 go in circles.").arg(from.name, to.toString()), loss};
}

std::optional<Ipv4Address> Walker::sourceAddress(const NodeId& from, Ipv4Address to) const {
    const state::NodeState* node = m_state.findNode(from);
    const state::RouteState* route = node == nullptr ? nullptr : routeTo(*node, to);
    if (route == nullptr || isPodOf(from, to)) {
        return std::nullopt;
    }
    const auto port = node->interfaces.find(route->nextHops.front().interface);
    if (port == node->interfaces.end() || port->second.addresses.empty()) {
        return std::nullopt;
    }
    return port->second.addresses.front().address;
}

QString Walker::podFault(const QString& name, bool mustBeReady) const {
    const auto it = m_state.pods.find(name);
    if (it == m_state.pods.end() || !it->second.exists) {
        const state::NodeState* host = it == m_state.pods.end() ? nullptr : m_state.findNode(it->second.host);
        return host != nullptr && host->poweredOff ? missing(host->id) : tr("%1 does not exist.").arg(name);
    }
    if (it->second.ready || !mustBeReady) {
        return {};
    }
    return it->second.reason.isEmpty() ? tr("%1 is not ready.").arg(name) : tr("%1 is not ready: %2").arg(name, it->second.reason);
}

} // namespace

QString explainLeg(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, const intent::Leg& leg) {
    if (!state.running) {
        return QCoreApplication::translate("Verify", "The lab is not running.");
    }
    const Picture picture{lab, intent, state};
    const Walker walker(picture);
    if (const QString fault = leg.fromPod.isEmpty() ? QString() : walker.podFault(leg.fromPod, false); !fault.isEmpty()) {
        return fault;
    }
    const Walker::Way there = leg.fromPod == leg.toPod ? Walker::Way{} : walker.walk(leg.fromNode, leg.to);
    if (!there.fault.isEmpty()) {
        return there.fault;
    }
    if (const QString fault = walker.podFault(leg.toPod, true); !fault.isEmpty()) {
        return fault;
    }
    std::optional<Ipv4Address> source;
    if (leg.fromPod.isEmpty()) {
        source = walker.sourceAddress(leg.fromNode, leg.to);
    } else if (leg.fromNode != leg.toNode) {
        source = state.pods.at(leg.fromPod).address;
    }
    const Walker::Way back = source ? walker.walk(leg.toNode, *source) : Walker::Way{};
    if (!back.fault.isEmpty()) {
        return QCoreApplication::translate("Verify", "The answer has no way back: %1").arg(back.fault);
    }
    return there.loss.isEmpty() ? back.loss : there.loss;
}

} // namespace podleaf::verify
