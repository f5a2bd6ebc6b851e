// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: building the window and its looks; what happens in it is in main_window_lab.cpp.
#include "main_window.h"

#include "desktop_theme.h"
#include "dock_frame.h"
#include "lens_bar.h"
#include "look_inside.h"
#include "loss_marks.h"
#include "search_box.h"
#include "status_line.h"
#include "window_actions.h"

#include <ui/docks/fault_box.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/routes_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/document/drift_watch.h>
#include <ui/editor/inspector_form.h>
#include <ui/editor/lab_editor.h>
#include <ui/models/event_table.h>
#include <ui/models/route_table.h>
#include <ui/models/session_table.h>
#include <ui/start/start_page.h>

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {
constexpr QSize kDefaultSize{1440, 900};
constexpr QSize kSmallest{1024, 700};
constexpr int kLayoutVersion = 2;
constexpr int kLabsWidth = 196;
constexpr int kInspectorWidth = 300;
constexpr int kBottomHeight = 248;
constexpr int kPlanWidth = 592;
constexpr int kEventsWidth = 844;
constexpr int kCanvasWidth = 480;
constexpr double kMostWidening = 1.6;

/// A covered tab counts as visible; it only lies outside the window.
bool isInSight(const QWidget& widget) {
    const QWidget* window = widget.window();
    return widget.isVisible() && window->rect().intersects(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()));
}

/// The first visible widget of `area`, itself included, that takes the focus by Tab; or nullptr.
QWidget* firstFocusable(QWidget* area) {
    for (QWidget* widget = area;; widget = widget->nextInFocusChain()) {
        const bool inside = widget == area || area->isAncestorOf(widget);
        if (inside && isInSight(*widget) && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0) {
            return widget;
        }
        if (widget->nextInFocusChain() == area) {
            return nullptr;
        }
    }
}
} // namespace

MainWindow::MainWindow(Collaborators collaborators, QWidget* parent)
    : QMainWindow(parent), m_collaborators(std::move(collaborators)), m_settings(m_collaborators.settingsFile),
      m_theme(Theme::forMode(m_collaborators.theme.value_or(m_settings.themeMode()))), m_feed(std::make_unique<Feed>()),
      m_runner(std::make_unique<LabRunner>()) {
    setWindowTitle(tr("Podleaf"));
    setMinimumSize(kSmallest);
    resize(kDefaultSize);
    setDockOptions(QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks | QMainWindow::GroupedDragging);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    m_theme.applyTo(*qApp);

    m_actions = new WindowActions(*this, m_theme);
    m_docks = new DockFrame(*this, m_theme);
    m_status = new StatusLine(m_theme, this);
    setStatusBar(m_status);
    makeCentre();
    makeDocks();
    connectActions();
    connectCanvas();
    connectRunner();
    connectPanels();
    connectEditor();
    connectStartPage();
    connect(m_feed.get(), &Feed::restarted, this, &MainWindow::onRestarted);
    connect(m_feed.get(), &Feed::updated, this, &MainWindow::onUpdated);
    connect(m_feed.get(), &Feed::frozenChanged, this, [this](bool frozen, int behind) {
        m_lensBar->showFrozen(frozen, behind);
        m_actions->freeze->setChecked(frozen);
    });
    m_ages.setInterval(1000);
    connect(&m_ages, &QTimer::timeout, this, &MainWindow::refreshAges);

    applyDefaultLayout();
    restoreGeometry(m_settings.geometry());
    restoreState(m_settings.layout(), kLayoutVersion);
    applyTheme();
    connect(new DesktopTheme(*this, m_theme), &DesktopTheme::changed, this, [this] { setTheme(Theme::forMode(themeMode())); });
    refreshActions();
}

MainWindow::~MainWindow() {
    // Nothing may reach the views any more while they go.
    m_editor->setDocument(nullptr);
    m_drift->setLab({});
    m_runner.reset();
    m_feed->follow(nullptr);
    m_feed->disconnect(this);
    m_canvas->disconnect(this);
}

