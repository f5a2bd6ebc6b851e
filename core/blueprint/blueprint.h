// SPDX-License-Identifier: GPL-3.0-or-later
// What every node must hold: files, sysctls, interfaces and services, decided once for all engines;
// the engine only delivers it. Pure functions; any thread.
#pragma once

#include <core/model/lab.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace podleaf::blueprint {

struct File {
    QString path; ///< Absolute, as the node sees it.
    QByteArray content;
    std::uint32_t mode = 0644;
    QString owner = QStringLiteral("root"); ///< "root" or "frr" (user and group of the same name).

    bool operator==(const File&) const = default;
};

struct Sysctl {
    QString key; ///< Dotted, as in sysctl.conf.
    QString value;

    bool operator==(const Sysctl&) const = default;
};

struct InterfaceAddress {
    QString interface;
    Ipv4Prefix address;

    bool operator==(const InterfaceAddress&) const = default;
};

/// A route the blueprint itself wants (a pod's default route, a DHCP server's way to its relays); everything else
/// comes by BGP or DHCP.
struct StaticRoute {
    Ipv4Prefix destination;
    Ipv4Address via;
    std::optional<Ipv4Address> source = {}; ///< What the node itself sends from along this route.

    bool operator==(const StaticRoute&) const = default;
};

/// One daemon. It is ready when the command that starts it has returned (`readyWhenStarted`, a daemon
/// that goes to the background only when it serves) or when `readySocket` accepts a connection.
struct Service {
    QString name;            ///< "zebra", "bgpd", "dnsmasq", "udhcpc", "nginx".
    QStringList command;     ///< argv; runs in the foreground under the node's init.
    QString readySocket;     ///< Unix socket path or "tcp:80"; empty when running is enough.
    QString logFile;         ///< Where its last lines are; empty when it logs to its output only.
    QStringList after;       ///< Services of the same node that must be ready first.
    QStringList files = {};  ///< What it reads when it starts; a change of one of them concerns it.
    QString port = {};       ///< The port it sits on, if on one: another port of that name needs another process.
    bool takesLease = false; ///< What its host's DHCP server tells concerns it as its files do.
    QString identity = {};   ///< What it cannot change while it runs, whatever `reload` does (bgpd: its AS number).
    bool comesBack = false;  ///< It is started again whenever it ends, until it is stopped.
    QStringList reload = {}; ///< argv that makes it take changed files while it runs; empty: it must be restarted.

    bool operator==(const Service&) const = default;
};

/// Everything a node holds. Hosts that ask for leases have byte-identical blueprints: what makes them differ
/// comes to them by DHCP. In a lab without DHCP it is rendered into them.
struct NodeBlueprint {
    QString hostname;
    std::vector<File> files;
    std::vector<Sysctl> sysctls;
    QStringList bridges; ///< Created without address, forward delay 0.
    std::vector<InterfaceAddress> addresses;
    std::vector<StaticRoute> routes;
    std::vector<Service> services;
    /// What a DHCP server tells by each lease, by the host that gets it, `node:port`. Another text means that the
    /// host must renew its lease (its DHCP client's `reload`).
    std::map<QString, QString> leases = {};

    bool operator==(const NodeBlueprint&) const = default;
};

NodeBlueprint blueprintOf(const model::Lab& lab, const model::Node& node);
/// A pod without Kubernetes: a node of its own on its host's cbr0, running real nginx.
NodeBlueprint blueprintOf(const model::Lab& lab, const model::Workload& workload, const model::Pod& pod);

/// Private DHCP options (RFC 2132 §2.1: 224 to 254 are for site use) that tell a host what it is. ASCII text.
inline constexpr int kDhcpOptionAsn = 224;
inline constexpr int kDhcpOptionPodCidr = 225;
inline constexpr int kDhcpOptionLoopback = 226;

/// bgpd's BMP listener (RFC 7854), on the node's own loopback.
inline constexpr std::uint16_t kBmpPort = 11019;

} // namespace podleaf::blueprint
