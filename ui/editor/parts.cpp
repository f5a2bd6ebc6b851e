// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts.h"

#include <core/model/node_kinds.h>
#include <core/model/suggestions.h>

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <set>

namespace podleaf::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Parts", text);
}

QPointF alignedCorner(const QRectF& card, const QRectF& all, Alignment how) {
    switch (how) {
    case Alignment::Left:
        return {all.left(), card.y()};
    case Alignment::Centre:
        return {all.center().x() - card.width() / 2, card.y()};
    case Alignment::Right:
        return {all.right() - card.width(), card.y()};
    case Alignment::Top:
        return {card.x(), all.top()};
    case Alignment::Middle:
        return {card.x(), all.center().y() - card.height() / 2};
    case Alignment::Bottom:
        break;
    }
    return {card.x(), all.bottom() - card.height()};
}

bool isKind(const model::Lab& lab, const NodeId& node, model::NodeKind kind) {
    const model::Node* const found = lab.findNode(node);
    return found != nullptr && found->kind == kind;
}

/// The leaf that a new host near `near` is joined to, or nothing.
NodeId leafNear(const model::Lab& lab, const NodeId& near) {
    if (isKind(lab, near, model::NodeKind::Leaf)) {
        return near;
    }
    for (const model::Link* link : lab.linksOf(near)) {
        const NodeId far = link->ends[static_cast<std::size_t>(1 - model::endAt(*link, near))].node;
        if (isKind(lab, far, model::NodeKind::Leaf)) {
            return far;
        }
    }
    NodeId best;
    std::size_t fewest = 0;
    for (const model::Node& node : lab.nodes) {
        const std::size_t cables = lab.linksOf(node.id).size();
        if (node.kind == model::NodeKind::Leaf && (best.isEmpty() || cables < fewest)) {
            best = node.id;
            fewest = cables;
        }
    }
    return best;
}

/// Switches first, as lab files are written: the leaf's end, then the host's.
model::Link linkBetween(const model::Lab& lab, const NodeId& first, const NodeId& second) {
    const bool isTurned = isKind(lab, first, model::NodeKind::Host) && !isKind(lab, second, model::NodeKind::Host);
    const NodeId& a = isTurned ? second : first;
    const NodeId& b = isTurned ? first : second;
    const auto port = [&lab](const NodeId& node, const NodeId& peer) {
        const model::Node* const far = lab.findNode(peer);
        return model::nextPort(lab, node, far == nullptr ? model::NodeKind::Host : far->kind);
    };
    model::Link link;
    link.id = model::nextLinkName(lab);
    link.ends = {{{a, port(a, b)}, {b, port(b, a)}}};
    return link;
}

std::vector<NodeId> nodesAmong(const std::vector<Selection>& parts) {
    std::vector<NodeId> nodes;
    for (const Selection& part : parts) {
        if (const auto* node = std::get_if<NodeId>(&part)) {
            nodes.push_back(*node);
        }
    }
    return nodes;
}

/// Each workload keeps the places of the pods that stay; the last pod takes it along.
void removePods(const model::Lab& lab, const std::vector<Selection>& parts, NamedEdits& made, QStringList& names) {
    for (const model::Workload& workload : lab.workloads) {
        model::SetPlaces left{workload.name, {}};
        QStringList gone;
        for (const model::Pod& pod : workload.pods) {
            if (std::ranges::find(parts, Selection(PodRef{pod.name})) != parts.end()) {
                gone += pod.name;
            } else {
                left.places.push_back({pod.host, pod.address});
            }
        }
        if (gone.isEmpty()) {
            continue;
        }
        names += gone;
        if (left.places.empty()) {
            made.edits.emplace_back(model::RemoveWorkload{workload.name});
            continue;
        }
        made.edits.emplace_back(model::SetReplicas{workload.name, static_cast<std::uint32_t>(left.places.size())});
        made.edits.emplace_back(std::move(left));
    }
}

/// Makes the copies one after the other, each seeing the names and ports that the ones before it took.
class Copier {
public:
    explicit Copier(const model::Lab& lab) : m_after(lab) {}

    void copyNode(const model::Node& original) {
        model::Node copy;
        copy.id = model::nextNodeName(m_after, original.kind);
        copy.kind = original.kind;
        copy.dhcp = original.dhcp;
        copy.dhcpServer = m_after.findNode(original.dhcpServer) == nullptr ? NodeId() : original.dhcpServer;
        m_copies[original.id] = copy.id;
        m_made.made.emplace_back(copy.id);
        add(model::AddNode{copy});
    }

