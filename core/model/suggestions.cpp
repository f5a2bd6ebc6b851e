// SPDX-License-Identifier: GPL-3.0-or-later
#include "suggestions.h"

#include "node_kinds.h"

#include <algorithm>
#include <set>
#include <utility>

namespace podleaf::model {

namespace {

/// "swp4" → "swp" and 4; a name without a number at its end has 0.
std::pair<QString, std::uint32_t> parted(const QString& name) {
    qsizetype digits = 0;
    while (digits < name.size() && digits < 9 && name[name.size() - 1 - digits].isDigit()) {
        ++digits;
    }
    return {name.chopped(digits), name.right(digits).toUInt()};
}

} // namespace

NodeId nextNodeName(const Lab& lab, NodeKind kind) {
    QString stem = infoOf(kind).word;
    for (const Node& node : lab.nodes) {
        const auto [own, number] = parted(node.id.name);
        if (node.kind == kind && number > 0) {
            stem = own;
        }
    }
    std::uint32_t highest = 0;
    for (const Node& node : lab.nodes) {
        const auto [own, number] = parted(node.id.name);
        highest = own == stem ? std::max(highest, number) : highest;
    }
    return NodeId(stem + QString::number(highest + 1));
}

LinkId nextLinkName(const Lab& lab) {
    QString stem;
    std::uint32_t highest = 0;
    for (const Link& link : lab.links) {
        const auto [own, number] = parted(link.id.name);
        const bool isNumbered = own.size() < link.id.name.size();
        if (!isNumbered || own.isEmpty() || own.contains(QLatin1Char('-')) || (!stem.isEmpty() && own != stem)) {
            return {};
        }
        stem = own;
        highest = std::max(highest, number);
    }
    return stem.isEmpty() ? LinkId() : LinkId(stem + QString::number(highest + 1));
}

QString hostPort(const Lab& lab, std::size_t index) {
    for (const Node& node : lab.nodes) {
        const auto links = lab.linksOf(node.id);
        if (node.kind == NodeKind::Host && links.size() > index) {
            const Link& link = *links[index];
            return link.ends[static_cast<std::size_t>(endAt(link, node.id))].port;
        }
    }
    return QStringLiteral("eth%1").arg(index + 1);
}

QString nextPort(const Lab& lab, const NodeId& node, NodeKind peer) {
    const Node* const own = lab.findNode(node);
    const auto links = lab.linksOf(node);
    if (own != nullptr && own->kind == NodeKind::Host) {
        return hostPort(lab, links.size());
    }
    std::set<QString> taken;
    QString stem = QStringLiteral("swp");
    std::uint32_t next = 1;
    for (const Link* link : links) {
        const auto at = static_cast<std::size_t>(endAt(*link, node));
        const Node* const far = lab.findNode(link->ends[1 - at].node);
        const auto [name, number] = parted(link->ends[at].port);
        taken.insert(link->ends[at].port);
        if (far != nullptr && infoOf(far->kind).isSwitch == infoOf(peer).isSwitch && number >= next) {
            stem = name;
            next = number + 1;
        }
    }
    while (taken.contains(stem + QString::number(next))) {
        ++next;
    }
    return stem + QString::number(next);
}

} // namespace podleaf::model
