// SPDX-License-Identifier: GPL-3.0-or-later
// labPicture: see the header. Not the canvas made smaller: its words and dashes are not to be read at this size.
#include "lab_picture.h"

#include <ui/canvas/layout.h>
#include <ui/theme/glyphs.h>

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr double kRim = 12;    ///< Around the lab.
constexpr double kFine = 0.12; ///< Below this scale lines are hairs, and no words fit.
constexpr double kMostScale = 0.24;
constexpr double kPodSide = 12;

struct Sketch {
    const model::Lab& lab;
    const Theme& theme;
    Layout layout;
    double scale = 1;
    QPointF origin;

    [[nodiscard]] QPointF at(const QPointF& place) const { return place * scale + origin; }
    [[nodiscard]] QRectF at(const QRectF& card) const { return {at(card.topLeft()), card.size() * scale}; }
    [[nodiscard]] bool isFine() const { return scale < kFine; }
};

void fit(Sketch& sketch, const QSizeF& size) {
    const QRectF bounds = sketch.layout.bounds;
    const QSizeF room = size - QSizeF(2 * kRim, 2 * kRim);
    sketch.scale = std::min({room.width() / bounds.width(), room.height() / bounds.height(), kMostScale});
    sketch.origin = QPointF(size.width() / 2, size.height() / 2) - bounds.center() * sketch.scale;
}

void paintCables(QPainter& painter, const Sketch& sketch) {
    QColor color = sketch.theme.color(Role::Edge);
    color.setAlphaF(sketch.scale < kFine / 2 ? 0.35F : 1.0F);
    painter.setPen(QPen(color, sketch.isFine() ? 0.8 : 1.4));
    for (const CablePlace& cable : sketch.layout.cables) {
        painter.drawLine(sketch.at(cable.ports[0]), sketch.at(cable.ports[1]));
    }
}

/// How many pods the lab puts on a host.
int podsOn(const model::Lab& lab, const NodeId& host) {
    const auto pods = lab.pods();
    return static_cast<int>(std::ranges::count_if(pods, [&host](const model::Pod& pod) { return pod.host == host; }));
}

void paintNode(QPainter& painter, const Sketch& sketch, const NodePlace& place) {
    const Theme& theme = sketch.theme;
    const QRectF card = sketch.at(place.card);
    const bool isHost = place.kind == model::NodeKind::Host;
    const double radius = std::min(4.0, card.height() / 4);
    painter.setPen(QPen(theme.color(Role::Edge), sketch.isFine() ? 0.6 : 1));
    painter.setBrush(theme.color(isHost ? Role::Card : Role::Lane));
    painter.drawRoundedRect(card, radius, radius);
    if (sketch.scale < kFine / 2) {
        return;
    }
    painter.setFont(theme.canvasFont(sketch.isFine() ? FontRole::Caption : FontRole::Strong));
    const QFontMetricsF metrics(painter.font());
    const int pods = isHost ? podsOn(sketch.lab, place.id) : 0;
    const bool fits = metrics.horizontalAdvance(place.id.name) + 6 <= card.width() && metrics.ascent() <= card.height();
    const double podTop = fits ? card.center().y() + 3 : card.center().y() - kPodSide / 2;
    if (fits) {
        painter.setPen(theme.color(Role::Text));
        const QRectF words = pods > 0 ? QRectF(card.left(), card.top(), card.width(), podTop - card.top()) : card;
        painter.drawText(words, Qt::AlignCenter, place.id.name);
    }
    if (pods > 0 && podTop + kPodSide <= card.bottom()) {
        const double width = pods * (kPodSide + 2) - 2;
        for (int i = 0; i < pods && width < card.width(); ++i) {
            const QPointF corner(card.center().x() - width / 2 + i * (kPodSide + 2), podTop);
            paintIcon(painter, QRectF(corner, QSizeF(kPodSide, kPodSide)), QStringLiteral("pod"), theme.color(Role::Accent));
        }
    }
}

} // namespace

QPixmap labPicture(const model::Lab& lab, const Theme& theme, const QSize& size, double ratio) {
    QPixmap picture(size * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(theme.color(Role::Canvas));
    Sketch sketch{lab, theme, layoutOf(lab), 1, {}};
    if (sketch.layout.bounds.isEmpty()) {
        return picture;
    }
    fit(sketch, size);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    paintCables(painter, sketch);
    for (const NodePlace& place : sketch.layout.nodes) {
        paintNode(painter, sketch, place);
    }
    return picture;
}

} // namespace podleaf::ui
