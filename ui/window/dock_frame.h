// SPDX-License-Identifier: GPL-3.0-or-later
// DockFrame: makes the docks look as designed: a head with float and close where a dock stands alone,
// and the same two buttons at the end of the tabs where docks share a place. GUI thread.
#pragma once

#include <ui/theme/theme.h>

#include <QDockWidget>
#include <QMainWindow>
#include <QObject>

#include <vector>

class QTabBar;

namespace podleaf::ui {

class DockFrame final : public QObject {
    Q_OBJECT

public:
    /// `window` and `theme` must outlive it; it is a child of `window`.
    DockFrame(QMainWindow& window, const Theme& theme);

    /// A dock around `content`; `id` names it in saved layouts.
    QDockWidget* add(const QString& id, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    /// Puts `dock` into the tabs of `first`.
    void tabify(QDockWidget* first, QDockWidget* dock);
    /// The glyph on the dock's tab.
    void setTabIcon(QDockWidget* dock, const QIcon& icon);
    /// Heads and tab buttons after docks have moved or the theme has changed.
    void refresh();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void dressTabBar(QTabBar* bar);
    [[nodiscard]] QDockWidget* currentDockOf(const QTabBar* bar) const;
    void placeButtons(QTabBar* bar);

    QMainWindow& m_window;
    const Theme& m_theme;
    std::vector<QDockWidget*> m_docks;
    bool m_refreshPending = false;
};

} // namespace podleaf::ui
