// SPDX-License-Identifier: GPL-3.0-or-later
// ShareBar: see the header.
#include "share_bar.h"

#include <QPainter>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kWidth = 110;
constexpr int kHeight = 8;
constexpr double kRound = 1.5;
} // namespace

ShareBar::ShareBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ShareBar::setShare(double share) {
    share = std::clamp(share, 0.0, 1.0);
    if (share != m_share) {
        m_share = share;
        update();
    }
}

QSize ShareBar::sizeHint() const {
    return {m_theme.scaled(kWidth), m_theme.scaled(kHeight)};
}

void ShareBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(Role::OffTint));
    painter.drawRoundedRect(rect(), kRound, kRound);
    if (m_share > 0) { // However little: it is not nothing.
        painter.setBrush(m_theme.color(Role::Off));
        painter.drawRoundedRect(QRectF(0, 0, std::max(2 * kRound, m_share * width()), height()), kRound, kRound);
    }
}

} // namespace podleaf::ui
