// SPDX-License-Identifier: GPL-3.0-or-later
// FRR's configuration (8.4.4) of switches and hosts. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// A switch's whole frr.conf: one static neighbour per cable.
QByteArray switchFrrConfig(const model::Lab& lab, const model::Node& from);

/// A host's frr.conf before its lease: what all hosts have in common, without any neighbour.
QByteArray hostFrrSkeleton(const model::Lab& lab);
/// The skeleton with the part that the DHCP hook fills in: @ASN@, @ROUTER_ID@ and, once for each lease, the lines with
/// @GATEWAY@.
QByteArray hostFrrTemplate(const model::Lab& lab);
/// The template of a cluster's hosts, of which the router pod of each (app/router) makes its bgpd's configuration: with the same
/// marks, and @POD_CIDR@ and @LOOPBACK@, whose lines are left out where a host has none.
QByteArray routerFrrTemplate(const model::Lab& lab);
/// The whole frr.conf of a host that gets nothing by DHCP.
QByteArray renderedHostFrrConfig(const model::Lab& lab, const model::Node& host);
/// /etc/frr/zebra.conf where a node needs one, else nothing. Where routes may have several next hops, it keeps zebra
/// from using the kernel's nexthop objects. On a host of a lab without DHCP it makes `source` the source of BGP routes,
/// because nobody but the host's own leaf knows the address of its port.
std::optional<File> zebraConfig(const model::Lab& lab, const std::optional<Ipv4Address>& source);
/// Whether there may be several equally good ways from one node to another.
bool isMultipath(const model::Lab& lab);

/// /etc/frr/staticd.conf of a switch of a cluster, where it is joined to hosts that are known by their loopbacks: the ways to
/// these, worse than what BGP tells. Before a host's router pod runs nobody announces them, and without them it does not come to
/// run: the answers of the API server would not find the host.
std::optional<File> staticdConfig(const model::Lab& lab, const model::Node& from);

/// /etc/frr/bfdd.conf.
File bfddConfig();
/// /etc/frr/daemons, which names `more` daemons, and /etc/frr/vtysh.conf.
std::vector<File> frrSupportFiles(const model::Lab& lab, const QStringList& more = {});

} // namespace podleaf::blueprint
