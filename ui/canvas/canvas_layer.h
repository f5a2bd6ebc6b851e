// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasLayer: an item as large as the whole lab that draws one sort of marks. One item, because an item per mark costs
// three times the frame time in large labs. GUI thread.
#pragma once

#include "canvas_context.h"
#include "legend_entry.h"

#include <QGraphicsItem>

namespace podleaf::ui {

class CanvasLayer : public QGraphicsItem {
public:
    /// `context` outlives the item. `beside`: how far marks reach beyond the cards to the left and right.
    CanvasLayer(const CanvasContext& context, double z, double beside) : m_context(context), m_beside(beside) { setZValue(z); }

    [[nodiscard]] QRectF boundingRect() const override { return m_context.layout.bounds.adjusted(-m_beside, -60, m_beside, 60); }
    /// What its marks mean that are on the canvas now.
    [[nodiscard]] virtual Legend legend() const { return {}; }
    /// The layout is about to be another one.
    void layoutChanges() { prepareGeometryChange(); }

protected:
    const CanvasContext& m_context;

private:
    const double m_beside;
};

} // namespace podleaf::ui
