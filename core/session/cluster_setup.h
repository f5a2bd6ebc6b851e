// SPDX-License-Identifier: GPL-3.0-or-later
// What a lab with Kubernetes is made with: its programs and images in this user's store. Blocking; any thread.
#pragma once

#include <core/deploy/cluster.h>

namespace podleaf::session {

/// Nothing for a lab without a cluster. Errors: HostLacks, which says what this host has not: root, a program, or what
/// `podleaf kube fetch` gets.
Result<std::optional<deploy::ClusterSetup>> clusterSetup(const OpContext& context, const model::Lab& lab);

/// kubectl for this host: of the cluster's version where this user's store has it, else what PATH has. Errors: HostLacks.
Result<QString> kubectlProgram(const OpContext& context, const model::Kubernetes& kubernetes);

} // namespace podleaf::session
