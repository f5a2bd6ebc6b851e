// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorFoot: the buttons below the inspector: Console for a node or pod, Capture for a cable or pod. GUI thread.
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
    void refreshTheme();
    using QWidget::show;

Q_SIGNALS:
    void consoleRequested(const podleaf::NodeId& node);
    void captureRequested(const podleaf::LinkId& link);

private:
    const Theme& m_theme;
    QPushButton* m_console;
    QPushButton* m_capture;
    NodeId m_node;
    LinkId m_link;
};

} // namespace podleaf::ui
