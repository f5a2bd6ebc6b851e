// SPDX-License-Identifier: GPL-3.0-or-later
#include "blueprint.h"

#include "dnsmasq_config.h"
#include "frr_config.h"
#include "kubernetes.h"
#include "router_manifest.h"
#include "services.h"
#include "templates.h"

#include <core/model/node_kinds.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace podleaf::blueprint {

namespace {

using model::Lab;
using model::Link;
using model::Node;

File file(const QString& path, const QString& content) {
    return {path, content.toUtf8()};
}

File hostsFile(const QString& ownName) {
    const QString own = ownName.isEmpty() ? QString() : QStringLiteral("127.0.1.1 %1\n").arg(ownName);
    return file(QStringLiteral("/etc/hosts"), QStringLiteral("127.0.0.1 localhost\n%1::1 localhost ip6-localhost ip6-loopback\n").arg(own));
}

File hostnameFile(const QString& name) {
    return file(QStringLiteral("/etc/hostname"), name + QLatin1Char('\n'));
}

/// accept_dad=0: without it an IPv6 link-local address waits a second for an answer nobody gives.
std::vector<Sysctl> commonSysctls() {
    return {{QStringLiteral("net.ipv6.conf.all.accept_dad"), QStringLiteral("0")},
            {QStringLiteral("net.ipv6.conf.default.accept_dad"), QStringLiteral("0")}};
}

std::vector<Sysctl> routerSysctls() {
    std::vector<Sysctl> sysctls = commonSysctls();
    sysctls.push_back({QStringLiteral("net.ipv4.ip_forward"), QStringLiteral("1")});
    sysctls.push_back({QStringLiteral("net.ipv4.conf.all.rp_filter"), QStringLiteral("0")});
    sysctls.push_back({QStringLiteral("net.ipv4.conf.default.rp_filter"), QStringLiteral("0")});
    return sysctls;
}

/// Where packets may take several ways: all packets of one connection take the same one, and none a dead one.
void addMultipathSysctls(const Lab& lab, std::vector<Sysctl>& sysctls) {
    if (isMultipath(lab)) {
        sysctls.push_back({QStringLiteral("net.ipv4.fib_multipath_hash_policy"), QStringLiteral("1")});
        sysctls.push_back({QStringLiteral("net.ipv4.conf.default.ignore_routes_with_linkdown"), QStringLiteral("1")});
    }
}

/// /etc/network/interfaces, in the words of ifupdown, with one stanza per port.
class Interfaces {
public:
    explicit Interfaces(const std::optional<Ipv4Address>& loopback) {
        m_text = QStringLiteral("# Written by Podleaf from the lab file.\nauto lo\niface lo inet loopback\n");
        if (loopback) {
            m_text += QStringLiteral("    address %1/32\n").arg(loopback->toString());
        }
    }
    void add(const QString& port, const QString& method, const QString& address = {}) {
        m_text += QStringLiteral("\nauto %1\niface %1 %2\n").arg(port, method);
        m_text += address.isEmpty() ? QString() : QStringLiteral("    address %1\n").arg(address);
    }
    [[nodiscard]] File file() const { return blueprint::file(QStringLiteral("/etc/network/interfaces"), m_text); }

private:
    QString m_text;
};

/// A node's own addresses: its loopback and, unless links are unnumbered, those of its ports.
void addOwnAddresses(const Lab& lab, const Node& from, NodeBlueprint& node) {
    if (from.loopback) {
        node.addresses.push_back({QStringLiteral("lo"), {*from.loopback, 32}});
    }
    Interfaces interfaces(from.loopback);
    for (const Link* link : lab.linksOf(from.id)) {
        const auto end = static_cast<std::size_t>(model::endAt(*link, from.id));
        const QString& port = link->ends[end].port;
        if (!lab.isNumbered()) {
            interfaces.add(port, QStringLiteral("inet6 auto"));
            continue;
        }
        const Ipv4Prefix address{link->addresses[end], link->prefix.length};
        node.addresses.push_back({port, address});
        interfaces.add(port, QStringLiteral("inet static"), address.toString());
    }
    node.files.push_back(interfaces.file());
}

/// Links are not announced, so a DHCP server needs to be told where the relays are that ask it.
std::vector<StaticRoute> waysToRelays(const Lab& lab, const Node& server) {
    std::vector<StaticRoute> routes;
    for (const Node& relay : lab.nodes) {
        const std::optional<RelayCable> cable = relay.dhcpServer == server.id ? relayCableOf(lab, relay) : std::nullopt;
        for (const Link* link : cable ? lab.linksOf(relay.id) : std::vector<const Link*>{}) {
            if (link->id != cable->link->id && hostOn(lab, *link) != nullptr) {
                routes.push_back({link->prefix, cable->relayAddress, {}});
            }
        }
    }
    return routes;
}

/// zebra with its configuration, where it needs one.
void addZebra(const Lab& lab, QLatin1StringView program, const std::optional<Ipv4Address>& source, NodeBlueprint& node) {
    const std::optional<File> config = zebraConfig(lab, source);
    if (config) {
        node.files.push_back(*config);
    }
    const bool namesItself = program == kHostZebra; // The lease may have more to say.
    node.services.push_back(zebraService(program, config && !namesItself ? config->path : QString()));
}

void addBfd(const Lab& lab, NodeBlueprint& node) {
    if (lab.routing.bfd) {
        node.files.push_back(bfddConfig());
        node.services.push_back(bfddService());
    }
}

/// bgpd of a node whose frr.conf is rendered.
void addBgpd(const Lab& lab, std::uint32_t asn, NodeBlueprint& node) {
    node.files.push_back({kBgpdReload, templateText(QStringLiteral("bgpd-reload.sh")), 0755});
    node.services.push_back(bgpdService(kBgpd, asn, lab.routing.bfd));
}

NodeBlueprint switchBlueprint(const Lab& lab, const Node& from) {
    NodeBlueprint node;
    node.hostname = from.id.name;
    node.files = {hostnameFile(from.id.name), hostsFile(from.id.name),
                  File{QStringLiteral("/etc/frr/frr.conf"), switchFrrConfig(lab, from), 0640, QStringLiteral("frr")}};
    const std::optional<File> ways = staticdConfig(lab, from);
    const QStringList more = ways ? QStringList{QStringLiteral("staticd")} : QStringList();
    std::ranges::move(frrSupportFiles(lab, more), std::back_inserter(node.files));
    if (model::runsDhcpDaemon(from)) {
        node.files.push_back({QStringLiteral("/etc/dnsmasq.d/podleaf.conf"), dnsmasqConfig(lab, from)});
        node.services.push_back(dnsmasqService());
        node.leases = leasesOf(lab, from);
    }
    node.sysctls = routerSysctls();
    addMultipathSysctls(lab, node.sysctls);
    addOwnAddresses(lab, from, node);
    node.routes = waysToRelays(lab, from);
    addZebra(lab, kZebra, {}, node);
    addBfd(lab, node);
    if (ways) {
        node.files.push_back(*ways);
        node.services.push_back(staticdService());
    }
    addBgpd(lab, from.asn, node);
    return node;
}

/// What hosts have in common however they get their addresses.
NodeBlueprint hostBase(const Lab& lab, const Node& host) {
    NodeBlueprint node;
    node.hostname = host.id.name;
    node.bridges = {QStringLiteral("cbr0")};
    node.sysctls = routerSysctls();
    // Where br_netfilter is loaded, pods on one bridge would pass the host's own filter rules as well.
    node.sysctls.push_back({QStringLiteral("net.bridge.bridge-nf-call-iptables"), QStringLiteral("0")});
    addMultipathSysctls(lab, node.sysctls);
    return node;
}

/// BGP of a host that learns its AS number and its neighbours by DHCP.
void addLeasedRouting(const Lab& lab, const Node& host, NodeBlueprint& node) {
    node.files.push_back({QStringLiteral("/etc/frr/frr.conf"), hostFrrSkeleton(lab), 0640, QStringLiteral("frr")});
    std::ranges::move(frrSupportFiles(lab), std::back_inserter(node.files));
    node.files.push_back({kFrrTemplate, hostFrrTemplate(lab)});
    node.files.push_back({kHostBgpd, templateText(QStringLiteral("host-bgpd.sh")), 0755});
    if (host.loopback) {
        node.files.push_back({kHostZebra, templateText(QStringLiteral("host-zebra.sh")), 0755});
    }
    addZebra(lab, host.loopback ? kHostZebra : kZebra, {}, node);
    addBfd(lab, node);
    node.services.push_back(bgpdService(kHostBgpd, host.asn, lab.routing.bfd));
}

/// Nothing here may depend on which host it is: hosts with equal ports are byte-identical but for the
/// hostname, which the lease brings as well (option 12).
NodeBlueprint leasedHost(const Lab& lab, const Node& host) {
    NodeBlueprint node = hostBase(lab, host);
    node.files = {hostsFile({})};
    const RoutedBy routedBy = hasRouterPods(lab) ? RoutedBy::RouterPod : RoutedBy::Services;
    if (routedBy == RoutedBy::Services) {
        addLeasedRouting(lab, host, node);
    }
    node.files.push_back({kDhcpHook, templateText(QStringLiteral("dhcp-hook.sh")), 0755});
    node.files.push_back({kDhcpRenew, templateText(QStringLiteral("dhcp-renew.sh")), 0755});
    Interfaces interfaces({});
    bool isFirst = true;
    for (const Link* link : lab.linksOf(host.id)) {
        const QString port = link->ends[static_cast<std::size_t>(model::endAt(*link, host.id))].port;
        node.services.push_back(udhcpcService(port, std::exchange(isFirst, false), routedBy));
        interfaces.add(port, QStringLiteral("inet dhcp"));
    }
    node.files.push_back(interfaces.file());
    return node;
}

/// A host of a lab without DHCP: all it is, is written into its files.
NodeBlueprint renderedHost(const Lab& lab, const Node& host) {
    NodeBlueprint node = hostBase(lab, host);
    node.files = {hostnameFile(host.id.name), hostsFile(host.id.name)};
    if (hasRouterPods(lab)) {
        node.files.push_back(hostLease(host));
    } else {
        node.files.push_back({QStringLiteral("/etc/frr/frr.conf"), renderedHostFrrConfig(lab, host), 0640, QStringLiteral("frr")});
        std::ranges::move(frrSupportFiles(lab), std::back_inserter(node.files));
    }
    addOwnAddresses(lab, host, node);
    if (host.podCidr) {
        node.addresses.push_back({QStringLiteral("cbr0"), {host.podCidr->at(1), host.podCidr->length}});
    }
    const auto links = lab.linksOf(host.id);
    if (lab.isNumbered() && !links.empty()) {
        const auto leafEnd = static_cast<std::size_t>(1 - model::endAt(*links.front(), host.id));
        node.routes = {{Ipv4Prefix{}, links.front()->addresses[leafEnd], host.loopback}};
    }
    if (!hasRouterPods(lab)) {
        addZebra(lab, kZebra, host.loopback, node);
        addBfd(lab, node);
        addBgpd(lab, host.asn, node);
    }
    return node;
}

QString nginxConfig(std::uint16_t port) {
    return QStringLiteral("# Written by Podleaf from the lab file.\n"
                          "user www-data;\n"
                          "worker_processes 1;\n"
                          "pid /run/nginx.pid;\n"
                          "error_log /var/log/nginx/error.log;\n"
                          "events {\n"
                          "    worker_connections 256;\n"
                          "}\n"
                          "http {\n"
                          "    access_log /var/log/nginx/access.log;\n"
                          "    default_type text/plain;\n"
                          "    server {\n"
                          "        listen %1;\n"
                          "        root /var/www/podleaf;\n"
                          "        index index.html;\n"
                          "    }\n"
                          "}\n")
        .arg(port);
}

} // namespace