    void copyLink(const model::Link& original) {
        const auto first = m_copies.find(original.ends[0].node);
        const auto second = m_copies.find(original.ends[1].node);
        if (first == m_copies.end() && second == m_copies.end()) {
            return;
        }
        const bool isInside = first != m_copies.end() && second != m_copies.end();
        const NodeId a = first != m_copies.end() ? first->second : original.ends[0].node;
        const NodeId b = second != m_copies.end() ? second->second : original.ends[1].node;
        if (m_after.findNode(a) == nullptr || m_after.findNode(b) == nullptr) {
            return; // Where it led is gone.
        }
        model::Link copy = linkBetween(m_after, a, b);
        if (isInside) {
            copy.ends = {{{a, original.ends[0].port}, {b, original.ends[1].port}}};
        }
        add(model::AddLink{copy});
    }

    NamedEdits take() { return std::move(m_made); }

private:
    void add(const model::Edit& edit) {
        if (model::apply(m_after, edit)) { // A name that is free is no error.
            m_made.edits.push_back(edit);
        }
    }

    model::Lab m_after;
    std::map<NodeId, NodeId> m_copies;
    NamedEdits m_made;
};

} // namespace

Result<NamedEdits> addNode(const model::Lab& lab, model::NodeKind kind, const NodeId& near) {
    model::Node node;
    node.id = model::nextNodeName(lab, kind);
    node.kind = kind;
    NamedEdits made{tr("Add %1").arg(node.id.name), {model::AddNode{node}}, {node.id}};
    if (kind == model::NodeKind::Host) {
        const NodeId leaf = leafNear(lab, near);
        if (leaf.isEmpty()) {
            return fail(ErrorCode::InvalidInput, tr("A host needs a leaf to be joined to."), {}, tr("Add a leaf first."));
        }
        model::Lab after = lab;
        after.nodes.push_back(node);
        made.edits.emplace_back(model::AddLink{linkBetween(after, leaf, node.id)});
    }
    return made;
}

Result<NamedEdits> addLink(const model::Lab& lab, const NodeId& first, const NodeId& second) {
    for (const NodeId& node : {first, second}) {
        if (lab.findNode(node) == nullptr) {
            return fail(ErrorCode::NotFound, tr("There is no node \"%1\".").arg(node.name));
        }
    }
    if (first == second) {
        return fail(ErrorCode::InvalidInput, tr("A cable needs two nodes."));
    }
    const model::Link link = linkBetween(lab, first, second);
    NamedEdits made{tr("Join %1 and %2").arg(link.ends[0].node.name, link.ends[1].node.name), {model::AddLink{link}}, {}};
    if (!link.id.isEmpty()) {
        made.made.emplace_back(link.id);
    }
    return made;
}

Result<NamedEdits> addPod(const model::Lab& lab, const NodeId& host) {
    if (!isKind(lab, host, model::NodeKind::Host)) {
        return fail(ErrorCode::InvalidInput, tr("Pods run on hosts."), {}, tr("Drop it on a host, or select one first."));
    }
    if (lab.workloads.empty()) {
        const QString name = QStringLiteral("my-nginx");
        const model::Workload workload{name, QStringLiteral("nginx"), 80, {{name + QStringLiteral("-1"), host, {}}}};
        return NamedEdits{tr("Add the workload %1 on %2").arg(name, host.name), {model::AddWorkload{workload}}, {}};
    }
    const model::Workload& workload = lab.workloads.front();
    model::SetPlaces places{workload.name, {}};
    for (const model::Pod& pod : workload.pods) {
        places.places.push_back({pod.host, {}});
    }
    places.places.push_back({host, {}});
    const auto count = static_cast<std::uint32_t>(workload.pods.size() + 1);
    return NamedEdits{tr("Add a pod of %1 on %2").arg(workload.name, host.name), {model::SetReplicas{workload.name, count}, places}, {}};
}

