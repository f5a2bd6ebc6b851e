// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab.h"

#include <algorithm>

namespace podleaf::model {

QString engineWord(EngineKind kind) {
    return kind == EngineKind::Simulated ? QStringLiteral("simulated") : QStringLiteral("namespaces");
}

QStringList kubernetesVersions() {
    return {QStringLiteral("1.37.2")};
}

const Node* Lab::findNode(const NodeId& node) const {
    const auto it = std::ranges::find(nodes, node, &Node::id);
    return it == nodes.end() ? nullptr : &*it;
}

const Link* Lab::findLink(const LinkId& link) const {
    const auto it = std::ranges::find(links, link, &Link::id);
    return it == links.end() ? nullptr : &*it;
}

QString Group::nodeNames() const {
    QStringList names;
    for (const NodeId& node : nodes) {
        names << node.name;
    }
    return names.join(QStringLiteral(", "));
}

const Group* Lab::findGroup(const QString& group) const {
    const auto it = std::ranges::find(groups, group, &Group::name);
    return it == groups.end() ? nullptr : &*it;
}

const Group* Lab::groupOf(const NodeId& node) const {
    const auto it =
        std::ranges::find_if(groups, [&node](const Group& group) { return std::ranges::find(group.nodes, node) != group.nodes.end(); });
    return it == groups.end() ? nullptr : &*it;
}

std::vector<Pod> Lab::pods() const {
    std::vector<Pod> all;
    if (kubernetes) {
        return all;
    }
    for (const Workload& workload : workloads) {
        all.insert(all.end(), workload.pods.begin(), workload.pods.end());
    }
    return all;
}

std::vector<const Link*> Lab::linksOf(const NodeId& node) const {
    std::vector<const Link*> found;
    for (const Link& link : links) {
        if (link.ends[0].node == node || link.ends[1].node == node) {
            found.push_back(&link);
        }
    }
    return found;
}

QString neighbourName(const Lab& lab, const Link& link, std::size_t end) {
    return lab.isNumbered() ? link.addresses[1 - end].toString() : link.ends[end].port;
}

int endAt(const Link& link, const NodeId& node) {
    return link.ends[0].node == node ? 0 : 1;
}

} // namespace podleaf::model
