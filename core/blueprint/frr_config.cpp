// SPDX-License-Identifier: GPL-3.0-or-later
#include "frr_config.h"

#include "router_manifest.h"

#include <core/model/node_kinds.h>

#include <algorithm>

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
        if (node.podCidr && (!pods.contains(*node.podCidr) || node.podCidr->length != lab.addressPlan.podPrefixLength)) {
            text += permit(name, sequence += 5, *node.podCidr, node.podCidr->length);
        }
        if (node.loopback && !loopbacks.contains(*node.loopback)) {
            text += permit(name, sequence += 5, {*node.loopback, 32}, 32);
        }
    }
    return text;
}

/// The very first lines of every node's, and what pod networks and loopbacks there are.
QString firstLines(const Lab& lab, const QString& whatFabricIsFor) {
    return QStringLiteral("! Written by Podleaf from the lab file.\n"
                          "frr version 8.4.4\n"
                          "frr defaults datacenter\n"
                          "log timestamp precision 3\n"
                          "!\n"
                          "! %1\n"
                          "%2")
        .arg(whatFabricIsFor, fabricPrefixList(lab));
}

/// What stands before `router bgp` on every node but a cluster's hosts.
QString preamble(const Lab& lab) {
    return firstLines(lab, QStringLiteral("Only pod networks and loopbacks go in or out.")) +
           QStringLiteral("! Only what this node itself originates.\n"
                          "bgp as-path access-list OWN seq 5 permit ^$\n"
                          "!\n"
                          "route-map FABRIC permit 10\n"
                          " match ip address prefix-list FABRIC\n"
                          "exit\n"
                          "!\n");
}

/// Where there is graceful restart. Without any, 8.4.4 says End-of-RIB before it has announced anything, and a helper drops
/// the stale routes some 50 ms before it gets them again (measured).
constexpr int kCoalesceForRestartMs = 50;

/// `router bgp` down to the neighbours. Neighbours get their address family last (see neighbourStart).
QString bgpHead(const Lab& lab, const QString& asn, const QString& routerId, int coalesceMs = 0) {
    return QStringLiteral("router bgp %1\n"
                          " bgp router-id %2\n"
                          " bgp log-neighbor-changes\n"
                          " no bgp default ipv4-unicast\n"
                          " no bgp ebgp-requires-policy\n"
                          " bgp bestpath as-path multipath-relax\n"
                          " coalesce-time %3\n"
                          " timers bgp %4 %5\n")
        .arg(asn, routerId)
        .arg(coalesceMs)
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

/// bgpd as BMP server (RFC 7854): any number of collectors, a late one gets everything again. What was accepted is all
/// that is looked at: the routes before policy would cost bgpd a second copy of each, and soft-reconfiguration.
QString bmpTarget() {
    return QStringLiteral(" bmp targets podleaf\n"
                          "  bmp monitor ipv4 unicast post-policy\n"
                          "  bmp listener 127.0.0.1 port %1\n"
                          " exit\n")
        .arg(kBmpPort);
}

QString remoteAs(const Lab& lab) {
    return lab.routing.profile == model::RoutingProfile::IbgpReflector ? QStringLiteral("internal") : QStringLiteral("external");
}

/// One BFD profile for all sessions: a dead path is found in 300 ms.
const QString kBfdProfile = QStringLiteral("podleaf");

/// A neighbour or a peer-group: whose AS it is in, and BFD.
QString neighbourBase(const Lab& lab, const QString& neighbour) {
    QString text = QStringLiteral(" neighbor %1 remote-as %2\n").arg(neighbour, remoteAs(lab));
    if (lab.routing.bfd) {
        text += QStringLiteral(" neighbor %1 bfd\n neighbor %1 bfd profile %2\n").arg(neighbour, kBfdProfile);
    }
    return text;
}

QString maximumPaths(const Lab& lab) {
    if (lab.routing.maximumPaths == 0) {
        return {};
    }
    const bool internal = lab.routing.profile == model::RoutingProfile::IbgpReflector;
    return QStringLiteral("  maximum-paths %1%2\n").arg(internal ? QStringLiteral("ibgp ") : QString()).arg(lab.routing.maximumPaths);
}

/// What a speaker does with its neighbours beyond what all do.
enum class Side { Switch, Host, Reflector };

/// The lines of one neighbour (a peer-group, an address or a port) in the address family.
QString inFamily(const QString& neighbour, Side side) {
    QString text = QStringLiteral("  neighbor %1 prefix-list FABRIC in\n"
                                  "  neighbor %1 prefix-list FABRIC out\n")
                       .arg(neighbour);
    if (side == Side::Host) {
        text += QStringLiteral("  neighbor %1 filter-list OWN out\n").arg(neighbour);
    } else if (side == Side::Reflector) {
        // The links' addresses are not announced, so a reflected route must have one that its receiver knows.
        text += QStringLiteral("  neighbor %1 route-reflector-client\n"
                               "  neighbor %1 next-hop-self force\n")
                    .arg(neighbour);
    }
    return text + QStringLiteral("  neighbor %1 activate\n").arg(neighbour);
}

QString addressFamily(const Lab& lab, const QString& originate, const QString& neighbours) {
    return QStringLiteral(" address-family ipv4 unicast\n"
                          "  %1\n"
                          "%2%3"
                          " exit-address-family\n"
                          "exit\n")
        .arg(originate, maximumPaths(lab), neighbours);
}

const QString kOriginateConnected = QStringLiteral("redistribute connected route-map FABRIC");

/// What staticd knows is told by BGP as well, but nobody takes it who has heard it from the host itself.
const QString kFallbackMap = QStringLiteral("route-map FALLBACK permit 10\n"
                                            " match ip address prefix-list FABRIC\n"
                                            " set local-preference 50\n"
                                            " set weight 0\n"
                                            "exit\n"
                                            "!\n");

/// Static neighbours: with `bgp listen range` 8.4.4 never sends a BMP peer-down.
QString memberOf(const Lab& lab, const Link& link, std::size_t end, const QString& group) {
    const QString name = model::neighbourName(lab, link, end);
    const QString how = lab.isNumbered() ? QString() : QStringLiteral("interface v6only ");
    return QStringLiteral(" neighbor %1 %2peer-group %3\n"
                          " neighbor %1 description %4\n")
               .arg(name, how, group, link.ends[1 - end].toString()) +
           neighbourStart(name);
}

} // namespace

