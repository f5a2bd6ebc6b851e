// SPDX-License-Identifier: GPL-3.0-or-later
// LabScene: the items of one lab and the context they draw from. GUI thread.
#pragma once

#include "canvas_context.h"
#include "edge_layer.h"
#include "flow_layer.h"
#include "group_layer.h"
#include "node_layer.h"
#include "note_layer.h"
#include "route_layer.h"
#include "trace_layer.h"
#include "traffic_layer.h"

#include <QGraphicsScene>

#include <vector>

namespace podleaf::ui {

class LabScene final : public QGraphicsScene {
    Q_OBJECT
public:
    explicit LabScene(const Theme& theme, QObject* parent = nullptr);

    /// Nodes that were there before keep their places when it is the same lab in a new version.
    void setLab(const model::Lab& lab);
    /// Puts cards elsewhere; the cables follow.
    void place(const QHash<NodeId, QPointF>& topLefts);
    /// Puts a note elsewhere.
    void placeNote(std::size_t note, const QPointF& topLeft);
    /// Looks at the layers again, with nothing kept but what the lab itself says.
    void arrange();
    /// Keeps the state, and of selection and focus what the lab still has.
    void changeLab(const model::Lab& lab);
    void apply(const state::Snapshot& snapshot, const state::Delta& delta);

    [[nodiscard]] const CanvasContext& context() const { return m_context; }
    /// To change what is drawn; the caller updates the viewport afterwards.
    [[nodiscard]] CanvasContext& edit() { return m_context; }
    /// After the theme or the zoom in edit() is another one.
    void styleChanged();
    [[nodiscard]] const NodeItem* find(const NodeId& node) const;
    /// What there is to see: cards, frames of groups, and notes.
    [[nodiscard]] QRectF bounds() const;
    [[nodiscard]] const EdgeLayer* edges() const { return m_edges; }
    /// Whether any half-line has turned since the last call.
    [[nodiscard]] bool takeTurned() { return m_edges != nullptr && m_edges->takeTurned(); }
    [[nodiscard]] FlowLayer* flows() const { return m_flows; }
    [[nodiscard]] RouteLayer* routes() const { return m_routes; }
    [[nodiscard]] TraceLayer* trace() const { return m_trace; }

    /// What lies at a place; cables catch within `cableDistance` scene units, flows
    /// (which are close to them and to each other) within half of it.
    [[nodiscard]] Selection hit(const QPointF& scenePos, double cableDistance) const;
    /// Whether the lab has such an item.
    [[nodiscard]] bool has(const Selection& item) const;
    /// All items in the order of the Tab key: a node, its pods, its cables; then groups, notes and flows.
    [[nodiscard]] std::vector<Selection> tabOrder() const;
    /// The rect of an item in scene coordinates.
    [[nodiscard]] QRectF rectOf(const Selection& item) const;
    /// The nearest node or cable in a direction from an item; the item itself when there is none.
    [[nodiscard]] Selection neighbour(const Selection& from, const QPointF& direction) const;

    /// What the marks mean that are on the canvas now.
    [[nodiscard]] Legend legend() const;

    [[nodiscard]] QString accessibleTextOf(const Selection& item) const;
    [[nodiscard]] QString toolTipOf(const Selection& item) const;

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    /// The outlines of what is marked.
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    [[nodiscard]] const NodeItem* hostOf(const PodRef& pod) const { return find(m_context.facts.hostOf(pod.name)); }
    [[nodiscard]] const CanvasLayer* layerOf(Lens lens) const;
    void refreshAll();
    void applyLayout(Layout layout);
    void layoutChanges();
    void growSceneRect();

    CanvasContext m_context;
    NodeLayer* m_nodes = nullptr;      ///< Owned by the scene.
    EdgeLayer* m_edges = nullptr;      ///< Owned by the scene.
    FlowLayer* m_flows = nullptr;      ///< Owned by the scene.
    RouteLayer* m_routes = nullptr;    ///< Owned by the scene.
    TrafficLayer* m_traffic = nullptr; ///< Owned by the scene.
    TraceLayer* m_trace = nullptr;     ///< Owned by the scene.
    GroupLayer* m_groups = nullptr;    ///< Owned by the scene.
    NoteLayer* m_notes = nullptr;      ///< Owned by the scene.
};

} // namespace podleaf::ui
