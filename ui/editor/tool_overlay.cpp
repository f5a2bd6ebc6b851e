// SPDX-License-Identifier: GPL-3.0-or-later
// ToolOverlay: see the header.
#include "tool_overlay.h"

#include <QPainter>

#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kOff = 4; ///< Of an outline from its card, as the canvas' own selection.
constexpr double kRadius = 6;
} // namespace

ToolOverlay::ToolOverlay(const Theme& theme, LabView& canvas) : QWidget(canvas.viewport()), m_theme(theme), m_canvas(canvas) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    setGeometry(canvas.viewport()->rect());
    lower(); // Below legend and zoom control.
    QWidget::show();
}

void ToolOverlay::show(Content content) {
    m_content = std::move(content);
    update();
}

void ToolOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor accent = m_theme.color(Role::Accent);
    painter.setPen(QPen(accent, 2, Qt::DashLine));
    if (m_content.card) {
        painter.setBrush(m_theme.color(Role::Card));
        painter.drawRoundedRect(*m_content.card, kRadius, kRadius);
    }
    if (m_content.cable) {
        painter.drawLine(*m_content.cable);
    }
    painter.setBrush(Qt::NoBrush);
    if (!std::holds_alternative<std::monostate>(m_content.cableTarget)) {
        painter.drawRoundedRect(QRectF(m_canvas.viewRectOf(m_content.cableTarget)).adjusted(-kOff, -kOff, kOff, kOff), kRadius, kRadius);
    }
    if (m_content.band) {
        QColor fill = accent;
        fill.setAlphaF(0.12F);
        painter.setPen(QPen(accent, 1));
        painter.setBrush(fill);
        painter.drawRect(*m_content.band);
    }
    if (!m_content.words.isEmpty()) {
        painter.setFont(m_theme.font(FontRole::Second));
        const QRect text =
            painter.fontMetrics().boundingRect(m_content.words).translated(m_content.wordsAt + QPoint(14, -10)).adjusted(-6, -3, 6, 3);
        painter.setPen(m_theme.color(Role::Edge));
        painter.setBrush(m_theme.color(Role::Card));
        painter.drawRoundedRect(text, 3, 3);
        painter.setPen(m_theme.color(Role::Text));
        painter.drawText(text, Qt::AlignCenter, m_content.words);
    }
}

} // namespace podleaf::ui
