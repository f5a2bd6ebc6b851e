// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorFoot: the buttons below the inspector: Console for a node or pod, Capture for a cable or pod, and Break, which opens the
// canvas' menu of what is selected. GUI thread.
#pragma once

#include <core/base/ids.h>
#include <ui/canvas/selection.h>
#include <ui/theme/theme.h>

#include <QWidget>

class QPushButton;

namespace podleaf::ui {

class InspectorFoot final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    explicit InspectorFoot(const Theme& theme, QWidget* parent = nullptr);

    /// The foot hides where nothing can be done with what is selected.
    void show(const Selection& selection);
    /// Only what runs can be broken.
    void setRunning(bool running);
    void refreshTheme();
    using QWidget::show;

Q_SIGNALS:
    void consoleRequested(const podleaf::NodeId& node);
    void captureRequested(const podleaf::LinkId& link);
    /// The menu of the selected item is wanted at a place of the screen.
    void menuRequested(const podleaf::ui::Selection& item, const QPoint& globalPos);

private:
    void showBreak();

    const Theme& m_theme;
    QPushButton* m_console;
    QPushButton* m_capture;
    QPushButton* m_break;
    Selection m_selection;
    bool m_running = false;
    NodeId m_node;
    LinkId m_link;
};

} // namespace podleaf::ui
