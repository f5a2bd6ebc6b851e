// SPDX-License-Identifier: GPL-3.0-or-later
#include "frr_config.h"

namespace podleaf::blueprint {

namespace {

using model::Lab;
using model::Link;
using model::Node;

/// One prefix-list line: everything of length `exact` inside `pool`.
QString permit(const QString& list, int sequence, const Ipv4Prefix& pool, int exact) {
    const QString bounds = exact > pool.length ? QStringLiteral(" ge %1 le %1").arg(exact) : QString();
    return QStringLiteral("ip prefix-list %1 seq %2 permit %3%4\n").arg(list).arg(sequence).arg(pool.network().toString(), bounds);
}

/// The list FABRIC, which every session has in both directions: pod networks and loopbacks, nothing else.
/// What a lab gives by hand outside its pools has a line of its own.
QString fabricPrefixList(const Lab& lab) {
    const Ipv4Prefix& pods = lab.addressPlan.pods;
    const Ipv4Prefix& loopbacks = lab.addressPlan.loopbacks;
    const QString name = QStringLiteral("FABRIC");
    int sequence = 5;
    QString text = permit(name, sequence, pods, lab.addressPlan.podPrefixLength);
    text += permit(name, sequence += 5, loopbacks, 32);
    for (const Node& node : lab.nodes) {
        if (node.podCidr && !(pods.contains(*node.podCidr) && node.podCidr->length == lab.addressPlan.podPrefixLength)) {
            text += permit(name, sequence += 5, *node.podCidr, node.podCidr->length);
        }
        if (node.loopback && !loopbacks.contains(*node.loopback)) {
            text += permit(name, sequence += 5, {*node.loopback, 32}, 32);
        }
    }
    return text;
}

/// What stands before `router bgp` on every node.
QString preamble(const Lab& lab) {
    return QStringLiteral("! Written by Podleaf from the lab file.\n"
                          "frr version 8.4.4\n"
                          "frr defaults datacenter\n"
                          "log timestamp precision 3\n"
                          "!\n"
                          "! Only pod networks and loopbacks go in or out.\n"
                          "%1"
                          "! Only what this node itself originates.\n"
                          "bgp as-path access-list OWN seq 5 permit ^$\n"
                          "!\n"
                          "route-map FABRIC permit 10\n"
                          " match ip address prefix-list FABRIC\n"
                          "exit\n"
                          "!\n")
        .arg(fabricPrefixList(lab));
}

/// `router bgp` down to the neighbours. Neighbours get their address family last (see neighbourStart).
QString bgpHead(const Lab& lab, const QString& asn, const QString& routerId) {
    return QStringLiteral("router bgp %1\n"
                          " bgp router-id %2\n"
                          " bgp log-neighbor-changes\n"
                          " no bgp default ipv4-unicast\n"
                          " no bgp ebgp-requires-policy\n"
                          " bgp bestpath as-path multipath-relax\n"
                          " coalesce-time 0\n"
                          " timers bgp %3 %4\n")
        .arg(asn, routerId)
        .arg(lab.routing.keepaliveSeconds)
        .arg(lab.routing.holdSeconds);
}

/// FRR 8.4.4 starts a neighbour 1 s after it was added (BGP_INIT_START_TIMER), unless its connect timer is
/// set while no address family is active for it: peer_timers_connect_set() then raises BGP_Start at once.
/// Hence `no bgp default ipv4-unicast` above, this line per neighbour (not by peer-group), and `activate`
/// last. Retrying each second also finds a neighbour that was not listening yet.
QString neighbourStart(const QString& address) {
    return QStringLiteral(" neighbor %1 timers connect 1\n").arg(address);
}

/// bgpd as BMP server (RFC 7854): any number of collectors, a late one gets everything again.
QString bmpTarget() {
    return QStringLiteral(" bmp targets podleaf\n"
                          "  bmp stats interval 1000\n"
                          "  bmp monitor ipv4 unicast pre-policy\n"
                          "  bmp monitor ipv4 unicast post-policy\n"
                          "  bmp listener 127.0.0.1 port %1\n"
                          " exit\n")
        .arg(kBmpPort);
}

/// The address family of `neighbour` (a peer-group or an address). Without soft-reconfiguration BMP's
/// pre-policy messages are all withdrawals in 8.4.4.
QString addressFamily(const QString& originate, const QString& neighbour, bool ownOnly) {
    const QString own = ownOnly ? QStringLiteral("  neighbor %1 filter-list OWN out\n").arg(neighbour) : QString();
    return QStringLiteral(" address-family ipv4 unicast\n"
                          "  %1\n"
                          "  neighbor %2 soft-reconfiguration inbound\n"
                          "  neighbor %2 prefix-list FABRIC in\n"
                          "  neighbor %2 prefix-list FABRIC out\n"
                          "%3"
                          "  neighbor %2 activate\n"
                          " exit-address-family\n"
                          "exit\n")
        .arg(originate, neighbour, own);
}

} // namespace

QByteArray leafFrrConfig(const Lab& lab, const Node& leaf) {
    const QString routerId = leaf.loopback ? leaf.loopback->toString() : QStringLiteral("0.0.0.0");
    QString text = preamble(lab) + bgpHead(lab, QString::number(leaf.asn), routerId);
    // Static neighbours: with `bgp listen range` 8.4.4 never sends a BMP peer-down.
    text += QStringLiteral(" neighbor HOSTS peer-group\n"
                           " neighbor HOSTS remote-as external\n");
    for (const Link* link : lab.linksOf(leaf.id)) {
        const std::size_t hostEnd = 1 - static_cast<std::size_t>(model::endAt(*link, leaf.id));
        const Node* host = lab.findNode(link->ends[hostEnd].node);
        if (host && host->kind == model::NodeKind::Host) {
            const QString address = link->addresses[hostEnd].toString();
            text += QStringLiteral(" neighbor %1 peer-group HOSTS\n"
                                   " neighbor %1 description %2\n")
                        .arg(address, link->ends[hostEnd].toString());
            text += neighbourStart(address);
        }
    }
    text += bmpTarget();
    const QString originate = leaf.loopback ? QStringLiteral("network %1/32").arg(leaf.loopback->toString())
                                            : QStringLiteral("redistribute connected route-map FABRIC");
    text += addressFamily(originate, QStringLiteral("HOSTS"), false);
    return text.toUtf8();
}

QByteArray hostFrrSkeleton(const Lab& lab) {
    return preamble(lab).toUtf8();
}

QByteArray hostFrrTemplate(const Lab& lab) {
    const QString gateway = QStringLiteral("@GATEWAY@");
    QString text = preamble(lab) + bgpHead(lab, QStringLiteral("@ASN@"), QStringLiteral("@ROUTER_ID@"));
    text += QStringLiteral(" neighbor %1 remote-as external\n").arg(gateway) + neighbourStart(gateway) + bmpTarget();
    text += addressFamily(QStringLiteral("redistribute connected route-map FABRIC"), gateway, true);
    return text.toUtf8();
}

std::vector<File> frrSupportFiles() {
    const QByteArray daemons = "# Written by Podleaf from the lab file.\n"
                               "zebra=yes\n"
                               "bgpd=yes\n"
                               "vtysh_enable=yes\n"
                               "zebra_options=\"-P 0\"\n"
                               "bgpd_options=\"-P 0 -M bmp\"\n";
    return {{QStringLiteral("/etc/frr/daemons"), daemons, 0640, QStringLiteral("frr")},
            {QStringLiteral("/etc/frr/vtysh.conf"), "service integrated-vtysh-config\n", 0640, QStringLiteral("frr")}};
}

} // namespace podleaf::blueprint
