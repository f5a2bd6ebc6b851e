// SPDX-License-Identifier: GPL-3.0-or-later
// DHCP servers and relays (dnsmasq 2.90), one address per port. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// Where dnsmasq keeps its leases; collectors read it there.
inline constexpr QLatin1String kLeaseFile("/var/lib/misc/dnsmasq.leases");

/// /etc/dnsmasq.d/podleaf.conf of a server or a relay.
QByteArray dnsmasqConfig(const model::Lab& lab, const model::Node& node);

/// What its leases tell, by the host's port; see NodeBlueprint::leases.
std::map<QString, QString> leasesOf(const model::Lab& lab, const model::Node& node);

/// The cable between a relay and its server.
struct RelayCable {
    const model::Link* link = nullptr;
    QString relayPort;
    QString serverPort;
    Ipv4Address relayAddress;
    Ipv4Address serverAddress;
};
std::optional<RelayCable> relayCableOf(const model::Lab& lab, const model::Node& relay);

/// The host at one end of the link, or nullptr.
const model::Node* hostOn(const model::Lab& lab, const model::Link& link);

} // namespace podleaf::blueprint
