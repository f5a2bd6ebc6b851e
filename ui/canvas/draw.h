// SPDX-License-Identifier: GPL-3.0-or-later
// Small helpers to draw text and outlines the same way everywhere on the canvas. GUI thread.
#pragma once

#include "canvas_context.h"

#include <QFontMetricsF>
#include <QPainter>

namespace podleaf::ui {

/// Text from `baseline` to the right (or to the left of it); returns its width.
double drawText(QPainter& painter, const QPointF& baseline, const QString& text, const QFont& font, const QColor& color);
double drawTextLeftOf(QPainter& painter, const QPointF& baseline, const QString& text, const QFont& font, const QColor& color);
double textWidth(const QString& text, const QFont& font);
/// Names elide in the middle, sentences at the end.
QString elided(const QString& text, const QFont& font, double width, Qt::TextElideMode mode);
/// Sentence over at most two lines within `rect`.
void drawSentence(QPainter& painter, const QRectF& rect, const QString& text, const QFont& font, const QColor& color);

/// `progress` of the way from one colour to another.
QColor mixed(const QColor& from, const QColor& to, double progress);

/// A pen whose dashes are given in px of a line `width` wide, as in the design's table, `unit` for each px.
QPen dashedPen(const QColor& color, double width, Dash dash, double unit = 1);
void drawGlyph(QPainter& painter, const QPointF& centre, double radius, Glyph glyph, const Theme& theme, Role ground);
/// Selection outline (2 px accent, 4 px off) and key focus (dotted, text coloured) around a card or chip.
void drawMarks(QPainter& painter, const CanvasContext& context, const QRectF& around, bool selected, bool focused);

} // namespace podleaf::ui
