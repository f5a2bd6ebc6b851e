// SPDX-License-Identifier: GPL-3.0-or-later
#include "deploy.h"

#include "manifest.h"
#include "step_words.h"

#include <core/engine/node_setup.h>
#include <core/model/node_kinds.h>

#include <QCoreApplication>

namespace podleaf::deploy {

namespace {

constexpr qsizetype kMaxManifestBytes = 1 << 20;

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

} // namespace

Topology topologyOf(const model::Lab& lab, const std::optional<ClusterSetup>& cluster) {
    Topology topology;
    for (const model::Node& node : lab.nodes) {
        const bool isInCluster = lab.kubernetes && cluster && model::infoOf(node.kind).runsPods;
        topology.nodes.push_back(
            {node.id, node.id.name, blueprint::blueprintOf(lab, node).bridges, isInCluster, isInCluster ? cluster->programs : QString()});
    }
    for (const model::Link& link : lab.links) {
        topology.links.push_back({link.id, {link.ends[0].node, link.ends[0].port, {}}, {link.ends[1].node, link.ends[1].port, {}}});
    }
    std::map<NodeId, int> podsOnHost;
    for (const model::Pod& pod : lab.pods()) {
        topology.nodes.push_back({NodeId(pod.name), pod.name, {}});
        const QString port = QStringLiteral("veth%1").arg(++podsOnHost[pod.host]);
        topology.links.push_back({LinkId(QStringLiteral("pod-") + pod.name),
                                  {pod.host, port, QStringLiteral("cbr0")},
                                  {NodeId(pod.name), QStringLiteral("eth0"), {}}});
    }
    return topology;
}

Result<Survey> survey(OpContext& context, engine::Engine& engine) {
    auto listing = engine.list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    Survey survey{std::move(*listing), {}};
    for (const engine::ListedNode& node : survey.listing.nodes) {
        const NodeId& id = node.spec.id;
        auto services = engine.nodeSetup()->runningServices(context, id);
        if (!services) {
            return fail(std::move(services.error()));
        }
        // No manifest yet: an earlier `up` was stopped before this node got its content.
        auto manifest = engine.channel(id)->download(context, QString(kManifestPath), kMaxManifestBytes);
        if (!manifest && manifest.error().code != ErrorCode::NotFound) {
            return fail(std::move(manifest.error()));
        }
        auto notes = node.spec.runsContainers ? clusterNotes(context, engine, id) : QSet<QString>();
        if (!notes) {
            return fail(std::move(notes.error()));
        }
        survey.nodes[id] = {manifest ? manifestFromJson(*manifest) : std::nullopt, *services, *notes};
    }
    return survey;
}

plan::Plan planDown(const model::Lab& lab, const engine::Listing& listing, engine::Engine& engine) {
    plan::Plan plan;
    plan.title = tr("Down %1").arg(lab.id.name);
    if (listing.running || listing.remains) {
        plan::Step step;
        step.title =
            listing.running
                ? tr("Remove %1")
                      .arg(countedParts(static_cast<qsizetype>(listing.nodes.size()), static_cast<qsizetype>(listing.links.size())))
                : tr("Remove what was left when it was killed");
        step.subject = lab.id.name;
        step.group = tr("Remove");
        step.reason = tr("asked for");
        step.kind = plan::StepKind::Remove;
        step.run = [engine = &engine](OpContext& context) { return engine->remove(context); };
        plan.steps.push_back(std::move(step));
    }
    return plan;
}

} // namespace podleaf::deploy
