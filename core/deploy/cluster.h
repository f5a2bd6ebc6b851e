// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster of a lab: what of kubeadm's work is done on which host, and the steps that do the rest. What is done is noted
// in the host itself, below kClusterNotes, on the disk that outlives a power cycle: so an interrupted `up` goes on where it
// was, whoever calls it. Steps run on worker threads.
#pragma once

#include <core/engine/engine.h>
#include <core/model/lab.h>
#include <core/plan/plan.h>

#include <QSet>

#include <map>

namespace podleaf::deploy {

/// Where the programs of the lab's version of Kubernetes are on this host.
struct ClusterSetup {
    QString programs;   ///< A folder that nodes show as blueprint::kKubernetesPrograms.
    QStringList images; ///< Of the OCI archives in it, by their paths there.
};

/// A file in it for each thing that is done, by the name of Deed.
inline constexpr QLatin1StringView kClusterNotes{"/etc/kubernetes/podleaf-steps"};

/// What is noted on a host. Errors: those of the channel; a host without notes has none.
Result<QSet<QString>> clusterNotes(OpContext& context, engine::Engine& engine, const NodeId& host);

/// What of the cluster's making is to be put behind which steps of each host: those that start its services.
using StartedBy = std::map<NodeId, std::vector<plan::StepIndex>>;

/// Appends the steps that are not noted yet in `notes`, which has each host's. Nothing when all is done.
void addClusterSteps(plan::Plan& plan, const model::Lab& lab, const ClusterSetup& setup, const std::map<NodeId, QSet<QString>>& notes,
                     const StartedBy& startedBy, engine::Engine& engine);

} // namespace podleaf::deploy