Result<NamedEdits> removeParts(const model::Lab& lab, const std::vector<Selection>& parts) {
    NamedEdits made;
    QStringList names;
    const std::vector<NodeId> nodes = nodesAmong(parts);
    const std::set<NodeId> gone(nodes.begin(), nodes.end());
    removePods(lab, parts, made, names);
    removeCanvasParts(lab, parts, made, names);
    for (const Selection& part : parts) {
        const auto* link = std::get_if<LinkId>(&part);
        const model::Link* const found = link == nullptr ? nullptr : lab.findLink(*link);
        if (found != nullptr && !gone.contains(found->ends[0].node) && !gone.contains(found->ends[1].node)) {
            made.edits.emplace_back(model::RemoveLink{*link});
            names += link->name;
        }
    }
    for (const NodeId& node : nodes) {
        made.edits.emplace_back(model::RemoveNode{node});
        names += node.name;
    }
    if (names.isEmpty()) {
        return fail(ErrorCode::InvalidInput, tr("Nothing is selected that could be deleted."));
    }
    made.name = names.size() == 1 ? tr("Delete %1").arg(names.front()) : tr("Delete %1 parts").arg(names.size());
    return made;
}

Result<NamedEdits> pasteParts(const model::Lab& lab, const model::Lab& from, const std::vector<Selection>& parts) {
    const std::vector<NodeId> nodes = nodesAmong(parts);
    Copier copier(lab);
    for (const model::Node& node : from.nodes) { // In the lab's order, whatever the order of the selection.
        if (std::ranges::find(nodes, node.id) != nodes.end()) {
            copier.copyNode(node);
        }
    }
    for (const model::Link& link : from.links) {
        copier.copyLink(link);
    }
    NamedEdits made = copier.take();
    pasteNotes(lab, from, parts, made);
    if (made.made.empty()) {
        return fail(ErrorCode::InvalidInput, tr("There is no node to paste."));
    }
    const bool hasNotes = std::ranges::any_of(made.made, [](const Selection& part) { return std::holds_alternative<NoteRef>(part); });
    made.name = made.made.size() == 1 ? tr("Paste %1").arg(nameOf(made.made.front()))
                : hasNotes            ? tr("Paste %1 parts").arg(made.made.size())
                                      : tr("Paste %1 nodes").arg(made.made.size());
    return made;
}

Result<NamedEdits> alignNodes(const std::vector<PlacedCard>& cards, Alignment how) {
    if (cards.size() < 2) {
        return fail(ErrorCode::InvalidInput, tr("Select the nodes that shall be aligned."));
    }
    QRectF all;
    for (const PlacedCard& card : cards) {
        all = all.united(card.rect);
    }
    NodePlaces places;
    for (const PlacedCard& card : cards) {
        const QPointF corner = alignedCorner(card.rect, all, how);
        if ((corner - card.rect.topLeft()).manhattanLength() >= 1) {
            places.emplace_back(card.node, model::Position{qRound(corner.x()), qRound(corner.y())});
        }
    }
    if (places.empty()) {
        return fail(ErrorCode::InvalidInput, tr("The nodes are aligned already."));
    }
    NamedEdits made = moveNodes(places);
    made.name = tr("Align %1 nodes").arg(cards.size());
    return made;
}

NamedEdits moveNodes(const NodePlaces& places) {
    NamedEdits made;
    for (const auto& [node, place] : places) {
        made.edits.emplace_back(model::SetNodeKey{node, model::SetNodeKey::Place(place)});
    }
    made.name = places.size() == 1 ? tr("Move %1").arg(places.front().first.name) : tr("Move %1 nodes").arg(places.size());
    return made;
}

Result<NamedEdits> renamePart(const Selection& part, const QString& name) {
    if (const auto* node = std::get_if<NodeId>(&part)) {
        return NamedEdits{tr("Rename %1 to %2").arg(node->name, name), {model::RenameNode{*node, NodeId(name)}}, {NodeId(name)}};
    }
    if (const auto* link = std::get_if<LinkId>(&part)) {
        return NamedEdits{tr("Rename %1 to %2").arg(link->name, name), {model::RenameLink{*link, LinkId(name)}}, {LinkId(name)}};
    }
    if (const auto* group = std::get_if<GroupRef>(&part)) {
        return NamedEdits{tr("Rename %1 to %2").arg(group->name, name), {model::RenameGroup{group->name, name}}, {GroupRef{name}}};
    }
    return fail(ErrorCode::InvalidInput, tr("Only nodes, cables and groups have a name of their own."));
}

} // namespace podleaf::ui