QByteArray switchFrrConfig(const Lab& lab, const Node& from) {
    const QString routerId = from.loopback ? from.loopback->toString() : QStringLiteral("0.0.0.0");
    const bool hasFallback = staticdConfig(lab, from).has_value();
    QString text = preamble(lab) + (hasFallback ? kFallbackMap : QString()) + bgpHead(lab, QString::number(from.asn), routerId);
    QString family;
    const bool reflects = lab.routing.profile == model::RoutingProfile::IbgpReflector;
    for (const bool ofHosts : {true, false}) {
        const QString group = ofHosts ? QStringLiteral("HOSTS") : QStringLiteral("SWITCHES");
        QString members;
        for (const Link* link : lab.linksOf(from.id)) {
            const auto end = static_cast<std::size_t>(model::endAt(*link, from.id));
            const Node* other = lab.findNode(link->ends[1 - end].node);
            if (other != nullptr && (other->kind == model::NodeKind::Host) == ofHosts) {
                members += memberOf(lab, *link, end, group);
            }
        }
        if (!members.isEmpty()) {
            text += QStringLiteral(" neighbor %1 peer-group\n").arg(group) + neighbourBase(lab, group) + members;
            family += inFamily(group, ofHosts && reflects ? Side::Reflector : Side::Switch);
        }
    }
    text += bmpTarget();
    QString originate = from.loopback ? QStringLiteral("network %1/32").arg(from.loopback->toString()) : kOriginateConnected;
    originate += hasFallback ? QStringLiteral("\n  redistribute static route-map FALLBACK") : QString();
    return (text + addressFamily(lab, originate, family)).toUtf8();
}

QByteArray hostFrrSkeleton(const Lab& lab) {
    return preamble(lab).toUtf8();
}

QByteArray hostFrrTemplate(const Lab& lab) {
    const QString gateway = QStringLiteral("@GATEWAY@");
    QString text = preamble(lab) + bgpHead(lab, QStringLiteral("@ASN@"), QStringLiteral("@ROUTER_ID@"));
    text += neighbourBase(lab, gateway) + neighbourStart(gateway) + bmpTarget();
    return (text + addressFamily(lab, kOriginateConnected, inFamily(gateway, Side::Host))).toUtf8();
}

/// Not by `redistribute connected`: a node has no bridge before its first pod, and other addresses are nobody's business.
/// With graceful restart (RFC 4724) its routes stay while the pod is replaced.
QByteArray routerFrrTemplate(const Lab& lab) {
    const QString gateway = QStringLiteral("@GATEWAY@");
    QString text = firstLines(lab, QStringLiteral("What is let in: pod networks and loopbacks.")) +
                   QStringLiteral("! What goes out: this node's own.\n"
                                  "ip prefix-list OWN seq 5 permit @POD_CIDR@\n"
                                  "ip prefix-list OWN seq 10 permit @LOOPBACK@/32\n"
                                  "!\n");
    text += bgpHead(lab, QStringLiteral("@ASN@"), QStringLiteral("@ROUTER_ID@"), kCoalesceForRestartMs);
    text += QStringLiteral(" bgp graceful-restart\n"
                           " bgp graceful-restart preserve-fw-state\n"
                           " bgp graceful-restart restart-time 30\n"
                           " no bgp network import-check\n");
    text += neighbourBase(lab, gateway) + neighbourStart(gateway) + bmpTarget();
    const QString own = QStringLiteral("network @POD_CIDR@\n"
                                       "  network @LOOPBACK@/32");
    const QString family = QStringLiteral("  neighbor %1 prefix-list FABRIC in\n"
                                          "  neighbor %1 prefix-list OWN out\n"
                                          "  neighbor %1 activate\n")
                               .arg(gateway);
    return (text + addressFamily(lab, own, family)).toUtf8();
}

