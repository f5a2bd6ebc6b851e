// SPDX-License-Identifier: GPL-3.0-or-later
// Paints test legs along chip, port, cable, leaf lane, cable, port, chip; they drive on the right of the
// cable (design §4, Flows). GUI thread.
#include "flow_layer.h"

#include "arrows.h"
#include "draw.h"
#include "edge_layer.h"
#include "flow_shapes.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <set>

namespace podleaf::ui {

namespace {

using namespace measure;
using namespace flow;

constexpr qint64 kFailedStayMs = 60000;
constexpr double kFaded = 0.35;
constexpr double kHalo = 3.5;
constexpr float kSelectedHalo = 0.28F;
constexpr double kLaneOffsets[] = {10, 22};
constexpr int kTracks = 4;
/// Where lines meet the chip, from its middle; in this order they do not cross each other.
constexpr double kOuterEnd = -9;
constexpr double kLocalEnd = 6;
constexpr qint64 kChangedMs = 60000;
constexpr int kDrawMs = 400;

/// The first part of a path.
QPainterPath beginOf(const QPainterPath& path, double share) {
    constexpr int kPieces = 24;
    QPainterPath out(path.pointAtPercent(0));
    for (int i = 1; i <= kPieces; ++i) {
        out.lineTo(path.pointAtPercent(share * i / kPieces));
    }
    return out;
}

/// Whether a cable goes straight up from the middle of a host's wire lane.
bool isInLaneOf(const QRectF& card, const CablePlace& cable) {
    const double middle = card.right() - kLaneWidth / 2;
    return std::ranges::all_of(cable.ports, [middle](const QPointF& port) { return std::abs(port.x() - middle) < 1; });
}

} // namespace

class FlowLayer::Lanes {
public:
    explicit Lanes(const std::vector<Bundle>& bundles) {
        for (const Bundle& bundle : bundles) {
            for (const FlowStep& step : bundle.path->steps) {
                m_verdicts[{step.link, step.from}].insert(bundle.ok);
            }
        }
    }
    /// Where both verdicts share a cable, each has a lane; else more than two drive in the second lane together.
    double take(const FlowStep& step, bool ok) {
        const bool isFirst = isShared(step) ? ok : m_used[{step.link, step.from}]++ == 0;
        return kLaneOffsets[isFirst ? 0 : 1];
    }
    /// The same where there is no room for more than one lane of a verdict.
    double only(const FlowStep& step, bool ok) { return kLaneOffsets[isShared(step) && !ok ? 1 : 0]; }

private:
    using Way = std::pair<LinkId, std::size_t>; ///< A cable, and the end that packets go in at.
    bool isShared(const FlowStep& step) { return m_verdicts[{step.link, step.from}].size() > 1; }

