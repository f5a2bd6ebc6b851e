// SPDX-License-Identifier: GPL-3.0-or-later
// The planner: Lab × what exists → the steps that are missing. Surveying blocks; planning is pure but
// for the engine that the steps hold on to, which must outlive the plan. Any thread.
#pragma once

#include "cluster.h"
#include "due_turns.h"
#include "manifest.h"

#include <core/engine/engine.h>
#include <core/model/lab.h>
#include <core/plan/plan.h>

#include <QStringList>

#include <map>
#include <set>

namespace podleaf::deploy {

/// What one node holds already.
struct NodeSurvey {
    std::optional<Manifest> manifest; ///< Of the content that was applied last; none when none was.
    QStringList runningServices;
    QSet<QString> clusterNotes = {}; ///< Of a node that runs containers.
};

/// What exists of the lab on the host.
struct Survey {
    engine::Listing listing;
    std::map<NodeId, NodeSurvey> nodes;       ///< Leaves, hosts and pods that exist.
    DueTurns due = {};                        ///< What an interrupted change did not come to.
    std::optional<ClusterSetup> cluster = {}; ///< What a lab with Kubernetes is made with; without it its hosts run no cluster.
};

struct UpPlan {
    plan::Plan plan;
    DueTurns due; ///< To be kept from before the plan is run until its steps have succeeded.
};

/// Asks the engine and every existing node.
Result<Survey> survey(OpContext& context, engine::Engine& engine);

/// The steps from `survey` to `lab`, each with the reason it is there; empty when nothing differs. What is as it
/// should be is kept and named in the plan. Services are started, reloaded or restarted only where their own
/// files, command line or DHCP server changed. Cables that the user cut stay cut: a cut is a fault on purpose,
/// not a difference.
UpPlan planChange(const model::Lab& lab, const Survey& survey, engine::Engine& engine); // up_planner.cpp
plan::Plan planUp(const model::Lab& lab, const Survey& survey, engine::Engine& engine);

/// What of a lab to start: these nodes with their pods, and of their services this one or, when it is empty, all.
struct StartScope {
    std::set<NodeId> nodes;
    QString service;
};

/// The steps of planUp() that bring back part of a running lab, and nothing else of it.
plan::Plan planStart(const model::Lab& lab, const Survey& survey, engine::Engine& engine, const StartScope& scope); // up_planner.cpp

/// The steps that remove the lab; empty when nothing of it runs or is left.
plan::Plan planDown(const model::Lab& lab, const engine::Listing& listing, engine::Engine& engine);

/// Everything the engine must make for `lab`: leaves, hosts and pods; cables and the pods' own cables.
struct Topology {
    std::vector<engine::NodeSpec> nodes;
    std::vector<engine::LinkSpec> links;
};
Topology topologyOf(const model::Lab& lab, const std::optional<ClusterSetup>& cluster = {});

} // namespace podleaf::deploy
