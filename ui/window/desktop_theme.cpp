// SPDX-License-Identifier: GPL-3.0-or-later
// DesktopTheme: see the header.
#include "desktop_theme.h"

#include <QApplication>
#include <QEvent>

namespace podleaf::ui {

DesktopTheme::DesktopTheme(QWidget& window, const Theme& shown) : QObject(&window), m_shown(shown) {
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &DesktopTheme::look);
    window.installEventFilter(this);
}

/// A palette that is not the one of the theme comes from the desktop.
bool DesktopTheme::isOfDesktop(const QEvent& event) const {
    return event.type() == QEvent::ThemeChange || (event.type() == QEvent::ApplicationPaletteChange &&
                                                   QApplication::palette().color(QPalette::Window) != m_shown.color(Role::Window));
}

bool DesktopTheme::eventFilter(QObject* watched, QEvent* event) {
    if (!m_isLooking && isOfDesktop(*event)) {
        m_soon.start();
    }
    return QObject::eventFilter(watched, event);
}

void DesktopTheme::look() {
    m_isLooking = true; // What follows changes the palette, too.
    m_shown.lookAtDesktop(*qApp);
    m_isLooking = false;
    Q_EMIT changed();
}

} // namespace podleaf::ui