    std::map<Way, std::set<bool>> m_verdicts;
    std::map<Way, int> m_used;
};

FlowLayer::FlowLayer(const CanvasContext& context, const EdgeLayer& edges) : CanvasLayer(context, 2, 40), m_edges(edges) {}

void FlowLayer::add(const verify::LegResult& leg) {
    Leg& known = m_legs[{leg.from, leg.to}];
    const bool answersAgain = known.finishedMs > 0 && !known.result.ok && leg.ok;
    const qint64 changedMs = answersAgain ? m_context.nowMs : leg.ok ? known.changedMs : 0;
    const bool isDrawn = known.finishedMs > 0 && known.result.ok == leg.ok && opacityOf(known) > 0; // And not once more.
    known = {leg, m_context.nowMs, changedMs, isDrawn ? known.drawnMs : m_context.motionMs, pathOf(leg)};
}

std::vector<FlowRef> FlowLayer::shown() const {
    std::vector<FlowRef> flows;
    for (const auto& [ends, leg] : m_legs) {
        if (m_context.shows(Lens::Flows) && opacityOf(leg) > 0) {
            flows.push_back({ends.first, ends.second});
        }
    }
    return flows;
}

QRectF FlowLayer::rectOf(const FlowRef& flow) const {
    for (const auto& [way, painted] : m_painted) {
        if (painted == flow) {
            return way.boundingRect();
        }
    }
    return {};
}

bool FlowLayer::isChanged(const Leg& leg) const {
    return leg.changedMs > 0 && m_context.nowMs - leg.changedMs < kChangedMs;
}

QColor FlowLayer::colorOf(const Bundle& bundle) const {
    return m_context.color(!bundle.ok ? Role::Bad : bundle.changed ? Role::WarnFill : Role::Ok);
}

/// Allowed solid, denied and changed each with dashes of their own: they are told apart without colours.
QPen FlowLayer::penOf(const Bundle& bundle, double width) const {
    return dashedPen(colorOf(bundle), width, dashOf(bundle.ok, bundle.changed));
}

void FlowLayer::clear() {
    m_legs.clear();
}

bool FlowLayer::isEmpty() const {
    return std::ranges::none_of(m_legs, [this](const auto& entry) { return opacityOf(entry.second) > 0; });
}

const verify::LegResult* FlowLayer::find(const FlowRef& flow) const {
    const auto leg = m_legs.find({flow.from, flow.to});
    return leg == m_legs.end() ? nullptr : &leg->second.result;
}

std::optional<FlowRef> FlowLayer::flowAt(const QPointF& scenePos, double distance) const {
    if (!m_context.shows(Lens::Flows)) {
        return std::nullopt;
    }
    QPainterPathStroker reach;
    reach.setWidth(2 * distance);
    const auto hit =
        std::ranges::find_if(m_painted, [&](const auto& painted) { return reach.createStroke(painted.first).contains(scenePos); });
    return hit == m_painted.end() ? std::nullopt : std::optional(hit->second);
}

double FlowLayer::opacityOf(const Leg& leg) const {
    if (m_context.selected == Selection(FlowRef{leg.result.from, leg.result.to})) {
        return 1; // It stays until deselected.
    }
    const qint64 age = m_context.nowMs - leg.finishedMs;
    const qint64 fade = m_context.fadeMs;
    if (fade == 0) {
        return 1;
    }
    if (!leg.result.ok) {
        return age > std::max(kFailedStayMs, fade) ? 0 : 1;
    }
    return age > fade ? 0 : 1 - (1 - kFaded) * static_cast<double>(std::max<qint64>(age, 0)) / static_cast<double>(fade);
}

/// The host that a source or target is or runs on, and the number of the pod's chip (-1 for the host itself).
const model::Node* FlowLayer::hostOf(const QString& name, int* chip) const {
    *chip = -1;
    if (const model::Node* node = m_context.lab.findNode(NodeId(name))) {
        return node;
    }
    const model::Node* host = nullptr;
    for (const model::Pod& pod : m_context.lab.pods()) {
        if (pod.name == name) {
            host = m_context.lab.findNode(pod.host);
        }
    }
    if (host != nullptr) {
        *chip = 0;
        for (const model::Pod& pod : m_context.lab.pods()) {
            if (pod.name == name) {
                break;
            }
            *chip += pod.host == host->id ? 1 : 0;
        }
        *chip = std::min(*chip, 1); // Folded pods hide behind the second chip.
    }
    return host;
}

std::vector<FlowLayer::Bundle> FlowLayer::bundles() const {
    using Key = std::tuple<bool, NodeId, NodeId, int>; // Whether denied, as that is painted above; hosts and chip.
    std::map<Key, Bundle> out;
    for (const auto& [ends, leg] : m_legs) {
        int fromChip = -1;
        int toChip = -1;
        const model::Node* from = hostOf(ends.first, &fromChip);
        const model::Node* to = hostOf(ends.second, &toChip);
        if (from == nullptr || to == nullptr || toChip < 0 || opacityOf(leg) <= 0) {
            continue;
        }
        const FlowRef flow{ends.first, ends.second};
        const bool selected = m_context.selected == Selection(flow);
        const auto [entry, isNew] = out.try_emplace({!leg.result.ok, from->id, to->id, toChip});
        Bundle& bundle = entry->second;
        bundle.opacity = isNew ? opacityOf(leg) : std::max(bundle.opacity, opacityOf(leg));
        bundle.from = from;
        bundle.to = to;
        bundle.toChip = toChip;
        bundle.ok = leg.result.ok;
        if (isNew || selected) { // A click selects what is selected already, else the first.
            bundle.flow = flow;
            bundle.path = &leg.path;
        }
        bundle.selected = bundle.selected || selected;
        bundle.fromHost = bundle.fromHost || fromChip < 0;
        bundle.fromChip = std::max(bundle.fromChip, fromChip);
        bundle.changed = bundle.changed || isChanged(leg);
        bundle.finishedMs = std::max(bundle.finishedMs, leg.finishedMs);
        bundle.drawn = std::min(isNew ? 1.0 : bundle.drawn, m_context.progressOf(leg.drawnMs, kDrawMs));
    }
    std::vector<Bundle> list;
    list.reserve(out.size());
    for (const auto& [key, bundle] : out) {
        list.push_back(bundle);
    }
    return list;
}

void FlowLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* /*option*/, QWidget* /*widget*/) {
    m_painted.clear();
    if (!m_context.shows(Lens::Flows) || m_legs.empty()) {
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_context.detail != Detail::Full) {
        return paintAlongCables(*painter);
    }
    const std::vector<Bundle> all = bundles();
    Lanes lanes(all);
    int track = 0;
    std::map<LinkId, std::vector<const Bundle*>> labelled;
    for (const Bundle& bundle : all) {
        painter->setOpacity(bundle.opacity);
        if (bundle.from->id == bundle.to->id) {
            paintLocal(*painter, bundle);
            continue;
        }
        if (paintCrossing(*painter, bundle, lanes, track++ % kTracks)) {
            labelled[bundle.path->steps.front().link].push_back(&bundle);
        }
        paintEqual(*painter, bundle);
    }
    for (const auto& [cable, ways] : labelled) {
        paintLabels(*painter, ways);
    }
    painter->setOpacity(1);
}

