// SPDX-License-Identifier: GPL-3.0-or-later
#include "services.h"

namespace podleaf::blueprint {

namespace {

QStringList loggingTo(const QString& logFile) {
    return {QStringLiteral("--log"), QStringLiteral("file:") + logFile, QStringLiteral("--log-level"), QStringLiteral("informational")};
}

const QString kFrrConf = QStringLiteral("/etc/frr/frr.conf");
const QString kDnsmasqConf = QStringLiteral("/etc/dnsmasq.d/podleaf.conf");

QString logOf(const char* daemon) {
    return QStringLiteral("/var/log/frr/%1.log").arg(QLatin1StringView(daemon));
}

/// A daemon that reads a file of its own and needs zebra only.
Service besideZebra(const char* name) {
    const QString log = logOf(name);
    const QString config = QStringLiteral("/etc/frr/%1.conf").arg(QLatin1StringView(name));
    Service service{QString::fromLatin1(name),
                    QStringList{QStringLiteral("/usr/lib/frr/%1").arg(QLatin1StringView(name)), QStringLiteral("-P"), QStringLiteral("0"),
                                QStringLiteral("-f"), config} +
                        loggingTo(log),
                    QStringLiteral("/var/run/frr/%1.vty").arg(QLatin1StringView(name)),
                    log,
                    {QStringLiteral("zebra")}};
    service.files = {config};
    return service;
}

} // namespace

/// zebra needs nothing from frr.conf: its addresses and routes are the kernel's and bgpd's.
Service zebraService(QLatin1StringView program, const QString& configFile) {
    const QString log = logOf("zebra");
    QStringList command{program, QStringLiteral("-P"), QStringLiteral("0")};
    if (!configFile.isEmpty()) {
        command << QStringLiteral("-f") << configFile;
    }
    Service service{QStringLiteral("zebra"), command + loggingTo(log), QStringLiteral("/var/run/frr/zserv.api"), log, {}};
    service.files = {QString(program), configFile};
    return service;
}

/// bgpd reads the integrated frr.conf itself: `vtysh -b` would hold every neighbour back for a second after
/// the last line (BGP_POST_CONFIG_DELAY_SECONDS) and cost 22 ms of processor time. The file therefore has
/// only lines that bgpd knows.
Service bgpdService(QLatin1StringView program, std::uint32_t asn, bool withBfd) {
    const QString log = logOf("bgpd");
    Service service{QStringLiteral("bgpd"),
                    QStringList{program, QStringLiteral("-P"), QStringLiteral("0"), QStringLiteral("-M"), QStringLiteral("bmp"),
                                QStringLiteral("-f"), kFrrConf} +
                        loggingTo(log),
                    QStringLiteral("/var/run/frr/bgpd.vty"),
                    log,
                    {QStringLiteral("zebra")}};
    if (withBfd) {
        service.after << QStringLiteral("bfdd");
    }
    service.files = {QString(program)};
    if (program == kHostBgpd) {
        service.files << kFrrTemplate;
        service.takesLease = true;
    } else {
        service.files << kFrrConf;
        service.identity = QString::number(asn); // 8.4.4 takes another, but its BMP is silent from then on
        service.reload = {kBgpdReload};
    }
    return service;
}

Service bfddService() {
    return besideZebra("bfdd");
}

Service staticdService() {
    return besideZebra("staticd");
}

Service dnsmasqService() {
    Service service{QStringLiteral("dnsmasq"),
                    {QStringLiteral("/usr/sbin/dnsmasq"), QStringLiteral("--keep-in-foreground"), QStringLiteral("--user=root"),
                     QStringLiteral("--group="), QStringLiteral("--pid-file=/run/dnsmasq.pid"),
                     QStringLiteral("--conf-file=") + kDnsmasqConf},
                    {},
                    {},
                    {}};
    service.files = {kDnsmasqConf};
    return service;
}

/// Asks each second until there is a lease. A zebra of the host's own must be ready first: 8.4.4 may miss an address that
/// comes while it starts. bgpd may be starting meanwhile: it opens its vty before it reads frr.conf, so the hook reaches it
/// by one or the other.
Service udhcpcService(const QString& port, bool isFirst, RoutedBy routedBy) {
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
    Service service{isFirst ? QStringLiteral("udhcpc") : QStringLiteral("udhcpc-") + port, command, {}, {}, {}};
    service.files = {kDhcpHook};
    if (routedBy == RoutedBy::Services) {
        service.after = {QStringLiteral("zebra")};
        service.files << kFrrTemplate;
    }
    service.port = port;
    service.takesLease = true;
    service.reload = {kDhcpRenew, port};
    return service;
}

} // namespace podleaf::blueprint
