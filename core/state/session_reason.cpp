// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_reason.h"

#include "fault_words.h"
#include "lab_index.h"
#include "neighbour_words.h"
#include "words.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::state {

namespace {

const QString kBgpd = QStringLiteral("bgpd");
const QString kDhcpServer = QStringLiteral("dnsmasq");

/// What is wrong with one port of a cable, or nothing.
QString portFault(const LabState& state, const model::Endpoint& port) {
    const NodeState* node = state.findNode(port.node);
    if (node == nullptr || node->interfaces.empty()) {
        return {}; // Netlink has not told anything of this node yet.
    }
    const auto it = node->interfaces.find(port.port);
    if (it == node->interfaces.end()) {
        return node->synced.contains(QStringLiteral("netlink"))
                   ? QCoreApplication::translate("State", "%1 has no port %2.").arg(port.node.name, port.port)
                   : QString();
    }
    if (!it->second.adminUp) {
        return QCoreApplication::translate("State", "%1 is switched off.").arg(port.toString());
    }
    return it->second.carrier ? QString() : QCoreApplication::translate("State", "%1 has no carrier.").arg(port.toString());
}

/// bgpd as a fault of a session: it died, or it was never started. BMP from it proves that it runs.
QString bgpdFault(const LabState& state, const NodeId& id) {
    const NodeState* node = state.findNode(id);
    if (node == nullptr || (node->bmpConnected && !node->processes.contains(kBgpd))) {
        return {};
    }
    if (!node->processes.contains(kBgpd)) {
        return QCoreApplication::translate("State", "bgpd has not been started on %1.").arg(id.name);
    }
    return serviceFault(state, id, kBgpd);
}

/// Why a host's port got no lease: the server, the relay, the client, or it just has not come yet.
QString leaseFault(const LabState& state, const model::Endpoint& port, const NodeId& server, const NodeId& leaf) {
    const QString noLease = QCoreApplication::translate("State", "%1 has no DHCP lease on %2").arg(port.node.name, port.port);
    for (const auto& [node, service] :
         {std::pair(server, kDhcpServer), std::pair(leaf, kDhcpServer), std::pair(port.node, dhcpClientOf(state, port))}) {
        const QString fault = serviceFault(state, node, service);
        if (!fault.isEmpty()) {
            return noLease + QStringLiteral(": ") + fault;
        }
    }
    return noLease + QLatin1Char('.');
}

/// What the neighbours' own configuration says: not there yet, or shut by its operator on either side.
SessionReason configurationFault(const model::Lab& lab, const SessionState& session, const SessionState* opposite) {
    for (const SessionState* side : {&session, opposite}) {
        if (side == nullptr || !side->known) {
            continue;
        }
        if (!side->configured) {
            return {SessionFault::NotConfigured, QCoreApplication::translate("State", "bgpd on %1 has no neighbour %2 yet.")
                                                     .arg(side->node.name, neighbourWord(lab, *side))};
        }
    }
    for (const SessionState* side : {&session, opposite}) {
        if (side != nullptr && side->adminShut) {
            return {SessionFault::AdminShut, QCoreApplication::translate("State", "The neighbour %1 is shut down on %2.")
                                                 .arg(neighbourWord(lab, *side), side->node.name)};
        }
    }
    return {};
}

SessionReason waiting(const SessionState& session) {
    if (!session.lastError.isEmpty()) {
        return {SessionFault::LastError, toSentence(session.lastError)};
    }
    if (!session.known) {
        return {SessionFault::Waiting, QCoreApplication::translate("State", "Nothing is known of it yet.")};
    }
    if (session.connectTries > 0) {
        return {SessionFault::Waiting, QCoreApplication::translate("State", "%1, try %2, no answer yet.")
                                           .arg(toString(session.state), QString::number(session.connectTries))};
    }
    return {SessionFault::Waiting, QCoreApplication::translate("State", "%1, no answer yet.").arg(toString(session.state))};
}

/// Faults of the cable and its two ports, in the order they are looked for; bgpd comes between.
SessionReason nodesAndCable(const LabState& state, const SessionState& session, const model::Link* link, std::size_t end) {
    for (const NodeId& id : {session.node, session.peerNode}) {
        const NodeState* node = state.findNode(id);
        if (node != nullptr && isStopped(*node)) {
            return {SessionFault::NodeStopped, stoppedSentence(id)};
        }
        if (node != nullptr && !node->exists) {
            return {SessionFault::NodeMissing, QCoreApplication::translate("State", "%1 does not exist.").arg(id.name)};
        }
    }
    if (link != nullptr) {
        if (SessionReason fault = cableFault(state, *link, end); fault.fault != SessionFault::None) {
            return fault;
        }
        for (const std::size_t sender : {end, 1 - end}) {
            if (SessionReason fault = dropFault(state, *link, sender); fault.fault != SessionFault::None) {
                return fault;
            }
        }
    }
    if (const QString fault = bgpdFault(state, session.node); !fault.isEmpty()) {
        return {SessionFault::BgpdHere, fault};
    }
    if (const QString fault = bgpdFault(state, session.peerNode); !fault.isEmpty()) {
        return {SessionFault::BgpdAtPeer, fault};
    }
    return {};
}

} // namespace