void MainWindow::makeCentre() {
    auto* centre = new QWidget(this);
    centre->setMinimumWidth(kCanvasWidth);
    m_lensBar = new LensBar(m_theme, centre);
    m_strip = new FaultBox(m_theme, centre);
    m_strip->hide();
    m_goToLine = m_strip->addAction(tr("Go to line"));
    connect(m_strip->addAction(tr("Close")), &QPushButton::clicked, m_strip, &QWidget::hide);
    m_canvas = new LabView(m_theme, centre);
    m_canvas->viewport()->setAccessibleName(tr("Canvas"));
    const QFileInfo settings(m_collaborators.settingsFile);
    m_drift = new DriftWatch(this);
    m_driftStrip = new NoticeStrip(m_theme, centre);
    m_editor = new LabEditor({*this, m_theme, *m_actions, *m_docks, *m_canvas,
                              settings.filePath().isEmpty() ? QString() : settings.absolutePath() + QLatin1String("/recovery")});
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_lensBar);
    layout->addWidget(m_strip);
    layout->addWidget(&m_editor->fileStrip());
    layout->addWidget(m_driftStrip);
    layout->addWidget(m_canvas, 1);
    m_start = new StartPage(m_theme, m_collaborators.gallery, m_collaborators.running, centre);
    layout->addWidget(m_start, 1);
    setCentralWidget(centre);
}

void MainWindow::makeDocks() {
    m_labsPanel = new LabsPanel(m_theme, this);
    m_labsPanel->setGallery(m_collaborators.gallery);
    m_inspector = new InspectorPanel(m_theme, this);
    m_inspector->setForm(&m_editor->form());
    m_planPanel = new PlanPanel(m_theme, this);
    m_testPanel = new TestPanel(m_theme, this);
    m_events = new EventTable(this);
    m_sessions = new SessionTable(this);
    m_routes = new RouteTable(this);
    m_eventsPanel = new TablePanel(m_events, m_theme, this);
    m_eventsPanel->setEmptySentence(tr("Nothing has happened yet."));
    m_eventsPanel->setFilterHint(tr("node, link, session or word"));
    m_eventsPanel->setFollowsTail(true);
    m_eventsPanel->setColumnWidths({104, 92, 130});
    m_sessionsPanel = new TablePanel(m_sessions, m_theme, this);
    m_sessionsPanel->setEmptySentence(tr("This lab has no BGP sessions."));
    m_sessionsPanel->setColumnWidths({60, 140, 70, 84, 106, 70, 76, 44, 48});
    m_routesPanel = new TablePanel(m_routes, m_theme, this);
    m_routesPanel->setEmptySentence(tr("No routes yet."));
    m_routesPanel->setColumnWidths({136, 76, 110, 70, 70, 130, 84, 104});

    m_routesDiff = new RoutesPanel(m_routesPanel, m_theme, this);
    m_labsDock = m_docks->add(QStringLiteral("labs"), tr("Labs"), m_labsPanel, Qt::LeftDockWidgetArea);
    m_inspectorDock = m_docks->add(QStringLiteral("inspector"), tr("Inspector"), m_inspector, Qt::RightDockWidgetArea);
    m_planDock = m_docks->add(QStringLiteral("plan"), tr("Plan"), m_planPanel, Qt::BottomDockWidgetArea);
    m_testDock = m_docks->add(QStringLiteral("test"), tr("Test"), m_testPanel, Qt::BottomDockWidgetArea);
    m_routesDock = m_docks->add(QStringLiteral("routes"), tr("Routes"), m_routesDiff, Qt::BottomDockWidgetArea);
    m_eventsDock = m_docks->add(QStringLiteral("events"), tr("Events"), m_eventsPanel, Qt::BottomDockWidgetArea);
    m_sessionsDock = m_docks->add(QStringLiteral("bgp"), tr("BGP"), m_sessionsPanel, Qt::BottomDockWidgetArea);
    m_look = new LookInside(*this, *m_docks, m_theme);
    m_inspector->setFoot(m_look->inspectorFoot());
    m_losses = new LossMarks(m_theme, this);
    for (QDockWidget* dock : {m_inspectorDock, m_testDock, m_routesDock, m_sessionsDock, m_eventsDock}) {
        m_losses->add(*dock);
    }
    m_look->markLosses(*m_losses);
    const QList<QDockWidget*> own{m_labsDock, m_inspectorDock, m_planDock, m_testDock, m_routesDock, m_sessionsDock, m_eventsDock};
    for (QDockWidget* dock : own + m_look->docks()) {
        m_actions->docksMenu->addAction(dock->toggleViewAction());
    }
}

