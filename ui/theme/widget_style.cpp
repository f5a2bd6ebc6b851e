// SPDX-License-Identifier: GPL-3.0-or-later
// WidgetStyle: see the header.
#include "widget_style.h"

#include "glyphs.h"

#include <QComboBox>
#include <QEvent>
#include <QPainter>

namespace podleaf::ui {

namespace {
constexpr int kIcon = 16;
constexpr int kChevronFromRight = 24; ///< As wide as the sheet's QComboBox::drop-down.
} // namespace

WidgetStyle::WidgetStyle(double fontScale) : QProxyStyle(QStringLiteral("Fusion")), m_fontScale(fontScale) {}

/// Fusion's own grow with the fonts' resolution alone. Those of fields and rows it makes from PM_SmallIconSize.
int WidgetStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    const bool isIcon = metric == PM_SmallIconSize || metric == PM_ButtonIconSize;
    return isIcon ? qRound(kIcon * m_fontScale) : QProxyStyle::pixelMetric(metric, option, widget);
}

void WidgetStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QComboBox*>(widget) != nullptr) {
        widget->installEventFilter(this);
    }
}

void WidgetStyle::unpolish(QWidget* widget) {
    widget->removeEventFilter(this);
    QProxyStyle::unpolish(widget);
}

/// A combo box paints itself first, then its chevron is painted over it.
bool WidgetStyle::eventFilter(QObject* watched, QEvent* event) {
    auto* box = qobject_cast<QComboBox*>(watched);
    if (box == nullptr || event->type() != QEvent::Paint) {
        return QProxyStyle::eventFilter(watched, event);
    }
    watched->event(event);
    const double side = kIcon * m_fontScale;
    const QPalette::ColorGroup group = box->isEnabled() ? QPalette::Active : QPalette::Disabled;
    QPainter painter(box);
    paintIcon(painter, QRectF(box->width() - kChevronFromRight * m_fontScale, (box->height() - side) / 2, side, side),
              QStringLiteral("chevron"), box->palette().color(group, QPalette::ButtonText));
    return true;
}

} // namespace podleaf::ui
