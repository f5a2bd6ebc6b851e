// SPDX-License-Identifier: GPL-3.0-or-later
// Places nodes in layers and ports on the edges of their cards. Pure; any thread.
#include "layout.h"

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

using namespace measure;

constexpr double kLeafMinWidth = 2 * kCardWidth + kCardGap;
constexpr double kPortPitch = 28; ///< Between two ports on one edge.

/// From top to bottom.
enum Rank { FarAbove, Above, Middle, Below };

struct Place {
    const model::Node* node = nullptr;
    Rank rank = Below;
    std::size_t parent = 0; ///< Of a host: the index of its leaf; itself where it has none.
};

/// The lab's graph by indices, as names are slow to look up a thousand times.
struct Graph {
    explicit Graph(const model::Lab& lab) {
        index.reserve(static_cast<qsizetype>(lab.nodes.size()));
        for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
            index.insert(lab.nodes[i].id, i);
            places.push_back({&lab.nodes[i], ownRank(lab.nodes[i].kind), i});
        }
        for (const model::Link& link : lab.links) {
            if (index.contains(link.ends[0].node) && index.contains(link.ends[1].node)) {
                join(index[link.ends[0].node], index[link.ends[1].node]);
                join(index[link.ends[1].node], index[link.ends[0].node]);
            }
        }
    }

    static Rank ownRank(model::NodeKind kind) {
        return kind == model::NodeKind::Host ? Below : kind == model::NodeKind::Leaf ? Middle : Above;
    }

    void join(std::size_t from, std::size_t to) {
        Place& self = places[from];
        const model::NodeKind other = places[to].node->kind;
        if (self.rank == Below && self.parent == from && other == model::NodeKind::Leaf) {
            self.parent = to;
        }
        if (self.node->kind == model::NodeKind::Router && other == model::NodeKind::Spine) {
            self.rank = FarAbove;
        }
    }

    QHash<NodeId, std::size_t> index;
    std::vector<Place> places; ///< In the lab's order.
};

double topOf(Rank rank) {
    return rank == Below ? kLeafHeight + kRowGap : (rank - Middle) * (kLeafHeight + kRowGap);
}

/// A leaf has few rows of many hosts below it, so that a large lab is no strip.
std::size_t columnsFor(std::size_t hosts) {
    constexpr std::size_t kOneRow = 8;
    constexpr double kTall = 3; // Rows for each column.
    return hosts <= kOneRow ? hosts
                            : std::max<std::size_t>(4, static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(hosts) / kTall))));
}

double rowWidth(std::size_t cards, double width) {
    return cards == 0 ? 0 : static_cast<double>(cards) * (width + kCardGap) - kCardGap;
}

/// One leaf, or none, and the hosts below it.
struct Group {
    const model::Node* leaf = nullptr;
    std::vector<const model::Node*> hosts;

    [[nodiscard]] double width() const {
        return std::max(rowWidth(columnsFor(hosts.size()), kCardWidth), leaf == nullptr ? 0.0 : kLeafMinWidth);
    }
    [[nodiscard]] double height() const {
        const std::size_t columns = std::max<std::size_t>(1, columnsFor(hosts.size()));
        const std::size_t rows = (hosts.size() + columns - 1) / columns;
        return topOf(Below) + static_cast<double>(rows) * (kCardHeight + kCardGap);
    }
    void place(Cards& out, const QPointF& at) const {
        const std::size_t columns = columnsFor(hosts.size());
        const double row = rowWidth(columns, kCardWidth);
        if (leaf != nullptr) {
            out.insert(leaf->id, QRectF(at.x(), at.y() + topOf(Middle), width(), kLeafHeight));
        }
        for (std::size_t i = 0; i < hosts.size(); ++i) {
            const double x = at.x() + (width() - row) / 2 + static_cast<double>(i % columns) * (kCardWidth + kCardGap);
            const std::size_t line = i / columns;
            const double y = at.y() + topOf(Below) + static_cast<double>(line) * (kCardHeight + kCardGap);
            out.insert(hosts[i]->id, QRectF(x, y, kCardWidth, kCardHeight));
        }
    }
};

/// How wide a row of groups may be: one row, unless nobody could see it whole.
double widestRow(const std::vector<Group>& groups) {
    constexpr double kWidest = 16000;
    constexpr double kAspect = 1.7;
    double width = 0;
    double area = 0;
    for (const Group& group : groups) {
        width += group.width() + 2 * kCardGap;
        area += (group.width() + 2 * kCardGap) * (group.height() + kRowGap);
    }
    return width <= kWidest ? width : std::sqrt(area * kAspect);
}

/// Side by side, in rows; returns the width of the widest of them.
double placeGroups(Cards& out, const std::vector<Group>& groups) {
    const double widest = widestRow(groups);
    double reached = 0;
    QPointF at;
    double tallest = 0;
    for (const Group& group : groups) {
        if (at.x() > 0 && at.x() + group.width() > widest) {
            at = QPointF(0, at.y() + tallest + kRowGap);
            tallest = 0;
        }
        group.place(out, at);
        tallest = std::max(tallest, group.height());
        reached = std::max(reached, at.x() + group.width());
        at.rx() += group.width() + 2 * kCardGap;
    }
    return reached;
}

