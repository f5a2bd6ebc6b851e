// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Resolver about what the links mean for hosts: who leases them their addresses, their ports, whom they
// cannot reach.
#include "resolver.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace podleaf::labfile {

namespace {

using model::DhcpRole;
using model::NodeKind;

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// Groups of switches that are joined without a host in between.
class Components {
public:
    explicit Components(const model::Lab& lab, const QHash<QString, NodeKind>& kinds) {
        const auto isSwitch = [&](const NodeId& node) {
            return kinds.contains(node.name) && model::infoOf(kinds.value(node.name)).isSwitch;
        };
        for (const model::Link& link : lab.links) {
            if (isSwitch(link.ends[0].node) && isSwitch(link.ends[1].node)) {
                m_parents[rootOf(link.ends[0].node.name)] = rootOf(link.ends[1].node.name);
            }
        }
    }
    QString rootOf(const QString& node) {
        QString at = node;
        while (m_parents.contains(at) && m_parents[at] != at) {
            m_parents[at] = m_parents.value(m_parents[at], m_parents[at]); // Halves the way for the next one.
            at = m_parents[at];
        }
        return at;
    }

private:
    QHash<QString, QString> m_parents;
};

} // namespace

void Resolver::dhcpRoles() {
    if (isIbgp() && nodeNames(NodeKind::Leaf).size() > 1) {
        m_report.error(m_declarations.profile.place,
                       tr("ibgp-reflector is for one leaf, but there are %1.").arg(nodeNames(NodeKind::Leaf).size()),
                       tr("Use protocol: ebgp."));
    }
    for (size_t i = 0; i < m_lab.nodes.size(); ++i) {
        const NodeDeclaration& declaration = m_declarations.nodes[i];
        model::Node& node = m_lab.nodes[i];
        if (!declaration.kind || node.kind == NodeKind::Host) {
            if (declaration.dhcp.value && declaration.kind) {
                m_report.error(declaration.dhcp.place, tr("%1 is a host and asks for leases.").arg(declaration.name),
                               tr("Remove dhcp; it belongs to leaves, spines and routers."));
            }
            continue;
        }
        const DhcpRole own = m_lab.isNumbered() ? model::infoOf(node.kind).dhcp : DhcpRole::None;
        const DhcpRole role = declaration.dhcp.value.value_or(own);
        if (!m_lab.isNumbered() && role != DhcpRole::None) {
            m_report.error(declaration.dhcp.place, tr("%1 cannot lease addresses: the links of this lab have none.").arg(declaration.name),
                           tr("Remove dhcp, or use protocol: ebgp."));
        }
        if (role != model::infoOf(node.kind).dhcp) {
            node.dhcp = role;
        }
    }
    for (size_t i = 0; i < m_lab.nodes.size(); ++i) {
        if (m_declarations.nodes[i].kind) {
            relay(m_declarations.nodes[i], m_lab.nodes[i]);
        }
    }
}

/// Finds the server of a relay, and checks that it is next to it: links are not announced, so it would not be found
/// any further away.
void Resolver::relay(const NodeDeclaration& declaration, model::Node& node) {
    const bool isRelay = model::dhcpRoleOf(node) == DhcpRole::Relay;
    if (!isRelay) {
        if (declaration.dhcpServer.value) {
            m_report.error(declaration.dhcpServer.place, tr("%1 has a dhcp-server but is no relay.").arg(declaration.name),
                           tr("Add dhcp: relay or remove dhcp-server."));
        }
        return;
    }
    if (node.kind != NodeKind::Leaf) {
        m_report.error(declaration.dhcp.place,
                       tr("%1 is a %2 and has no hosts to relay for.").arg(declaration.name, model::infoOf(node.kind).word),
                       tr("Write dhcp: server or dhcp: none."));
        return;
    }
    QStringList servers;
    for (const model::Node& candidate : m_lab.nodes) {
        if (hasKind(candidate.id.name) && model::dhcpRoleOf(candidate) == DhcpRole::Server) {
            servers << candidate.id.name;
        }
    }
    if (!declaration.dhcpServer.value && servers.size() != 1) {
        m_report.error(declaration.dhcp.place, tr("%1 relays, but it is not said to whom.").arg(declaration.name),
                       servers.isEmpty() ? tr("Add a node with dhcp: server, such as dhcp1: {kind: router, dhcp: server}.")
                                         : tr("Add dhcp-server with one of %1.").arg(servers.join(QStringLiteral(", "))));
        return;
    }
    const QString server = declaration.dhcpServer.value.value_or(servers.value(0));
    const Place place = declaration.dhcpServer.value ? declaration.dhcpServer.place : declaration.dhcp.place;
    if (this->node(server) == nullptr) {
        m_report.error(place, tr("There is no node %1.").arg(quoted(server)), hintForName(server, servers));
        return;
    }
    if (!servers.contains(server)) {
        m_report.error(place, tr("%1 is no DHCP server.").arg(server), tr("Add dhcp: server to it."));
        return;
    }
    node.dhcpServer = NodeId(server);
    const auto links = m_lab.linksOf(node.id);
    const bool isNext = std::ranges::any_of(
        links, [&](const model::Link* link) { return link->ends[0].node == node.dhcpServer || link->ends[1].node == node.dhcpServer; });
    if (!isNext && !m_declarations.hasUnreadLinks) {
        m_report.error(place, tr("%1 and its DHCP server %2 have no link.").arg(declaration.name, server),
                       tr("Add one under links: - {ends: [%1:swp49, %2:swp1]}").arg(declaration.name, server));
    }
}

