// SPDX-License-Identifier: GPL-3.0-or-later
// FRR's configuration (8.4.4) of leaves and hosts. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// A leaf's whole frr.conf: one static neighbour per host it is cabled to.
QByteArray leafFrrConfig(const model::Lab& lab, const model::Node& leaf);

/// A host's frr.conf before its lease: what all hosts have in common, without any neighbour.
QByteArray hostFrrSkeleton(const model::Lab& lab);
/// The skeleton with the part that the DHCP hook fills in: @ASN@, @ROUTER_ID@ and @GATEWAY@.
QByteArray hostFrrTemplate(const model::Lab& lab);

/// /etc/frr/daemons and /etc/frr/vtysh.conf.
std::vector<File> frrSupportFiles();

} // namespace podleaf::blueprint
