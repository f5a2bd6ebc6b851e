// SPDX-License-Identifier: GPL-3.0-or-later
// Arrows that drive beside a cable, on the right of their way: routes, traffic and traces. GUI thread.
#pragma once

#include "canvas_context.h"

#include <QLineF>
#include <QPen>

class QPainter;

namespace podleaf::ui {

enum class Head { Filled, Hollow };

/// A head whose point is at `tip`.
void drawHead(QPainter& painter, const QPointF& tip, const QPointF& direction, const QColor& color, double unit = 1,
              Head head = Head::Filled);

/// The unit vector of a line; nothing for one without length.
QPointF directionOf(const QLineF& line);

/// The way from the port at `from` to the other one, `offset` scene units to its right, and as much shorter at both
/// ends as the ports are large.
QLineF wayBeside(const CablePlace& cable, std::size_t from, double offset);

/// Scene units of one design pixel: at full detail the arrows shrink with the cards, below they keep their size.
double unitOf(const CanvasContext& context);

struct ArrowStyle {
    QColor color;
    double width = 2.5;
    Dash dash = {};
    Head head = Head::Filled;
    bool ends = true;    ///< With a head; else it ends in an octagon half way.
    double headAt = 1.0; ///< Of the way.
};
/// The arrow with a halo of the canvas' colour, which parts crossings.
void drawArrow(QPainter& painter, const CanvasContext& context, const QLineF& way, const ArrowStyle& style);

/// A pill with a glyph and words; returns its box. `left` and `middle` are in scene units.
QRectF drawPill(QPainter& painter, const CanvasContext& context, const QPointF& left, Glyph glyph, const QString& words, Role ground,
                Role ink);

} // namespace podleaf::ui
