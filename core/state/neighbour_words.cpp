// SPDX-License-Identifier: GPL-3.0-or-later
#include "neighbour_words.h"

#include <QCoreApplication>

#include <array>

namespace podleaf::state {

QString neighbourWord(const model::Lab& lab, const NodeId& node, const LinkId& link, Ipv4Address peer) {
    const model::Link* found = lab.isNumbered() ? nullptr : lab.findLink(link);
    return found == nullptr ? peer.toString() : model::neighbourName(lab, *found, static_cast<std::size_t>(model::endAt(*found, node)));
}

QString neighbourWord(const model::Lab& lab, const SessionState& session) {
    return neighbourWord(lab, session.node, session.link, session.peer);
}

QString neighbourWord(const model::Lab& lab, const LabState& state, const NodeId& node, Ipv4Address peer) {
    const SessionState* session = lab.isNumbered() ? nullptr : state.findSession(node, peer);
    return session == nullptr ? peer.toString() : neighbourWord(lab, *session);
}

std::optional<Ipv4Address> gatewayOf(const model::Lab& lab, const QString& protocol, const NextHop& hop) {
    return lab.isNumbered() || protocol != QLatin1String("bgp") ? hop.via : std::nullopt;
}

QString hopWord(const model::Lab& lab, const QString& protocol, const NextHop& hop) {
    const auto gateway = gatewayOf(lab, protocol, hop);
    return gateway ? gateway->toString() + QLatin1Char(' ') + hop.interface : hop.interface;
}

QString typeWord(RouteType type) {
    static constexpr std::array kWords{"unicast", "blackhole", "unreachable", "prohibit"};
    return QString::fromLatin1(kWords.at(static_cast<std::size_t>(type)));
}

QString discardSentence(const NodeId& node, const QString& to, const RouteState& route) {
    return QCoreApplication::translate("State", "%1 discards packets to %2: its route to %3 is of type %4.")
        .arg(node.name, to, route.prefix.toString(), typeWord(route.type));
}

} // namespace podleaf::state
