// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet_summary.h"

#include <core/base/ipv4.h>

#include <QCoreApplication>
#include <QStringList>
#include <QtEndian>

#include <arpa/inet.h>
#include <array>
#include <optional>

namespace podleaf::capture {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("PacketSummary", text);
}

template <class T>
T numberAt(QByteArrayView bytes, qsizetype at) {
    return qFromBigEndian<T>(bytes.data() + at);
}

QString macAt(QByteArrayView bytes, qsizetype at) {
    return QString::fromLatin1(bytes.sliced(at, 6).toByteArray().toHex(':'));
}

QString ipv4At(QByteArrayView bytes, qsizetype at) {
    return Ipv4Address(numberAt<quint32>(bytes, at)).toString();
}

QString ipv6At(QByteArrayView bytes, qsizetype at) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return QString::fromLatin1(::inet_ntop(AF_INET6, bytes.data() + at, text.data(), text.size()));
}

QString hex(unsigned value, int digits) {
    return QStringLiteral("0x%1").arg(value, digits, 16, QLatin1Char('0'));
}

/// One walk through a frame; fills both the line of the list and the details.
class Walk final {
public:
    explicit Walk(QByteArrayView frame) { ethernet(frame); }

    PacketSummary summary;
    std::vector<PacketField> fields;

private:
    void ethernet(QByteArrayView frame);
    void network(unsigned type, QByteArrayView bytes);
    void arp(QByteArrayView bytes);
    void ipv4(QByteArrayView bytes);
    void ipv6(QByteArrayView bytes);
    void transport(unsigned protocol, QByteArrayView bytes);
    void icmp(QByteArrayView bytes);
    void tcp(QByteArrayView bytes);
    void udp(QByteArrayView bytes);
    void bgp(QByteArrayView bytes);
    void cutOff(const QString& protocol) {
        summary.protocol = protocol;
        summary.info = tr("cut off");
        fields.push_back({tr("%1, cut off").arg(protocol)});
    }
    PacketField& add(const QString& text) {
        fields.push_back({text});
        return fields.back();
    }
};

void Walk::ethernet(QByteArrayView frame) {
    if (frame.size() < 14) {
        return cutOff(QStringLiteral("Ethernet"));
    }
    summary.destination = macAt(frame, 0);
    summary.source = macAt(frame, 6);
    summary.protocol = QStringLiteral("Ethernet");
    PacketField& header = add(tr("Ethernet, from %1 to %2").arg(summary.source, summary.destination));
    header.children = {{tr("Destination: %1").arg(summary.destination)}, {tr("Source: %1").arg(summary.source)}};
    unsigned type = numberAt<quint16>(frame, 12);
    QByteArrayView rest = frame.sliced(14);
    for (int tags = 0; (type == 0x8100 || type == 0x88a8) && tags < 2 && rest.size() >= 4; ++tags) {
        add(tr("VLAN %1").arg(numberAt<quint16>(rest, 0) & 0xfffU));
        type = numberAt<quint16>(rest, 2);
        rest = rest.sliced(4);
    }
    fields.front().children.push_back({tr("Type: %1").arg(hex(type, 4))});
    network(type, rest);
}

void Walk::network(unsigned type, QByteArrayView bytes) {
    switch (type) {
    case 0x0806:
        return arp(bytes);
    case 0x0800:
        return ipv4(bytes);
    case 0x86dd:
        return ipv6(bytes);
    case 0x88cc:
        summary.protocol = QStringLiteral("LLDP");
        summary.info = tr("Link layer discovery");
        return;
    default:
        summary.info = tr("Type %1").arg(hex(type, 4));
    }
}

