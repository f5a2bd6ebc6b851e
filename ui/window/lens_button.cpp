// SPDX-License-Identifier: GPL-3.0-or-later
// LensButton: see the header.
#include "lens_button.h"

#include <QPainter>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kSide = 12; ///< Free at both sides of the text.
constexpr int kGap = 10;  ///< Between the word and its key.
constexpr int kHigh = 4;  ///< Free above and below.
constexpr double kUnderline = 3;
constexpr double kRadius = 3;
} // namespace

LensButton::LensButton(const QString& text, int key, const Theme& theme, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_key(QString::number(key)) {
    setText(text);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setUse(Use::Off);
}

void LensButton::setUse(Use use) {
    m_use = use;
    setAccessibleName(use == Use::Active    ? tr("Lens %1, active").arg(text())
                      : use == Use::Stacked ? tr("Lens %1, stacked").arg(text())
                                            : tr("Lens %1").arg(text()));
    update();
}

/// As wide as the bold word, so that nothing moves when another lens becomes active.
QSize LensButton::sizeHint() const {
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics word(bold);
    const QFontMetrics key(m_theme.font(FontRole::Caption));
    return {2 * kSide + word.horizontalAdvance(text()) + kGap + key.horizontalAdvance(m_key), word.height() + 2 * kHigh};
}

void LensButton::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool on = m_use != Use::Off;
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const Role fill = m_use == Use::Active ? Role::Select : underMouse() ? Role::Hover : Role::Button;
    painter.setPen(m_theme.color(on || hasFocus() ? Role::Accent : Role::Border));
    painter.setBrush(m_theme.color(fill));
    painter.drawRoundedRect(box, kRadius, kRadius);
    if (on) {
        QPen line(m_theme.color(Role::Accent), kUnderline, m_use == Use::Active ? Qt::SolidLine : Qt::CustomDashLine, Qt::FlatCap);
        if (m_use == Use::Stacked) {
            line.setDashPattern({1.4, 0.8});
        }
        painter.setPen(line);
        const double y = box.bottom() - kUnderline / 2;
        painter.drawLine(QPointF(box.left() + (m_use == Use::Active ? 1 : kSide), y),
                         QPointF(box.right() - (m_use == Use::Active ? 1 : kSide), y));
    }
    QFont word = font();
    word.setWeight(on ? QFont::DemiBold : QFont::Normal);
    painter.setFont(word);
    painter.setPen(m_theme.color(isEnabled() ? Role::Text : Role::Disabled));
    painter.drawText(rect().adjusted(std::min(kSide, (width() - painter.fontMetrics().horizontalAdvance(text())) / 2), 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setFont(m_theme.font(FontRole::Caption));
    painter.setPen(m_theme.color(Role::Muted));
    if (width() >= sizeHint().width()) { // Else the tool tip alone has the key.
        painter.drawText(rect().adjusted(0, 0, -kSide, 0), Qt::AlignRight | Qt::AlignVCenter, m_key);
    }
}

} // namespace podleaf::ui
