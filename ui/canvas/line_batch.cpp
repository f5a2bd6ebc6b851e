// SPDX-License-Identifier: GPL-3.0-or-later
// LineBatch: see the header.
#include "line_batch.h"

#include "draw.h"

#include <tuple>

namespace podleaf::ui {

int rankOf(Role line) {
    switch (line) {
    case Role::Bad:
        return 4;
    case Role::Warn:
    case Role::WarnFill:
        return 3;
    case Role::Wait:
        return 2;
    case Role::Ok:
        return 1;
    default:
        return 0;
    }
}

static auto keyOf(const LineBatch::Stroke& stroke) {
    return std::tuple(stroke.rank, stroke.color, stroke.width, stroke.dash.data(), stroke.dash.size(), stroke.dashUnit);
}

QPen LineBatch::Stroke::pen() const {
    return dashedPen(QColor::fromRgba(color), width, dash, dashUnit);
}

bool LineBatch::Stroke::operator==(const Stroke& other) const {
    return keyOf(*this) == keyOf(other);
}

bool LineBatch::Order::operator()(const Stroke& a, const Stroke& b) const {
    return keyOf(a) < keyOf(b);
}

void LineBatch::add(const Stroke& stroke, const QLineF& line) {
    if (m_last == nullptr || !(stroke == m_last->first)) {
        m_last = &*m_lines.try_emplace(stroke).first;
    }
    m_last->second.push_back(line);
}

/// A hair's breadth as a cosmetic pen of one pixel: Qt draws that one straight into the picture, and any other by coverage.
static QPen hairlineOf(const LineBatch::Stroke& stroke, double pixels) {
    QPen pen = dashedPen(QColor::fromRgba(stroke.color), 1, stroke.dash, stroke.dashUnit * pixels);
    pen.setCosmetic(true);
    return pen;
}

void LineBatch::paint(QPainter& painter) const {
    const double pixels = painter.deviceTransform().m11(); // That a scene's unit has.
    for (const auto& [stroke, lines] : m_lines) {
        painter.setPen(stroke.width * pixels <= 1 ? hairlineOf(stroke, pixels) : stroke.pen());
        painter.drawLines(lines.data(), static_cast<int>(lines.size()));
    }
}

} // namespace podleaf::ui
