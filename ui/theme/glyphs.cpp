// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the state glyphs, design §3; measures are those of design/canvas-vocabulary.svg, in radii. GUI thread.
#include "glyphs.h"

#include "vector_icon.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace podleaf::ui {

namespace {

/// What a glyph is drawn with: its place, its colours and its size.
struct Brushes {
    QPainter& painter;
    QPointF centre;
    double r;
    QColor color;
    QColor ground;
    QColor mark; ///< On the yellow of triangles and diamonds.

    [[nodiscard]] QPointF at(double x, double y) const { return centre + QPointF(x * r, y * r); }
    void pen(const QColor& with, double width) const {
        painter.setPen(QPen(with, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
    }
    void fill(const QColor& with) const {
        painter.setPen(Qt::NoPen);
        painter.setBrush(with);
    }
};

void tick(const Brushes& b, const QColor& color) {
    b.pen(color, 0.26 * b.r);
    const QPointF points[] = {b.at(-0.48, 0.05), b.at(-0.12, 0.43), b.at(0.5, -0.37)};
    b.painter.drawPolyline(points, 3);
}

void ring(const Brushes& b) {
    b.painter.setPen(QPen(b.color, 0.25 * b.r));
    b.painter.setBrush(b.ground);
    b.painter.drawEllipse(b.centre, 0.875 * b.r, 0.875 * b.r);
}

void ok(const Brushes& b) {
    b.fill(b.color);
    b.painter.drawEllipse(b.centre, b.r, b.r);
    tick(b, b.ground);
}

void bad(const Brushes& b) {
    const QPointF octagon[] = {b.at(-0.42, -1), b.at(0.42, -1), b.at(1, -0.42), b.at(1, 0.42),
                               b.at(0.42, 1),   b.at(-0.42, 1), b.at(-1, 0.42), b.at(-1, -0.42)};
    b.fill(b.color);
    b.painter.drawPolygon(octagon, 8);
    b.pen(b.ground, 0.26 * b.r);
    b.painter.drawLine(b.at(-0.4, -0.4), b.at(0.4, 0.4));
    b.painter.drawLine(b.at(0.4, -0.4), b.at(-0.4, 0.4));
}

void warn(const Brushes& b) {
    const QPointF triangle[] = {b.at(0, -1.05), b.at(1.1, 0.9), b.at(-1.1, 0.9)};
    b.pen(b.color, 0.17 * b.r);
    b.painter.setBrush(b.color);
    b.painter.drawPolygon(triangle, 3);
    b.pen(b.mark, 0.26 * b.r);
    b.painter.drawLine(b.at(0, -0.35), b.at(0, 0.2));
    b.painter.drawPoint(b.at(0, 0.57));
}

void changed(const Brushes& b) {
    const QPointF diamond[] = {b.at(0, -1.15), b.at(1.15, 0), b.at(0, 1.15), b.at(-1.15, 0)};
    b.pen(b.color, 0.17 * b.r);
    b.painter.setBrush(b.color);
    b.painter.drawPolygon(diamond, 4);
    tick(b, b.mark);
}

void wait(const Brushes& b) {
    ring(b);
    b.fill(b.color);
    b.painter.drawPie(QRectF(b.at(-0.875, -0.875), b.at(0.875, 0.875)), -90 * 16, 180 * 16);
}

void connect(const Brushes& b) {
    ring(b);
    b.fill(b.color);
    b.painter.drawEllipse(b.centre, 0.32 * b.r, 0.32 * b.r);
}

void shut(const Brushes& b) {
    b.painter.setPen(QPen(b.color, 0.25 * b.r));
    b.painter.setBrush(b.ground);
    b.painter.drawRect(QRectF(b.at(-0.875, -0.875), b.at(0.875, 0.875)));
    b.pen(b.color, 0.25 * b.r);
    b.painter.drawLine(b.at(-0.5, 0), b.at(0.5, 0));
}

void partly(const Brushes& b) {
    b.painter.setPen(QPen(b.color, 0.25 * b.r));
    b.painter.setBrush(b.ground);
    b.painter.drawRect(QRectF(b.at(-0.875, -0.875), b.at(0.875, 0.875)));
    const QPointF half[] = {b.at(-0.875, 0.875), b.at(0.875, 0.875), b.at(0.875, -0.875)};
    b.fill(b.color);
    b.painter.drawPolygon(half, 3);
}

void planned(const Brushes& b) {
    QPen pen(b.color, 0.2 * b.r);
    pen.setDashPattern({1.67, 1.67});
    pen.setCapStyle(Qt::FlatCap);
    b.painter.setPen(pen);
    b.painter.setBrush(Qt::NoBrush);
    b.painter.drawEllipse(b.centre, 0.875 * b.r, 0.875 * b.r);
}

void paint(const Brushes& b, Glyph glyph) {
    switch (glyph) {
    case Glyph::None:
        return;
    case Glyph::Ok:
        return ok(b);
    case Glyph::Bad:
        return bad(b);
    case Glyph::Warn:
        return warn(b);
    case Glyph::Changed:
        return changed(b);
    case Glyph::Wait:
        return wait(b);
    case Glyph::Connect:
        return connect(b);
    case Glyph::Idle:
        return ring(b);
    case Glyph::Shut:
        return shut(b);
    case Glyph::Stale:
        ring(b);
        return tick(b, b.color);
    case Glyph::Partly:
        return partly(b);
    case Glyph::Planned:
        return planned(b);
    }
}

} // namespace

Role colorRoleOf(Glyph glyph) {
    switch (glyph) {
    case Glyph::Ok:
    case Glyph::Stale:
        return Role::Ok;
    case Glyph::Bad:
        return Role::Bad;
    case Glyph::Warn:
    case Glyph::Changed:
        return Role::WarnFill;
    case Glyph::Partly:
        return Role::Warn;
    case Glyph::Wait:
    case Glyph::Connect:
        return Role::Wait;
    case Glyph::None:
    case Glyph::Idle:
    case Glyph::Shut:
    case Glyph::Planned:
        return Role::Off;
    }
    return Role::Off;
}

Role textRoleOf(Glyph glyph) {
    const Role role = colorRoleOf(glyph);
    return role == Role::WarnFill ? Role::Warn : role;
}

void paintGlyph(QPainter& painter, const QRectF& rect, Glyph glyph, const Theme& theme, Role ground) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paint({painter, rect.center(), std::min(rect.width(), rect.height()) / 2, theme.color(colorRoleOf(glyph)), theme.color(ground),
           theme.color(theme.isDark() ? Role::Base : Role::Text)},
          glyph);
    painter.restore();
}

QIcon glyphIcon(Glyph glyph, const Theme& theme) {
    return vectorIcon([glyph, theme](QPainter& painter, const QRectF& rect, IconState) {
        const double side = std::min(rect.width(), rect.height()) * 10 / 16; // Ten px in a 16 px icon, as in tables.
        QRectF inner(0, 0, side, side);
        inner.moveCenter(rect.center());
        paintGlyph(painter, inner, glyph, theme, Role::Base);
    });
}

} // namespace podleaf::ui