/// That of a cluster announces its pod network whether it has pods or not: a bridge without any has no carrier.
QByteArray renderedHostFrrConfig(const Lab& lab, const Node& host) {
    const Ipv4Address routerId = host.loopback ? *host.loopback : host.podCidr.value_or(Ipv4Prefix{}).at(1);
    QString text = preamble(lab) + bgpHead(lab, QString::number(host.asn), routerId.toString());
    text += lab.kubernetes ? QStringLiteral(" no bgp network import-check\n") : QString();
    QString family;
    for (const Link* link : lab.linksOf(host.id)) {
        const QString name = model::neighbourName(lab, *link, static_cast<std::size_t>(model::endAt(*link, host.id)));
        text += lab.isNumbered() ? QString() : QStringLiteral(" neighbor %1 interface v6only\n").arg(name);
        text += neighbourBase(lab, name) + neighbourStart(name);
        family += inFamily(name, Side::Host);
    }
    text += bmpTarget();
    const QString pods = QStringLiteral("\n  network ") + host.podCidr.value_or(Ipv4Prefix{}).network().toString();
    return (text + addressFamily(lab, kOriginateConnected + (lab.kubernetes ? pods : QString()), family)).toUtf8();
}

bool isMultipath(const Lab& lab) {
    const auto isSwitch = [](const Node& node) { return model::infoOf(node.kind).isSwitch; };
    const auto hasSeveralCables = [&lab](const Node& node) { return lab.linksOf(node.id).size() > 1; };
    return std::ranges::count_if(lab.nodes, isSwitch) > 1 ||
           std::ranges::any_of(lab.nodes, [&](const Node& node) { return !isSwitch(node) && hasSeveralCables(node); });
}

/// When a port goes down, the kernel takes it out of every nexthop group; zebra 8.4.4 does not know, and when the port
/// is back it goes on using the group, which then has one next hop for ever. With next hops in the route itself it
/// writes them anew.
std::optional<File> zebraConfig(const Lab& lab, const std::optional<Ipv4Address>& source) {
    QString text;
    if (isMultipath(lab)) {
        text += QStringLiteral("no zebra nexthop kernel enable\n");
    }
    if (source) {
        text += QStringLiteral("route-map SOURCE permit 10\n"
                               " set src %1\n"
                               "exit\n"
                               "ip protocol bgp route-map SOURCE\n")
                    .arg(source->toString());
    }
    if (text.isEmpty()) {
        return std::nullopt;
    }
    return File{QStringLiteral("/etc/frr/zebra.conf"), (QStringLiteral("! Written by Podleaf from the lab file.\n") + text).toUtf8(), 0640,
                QStringLiteral("frr")};
}

std::optional<File> staticdConfig(const Lab& lab, const Node& from) {
    QString text;
    for (const Link* link : hasRouterPods(lab) ? lab.linksOf(from.id) : std::vector<const Link*>{}) {
        const auto end = static_cast<std::size_t>(1 - model::endAt(*link, from.id));
        const Node* host = lab.findNode(link->ends[end].node);
        if (host != nullptr && host->kind == model::NodeKind::Host && host->loopback) {
            text += QStringLiteral("ip route %1/32 %2 250\n").arg(host->loopback->toString(), link->addresses[end].toString());
        }
    }
    if (text.isEmpty()) {
        return std::nullopt;
    }
    return File{QStringLiteral("/etc/frr/staticd.conf"), (QStringLiteral("! Written by Podleaf from the lab file.\n") + text).toUtf8(),
                0640, QStringLiteral("frr")};
}

File bfddConfig() {
    const QString text = QStringLiteral("! Written by Podleaf from the lab file.\n"
                                        "bfd\n"
                                        " profile %1\n"
                                        "  detect-multiplier 3\n"
                                        "  receive-interval 100\n"
                                        "  transmit-interval 100\n"
                                        " exit\n"
                                        "exit\n")
                             .arg(kBfdProfile);
    return {QStringLiteral("/etc/frr/bfdd.conf"), text.toUtf8(), 0640, QStringLiteral("frr")};
}

std::vector<File> frrSupportFiles(const Lab& lab, const QStringList& more) {
    QByteArray daemons = "# Written by Podleaf from the lab file.\n"
                         "zebra=yes\n"
                         "bgpd=yes\n";
    daemons += lab.routing.bfd ? "bfdd=yes\n" : "";
    for (const QString& daemon : more) {
        daemons += daemon.toUtf8() + "=yes\n";
    }
    daemons += "vtysh_enable=yes\n"
               "zebra_options=\"-P 0\"\n"
               "bgpd_options=\"-P 0 -M bmp\"\n";
    return {{QStringLiteral("/etc/frr/daemons"), daemons, 0640, QStringLiteral("frr")},
            {QStringLiteral("/etc/frr/vtysh.conf"), "service integrated-vtysh-config\n", 0640, QStringLiteral("frr")}};
}

} // namespace podleaf::blueprint
