// SPDX-License-Identifier: GPL-3.0-or-later
// Places nodes in two rows and ports on the edges of their cards. Pure; any thread.
#include "layout.h"

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

using namespace measure;

constexpr double kLeafMinWidth = 2 * kCardWidth + kCardGap;
constexpr double kPortPitch = 28; ///< Between two ports on one edge.

/// The leaf above which a host stands: that of its first link to one.
NodeId parentOf(const model::Lab& lab, const model::Node& host) {
    for (const model::Link* link : lab.linksOf(host.id)) {
        const NodeId& other = link->ends[static_cast<std::size_t>(1 - model::endAt(*link, host.id))].node;
        const model::Node* node = lab.findNode(other);
        if (node != nullptr && node->kind == model::NodeKind::Leaf) {
            return other;
        }
    }
    return {};
}

void addCard(Layout& out, const model::Node& node, const QRectF& card) {
    out.nodes.push_back({node.id, node.kind, card});
    out.bounds |= card;
}

/// One leaf and the hosts below it; returns where the next group begins.
double placeGroup(Layout& out, const model::Node* leaf, const std::vector<const model::Node*>& hosts, double left) {
    const double row = static_cast<double>(hosts.size()) * (kCardWidth + kCardGap) - kCardGap;
    const double width = std::max(row, leaf == nullptr ? 0.0 : kLeafMinWidth);
    if (leaf != nullptr) {
        addCard(out, *leaf, QRectF(left, 0, width, kLeafHeight));
    }
    double x = left + (width - std::max(row, 0.0)) / 2;
    for (const model::Node* host : hosts) {
        addCard(out, *host, QRectF(x, kLeafHeight + kRowGap, kCardWidth, kCardHeight));
        x += kCardWidth + kCardGap;
    }
    return left + width + 2 * kCardGap;
}

/// Spines and routers: a row of their own above the leaves, in the middle of what is below.
void placeAbove(Layout& out, const model::Lab& lab) {
    std::vector<const model::Node*> above;
    for (const model::Node& node : lab.nodes) {
        if (node.kind != model::NodeKind::Host && node.kind != model::NodeKind::Leaf) {
            above.push_back(&node);
        }
    }
    const double row = static_cast<double>(above.size()) * (kLeafMinWidth + kCardGap) - kCardGap;
    double x = out.bounds.center().x() - row / 2;
    for (const model::Node* node : above) {
        addCard(out, *node, QRectF(x, -kLeafHeight - kRowGap, kLeafMinWidth, kLeafHeight));
        x += kLeafMinWidth + kCardGap;
    }
}

void placeNodes(Layout& out, const model::Lab& lab) {
    std::vector<std::pair<const model::Node*, std::vector<const model::Node*>>> groups;
    for (const model::Node& node : lab.nodes) {
        if (node.kind == model::NodeKind::Leaf) {
            groups.push_back({&node, {}});
        }
    }
    groups.push_back({nullptr, {}}); // Hosts that no leaf knows.
    for (const model::Node& node : lab.nodes) {
        if (node.kind == model::NodeKind::Host) {
            const NodeId parent = parentOf(lab, node);
            auto group = std::ranges::find_if(groups, [&](const auto& g) { return g.first != nullptr && g.first->id == parent; });
            (group == groups.end() ? groups.back() : *group).second.push_back(&node);
        }
    }
    double left = 0;
    for (const auto& [leaf, hosts] : groups) {
        if (leaf != nullptr || !hosts.empty()) {
            left = placeGroup(out, leaf, hosts, left);
        }
    }
    placeAbove(out, lab);
    std::ranges::sort(out.nodes, {}, [&lab](const NodePlace& place) {
        return std::ranges::find(lab.nodes, place.id, &model::Node::id) - lab.nodes.begin();
    });
    for (std::size_t i = 0; i < out.nodes.size(); ++i) {
        out.nodeIndex.insert(out.nodes[i].id, i);
    }
}

/// A host's ports stand above its wire lane, from right to left.
QPointF hostPort(const NodePlace& host, int index) {
    return {host.card.right() - kLaneWidth / 2 - index * kPortPitch, host.card.top()};
}

/// A switch's port stands at its edge towards the other end: below it where that is below the switch, else at the
/// nearest place.
QPointF switchPort(const NodePlace& place, const QPointF& other) {
    const double x = std::clamp(other.x(), place.card.left() + kPortPitch, place.card.right() - kPortPitch);
    return {x, other.y() < place.card.top() ? place.card.top() : place.card.bottom()};
}

/// Between switches of two rows: the further to a side the other switch is, the further to that side is the port.
std::array<QPointF, 2> betweenRows(const NodePlace& a, const NodePlace& b, double width) {
    const auto x = [width](const NodePlace& own, const NodePlace& other) {
        const double aside = (other.card.center().x() - own.card.center().x()) / width; // -1 to 1
        return own.card.center().x() + aside * (own.card.width() / 2 - kPortPitch);
    };
    const bool aIsAbove = a.card.center().y() < b.card.center().y();
    return {QPointF(x(a, b), aIsAbove ? a.card.bottom() : a.card.top()), QPointF(x(b, a), aIsAbove ? b.card.top() : b.card.bottom())};
}

/// The facing sides of two switches in one row.
std::array<QPointF, 2> betweenNeighbours(const NodePlace& a, const NodePlace& b) {
    const double y = a.card.top() + kLeafLaneTop / 2;
    const bool right = b.card.center().x() > a.card.center().x();
    return {QPointF(right ? a.card.right() : a.card.left(), y), QPointF(right ? b.card.left() : b.card.right(), y)};
}

void placeCables(Layout& out, const model::Lab& lab) {
    QHash<NodeId, int> used; // Ports given out, by host.
    for (const model::Link& link : lab.links) {
        const NodePlace* a = out.find(link.ends[0].node);
        const NodePlace* b = out.find(link.ends[1].node);
        if (a == nullptr || b == nullptr) {
            continue;
        }
        CablePlace cable{link.id, {}};
        if (a->kind != model::NodeKind::Host && b->kind != model::NodeKind::Host) {
            cable.ports =
                a->card.top() == b->card.top() ? betweenNeighbours(*a, *b) : betweenRows(*a, *b, std::max(out.bounds.width(), 1.0));
        } else {
            for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
                const NodePlace& self = end == 0 ? *a : *b;
                if (self.kind == model::NodeKind::Host) {
                    cable.ports[end] = hostPort(self, used[self.id]++);
                }
            }
            for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
                const NodePlace& self = end == 0 ? *a : *b;
                if (self.kind != model::NodeKind::Host) {
                    cable.ports[end] = switchPort(self, cable.ports[1 - end]);
                }
            }
        }
        out.cableIndex.insert(link.id, out.cables.size());
        out.cables.push_back(cable);
    }
}

} // namespace

bool CablePlace::isVertical() const {
    const QPointF way = ports[1] - ports[0];
    return std::abs(way.x()) < 0.2 * std::abs(way.y());
}

const NodePlace* Layout::find(const NodeId& node) const {
    const auto it = nodeIndex.constFind(node);
    return it == nodeIndex.constEnd() ? nullptr : &nodes[*it];
}

const CablePlace* Layout::find(const LinkId& link) const {
    const auto it = cableIndex.constFind(link);
    return it == cableIndex.constEnd() ? nullptr : &cables[*it];
}

Layout layoutOf(const model::Lab& lab) {
    Layout out;
    placeNodes(out, lab);
    placeCables(out, lab);
    return out;
}

} // namespace podleaf::ui
