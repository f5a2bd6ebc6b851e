// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the Routes lens: best solid, alternatives thin, what goes by another prefix dashed, what breaks ends in an
// octagon (design §5). GUI thread.
#include "route_layer.h"

#include "arrows.h"
#include "canvas_text.h"

namespace podleaf::ui {

namespace {

constexpr double kBeside = 11;
constexpr double kThinBeside = 15;
constexpr double kFallbackDash[] = {7, 4};
constexpr double kBrokenDash[] = {7, 4};
// From a card's edge to the middle of its mark: beyond the outline of what is selected.
constexpr double kAbove = 18; ///< A switch.
constexpr double kBelow = 18; ///< A host.

} // namespace

RouteLayer::RouteLayer(const CanvasContext& context) : CanvasLayer(context, 3, 160) {}

void RouteLayer::setIntent(std::shared_ptr<const intent::Intent> intent) {
    m_intent = std::move(intent);
    refresh();
}

void RouteLayer::choose(const std::optional<Ipv4Prefix>& prefix) {
    m_prefix = prefix;
    refresh();
}

void RouteLayer::refresh() {
    const bool shows = m_prefix && m_intent != nullptr && m_context.shows(Lens::Routes);
    m_picture = shows ? routesTo(m_context.lab, *m_intent, *m_context.state, *m_prefix) : RoutePicture();
}

void RouteLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* /*option*/, QWidget* /*widget*/) {
    if (!m_context.shows(Lens::Routes)) {
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    for (const RouteHop& hop : m_picture.hops) {
        paintHop(*painter, hop);
    }
    for (const auto& [node, mark] : m_picture.marks) {
        paintMark(*painter, node, mark);
    }
}

ArrowStyle RouteLayer::styleOf(const RouteHop& hop) const {
    ArrowStyle style{.color = m_context.color(Role::Accent)};
    if (hop.use == RouteUse::Alternative) {
        style.width = 1.2;
        style.head = Head::Hollow;
    } else if (hop.use == RouteUse::Fallback) {
        style.color = m_context.color(Role::Muted);
        style.dash = kFallbackDash;
    }
    if (hop.broken) {
        style.color = m_context.color(Role::Bad);
        style.dash = kBrokenDash;
        style.ends = false;
    }
    return style;
}

void RouteLayer::paintHop(QPainter& painter, const RouteHop& hop) const {
    const CablePlace* cable = m_context.layout.find(hop.link);
    if (cable == nullptr) {
        return;
    }
    const double beside = hop.use == RouteUse::Alternative ? kThinBeside : kBeside;
    painter.setOpacity(m_context.opacityOf(hop.link));
    drawArrow(painter, m_context, wayBeside(*cable, hop.from, beside * unitOf(m_context)), styleOf(hop));
    painter.setOpacity(1);
}

/// Below a host, above a switch: nothing else is there.
void RouteLayer::paintMark(QPainter& painter, const NodeId& node, const RouteMark& mark) const {
    const NodePlace* place = m_context.layout.find(node);
    if (place == nullptr) {
        return;
    }
    const double unit = unitOf(m_context);
    const bool host = place->kind == model::NodeKind::Host;
    const QPointF at(place->card.left() + 8 * unit, host ? place->card.bottom() + kBelow * unit : place->card.top() - kAbove * unit);
    painter.setOpacity(m_context.opacityOf(node));
    if (m_context.detail == Detail::Dot && !mark.owner) {
        drawPill(painter, m_context, at, mark.glyph, {}, Role::Canvas, Role::Text);
    } else if (mark.owner) {
        drawPill(painter, m_context, at, Glyph::None, CanvasText::tr("%1, %2").arg(mark.words, m_picture.prefix.toString()),
                 Role::AccentFill, Role::OnAccent);
    } else {
        const bool bad = mark.glyph == Glyph::Bad;
        drawPill(painter, m_context, at, mark.glyph, mark.words, bad ? Role::BadTint : Role::WarnTint, bad ? Role::Bad : Role::Warn);
    }
    painter.setOpacity(1);
}

} // namespace podleaf::ui
