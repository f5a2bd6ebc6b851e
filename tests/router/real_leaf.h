// SPDX-License-Identifier: GPL-3.0-or-later
// A leaf of FRR in a network namespace of its own, whose host is the test's own namespace: cables, daemons, what the two know of
// each other. For root only. Blocking.
#pragma once

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QProcess>
#include <QStringList>
#include <QTest>

namespace podleaf::test {

using namespace Qt::StringLiterals;

inline constexpr int kPatienceMs = 20'000;

inline const QByteArray kLeafConfig = "frr defaults datacenter\n"
                                      "router bgp 65100\n"
                                      " bgp router-id 10.255.0.1\n"
                                      " no bgp ebgp-requires-policy\n"
                                      " no bgp network import-check\n"
                                      " bgp bestpath as-path multipath-relax\n"
                                      " coalesce-time 0\n"
                                      " timers bgp 1 3\n"
                                      " neighbor 172.16.0.2 remote-as external\n"
                                      " neighbor 172.16.0.2 timers connect 1\n"
                                      " neighbor 172.16.0.6 remote-as external\n"
                                      " neighbor 172.16.0.6 timers connect 1\n"
                                      " address-family ipv4 unicast\n"
                                      "  network 10.20.9.0/24\n"
                                      "  network 192.168.9.0/24\n"
                                      " exit-address-family\n"
                                      "exit\n";

/// What a program printed; it must end well.
inline QByteArray outputOf(const QStringList& command) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(command.front(), command.mid(1));
    const bool isOk = process.waitForFinished(10'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    if (!isOk) {
        qWarning().noquote() << "failed:" << command.join(u' ');
    }
    return isOk ? process.readAllStandardOutput() : QByteArray();
}

inline QByteArray outputOf(const QString& command) {
    return outputOf(command.split(u' '));
}

inline QJsonDocument leafSays(const QString& question) {
    return QJsonDocument::fromJson(outputOf({u"vtysh"_s, u"--vty_socket"_s, u"/run/frr/leaf"_s, u"-d"_s, u"bgpd"_s, u"-c"_s, question}));
}

/// What the leaf knows of others: networks and how many ways it has to each.
inline QMap<QString, int> routesOfLeaf() {
    QMap<QString, int> routes;
    const QJsonObject all = leafSays(u"show bgp ipv4 unicast json"_s)[u"routes"_s].toObject();
    for (auto it = all.begin(); it != all.end(); ++it) {
        for (const auto& path : it->toArray()) {
            if (path[u"peerId"_s].toString() != u"(unspec)"_s) {
                ++routes[it.key()];
            }
        }
    }
    return routes;
}

inline void tellLeaf(const QStringList& commands) {
    QStringList argv{u"vtysh"_s, u"--vty_socket"_s,    u"/run/frr/leaf"_s, u"-d"_s, u"bgpd"_s, u"-c"_s, u"configure terminal"_s,
                     u"-c"_s,    u"router bgp 65100"_s};
    for (const QString& command : commands) {
        argv << u"-c"_s << command;
    }
    outputOf(argv);
}

/// The node's routes by BGP: networks and their next hops.
inline QMap<QString, QStringList> kernelRoutes() {
    QMap<QString, QStringList> routes;
    const QJsonArray all = QJsonDocument::fromJson(outputOf(u"ip -j -4 route show proto bgp"_s)).array();
    for (const auto& route : all) {
        QStringList hops{route[u"gateway"_s].toString()};
        for (const auto& hop : route[u"nexthops"_s].toArray()) {
            hops << hop[u"gateway"_s].toString();
        }
        hops.removeAll(QString());
        hops.sort();
        routes.insert(route[u"dst"_s].toString(), hops);
    }
    return routes;
}

/// Tells of what goes from the kernel's routes by BGP while it lives.
class RouteWatch {
public:
    RouteWatch() {
        m_monitor.start(u"ip"_s, {u"-4"_s, u"monitor"_s, u"route"_s});
        m_hasStarted = m_monitor.waitForStarted() && sees("198.51.100.1");
    }
    ~RouteWatch() {
        m_monitor.kill();
        m_monitor.waitForFinished();
    }
    [[nodiscard]] bool hasStarted() const { return m_hasStarted; }
    /// All that went until now.
    QByteArrayList gone() {
        QByteArrayList lines;

        if (!sees("198.51.100.2")) {
            return {"the monitor is blind"};
        }
        for (const QByteArray& line : m_output.split('\n')) {
            if (line.startsWith("Deleted") && line.contains("proto bgp")) {
                lines << line;
            }
        }
        return lines;
    }

private:
    /// Makes a route that comes last, and waits until it has been seen.
    bool sees(const char* address) {
        return QTest::qWaitFor(
            [&] {
                for (const QString& what : {u"add"_s, u"del"_s}) { // again, as it may not have listened yet
                    outputOf(u"ip route %1 blackhole %2"_s.arg(what, QString::fromLatin1(address)));
                }
                m_monitor.waitForReadyRead(20);
                m_output += m_monitor.readAllStandardOutput();
                return m_output.contains(address);
            },
            10'000);
    }

    QProcess m_monitor;
    QByteArray m_output;
    bool m_hasStarted = false;
};

} // namespace podleaf::test
