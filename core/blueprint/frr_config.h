// SPDX-License-Identifier: GPL-3.0-or-later
// FRR's configuration (8.4.4) of switches and hosts. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// A switch's whole frr.conf: one static neighbour per cable.
QByteArray switchFrrConfig(const model::Lab& lab, const model::Node& node);

/// A host's frr.conf before its lease: what all hosts have in common, without any neighbour.
QByteArray hostFrrSkeleton(const model::Lab& lab);
/// The skeleton with the part that the DHCP hook fills in: @ASN@, @ROUTER_ID@ and, once for each lease, the lines with
/// @GATEWAY@.
QByteArray hostFrrTemplate(const model::Lab& lab);
/// The whole frr.conf of a host that gets nothing by DHCP.
QByteArray renderedHostFrrConfig(const model::Lab& lab, const model::Node& host);
/// zebra.conf of such a host: BGP routes have its loopback as their source, because nobody but its own leaf knows
/// the address of its port.
QByteArray zebraSourceConfig(Ipv4Address loopback);

/// zebra.conf of a switch with several ways. Without kernel nexthop objects: when a port goes down the kernel takes it out of
/// the groups that it is in, and FRR 8.4.4 does not put it back when the port returns; a route then keeps one way of two.
QByteArray multipathZebraConfig();

/// /etc/frr/bfdd.conf.
File bfddConfig();
/// /etc/frr/daemons and /etc/frr/vtysh.conf.
std::vector<File> frrSupportFiles(const model::Lab& lab);

} // namespace podleaf::blueprint
