// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeLayer: all cables of the lab in one item: half-lines, glyphs, ports and labels. GUI thread.
#pragma once

#include "canvas_layer.h"
#include "far_picture.h"
#include "line_batch.h"

#include <utility>
#include <vector>

namespace podleaf::ui {

class EdgeLayer final : public CanvasLayer {
public:
    /// `context` outlives the item.
    explicit EdgeLayer(const CanvasContext& context);

    /// Takes the cables' places from the layout again.
    void place();
    /// Looks at the state of all cables, or of one, again.
    void refresh();
    void refresh(const LinkId& link);
    /// Whether any half-line has turned since the last call.
    [[nodiscard]] bool takeTurned() { return std::exchange(m_turned, false); }
    [[nodiscard]] const CableLook* lookAt(const LinkId& link) const;

    [[nodiscard]] Legend legend() const override;
    /// The cable within `distance` scene units of a place, the nearest one.
    [[nodiscard]] LinkId cableAt(const QPointF& scenePos, double distance) const;

    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    /// What a half-line looked like before, while its colour changes; a session that came up or went gets a ring.
    struct Turn {
        Role before = Role::Edge;
        qint64 startMs = -kLongAgo;
        bool ring = false;
    };
    struct Cable {
        const model::Link* link;
        CablePlace place;
        QRectF reach;                ///< Where anything of it may be drawn.
        std::array<QLineF, 2> lines; ///< Its halves, from the port to the middle.
        CableLook look;
        std::array<Turn, 2> turns = {};
    };
    static constexpr qint64 kLongAgo = 1'000'000;
    static constexpr double kSilentOpacity = 0.5;
    void takeLook(Cable& cable, bool quietly);
    [[nodiscard]] bool isMarked(const Cable& cable) const;
    [[nodiscard]] std::vector<const Cable*> seenIn(const QRectF& rect) const;
    [[nodiscard]] LineBatch::Stroke strokeOf(const Cable& cable, std::size_t half) const;
    [[nodiscard]] double halfUnit() const;
    /// How wide a half-line is of what the design says: without its lens it is thin.
    [[nodiscard]] double halfShare(const HalfLook& look) const;
    [[nodiscard]] LegendEntry halfEntry(const HalfLook& look) const;
    [[nodiscard]] std::size_t farKey() const;
    void paintFarLines(QPainter& painter, const QRectF& rect) const;
    void paintFarMarks(QPainter& painter, const QRectF& rect) const;
    void paintMarks(QPainter& painter, const Cable& cable) const;
    void paintRing(QPainter& painter, const Cable& cable, std::size_t half) const;
    void paintHalf(QPainter& painter, const Cable& cable, std::size_t half) const;
    void paintMiddle(QPainter& painter, const Cable& cable) const;
    void paintCarrierLost(QPainter& painter, const QPointF& centre, const QPointF& along) const;
    void paintImpairment(QPainter& painter, const CableLook& look, const QPointF& centre) const;
    void paintPort(QPainter& painter, const Cable& cable, std::size_t end) const;
    void paintLabels(QPainter& painter, const Cable& cable) const;

    std::vector<Cable> m_cables;
    QHash<LinkId, std::size_t> m_index;
    FarPicture m_far; ///< The lines in Detail::Dot.
    bool m_turned = false;
    int m_placed = 0; ///< How often the cables got other places.
};

} // namespace podleaf::ui
