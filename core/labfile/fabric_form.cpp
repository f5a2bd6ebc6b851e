// SPDX-License-Identifier: GPL-3.0-or-later
// The short form `fabric:` → nodes and links. Names and ports are chosen so that whatever exists keeps its own when a
// number in the short form grows: host2-3 is the third host of leaf2, on its port swp3, however many there are.
#include "declarations.h"

namespace podleaf::labfile {

namespace {

constexpr std::uint32_t kFirstUplink = 49; ///< Below are the hosts' ports.

NodeDeclaration nodeOf(const QString& name, model::NodeKind kind, Place place) {
    NodeDeclaration node;
    node.name = name;
    node.place = place;
    node.kind = kind;
    return node;
}

LinkDeclaration linkOf(const QString& leaf, std::uint32_t leafPort, const QString& other, const QString& otherPort, Place place) {
    LinkDeclaration link;
    link.place = place;
    link.ends[0] = {model::Endpoint{NodeId(leaf), QStringLiteral("swp%1").arg(leafPort)}, place};
    link.ends[1] = {model::Endpoint{NodeId(other), otherPort}, place};
    return link;
}

} // namespace

void expandFabric(const FabricDeclaration& fabric, Declarations& declarations) {
    std::vector<NodeDeclaration> nodes;
    std::vector<LinkDeclaration> links;
    const std::uint32_t spines = fabric.spines.value.value_or(0);
    const std::uint32_t leaves = fabric.leaves.value.value_or(0);
    for (std::uint32_t spine = 1; spine <= spines; ++spine) {
        nodes.push_back(nodeOf(QStringLiteral("spine%1").arg(spine), model::NodeKind::Spine, fabric.place));
    }
    for (std::uint32_t number = 1; number <= leaves; ++number) {
        const QString leaf = QStringLiteral("leaf%1").arg(number);
        nodes.push_back(nodeOf(leaf, model::NodeKind::Leaf, fabric.place));
        for (std::uint32_t spine = 1; spine <= spines; ++spine) {
            links.push_back(linkOf(leaf, kFirstUplink + spine - 1, QStringLiteral("spine%1").arg(spine),
                                   QStringLiteral("swp%1").arg(number), fabric.place));
        }
    }
    for (std::uint32_t leaf = 1; leaf <= leaves; ++leaf) {
        for (std::uint32_t number = 1; number <= fabric.hostsPerLeaf.value.value_or(0); ++number) {
            const QString host = QStringLiteral("host%1-%2").arg(leaf).arg(number);
            nodes.push_back(nodeOf(host, model::NodeKind::Host, fabric.place));
            links.push_back(linkOf(QStringLiteral("leaf%1").arg(leaf), number, host, QStringLiteral("eth1"), fabric.place));
        }
    }
    declarations.nodes.insert(declarations.nodes.begin(), nodes.begin(), nodes.end());
    declarations.links.insert(declarations.links.begin(), links.begin(), links.end());
}

} // namespace podleaf::labfile
