// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes of flows: see the header.
#include "flow_shapes.h"

#include <QLineF>
#include <QPainter>

#include <algorithm>

namespace podleaf::ui::flow {

namespace {
constexpr double kChipMiddle = 94;
constexpr double kChipPitch = 43;
constexpr double kBend = 7;
constexpr double kDenied[] = {7, 4};
constexpr double kChanged[] = {12, 3, 2, 3};
} // namespace

Dash dashOf(bool ok, bool changed) {
    return !ok ? Dash(kDenied) : changed ? Dash(kChanged) : Dash();
}

double chipY(const QRectF& card, int chip) {
    return card.top() + kChipMiddle + chip * kChipPitch;
}

void clipAway(QPainter& painter, const QRectF& whole, const std::vector<QRectF>& places) {
    QPainterPath rest;
    rest.addRect(whole);
    for (const QRectF& place : places) {
        QPainterPath hole;
        hole.addRect(place);
        rest -= hole;
    }
    painter.setClipPath(rest, Qt::IntersectClip);
}

QPainterPath roundedPath(const std::vector<QPointF>& points) {
    QPainterPath path(points.front());
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const QLineF in(points[i], points[i - 1]);
        const QLineF out(points[i], points[i + 1]);
        const double bend = std::min({kBend, in.length() / 2, out.length() / 2});
        if (bend < 0.1) {
            continue;
        }
        path.lineTo(in.pointAt(bend / in.length()));
        path.quadTo(points[i], out.pointAt(bend / out.length()));
    }
    path.lineTo(points.back());
    return path;
}

} // namespace podleaf::ui::flow
