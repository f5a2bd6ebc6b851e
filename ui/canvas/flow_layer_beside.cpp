// SPDX-License-Identifier: GPL-3.0-or-later
// The part of FlowLayer that stands beside its arrows: the other ways of equal cost, and whither one goes and how long ago
// it did (design §4, Flows). GUI thread.
#include "arrows.h"
#include "canvas_text.h"
#include "draw.h"
#include "flow_layer.h"
#include "flow_shapes.h"

#include <algorithm>

namespace podleaf::ui {

using namespace flow;

namespace {
constexpr double kThinBeside = 16; ///< From a cable to the ways of equal cost.
constexpr double kBeside = 28;     ///< From the cable, past both lanes.
constexpr double kWidest = 50;     ///< Up to the next cable's own labels.
constexpr double kLine = 14;       ///< From one line of text to the next.
constexpr double kPitch = 64;      ///< From one label to the next: above and below the pill of the next cable.
constexpr double kFirst = -34;     ///< Of the first label's first line, from the middle of the cable.
constexpr qint64 kJustNow = 1000;
} // namespace

void FlowLayer::paintEqual(QPainter& painter, const Bundle& bundle) const {
    if (bundle.drawn < 1) {
        return; // It is on its way.
    }
    const ArrowStyle style{.color = colorOf(bundle),
                           .width = kEqualWidth,
                           .dash = dashOf(bundle.ok, bundle.changed),
                           .head = bundle.changed ? Head::Hollow : Head::Filled,
                           .headAt = kHeadAt};
    for (const FlowStep& step : bundle.path->equal) {
        const CablePlace* cable = m_context.layout.find(step.link);
        if (cable == nullptr) {
            continue; // The lab was edited since.
        }
        const QLineF way = wayBeside(*cable, step.from, kThinBeside);
        const model::Link& link = *m_context.lab.findLink(step.link);
        painter.save();
        clipAway(painter, boundingRect(), {m_context.layout.find(link.ends[0].node)->card, m_context.layout.find(link.ends[1].node)->card});
        drawArrow(painter, m_context, way, style);
        painter.restore();
        QPainterPath path(way.p1());
        path.lineTo(way.p2());
        m_painted.emplace_back(path, bundle.flow);
    }
}

void FlowLayer::paintLabels(QPainter& painter, const std::vector<const Bundle*>& bundles) const {
    constexpr std::size_t kMost = 2;
    if (m_context.shows(Lens::Traffic)) {
        return; // Its figures stand there.
    }
    const FlowStep& step = bundles.front()->path->steps.front();
    const CablePlace& cable = *m_context.layout.find(step.link);
    const QPointF place = (cable.ports[0] + cable.ports[1]) / 2 + QPointF(kBeside, kFirst);
    const QFont font = m_context.theme.canvasFont(FontRole::Caption);
    const bool areMany = bundles.size() > kMost;
    for (std::size_t i = 0; i < std::min(bundles.size(), kMost); ++i) {
        const Bundle& bundle = *bundles[i];
        const bool isRest = areMany && i + 1 == kMost;
        const qint64 age = m_context.nowMs - bundle.finishedMs;
        const QString whither =
            isRest ? CanvasText::tr("+ %1 flows").arg(bundles.size() - i) : CanvasText::tr("to %1").arg(bundle.to->id.name);
        const QString when = age < kJustNow ? CanvasText::tr("now") : CanvasText::tr("%1 ago").arg(durationText(age));
        const QPointF at = place + QPointF(0, kPitch * static_cast<double>(i));
        painter.setOpacity(bundle.opacity);
        drawText(painter, at, elided(whither, font, kWidest, Qt::ElideRight), font,
                 isRest ? m_context.color(Role::Muted) : colorOf(bundle));
        if (!isRest) {
            drawText(painter, at + QPointF(0, kLine), when, font, m_context.color(Role::Muted));
        }
    }
}

} // namespace podleaf::ui
