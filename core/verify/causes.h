// SPDX-License-Identifier: GPL-3.0-or-later
// Causes as sentences: why a session is down, why a BGP route is not in a kernel. Pure; any thread.
#pragma once

#include <core/intent/intent.h>
#include <core/model/lab.h>
#include <core/state/lab_state.h>

namespace podleaf::verify {

/// What every check looks at, passed as one.
struct Picture {
    const model::Lab& lab;
    const intent::Intent& intent;
    const state::LabState& state;
};

/// Why the session is not Established: "bgpd on host2 was killed by signal 9." Never empty for one that is down.
QString sessionCause(const Picture& picture, const NodeId& node, Ipv4Address peer);

/// Why `route` is not in its node's kernel, as a clause without a full stop: "the session to host2 is not
/// Established because bgpd on host2 was killed by signal 9". Follows the announcement back to its owner.
/// Empty when nothing is known to be wrong.
QString routeCause(const Picture& picture, const intent::ExpectedRoute& route);

/// The most specific expected route of `node` that covers `address`, or nullptr.
const intent::ExpectedRoute* expectedRoute(const Picture& picture, const NodeId& node, Ipv4Address address);

/// Why a host's port has no address, from the cable to the lease.
QString leaseCause(const Picture& picture, const model::Link& link, std::size_t hostEnd);

/// A clause as a sentence of its own: full stop last, "the" at its begin in upper case; names stay as they are.
QString asSentence(const QString& clause);

} // namespace podleaf::verify