NodeBlueprint blueprintOf(const Lab& lab, const Node& node) {
    if (model::infoOf(node.kind).isSwitch) {
        return switchBlueprint(lab, node);
    }
    NodeBlueprint host = model::asksForLease(node) ? leasedHost(lab, node) : renderedHost(lab, node);
    if (lab.kubernetes) {
        addKubernetes(lab, host);
    }
    return host;
}

NodeBlueprint blueprintOf(const Lab& lab, const model::Workload& workload, const model::Pod& pod) {
    NodeBlueprint node;
    node.hostname = pod.name;
    node.sysctls = commonSysctls();
    node.files = {hostnameFile(pod.name), hostsFile(pod.name), file(QStringLiteral("/etc/nginx/nginx.conf"), nginxConfig(workload.port)),
                  file(QStringLiteral("/var/www/podleaf/index.html"), QStringLiteral("hello from %1\n").arg(pod.name))};
    if (const Node* host = lab.findNode(pod.host); host && host->podCidr) {
        node.addresses = {{QStringLiteral("eth0"), {pod.address, host->podCidr->length}}};
        node.routes = {{Ipv4Prefix{}, host->podCidr->at(1)}};
    }
    node.services = {{QStringLiteral("nginx"),
                      {QStringLiteral("/usr/sbin/nginx"), QStringLiteral("-g"), QStringLiteral("daemon off;")},
                      QStringLiteral("tcp:%1").arg(workload.port),
                      QStringLiteral("/var/log/nginx/error.log"),
                      {},
                      {QStringLiteral("/etc/nginx/nginx.conf")}}};
    return node;
}

} // namespace podleaf::blueprint
