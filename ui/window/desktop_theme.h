// SPDX-License-Identifier: GPL-3.0-or-later
// DesktopTheme: notices that the desktop turns light or dark while the program runs. Qt 6.4 has no signal for it: the
// window is told of a theme, or the application's palette is another than the one that was set. GUI thread.
#pragma once

#include <ui/theme/theme.h>

#include <QTimer>
#include <QWidget>

namespace podleaf::ui {

class DesktopTheme final : public QObject {
    Q_OBJECT

public:
    /// Watches a window that is drawn in the theme `shown`; both must outlive it.
    DesktopTheme(QWidget& window, const Theme& shown);

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    /// The desktop has said something about its looks, which Theme::forMode() knows by now. The application's palette is
    /// the desktop's: set the theme again, also where it is the same.
    void changed();

private:
    [[nodiscard]] bool isOfDesktop(const QEvent& event) const;
    void look();

    const Theme& m_shown;
    QTimer m_soon; ///< Every widget is told; once is enough.
    bool m_isLooking = false;
};

} // namespace podleaf::ui
