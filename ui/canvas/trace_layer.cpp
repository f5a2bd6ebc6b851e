// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a trace as `podleaf trace` tells it. GUI thread.
#include "trace_layer.h"

#include "arrows.h"
#include "canvas_text.h"
#include "draw.h"

#include <algorithm>
#include <set>

namespace podleaf::ui {

namespace {

constexpr double kRealBeside = 12;
constexpr double kIntendedBeside = 19;
constexpr double kIntendedDash[] = {6, 4};
constexpr double kStoppedDash[] = {7, 4};
constexpr double kStopWidth = 300; ///< Of the words beside a stop.
constexpr double kStopOff = 40;    ///< From a switch's upper edge to the middle of the words.
constexpr double kBelowMark = 40;  ///< Below the mark that the Routes lens has on a host.

int cablesOf(const verify::TracePath& path) {
    std::set<LinkId> cables;
    for (const verify::TraceHop& hop : path.hops) {
        for (const verify::TraceNext& next : hop.next) {
            if (!next.link.isEmpty()) {
                cables.insert(next.link);
            }
        }
    }
    return static_cast<int>(cables.size());
}

} // namespace

QString traceWords(const verify::Trace& trace) {
    const QString ends = CanvasText::tr("%1 to %2").arg(trace.from.name, trace.to.name);
    if (trace.there.stop) {
        return CanvasText::tr("%1: stops at %2. %3").arg(ends, trace.there.stop->at, trace.there.stop->reason);
    }
    if (trace.back.stop) {
        return CanvasText::tr("%1: arrives, but the answer stops at %2. %3").arg(ends, trace.back.stop->at, trace.back.stop->reason);
    }
    const int cables = cablesOf(trace.there);
    const QString arrives = cables == 1 ? CanvasText::tr("%1: arrives over 1 cable").arg(ends)
                                        : CanvasText::tr("%1: arrives over %2 cables").arg(ends, QString::number(cables));
    return trace.asIntended() ? CanvasText::tr("%1, as intended.").arg(arrives)
                              : CanvasText::tr("%1, by another way than intended.").arg(arrives);
}

TraceLayer::TraceLayer(const CanvasContext& context) : CanvasLayer(context, 4, 320) {}

void TraceLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* /*option*/, QWidget* /*widget*/) {
    if (!m_trace) {
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    const bool there = !m_trace->there.arrives() || m_trace->back.arrives(); // The answer's way is shown where it is at fault.
    paintPath(*painter, there ? m_trace->intendedThere : m_trace->intendedBack, Way::Intended);
    paintPath(*painter, there ? m_trace->there : m_trace->back, Way::Real);
    const auto& stop = there ? m_trace->there.stop : m_trace->back.stop;
    if (stop) {
        paintStop(*painter, *stop);
    }
}

void TraceLayer::paintPath(QPainter& painter, const verify::TracePath& path, Way way) const {
    for (const verify::TraceHop& hop : path.hops) {
        for (const verify::TraceNext& next : hop.next) {
            paintNext(painter, hop, next, way);
        }
    }
}

ArrowStyle TraceLayer::styleOf(Way way, bool stops) const {
    if (way == Way::Intended) {
        return {.color = m_context.color(Role::Muted), .width = 1.5, .dash = kIntendedDash, .head = Head::Hollow};
    }
    if (stops) {
        return {.color = m_context.color(Role::Bad), .width = 3, .dash = kStoppedDash, .ends = false};
    }
    return {.color = m_context.color(Role::Accent), .width = 3};
}

void TraceLayer::paintNext(QPainter& painter, const verify::TraceHop& hop, const verify::TraceNext& next, Way way) const {
    const CablePlace* cable = m_context.layout.find(next.link);
    const model::Link* link = m_context.lab.findLink(next.link);
    if (cable == nullptr || link == nullptr) {
        return; // Over a bridge, within the host.
    }
    const std::size_t from = link->ends[0].node.name == hop.at ? 0 : 1;
    const double beside = way == Way::Intended ? kIntendedBeside : kRealBeside;
    drawArrow(painter, m_context, wayBeside(*cable, from, beside * unitOf(m_context)), styleOf(way, !next.stops.isEmpty()));
}

void TraceLayer::paintStop(QPainter& painter, const verify::TraceStop& stop) const {
    const NodePlace* place = placeOf(stop.at);
    if (place == nullptr) {
        return;
    }
    const double unit = unitOf(m_context);
    const bool host = place->kind == model::NodeKind::Host;
    const QFont font = m_context.theme.canvasFont(FontRole::Word);
    const QString words = elided(CanvasText::tr("stops here: %1").arg(stop.reason), font, kStopWidth, Qt::ElideRight);
    const double below = m_context.shows(Lens::Routes) ? kBelowMark : 1;
    const QPointF at(place->card.left() + 8 * unit, host ? place->card.bottom() + below * unit : place->card.top() - kStopOff * unit);
    drawPill(painter, m_context, at, Glyph::Bad, words, Role::BadTint, Role::Bad);
}

const NodePlace* TraceLayer::placeOf(const QString& name) const {
    if (const NodePlace* node = m_context.layout.find(NodeId(name))) {
        return node;
    }
    for (const model::Pod& pod : m_context.lab.pods()) {
        if (pod.name == name) {
            return m_context.layout.find(pod.host);
        }
    }
    return nullptr;
}

} // namespace podleaf::ui