/// RFC 826
void Walk::arp(QByteArrayView bytes) {
    if (bytes.size() < 28 || numberAt<quint16>(bytes, 2) != 0x0800 || bytes[4] != 6 || bytes[5] != 4) {
        return cutOff(QStringLiteral("ARP"));
    }
    summary.protocol = QStringLiteral("ARP");
    const QString sender = ipv4At(bytes, 14);
    const QString target = ipv4At(bytes, 24);
    const unsigned operation = numberAt<quint16>(bytes, 6);
    summary.info = operation == 1   ? tr("Who has %1? Tell %2").arg(target, sender)
                   : operation == 2 ? tr("%1 is at %2").arg(sender, macAt(bytes, 8))
                                    : tr("Operation %1").arg(operation);
    add(tr("ARP: %1").arg(summary.info)).children = {{tr("Sender: %1, %2").arg(macAt(bytes, 8), sender)},
                                                     {tr("Target: %1, %2").arg(macAt(bytes, 18), target)}};
}

/// RFC 791 §3.1
void Walk::ipv4(QByteArrayView bytes) {
    const qsizetype header = bytes.isEmpty() ? 0 : (bytes[0] & 0xf) * 4;
    if (header < 20 || bytes.size() < header) {
        return cutOff(QStringLiteral("IPv4"));
    }
    summary.source = ipv4At(bytes, 12);
    summary.destination = ipv4At(bytes, 16);
    summary.protocol = QStringLiteral("IPv4");
    const unsigned protocol = static_cast<quint8>(bytes[9]);
    const unsigned fragment = numberAt<quint16>(bytes, 6) & 0x1fffU;
    const qsizetype total = std::clamp<qsizetype>(numberAt<quint16>(bytes, 2), header, bytes.size());
    add(tr("IPv4, from %1 to %2").arg(summary.source, summary.destination)).children = {
        {tr("Length: %1 bytes").arg(numberAt<quint16>(bytes, 2))},
        {tr("Identification: %1").arg(hex(numberAt<quint16>(bytes, 4), 4))},
        {tr("Fragment offset: %1").arg(fragment * 8)},
        {tr("Time to live: %1").arg(static_cast<quint8>(bytes[8]))},
        {tr("Protocol: %1").arg(protocol)}};
    if (fragment != 0) {
        summary.info = tr("Fragment at %1 of %2").arg(fragment * 8).arg(hex(numberAt<quint16>(bytes, 4), 4));
        return;
    }
    transport(protocol, bytes.sliced(header, total - header));
}

/// RFC 8200 §3; extension headers are not walked.
void Walk::ipv6(QByteArrayView bytes) {
    if (bytes.size() < 40) {
        return cutOff(QStringLiteral("IPv6"));
    }
    summary.source = ipv6At(bytes, 8);
    summary.destination = ipv6At(bytes, 24);
    summary.protocol = QStringLiteral("IPv6");
    const unsigned next = static_cast<quint8>(bytes[6]);
    add(tr("IPv6, from %1 to %2").arg(summary.source, summary.destination)).children = {
        {tr("Payload length: %1 bytes").arg(numberAt<quint16>(bytes, 4))},
        {tr("Next header: %1").arg(next)},
        {tr("Hop limit: %1").arg(static_cast<quint8>(bytes[7]))}};
    transport(next, bytes.sliced(40));
}

void Walk::transport(unsigned protocol, QByteArrayView bytes) {
    switch (protocol) {
    case 1:
        return icmp(bytes);
    case 6:
        return tcp(bytes);
    case 17:
        return udp(bytes);
    case 58:
        summary.protocol = QStringLiteral("ICMPv6");
        summary.info = bytes.isEmpty() ? QString() : tr("Type %1").arg(static_cast<quint8>(bytes[0]));
        return;
    default:
        summary.info = tr("Protocol %1").arg(protocol);
    }
}

/// RFC 792
void Walk::icmp(QByteArrayView bytes) {
    if (bytes.size() < 8) {
        return cutOff(QStringLiteral("ICMP"));
    }
    summary.protocol = QStringLiteral("ICMP");
    const unsigned type = static_cast<quint8>(bytes[0]);
    const unsigned code = static_cast<quint8>(bytes[1]);
    const QString echo = tr("id %1, sequence %2").arg(numberAt<quint16>(bytes, 4)).arg(numberAt<quint16>(bytes, 6));
    summary.info = type == 8    ? tr("Echo request, %1").arg(echo)
                   : type == 0  ? tr("Echo reply, %1").arg(echo)
                   : type == 3  ? tr("Destination unreachable, code %1").arg(code)
                   : type == 11 ? tr("Time to live exceeded")
                                : tr("Type %1, code %2").arg(type).arg(code);
    add(tr("ICMP: %1").arg(summary.info)).children = {{tr("Type: %1").arg(type)}, {tr("Code: %1").arg(code)}};
}

