// SPDX-License-Identifier: GPL-3.0-or-later
// The part of FlowLayer that paints a leg over several switches: right of each cable, through the lane of each switch, and
// where it failed to the cable that is broken or the node that has no way on. GUI thread.
#include "arrows.h"
#include "draw.h"
#include "edge_layer.h"
#include "flow_layer.h"
#include "flow_shapes.h"

#include <algorithm>

namespace podleaf::ui {

using namespace measure;
using namespace flow;

void FlowLayer::paintOverSwitches(QPainter& painter, const Bundle& bundle, const std::vector<double>& beside, int track) const {
    constexpr double kHaloRoom = 10;
    const QRectF fromCard = m_context.layout.find(bundle.from->id)->card;
    const QRectF toCard = m_context.layout.find(bundle.to->id)->card;
    std::vector<QPointF> way;
    std::vector<QLineF> cables;
    std::vector<QRectF> heads; // Of cards that it enters or leaves through their heads.
    bool isCut = false;
    double startX = 0;
    for (std::size_t i = 0; i < bundle.path->steps.size(); ++i) {
        const FlowStep& step = bundle.path->steps[i];
        const QLineF line = wayBeside(*m_context.layout.find(step.link), step.from, beside[i]);
        if (way.empty()) {
            startX = line.x1();
            const double startY = bundle.fromChip >= 0 ? chipY(fromCard, bundle.fromChip) + kChipStart : fromCard.top() + kHostStart;
            if (bundle.fromChip >= 0) {
                way.emplace_back(fromCard.right() - kLaneWidth - 8, startY);
            }
            way.emplace_back(line.x1(), startY);
        } else {
            way.emplace_back(line.x1(), way.back().y());
        }
        way.push_back(line.p1());
        isCut = !bundle.ok && isBroken(step.link);
        if (isCut) {
            way.push_back(line.pointAt(std::max(0.1, 0.5 - kShortOfCut / std::max(1.0, line.length()))));
            break;
        }
        way.push_back(line.p2());
        cables.push_back(line);
        const NodePlace* node = m_context.layout.find(farNodeOf(m_context.lab, step));
        if (node->kind != model::NodeKind::Host) {
            heads.emplace_back(node->card.topLeft(), QSizeF(node->card.width(), kLeafLaneTop));
            way.emplace_back(line.x2(), node->card.top() + kLeafLaneTop + 7 + track * kTrackPitch);
        }
    }
    const double toY = chipY(toCard, bundle.toChip) + kInnerEnd;
    const bool arrives = bundle.path->arrives && !isCut;
    if (arrives) {
        way.emplace_back(way.back().x(), toY);
        way.emplace_back(toCard.right() - kLaneWidth - 1, toY);
    }
    const QPen pen = penOf(bundle, kWidth);
    const QPainterPath path = roundedPath(way);
    painter.save();
    clipAway(painter, path.boundingRect().adjusted(-kHaloRoom, -kHaloRoom, kHaloRoom, kHaloRoom), heads);
    drawWay(painter, path, bundle, pen);
    painter.restore();
    if (bundle.fromHost) {
        painter.fillRect(QRectF(startX - 3, fromCard.top() + kHostStart - 3, 6, 6), pen.color());
    }
    if (bundle.drawn < 1) {
        return; // It is on its way.
    }
    if (!bundle.ok) {
        return drawGlyph(painter, way.back(), 7, Glyph::Bad, m_context.theme, Role::Card);
    }
    const Head head = bundle.changed ? Head::Hollow : Head::Filled;
    for (const QLineF& cable : cables) {
        drawHead(painter, cable.pointAt(kHeadAt), directionOf(cable), pen.color(), 1, head);
    }
    if (arrives) {
        drawHead(painter, {toCard.right() - kLaneWidth - 7, toY}, {-1, 0}, pen.color(), 1, head);
    }
}

} // namespace podleaf::ui