/// A host asks for leases unless none of its leaves answers.
void Resolver::hostRoles() {
    for (size_t i = 0; i < m_lab.nodes.size(); ++i) {
        model::Node& host = m_lab.nodes[i];
        const NodeDeclaration& declaration = m_declarations.nodes[i];
        if (declaration.kind != NodeKind::Host) {
            continue;
        }
        QString answering;
        QString silent;
        for (const QString& leaf : m_hostLeaves.value(declaration.name)) {
            (model::runsDhcpDaemon(*node(leaf)) ? answering : silent) = leaf;
        }
        if (!answering.isEmpty() && !silent.isEmpty()) {
            m_report.error(declaration.place,
                           tr("%1 gets addresses by DHCP from %2, but none from %3.").arg(declaration.name, answering, silent),
                           tr("Give all leaves of a host the same dhcp."));
        }
        if (answering.isEmpty() && (!silent.isEmpty() || !m_lab.isNumbered())) {
            host.dhcp = DhcpRole::None;
        }
    }
}

void Resolver::checkHosts() {
    for (const NodeDeclaration& declaration : m_declarations.nodes) {
        const bool isHost = declaration.kind == NodeKind::Host;
        if (isHost && !m_hasLooseEnd && !m_declarations.hasUnreadLinks && !m_hostLeaves.contains(declaration.name) &&
            !m_hostsWithBadLink.contains(declaration.name)) {
            m_report.error(declaration.place, tr("%1 has no link to a leaf.").arg(declaration.name),
                           tr("Add one under links: - {ends: [leaf1:swp1, %1:eth1]}").arg(declaration.name));
        }
    }
}

/// Hosts hold the same files, so their ports have the same names: those of the first host with the most of them.
void Resolver::checkHostPorts() {
    struct Port {
        QString name;
        Place place;
    };
    std::map<QString, std::vector<Port>> ports;
    QString model;
    for (const LinkDeclaration& declaration : m_declarations.links) {
        for (const Given<model::Endpoint>& end : declaration.ends) {
            if (end.value && m_kinds.value(end.value->node.name, NodeKind::Leaf) == NodeKind::Host) {
                const QString& host = end.value->node.name;
                ports[host].push_back({end.value->port, end.place});
                model = model.isEmpty() || ports[host].size() > ports[model].size() ? host : model;
            }
        }
    }
    QStringList names;
    for (const Port& port : model.isEmpty() ? std::vector<Port>{} : ports[model]) {
        names << port.name;
    }
    for (const auto& [host, own] : ports) {
        for (const Port& port : own) {
            if (!names.contains(port.name)) {
                m_report.error(port.place,
                               tr("%1 uses the port %2, but %3 uses %4.").arg(host, port.name, model, names.join(QStringLiteral(", "))),
                               tr("All hosts hold the same files, so their ports must be named alike: %1:%2.").arg(host, names.front()));
            }
        }
    }
}

void Resolver::checkIslands() {
    Components components(m_lab, m_kinds);
    std::map<QString, std::set<std::set<QString>>> reachOf; // By leaf: from which groups of switches its hosts are reached.
    for (const QStringList& leaves : std::as_const(m_hostLeaves)) {
        std::set<QString> groups;
        for (const QString& leaf : leaves) {
            groups.insert(components.rootOf(leaf));
        }
        for (const QString& leaf : leaves) {
            reachOf[leaf].insert(groups);
        }
    }
    const auto first = std::ranges::find_if(m_declarations.nodes, [&](const NodeDeclaration& node) { return reachOf.contains(node.name); });
    if (first == m_declarations.nodes.end()) {
        return;
    }
    for (auto leaf = first + 1; leaf != m_declarations.nodes.end(); ++leaf) {
        const auto own = reachOf.find(leaf->name);
        const auto isApart = [](const std::set<QString>& a, const std::set<QString>& b) {
            return std::ranges::none_of(a, [&b](const QString& group) { return b.contains(group); });
        };
        const bool cut = own != reachOf.end() && std::ranges::any_of(own->second, [&](const auto& mine) {
                             return std::ranges::any_of(reachOf[first->name], [&](const auto& other) { return isApart(mine, other); });
                         });
        if (cut) {
            m_report.warning(leaf->place, tr("The hosts of %1 cannot reach those of %2.").arg(leaf->name, first->name),
                             tr("Join the leaves by a spine, or every host to both."));
        }
    }
}

} // namespace podleaf::labfile
