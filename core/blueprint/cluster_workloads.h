// SPDX-License-Identifier: GPL-3.0-or-later
// A lab's workloads as objects of its cluster: a Deployment and a Service each, and a pod to ask them from. Pure functions;
// any thread.
#pragma once

#include <core/model/lab.h>

#include <QByteArray>

namespace podleaf::blueprint {

/// What Podleaf puts into a cluster has this label, with the name of the set that it belongs to: what has it and is in the set
/// no more is pruned.
inline constexpr QLatin1StringView kSetLabel{"podleaf.dev/set"};
inline constexpr QLatin1StringView kWorkloadSet{"workloads"};

/// The name of the Deployment whose pod tests ask from: "client", or another where a workload has that name.
QString clientName(const model::Lab& lab);

/// A List (v1) as JSON, for `kubectl apply`. Every Service is a NodePort, on the port of its workload.
QByteArray workloadObjects(const model::Lab& lab);

} // namespace podleaf::blueprint