/// RFC 9293 §3.1
void Walk::tcp(QByteArrayView bytes) {
    const qsizetype header = bytes.size() < 20 ? 0 : (static_cast<quint8>(bytes[12]) >> 4) * 4;
    if (header < 20 || bytes.size() < header) {
        return cutOff(QStringLiteral("TCP"));
    }
    summary.protocol = QStringLiteral("TCP");
    static constexpr std::array<const char*, 6> kFlags{"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
    QStringList flags;
    for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
        if ((static_cast<quint8>(bytes[13]) & (1U << bit)) != 0) {
            flags += QString::fromLatin1(kFlags[bit]);
        }
    }
    const unsigned from = numberAt<quint16>(bytes, 0);
    const unsigned to = numberAt<quint16>(bytes, 2);
    const qsizetype payload = bytes.size() - header;
    summary.info = tr("%1 → %2 [%3] sequence %4, %5 bytes")
                       .arg(from)
                       .arg(to)
                       .arg(flags.join(QStringLiteral(", ")))
                       .arg(numberAt<quint32>(bytes, 4))
                       .arg(payload);
    add(tr("TCP, from port %1 to port %2").arg(from).arg(to)).children = {{tr("Sequence: %1").arg(numberAt<quint32>(bytes, 4))},
                                                                          {tr("Acknowledgment: %1").arg(numberAt<quint32>(bytes, 8))},
                                                                          {tr("Flags: %1").arg(flags.join(QStringLiteral(", ")))},
                                                                          {tr("Window: %1").arg(numberAt<quint16>(bytes, 14))},
                                                                          {tr("Payload: %1 bytes").arg(payload)}};
    if ((from == 179 || to == 179) && payload > 0) {
        bgp(bytes.sliced(header));
    }
}

void Walk::udp(QByteArrayView bytes) {
    if (bytes.size() < 8) {
        return cutOff(QStringLiteral("UDP"));
    }
    const unsigned from = numberAt<quint16>(bytes, 0);
    const unsigned to = numberAt<quint16>(bytes, 2);
    const auto isPort = [from, to](unsigned port) { return from == port || to == port; };
    summary.protocol = isPort(67) || isPort(68) ? QStringLiteral("DHCP") : isPort(53) ? QStringLiteral("DNS") : QStringLiteral("UDP");
    summary.info = tr("%1 → %2, %3 bytes").arg(from).arg(to).arg(bytes.size() - 8);
    add(tr("UDP, from port %1 to port %2").arg(from).arg(to)).children = {{tr("Length: %1 bytes").arg(numberAt<quint16>(bytes, 4))}};
}

/// RFC 4271 §4.1: the headers of the messages that begin in this segment.
void Walk::bgp(QByteArrayView bytes) {
    static constexpr std::array<const char*, 6> kTypes{"", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "ROUTE-REFRESH"};
    QStringList messages;
    while (bytes.size() >= 19 && bytes.first(16) == QByteArray(16, '\xff')) {
        const qsizetype length = numberAt<quint16>(bytes, 16);
        const std::size_t type = static_cast<quint8>(bytes[18]);
        if (length < 19 || type == 0 || type >= kTypes.size()) {
            break;
        }
        messages += QString::fromLatin1(kTypes[type]);
        add(tr("BGP: %1, %2 bytes").arg(messages.constLast()).arg(length));
        bytes = bytes.sliced(std::min(length, bytes.size()));
    }
    if (!messages.isEmpty()) {
        summary.protocol = QStringLiteral("BGP");
        summary.info = messages.join(QStringLiteral(", "));
    }
}

} // namespace

PacketSummary summarize(QByteArrayView frame) {
    return Walk(frame).summary;
}

std::vector<PacketField> dissect(QByteArrayView frame) {
    return Walk(frame).fields;
}

} // namespace podleaf::capture
