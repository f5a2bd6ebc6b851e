// SPDX-License-Identifier: GPL-3.0-or-later
// Small decoders for text files of a node: dnsmasq's leases and the end of a log. Pure; any thread.
#pragma once

#include <core/base/ipv4.h>
#include <core/model/lab.h>

#include <QByteArray>
#include <QString>

#include <map>

namespace podleaf::observe {

/// MAC address by leased address.
using Leases = std::map<Ipv4Address, QString>;

/// dnsmasq's lease file (dnsmasq(8), --dhcp-leasefile): "expiry mac address hostname client-id" a line. What is
/// not such a line (IPv6, a file that is being written) is passed over; at most 4096 leases.
Leases decodeLeases(const QByteArray& text);

/// The port of `server` on whose link `address` lies; empty when on none.
QString portOfAddress(const model::Lab& lab, const NodeId& server, Ipv4Address address);

/// The last `count` lines of a log, made fit to show; lines are cut at 300 characters.
QString lastLines(const QByteArray& log, int count);

} // namespace podleaf::observe
