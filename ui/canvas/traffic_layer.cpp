// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the Traffic lens from the rates that the state keeps per port. GUI thread.
#include "traffic_layer.h"

#include "arrows.h"
#include "canvas_text.h"
#include "draw.h"

#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <array>
#include <cmath>

namespace podleaf::ui {

namespace {

constexpr qint64 kDropsShownMs = 60'000;
constexpr double kBeside = 9;
constexpr double kOldOpacity = 0.4;
constexpr double kThinnest = 1;
constexpr double kThickest = 8;

const state::PortTraffic* trafficAt(const model::Endpoint& end, const state::LabState& state) {
    const state::NodeState* node = state.running ? state.findNode(end.node) : nullptr;
    if (node == nullptr) {
        return nullptr;
    }
    const auto port = node->traffic.find(end.port);
    return port == node->traffic.end() ? nullptr : &port->second;
}

} // namespace

CableRate rateOf(const model::Link& link, std::size_t from, const state::LabState& state) {
    if (const state::PortTraffic* sent = trafficAt(link.ends[from], state)) {
        return {sent->txBitsPerSecond, sent->atMs};
    }
    if (const state::PortTraffic* received = trafficAt(link.ends[1 - from], state)) {
        return {received->rxBitsPerSecond, received->atMs};
    }
    return {};
}

std::uint64_t dropsAt(const model::Endpoint& end, const state::LabState& state, qint64 nowMs) {
    const state::PortTraffic* port = trafficAt(end, state);
    return port != nullptr && port->drops > 0 && nowMs - port->lastDropMs < kDropsShownMs ? port->drops : 0;
}

QString rateWords(double bitsPerSecond) {
    constexpr std::array kUnits{"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
    double value = bitsPerSecond;
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit > 0 && value < 9.95 ? 1 : 0;
    return QString::number(value, 'f', decimals) + QLatin1Char(' ') + QLatin1StringView(kUnits.at(unit));
}

double rateWidth(double bitsPerSecond) {
    constexpr double kDecades = 6; // From 1 kbit/s to 1 Gbit/s.
    const double decades = bitsPerSecond <= 1000 ? 0 : std::log10(bitsPerSecond / 1000);
    return kThinnest + (kThickest - kThinnest) * std::clamp(decades / kDecades, 0.0, 1.0);
}

TrafficLayer::TrafficLayer(const CanvasContext& context) : CanvasLayer(context, 2, 160) {
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption); // exposedRect, to leave out what is not seen.
}

void TrafficLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* /*widget*/) {
    if (!m_context.shows(Lens::Traffic)) {
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing, m_context.detail != Detail::Dot);
    for (const model::Link& link : m_context.lab.links) {
        const CablePlace* place = m_context.layout.find(link.id);
        if (place == nullptr) {
            continue;
        }
        const QRectF box = QRectF(place->ports[0], place->ports[1]).normalized().adjusted(-160, -20, 160, 20);
        if (box.intersects(option->exposedRect)) {
            painter->setOpacity(m_context.opacityOf(link.id));
            paintCable(*painter, link, *place);
        }
    }
    painter->setOpacity(1);
}

void TrafficLayer::paintCable(QPainter& painter, const model::Link& link, const CablePlace& place) const {
    const double unit = unitOf(m_context);
    const double opacity = painter.opacity();
    for (const std::size_t from : {std::size_t(0), std::size_t(1)}) {
        const CableRate rate = rateOf(link, from, *m_context.state);
        if (rate.atMs == 0 || rate.bitsPerSecond < 1) {
            continue;
        }
        const double width = rateWidth(rate.bitsPerSecond);
        painter.setOpacity(opacity * (m_context.nowMs - rate.atMs > kRateIsOldMs ? kOldOpacity : 1));
        const QLineF way = wayBeside(place, from, (kBeside + width / 2 - 1) * unit);
        drawArrow(painter, m_context, way, {.color = m_context.color(Role::Traffic), .width = width, .headAt = 0.72});
        painter.setOpacity(opacity);
        if (m_context.detail == Detail::Full) {
            paintFigure(painter, place, from, rate);
        }
    }
    for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
        if (const std::uint64_t drops = dropsAt(link.ends[end], *m_context.state, m_context.nowMs); drops > 0) {
            paintDrops(painter, place, end, drops);
        }
    }
}

/// Right of a vertical cable, where it has no labels of its own; on a plate at its line elsewhere.
void TrafficLayer::paintFigure(QPainter& painter, const CablePlace& place, std::size_t from, const CableRate& rate) const {
    const bool silent = m_context.nowMs - rate.atMs > kRateIsOldMs;
    const bool down = place.ports[from].y() < place.ports[1 - from].y();
    const bool isVertical = place.isVertical();
    QString words = rateWords(rate.bitsPerSecond);
    if (isVertical) {
        words = (down ? QChar(0x2193) : QChar(0x2191)) + QStringLiteral(" ") + words;
    }
    if (silent) {
        words = CanvasText::tr("%1, seen %2 ago").arg(words, durationText(m_context.nowMs - rate.atMs));
    }
    const QFont font = m_context.theme.canvasFont(FontRole::Word);
    const QColor ink = m_context.color(silent ? Role::Muted : Role::Traffic);
    const QPointF middle = place.at(0.5);
    if (isVertical) {
        drawText(painter, middle + QPointF(24, down ? -2 : 14), words, font, ink);
        return;
    }
    const QLineF way = wayBeside(place, from, kBeside);
    const QPointF centre = way.pointAt(0.3);
    const double width = textWidth(words, font);
    painter.fillRect(QRectF(centre.x() - width / 2 - 3, centre.y() - 8, width + 6, 16), m_context.color(Role::Canvas));
    drawText(painter, centre + QPointF(-width / 2, 4), words, font, ink);
}

void TrafficLayer::paintDrops(QPainter& painter, const CablePlace& place, std::size_t end, std::uint64_t drops) const {
    const QLineF way = wayBeside(place, end, -26 * unitOf(m_context));
    const QString words = m_context.detail == Detail::Dot ? QString() : CanvasText::tr("%1 dropped").arg(drops);
    drawPill(painter, m_context, way.pointAt(0.12), Glyph::Warn, words, Role::WarnTint, Role::Warn);
}

} // namespace podleaf::ui
