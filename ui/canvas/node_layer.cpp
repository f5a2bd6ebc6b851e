// SPDX-License-Identifier: GPL-3.0-or-later
// NodeLayer: see the header.
#include "node_layer.h"

#include <QPaintEngine>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

constexpr double kBelowCables = 0;
constexpr double kAboveCables = 1.5;
constexpr std::size_t kMostDots = 512; ///< Copies kept: some zooms' worth.

/// To whole pixels of the device, so that a dot looks the same wherever it is.
QRectF snapped(const QRectF& box, double ratio) {
    const auto snap = [ratio](double at) { return std::round(at * ratio) / ratio; };
    const QPointF corner(snap(box.left()), snap(box.top()));
    return {corner, QPointF(std::max(corner.x() + 2, snap(box.right())), std::max(corner.y() + 2, snap(box.bottom())))};
}

} // namespace

NodeLayer::NodeLayer(const CanvasContext& context) : CanvasLayer(context, kBelowCables, 20) {
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption); // exposedRect, to leave out what is not seen.
    m_nodes.reserve(context.lab.nodes.size());
    for (const model::Node& node : context.lab.nodes) {
        m_nodes.push_back(std::make_unique<NodeItem>(context, node));
        m_nodeOf.insert(node.id, m_nodes.back().get());
    }
    styleChanged();
}

const NodeItem* NodeLayer::nodeAt(const QPointF& scenePos) const {
    const auto it = std::ranges::find_if(m_nodes, [&](const auto& node) { return node->card().contains(scenePos); });
    return it == m_nodes.end() ? nullptr : it->get();
}

void NodeLayer::place() {
    for (const auto& node : m_nodes) {
        node->place();
    }
}

void NodeLayer::refresh() {
    for (const auto& node : m_nodes) {
        node->refresh();
    }
}

/// From far away cables may lie behind cards on their way to others: the cards are what is looked for.
void NodeLayer::styleChanged() {
    setZValue(m_context.detail == Detail::Dot ? kAboveCables : kBelowCables);
    m_dots.clear();
}

bool NodeLayer::isMarked(const NodeItem& node) const {
    const Selection self = node.node().id;
    return m_context.selected == self || m_context.hovered == self || m_context.focused == self;
}

void NodeLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* /*widget*/) {
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_context.detail == Detail::Dot) {
        return paintDots(*painter, option->exposedRect);
    }
    for (const auto& node : m_nodes) {
        if (node->reach().intersects(option->exposedRect)) {
            painter->save();
            painter->translate(node->card().topLeft());
            node->paint(*painter);
            painter->restore();
        }
    }
}

void NodeLayer::paintDots(QPainter& painter, const QRectF& seen) {
    const QTransform toView = painter.worldTransform(); // Without the pixels that a unit has, which the painter keeps.
    const double ratio = painter.device()->devicePixelRatioF();
    const bool copies = painter.paintEngine()->type() != QPaintEngine::SVG;
    painter.save();
    painter.resetTransform();
    for (const auto& node : m_nodes) {
        if (!node->reach().intersects(seen)) {
            continue;
        }
        const QRectF box = snapped(toView.mapRect(node->dotRect()), ratio);
        painter.setOpacity(m_context.opacityOf(node->node().id));
        if (copies && !isMarked(*node)) {
            painter.drawPixmap(box.topLeft(), copyOf(*node, box.size(), ratio));
        } else {
            painter.translate(box.topLeft());
            node->paintDot(painter, box.size());
            painter.translate(-box.topLeft());
        }
    }
    painter.restore();
}

const QPixmap& NodeLayer::copyOf(const NodeItem& node, const QSizeF& size, double ratio) {
    if (m_dots.size() >= kMostDots) {
        m_dots.clear();
    }
    const QSize pixels = (size * ratio).toSize();
    QPixmap& dot = m_dots[{node.dotLook(), pixels.width(), pixels.height(), ratio}];
    if (dot.isNull()) {
        dot = QPixmap(pixels);
        dot.setDevicePixelRatio(ratio);
        dot.fill(Qt::transparent);
        QPainter painter(&dot);
        painter.setRenderHint(QPainter::Antialiasing);
        node.paintDot(painter, size);
    }
    return dot;
}

} // namespace podleaf::ui
