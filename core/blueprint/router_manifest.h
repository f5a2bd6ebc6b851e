// SPDX-License-Identifier: GPL-3.0-or-later
// The DaemonSet that routes a cluster: on each host one pod with podleaf-router (app/router), which runs FRR in the host's own
// network namespace. Pure functions; any thread.
#pragma once

#include "blueprint.h"

namespace podleaf::blueprint {

/// Where a host keeps what its lease said; the DHCP hook writes it, the router pod reads it.
inline constexpr QLatin1StringView kHostLease("/run/podleaf/lease");

/// Whether pods speak BGP for the hosts. Else their own services do: always without Kubernetes, and where links are unnumbered,
/// as a host there has no default route, hence no way to its API server, before BGP has told it one.
bool hasRouterPods(const model::Lab& lab);

/// kHostLease of a host that gets no lease.
File hostLease(const model::Node& host);

/// The ConfigMap and the DaemonSet, both called podleaf-router in kube-system, as one List in JSON for `kubectl apply`. The
/// lab must have router pods.
QByteArray routerManifest(const model::Lab& lab);

} // namespace podleaf::blueprint
