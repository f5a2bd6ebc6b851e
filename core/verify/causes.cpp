// SPDX-License-Identifier: GPL-3.0-or-later
#include "causes.h"

#include <core/model/node_kinds.h>
#include <core/state/lab_index.h>
#include <core/state/session_reason.h>
#include <core/state/words.h>

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace podleaf::verify {

namespace {

using state::SessionFault;

/// bgpd's own end in the past tense, where that is the cause; otherwise the reason as the state has it.
QString causeSentence(const Picture& picture, const state::SessionState& session, const state::SessionReason& reason) {
    if (reason.fault == SessionFault::BgpdHere || reason.fault == SessionFault::BgpdAtPeer) {
        const NodeId& where = reason.fault == SessionFault::BgpdHere ? session.node : session.peerNode;
        const state::NodeState* node = picture.state.findNode(where);
        const auto bgpd = node->processes.find(QStringLiteral("bgpd"));
        if (bgpd != node->processes.end()) {
            return state::exitSentence(bgpd->first, where.name, bgpd->second);
        }
    }
    return reason.sentence;
}

/// "the session to host2 is not Established because …", said of another node as "leaf1's session to …".
QString sessionClause(const Picture& picture, const NodeId& speaker, const state::SessionState& session) {
    const QString to = session.peerNode.isEmpty() ? session.peer.toString() : session.peerNode.name;
    const QString which = session.node == speaker ? QCoreApplication::translate("Verify", "the session to %1").arg(to)
                                                  : QCoreApplication::translate("Verify", "%1's session to %2").arg(session.node.name, to);
    const state::SessionReason reason = reasonOf(picture.state, picture.lab, session);
    const QString cause = state::toClause(causeSentence(picture, session, reason));
    if (reason.fault == SessionFault::LastError || reason.fault == SessionFault::Waiting) {
        return QCoreApplication::translate("Verify", "%1 is not Established: %2").arg(which, cause);
    }
    return QCoreApplication::translate("Verify", "%1 is not Established because %2").arg(which, cause);
}

/// Of a node that has learned a prefix: why its kernel has not.
QString kernelClause(const Picture& picture, const NodeId& node) {
    const QString zebra = state::serviceFault(picture.state, node, QStringLiteral("zebra"));
    return zebra.isEmpty() ? QCoreApplication::translate("Verify", "bgpd on %1 has learned it, its kernel has not taken it").arg(node.name)
                           : state::toClause(zebra);
}

const intent::ExpectedRoute* expectedRoute(const Picture& picture, const NodeId& node, const Ipv4Prefix& prefix) {
    // intentOf() has them node by node, in the lab's order; of a large lab there are a million.
    const auto& routes = picture.intent.routes;
    const auto index = state::indexOf(picture.lab, picture.state);
    const auto placeOf = [&index](const NodeId& id) {
        const auto it = index->nodes.find(id);
        return it == index->nodes.end() ? index->nodes.size() : it->second;
    };
    const std::size_t place = placeOf(node);
    auto it = std::ranges::partition_point(routes, [&](const intent::ExpectedRoute& route) { return placeOf(route.node) < place; });
    while (it != routes.end() && it->node == node && it->prefix != prefix) {
        ++it;
    }
    return it == routes.end() || it->node != node ? nullptr : &*it;
}

/// The AS path of the shortest announcement of `prefix` that `node` has.
std::size_t shortestPath(const Picture& picture, const NodeId& node, const Ipv4Prefix& prefix) {
    std::size_t shortest = std::numeric_limits<std::size_t>::max();
    for (auto it = picture.state.sessions.lower_bound({node, Ipv4Address()}); it != picture.state.sessions.end() && it->first.first == node;
         ++it) {
        const auto route = it->second.received.find(prefix);
        shortest = route == it->second.received.end() ? shortest : std::min(shortest, route->second.asPath.size());
    }
    return shortest;
}

/// One step back along the announcement of `prefix`, from the `at` that misses it. `hopsLeft` ends odd intents.
QString announcementClause(const Picture& picture, const NodeId& speaker, const intent::ExpectedRoute& at, int hopsLeft) {
    const state::SessionState* silent = nullptr;
    bool detour = false; // It is told, with a longer path than another neighbour's: its teller has lost its own best way.
    for (const Ipv4Address nextHop : at.nextHops) {
        const state::SessionState* session = picture.state.findSession(at.node, nextHop);
        if (session == nullptr) {
            continue;
        }
        if (session->state != state::BgpState::Established) {
            return sessionClause(picture, speaker, *session);
        }
        const auto route = session->received.find(at.prefix);
        const bool told = route != session->received.end();
        if (!told || route->second.asPath.size() > shortestPath(picture, at.node, at.prefix)) {
            silent = session;
            detour = told;
        }
    }
    if (silent == nullptr) {
        return kernelClause(picture, at.node);
    }
    const NodeId& teller = silent->peerNode;
    const intent::ExpectedRoute* before = teller == at.owner || hopsLeft == 0 ? nullptr : expectedRoute(picture, teller, at.prefix);
    if (before != nullptr) {
        return announcementClause(picture, speaker, *before, hopsLeft - 1);
    }
    if (detour) {
        return QCoreApplication::translate("Verify", "%1 announces it to %2 with a longer path than others").arg(teller.name, at.node.name);
    }
    return QCoreApplication::translate("Verify", "%1 does not announce it to %2").arg(teller.name, at.node.name);
}

} // namespace

QString sessionCause(const Picture& picture, const NodeId& node, Ipv4Address peer) {
    const state::SessionState* session = picture.state.findSession(node, peer);
    if (session == nullptr) {
        return QCoreApplication::translate("Verify", "Nothing is known of it yet.");
    }
    return causeSentence(picture, *session, reasonOf(picture.state, picture.lab, *session));
}

QString routeCause(const Picture& picture, const intent::ExpectedRoute& route) {
    return announcementClause(picture, route.node, route, 8);
}

const intent::ExpectedRoute* expectedRoute(const Picture& picture, const NodeId& node, Ipv4Address address) {
    const intent::ExpectedRoute* best = nullptr;
    for (const intent::ExpectedRoute& route : picture.intent.routes) {
        if (route.node == node && route.prefix.contains(address) && (best == nullptr || route.prefix.length > best->prefix.length)) {
            best = &route;
        }
    }
    return best;
}

QString leaseCause(const Picture& picture, const model::Link& link, std::size_t hostEnd) {
    if (const auto cable = state::cableFault(picture.state, link, hostEnd); cable.fault != SessionFault::None) {
        return cable.sentence;
    }
    const model::Endpoint& leaf = link.ends[1 - hostEnd];
    const NodeId& host = link.ends[hostEnd].node;
    const model::Node* serving = model::leaseServerOf(picture.lab, link);
    const NodeId& server = serving == nullptr ? leaf.node : serving->id;
    for (const auto& [node, service] : {std::pair(server, QStringLiteral("dnsmasq")), std::pair(leaf.node, QStringLiteral("dnsmasq")),
                                        std::pair(host, dhcpClientOf(picture.state, link.ends[hostEnd]))}) {
        if (!state::serviceFault(picture.state, node, service).isEmpty()) {
            return state::exitSentence(service, node.name, picture.state.nodes.at(node).processes.at(service));
        }
    }
    const auto leases = picture.state.leases.find(server);
    if (leases != picture.state.leases.end() &&
        std::ranges::any_of(leases->second, [&](const state::LeaseState& lease) { return link.prefix.contains(lease.address); })) {
        return QCoreApplication::translate("Verify", "%1 has leased it, %2 has not taken it.").arg(server.name, host.name);
    }
    return QCoreApplication::translate("Verify", "%1 has given no lease on %2.")
        .arg(server.name, server == leaf.node ? leaf.port : leaf.toString());
}

QString asSentence(const QString& clause) {
    if (clause.isEmpty()) {
        return clause;
    }
    QString sentence = clause + QLatin1Char('.');
    const QString the = QCoreApplication::translate("Verify", "the ");
    if (sentence.startsWith(the)) {
        sentence[0] = sentence[0].toUpper();
    }
    return sentence;
}

} // namespace podleaf::verify