bool FlowLayer::isBroken(const LinkId& link) const {
    const CableLook* look = m_edges.lookAt(link);
    return look == nullptr || look->carrierLost || look->halves[0].glyph != Glyph::Ok || look->halves[1].glyph != Glyph::Ok;
}

void FlowLayer::drawWay(QPainter& painter, const QPainterPath& whole, const Bundle& bundle, const QPen& pen) const {
    const QPainterPath way = bundle.drawn < 1 ? beginOf(whole, bundle.drawn) : whole;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_context.color(Role::Canvas), pen.widthF() + kHalo, Qt::SolidLine, Qt::FlatCap));
    painter.drawPath(way);
    if (bundle.selected) {
        QColor halo = m_context.color(Role::Accent);
        halo.setAlphaF(kSelectedHalo);
        painter.setPen(QPen(halo, pen.widthF() + 2 * kHalo, Qt::SolidLine, Qt::FlatCap));
        painter.drawPath(way);
    }
    painter.setPen(pen);
    painter.drawPath(way);
    m_painted.emplace_back(whole, bundle.flow);
}

void FlowLayer::paintLocal(QPainter& painter, const Bundle& bundle) const {
    const QRectF card = m_context.layout.find(bundle.to->id)->card;
    const double laneLeft = card.right() - kLaneWidth;
    const double y = chipY(card, bundle.toChip) + kLocalEnd;
    const QPen pen = penOf(bundle, 1.5);
    const QColor color = pen.color();
    const double x = laneLeft + kLaneWidth / 2; // Below the port, where no cable is.
    drawWay(painter, roundedPath({{x, card.top() + 32}, {x, y}, {laneLeft - 1, y}}), bundle, pen);
    painter.fillRect(QRectF(x - 3, card.top() + 29, 6, 6), color);
    if (bundle.ok) {
        return drawHead(painter, {laneLeft - 7, y}, {-1, 0}, color, 1, bundle.changed ? Head::Hollow : Head::Filled);
    }
    drawGlyph(painter, {laneLeft - 4, y}, 6, Glyph::Bad, m_context.theme, Role::Card);
}

FlowPath FlowLayer::pathOf(const verify::LegResult& leg) const {
    int chip = -1;
    const model::Node* from = hostOf(leg.from, &chip);
    const model::Node* to = hostOf(leg.to, &chip);
    if (from == nullptr || to == nullptr || from == to) {
        return {};
    }
    for (const model::Pod& pod : m_context.lab.pods()) {
        if (pod.name == leg.to) {
            return flowPath(m_context.lab, m_context.state.get(), from->id, to->id, pod.address,
                            leg.ok ? FlowEnd::Arrived : FlowEnd::Stopped);
        }
    }
    return {};
}

