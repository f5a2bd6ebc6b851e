// SPDX-License-Identifier: GPL-3.0-or-later
// LookInside: the docks that look into a running lab beside the tables: consoles, captures, flows, plots and convergence. Makes them, gives
// them the lab and what is observed, and opens them where the canvas asks. GUI thread.
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
class ConvergencePanel;
class DockFrame;
class FlowsPanel;
class InspectorFoot;
class LossMarks;
class PlotsPanel;

class LookInside final : public QObject {
    Q_OBJECT

public:
    /// Adds the docks to `frame`; all must outlive it. A child of `window`.
    LookInside(QMainWindow& window, DockFrame& frame, const Theme& theme);

    void raisePlots() { Q_EMIT raiseRequested(m_plotsDock); }
    void raiseFlows() { Q_EMIT raiseRequested(m_flowsDock); }
    /// In the order of their tabs.
    [[nodiscard]] const QList<QDockWidget*>& docks() const { return m_docks; }
    /// Has those marked that are built on observations.
    void markLosses(LossMarks& marks) const;
    void setLab(const OpenLab& lab);
    /// The lab was edited and has a session of its own now: what runs goes on, what comes next is of the new one.
    void follow(const OpenLab& lab);
    /// Begins to watch what happens to the lab, once it is attached.
    void watch(const OpenLab& lab);
    /// A leg of a test that has just finished.
    void addFlow(const verify::LegResult& leg);
    void setSelection(const Selection& selection);
    /// A snapshot that is shown, and what changed since the last one. `nowMs`: Unix milliseconds.
    void apply(const state::LabState& lab, const state::Delta& delta, qint64 nowMs);
    void refreshTheme();

    void openConsole(const NodeId& node);
    void startCapture(const LinkId& link);
    /// Of the selected node or pod; back to `otherwise` where a console has the focus already.
    void toggleConsole(QWidget& otherwise);
    [[nodiscard]] ConsolesPanel& consoles() { return *m_consoles; }
    [[nodiscard]] CapturePanel& capture() { return *m_capture; }
    [[nodiscard]] PlotsPanel& plots() { return *m_plots; }
    [[nodiscard]] ConvergencePanel& convergence() { return *m_convergence; }
    [[nodiscard]] FlowsPanel& flows() { return *m_flows; }
    /// The inspector's buttons into these docks.
    [[nodiscard]] QWidget* inspectorFoot() const;

Q_SIGNALS:
    void raiseRequested(QDockWidget* dock);
    void flowChosen(const podleaf::ui::FlowRef& flow);
    /// The inspector's Break: the menu of an item is wanted at a place of the screen.
    void menuRequested(const podleaf::ui::Selection& item, const QPoint& globalPos);

private:
    void stopWatching();

    ConsolesPanel* m_consoles;
    CapturePanel* m_capture;
    PlotsPanel* m_plots;
    ConvergencePanel* m_convergence;
    FlowsPanel* m_flows;
    InspectorFoot* m_foot;
    ConvergenceFeed* m_records = nullptr; ///< A child; none before watch().
    int m_lastRecord = 0;                 ///< Each session counts its records anew.
    QDockWidget* m_consolesDock;
    QDockWidget* m_captureDock;
    QDockWidget* m_plotsDock;
    QDockWidget* m_convergenceDock;
    QDockWidget* m_flowsDock;
    QList<QDockWidget*> m_docks;
    NodeId m_selected;
};

} // namespace podleaf::ui
