// SPDX-License-Identifier: GPL-3.0-or-later
#include "target.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace podleaf::deploy {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Deploy", text);
}

} // namespace

std::vector<Target> targetsOf(const model::Lab& lab) {
    std::vector<Target> targets;
    for (const model::Node& node : lab.nodes) {
        targets.push_back(
            {node.id, tr("Routers and DHCP"), blueprint::blueprintOf(lab, node), model::asksForLease(node), lab.linksOf(node.id).size()});
    }
    if (lab.kubernetes) {
        return targets; // the cluster's pods are no nodes of ours
    }
    for (const model::Workload& workload : lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            targets.push_back({NodeId(pod.name), tr("Workload %1").arg(workload.name), blueprint::blueprintOf(lab, workload, pod)});
        }
    }
    return targets;
}

std::vector<const Target*> inStartOrder(const std::vector<Target>& targets) {
    std::vector<const Target*> order;
    for (const Target& target : targets) {
        order.push_back(&target);
    }
    std::ranges::stable_sort(order, {}, [](const Target* target) { return std::pair(target->asksForLease, target->cables); });
    return order;
}

} // namespace podleaf::deploy
