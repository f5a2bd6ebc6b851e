// SPDX-License-Identifier: GPL-3.0-or-later
// Arrows and pills that several lenses share. GUI thread.
#include "arrows.h"

#include "draw.h"

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr double kHalo = 3.5;
constexpr double kPortClear = 9; ///< From a port's middle to where an arrow begins.
constexpr double kPillHeight = 20;
constexpr double kPlainWidth = 3.5; ///< Of a line whose head is as designed; that of a thicker one grows with it.

} // namespace

void drawHead(QPainter& painter, const QPointF& tip, const QPointF& direction, const QColor& color, double unit, Head head) {
    const QPointF back = direction * 7 * unit;
    const QPointF across = QPointF(-direction.y(), direction.x()) * 4.9 * unit;
    const QPointF corners[] = {tip, tip - back + across, tip - back - across};
    const bool filled = head == Head::Filled;
    painter.setPen(filled ? QPen(Qt::NoPen) : QPen(color, 1.4 * unit));
    painter.setBrush(filled ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawPolygon(corners, 3);
}

QPointF directionOf(const QLineF& line) {
    return line.length() > 0 ? (line.p2() - line.p1()) / line.length() : QPointF();
}

QLineF wayBeside(const CablePlace& cable, std::size_t from, double offset) {
    const QLineF whole(cable.ports[from], cable.ports[1 - from]);
    const QPointF along = directionOf(whole);
    const QPointF right(-along.y(), along.x()); // y grows downwards
    const double clear = std::min(kPortClear, whole.length() / 4);
    return {whole.p1() + along * clear + right * offset, whole.p2() - along * clear + right * offset};
}

double unitOf(const CanvasContext& context) {
    return context.detail == Detail::Full ? 1.0 : context.theme.fontScale() / context.zoom;
}

void drawArrow(QPainter& painter, const CanvasContext& context, const QLineF& way, const ArrowStyle& style) {
    const double unit = unitOf(context);
    const double width = style.width * unit;
    const QLineF line(way.p1(), style.ends ? way.p2() : way.center());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(context.color(Role::Canvas), width + kHalo * unit, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(line);
    painter.setPen(dashedPen(style.color, width, style.dash));
    painter.drawLine(line);
    if (style.ends) {
        drawHead(painter, way.pointAt(style.headAt), directionOf(way), style.color, unit * std::max(1.0, style.width / kPlainWidth),
                 style.head);
    } else {
        drawGlyph(painter, line.p2(), 7 * unit, Glyph::Bad, context.theme, Role::Canvas);
    }
}

QRectF drawPill(QPainter& painter, const CanvasContext& context, const QPointF& left, Glyph glyph, const QString& words, Role ground,
                Role ink) {
    const double unit = unitOf(context);
    const QFont font = context.theme.canvasFont(FontRole::Word);
    const double text = glyph == Glyph::None ? 10 : 21;
    const QRectF box(0, -kPillHeight / 2, text + textWidth(words, font) + 10, kPillHeight);
    painter.save();
    painter.translate(left);
    painter.scale(unit, unit);
    painter.setPen(QPen(context.color(Role::Canvas), 2));
    painter.setBrush(context.color(ground));
    painter.drawRoundedRect(box, kPillHeight / 2, kPillHeight / 2);
    if (glyph != Glyph::None) {
        drawGlyph(painter, {12, 0}, 5, glyph, context.theme, ground);
    }
    drawText(painter, {text, 4}, words, font, context.color(ink));
    painter.restore();
    return {left + QPointF(0, box.top() * unit), box.size() * unit};
}

} // namespace podleaf::ui
