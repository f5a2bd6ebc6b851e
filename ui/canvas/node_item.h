// SPDX-License-Identifier: GPL-3.0-or-later
// NodeItem: a node's card in three levels of detail, pods as chips inside it. GUI thread.
#pragma once

#include "canvas_context.h"

#include <QGraphicsItem>

namespace podleaf::ui {

class NodeItem final : public QGraphicsItem {
public:
    /// `context` outlives the item. The item lies at its card's place in the layout.
    NodeItem(const CanvasContext& context, const model::Node& node);

    /// Looks at the state again; the caller updates the viewport once for all items.
    void refresh();
    [[nodiscard]] const NodeLook& look() const { return m_look; }
    [[nodiscard]] const model::Node& node() const { return m_node; }

    /// The chip of a pod in scene coordinates; empty when it is folded away or the detail has no chips.
    [[nodiscard]] QRectF chipRect(const QString& pod) const;
    /// The pod at a place of the scene, or an empty name.
    [[nodiscard]] QString podAt(const QPointF& scenePos) const;

    [[nodiscard]] QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    [[nodiscard]] bool isSwitch() const { return m_node.kind != model::NodeKind::Host; }
    [[nodiscard]] QString iconName() const { return isSwitch() ? QStringLiteral("leaf") : QStringLiteral("host"); }
    [[nodiscard]] QRectF chipAt(int index) const;
    [[nodiscard]] QColor borderColor() const;
    [[nodiscard]] Role ground() const;
    void paintShape(QPainter& painter, const QRectF& card, double radius) const;
    void paintFull(QPainter& painter) const;
    void paintHost(QPainter& painter) const;
    void paintBoot(QPainter& painter, double y, double right) const;
    void paintBridge(QPainter& painter) const;
    void paintReason(QPainter& painter) const;
    void paintFoot(QPainter& painter) const;
    void paintLeaf(QPainter& painter) const;
    void paintFacts(QPainter& painter, double left) const;
    void paintHead(QPainter& painter, double right) const;
    void paintState(QPainter& painter, double baseline, double right) const;
    void paintChip(QPainter& painter, int index) const;
    void paintSmall(QPainter& painter) const;
    void paintDot(QPainter& painter) const;

    const CanvasContext& m_context;
    model::Node m_node;
    QSizeF m_size;
    NodeLook m_look;
};

} // namespace podleaf::ui
