// SPDX-License-Identifier: GPL-3.0-or-later
// The way packets take between two places of a lab: the real one, from the kernels' tables as observed, beside the
// intended one, and where and why it stops. Pure; any thread.
#pragma once

#include "causes.h"
#include "trace_path.h"

#include <core/base/result.h>

#include <optional>

namespace podleaf::verify {

/// The place that a user names: a leaf, host or pod, or an IPv4 address, which may be nobody's. A leaf or host is
/// asked at its loopback or, where it has none, at the address of its first port. Errors: NotFound (no such place, or it
/// has no address).
Result<TracePlace> findPlace(const Picture& picture, const QString& nameOrAddress);

/// Both ways between two places that findPlace() gave. The result's from.address is what `from` asks from.
Trace traceBetween(const Picture& picture, const TracePlace& from, const TracePlace& to);

/// One way, as observed.
TracePath tracePath(const Picture& picture, const TracePlace& from, Ipv4Address to);

/// The address that `from` asks from, as observed: its own, else what the route to `to` chooses. Nullopt when there is
/// no such route.
std::optional<Ipv4Address> sourceAddress(const Picture& picture, const TracePlace& from, Ipv4Address to);

} // namespace podleaf::verify
