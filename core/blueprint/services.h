// SPDX-License-Identifier: GPL-3.0-or-later
// The daemons of a node and how each is started. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

inline constexpr QLatin1StringView kDhcpHook("/usr/lib/podleaf/dhcp-hook");
inline constexpr QLatin1StringView kDhcpRenew("/usr/lib/podleaf/dhcp-renew");
inline constexpr QLatin1StringView kFrrTemplate("/usr/lib/podleaf/frr.conf.in"); ///< What the hook makes frr.conf of.
/// On hosts: start the daemon with what the last lease said (resources/templates).
inline constexpr QLatin1StringView kHostBgpd("/usr/lib/podleaf/bgpd");
inline constexpr QLatin1StringView kHostZebra("/usr/lib/podleaf/zebra");
inline constexpr QLatin1StringView kBgpdReload("/usr/lib/podleaf/bgpd-reload"); ///< Where frr.conf is rendered.
inline constexpr QLatin1StringView kBgpd("/usr/lib/frr/bgpd");
inline constexpr QLatin1StringView kZebra("/usr/lib/frr/zebra");

/// `configFile` may be empty: without one zebra leaves an integrated frr.conf alone.
Service zebraService(QLatin1StringView program, const QString& configFile);
Service bgpdService(QLatin1StringView program, std::uint32_t asn, bool withBfd);
Service bfddService();
Service staticdService();
Service dnsmasqService();
/// Who speaks BGP for a host: services of its own, or a pod.
enum class RoutedBy { Services, RouterPod };
/// The client on `port`; the first one of a node is called "udhcpc", others have their port's name behind it.
Service udhcpcService(const QString& port, bool isFirst, RoutedBy routedBy);

} // namespace podleaf::blueprint
