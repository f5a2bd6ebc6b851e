// SPDX-License-Identifier: GPL-3.0-or-later
// NoteLayer: the lab's notes as small sheets above cards and cables. GUI thread.
#pragma once

#include "canvas_layer.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace podleaf::ui {

class NoteLayer final : public CanvasLayer {
public:
    explicit NoteLayer(const CanvasContext& context);

    /// In scene units; empty for what is no note.
    [[nodiscard]] QRectF rectOf(std::size_t note) const;
    /// The note at a place of the scene, the uppermost one.
    [[nodiscard]] std::optional<std::size_t> noteAt(const QPointF& scenePos) const;
    /// Of all notes; empty when there is none.
    [[nodiscard]] QRectF bounds() const;
    /// The theme may be another one.
    void styleChanged();

    [[nodiscard]] QRectF boundingRect() const override { return CanvasLayer::boundingRect() | bounds().adjusted(-10, -10, 10, 10); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    /// A note's text as it is broken into lines.
    struct Sheet {
        QStringList lines;
        QSizeF size;
    };
    [[nodiscard]] Sheet sheetOf(const model::Note& note) const;
    void paintNote(QPainter& painter, std::size_t note, const QRectF& rect) const;

    QFont m_font;
    std::vector<Sheet> m_sheets; ///< In the lab's order.
};

} // namespace podleaf::ui
