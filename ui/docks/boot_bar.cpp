// SPDX-License-Identifier: GPL-3.0-or-later
// BootBar: see the header.
#include "boot_bar.h"

#include <ui/theme/glyphs.h>

#include <QPainter>

#include <algorithm>

#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kGlyphSize = 12;
constexpr int kGap = 4;
constexpr int kLeastTitle = 36;
constexpr int kUsualSteps = 5;
} // namespace

BootBar::BootBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
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
    setToolTip(accessibleName());
    updateGeometry();
    update();
}

int BootBar::widestTitle() const {
    const QFontMetrics metrics(m_theme.font(FontRole::Caption));
    int widest = kLeastTitle;
    for (const BootStep& step : m_steps) {
        widest = std::max(widest, metrics.horizontalAdvance(step.title) + kGap);
    }
    return widest;
}

bool BootBar::isStaggered(int width) const {
    return widestTitle() * static_cast<int>(m_steps.size()) > width;
}

QSize BootBar::sizeHint() const {
    const int width = widestTitle() * std::max(kUsualSteps, static_cast<int>(m_steps.size()));
    return {width, heightForWidth(width)};
}

int BootBar::heightForWidth(int width) const {
    const int line = QFontMetrics(m_theme.font(FontRole::Caption)).height();
    return m_steps.empty() ? 0 : m_theme.scaled(kGlyphSize) + kGap + line * (isStaggered(width) ? 2 : 1) + 2;
}

void BootBar::paintEvent(QPaintEvent*) {
    if (m_steps.empty()) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(FontRole::Caption));
    const double width = static_cast<double>(this->width()) / static_cast<double>(m_steps.size());
    const int glyph = m_theme.scaled(kGlyphSize);
    const double y = glyph / 2.0 + 1;
    const bool staggered = isStaggered(this->width());
    const QFontMetrics metrics = painter.fontMetrics();
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const double x = (static_cast<double>(i) + 0.5) * width;
        if (i > 0) {
            painter.setPen(QPen(m_theme.color(m_steps[i].glyph == Glyph::Ok ? Role::Ok : Role::Border), 1.5));
            painter.drawLine(QPointF(x - width + glyph / 2.0 + kGap, y), QPointF(x - glyph / 2.0 - kGap, y));
        }
        paintGlyph(painter, QRectF(x - glyph / 2.0, y - glyph / 2.0, glyph, glyph), m_steps[i].glyph, m_theme, Role::Base);
        painter.setPen(m_theme.color(m_steps[i].glyph == Glyph::Planned ? Role::Muted : Role::Text));
        const QString title = metrics.elidedText(m_steps[i].title, Qt::ElideRight, static_cast<int>(staggered ? 1.5 * width : width));
        const int words = metrics.horizontalAdvance(title);
        const double left = std::clamp(x - words / 2.0, 0.0, std::max(0.0, static_cast<double>(this->width() - words)));
        const int line = staggered && i % 2 == 1 ? 1 : 0;
        painter.drawText(QPointF(left, glyph + kGap + line * metrics.height() + metrics.ascent()), title);
    }
}

} // namespace podleaf::ui
