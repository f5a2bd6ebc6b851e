// SPDX-License-Identifier: GPL-3.0-or-later
// LabScene: the items of one lab and the context they draw from. GUI thread.
#pragma once

#include "canvas_context.h"
#include "edge_layer.h"
#include "flow_layer.h"
#include "node_item.h"

#include <QGraphicsScene>

#include <vector>

namespace podleaf::ui {

class LabScene final : public QGraphicsScene {
    Q_OBJECT
public:
    explicit LabScene(const Theme& theme, QObject* parent = nullptr);

    void setLab(const model::Lab& lab);
    /// Keeps the state, and of selection and focus what the lab still has.
    void changeLab(const model::Lab& lab);
    void apply(const state::Snapshot& snapshot, const state::Delta& delta);

    [[nodiscard]] const CanvasContext& context() const { return m_context; }
    /// To change what is drawn; the caller updates the viewport afterwards.
    [[nodiscard]] CanvasContext& edit() { return m_context; }
    [[nodiscard]] const NodeItem* find(const NodeId& node) const;
    [[nodiscard]] const EdgeLayer* edges() const { return m_edges; }
    [[nodiscard]] FlowLayer* flows() const { return m_flows; }

    /// What lies at a place; cables catch within `cableDistance` scene units, flows
    /// (which are close to them and to each other) within half of it.
    [[nodiscard]] Selection hit(const QPointF& scenePos, double cableDistance) const;
    /// Whether the lab has such an item.
    [[nodiscard]] bool has(const Selection& item) const;
    /// All nodes and cables in the order of the Tab key: a node, then its cables.
    [[nodiscard]] std::vector<Selection> tabOrder() const;
    /// The rect of an item in scene coordinates.
    [[nodiscard]] QRectF rectOf(const Selection& item) const;
    /// The nearest node or cable in a direction from an item; the item itself when there is none.
    [[nodiscard]] Selection neighbour(const Selection& from, const QPointF& direction) const;

    [[nodiscard]] QString accessibleTextOf(const Selection& item) const;
    [[nodiscard]] QString toolTipOf(const Selection& item) const;

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    void refreshAll();

    CanvasContext m_context;
    std::vector<NodeItem*> m_nodes; ///< Owned by the scene.
    QHash<NodeId, NodeItem*> m_nodeOf;
    EdgeLayer* m_edges = nullptr; ///< Owned by the scene.
    FlowLayer* m_flows = nullptr; ///< Owned by the scene.
};

} // namespace podleaf::ui
