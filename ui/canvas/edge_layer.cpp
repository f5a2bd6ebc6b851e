// SPDX-License-Identifier: GPL-3.0-or-later
// Paints cables; measures are those of design/main-window-light.svg and canvas-vocabulary.svg. GUI thread.
#include "edge_layer.h"

#include "cable_labels.h"
#include "draw.h"

#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

using namespace measure;

constexpr double kMiddleGap = 3; ///< Free on both sides of the tick.
constexpr double kGlyphRadius = 6;
constexpr double kHaloWidth = 12;
constexpr double kSilentOpacity = 0.5;

double distanceTo(const CablePlace& cable, const QPointF& point) {
    const QPointF way = cable.ports[1] - cable.ports[0];
    const double length2 = QPointF::dotProduct(way, way);
    const double along = length2 <= 0 ? 0 : std::clamp(QPointF::dotProduct(point - cable.ports[0], way) / length2, 0.0, 1.0);
    const QPointF off = point - cable.at(along);
    return std::hypot(off.x(), off.y());
}

/// The unit vector of a cable from its first end to its second.
QPointF directionOf(const CablePlace& cable) {
    const QPointF way = cable.ports[1] - cable.ports[0];
    const double length = std::max(1.0, std::hypot(way.x(), way.y()));
    return way / length;
}

Role portColor(PortLook look) {
    switch (look) {
    case PortLook::Up:
        return Role::Ok;
    case PortLook::NoCarrier:
        return Role::Bad;
    case PortLook::Shut:
        return Role::Off;
    case PortLook::Unknown:
        return Role::Edge;
    }
    return Role::Edge;
}

} // namespace

EdgeLayer::EdgeLayer(const CanvasContext& context) : m_context(context) {
    setZValue(1);
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption); // exposedRect, to leave out what is not seen.
    for (const model::Link& link : context.lab.links) {
        const CablePlace* place = context.layout.find(link.id);
        if (place != nullptr) {
            m_index.insert(link.id, m_cables.size());
            m_cables.push_back({&link, *place, {}});
        }
    }
    m_bounds = context.layout.bounds.adjusted(-300, -60, 300, 60); // Labels may stand beside the cards.
    refresh();
}

void EdgeLayer::refresh() {
    for (Cable& cable : m_cables) {
        cable.look = lookOf(*cable.link, *m_context.state);
    }
}

void EdgeLayer::refresh(const LinkId& link) {
    const auto it = m_index.constFind(link);
    if (it != m_index.constEnd()) {
        m_cables[*it].look = lookOf(*m_cables[*it].link, *m_context.state);
    }
}

const CableLook* EdgeLayer::lookAt(const LinkId& link) const {
    const auto it = m_index.constFind(link);
    return it == m_index.constEnd() ? nullptr : &m_cables[*it].look;
}

LinkId EdgeLayer::cableAt(const QPointF& scenePos, double distance) const {
    const Cable* best = nullptr;
    for (const Cable& cable : m_cables) {
        const double off = distanceTo(cable.place, scenePos);
        if (off <= distance) {
            best = &cable;
            distance = off;
        }
    }
    return best == nullptr ? LinkId() : best->link->id;
}

QRectF EdgeLayer::boundingRect() const {
    return m_bounds;
}

bool EdgeLayer::isMarked(const Cable& cable) const {
    const Selection self = cable.link->id;
    return m_context.selected == self || m_context.hovered == self || m_context.focused == self;
}

void EdgeLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* /*widget*/) {
    painter->setRenderHint(QPainter::Antialiasing, m_context.detail != Detail::Dot);
    std::vector<const Cable*> seen;
    for (const Cable& cable : m_cables) {
        const QRectF box = QRectF(cable.place.ports[0], cable.place.ports[1]).normalized().adjusted(-280, -20, 280, 20);
        if (box.intersects(option->exposedRect)) {
            seen.push_back(&cable);
        }
    }
    for (const Cable* cable : seen) {
        paintMarks(*painter, *cable);
        paintHalf(*painter, *cable, 0);
        paintHalf(*painter, *cable, 1);
    }
    for (const Cable* cable : seen) {
        if (m_context.detail == Detail::Dot && !isMarked(*cable)) {
            if (cable->look.carrierLost) {
                paintMiddle(*painter, *cable);
            }
            continue;
        }
        paintMiddle(*painter, *cable);
        paintPort(*painter, *cable, 0);
        paintPort(*painter, *cable, 1);
        if (m_context.detail == Detail::Full || isMarked(*cable)) {
            paintLabels(*painter, *cable);
        }
    }
}