void MainWindow::applyDefaultLayout() {
    m_layoutAside.clear();
    std::vector<std::pair<QDockWidget*, Qt::DockWidgetArea>> places{
        {m_labsDock, Qt::LeftDockWidgetArea},    {m_inspectorDock, Qt::RightDockWidgetArea}, {m_planDock, Qt::BottomDockWidgetArea},
        {m_testDock, Qt::BottomDockWidgetArea},  {m_routesDock, Qt::BottomDockWidgetArea},   {m_sessionsDock, Qt::BottomDockWidgetArea},
        {m_eventsDock, Qt::BottomDockWidgetArea}};
    for (QDockWidget* dock : m_look->docks()) {
        places.emplace_back(dock, Qt::BottomDockWidgetArea);
    }
    for (const auto& [dock, area] : places) { // Out of all tabs first: a split would stay within them.
        dock->setFloating(false);
        removeDockWidget(dock);
    }
    for (const auto& [dock, area] : places) {
        addDockWidget(area, dock);
        dock->show();
    }
    splitDockWidget(m_planDock, m_eventsDock, Qt::Horizontal);
    m_docks->tabify(m_planDock, m_testDock);
    m_docks->tabify(m_planDock, m_routesDock);
    m_docks->tabify(m_eventsDock, m_sessionsDock);
    for (QDockWidget* dock : m_look->docks()) {
        m_docks->tabify(m_eventsDock, dock);
    }
    m_planDock->raise();
    m_eventsDock->raise();
    m_editor->applyDefaultLayout(m_labsDock, m_inspectorDock);
    // Larger words ask for wider docks, up to where the canvas has too little left.
    const double wider = std::clamp(m_theme.fontScale(), 1.0, kMostWidening);
    resizeDocks({m_labsDock, m_inspectorDock}, {qRound(kLabsWidth * wider), qRound(kInspectorWidth * wider)}, Qt::Horizontal);
    resizeDocks({m_planDock, m_eventsDock}, {kPlanWidth, kEventsWidth}, Qt::Horizontal);
    resizeDocks({m_planDock, m_eventsDock}, {kBottomHeight, kBottomHeight}, Qt::Vertical);
    setDocksAside(m_start->isVisible());
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!m_shownOnce) {
        m_shownOnce = true;
        if (m_settings.layout().isEmpty()) {
            applyDefaultLayout(); // Sizes are only honoured once there is a window.
        }
        setDocksAside(m_start->isVisible());
        m_asideIsFresh = m_settings.layout().isEmpty();
        m_docks->refresh();
        (m_start->isVisible() ? static_cast<QWidget*>(m_start) : m_canvas)->setFocus();
    }
}

