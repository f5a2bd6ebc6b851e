// SPDX-License-Identifier: GPL-3.0-or-later
// CellDelegate: paints the cells of every table and tree: ground, icon, glyph, text in its ink
// and font, second text, frame. GUI thread.
#pragma once

#include <ui/models/cell_roles.h>

#include <QStyledItemDelegate>

namespace podleaf::ui {

class CellDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    /// `theme` is read at every paint and must outlive the delegate. `rowHeight` in px at font scale 1.
    CellDelegate(const Theme& theme, int rowHeight, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    [[nodiscard]] QFont fontOf(const QModelIndex& index) const;
    void paintTint(QPainter& painter, const QRect& cell, Role tint, bool framed) const;

    const Theme& m_theme;
    int m_rowHeight;
};

} // namespace podleaf::ui
