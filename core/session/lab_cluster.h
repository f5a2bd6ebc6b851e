// SPDX-License-Identifier: GPL-3.0-or-later
// The way to the cluster of a running lab, and to ports in its nodes, from this host. Blocking; any thread.
#pragma once

#include "lab_session.h"

#include <core/channel/port_forward.h>
#include <core/kube/cluster_access.h>

#include <memory>

namespace podleaf::session {

/// `localPort`: on this host, 0 for a free one. The session outlives it.
/// Errors: NotFound (the lab has no cluster, or not yet), Unreachable (it does not run); those of ClusterAccess::open().
Result<std::unique_ptr<kube::ClusterAccess>> openCluster(OpContext& context, LabSession& session, std::uint16_t localPort = 0);

/// Waits until the context ends, or the lab goes down, which is a success. Errors: Cancelled; Timeout; Unreachable.
Result<> waitWhileLabRuns(const OpContext& context, LabSession& session);

} // namespace podleaf::session
