// SPDX-License-Identifier: GPL-3.0-or-later
#include "dnsmasq_config.h"

namespace podleaf::blueprint {

namespace {

/// A site-specific option as text; the quotes keep dnsmasq from reading digits as a number or an address.
QString textOption(const QString& port, int option, const QString& value) {
    return QStringLiteral("dhcp-option-force=tag:%1,%2,\"%3\"\n").arg(port).arg(option).arg(value);
}

/// One port: its only address, its gateway, and what makes the host behind it the host it is.
QString portSection(const model::Link& link, std::size_t leafEnd, const model::Node& host) {
    const QString port = link.ends[leafEnd].port;
    const QString address = link.addresses[1 - leafEnd].toString();
    const QString netmask = Ipv4Address{link.prefix.mask()}.toString();
    QString text = QStringLiteral("\n# %1\n"
                                  "interface=%2\n"
                                  "dhcp-range=set:%2,%3,%3,%4,12h\n"
                                  "dhcp-option=tag:%2,option:router,%5\n"
                                  "dhcp-option-force=tag:%2,12,\"%6\"\n")
                       .arg(link.ends[1 - leafEnd].toString(), port, address, netmask, link.addresses[leafEnd].toString(), host.id.name);
    text += textOption(port, kDhcpOptionAsn, QString::number(host.asn));
    if (host.podCidr) {
        text += textOption(port, kDhcpOptionPodCidr, host.podCidr->network().toString());
    }
    if (host.loopback) {
        text += textOption(port, kDhcpOptionLoopback, host.loopback->toString());
    }
    return text;
}

} // namespace

QByteArray dnsmasqConfig(const model::Lab& lab, const model::Node& leaf) {
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
    for (const model::Link* link : lab.linksOf(leaf.id)) {
        const auto leafEnd = static_cast<std::size_t>(model::endAt(*link, leaf.id));
        const model::Node* host = lab.findNode(link->ends[1 - leafEnd].node);
        if (host && host->kind == model::NodeKind::Host) {
            text += portSection(*link, leafEnd, *host);
        }
    }
    return text.toUtf8();
}

} // namespace podleaf::blueprint
