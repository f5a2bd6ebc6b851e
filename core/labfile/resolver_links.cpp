// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Resolver about links: names, ends, prefixes.
#include "resolver.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

} // namespace

void Resolver::links() {
    claimLinkNames();
    claimLinkPrefixes();
    for (const LinkDeclaration& declaration : m_declarations.links) {
        model::Link link;
        nameLink(declaration, link);
        joinEnds(declaration, link);
        impair(declaration, link);
        m_lab.links.push_back(std::move(link));
    }
}

void Resolver::claimLinkNames() {
    for (const LinkDeclaration& declaration : m_declarations.links) {
        if (!declaration.name.value) {
            continue;
        }
        if (m_givenLinkNames.contains(*declaration.name.value)) {
            m_report.error(declaration.name.place, tr("There are two links named %1.").arg(quoted(*declaration.name.value)),
                           tr("Rename one of them."));
        }
        m_givenLinkNames.insert(*declaration.name.value);
    }
}

void Resolver::claimLinkPrefixes() {
    for (const LinkDeclaration& declaration : m_declarations.links) {
        if (!declaration.prefix.value) {
            continue;
        }
        const Ipv4Prefix part = *declaration.prefix.value;
        const QString name = declaration.name.value.value_or(tr("another link"));
        if (part.length != m_links.length()) {
            m_report.error(
                declaration.prefix.place, tr("The prefix %1 of a link is not a /30.").arg(part.toString()),
                tr("A link has two addresses, one for each end: %1.").arg(Ipv4Prefix{part.address, m_links.length()}.toString()));
        } else if (!m_links.isPart(part)) {
            m_report.error(declaration.prefix.place, tr("%1 is outside the link pool %2.").arg(part.toString(), m_links.pool().toString()),
                           tr("Take a /30 in it or change addresses.links."));
        } else if (const auto owner = m_links.claim(part, name)) {
            m_report.error(declaration.prefix.place, tr("The prefix %1 is used by %2 already.").arg(part.toString(), *owner),
                           tr("Leave prefix away to have a free one chosen."));
        }
    }
}

/// After the port at its leading end, so that the name stays whatever other links there are.
void Resolver::nameLink(const LinkDeclaration& declaration, model::Link& link) {
    if (declaration.name.value) {
        link.id = LinkId(*declaration.name.value);
        return;
    }
    for (size_t i = 0; i < link.ends.size(); ++i) {
        link.ends[i] = declaration.ends[i].value.value_or(model::Endpoint{});
    }
    const model::Endpoint& end = link.ends[leadingEnd(link)];
    constexpr qsizetype kLongest = 58; // "-9999" fits behind it in a label of 63.
    QString stem = end.port.isEmpty() ? QStringLiteral("link") : (end.node.name.right(42) + QLatin1Char('-') + end.port).toLower();
    stem.replace(QRegularExpression(QStringLiteral("[^a-z0-9]")), QStringLiteral("-"));
    while (stem.startsWith(QLatin1Char('-'))) {
        stem.remove(0, 1);
    }
    while (stem.endsWith(QLatin1Char('-'))) {
        stem.chop(1);
    }
    stem = stem.left(kLongest);
    QString name = stem;
    for (int number = 2; m_givenLinkNames.contains(name); ++number) {
        name = stem + QLatin1Char('-') + QString::number(number);
    }
    m_givenLinkNames.insert(name);
    link.id = LinkId(name);
    link.ends = {};
}

/// The end whose port a link is named and numbered after: the leaf's if there is one, else the spine's, the router's.
size_t Resolver::leadingEnd(const model::Link& link) const {
    const auto rank = [this](const model::Endpoint& end) {
        static constexpr std::array kRanks{model::NodeKind::Leaf, model::NodeKind::Spine, model::NodeKind::Router, model::NodeKind::Host};
        const auto it = m_kinds.constFind(end.node.name);
        return it == m_kinds.constEnd() ? std::ssize(kRanks) : std::ranges::find(kRanks, *it) - kRanks.begin();
    };
    return rank(link.ends[1]) < rank(link.ends[0]) ? 1 : 0;
}

void Resolver::joinEnds(const LinkDeclaration& declaration, model::Link& link) {
    bool isWhole = true;
    for (size_t i = 0; i < link.ends.size(); ++i) {
        const Given<model::Endpoint>& end = declaration.ends[i];
        if (!end.value || node(end.value->node.name) == nullptr) {
            m_hasLooseEnd = true;
        }
        if (!end.value) {
            isWhole = false;
            continue;
        }
        isWhole = isFreeEnd(end, link) && isWhole;
        link.ends[i] = *end.value;
    }
    if (isWhole) {
        checkKinds(declaration, link);
    }
    for (const model::Endpoint& end : link.ends) {
        if (!isWhole && !end.node.isEmpty()) {
            m_hostsWithBadLink.insert(end.node.name);
        }
    }
}

