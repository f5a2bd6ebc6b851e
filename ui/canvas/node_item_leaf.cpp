// SPDX-License-Identifier: GPL-3.0-or-later
// NodeItem: the faceplate of leaves and their like, in full detail. GUI thread.
#include "canvas_text.h"
#include "draw.h"
#include "node_item.h"

#include <QPainterPath>

#include <algorithm>

namespace podleaf::ui {

using namespace measure;

void NodeItem::paintLeaf(QPainter& painter) const {
    const double right = m_size.width() - 1;
    const double bottom = m_size.height() - 1;
    QPainterPath lane(QPointF(1, kLeafLaneTop)); // Its lower corners are the card's.
    lane.lineTo(right, kLeafLaneTop);
    lane.lineTo(right, bottom - kCardRadius);
    lane.quadTo(right, bottom, right - kCardRadius, bottom);
    lane.lineTo(1 + kCardRadius, bottom);
    lane.quadTo(1, bottom, 1, bottom - kCardRadius);
    painter.fillPath(lane, m_context.color(Role::Lane));
    const QFont name = m_context.theme.canvasFont(FontRole::NodeName);
    const double head = std::clamp(56 + textWidth(m_phase.word, name) + 20, 152.0, 240.0);
    paintHead(painter, head - 12);
    paintBoot(painter, kLeafLaneTop - 1, m_size.width() - 12);
    if (m_phase.failed && !m_phase.reason.isEmpty()) {
        const QRectF box(head, 5, m_size.width() - head - 12, 36);
        painter.fillRect(box, m_context.color(Role::BadTint));
        painter.fillRect(QRectF(box.topLeft(), QSizeF(4, box.height())), m_context.color(Role::Bad));
        return drawSentence(painter, box.adjusted(12, 3, -8, 0), m_phase.reason, m_context.theme.canvasFont(FontRole::Note),
                            m_context.color(Role::Text));
    }
    paintFacts(painter, head);
}

/// What the node uses stands behind the numbers that it is known by.
std::vector<FactLook> NodeItem::shownFacts() const {
    std::vector<FactLook> facts = look().facts;
    const UsageLook usage = shownUsage();
    if (!usage.isKnown()) {
        return facts;
    }
    auto at = std::ranges::find(facts, false, &FactLook::mono);
    if (!usage.cpu.isEmpty()) {
        at = facts.insert(at, {.caption = CanvasText::tr("CPU"), .value = usage.cpu, .withLine = true}) + 1;
    }
    facts.insert(at, {.caption = CanvasText::tr("Memory"), .value = usage.memory});
    return facts;
}

/// As many facts as fit, spread over the faceplate.
void NodeItem::paintFacts(QPainter& painter, double left) const {
    const Theme& theme = m_context.theme;
    const QFont caption = theme.canvasFont(FontRole::Caption);
    const QFont second = theme.canvasFont(FontRole::Second);
    const QFont mono = theme.canvasFont(FontRole::MonoCard);
    constexpr double kLine = 40;
    const std::vector<FactLook> facts = shownFacts();
    std::vector<std::pair<const FactLook*, double>> columns;
    double used = 0;
    for (const FactLook& fact : facts) {
        const QString widest = fact.sinceMs > 0 ? durationText(m_context.nowMs - fact.sinceMs) : fact.value;
        const double value = textWidth(widest, fact.mono ? mono : second) + (fact.withLine ? kLine + 6 : 0);
        const double width = std::max(textWidth(fact.caption, caption), value);
        if (left + used + width > m_size.width() - 16) {
            break;
        }
        columns.emplace_back(&fact, width);
        used += width + 12;
    }
    if (columns.empty()) {
        return;
    }
    const double spare = (m_size.width() - 16 - left - used) / static_cast<double>(columns.size());
    double x = left;
    for (const auto& [fact, width] : columns) {
        drawText(painter, {x, 18}, fact->caption, caption, theme.color(Role::Muted));
        const double value = drawText(painter, {x, 36}, fact->sinceMs > 0 ? durationText(m_context.nowMs - fact->sinceMs) : fact->value,
                                      fact->mono ? mono : second, theme.color(Role::Text));
        if (fact->withLine) {
            paintTrail(painter, QRectF(x + value + 6, 27, kLine, 9));
        }
        x += width + 12 + std::min(spare, 60.0);
    }
}

} // namespace podleaf::ui
