// SPDX-License-Identifier: GPL-3.0-or-later
// CellDelegate: see the header.
#include "cell_delegate.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kGlyphSize = 11;
constexpr int kIconSize = 14;
constexpr int kTintInset = 2; ///< Of the text, within its ground.
constexpr int kGap = 6;
constexpr int kMargin = 8;

Qt::TextElideMode elideOf(FontRole font) {
    return font == FontRole::Mono ? Qt::ElideNone : Qt::ElideRight;
}
} // namespace

CellDelegate::CellDelegate(const Theme& theme, int rowHeight, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme), m_rowHeight(rowHeight) {}

QFont CellDelegate::fontOf(const QModelIndex& index) const {
    const QVariant role = index.data(cell::kFont);
    return m_theme.font(role.isValid() ? static_cast<FontRole>(role.toInt()) : FontRole::Table);
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    QStyleOptionViewItem ground = option;
    ground.text.clear();
    ground.icon = {};
    ground.state.setFlag(QStyle::State_HasFocus, false);
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &ground, painter, option.widget);

    const Role on = option.state.testFlag(QStyle::State_Selected)               ? Role::Select
                    : option.features.testFlag(QStyleOptionViewItem::Alternate) ? Role::Alt
                                                                                : Role::Base;
    QRect place = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    const QVariant tint = index.data(cell::kTint);
    if (tint.isValid()) {
        paintTint(*painter, option.rect, static_cast<Role>(tint.toInt()), index.data(cell::kFrame).toBool());
        place.adjust(kTintInset, 0, -kTintInset, 0);
    }
    // A square of this side at the left, beside which the rest goes on.
    const auto takeSquare = [&place](int side) {
        const QRectF box(place.left(), place.center().y() - side / 2.0 + 0.5, side, side);
        place.setLeft(place.left() + side + kGap);
        return box;
    };
    if (const QString name = index.data(cell::kIcon).toString(); !name.isEmpty()) {
        paintIcon(*painter, takeSquare(m_theme.scaled(kIconSize)), name, m_theme.color(Role::Muted));
    }
    const auto glyph = static_cast<Glyph>(index.data(cell::kGlyph).toInt());
    if (glyph != Glyph::None) {
        const Role role = tint.isValid() ? static_cast<Role>(tint.toInt()) : on;
        paintGlyph(*painter, takeSquare(m_theme.scaled(kGlyphSize)), glyph, m_theme, role);
    }
    const QFont font = fontOf(index);
    const QFontMetrics metrics(font);
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    const QString text =
        metrics.elidedText(index.data().toString(), elideOf(static_cast<FontRole>(index.data(cell::kFont).toInt())), place.width());
    painter->setFont(font);
    painter->setPen(m_theme.color(static_cast<Role>(index.data(cell::kInk).toInt())));
    painter->drawText(place, static_cast<int>(alignment | Qt::AlignVCenter) | Qt::TextSingleLine, text);

    const QString second = index.data(cell::kSecond).toString();
    place.setLeft(place.left() + metrics.horizontalAdvance(text) + kMargin);
    if (!second.isEmpty() && place.width() > kMargin) {
        const QFont small = m_theme.font(FontRole::Second);
        painter->setFont(small);
        painter->setPen(m_theme.color(Role::Muted));
        painter->drawText(place, (tint.isValid() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(small).elidedText(second, Qt::ElideRight, place.width()));
    }
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter->setPen(QPen(m_theme.color(Role::Text), 1, Qt::DotLine));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    painter->restore();
}

/// The ground of a verdict, hatched where it is a refusal; a frame where it is not as intended.
void CellDelegate::paintTint(QPainter& painter, const QRect& cell, Role tint, bool framed) const {
    const QRect box = cell.adjusted(2, 2, -2, -2);
    painter.fillRect(box, m_theme.color(tint));
    if (tint == Role::BadTint) {
        QColor hatch = m_theme.color(Role::Bad);
        hatch.setAlphaF(0.18F);
        painter.fillRect(box, QBrush(hatch, Qt::BDiagPattern));
    }
    if (framed) {
        painter.setPen(QPen(m_theme.color(Role::Bad), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box);
    }
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const QFontMetrics metrics(fontOf(index));
    const QString second = index.data(cell::kSecond).toString();
    int width = 2 * kMargin + metrics.horizontalAdvance(index.data().toString());
    width += index.data(cell::kGlyph).toInt() != 0 ? m_theme.scaled(kGlyphSize) + kGap : 0;
    width += index.data(cell::kIcon).isValid() ? m_theme.scaled(kIconSize) + kGap : 0;
    width += index.data(cell::kTint).isValid() ? 2 * kTintInset : 0;
    width += second.isEmpty() ? 0 : kMargin + QFontMetrics(m_theme.font(FontRole::Second)).horizontalAdvance(second);
    return {width, std::max(m_rowHeight, metrics.height() + 3)};
}

} // namespace podleaf::ui
