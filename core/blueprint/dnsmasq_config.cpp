// SPDX-License-Identifier: GPL-3.0-or-later
#include "dnsmasq_config.h"

#include <core/model/node_kinds.h>

namespace podleaf::blueprint {

namespace {

/// A site-specific option as text; the quotes keep dnsmasq from reading digits as a number or an address.
QString textOption(const QString& port, int option, const QString& value) {
    return QStringLiteral("dhcp-option-force=tag:%1,%2,\"%3\"\n").arg(port).arg(option).arg(value);
}

/// What a lease on a link says: its only address, its gateway, and what makes the host behind it the host it is.
QString leaseOptions(const model::Link& link, std::size_t leafEnd, const model::Node& host, const QString& tag) {
    const QString address = link.addresses[1 - leafEnd].toString();
    const QString netmask = Ipv4Address{link.prefix.mask()}.toString();
    QString text = QStringLiteral("dhcp-range=set:%1,%2,%2,%3,12h\n"
                                  "dhcp-option=tag:%1,option:router,%4\n"
                                  "dhcp-option-force=tag:%1,12,\"%5\"\n")
                       .arg(tag, address, netmask, link.addresses[leafEnd].toString(), host.id.name);
    text += textOption(tag, kDhcpOptionAsn, QString::number(host.asn));
    if (host.podCidr) {
        text += textOption(tag, kDhcpOptionPodCidr, host.podCidr->network().toString());
    }
    if (host.loopback) {
        text += textOption(tag, kDhcpOptionLoopback, host.loopback->toString());
    }
    return text;
}

QString heading(const model::Link& link, std::size_t leafEnd) {
    return QStringLiteral("\n# %1\n").arg(link.ends[1 - leafEnd].toString());
}

/// Calls `use(link, leafEnd, host)` for each cable from `leaf` to a host.
template <class Use>
void forHostLinks(const model::Lab& lab, const model::Node& leaf, Use use) {
    for (const model::Link* link : lab.linksOf(leaf.id)) {
        const auto leafEnd = static_cast<std::size_t>(model::endAt(*link, leaf.id));
        const model::Node* host = lab.findNode(link->ends[1 - leafEnd].node);
        if (host != nullptr && host->kind == model::NodeKind::Host) {
            use(*link, leafEnd, *host);
        }
    }
}

QString ownPorts(const model::Lab& lab, const model::Node& server) {
    QString text;
    forHostLinks(lab, server, [&text](const model::Link& link, std::size_t leafEnd, const model::Node& host) {
        const QString& port = link.ends[leafEnd].port;
        text += heading(link, leafEnd) + QStringLiteral("interface=%1\n").arg(port) + leaseOptions(link, leafEnd, host, port);
    });
    return text;
}

/// A relay's ports at its server: the relay's address tells dnsmasq which range a request is for.
QString relayedPorts(const model::Lab& lab, const model::Node& server) {
    QString text;
    for (const model::Node& relay : lab.nodes) {
        const auto cable = relay.dhcpServer == server.id ? relayCableOf(lab, relay) : std::nullopt;
        if (!cable) {
            continue;
        }
        text += QStringLiteral("\n# Requests from %1\ninterface=%2\n").arg(relay.id.name, cable->serverPort);
        forHostLinks(lab, relay, [&text](const model::Link& link, std::size_t leafEnd, const model::Node& host) {
            text += heading(link, leafEnd) + leaseOptions(link, leafEnd, host, link.id.name);
        });
    }
    return text;
}

QString relaying(const model::Lab& lab, const model::Node& relay) {
    const auto cable = relayCableOf(lab, relay);
    if (!cable) {
        return {};
    }
    QString text = QStringLiteral("\n# %1 serves\ninterface=%2\n").arg(relay.dhcpServer.name, cable->relayPort);
    forHostLinks(lab, relay, [&](const model::Link& link, std::size_t leafEnd, const model::Node&) {
        text +=
            heading(link, leafEnd) + QStringLiteral("interface=%1\ndhcp-relay=%2,%3\n")
                                         .arg(link.ends[leafEnd].port, link.addresses[leafEnd].toString(), cable->serverAddress.toString());
    });
    return text;
}

} // namespace

std::optional<RelayCable> relayCableOf(const model::Lab& lab, const model::Node& relay) {
    for (const model::Link* link : lab.linksOf(relay.id)) {
        const auto own = static_cast<std::size_t>(model::endAt(*link, relay.id));
        if (!relay.dhcpServer.isEmpty() && link->ends[1 - own].node == relay.dhcpServer) {
            return RelayCable{link, link->ends[own].port, link->ends[1 - own].port, link->addresses[own], link->addresses[1 - own]};
        }
    }
    return std::nullopt;
}

const model::Node* hostOn(const model::Lab& lab, const model::Link& link) {
    for (const model::Endpoint& end : link.ends) {
        const model::Node* node = lab.findNode(end.node);
        if (node != nullptr && node->kind == model::NodeKind::Host) {
            return node;
        }
    }
    return nullptr;
}

std::map<QString, QString> leasesOf(const model::Lab& lab, const model::Node& node) {
    std::map<QString, QString> leases;
    const auto add = [&leases](const model::Link& link, std::size_t leafEnd, const model::Node& host) {
        leases[link.ends[1 - leafEnd].toString()] = leaseOptions(link, leafEnd, host, {});
    };
    if (model::dhcpRoleOf(node) == model::DhcpRole::Server) {
        forHostLinks(lab, node, add);
    }
    for (const model::Node& relay : lab.nodes) {
        if (relay.dhcpServer == node.id) {
            forHostLinks(lab, relay, add);
        }
    }
    return leases;
}

QByteArray dnsmasqConfig(const model::Lab& lab, const model::Node& node) {
    // no-ping: probing an address before the first offer costs seconds (10.1 s instead of 0.09 s, measured).
    // dhcp-ignore-clid: a port has one address, so a second client on the same machine (dhclient after
    // udhcpc) must count as the same one; by its MAC address it does.
    QString text = QStringLiteral("# Written by Podleaf from the lab file.\n"
                                  "port=0\n"
                                  "bind-interfaces\n"
                                  "no-resolv\n"
                                  "no-hosts\n"
                                  "no-ping\n"
                                  "dhcp-authoritative\n"
                                  "dhcp-ignore-clid\n"
                                  "dhcp-leasefile=%1\n"
                                  "log-dhcp\n"
                                  "log-facility=-\n")
                       .arg(kLeaseFile);
    const bool relays = model::dhcpRoleOf(node) == model::DhcpRole::Relay;
    text += relays ? relaying(lab, node) : ownPorts(lab, node) + relayedPorts(lab, node);
    return text.toUtf8();
}

} // namespace podleaf::blueprint