void MainWindow::setDocksAside(bool aside) {
    if (!m_shownOnce || aside != m_layoutAside.isEmpty()) {
        return;
    }
    if (!aside) {
        const QByteArray layout = std::exchange(m_layoutAside, {});
        if (std::exchange(m_asideIsFresh, false)) {
            return applyDefaultLayout(); // What was set aside had no sizes yet.
        }
        restoreState(layout, kLayoutVersion);
        return;
    }
    m_layoutAside = saveState(kLayoutVersion);
    for (QDockWidget* dock : findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
        dock->setVisible(dock == m_labsDock && dock->isVisibleTo(this));
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_settings.setGeometry(saveGeometry());
    m_settings.setLayout(m_layoutAside.isEmpty() ? saveState(kLayoutVersion) : m_layoutAside);
    event->accept();
}

void MainWindow::setThemeMode(ThemeMode mode) {
    m_settings.setThemeMode(mode);
    setTheme(Theme::forMode(mode));
}

void MainWindow::setTheme(Theme theme) {
    m_theme = std::move(theme);
    m_theme.applyTo(*qApp);
    applyTheme();
}

ThemeMode MainWindow::themeMode() const {
    return m_collaborators.theme.value_or(m_settings.themeMode());
}

void MainWindow::applyTheme() {
    m_canvas->setTheme(m_theme);
    m_actions->refreshTheme();
    m_docks->refresh();
    m_lensBar->refreshTheme();
    m_search->refreshTheme();
    m_status->refreshTheme();
    m_labsPanel->refreshIcons();
    m_inspector->refreshTheme();
    m_look->refreshTheme();
    m_losses->refreshTheme();
    m_editor->refreshTheme();
    m_driftStrip->refreshTheme();
    m_start->refreshTheme();
    refreshTabIcons();
    m_actions->setEngine(m_engineUsable ? Glyph::Ok : Glyph::Bad, m_engineText);
    for (QAction* action : m_actions->themes->actions()) {
        action->setChecked(action->data().toInt() == static_cast<int>(themeMode()));
    }
}

void MainWindow::refreshTabIcons() {
    const std::pair<QDockWidget*, Glyph> icons[] = {{m_planDock, m_planPanel->glyph()}, {m_testDock, m_testPanel->glyph()}};
    for (const auto& [dock, glyph] : icons) {
        m_docks->setTabIcon(dock, glyph == Glyph::None ? QIcon() : glyphIcon(glyph, m_theme));
    }
}

void MainWindow::raise(QDockWidget* dock) {
    dock->show();
    dock->raise();
}

/// F6: the next area that has something to focus; an empty or covered dock is passed over.
void MainWindow::focusNextArea() {
    std::vector<QWidget*> areas{m_canvas,      m_start,       m_inspector,     m_planPanel, m_testPanel,
                                m_routesPanel, m_eventsPanel, m_sessionsPanel, m_labsPanel};
    for (QWidget* area : m_editor->areas()) {
        areas.push_back(area);
    }
    for (const QDockWidget* dock : m_look->docks()) {
        areas.push_back(dock->widget());
    }
    const auto isIn = [this](const QWidget* area) { return area == focusWidget() || area->isAncestorOf(focusWidget()); };
    const auto at = std::ranges::find_if(areas, isIn) - areas.begin();
    for (std::size_t step = 1; step <= areas.size(); ++step) {
        if (focusArea(areas[(static_cast<std::size_t>(at) + step) % areas.size()])) {
            return;
        }
    }
}

/// False when there is nothing to focus.
bool MainWindow::focusArea(QWidget* area) {
    QWidget* first = firstFocusable(area);
    if (first != nullptr) {
        first->setFocus(Qt::TabFocusReason);
    }
    return first != nullptr;
}

void MainWindow::refreshActions() {
    const bool running = m_feed->shown() && m_feed->shown()->running;
    const bool isWrong = m_lab.document && !m_lab.document->isCurrent() && !m_lab.document->fault().isEmpty();
    m_actions->setState(hasLab(), running, m_runner->busyReason(),
                        isWrong ? tr("The file has a mistake: %1").arg(m_lab.document->fault()) : QString());
    m_canvas->setBusy(m_runner->isBusy(), m_runner->busyReason());
}

} // namespace podleaf::ui
