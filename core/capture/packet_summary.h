// SPDX-License-Identifier: GPL-3.0-or-later
// PacketSummary: what a frame is, in the words of a packet list, without any other program: Ethernet, 802.1Q, ARP, IPv4,
// IPv6's addresses, ICMP, TCP, UDP and the headers of BGP messages. Hostile bytes; pure; any thread.
#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace podleaf::capture {

struct PacketSummary {
    QString source;
    QString destination;
    QString protocol; ///< The innermost that is known: "ARP", "ICMP", "TCP", "BGP"…
    QString info;     ///< One line.
    bool operator==(const PacketSummary&) const = default;
};

/// A line of a packet's details, with what belongs below it.
struct PacketField {
    QString text;
    std::vector<PacketField> children = {};
    bool operator==(const PacketField&) const = default;
};

PacketSummary summarize(QByteArrayView frame);
/// One entry per header, with its fields.
std::vector<PacketField> dissect(QByteArrayView frame);

} // namespace podleaf::capture
