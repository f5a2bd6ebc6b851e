// SPDX-License-Identifier: GPL-3.0-or-later
// BootBar: see the header.
#include "boot_bar.h"

#include <ui/theme/glyphs.h>

#include <QPainter>

#include <algorithm>

#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kGlyph = 12;
constexpr int kGap = 4;
} // namespace

BootBar::BootBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void BootBar::setSteps(std::vector<BootStep> steps) {
    if (steps == m_steps) {
        return;
    }
    m_steps = std::move(steps);
    QString sentence;
    for (const BootStep& step : m_steps) {
        sentence += step.glyph == Glyph::Ok ? step.title + QLatin1Char(' ') : QString();
    }
    setAccessibleName(tr("Boot: %1 done").arg(sentence.trimmed()));
    updateGeometry();
    update();
}

QSize BootBar::sizeHint() const {
    const QFontMetrics metrics(m_theme.font(FontRole::Caption));
    int widest = 36;
    for (const BootStep& step : m_steps) {
        widest = std::max(widest, metrics.horizontalAdvance(step.title) + 4);
    }
    return {widest * std::max(5, static_cast<int>(m_steps.size())), m_steps.empty() ? 0 : kGlyph + kGap + metrics.height() + 2};
}

void BootBar::paintEvent(QPaintEvent*) {
    if (m_steps.empty()) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(FontRole::Caption));
    const double width = static_cast<double>(this->width()) / static_cast<double>(m_steps.size());
    const double y = kGlyph / 2.0 + 1;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const double x = (static_cast<double>(i) + 0.5) * width;
        if (i > 0) {
            painter.setPen(QPen(m_theme.color(m_steps[i].glyph == Glyph::Ok ? Role::Ok : Role::Border), 1.5));
            painter.drawLine(QPointF(x - width + kGlyph / 2.0 + kGap, y), QPointF(x - kGlyph / 2.0 - kGap, y));
        }
        paintGlyph(painter, QRectF(x - kGlyph / 2.0, y - kGlyph / 2.0, kGlyph, kGlyph), m_steps[i].glyph, m_theme, Role::Base);
        painter.setPen(m_theme.color(m_steps[i].glyph == Glyph::Planned ? Role::Muted : Role::Text));
        painter.drawText(QRectF(x - width / 2, kGlyph + kGap, width, height() - kGlyph - kGap), Qt::AlignHCenter | Qt::AlignTop,
                         painter.fontMetrics().elidedText(m_steps[i].title, Qt::ElideRight, static_cast<int>(width)));
    }
}

} // namespace podleaf::ui
