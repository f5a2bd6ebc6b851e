// SPDX-License-Identifier: GPL-3.0-or-later
// The part of FlowLayer that paints where cards are too small for lanes: one arrow for each cable, direction and verdict.
// GUI thread.
#include "arrows.h"
#include "draw.h"
#include "edge_layer.h"
#include "flow_layer.h"
#include "flow_shapes.h"

#include <algorithm>
#include <tuple>

namespace podleaf::ui {

using namespace flow;

namespace {

// On the screen.
constexpr double kBeside = 7;
constexpr double kDeniedBeside = 14; ///< Where allowed legs take the same cable.
constexpr double kThinWidth = 1;
constexpr double kOctagon = 6;
constexpr double kBeforePort = 9; ///< Of an octagon whose cable works, so that its last step is seen.

} // namespace

struct FlowLayer::FarWay {
    enum class Stop { None, OnCable, AtItsEnd };
    Stop stop = Stop::None;
    bool changed = false;
    double width = kThinWidth;
    double opacity = 0;
};

/// A denied bundle ends at the first cable that is broken or, where none is, at its last step.
void FlowLayer::collectFar(const Bundle& bundle, FarWays& ways) const {
    const auto add = [&](const FlowStep& step) -> FarWay& {
        FarWay& way = ways[{step.link, step.from, bundle.ok}];
        way.opacity = std::max(way.opacity, bundle.opacity);
        way.changed = way.changed || bundle.changed;
        return way;
    };
    for (const FlowStep& step : bundle.path->equal) {
        add(step);
    }
    for (const FlowStep& step : bundle.path->steps) {
        FarWay& way = add(step);
        way.width = kWidth;
        if (!bundle.ok && isBroken(step.link)) {
            way.stop = FarWay::Stop::OnCable;
            return;
        }
        if (!bundle.ok && step == bundle.path->steps.back()) {
            way.stop = FarWay::Stop::AtItsEnd;
        }
    }
}

void FlowLayer::paintAlongCables(QPainter& painter) const {
    const double unit = m_context.theme.fontScale() / m_context.zoom;
    FarWays ways;
    for (const Bundle& bundle : bundles()) {
        collectFar(bundle, ways);
        if (!bundle.ok && bundle.path->steps.empty()) { // It never left its host.
            const QRectF card = m_context.layout.find(bundle.from->id)->card;
            painter.setOpacity(bundle.opacity);
            drawGlyph(painter, {card.right(), card.center().y()}, kOctagon * unit, Glyph::Bad, m_context.theme, Role::Canvas);
        }
    }
    for (const auto& [key, way] : ways) {
        const auto& [link, from, ok] = key;
        const CablePlace* cable = m_context.layout.find(link);
        if (cable == nullptr) {
            continue; // The lab was edited since.
        }
        QLineF line(cable->ports[from], cable->ports[1 - from]);
        const QPointF along = directionOf(line);
        line.translate(QPointF(-along.y(), along.x()) * (!ok && ways.contains({link, from, true}) ? kDeniedBeside : kBeside) * unit);
        const double beforePort = std::max(0.5, 1 - kBeforePort * unit / std::max(1.0, line.length()));
        const QPointF end = way.stop == FarWay::Stop::None      ? line.p2()
                            : way.stop == FarWay::Stop::OnCable ? line.center()
                                                                : line.pointAt(beforePort);
        const QColor color = m_context.color(!ok ? Role::Bad : way.changed ? Role::WarnFill : Role::Ok);
        painter.setOpacity(way.opacity);
        painter.setPen(dashedPen(color, way.width * unit, dashOf(ok, way.changed), unit));
        painter.drawLine(line.p1(), end);
        if (way.stop == FarWay::Stop::None) {
            drawHead(painter, line.pointAt(0.75), along, color, unit, way.changed ? Head::Hollow : Head::Filled);
        } else {
            drawGlyph(painter, end, kOctagon * unit, Glyph::Bad, m_context.theme, Role::Canvas);
        }
    }
    painter.setOpacity(1);
}

} // namespace podleaf::ui
