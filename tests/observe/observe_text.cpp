// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text for what decoders and collectors say.
#include "observe_text.h"

#include <core/state/neighbour_words.h>

#include <QFile>

namespace podleaf::test {

using namespace observe;
using namespace state;

namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>; // Clang 16 does not make it.

QString toText(const ClusterPod& pod) {
    return QString(u"%1/%2@%3 %4 %5 %6 [%7]"_qs.arg(pod.nameSpace, pod.name, pod.node.name, pod.address ? pod.address->toString() : u"-"_qs,
                                                    pod.phase, pod.ready ? u"ready"_qs : u"waits"_qs, pod.reason));
}

QString toText(const ClusterNode& node) {
    return QString(u"%1 %2%3 [%4]"_qs.arg(node.node.name, node.ready ? u"ready"_qs : u"waits"_qs,
                                          node.schedulable ? QString() : u" cordoned"_qs, node.reason));
}

template <class T>
QString joined(const std::vector<T>& list) {
    QStringList words;
    for (const T& one : list) {
        if constexpr (std::is_integral_v<T>) {
            words.append(QString::number(one));
        } else if constexpr (std::is_same_v<T, ClusterPod> || std::is_same_v<T, ClusterNode>) {
            words.append(toText(one));
        } else {
            words.append(one.toString());
        }
    }
    return words.join(QLatin1Char(','));
}

QString sign(bool present) {
    return present ? QStringLiteral("+") : QStringLiteral("-");
}

QString upDown(bool up) {
    return up ? QStringLiteral("up") : QStringLiteral("down");
}

QString name(const BmpPeer& peer) {
    return peer.address.toString() + (peer.postPolicy ? QStringLiteral(" post") : QString());
}

QString hop(const std::optional<Ipv4Address>& via, const QString& device) {
    return (via ? via->toString() + QLatin1Char('@') : QString()) + device;
}

} // namespace

