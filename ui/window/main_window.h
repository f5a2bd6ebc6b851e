// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: composes canvas, docks, menu and toolbar around one open lab, and carries what the user
// asks to the runner and what happens to the views. GUI thread.
#pragma once

#include "view_settings.h"

#include <ui/canvas/lab_view.h>
#include <ui/docks/labs_panel.h>
#include <ui/document/lab_runner.h>
#include <ui/feed/feed.h>
#include <ui/models/lab_counter.h>

#include <QMainWindow>
#include <QTimer>

#include <memory>
#include <vector>

class QDockWidget;
class QPushButton;

namespace podleaf::ui {

class DockFrame;
class DriftWatch;
class EventTable;
class FaultBox;
class InspectorPanel;
class LabEditor;
class LensBar;
class LookInside;
class LossMarks;
class NoticeStrip;
class PlanPanel;
class RouteTable;
class RoutesPanel;
class SearchBox;
class SessionTable;
class StartPage;
class StatusLine;
class TablePanel;
class TestPanel;
class WindowActions;

class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    struct Collaborators {
        LabOpener opener;
        std::vector<LabEntry> gallery; ///< The labs that come with Podleaf.
        QString settingsFile;          ///< See ViewSettings.
        QString privilege;             ///< "running as root", or empty.
        RunningLabs running = {};
        std::optional<ThemeMode> theme; ///< Wins over what the settings say; is not saved.
    };

    explicit MainWindow(Collaborators collaborators, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a lab by path or built-in name through the opener; a fault is shown in the window.
    void openLab(const QString& nameOrPath);
    /// Shows a lab that is open already and begins to watch it.
    void showLab(OpenLab lab);
    void setThemeMode(ThemeMode mode);
    /// Saves what the canvas shows; the name's end says how. A fault is shown in the window.
    void exportCanvasTo(const QString& path);

    [[nodiscard]] LabView& canvas() { return *m_canvas; }
    [[nodiscard]] LabRunner& runner() { return *m_runner; }
    [[nodiscard]] Feed& feed() { return *m_feed; }
    [[nodiscard]] WindowActions& actions() { return *m_actions; }
    [[nodiscard]] PlanPanel& planPanel() { return *m_planPanel; }
    [[nodiscard]] TestPanel& testPanel() { return *m_testPanel; }
    [[nodiscard]] InspectorPanel& inspector() { return *m_inspector; }
    [[nodiscard]] EventTable& events() { return *m_events; }
    [[nodiscard]] LookInside& lookInside() { return *m_look; }
    [[nodiscard]] LabEditor& editor() { return *m_editor; }
    [[nodiscard]] NoticeStrip& driftStrip() { return *m_driftStrip; }
    [[nodiscard]] StartPage& startPage() { return *m_start; }
    [[nodiscard]] LabDocument* document() { return m_lab.document.get(); }
    /// The sentence of the strip above the canvas, empty when it is hidden.
    [[nodiscard]] QString faultShown() const;

Q_SIGNALS:
    /// The lab that was asked for is shown with its whole state, or it cannot be.
    void settled();

protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void makeCentre();
    void makeDocks();
    void connectActions();
    void connectCanvas();
    void connectRouteRows();
    void connectSearch();
    void chooseExport();
    void connectRunner();
    void connectPanels();
    void connectLosses();
    void connectEditor();
    void onLabEdited();
    bool inspectSeveral();
    void checkDrift();
    void showDrift();
    /// Store, intent and calls become those of the document as it is now. False when they cannot.
    bool bindLab();
    void followBoundLab();
    void applyDefaultLayout();
    [[nodiscard]] ThemeMode themeMode() const;
    void setTheme(Theme theme);
    void applyTheme();
    void chooseFile();
    void connectStartPage();
    void showStartPage(bool shown);
    /// The start page has the window but for the labs: every other dock would be empty. They come back as they were.
    void setDocksAside(bool aside);
    void makeNewLab();
    void showFault(const Error& error);
    void showFindings(const LabDocument& document);
    void showFlow(const verify::LegResult& leg);
    void onRestarted(const state::Snapshot& snapshot);
    void onUpdated(const state::Snapshot& snapshot, const state::Delta& delta);
    void onEnded(LabRunner::Job job, const Ended& result);
    void refreshActions();
    void refreshTabIcons();
    void refreshAges();
    void showLosses();
    void showIntent();
    void refreshRoutes();
    void refreshCounts(const state::Delta& delta);
    void refreshInspector();
    void focusNextArea();
    bool focusArea(QWidget* area);
    void raise(QDockWidget* dock);
    [[nodiscard]] bool hasLab() const { return m_lab.document && m_lab.document->isValid(); }

    Collaborators m_collaborators;
    ViewSettings m_settings;
    Theme m_theme;
    // The order of destruction is the order of shutdown, from below: views, runner, feed, then the lab.
    OpenLab m_lab;
    std::shared_ptr<void> m_shownBefore; ///< Of the store that is shown until the one of an edited lab knows all.
    std::unique_ptr<Feed> m_feed;
    std::unique_ptr<LabRunner> m_runner;
    WindowActions* m_actions = nullptr;
    DockFrame* m_docks = nullptr;
    LensBar* m_lensBar = nullptr;
    SearchBox* m_search = nullptr;
    FaultBox* m_strip = nullptr;
    QPushButton* m_goToLine = nullptr; ///< Of the strip, for a mistake in the file.
    LabEditor* m_editor = nullptr;
    StartPage* m_start = nullptr;
    DriftWatch* m_drift = nullptr;
    NoticeStrip* m_driftStrip = nullptr;
    LabView* m_canvas = nullptr;
    StatusLine* m_status = nullptr;
    LabsPanel* m_labsPanel = nullptr;
    InspectorPanel* m_inspector = nullptr;
    PlanPanel* m_planPanel = nullptr;
    TestPanel* m_testPanel = nullptr;
    EventTable* m_events = nullptr;
    SessionTable* m_sessions = nullptr;
    RouteTable* m_routes = nullptr;
    TablePanel* m_eventsPanel = nullptr;
    TablePanel* m_sessionsPanel = nullptr;
    TablePanel* m_routesPanel = nullptr;
    RoutesPanel* m_routesDiff = nullptr;
    LookInside* m_look = nullptr;
    LossMarks* m_losses = nullptr;
    QDockWidget* m_labsDock = nullptr;
    QDockWidget* m_inspectorDock = nullptr;
    QDockWidget* m_planDock = nullptr;
    QDockWidget* m_testDock = nullptr;
    QDockWidget* m_routesDock = nullptr;
    QDockWidget* m_sessionsDock = nullptr;
    QDockWidget* m_eventsDock = nullptr;
    QTimer m_ages;
    LabCounter m_counter;
    QString m_engineText;
    bool m_engineUsable = true;
    bool m_shownOnce = false;
    QByteArray m_layoutAside; ///< Of the docks while they are set aside.
    bool m_asideIsFresh = false;
};

} // namespace podleaf::ui