bool Resolver::isFreeEnd(const Given<model::Endpoint>& end, const model::Link& link) {
    const QString& name = end.value->node.name;
    if (node(name) == nullptr) {
        m_report.error(end.place, tr("There is no node %1.").arg(quoted(name)), hintForName(name, nodeNames()));
        return false;
    }
    const QString port = end.value->toString();
    const auto owner = m_portOwners.constFind(port);
    if (owner != m_portOwners.constEnd()) {
        m_report.error(end.place, tr("The port %1 is used by %2 already.").arg(port, *owner),
                       tr("A port takes one cable; use another port."));
        return false;
    }
    m_portOwners.insert(port, link.id.name);
    return true;
}

void Resolver::checkKinds(const LinkDeclaration& declaration, const model::Link& link) {
    const QString& a = link.ends[0].node.name;
    const QString& b = link.ends[1].node.name;
    if (!hasKind(a) || !hasKind(b)) {
        m_hostsWithBadLink << a << b;
        return;
    }
    const bool aIsHost = m_kinds.value(a) == model::NodeKind::Host;
    const bool bIsHost = m_kinds.value(b) == model::NodeKind::Host;
    if (a == b) {
        m_report.error(declaration.ends[1].place, tr("Both ends of the link are at %1.").arg(a), tr("A link joins two nodes."));
    } else if (aIsHost && bIsHost) {
        m_report.error(declaration.ends[1].place, tr("%1 and %2 are both hosts.").arg(a, b), tr("Hosts are joined to leaves."));
    } else if (aIsHost || bIsHost) {
        const QString& host = aIsHost ? a : b;
        const QString& other = aIsHost ? b : a;
        if (m_kinds.value(other) == model::NodeKind::Leaf) {
            m_hostLeaves[host] << other;
            return;
        }
        m_report.error(declaration.ends[aIsHost ? 1 : 0].place,
                       tr("%1 is a %2; hosts are joined to leaves.").arg(other, model::infoOf(m_kinds.value(other)).word),
                       hintForName(QString(), nodeNames(model::NodeKind::Leaf)));
    } else if (isIbgp()) {
        m_report.error(declaration.ends[1].place, tr("%1 and %2 are both switches.").arg(a, b),
                       tr("ibgp-reflector is for one leaf and its hosts; use protocol: ebgp."));
        return;
    } else {
        return;
    }
    m_hostsWithBadLink << a << b;
}

void Resolver::addressLink(model::Link& link, const Ipv4Prefix& prefix) {
    link.prefix = prefix;
    const auto isHost = [this](const model::Endpoint& end) {
        return m_kinds.value(end.node.name, model::NodeKind::Leaf) == model::NodeKind::Host;
    };
    const bool hostIsFirst = isHost(link.ends[0]) && !isHost(link.ends[1]);
    link.addresses = {prefix.at(hostIsFirst ? 2 : 1), prefix.at(hostIsFirst ? 1 : 2)};
}

/// Each direction is told of once.
void Resolver::impair(const LinkDeclaration& declaration, model::Link& link) {
    const auto names = [](const model::Endpoint& end, const QString& word) { return word == end.node.name || word == end.toString(); };
    std::array<bool, 2> isSet{};
    for (const ImpairmentDeclaration& one : declaration.impairments) {
        const std::array isMeant{!one.from.value || names(link.ends[0], *one.from.value),
                                 !one.from.value || names(link.ends[1], *one.from.value)};
        if (!isMeant[0] && !isMeant[1]) {
            const bool isWhole = !link.ends[0].node.isEmpty() && !link.ends[1].node.isEmpty();
            if (isWhole) { // else the end's own mistake is told
                m_report.error(one.from.place, tr("No end of the link is at %1.").arg(quoted(*one.from.value)),
                               tr("Its ends are %1 and %2.").arg(link.ends[0].toString(), link.ends[1].toString()));
            }
            continue;
        }
        for (std::size_t sender = 0; sender < isMeant.size(); ++sender) {
            if (isMeant[sender] && std::exchange(isSet[sender], true)) {
                m_report.error(one.place, tr("What %1 sends is impaired twice.").arg(link.ends[sender].toString()),
                               tr("Say it once, or for each end apart: [{loss: 5%, from: %1}, {loss: 1%, from: %2}]")
                                   .arg(link.ends[0].node.name, link.ends[1].node.name));
                return;
            }
            link.impairments[sender] = isMeant[sender] ? one.impairment : link.impairments[sender];
        }
    }
}

} // namespace podleaf::labfile
