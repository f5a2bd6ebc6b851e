// SPDX-License-Identifier: GPL-3.0-or-later
// Paints cables; measures are those of design/main-window-light.svg and canvas-vocabulary.svg. GUI thread.
#include "edge_layer.h"

#include "cable_labels.h"
#include "draw.h"

#include <QStyleOptionGraphicsItem>
#include <QWidget>

#include <algorithm>
#include <bit>
#include <cmath>

namespace podleaf::ui {

namespace {

using namespace measure;

constexpr double kMiddleGap = 3; ///< Free on both sides of the tick.
constexpr double kGlyphRadius = 6;
constexpr double kHaloWidth = 12;
constexpr double kBadUnit = 0.8;
constexpr double kDotWidth = 100; ///< Of a card on the screen: from here on cables thin with the distance.
constexpr int kFadeMs = 200;
constexpr int kRingMs = 600;
constexpr double kRingGrows = 16;

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

/// Labels may stand beside the cable.
QRectF reachOf(const CablePlace& cable) {
    return QRectF(cable.ports[0], cable.ports[1]).normalized().adjusted(-280, -20, 280, 20);
}

std::array<QLineF, 2> linesOf(const CablePlace& cable) {
    const QPointF along = directionOf(cable);
    return {QLineF(cable.ports[0] + along * (kPortSide / 2), cable.at(0.5) - along * kMiddleGap),
            QLineF(cable.ports[1] - along * (kPortSide / 2), cable.at(0.5) + along * kMiddleGap)};
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

EdgeLayer::EdgeLayer(const CanvasContext& context) : CanvasLayer(context, 1, 300) { // Labels may stand beside the cards.
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption);                            // exposedRect, to leave out what is not seen.
    for (const model::Link& link : context.lab.links) {
        const CablePlace* place = context.layout.find(link.id);
        if (place != nullptr) {
            m_index.insert(link.id, m_cables.size());
            m_cables.push_back({&link, *place, reachOf(*place), linesOf(*place), {}, {}});
        }
    }
    refresh();
}

void EdgeLayer::place() {
    for (Cable& cable : m_cables) {
        cable.place = *m_context.layout.find(cable.link->id);
        cable.reach = reachOf(cable.place);
        cable.lines = linesOf(cable.place);
    }
    ++m_placed;
}

void EdgeLayer::refresh() {
    for (Cable& cable : m_cables) {
        takeLook(cable, true);
    }
}

/// Quietly: a whole new picture, of which nothing has turned before the user's eyes.
void EdgeLayer::takeLook(Cable& cable, bool quietly) {
    const CableLook before = std::exchange(cable.look, lookOf(*cable.link, *m_context.state));
    for (const std::size_t half : {std::size_t(0), std::size_t(1)}) {
        const HalfLook& old = before.halves[half];
        const HalfLook& now = cable.look.halves[half];
        if (!quietly && old.line != now.line) {
            const bool ring = (old.glyph == Glyph::Ok) != (now.glyph == Glyph::Ok);
            cable.turns.at(half) = {old.line, m_context.motionMs, ring};
            m_turned = true;
        }
    }
}

void EdgeLayer::refresh(const LinkId& link) {
    const auto it = m_index.constFind(link);
    if (it != m_index.constEnd()) {
        takeLook(m_cables[*it], false);
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

bool EdgeLayer::isMarked(const Cable& cable) const {
    const Selection self = cable.link->id;
    return m_context.selected == self || m_context.hovered == self || m_context.focused == self;
}

void EdgeLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) {
    painter->setRenderHint(QPainter::Antialiasing, m_context.detail != Detail::Dot);
    if (m_context.detail == Detail::Dot) {
        const auto lines = [this](QPainter& on, const QRectF& rect) { paintFarLines(on, rect); };
        if (widget != nullptr) {
            m_far.paint(*painter, widget->size(), farKey(), lines);
        } else {
            lines(*painter, option->exposedRect);
        }
        return paintFarMarks(*painter, option->exposedRect);
    }
    const std::vector<const Cable*> seen = seenIn(option->exposedRect);
    for (const Cable* cable : seen) {
        painter->setOpacity(m_context.opacityOf(cable->link->id));
        paintMarks(*painter, *cable);
        paintHalf(*painter, *cable, 0);
        paintHalf(*painter, *cable, 1);
    }
    for (const Cable* cable : seen) {
        painter->setOpacity(m_context.opacityOf(cable->link->id));
        paintMiddle(*painter, *cable);
        paintPort(*painter, *cable, 0);
        paintPort(*painter, *cable, 1);
        if (m_context.detail == Detail::Full || isMarked(*cable)) {
            paintLabels(*painter, *cable);
        }
    }
    painter->setOpacity(1);
}

std::vector<const EdgeLayer::Cable*> EdgeLayer::seenIn(const QRectF& rect) const {
    std::vector<const Cable*> seen;
    for (const Cable& cable : m_cables) {
        if (cable.reach.intersects(rect)) {
            seen.push_back(&cable);
        }
    }
    return seen;
}

/// Of all that the lines' picture is made of.
std::size_t EdgeLayer::farKey() const {
    std::size_t key = 0;
    for (const Cable& cable : m_cables) {
        for (const std::size_t half : {std::size_t(0), std::size_t(1)}) {
            const LineBatch::Stroke stroke = strokeOf(cable, half);
            key = key * 1'099'511'628'211U ^ (stroke.color + std::bit_cast<std::uintptr_t>(stroke.dash.data()));
        }
    }
    return qHashMulti(key, halfUnit(), m_context.shows(Lens::Bgp), m_placed);
}

void EdgeLayer::paintFarLines(QPainter& painter, const QRectF& rect) const {
    LineBatch lines;
    for (const Cable& cable : m_cables) {
        if (!cable.reach.intersects(rect)) {
            continue;
        }
        const LineBatch::Stroke stroke = strokeOf(cable, 0);
        const LineBatch::Stroke other = strokeOf(cable, 1);
        if (stroke == other) { // The gap between the halves is not seen from here.
            lines.add(stroke, QLineF(cable.lines[0].p1(), cable.lines[1].p1()));
        } else {
            lines.add(stroke, cable.lines[0]);
            lines.add(other, cable.lines[1]);
        }
    }
    lines.paint(painter);
}

/// What was done to cables, and all of those that are marked.
void EdgeLayer::paintFarMarks(QPainter& painter, const QRectF& rect) const {
    for (const Cable& cable : m_cables) {
        const bool marked = isMarked(cable);
        if ((!marked && !cable.look.carrierLost && !cable.look.drops) || !cable.reach.intersects(rect)) {
            continue;
        }
        painter.setOpacity(m_context.opacityOf(cable.link->id));
        if (marked) {
            paintMarks(painter, cable);
            for (const std::size_t half : {std::size_t(0), std::size_t(1)}) {
                const LineBatch::Stroke stroke = strokeOf(cable, half);
                painter.setPen(stroke.pen());
                painter.drawLine(cable.lines.at(half));
                paintPort(painter, cable, half);
            }
            paintLabels(painter, cable);
        }
        paintMiddle(painter, cable);
    }
    painter.setOpacity(1);
}

void EdgeLayer::paintMarks(QPainter& painter, const Cable& cable) const {
    const Selection self = cable.link->id;
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom);
    if (m_context.selected == self || m_context.hovered == self) {
        QColor halo = m_context.color(m_context.selected == self ? Role::Accent : Role::Edge);
        const bool selected = m_context.selected == self;
        halo.setAlphaF(static_cast<float>(0.28 * (selected ? m_context.selectionStrength : m_context.hoverStrength)));
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

/// Scene units for each px of a half-line's width.
double EdgeLayer::halfUnit() const {
    const double pixel = m_context.theme.fontScale() / m_context.zoom;
    switch (m_context.detail) {
    case Detail::Full:
        return std::max(1.0, pixel);
    case Detail::Small:
        return std::max(1.0, 0.8 * pixel);
    case Detail::Dot: // A hair's breadth (a little less than a pixel is as fast as one) where cards are a few pixels wide.
        return std::clamp(measure::kCardWidth / pixel / kDotWidth, 0.999 / 3, 0.8) * pixel;
    }
    return pixel;
}

double EdgeLayer::halfShare(const HalfLook& look) const {
    return m_context.shows(Lens::Bgp) || look.glyph == Glyph::None ? 1 : 0.5;
}

LineBatch::Stroke EdgeLayer::strokeOf(const Cable& cable, std::size_t half) const {
    const HalfLook& look = cable.look.halves[half];
    const Turn& turn = cable.turns.at(half);
    const double progress = m_context.progressOf(turn.startMs, kFadeMs);
    QColor color = m_context.color(look.line);
    color = progress < 1 ? mixed(m_context.color(turn.before), color, progress) : color;
    const double opacity = m_context.opacityOf(cable.link->id) * (isSilent(look, m_context.nowMs) ? kSilentOpacity : 1);
    if (opacity < 1) {
        color.setAlphaF(static_cast<float>(opacity) * color.alphaF());
    }
    const double dashUnit = m_context.detail == Detail::Full ? 1 : m_context.theme.fontScale() / m_context.zoom;
    const bool stays = m_context.detail == Detail::Dot && look.line == Role::Bad; // What is broken does not thin away.
    const double unit = stays ? kBadUnit * dashUnit : halfUnit();
    return {rankOf(look.line), color.rgba(), look.width * unit * halfShare(look), look.dash, dashUnit};
}

void EdgeLayer::paintHalf(QPainter& painter, const Cable& cable, std::size_t half) const {
    const HalfLook& look = cable.look.halves[half];
    const double unit = halfUnit();
    const LineBatch::Stroke stroke = strokeOf(cable, half);
    const double opacity = m_context.opacityOf(cable.link->id);
    painter.setPen(stroke.pen());
    painter.setOpacity(1); // It is in the colour.
    painter.drawLine(cable.lines.at(half));
    painter.setOpacity(isSilent(look, m_context.nowMs) ? kSilentOpacity * opacity : opacity);
    if (look.glyph != Glyph::None && m_context.detail != Detail::Dot) {
        const QPointF centre = (cable.place.ports[half] + cable.place.at(0.5)) / 2;
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_context.color(Role::Canvas));
        painter.drawEllipse(centre, (kGlyphRadius + 2) * unit, (kGlyphRadius + 2) * unit);
        drawGlyph(painter, centre, kGlyphRadius * unit, look.glyph, m_context.theme, Role::Canvas);
        paintRing(painter, cable, half);
    }
    painter.setOpacity(opacity);
}

/// Once around the glyph of a session that came up or went down.
void EdgeLayer::paintRing(QPainter& painter, const Cable& cable, std::size_t half) const {
    const Turn& turn = cable.turns.at(half);
    const double progress = m_context.progressOf(turn.startMs, kRingMs);
    if (!turn.ring || progress >= 1) {
        return;
    }
    QColor color = m_context.color(cable.look.halves[half].line);
    color.setAlphaF(static_cast<float>(1 - progress));
    const double radius = kGlyphRadius + 2 + kRingGrows * progress;
    painter.setPen(QPen(color, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse((cable.place.ports[half] + cable.place.at(0.5)) / 2, radius, radius);
}

/// The tick that parts the halves, and what was done to the cable: two slashes when the carrier is lost, scissors where
/// packets are dropped on purpose, a pill with what else they suffer.
void EdgeLayer::paintMiddle(QPainter& painter, const Cable& cable) const {
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom);
    const QPointF centre = cable.place.at(0.5);
    const QPointF along = directionOf(cable.place) * unit;
    const QPointF across(-along.y(), along.x());
    painter.setPen(QPen(m_context.color(Role::Edge), 1.5 * unit));
    painter.drawLine(centre - across * 4, centre + across * 4);
    if (cable.look.carrierLost) {
        paintCarrierLost(painter, centre, along);
    } else {
        paintImpairment(painter, cable.look, centre);
    }
}

void EdgeLayer::paintCarrierLost(QPainter& painter, const QPointF& centre, const QPointF& along) const {
    const QPointF across(-along.y(), along.x());
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom);
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

void EdgeLayer::paintImpairment(QPainter& painter, const CableLook& look, const QPointF& centre) const {
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom);
    if (look.drops) {
        constexpr double kRadius = 11;
        painter.setPen(QPen(m_context.color(Role::WarnFill), 1.5 * unit));
        painter.setBrush(m_context.color(Role::Card));
        painter.drawEllipse(centre, kRadius * unit, kRadius * unit);
        const double half = 6.5 * unit;
        paintIcon(painter, QRectF(centre - QPointF(half, half), QSizeF(2 * half, 2 * half)), QStringLiteral("cut"),
                  m_context.color(Role::Warn));
    } else if (!look.impairment.isEmpty() && m_context.detail != Detail::Dot) {
        const QFont font = m_context.theme.canvasFont(FontRole::Note);
        painter.save();
        painter.translate(centre);
        painter.scale(unit, unit);
        const double width = textWidth(look.impairment, font) + 16;
        painter.setPen(QPen(m_context.color(Role::Edge), 1));
        painter.setBrush(m_context.color(Role::Card));
        painter.drawRoundedRect(QRectF(-width / 2, -9.5, width, 19), 9.5, 9.5);
        drawText(painter, {8 - width / 2, 4}, look.impairment, font, m_context.color(Role::Text));
        painter.restore();
    }
}

void EdgeLayer::paintPort(QPainter& painter, const Cable& cable, std::size_t end) const {
    const PortLook look = cable.look.ports[end];
    // At the size of the screen, but not over the names in small cards.
    const double share = m_context.detail == Detail::Full ? 0.75 : 0.6;
    const double unit = std::max(1.0, m_context.theme.fontScale() / m_context.zoom * share);
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
