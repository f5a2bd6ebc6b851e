// SPDX-License-Identifier: GPL-3.0-or-later
// NodeItem: a node's card in three levels of detail, pods as chips inside it. One of many in a NodeLayer. GUI thread.
#pragma once

#include "canvas_context.h"
#include "usage_looks.h"

#include <QPainter>

#include <compare>

namespace podleaf::ui {

class NodeItem final {
public:
    /// All that a dot shows.
    struct DotLook {
        Glyph glyph = Glyph::Planned;
        bool planned = true;
        bool failed = false;
        auto operator<=>(const DotLook&) const = default;
    };

    /// `context` outlives the item.
    NodeItem(const CanvasContext& context, const model::Node& node);

    /// Looks at the state again; the caller updates the viewport once for all items.
    void refresh();
    /// Looks again at nothing but the processor time and memory that the node uses.
    void refreshUsage();
    /// Takes the card's place from the layout again.
    void place();
    [[nodiscard]] const QRectF& card() const { return m_card; }                      ///< In scene coordinates, as all rects here.
    [[nodiscard]] QRectF reach() const { return m_card.adjusted(-10, -10, 10, 10); } ///< With the outlines of selection and focus.
    [[nodiscard]] const PhaseLook& phase() const { return m_phase; }
    /// Made when it is asked for: of a thousand nodes seen from far away nobody asks.
    [[nodiscard]] const NodeLook& look() const;
    [[nodiscard]] UsageLook usage() const { return usageLookOf(m_node.id, *m_context.state); }
    [[nodiscard]] const model::Node& node() const { return m_node; }

    /// The chip of a pod in scene coordinates; empty when it is folded away or the detail has no chips.
    [[nodiscard]] QRectF chipRect(const QString& pod) const;
    /// The pod at a place of the scene, or an empty name.
    [[nodiscard]] QString podAt(const QPointF& scenePos) const;

    /// Draws the card in Detail::Full or Small; the painter's origin is the card's corner.
    void paint(QPainter& painter) const;
    /// Where a dot is drawn, and it, from the painter's origin in pixels of the screen.
    [[nodiscard]] QRectF dotRect() const;
    [[nodiscard]] DotLook dotLook() const { return {m_phase.glyph, m_phase.planned, m_phase.failed}; }
    void paintDot(QPainter& painter, const QSizeF& size) const;

private:
    [[nodiscard]] bool isSwitch() const { return m_node.kind != model::NodeKind::Host; }
    [[nodiscard]] QString iconName() const { return isSwitch() ? QStringLiteral("leaf") : QStringLiteral("host"); }
    [[nodiscard]] QRectF chipAt(int index) const;
    [[nodiscard]] QColor borderColor() const;
    [[nodiscard]] Role ground() const;
    void paintShape(QPainter& painter, const QRectF& card, double radius) const;
    void paintFull(QPainter& painter) const;
    void paintHost(QPainter& painter) const;
    void paintBoot(QPainter& painter, double y, double right) const;
    void paintBridge(QPainter& painter) const;
    void paintReason(QPainter& painter) const;
    void paintFoot(QPainter& painter) const;
    void paintUsage(QPainter& painter, const UsageLook& usage, double baseline) const;
    void paintTrail(QPainter& painter, const QRectF& box) const;
    /// As far as the lens shows it.
    [[nodiscard]] UsageLook shownUsage() const { return m_context.shows(Lens::State) ? usage() : UsageLook(); }
    [[nodiscard]] std::vector<FactLook> shownFacts() const;
    void paintLeaf(QPainter& painter) const;
    void paintFacts(QPainter& painter, double left) const;
    void paintHead(QPainter& painter, double right) const;
    void paintState(QPainter& painter, double baseline, double right) const;
    void paintChip(QPainter& painter, int index) const;
    void paintSmall(QPainter& painter) const;

    const CanvasContext& m_context;
    model::Node m_node;
    QRectF m_card;
    QSizeF m_size;
    PhaseLook m_phase;
    CpuTrail m_trail;
    mutable NodeLook m_look;
    mutable bool m_lookIsOld = true;
};

} // namespace podleaf::ui
