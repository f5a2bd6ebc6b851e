// SPDX-License-Identifier: GPL-3.0-or-later
// GroupLayer: see the header.
#include "group_layer.h"

#include "arrows.h"
#include "draw.h"

#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr double kBehindAll = -1;
constexpr double kAround = 16;  ///< From the cards to the frame.
constexpr double kTitle = 28;   ///< Height of the name's strip.
constexpr double kInset = 10;   ///< On both sides of the name.
constexpr double kBaseline = 9; ///< Above the strip's lower edge.
constexpr double kRadius = 10;
constexpr double kNoName = 24; ///< Narrower frames, in pixels, have none.

QFont titleFont(const CanvasContext& context) {
    return context.theme.canvasFont(FontRole::Strong);
}

} // namespace

GroupLayer::GroupLayer(const CanvasContext& context) : CanvasLayer(context, kBehindAll, 20) {
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption); // exposedRect, to leave out what is not seen.
}

QRectF GroupLayer::frameOf(const model::Group& group) const {
    QRectF cards;
    for (const NodeId& node : group.nodes) {
        if (const NodePlace* place = m_context.layout.find(node)) {
            cards |= place->card;
        }
    }
    return cards.isEmpty() ? QRectF() : cards.adjusted(-kAround, -kAround - kTitle, kAround, kAround);
}

QRectF GroupLayer::frameOf(const QString& group) const {
    const model::Group* const found = m_context.lab.findGroup(group);
    return found == nullptr ? QRectF() : frameOf(*found);
}

QRectF GroupLayer::titleOf(const model::Group& group, const QRectF& frame) const {
    const double unit = unitOf(m_context);
    const double width = std::min(frame.width(), (textWidth(group.name, titleFont(m_context)) + 2 * kInset) * unit);
    return {frame.left(), frame.top() + kTitle - kTitle * unit, width, kTitle * unit};
}

QString GroupLayer::groupAt(const QPointF& scenePos) const {
    const auto isAt = [&](const model::Group& group) {
        const QRectF frame = frameOf(group);
        return !frame.isEmpty() && titleOf(group, frame).contains(scenePos);
    };
    const auto it = std::ranges::find_if(m_context.lab.groups, isAt);
    return it == m_context.lab.groups.end() ? QString() : it->name;
}

QRectF GroupLayer::bounds() const {
    QRectF all;
    for (const model::Group& group : m_context.lab.groups) {
        all |= frameOf(group);
    }
    return all;
}

double GroupLayer::opacityOf(const model::Group& group) const {
    const bool isLit = std::ranges::all_of(group.nodes, [this](const NodeId& node) { return m_context.lit.nodes.contains(node); });
    return m_context.lit.isEmpty() || isLit ? 1 : kFadedOpacity;
}

void GroupLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* /*widget*/) {
    painter->setRenderHint(QPainter::Antialiasing);
    for (const model::Group& group : m_context.lab.groups) {
        const QRectF frame = frameOf(group);
        if (!frame.isEmpty() && (frame | titleOf(group, frame)).intersects(option->exposedRect)) {
            painter->save();
            painter->setOpacity(opacityOf(group));
            paintGroup(*painter, group, frame);
            painter->restore();
        }
    }
}

void GroupLayer::paintGroup(QPainter& painter, const model::Group& group, const QRectF& frame) const {
    const double unit = unitOf(m_context);
    const Selection self = GroupRef{group.name};
    const bool isHovered = m_context.hovered == self;
    painter.setPen(QPen(m_context.color(isHovered ? Role::Accent : Role::Edge), unit));
    painter.setBrush(m_context.color(Role::Lane));
    painter.drawRoundedRect(frame, kRadius, kRadius);
    drawMarks(painter, m_context, frame, m_context.selected == self, m_context.focused == self);
    if (frame.width() < kNoName * unit) {
        return;
    }
    const QFont font = titleFont(m_context);
    painter.translate(frame.left(), frame.top() + kTitle);
    painter.scale(unit, unit);
    const QString name = elided(group.name, font, frame.width() / unit - 2 * kInset, Qt::ElideMiddle);
    drawText(painter, {kInset, -kBaseline}, name, font, m_context.color(Role::Text));
}

} // namespace podleaf::ui
