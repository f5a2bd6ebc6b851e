// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: where cards lie: dragged by mouse, moved by key, arranged anew. GUI thread.
#include "lab_view_private.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

namespace podleaf::ui {

namespace {

constexpr double kSnap = 8; ///< The half step of the design's grid.
constexpr double kKeyStep = 24;
constexpr int kDragPixels = 4;
constexpr int kLayoutMs = 240;

QPointF snapped(const QPointF& place) {
    return {std::round(place.x() / kSnap) * kSnap, std::round(place.y() / kSnap) * kSnap};
}

/// The node itself or, of a group, all of it.
std::vector<NodeId> nodesOf(const Selection& part, const model::Lab& lab) {
    if (const auto* node = std::get_if<NodeId>(&part)) {
        return {*node};
    }
    const auto* name = std::get_if<GroupRef>(&part);
    const model::Group* group = name == nullptr ? nullptr : lab.findGroup(name->name);
    return group == nullptr ? std::vector<NodeId>() : group->nodes;
}

} // namespace

/// Graphs that are no layers are Graphviz' to place; until it answers, and where it is not installed, they lie in layers.
void LabView::Private::askGraphviz() {
    graphviz.cancel();
    const CanvasContext& context = scene.context();
    if (labOpen && !unplaced.empty() && !isLayered(context.lab)) {
        graphviz.place(context.lab, context.layout);
    }
}

void LabView::Private::onPlaced(const QHash<NodeId, QPointF>& topLefts) {
    QHash<NodeId, QPointF> wanted;
    for (const NodeId& node : unplaced) {
        wanted.insert(node, snapped(topLefts.value(node)));
    }
    moveTo(wanted);
}

/// Cards glide to their new places; what moved already is at its end first.
void LabView::Private::moveTo(const QHash<NodeId, QPointF>& wanted) {
    motion.finishAll();
    QHash<NodeId, QPointF> from;
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        from.insert(it.key(), q->scenePosOf(it.key()));
    }
    motion.run(Motion::Sort::Places, kLayoutMs, [this, from, wanted](double progress) {
        QHash<NodeId, QPointF> now;
        for (auto it = wanted.begin(); it != wanted.end(); ++it) {
            const QPointF start = from.value(it.key());
            now.insert(it.key(), start + (it.value() - start) * progress);
        }
        scene.place(now);
        if (fitted) {
            fitNow();
        }
        map->sceneChanged();
        updateMap();
        repaint();
    });
}

void LabView::arrange() {
    if (!d->labOpen) {
        return;
    }
    const Layout before = d->scene.context().layout;
    d->scene.arrange();
    d->tellMoves(before);
    for (const model::Node& node : d->scene.context().lab.nodes) {
        d->unplaced.insert(node.id);
    }
    d->askGraphviz();
    fit();
    d->repaint();
}

void LabView::Private::tellMoves(const Layout& before) {
    std::vector<NodeMove> moves;
    for (const NodePlace& place : scene.context().layout.nodes) {
        const NodePlace* old = before.find(place.id);
        if (old != nullptr && old->card.topLeft() != place.card.topLeft()) {
            moves.push_back({place.id, old->card.topLeft(), place.card.topLeft()});
        }
    }
    if (!moves.empty()) {
        Q_EMIT q->partsMoved(moves, {});
    }
}

std::optional<LabView::Private::Drag> LabView::Private::dragOf(const Selection& item) const {
    Drag what{.item = item};
    const std::vector<Selection>& marked = scene.context().marked;
    std::vector<Selection> parts{item}; // First: its corner snaps.
    if (std::ranges::find(marked, item) != marked.end()) {
        std::ranges::remove_copy(marked, std::back_inserter(parts), item);
    }
    std::set<NodeId> taken;
    for (const Selection& part : parts) {
        const QPointF corner = scene.rectOf(part).topLeft();
        if (const auto* sheet = std::get_if<NoteRef>(&part); sheet != nullptr && scene.has(part)) {
            what.notes.emplace_back(sheet->at, corner);
        }
        for (const NodeId& node : nodesOf(part, scene.context().lab)) {
            if (taken.insert(node).second) {
                what.cards.emplace_back(node, q->scenePosOf(node));
            }
        }
    }
    if (what.cards.empty() && what.notes.empty()) {
        return std::nullopt;
    }
    const bool byNote = what.cards.empty() || (std::holds_alternative<NoteRef>(item) && !what.notes.empty());
    what.corner = byNote ? what.notes.front().second : what.cards.front().second;
    return what;
}

void LabView::Private::showMoved(const Drag& what) {
    QHash<NodeId, QPointF> places;
    for (const auto& [node, from] : what.cards) {
        places.insert(node, from + what.way);
    }
    if (!places.isEmpty()) {
        scene.place(places);
    }
    for (const auto& [sheet, from] : what.notes) {
        scene.placeNote(sheet, from + what.way);
    }
    map->sceneChanged();
    updateMap();
    repaint();
}

void LabView::Private::tellMoved(const Drag& what) {
    std::vector<NodeMove> nodes;
    for (const auto& [node, from] : what.cards) {
        nodes.push_back({node, from, from + what.way});
    }
    std::vector<NoteMove> notes;
    for (const auto& [sheet, from] : what.notes) {
        notes.push_back({sheet, from + what.way});
    }
    Q_EMIT q->partsMoved(nodes, notes);
}

void LabView::Private::dragTo(const QPoint& viewportPos) {
    if (!drag->moved && (viewportPos - drag->pressedAt).manhattanLength() < kDragPixels) {
        return;
    }
    drag->moved = true;
    q->viewport()->setCursor(Qt::SizeAllCursor);
    const QPointF way = QPointF(viewportPos - drag->pressedAt) / scene.context().zoom;
    drag->way = snapped(drag->corner + way) - drag->corner;
    fitted = false;
    showMoved(*drag);
}

void LabView::Private::endDrag() {
    const Drag done = *std::exchange(drag, std::nullopt);
    q->viewport()->unsetCursor();
    if (done.moved && !done.way.isNull()) {
        tellMoved(done);
    }
}

void LabView::Private::cancelDrag() {
    Drag old = *std::exchange(drag, std::nullopt);
    q->viewport()->unsetCursor();
    old.way = {};
    showMoved(old);
}

/// Ctrl and an arrow move the node, group or note that has the focus, and what is marked with it: a drag's way by key.
bool LabView::Private::moveNodeKey(const QKeyEvent& event) {
    const QPointF step = event.key() == Qt::Key_Left    ? QPointF(-kKeyStep, 0)
                         : event.key() == Qt::Key_Right ? QPointF(kKeyStep, 0)
                         : event.key() == Qt::Key_Up    ? QPointF(0, -kKeyStep)
                         : event.key() == Qt::Key_Down  ? QPointF(0, kKeyStep)
                                                        : QPointF();
    auto what = step.isNull() || event.modifiers() != Qt::ControlModifier ? std::nullopt : dragOf(q->current());
    if (!what) {
        return false;
    }
    what->way = step;
    fitted = false;
    showMoved(*what);
    makeVisible(what->item);
    tellMoved(*what);
    return true;
}

} // namespace podleaf::ui
