// SPDX-License-Identifier: GPL-3.0-or-later
// LookInside: the docks that look into a running lab beside the tables: consoles and captures. Makes them, gives them the lab and
// what is observed, and opens them where the canvas asks. GUI thread.
#pragma once

#include <ui/canvas/selection.h>
#include <ui/document/open_lab.h>
#include <ui/theme/theme.h>

#include <QList>
#include <QObject>

class QDockWidget;
class QMainWindow;

namespace podleaf::ui {

class CapturePanel;
class ConsolesPanel;
class DockFrame;
class InspectorFoot;

class LookInside final : public QObject {
    Q_OBJECT

public:
    /// Adds the docks to `frame`; all must outlive it. A child of `window`.
    LookInside(QMainWindow& window, DockFrame& frame, const Theme& theme);

    /// In the order of their tabs.
    [[nodiscard]] const QList<QDockWidget*>& docks() const { return m_docks; }
    void setLab(const OpenLab& lab);
    void setSelection(const Selection& selection);
    void refreshTheme();

    void openConsole(const NodeId& node);
    void startCapture(const LinkId& link);
    /// Of the selected node or pod; back to `otherwise` where a console has the focus already.
    void toggleConsole(QWidget& otherwise);
    [[nodiscard]] ConsolesPanel& consoles() { return *m_consoles; }
    [[nodiscard]] CapturePanel& capture() { return *m_capture; }
    /// The inspector's buttons into these docks.
    [[nodiscard]] QWidget* inspectorFoot() const;

Q_SIGNALS:
    void raiseRequested(QDockWidget* dock);

private:
    ConsolesPanel* m_consoles;
    CapturePanel* m_capture;
    InspectorFoot* m_foot;
    QDockWidget* m_consolesDock;
    QDockWidget* m_captureDock;
    QList<QDockWidget*> m_docks;
    NodeId m_selected;
};

} // namespace podleaf::ui
