// SPDX-License-Identifier: GPL-3.0-or-later
#include "blueprint.h"

#include "dnsmasq_config.h"
#include "frr_config.h"

#include <QFile>

#include <algorithm>
#include <iterator>

static void loadTemplates() {
    Q_INIT_RESOURCE(blueprint_templates); // must stand outside any namespace
}

namespace podleaf::blueprint {

namespace {

using model::Lab;
using model::Link;
using model::Node;

const QString kDhcpHook = QStringLiteral("/usr/lib/podleaf/dhcp-hook");
const QString kHostBgpd = QStringLiteral("/usr/lib/podleaf/bgpd");

QByteArray templateText(const QString& name) {
    loadTemplates();
    QFile file(QStringLiteral(":/podleaf/templates/") + name);
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened); // compiled in
    return opened ? file.readAll() : QByteArray();
}

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

QStringList loggingTo(const QString& logFile) {
    return {QStringLiteral("--log"), QStringLiteral("file:") + logFile, QStringLiteral("--log-level"), QStringLiteral("informational")};
}

/// zebra needs nothing from frr.conf: its addresses and routes are the kernel's and bgpd's. Given no -f it
/// leaves an integrated frr.conf alone, as it does when vtysh loads it in a VM.
Service zebraService() {
    const QString log = QStringLiteral("/var/log/frr/zebra.log");
    return {QStringLiteral("zebra"),
            QStringList{QStringLiteral("/usr/lib/frr/zebra"), QStringLiteral("-P"), QStringLiteral("0")} + loggingTo(log),
            QStringLiteral("/var/run/frr/zserv.api"),
            log,
            {}};
}

/// bgpd reads the integrated frr.conf itself: `vtysh -b` would hold every neighbour back for a second after
/// the last line (BGP_POST_CONFIG_DELAY_SECONDS) and cost 22 ms of processor time. The file therefore has
/// only lines that bgpd knows.
Service bgpdService(const QString& program) {
    const QString log = QStringLiteral("/var/log/frr/bgpd.log");
    return {QStringLiteral("bgpd"),
            QStringList{program, QStringLiteral("-P"), QStringLiteral("0"), QStringLiteral("-M"), QStringLiteral("bmp"),
                        QStringLiteral("-f"), QStringLiteral("/etc/frr/frr.conf")} +
                loggingTo(log),
            QStringLiteral("/var/run/frr/bgpd.vty"),
            log,
            {QStringLiteral("zebra")}};
}

Service dnsmasqService() {
    return {QStringLiteral("dnsmasq"),
            {QStringLiteral("/usr/sbin/dnsmasq"), QStringLiteral("--keep-in-foreground"), QStringLiteral("--user=root"),
             QStringLiteral("--group="), QStringLiteral("--pid-file=/run/dnsmasq.pid"),
             QStringLiteral("--conf-file=/etc/dnsmasq.d/podleaf.conf")},
            {},
            {},
            {}};
}

/// Asks each second until there is a lease. zebra must be ready first: 8.4.4 may miss an address that comes while
/// it starts. bgpd may be starting meanwhile: it opens its vty before it reads frr.conf, so the hook reaches it
/// by one or the other.
Service udhcpcService(const QString& name, const QString& port) {
    QStringList command{QStringLiteral("/usr/sbin/udhcpc"),
                        QStringLiteral("-f"),
                        QStringLiteral("-i"),
                        port,
                        QStringLiteral("-t"),
                        QStringLiteral("20"),
                        QStringLiteral("-T"),
                        QStringLiteral("1"),
                        QStringLiteral("-A"),
                        QStringLiteral("1")};
    for (const int option : {kDhcpOptionAsn, kDhcpOptionPodCidr, kDhcpOptionLoopback}) {
        command << QStringLiteral("-O") << QString::number(option);
    }
    command << QStringLiteral("-s") << kDhcpHook;
    return {name, command, {}, {}, {QStringLiteral("zebra")}};
}

NodeBlueprint leafBlueprint(const Lab& lab, const Node& leaf) {
    NodeBlueprint node;
    node.hostname = leaf.id.name;
    node.files = {hostnameFile(leaf.id.name), hostsFile(leaf.id.name),
                  File{QStringLiteral("/etc/frr/frr.conf"), leafFrrConfig(lab, leaf), 0640, QStringLiteral("frr")}};
    std::ranges::move(frrSupportFiles(), std::back_inserter(node.files));
    node.files.push_back({QStringLiteral("/etc/dnsmasq.d/podleaf.conf"), dnsmasqConfig(lab, leaf)});
    node.sysctls = routerSysctls();

    QString interfaces = QStringLiteral("# Written by Podleaf from the lab file.\nauto lo\niface lo inet loopback\n");
    if (leaf.loopback) {
        node.addresses.push_back({QStringLiteral("lo"), {*leaf.loopback, 32}});
        interfaces += QStringLiteral("    address %1/32\n").arg(leaf.loopback->toString());
    }
    for (const Link* link : lab.linksOf(leaf.id)) {
        const auto end = static_cast<std::size_t>(model::endAt(*link, leaf.id));
        const QString port = link->ends[end].port;
        const Ipv4Prefix address{link->addresses[end], link->prefix.length};
        node.addresses.push_back({port, address});
        interfaces += QStringLiteral("\nauto %1\niface %1 inet static\n    address %2\n").arg(port, address.toString());
    }
    node.files.push_back(file(QStringLiteral("/etc/network/interfaces"), interfaces));
    node.services = {dnsmasqService(), zebraService(), bgpdService(QStringLiteral("/usr/lib/frr/bgpd"))};
    return node;
}

/// Nothing here may depend on which host it is: hosts with equal ports are byte-identical but for the
/// hostname, which the lease brings as well (option 12).
NodeBlueprint hostBlueprint(const Lab& lab, const Node& host) {
    NodeBlueprint node;
    node.hostname = host.id.name;
    node.bridges = {QStringLiteral("cbr0")};
    node.sysctls = routerSysctls();
    // Where br_netfilter is loaded, pods on one bridge would pass the host's own filter rules as well.
    node.sysctls.push_back({QStringLiteral("net.bridge.bridge-nf-call-iptables"), QStringLiteral("0")});
    node.files = {hostsFile({}), File{QStringLiteral("/etc/frr/frr.conf"), hostFrrSkeleton(lab), 0640, QStringLiteral("frr")}};
    std::ranges::move(frrSupportFiles(), std::back_inserter(node.files));
    node.files.push_back({QStringLiteral("/usr/lib/podleaf/frr.conf.in"), hostFrrTemplate(lab)});
    node.files.push_back({kDhcpHook, templateText(QStringLiteral("dhcp-hook.sh")), 0755});
    node.files.push_back({kHostBgpd, templateText(QStringLiteral("host-bgpd.sh")), 0755});
    node.services = {zebraService(), bgpdService(kHostBgpd)};

    QString interfaces = QStringLiteral("# Written by Podleaf from the lab file.\nauto lo\niface lo inet loopback\n");
    for (const Link* link : lab.linksOf(host.id)) {
        const QString port = link->ends[static_cast<std::size_t>(model::endAt(*link, host.id))].port;
        const bool first = node.services.size() == 2;
        node.services.push_back(udhcpcService(first ? QStringLiteral("udhcpc") : QStringLiteral("udhcpc-") + port, port));
        interfaces += QStringLiteral("\nauto %1\niface %1 inet dhcp\n").arg(port);
    }
    node.files.push_back(file(QStringLiteral("/etc/network/interfaces"), interfaces));
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
    return node.kind == model::NodeKind::Leaf ? leafBlueprint(lab, node) : hostBlueprint(lab, node);
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
                      {}}};
    return node;
}

} // namespace podleaf::blueprint