QString dhcpClientOf(const LabState& state, const model::Endpoint& port) {
    const QString ofPort = QStringLiteral("udhcpc-") + port.port;
    const NodeState* node = state.findNode(port.node);
    return node != nullptr && node->processes.contains(ofPort) ? ofPort : QStringLiteral("udhcpc");
}

QString serviceFault(const LabState& state, const NodeId& id, const QString& service) {
    const NodeState* node = state.findNode(id);
    if (node == nullptr) {
        return {};
    }
    const auto it = node->processes.find(service);
    if (it == node->processes.end() || (it->second.running && !it->second.paused)) {
        return {};
    }
    if (it->second.running) {
        return QCoreApplication::translate("State", "%1 is paused on %2.").arg(service, id.name);
    }
    return QCoreApplication::translate("State", "%1 is not running on %2 (%3).").arg(service, id.name, exitWords(it->second));
}

SessionReason cableFault(const LabState& state, const model::Link& link, std::size_t end) {
    const auto it = state.links.find(link.id);
    if (it != state.links.end() && !it->second.adminUp) {
        return {SessionFault::CableCut, QCoreApplication::translate("State", "%1 is cut.").arg(link.id.name)};
    }
    for (const std::size_t side : {end, 1 - end}) {
        const NodeState* node = state.findNode(link.ends[side].node);
        if (node != nullptr && node->poweredOff) {
            return {SessionFault::NodeStopped, stoppedSentence(node->id)};
        }
    }
    for (const std::size_t side : {end, 1 - end}) {
        if (const QString fault = portFault(state, link.ends[side]); !fault.isEmpty()) {
            return {SessionFault::NoCarrier, fault};
        }
    }
    return {};
}

SessionReason lossFault(const LabState& state, const model::Link& link, std::size_t sender) {
    const auto it = state.links.find(link.id);
    const QString sentence = it == state.links.end() ? QString() : lossSentence(link, sender, it->second.impairments[sender]);
    return sentence.isEmpty() ? SessionReason{} : SessionReason{SessionFault::Lossy, sentence};
}

SessionReason dropFault(const LabState& state, const model::Link& link, std::size_t sender) {
    const auto it = state.links.find(link.id);
    const bool blocks = it != state.links.end() && it->second.impairments[sender].blocks();
    return blocks ? SessionReason{SessionFault::Dropped, lossSentence(link, sender, it->second.impairments[sender])} : SessionReason{};
}

SessionReason addressFault(const LabState& state, const model::Lab& lab, const model::Link& link, std::size_t end) {
    if (!lab.isNumbered()) {
        return {};
    }
    const model::Endpoint& port = link.ends[end];
    const NodeState* node = state.findNode(port.node);
    if (node == nullptr || node->interfaces.empty()) {
        return {};
    }
    const auto it = node->interfaces.find(port.port);
    if (it != node->interfaces.end() &&
        std::ranges::any_of(it->second.addresses, [&link](const Ipv4Prefix& own) { return link.prefix.contains(own.address); })) {
        return {};
    }
    const auto index = indexOf(lab, state);
    const auto planned = index->nodes.find(port.node);
    if (planned != index->nodes.end() && model::asksForLease(lab.nodes[planned->second])) {
        const NodeId& leaf = link.ends[1 - end].node;
        const model::Node* server = model::leaseServerOf(lab, link);
        return {SessionFault::NoAddress, leaseFault(state, port, server == nullptr ? leaf : server->id, leaf)};
    }
    return {SessionFault::NoAddress, QCoreApplication::translate("State", "%1 has no address.").arg(port.toString())};
}

SessionReason reasonOf(const LabState& state, const model::Lab& lab, const SessionState& session) {
    if (!state.running) {
        return {SessionFault::LabNotRunning, QCoreApplication::translate("State", "The lab is not running.")};
    }
    if (session.state == BgpState::Established) {
        return {};
    }
    const auto index = indexOf(lab, state);
    const auto found = index->links.find(session.link);
    const model::Link* link = found == index->links.end() ? nullptr : &lab.links[found->second];
    const std::size_t end = link == nullptr ? 0 : static_cast<std::size_t>(model::endAt(*link, session.node));
    if (SessionReason fault = nodesAndCable(state, session, link, end); fault.fault != SessionFault::None) {
        return fault;
    }
    if (link != nullptr) {
        for (const std::size_t side : {end, 1 - end}) {
            if (SessionReason fault = addressFault(state, lab, *link, side); fault.fault != SessionFault::None) {
                return fault;
            }
        }
    }
    const SessionState* opposite = link == nullptr ? nullptr : state.findSession(session.peerNode, link->addresses[end]);
    if (SessionReason fault = configurationFault(lab, session, opposite); fault.fault != SessionFault::None) {
        return fault;
    }
    if (link != nullptr) {
        for (const std::size_t sender : {end, 1 - end}) {
            if (SessionReason fault = lossFault(state, *link, sender); fault.fault != SessionFault::None) {
                return fault;
            }
        }
    }
    return waiting(session);
}

} // namespace podleaf::state
