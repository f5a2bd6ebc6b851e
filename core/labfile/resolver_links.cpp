// SPDX-License-Identifier: GPL-3.0-or-later
// The second third of Resolver: links, and what follows from them for hosts and leaves.
#include "resolver.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

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
        addressLink(declaration, link);
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
                tr("A link has two addresses, the leaf's and the host's: %1.").arg(Ipv4Prefix{part.address, m_links.length()}.toString()));
        } else if (!m_links.isPart(part)) {
            m_report.error(declaration.prefix.place, tr("%1 is outside the link pool %2.").arg(part.toString(), m_links.pool().toString()),
                           tr("Take a /30 in it or change addresses.links."));
        } else if (const auto owner = m_links.claim(part, name)) {
            m_report.error(declaration.prefix.place, tr("The prefix %1 is used by %2 already.").arg(part.toString(), *owner),
                           tr("Leave prefix away to have a free one chosen."));
        }
    }
}

void Resolver::nameLink(const LinkDeclaration& declaration, model::Link& link) {
    if (declaration.name.value) {
        link.id = LinkId(*declaration.name.value);
        return;
    }
    // "link3" for the third link of the file, or the first free number behind it.
    size_t number = m_lab.links.size() + 1;
    QString name = QStringLiteral("link%1").arg(number);
    while (m_givenLinkNames.contains(name)) {
        name = QStringLiteral("link%1").arg(++number);
    }
    m_givenLinkNames.insert(name);
    link.id = LinkId(name);
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
    if (m_kinds.value(a) == m_kinds.value(b)) {
        const QString word = model::infoOf(m_kinds.value(a)).word;
        m_report.error(declaration.ends[1].place,
                       a == b ? tr("Both ends of the link are at %1.").arg(a) : tr("%1 and %2 are both of kind %3.").arg(a, b, word),
                       tr("This version joins hosts to leaves only; links from leaf to leaf and from host to host are not supported yet."));
        m_hostsWithBadLink << a << b;
        return;
    }
    const size_t hostEnd = m_kinds.value(a) == model::NodeKind::Host ? 0 : 1;
    const QString& host = link.ends[hostEnd].node.name;
    if (m_hostLinks.contains(host)) {
        m_report.error(declaration.ends[hostEnd].place, tr("%1 has a link already: %2.").arg(host, m_hostLinks.value(host)),
                       tr("In this version a host has exactly one link; remove one of them."));
        return;
    }
    m_hostLinks.insert(host, link.id.name);
}

void Resolver::addressLink(const LinkDeclaration& declaration, model::Link& link) {
    if (declaration.prefix.value) {
        link.prefix = *declaration.prefix.value;
    } else if (const auto part = allocate(m_links, declaration.place, link.id.name, QStringLiteral("addresses.links"))) {
        link.prefix = *part;
    } else {
        return;
    }
    const bool leafIsFirst = m_kinds.value(link.ends[0].node.name, model::NodeKind::Leaf) == model::NodeKind::Leaf;
    link.addresses = {link.prefix.at(leafIsFirst ? 1 : 2), link.prefix.at(leafIsFirst ? 2 : 1)};
}

void Resolver::checkHosts() {
    QString firstHost;
    QString firstPort;
    for (const NodeDeclaration& declaration : m_declarations.nodes) {
        const bool isHost = declaration.kind == model::NodeKind::Host;
        if (isHost && !m_hasLooseEnd && !m_declarations.hasUnreadLinks && !m_hostLinks.contains(declaration.name) &&
            !m_hostsWithBadLink.contains(declaration.name)) {
            m_report.error(declaration.place, tr("%1 has no link to a leaf.").arg(declaration.name),
                           tr("Add one under links: - {ends: [leaf1:swp1, %1:eth1]}").arg(declaration.name));
        }
    }
    for (const LinkDeclaration& declaration : m_declarations.links) {
        for (const Given<model::Endpoint>& end : declaration.ends) {
            if (!end.value || m_kinds.value(end.value->node.name, model::NodeKind::Leaf) != model::NodeKind::Host) {
                continue;
            }
            if (firstHost.isEmpty()) {
                firstHost = end.value->node.name;
                firstPort = end.value->port;
            } else if (end.value->port != firstPort && end.value->node.name != firstHost) {
                m_report.error(
                    end.place, tr("%1 uses the port %2, but %3 uses %4.").arg(end.value->node.name, end.value->port, firstHost, firstPort),
                    tr("All hosts hold the same files, so their ports must be named alike: %1:%2.").arg(end.value->node.name, firstPort));
            }
        }
    }
}

void Resolver::checkIslands() {
    QString firstLeaf;
    QSet<QString> warned;
    for (const model::Link& link : m_lab.links) {
        for (size_t i = 0; i < link.ends.size(); ++i) {
            const QString& leaf = link.ends[i].node.name;
            const bool isLeaf = hasKind(leaf) && m_kinds.value(leaf) == model::NodeKind::Leaf;
            if (!isLeaf || !m_hostLinks.contains(link.ends[1 - i].node.name) || leaf == firstLeaf || warned.contains(leaf)) {
                continue;
            }
            if (firstLeaf.isEmpty()) {
                firstLeaf = leaf;
                continue;
            }
            warned.insert(leaf);
            m_report.warning(m_declarations.nodes[m_nodeIndex.value(leaf)].place,
                             tr("The hosts of %1 cannot reach those of %2.").arg(leaf, firstLeaf),
                             tr("Links from leaf to leaf are not supported yet; join all hosts to one leaf."));
        }
    }
}

} // namespace podleaf::labfile
