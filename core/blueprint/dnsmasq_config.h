// SPDX-License-Identifier: GPL-3.0-or-later
// The leaf's DHCP server (dnsmasq 2.90), one address per port. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// Where dnsmasq keeps its leases; collectors read it there.
inline constexpr QLatin1String kLeaseFile("/var/lib/misc/dnsmasq.leases");

/// /etc/dnsmasq.d/podleaf.conf of `leaf`.
QByteArray dnsmasqConfig(const model::Lab& lab, const model::Node& leaf);

} // namespace podleaf::blueprint
