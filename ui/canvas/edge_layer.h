// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeLayer: all cables of the lab in one item: half-lines, glyphs, ports and labels. One item, because an
// item per cable costs three times the frame time in large labs. GUI thread.
#pragma once

#include "canvas_context.h"

#include <QGraphicsItem>

#include <vector>

namespace podleaf::ui {

class EdgeLayer final : public QGraphicsItem {
public:
    /// `context` outlives the item.
    explicit EdgeLayer(const CanvasContext& context);

    /// Looks at the state of all cables, or of one, again.
    void refresh();
    void refresh(const LinkId& link);
    [[nodiscard]] const CableLook* lookAt(const LinkId& link) const;

    /// The cable within `distance` scene units of a place, the nearest one.
    [[nodiscard]] LinkId cableAt(const QPointF& scenePos, double distance) const;

    [[nodiscard]] QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    struct Cable {
        const model::Link* link;
        CablePlace place;
        CableLook look;
    };
    [[nodiscard]] bool isMarked(const Cable& cable) const;
    void paintMarks(QPainter& painter, const Cable& cable) const;
    void paintHalf(QPainter& painter, const Cable& cable, std::size_t half) const;
    void paintMiddle(QPainter& painter, const Cable& cable) const;
    void paintPort(QPainter& painter, const Cable& cable, std::size_t end) const;
    void paintLabels(QPainter& painter, const Cable& cable) const;

    const CanvasContext& m_context;
    std::vector<Cable> m_cables;
    QHash<LinkId, std::size_t> m_index;
    QRectF m_bounds;
};

} // namespace podleaf::ui
