// SPDX-License-Identifier: GPL-3.0-or-later
// Where nodes and cables of a lab lie on the canvas: in layers, deterministic, stable when nodes come or go; in scene
// units (pixels at 100 %). Pure; any thread.
#pragma once

#include <core/model/lab.h>

#include <QHash>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <array>
#include <vector>

namespace podleaf::ui {

/// The measures of design/main-window-light.svg.
namespace measure {
inline constexpr double kCardWidth = 256;
inline constexpr double kCardHeight = 204;
inline constexpr double kCardGap = 40;
inline constexpr double kLeafHeight = 80;
inline constexpr double kRowGap = 124;   ///< Between a leaf's foot and its hosts' heads.
inline constexpr double kLaneWidth = 56; ///< The wire lane of a host card.
inline constexpr double kLeafLaneTop = 46;
inline constexpr double kFootTop = 168; ///< Of a host card.
inline constexpr double kPortSide = 13;
inline constexpr double kCardRadius = 6;
} // namespace measure

struct NodePlace {
    NodeId id;
    model::NodeKind kind = model::NodeKind::Host;
    QRectF card;
};

struct CablePlace {
    LinkId id;
    std::array<QPointF, 2> ports; ///< Centres of the port squares, in the order of the link's ends.

    [[nodiscard]] bool isVertical() const;
    [[nodiscard]] QPointF at(double fraction) const { return ports[0] + (ports[1] - ports[0]) * fraction; }
};

struct Layout {
    std::vector<NodePlace> nodes;   ///< In the lab's order.
    std::vector<CablePlace> cables; ///< In the lab's order.
    QRectF bounds;

    [[nodiscard]] const NodePlace* find(const NodeId& node) const;
    [[nodiscard]] const CablePlace* find(const LinkId& link) const;

    QHash<NodeId, std::size_t> nodeIndex;
    QHash<LinkId, std::size_t> cableIndex;
};

/// Cards that have their place already, by node.
using Cards = QHash<NodeId, QRectF>;

/// Leaves in a row (many: in several), each above the hosts whose first link goes to it, a few that share hosts together
/// above those; spines in a row above them, routers above what they are joined to. A node whose position the lab gives
/// lies there, else where `kept` has it; one that has neither takes its place in the layers or, where that is taken, the
/// next free one to the right.
Layout layoutOf(const model::Lab& lab, const Cards& kept = {});

/// The same with some cards elsewhere; the cables follow.
Layout moved(const model::Lab& lab, const Layout& layout, const QHash<NodeId, QPointF>& topLefts);

/// Whether the layers say it all: hosts below leaves, leaves below spines or routers. Any other graph is better drawn by
/// Graphviz (graphviz.h).
bool isLayered(const model::Lab& lab);

} // namespace podleaf::ui
