// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the items of a lab, hands deltas to them, finds them by place and direction. GUI thread.
#include "lab_scene.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

namespace podleaf::ui {

namespace {

constexpr double kGridStep = 24;
constexpr double kFarAway = 4000; ///< How far one can pan beyond the lab, in scene units.

} // namespace

LabScene::LabScene(const Theme& theme, QObject* parent)
    : QGraphicsScene(parent), m_context{theme, {}, {}, std::make_shared<const state::LabState>()} {
    setItemIndexMethod(NoIndex); // It has a handful of items, as large as all.
}

void LabScene::setLab(const model::Lab& lab) {
    Cards kept;
    if (lab.id == m_context.lab.id) {
        for (const NodePlace& place : m_context.layout.nodes) {
            const model::Node* before = m_context.lab.findNode(place.id);
            if (before == nullptr || !before->position) { // Where the lab put it is no place of its own.
                kept.insert(place.id, place.card);
            }
        }
    }
    clear(); // Deletes the items.
    m_nodes = nullptr;
    m_edges = nullptr;
    m_flows = nullptr;
    m_routes = nullptr;
    m_traffic = nullptr;
    m_trace = nullptr;
    m_groups = nullptr;
    m_notes = nullptr;
    m_context.lab = lab;
    m_context.facts = LabFacts(m_context.lab);
    m_context.layout = layoutOf(lab, kept);
    m_context.state = std::make_shared<const state::LabState>();
    m_context.selected = {};
    m_context.marked.clear();
    m_context.hovered = {};
    m_context.focused = {};
    m_context.lit = {};
    if (!m_context.lab.nodes.empty()) {
        m_groups = new GroupLayer(m_context);
        addItem(m_groups);
        m_nodes = new NodeLayer(m_context);
        addItem(m_nodes);
        m_edges = new EdgeLayer(m_context);
        addItem(m_edges);
        m_flows = new FlowLayer(m_context, *m_edges);
        addItem(m_flows);
        m_routes = new RouteLayer(m_context);
        addItem(m_routes);
        m_traffic = new TrafficLayer(m_context);
        addItem(m_traffic);
        m_trace = new TraceLayer(m_context);
        addItem(m_trace);
        m_notes = new NoteLayer(m_context);
        addItem(m_notes);
    }
    growSceneRect();
}

QRectF LabScene::bounds() const {
    const QRectF& cards = m_context.layout.bounds;
    return m_notes == nullptr ? cards : cards | m_groups->bounds() | m_notes->bounds();
}

void LabScene::growSceneRect() {
    setSceneRect(bounds().adjusted(-kFarAway, -kFarAway, kFarAway, kFarAway));
}

void LabScene::place(const QHash<NodeId, QPointF>& topLefts) {
    applyLayout(moved(m_context.lab, m_context.layout, topLefts));
}

void LabScene::placeNote(std::size_t note, const QPointF& topLeft) {
    if (note < m_context.lab.notes.size()) {
        layoutChanges();
        m_context.lab.notes[note].position = {qRound(topLeft.x()), qRound(topLeft.y())};
        growSceneRect();
    }
}

void LabScene::arrange() {
    applyLayout(layoutOf(m_context.lab));
}

void LabScene::layoutChanges() {
    for (QGraphicsItem* item : items()) {
        if (auto* layer = dynamic_cast<CanvasLayer*>(item)) {
            layer->layoutChanges();
        }
    }
}

void LabScene::applyLayout(Layout layout) {
    layoutChanges();
    m_context.layout = std::move(layout);
    if (m_nodes != nullptr) {
        m_nodes->place();
        m_edges->place();
    }
    growSceneRect();
}

void LabScene::changeLab(const model::Lab& lab) {
    const state::Snapshot state = m_context.state;
    const Selection selected = m_context.selected;
    const Selection focused = m_context.focused;
    const std::vector<Selection> marked = m_context.marked;
    const auto intent = m_routes == nullptr ? nullptr : m_routes->intent();
    const auto prefix = m_routes == nullptr ? std::nullopt : m_routes->chosen();
    const std::unique_ptr<FlowLayer> flows(m_flows);
    if (flows != nullptr) {
        removeItem(flows.get()); // It outlives its scene's other items.
    }
    setLab(lab);
    m_context.state = state;
    if (flows != nullptr && m_flows != nullptr) {
        m_flows->takeFrom(*flows);
    }
    m_context.selected = has(selected) ? selected : Selection();
    m_context.focused = has(focused) ? focused : Selection();
    std::ranges::copy_if(marked, std::back_inserter(m_context.marked), [this](const Selection& part) { return has(part); });
    if (m_routes != nullptr) {
        m_routes->setIntent(intent);
        m_routes->choose(prefix);
    }
    refreshAll();
}

void LabScene::refreshAll() {
    if (m_nodes != nullptr) {
        m_nodes->refresh();
        m_edges->refresh();
        m_routes->refresh();
    }
}

void LabScene::styleChanged() {
    if (m_nodes != nullptr) {
        m_nodes->styleChanged();
        m_notes->styleChanged();
    }
}

void LabScene::apply(const state::Snapshot& snapshot, const state::Delta& delta) {
    const bool first = m_context.state->nodes.empty();
    m_context.state = snapshot;
    if (first || delta.running) {
        return refreshAll();
    }
    std::set<NodeId> nodes = delta.nodes;
    std::set<LinkId> links = delta.links;
    for (const state::SessionKey& key : delta.sessions) {
        const auto session = snapshot->sessions.find(key);
        if (session != snapshot->sessions.end()) {
            links.insert(session->second.link);
            nodes.insert({session->second.node, session->second.peerNode});
        }
    }
    for (const QString& pod : delta.pods) {
        const auto seen = snapshot->pods.find(pod);
        if (seen != snapshot->pods.end()) {
            nodes.insert(seen->second.host);
        }
    }
    for (const NodeId& node : delta.nodes) { // Its ports and processes show on its cables.
        for (const model::Link* link : m_context.facts.of(node).links) {
            links.insert(link->id);
        }
    }
    for (const NodeId& node : nodes) {
        if (NodeItem* item = m_nodes->find(node)) {
            item->refresh();
        }
    }
    for (const NodeId& node : delta.usage) {
        if (NodeItem* item = m_nodes->find(node)) {
            item->refreshUsage();
        }
    }
    for (const auto& item : m_nodes->nodes()) {
        if (delta.leases && item->node().kind != model::NodeKind::Host) {
            item->refresh();
        }
    }
    for (const LinkId& link : links) {
        m_edges->refresh(link);
    }
    if (!nodes.empty() || !links.empty()) {
        m_routes->refresh();
    }
}

const NodeItem* LabScene::find(const NodeId& node) const {
    return m_nodes == nullptr ? nullptr : m_nodes->find(node);
}

Selection LabScene::hit(const QPointF& scenePos, double cableDistance) const {
    if (m_nodes == nullptr) {
        return {};
    }
    if (const auto note = m_notes->noteAt(scenePos)) {
        return NoteRef{*note};
    }
    const NodeItem* under = m_nodes->nodeAt(scenePos);
    if (under != nullptr) {
        const QString pod = under->podAt(scenePos);
        if (!pod.isEmpty()) {
            return PodRef{pod};
        }
    }
    if (const auto flow = m_flows->flowAt(scenePos, cableDistance / 2)) {
        return *flow;
    }
    const LinkId cable = m_edges->cableAt(scenePos, cableDistance);
    if (!cable.isEmpty()) {
        return cable;
    }
    if (under != nullptr) {
        return under->node().id;
    }
    const QString group = m_groups->groupAt(scenePos);
    return group.isEmpty() ? Selection() : Selection(GroupRef{group});
}

bool LabScene::has(const Selection& item) const {
    if (const auto* node = std::get_if<NodeId>(&item)) {
        return find(*node) != nullptr;
    }
    if (const auto* link = std::get_if<LinkId>(&item)) {
        return m_context.layout.find(*link) != nullptr;
    }
    if (const auto* pod = std::get_if<PodRef>(&item)) {
        return hostOf(*pod) != nullptr;
    }
    if (const auto* flow = std::get_if<FlowRef>(&item)) {
        return m_flows != nullptr && m_flows->has(*flow);
    }
    if (const auto* note = std::get_if<NoteRef>(&item)) {
        return note->at < m_context.lab.notes.size();
    }
    if (const auto* group = std::get_if<GroupRef>(&item)) {
        return m_context.lab.findGroup(group->name) != nullptr;
    }
    return false;
}

std::vector<Selection> LabScene::tabOrder() const {
    std::vector<Selection> out;
    if (m_nodes == nullptr) {
        return out;
    }
    std::set<LinkId> done;
    for (const auto& item : m_nodes->nodes()) {
        out.emplace_back(item->node().id);
        for (const PodLook& pod : item->look().pods) {
            if (!item->chipRect(pod.name).isEmpty()) {
                out.emplace_back(PodRef{pod.name});
            }
        }
        for (const model::Link* link : m_context.facts.of(item->node().id).links) {
            if (done.insert(link->id).second) {
                out.emplace_back(link->id);
            }
        }
    }
    for (const model::Group& group : m_context.lab.groups) {
        out.emplace_back(GroupRef{group.name});
    }
    for (std::size_t note = 0; note < m_context.lab.notes.size(); ++note) {
        out.emplace_back(NoteRef{note});
    }
    for (const FlowRef& flow : m_flows->shown()) {
        out.emplace_back(flow);
    }
    return out;
}

QRectF LabScene::rectOf(const Selection& item) const {
    if (const auto* node = std::get_if<NodeId>(&item)) {
        const NodePlace* place = m_context.layout.find(*node);
        return place == nullptr ? QRectF() : place->card;
    }
    if (const auto* link = std::get_if<LinkId>(&item)) {
        const CablePlace* place = m_context.layout.find(*link);
        return place == nullptr ? QRectF() : QRectF(place->ports[0], place->ports[1]).normalized().adjusted(-6, -6, 6, 6);
    }
    if (const auto* pod = std::get_if<PodRef>(&item)) {
        const NodeItem* host = hostOf(*pod);
        return host == nullptr ? QRectF() : host->chipRect(pod->name);
    }
    if (const auto* note = std::get_if<NoteRef>(&item)) {
        return m_notes == nullptr ? QRectF() : m_notes->rectOf(note->at);
    }
    if (const auto* group = std::get_if<GroupRef>(&item)) {
        return m_groups == nullptr ? QRectF() : m_groups->frameOf(group->name);
    }
    const auto* flow = std::get_if<FlowRef>(&item);
    return flow == nullptr || m_flows == nullptr ? QRectF() : m_flows->rectOf(*flow);
}

Selection LabScene::neighbour(const Selection& from, const QPointF& direction) const {
    const QPointF origin = rectOf(from).center();
    Selection best = from;
    double bestCost = 1e12;
    for (const Selection& candidate : tabOrder()) {
        if (std::holds_alternative<FlowRef>(candidate) || std::holds_alternative<GroupRef>(candidate)) {
            continue; // They have no one place, or are around others.
        }
        const QPointF off = rectOf(candidate).center() - origin;
        const double ahead = QPointF::dotProduct(off, direction);
        const double aside = std::abs(off.x() * direction.y() - off.y() * direction.x());
        const double cost = ahead + 2 * aside;
        if (candidate != from && ahead > 1 && cost < bestCost) {
            best = candidate;
            bestCost = cost;
        }
    }
    return best;
}

void LabScene::drawForeground(QPainter* painter, const QRectF& /*rect*/) {
    constexpr double kOff = 4;
    constexpr double kRadius = 6;
    const double pixel = 1 / m_context.zoom;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(m_context.color(Role::Accent), 2 * pixel));
    painter->setBrush(Qt::NoBrush);
    for (const Selection& part : m_context.marked) {
        const QRectF outline = rectOf(part).adjusted(-kOff * pixel, -kOff * pixel, kOff * pixel, kOff * pixel);
        painter->drawRoundedRect(outline, kRadius * pixel, kRadius * pixel);
    }
}

void LabScene::drawBackground(QPainter* painter, const QRectF& rect) {
    painter->fillRect(rect, m_context.color(Role::Canvas));
    double step = kGridStep;
    while (step * m_context.zoom < kGridStep / 2) {
        step *= 2;
    }
    const double dot = 1 / m_context.zoom;
    painter->setRenderHint(QPainter::Antialiasing, false);
    QList<QRectF> dots;
    for (double x = std::floor(rect.left() / step) * step; x < rect.right(); x += step) {
        for (double y = std::floor(rect.top() / step) * step; y < rect.bottom(); y += step) {
            dots.append(QRectF(x, y - 8, dot, dot));
        }
    }
    painter->setPen(Qt::NoPen);
    painter->setBrush(m_context.color(Role::Grid));
    painter->drawRects(dots);
}

} // namespace podleaf::ui