/// Where every node would lie if none had a place yet.
Cards layeredCards(const Graph& graph) {
    Cards out;
    std::vector<std::vector<const model::Node*>> hosts(graph.places.size() + 1); // By leaf; the last: those that no leaf knows.
    std::array<std::vector<const model::Node*>, 2> above;
    for (std::size_t i = 0; i < graph.places.size(); ++i) {
        const Place& place = graph.places[i];
        if (place.rank == Below) {
            hosts[place.parent == i ? graph.places.size() : place.parent].push_back(place.node);
        } else if (place.rank != Middle) {
            above[place.rank].push_back(place.node);
        }
    }
    std::vector<Group> groups;
    for (std::size_t i = 0; i <= graph.places.size(); ++i) {
        const model::Node* leaf = i < graph.places.size() && graph.places[i].rank == Middle ? graph.places[i].node : nullptr;
        if (leaf != nullptr || !hosts[i].empty()) {
            groups.push_back({leaf, std::move(hosts[i])});
        }
    }
    const double middle = placeGroups(out, groups) / 2;
    for (const Rank rank : {Above, FarAbove}) {
        double x = middle - rowWidth(above[rank].size(), kLeafMinWidth) / 2;
        for (const model::Node* node : above[rank]) {
            out.insert(node->id, QRectF(x, topOf(rank), kLeafMinWidth, kLeafHeight));
            x += kLeafMinWidth + kCardGap;
        }
    }
    return out;
}

/// The place itself or the next one to its right where no card is.
QRectF freePlace(QRectF card, const std::vector<QRectF>& taken) {
    const double margin = kCardGap / 2;
    for (bool isFree = false; !isFree;) {
        isFree = true;
        for (const QRectF& other : taken) {
            if (other.adjusted(-margin, -margin, margin, margin).intersects(card)) {
                card.moveLeft(other.right() + kCardGap);
                isFree = false;
            }
        }
    }
    return card;
}

/// As wide as what is below it asks for now, where no other card is in the way; never narrower.
QRectF widened(const QRectF& card, double width, const std::vector<QRectF>& taken) {
    const double margin = kCardGap / 2;
    const QRectF wider(card.topLeft(), QSizeF(std::max(width, card.width()), card.height()));
    const bool isFree = std::ranges::none_of(
        taken, [&](const QRectF& other) { return other != card && wider.adjusted(-margin, -margin, margin, margin).intersects(other); });
    return isFree ? wider : card;
}

void addCard(Layout& out, const model::Node& node, const QRectF& card) {
    out.nodeIndex.insert(node.id, out.nodes.size());
    out.nodes.push_back({node.id, node.kind, card});
    out.bounds |= card;
}

void placeNodes(Layout& out, const model::Lab& lab, const Cards& kept) {
    const Cards fresh = layeredCards(Graph(lab));
    Cards placed;
    std::vector<QRectF> taken;
    for (const model::Node& node : lab.nodes) {
        const auto old = kept.constFind(node.id);
        if (!node.position && old == kept.constEnd()) {
            continue;
        }
        QRectF card = old == kept.constEnd() ? fresh.value(node.id) : *old;
        if (node.position) {
            card.moveTo(node.position->x, node.position->y);
        }
        placed.insert(node.id, card);
        taken.push_back(card);
    }
    for (auto it = placed.begin(); it != placed.end(); ++it) {
        it.value() = widened(it.value(), fresh.value(it.key()).width(), taken);
    }
    const bool isFresh = taken.empty(); // Nothing can be in the way then.
    for (const model::Node& node : lab.nodes) {
        const auto own = placed.constFind(node.id);
        QRectF card = own == placed.constEnd() ? fresh.value(node.id) : *own;
        if (own == placed.constEnd() && !isFresh) {
            card = freePlace(card, taken);
            taken.push_back(card);
        }
        addCard(out, node, card);
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

/// Whether two cards stand beside each other.
bool areNeighbours(const QRectF& a, const QRectF& b) {
    return std::max(a.top(), b.top()) + kPortPitch < std::min(a.bottom(), b.bottom());
}

/// The facing sides of two switches in one row.
std::array<QPointF, 2> betweenNeighbours(const NodePlace& a, const NodePlace& b) {
    const double y = std::max(a.card.top(), b.card.top()) + kLeafLaneTop / 2;
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
                areNeighbours(a->card, b->card) ? betweenNeighbours(*a, *b) : betweenRows(*a, *b, std::max(out.bounds.width(), 1.0));
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

Layout layoutOf(const model::Lab& lab, const Cards& kept) {
    Layout out;
    placeNodes(out, lab, kept);
    placeCables(out, lab);
    return out;
}

Layout moved(const model::Lab& lab, const Layout& layout, const QHash<NodeId, QPointF>& topLefts) {
    Layout out;
    for (const NodePlace& place : layout.nodes) {
        const model::Node* node = lab.findNode(place.id);
        if (node != nullptr) {
            addCard(out, *node, {topLefts.value(place.id, place.card.topLeft()), place.card.size()});
        }
    }
    placeCables(out, lab);
    return out;
}

bool isLayered(const model::Lab& lab) {
    const Graph graph(lab);
    const bool hasSpines = std::ranges::any_of(lab.nodes, [](const model::Node& node) { return node.kind == model::NodeKind::Spine; });
    return std::ranges::all_of(lab.links, [&](const model::Link& link) {
        const auto a = graph.index.constFind(link.ends[0].node);
        const auto b = graph.index.constFind(link.ends[1].node);
        if (a == graph.index.constEnd() || b == graph.index.constEnd()) {
            return true;
        }
        const int ranks[] = {graph.places[*a].rank, graph.places[*b].rank};
        const bool isPeerLink = ranks[0] == Middle && ranks[1] == Middle;
        return isPeerLink || std::abs(ranks[0] - ranks[1]) == 1 ||
               (!hasSpines && ranks[0] != ranks[1] && std::max(ranks[0], ranks[1]) == Middle);
    });
}

} // namespace podleaf::ui