QByteArray recorded(const QString& name) {
    QFile data(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/observe/data/") + name);
    if (!data.open(QIODevice::ReadOnly)) {
        qFatal("no recorded data: %s", qPrintable(data.fileName()));
    }
    return data.readAll();
}

QString toText(const BmpMessage& message) {
    return std::visit(
        Overloaded{[](const BmpInitiation& m) { return QString(u"begin %1: %2"_qs.arg(m.systemName, m.systemDescription)); },
                   [](const BmpPeerUp& m) { return QString(u"up %1 AS%2"_qs.arg(name(m.peer)).arg(m.peer.asn)); },
                   [](const BmpPeerDown& m) { return QString(u"down %1 AS%2: %3"_qs.arg(name(m.peer)).arg(m.peer.asn).arg(m.reason)); },
                   [](const BmpRoutes& m) {
                       return QString(m.endOfRib ? u"end-of-rib %1"_qs.arg(name(m.peer))
                                                 : u"routes %1 -[%2] +[%3] via %4 path %5"_qs.arg(name(m.peer), joined(m.withdrawn),
                                                                                                  joined(m.announced), m.nextHop.toString(),
                                                                                                  joined(m.asPath)));
                   },
                   [](const BmpStatistics& m) { return QString(u"statistics "_qs + name(m.peer)); },
                   [](const BmpTermination&) { return u"end"_qs; }},
        message);
}

QString toText(const NetlinkMessage& message) {
    const QString body = std::visit(
        Overloaded{[](const NetlinkLink& m) {
                       return QString(u"%1link %2 %3 %4"_qs.arg(sign(m.present), m.name, upDown(m.adminUp),
                                                                m.carrier ? u"carrier"_qs : u"no-carrier"_qs));
                   },
                   [](const NetlinkAddress& m) { return QString(u"%1address %2"_qs.arg(sign(m.present), m.address.toString())); },
                   [](const NetlinkRoute& m) {
                       QString text = u"%1route %2 %3 metric %4"_qs.arg(sign(m.present), m.prefix.toString(), m.protocol).arg(m.metric);
                       text += m.type == state::RouteType::Unicast ? QString() : u' ' + state::typeWord(m.type);
                       for (const NetlinkHop& one : m.hops) {
                           text += QLatin1Char(' ') + hop(one.via, u"if"_qs);
                       }
                       return text;
                   },
                   [](const NetlinkNextHopGone&) { return u"nexthop"_qs; }, [](const NetlinkDone&) { return u"done"_qs; },
                   [](const NetlinkFailure& m) { return QString(u"failure %1"_qs.arg(m.error)); },
                   [](const NetlinkOverrun&) { return u"overrun"_qs; }},
        message.body);
    return message.ofDump ? QString(body + u" (dump)"_qs) : body;
}

QString toText(const Observed& seen) {
    return std::visit(
        Overloaded{[](const EngineSeen& s) { return QString(u"engine "_qs + upDown(s.running)); },
                   [](const NodeSeen& s) { return QString(sign(s.exists) + u"node "_qs + s.node.name); },
                   [](const ProcessForgotten& s) { return QString(u"%1 forgot %2"_qs.arg(s.node.name, s.service)); },
                   [](const ProcessSeen& s) {
                       return s.running ? QString(u"%1 runs %2"_qs.arg(s.node.name, s.service))
                                        : QString(u"%1 lost %2 %3/%4 [%5]"_qs.arg(s.node.name, s.service)
                                                      .arg(s.exitCode)
                                                      .arg(s.signal)
                                                      .arg(QString(s.lastLogLines).replace(QLatin1Char('\n'), QLatin1Char('|'))));
                   },
                   [](const InterfaceSeen& s) {
                       return QString(u"%1 %2link %3 %4 %5"_qs.arg(s.node.name, sign(s.exists), s.name, upDown(s.adminUp),
                                                                   s.carrier ? u"carrier"_qs : u"no-carrier"_qs));
                   },
                   [](const AddressSeen& s) {
                       return QString(u"%1 %2address %3 %4"_qs.arg(s.node.name, sign(s.present), s.interface, s.address.toString()));
                   },
                   [](const RouteSeen& s) {
                       QString text = u"%1 %2route %3 %4"_qs.arg(s.node.name, sign(s.present), s.prefix.toString(), s.protocol);
                       for (const NextHop& one : s.nextHops) {
                           text += QLatin1Char(' ') + hop(one.via, one.interface);
                       }
                       return text;
                   },
                   [](const NetlinkResync& s) { return QString(s.node.name + u" resync"_qs); },
                   [](const PeerUpSeen& s) { return QString(u"%1 up %2 AS%3"_qs.arg(s.node.name, s.peer.toString()).arg(s.peerAsn)); },
                   [](const PeerDownSeen& s) { return QString(u"%1 down %2: %3"_qs.arg(s.node.name, s.peer.toString(), s.reason)); },
                   [](const BgpRouteSeen& s) {
                       return QString(u"%1 %2bgp %3 from %4 path %5"_qs.arg(s.node.name, sign(s.present), s.prefix.toString(),
                                                                            s.peer.toString(), joined(s.asPath.read())));
                   },
                   [](const BmpSeen& s) { return QString(s.node.name + u" bmp "_qs + upDown(s.connected)); },
                   [](const FsmSeen& s) {
                       return s.configured
                                  ? QString(u"%1 fsm %2 %3 tries %4 [%5]%6"_qs.arg(s.node.name, s.peer.toString(), state::toString(s.state))
                                                .arg(s.connectTries)
                                                .arg(s.lastError, s.adminShut ? u" shut"_qs : QString()))
                                  : QString(u"%1 fsm %2 none"_qs.arg(s.node.name, s.peer.toString()));
                   },
                   [](const LeaseSeen& s) {
                       return QString(u"%1 %2lease %3 %4 %5"_qs.arg(s.node.name, sign(s.present), s.port, s.address.toString(), s.mac));
                   },
                   [](const PodSeen& s) {
                       return QString(
                           u"pod %1 %2 %3"_qs.arg(s.pod, s.exists ? u"exists"_qs : u"gone"_qs, s.ready ? u"ready"_qs : u"waits"_qs));
                   },
                   [](const LinkAdminSeen& s) { return QString(u"cable %1 %2"_qs.arg(s.link.name, s.up ? u"joined"_qs : u"cut"_qs)); },
                   [](const ClusterSeen& s) { return QString(u"cluster %1 [%2]"_qs.arg(upDown(s.live), s.reason)); },
                   [](const ClusterPodsListed& s) { return QString(u"cluster pods "_qs + joined(s.pods)); },
                   [](const ClusterPodSeen& s) { return QString(sign(s.exists) + u"cluster pod "_qs + toText(s.pod)); },
                   [](const ClusterNodesListed& s) { return QString(u"cluster nodes "_qs + joined(s.nodes)); },
                   [](const ClusterNodeSeen& s) { return QString(sign(s.exists) + u"cluster node "_qs + toText(s.node)); },
                   [](const TestLegSeen& s) { return QString(u"leg "_qs + s.from); },
                   [](const FlowSeen& s) { return QString(u"flow %1 %2 %3"_qs.arg(s.from, s.to, s.ok ? u"ok"_qs : s.reason)); },
                   [](const LossSeen& s) { return QString(u"loss %1 %2"_qs.arg(s.source).arg(s.count)); },
                   [](const UsageSeen& s) {
                       return QString(u"%1 uses %2 us %3 bytes"_qs.arg(s.node.name).arg(s.cpuMicroseconds).arg(s.memoryBytes));
                   },
                   [](const TrafficSeen& s) {
                       QString text = s.node.name + u" traffic"_qs;
                       for (const PortCounters& port : s.ports) {
                           text += u" %1 rx %2 tx %3 dropped %4"_qs.arg(port.port)
                                       .arg(port.rxBytes)
                                       .arg(port.txBytes)
                                       .arg(port.rxDropped + port.txDropped);
                       }
                       return text;
                   },
                   [](const SyncedSeen& s) { return QString(u"%1 synced %2"_qs.arg(s.node.name, s.source)); }},
        seen);
}

} // namespace podleaf::test
