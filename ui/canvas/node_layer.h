// SPDX-License-Identifier: GPL-3.0-or-later
// NodeLayer: all nodes of the lab in one item. From far away each is a dot that looks like many others: those are painted
// once and copied. GUI thread.
#pragma once

#include "canvas_layer.h"
#include "node_item.h"

#include <QPixmap>

#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace podleaf::ui {

class NodeLayer final : public CanvasLayer {
public:
    /// `context` outlives the item.
    explicit NodeLayer(const CanvasContext& context);

    [[nodiscard]] Legend legend() const override;
    /// In the lab's order.
    [[nodiscard]] const std::vector<std::unique_ptr<NodeItem>>& nodes() const { return m_nodes; }
    [[nodiscard]] NodeItem* find(const NodeId& node) const { return m_nodeOf.value(node, nullptr); }

    /// The node whose card lies at a place of the scene, or nullptr.
    [[nodiscard]] const NodeItem* nodeAt(const QPointF& scenePos) const;

    /// Takes the cards' places from the layout again.
    void place();
    /// Looks at the state of all nodes again.
    void refresh();
    /// The level of detail or the theme is another one.
    void styleChanged();

    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    [[nodiscard]] bool isMarked(const NodeItem& node) const;
    void paintDots(QPainter& painter, const QRectF& seen);
    [[nodiscard]] const QPixmap& copyOf(const NodeItem& node, const QSizeF& size, double ratio);

    std::vector<std::unique_ptr<NodeItem>> m_nodes;
    QHash<NodeId, NodeItem*> m_nodeOf;
    std::map<std::tuple<NodeItem::DotLook, int, int, double>, QPixmap> m_dots; ///< By look, size, and device pixels for each of a widget's.
};

} // namespace podleaf::ui