void EdgeLayer::paintMarks(QPainter& painter, const Cable& cable) const {
    const Selection self = cable.link->id;
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom);
    if (m_context.selected == self || m_context.hovered == self) {
        QColor halo = m_context.color(m_context.selected == self ? Role::Accent : Role::Edge);
        halo.setAlphaF(0.28F);
        painter.setPen(QPen(halo, kHaloWidth * unit, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(cable.place.ports[0], cable.place.ports[1]);
    }
    if (m_context.focused == self) {
        const QPointF along = directionOf(cable.place) * 9;
        const QPointF side(-along.y() * 12 / 9, along.x() * 12 / 9);
        const QPointF corners[] = {cable.place.ports[0] - along - side, cable.place.ports[1] + along - side,
                                   cable.place.ports[1] + along + side, cable.place.ports[0] - along + side};
        constexpr double kDots[] = {2, 2};
        painter.setPen(dashedPen(m_context.color(Role::Text), 1, kDots));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolygon(corners, 4);
    }
}

void EdgeLayer::paintHalf(QPainter& painter, const Cable& cable, std::size_t half) const {
    const HalfLook& look = cable.look.halves[half];
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom * (m_context.detail == Detail::Full ? 1.0 : 0.8));
    const QPointF along = directionOf(cable.place) * (half == 0 ? 1 : -1);
    const QPointF from = cable.place.ports[half] + along * (kPortSide / 2);
    const QPointF to = cable.place.at(0.5) - along * kMiddleGap;
    painter.setOpacity(isSilent(look, m_context.nowMs) ? kSilentOpacity : 1.0);
    const bool plain = !m_context.bgpLens && look.glyph != Glyph::None;
    painter.setPen(dashedPen(m_context.color(look.line), look.width * unit * (plain ? 0.5 : 1), look.dash));
    painter.drawLine(from, to);
    if (look.glyph != Glyph::None && m_context.detail != Detail::Dot) {
        const QPointF centre = (cable.place.ports[half] + cable.place.at(0.5)) / 2;
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_context.color(Role::Canvas));
        painter.drawEllipse(centre, (kGlyphRadius + 2) * unit, (kGlyphRadius + 2) * unit);
        drawGlyph(painter, centre, kGlyphRadius * unit, look.glyph, m_context.theme, Role::Canvas);
    }
    painter.setOpacity(1);
}

/// The tick that parts the halves; two slashes over it when the carrier is lost.
void EdgeLayer::paintMiddle(QPainter& painter, const Cable& cable) const {
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom);
    const QPointF centre = cable.place.at(0.5);
    const QPointF along = directionOf(cable.place) * unit;
    const QPointF across(-along.y(), along.x());
    painter.setPen(QPen(m_context.color(Role::Edge), 1.5 * unit));
    painter.drawLine(centre - across * 4, centre + across * 4);
    if (!cable.look.carrierLost) {
        return;
    }
    const QPointF gap[] = {centre - along * 9 - across * 7, centre + along * 9 - across * 7, centre + along * 9 + across * 7,
                           centre - along * 9 + across * 7};
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_context.color(Role::Canvas));
    painter.drawPolygon(gap, 4);
    painter.setPen(QPen(m_context.color(Role::Bad), 1.8 * unit, Qt::SolidLine, Qt::RoundCap));
    for (const double off : {-4.0, 4.0}) {
        painter.drawLine(centre + along * (off - 3) + across * 6, centre + along * (off + 3) - across * 6);
    }
}

void EdgeLayer::paintPort(QPainter& painter, const Cable& cable, std::size_t end) const {
    const PortLook look = cable.look.ports[end];
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom * 0.75);
    const auto square = [&](double side) {
        const QPointF half(side / 2 * unit, side / 2 * unit);
        return QRectF(cable.place.ports[end] - half, cable.place.ports[end] + half);
    };
    painter.setPen(QPen(m_context.color(Role::Edge), unit));
    painter.setBrush(m_context.color(Role::Card));
    painter.drawRoundedRect(square(kPortSide), 2 * unit, 2 * unit);
    const bool hollow = look == PortLook::NoCarrier || look == PortLook::Shut;
    const QColor color = m_context.color(portColor(look));
    painter.setPen(hollow ? QPen(color, 1.2 * unit) : QPen(Qt::NoPen));
    painter.setBrush(hollow ? QBrush(Qt::NoBrush) : QBrush(color));
    painter.drawRoundedRect(square(hollow ? 5.5 : 6), unit, unit);
}

void EdgeLayer::paintLabels(QPainter& painter, const Cable& cable) const {
    paintCableLabels(painter, m_context, *cable.link, cable.place, cable.look);
}

} // namespace podleaf::ui