void FlowLayer::paintNoWay(QPainter& painter, const Bundle& bundle) const {
    if (bundle.ok) {
        return;
    }
    const QRectF card = m_context.layout.find(bundle.from->id)->card;
    const bool fromChip = bundle.fromChip >= 0;
    const QPointF at(fromChip ? card.right() - kLaneWidth - 4 : card.right() - kLaneWidth / 2,
                     fromChip ? chipY(card, bundle.fromChip) + kChipStart : card.top() + kHostStart);
    drawGlyph(painter, at, 7, Glyph::Bad, m_context.theme, Role::Card);
}

bool FlowLayer::paintCrossing(QPainter& painter, const Bundle& bundle, Lanes& lanes, int track) const {
    const std::vector<FlowStep>& steps = bundle.path->steps;
    if (steps.empty()) {
        paintNoWay(painter, bundle);
        return false;
    }
    if (std::ranges::any_of(steps, [this](const FlowStep& step) { return m_context.lab.findLink(step.link) == nullptr; })) {
        return false; // The lab was edited since.
    }
    const CablePlace* up = m_context.layout.find(steps.front().link);
    const CablePlace* down = m_context.layout.find(steps.back().link);
    const QRectF fromCard = m_context.layout.find(bundle.from->id)->card;
    const QRectF toCard = m_context.layout.find(bundle.to->id)->card;
    if (steps.size() != 2 || !bundle.path->arrives || !isInLaneOf(fromCard, *up) || !isInLaneOf(toCard, *down)) {
        std::vector<double> beside;
        for (const FlowStep& step : steps) {
            beside.push_back(lanes.only(step, bundle.ok));
        }
        paintOverSwitches(painter, bundle, beside, track);
        return false;
    }
    const NodePlace* leaf = m_context.layout.find(farNodeOf(m_context.lab, steps[0]));
    const double upX = fromCard.right() - kLaneWidth / 2 + lanes.take(steps.front(), bundle.ok);
    const double downX = toCard.right() - kLaneWidth / 2 - lanes.take(steps.back(), bundle.ok);
    const double y = leaf->card.top() + kLeafLaneTop + 7 + track * 6.5;
    const double toY = chipY(toCard, bundle.toChip) + (toCard.right() - kLaneWidth / 2 - downX > 15 ? kOuterEnd : kInnerEnd);
    const double upMiddle = (leaf->card.bottom() + fromCard.top()) / 2;
    const double downMiddle = (leaf->card.bottom() + toCard.top()) / 2;
    std::vector<QPointF> way;
    if (bundle.fromChip >= 0) {
        const double fromY = chipY(fromCard, bundle.fromChip) + kChipStart;
        way = {{fromCard.right() - kLaneWidth - 8, fromY}, {upX, fromY}};
    } else {
        way = {{upX, fromCard.top() + 32}};
    }
    const bool upBroken = !bundle.ok && isBroken(up->id);
    const bool downBroken = !bundle.ok && !upBroken && isBroken(down->id);
    if (upBroken) {
        way.emplace_back(upX, upMiddle + kShortOfCut);
    } else {
        way.insert(way.end(), {{upX, y}, {downX, y}});
        way.emplace_back(downX, downBroken ? downMiddle - kShortOfCut : toY);
        if (!downBroken) {
            way.emplace_back(toCard.right() - kLaneWidth - 1, toY);
        }
    }
    const QPen pen = penOf(bundle, kWidth);
    const QColor color = pen.color();
    const Head head = bundle.changed ? Head::Hollow : Head::Filled;
    drawWay(painter, roundedPath(way), bundle, pen);
    if (bundle.fromHost) {
        painter.fillRect(QRectF(upX - 3, fromCard.top() + 29, 6, 6), color);
    }
    if (bundle.drawn < 1) {
        return false; // It is on its way.
    }
    if (!bundle.ok) {
        drawGlyph(painter, way.back(), 7, Glyph::Bad, m_context.theme, Role::Card);
        return true;
    }
    drawHead(painter, {upX, upMiddle + 6}, {0, -1}, color, 1, head);
    drawHead(painter, {downX, downMiddle - 6}, {0, 1}, color, 1, head);
    drawHead(painter, {toCard.right() - kLaneWidth - 7, toY}, {-1, 0}, color, 1, head);
    return true;
}

} // namespace podleaf::ui
