// SPDX-License-Identifier: GPL-3.0-or-later
// GroupLayer: the frames of the lab's groups, behind all else, each around the cards of its nodes with its name above them.
// GUI thread.
#pragma once

#include "canvas_layer.h"

namespace podleaf::ui {

class GroupLayer final : public CanvasLayer {
public:
    explicit GroupLayer(const CanvasContext& context);

    /// In scene units, as all rects here; empty for what is no group.
    [[nodiscard]] QRectF frameOf(const QString& group) const;
    /// The group whose name is at a place of the scene, or an empty one: by it a group is taken, within is canvas.
    [[nodiscard]] QString groupAt(const QPointF& scenePos) const;
    /// Of all frames; empty when there is none.
    [[nodiscard]] QRectF bounds() const;

    [[nodiscard]] QRectF boundingRect() const override { return CanvasLayer::boundingRect() | bounds(); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    [[nodiscard]] QRectF frameOf(const model::Group& group) const;
    /// From far away it is as large as ever on the screen, and then stands out above the frame.
    [[nodiscard]] QRectF titleOf(const model::Group& group, const QRectF& frame) const;
    [[nodiscard]] double opacityOf(const model::Group& group) const;
    void paintGroup(QPainter& painter, const model::Group& group, const QRectF& frame) const;
};

} // namespace podleaf::ui
