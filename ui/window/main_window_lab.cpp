// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what happens in the window: opening labs, what the user asks, what is observed.
#include "dock_frame.h"
#include "help_view.h"
#include "lens_bar.h"
#include "look_inside.h"
#include "loss_marks.h"
#include "main_window.h"
#include "status_line.h"
#include "window_actions.h"

#include <ui/docks/fault_box.h>
#include <ui/docks/file_question.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/routes_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/document/drift_watch.h>
#include <ui/editor/lab_editor.h>
#include <ui/models/event_table.h>
#include <ui/models/lab_summary.h>
#include <ui/models/route_table.h>
#include <ui/models/seen_legs.h>
#include <ui/models/session_table.h>

#include <QApplication>
#include <QDateTime>
#include <QDockWidget>
#include <QMenu>
#include <QMessageBox>
#include <QShortcut>

#include <utility>

namespace podleaf::ui {

namespace {

/// A delta that names everything there is.
state::Delta everythingIn(const state::LabState& lab) {
    state::Delta delta;
    for (const auto& [id, node] : lab.nodes) {
        delta.nodes.insert(id);
    }
    for (const auto& [id, link] : lab.links) {
        delta.links.insert(id);
    }
    for (const auto& [key, session] : lab.sessions) {
        delta.sessions.insert(key);
    }
    for (const auto& [name, pod] : lab.pods) {
        delta.pods.insert(name);
    }
    delta.leases = delta.running = true;
    return delta;
}

} // namespace

void MainWindow::connectActions() {
    WindowActions& a = *m_actions;
    connect(a.open, &QAction::triggered, this, &MainWindow::chooseFile);
    connect(a.quit, &QAction::triggered, this, &QWidget::close);
    connect(a.down, &QAction::triggered, m_runner.get(), &LabRunner::down);
    connect(a.test, &QAction::triggered, m_runner.get(), [this] { m_runner->test(); });
    connect(&a, &WindowActions::testChosen, m_runner.get(), &LabRunner::test);
    connect(a.deselect, &QAction::triggered, m_canvas, &LabView::dismiss);
    connect(a.zoomIn, &QAction::triggered, m_canvas, &LabView::zoomIn);
    connect(a.zoomOut, &QAction::triggered, m_canvas, &LabView::zoomOut);
    connect(a.fit, &QAction::triggered, m_canvas, &LabView::fit);
    connect(a.actualSize, &QAction::triggered, m_canvas, &LabView::actualSize);
    connect(a.arrange, &QAction::triggered, m_canvas, &LabView::arrange);
    connect(a.exportCanvas, &QAction::triggered, this, &MainWindow::chooseExport);
    connect(a.nextArea, &QAction::triggered, this, &MainWindow::focusNextArea);
    connect(a.freeze, &QAction::toggled, m_feed.get(), &Feed::setFrozen);
    connect(a.resetLayout, &QAction::triggered, this, &MainWindow::applyDefaultLayout);
    connect(a.themes, &QActionGroup::triggered, this, [this](QAction* action) {
        m_collaborators.theme.reset();
        setThemeMode(static_cast<ThemeMode>(action->data().toInt()));
    });
    m_canvas->setReducedMotion(m_settings.reducedMotion(m_canvas->hasReducedMotion()));
    a.reduceMotion->setChecked(m_canvas->hasReducedMotion());
    connect(a.reduceMotion, &QAction::triggered, this, [this](bool reduced) {
        m_settings.setReducedMotion(reduced);
        m_canvas->setReducedMotion(reduced);
    });
    connect(a.help, &QAction::triggered, this, [this] { HelpView::showFor(*this); });
    connect(a.about, &QAction::triggered, this, [this] {
        auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Podleaf"),
                                    tr("Podleaf %1\nBuilds, runs and tests BGP labs.\nFree software under the GNU GPL, version 3 or later.")
                                        .arg(QApplication::applicationVersion()),
                                    QMessageBox::Ok, this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_7), this), &QShortcut::activated, m_look, &LookInside::raiseFlows);
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_9), this), &QShortcut::activated, m_look, &LookInside::raisePlots);
    auto* console = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_QuoteLeft), this);
    connect(console, &QShortcut::activated, m_look, [this] { m_look->toggleConsole(*m_canvas); });
    for (const LabEntry& lab : m_collaborators.gallery) {
        connect(a.builtinMenu->addAction(lab.name), &QAction::triggered, this, [this, path = lab.path] { openLab(path); });
    }
    const std::pair<int, QDockWidget*> places[] = {{Qt::Key_1, m_labsDock},  {Qt::Key_2, m_inspectorDock}, {Qt::Key_3, m_planDock},
                                                   {Qt::Key_4, m_testDock},  {Qt::Key_5, m_routesDock},    {Qt::Key_6, m_sessionsDock},
                                                   {Qt::Key_8, m_eventsDock}};
    for (const auto& [key, dock] : places) {
        auto* shortcut = new QShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(key)), this);
        connect(shortcut, &QShortcut::activated, this, [this, dock = dock] {
            raise(dock);
            focusArea(dock->widget());
        });
    }
}

void MainWindow::connectRunner() {
    LabRunner* runner = m_runner.get();
    connect(runner, &LabRunner::busyChanged, this, &MainWindow::refreshActions);
    connect(runner, &LabRunner::started, this, [this](LabRunner::Job job) {
        const QString name = hasLab() ? m_lab.document->name() : QString();
        if (job == LabRunner::Job::Test) {
            m_canvas->clearTestResults();
            m_testPanel->begin();
            raise(m_testDock);
        } else {
            m_planPanel->begin(job == LabRunner::Job::Down ? tr("Down %1").arg(name)
                               : job == LabRunner::Job::Up ? tr("Up %1").arg(name)
                                                           : tr("Plan of %1").arg(name));
            raise(m_planDock);
        }
    });
    connect(runner, &LabRunner::planMade, this,
            [this](LabRunner::Job job, const PlanPtr& plan) { m_planPanel->showPlan(plan, job != LabRunner::Job::Plan); });
    connect(runner, &LabRunner::said, this, [this](LabRunner::Job, const QString& sentence) { m_planPanel->say(sentence); });
    connect(runner, &LabRunner::stepChanged, m_planPanel, &PlanPanel::setStatus);
    connect(runner, &LabRunner::legFinished, m_testPanel, &TestPanel::addResult);
    connect(runner, &LabRunner::ended, this, &MainWindow::onEnded);
    connect(runner, &LabRunner::engineProbed, this, [this](bool usable, const QString& summary) {
        m_engineUsable = usable;
        m_engineText = summary;
        const bool simulated = hasLab() && m_lab.document->lab().engine == model::EngineKind::Simulated;
        m_actions->setEngineName(simulated ? tr("Simulated") : tr("Namespaces"));
        m_actions->setEngine(usable ? Glyph::Ok : Glyph::Bad, usable ? summary : tr("Namespaces cannot run here."));
        const QString engine = simulated ? tr("Simulated") : usable ? tr("Namespaces engine") : tr("Namespaces cannot run here");
        const bool saysPrivilege = usable && !simulated && !m_collaborators.privilege.isEmpty(); // of what runs
        m_status->setEngine(saysPrivilege ? QString(engine + QLatin1String(", ") + m_collaborators.privilege) : engine);
    });
}

void MainWindow::connectPanels() {
    connect(m_planPanel, &PlanPanel::stopRequested, m_runner.get(), &LabRunner::cancel);
    connect(m_planPanel, &PlanPanel::resumeRequested, m_runner.get(), &LabRunner::resume);
    connect(m_planPanel, &PlanPanel::glyphChanged, this, &MainWindow::refreshTabIcons);
    connect(m_testPanel, &TestPanel::testRequested, m_actions->test, &QAction::trigger);
    connect(m_testPanel, &TestPanel::glyphChanged, this, &MainWindow::refreshTabIcons);
    connect(m_testPanel, &TestPanel::legClicked, this, [this](const verify::LegResult& leg) {
        m_canvas->select(FlowRef{leg.from, leg.to});
    });
    connect(m_look, &LookInside::flowChosen, m_canvas, [this](const FlowRef& flow) { m_canvas->select(flow); });
    connect(m_labsPanel, &LabsPanel::openRequested, this, &MainWindow::openLab);
    connect(m_status, &StatusLine::nodesClicked, this, [this] { raise(m_inspectorDock); });
    connect(m_status, &StatusLine::podsClicked, this, [this] { raise(m_testDock); });
    connect(m_status, &StatusLine::sessionsClicked, this, [this] { raise(m_sessionsDock); });
    connect(m_status, &StatusLine::routesClicked, this, [this] { raise(m_routesDock); });
    connectLosses();
    connect(m_status, &StatusLine::cpuClicked, m_look, &LookInside::raisePlots);
    connect(m_status, &StatusLine::memoryClicked, this, [this] { raise(m_inspectorDock); });
}

void MainWindow::chooseFile() {
    askWhatToOpen(this, {tr("Open a lab"), {}, tr("Lab files (*.yaml *.yml)")}, [this](const QString& path) { openLab(path); });
}

void MainWindow::openLab(const QString& nameOrPath) {
    if (m_runner->isBusy()) {
        m_status->showMessage(m_runner->busyReason(), 10000);
        return;
    }
    auto opened = m_collaborators.opener(nameOrPath);
    if (!opened) {
        showFault(opened.error());
        Q_EMIT settled();
        return;
    }
    showLab(std::move(*opened));
}

void MainWindow::showLab(OpenLab lab) {
    m_feed->follow(nullptr);
    m_runner->setLab(lab.calls);
    m_editor->setDocument(nullptr);
    m_shownBefore.reset();
    m_drift->setLab(lab.planFor);
    m_lab = std::move(lab);
    showStartPage(false);
    m_strip->hide();
    m_planPanel->clear();
    m_events->clear();
    m_losses->clear();
    m_routesDiff->setLab(hasLab() ? m_lab.document->lab() : model::Lab());
    m_routesDiff->setNow(nullptr);
    m_labsPanel->setOpenLab({m_lab.document->name(), m_lab.document->path(), 0});
    const model::Lab shown = hasLab() ? m_lab.document->lab() : model::Lab();
    QStringList tests;
    for (const auto& test : shown.tests) {
        tests += test.name;
    }
    m_actions->setTests(tests);
    m_testPanel->setLegs(shown, m_lab.legs);
    m_counter.clear();
    m_look->setLab(m_lab);
    m_canvas->setLab(shown);
    showIntent();
    m_feed->follow(m_lab.store);
    connect(m_lab.document.get(), &LabDocument::labChanged, this, &MainWindow::onLabEdited);
    connect(m_lab.document.get(), &LabDocument::parsed, this, &MainWindow::refreshActions);
    m_editor->setDocument(m_lab.document.get()); // May bring unsaved changes back.
    if (!hasLab()) {
        showFindings(*m_lab.document);
        refreshActions();
        Q_EMIT settled();
        return;
    }
    m_ages.start();
    m_runner->attach();
}

void MainWindow::showFault(const Error& error) {
    m_goToLine->hide();
    m_strip->setFault(error);
    m_strip->show();
}

void MainWindow::showFindings(const LabDocument& document) {
    const auto& findings = document.findings();
    if (findings.empty()) {
        return;
    }
    const auto first = findings.front();
    m_goToLine->disconnect();
    connect(m_goToLine, &QPushButton::clicked, m_editor, [this, first] { m_editor->goTo(first.line, first.column); });
    m_goToLine->show();
    QString sentence = tr("%1, line %2: %3").arg(document.fileName()).arg(first.line).arg(oneLine(first.message));
    if (findings.size() > 1) {
        sentence += tr(" (%1 findings in all)").arg(findings.size());
    }
    const model::Findings others(findings.begin() + 1, findings.end());
    m_strip->setFault(sentence, oneLine(first.hint), labfile::describe(document.fileName(), others));
    m_strip->show();
}

QString MainWindow::faultShown() const {
    return m_strip->isVisibleTo(this) ? m_strip->sentence() : QString();
}

void MainWindow::showFlow(const verify::LegResult& leg) {
    m_canvas->setTestResult(leg);
    m_look->addFlow(leg);
}

void MainWindow::onRestarted(const state::Snapshot& snapshot) {
    onUpdated(snapshot, snapshot ? everythingIn(*snapshot) : state::Delta());
}

void MainWindow::onUpdated(const state::Snapshot& snapshot, const state::Delta& delta) {
    if (!snapshot || !hasLab()) {
        m_status->show(LabSummary());
        return;
    }
    m_canvas->apply(snapshot, delta);
    m_losses->update(*snapshot, delta);
    m_events->append(delta.log);
    if (!delta.sessions.empty()) {
        m_sessions->showChanges(m_lab.document->lab(), *snapshot, delta.sessions, QDateTime::currentMSecsSinceEpoch());
    }
    if (delta.running || !delta.routes.empty() || !delta.nodes.empty() || !delta.sessions.empty()) {
        refreshRoutes();
        m_routesDiff->setNow(snapshot);
    }
    m_look->apply(*snapshot, delta, QDateTime::currentMSecsSinceEpoch());
    for (const state::TestLegSeen& leg : delta.tests) { // Whoever asked: Test, or Up to verify.
        showFlow(legOf(leg));
        m_testPanel->addSeen(legOf(leg));
    }
    for (const state::FlowSeen& flow : delta.flows) {
        showFlow(legOf(flow));
    }
    refreshCounts(delta);
    if (delta.running) {
        refreshActions();
        checkDrift();
    }
    refreshInspector();
}

/// As soon as it is known.
void MainWindow::showIntent() {
    if (const intent::Intent* intent = m_lab.intent()) {
        m_canvas->setIntent({m_lab.keepAlive, intent});
    }
}

/// Of a lab with very many routes those of what is selected; there is no use in a table of a million.
void MainWindow::refreshRoutes() {
    constexpr std::size_t kMany = 5000;
    const state::Snapshot& shown = m_feed->shown();
    const intent::Intent* intent = m_lab.intent();
    if (!shown || intent == nullptr) {
        return;
    }
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (intent->routes.size() <= kMany) {
        return m_routes->show(m_lab.document->lab(), *intent, *shown, now);
    }
    std::set<NodeId> nodes;
    const Selection selected = m_canvas->selection();
    if (const auto* node = std::get_if<NodeId>(&selected)) {
        nodes.insert(*node);
    }
    m_routes->show(
        m_lab.document->lab(), *shown, nodes, [this](const NodeId& node) { return m_counter.routesOf(node); }, now);
}

void MainWindow::refreshCounts(const state::Delta& delta) {
    const state::Snapshot& shown = m_feed->shown();
    if (!shown || !hasLab()) {
        return;
    }
    const LabSummary summary = m_counter.update(m_lab.intent(), *shown, delta);
    if (m_counter.isBehind()) {
        QTimer::singleShot(0, this, [this] { refreshCounts({}); });
    }
    m_status->show(summary);
    m_routesPanel->setEmptySentence(
        summary.sessions > 0 && summary.sessions == summary.sessionsUp
            ? tr("Select a node to see its routes.")
            : tr("No routes yet. Sessions come up first: %1 of %2.").arg(summary.sessionsUp).arg(summary.sessions));
    const Word word = wordOf(summary);
    m_labsPanel->setOpenState(word.glyph, word.text);
}

void MainWindow::refreshAges() {
    const state::Snapshot& shown = m_feed->shown();
    if (shown && hasLab() && shown->running && !m_feed->isFrozen() && isVisible()) {
        if (!m_sessionsPanel->visibleRegion().isEmpty()) {
            m_sessions->show(m_lab.document->lab(), *shown, QDateTime::currentMSecsSinceEpoch());
        }
        m_look->apply(*shown, {}, QDateTime::currentMSecsSinceEpoch()); // A quiet lab's time goes on.
        if (!m_routesPanel->visibleRegion().isEmpty()) {
            refreshRoutes();
        }
        refreshInspector();
    }
}

void MainWindow::refreshInspector() {
    const state::Snapshot& shown = m_feed->shown();
    if (!shown || !hasLab()) {
        m_inspector->show(InspectorContent());
        return;
    }
    if (inspectSeveral()) {
        return;
    }
    m_inspector->show(inspect(m_canvas->selection(), m_lab.document->lab(), *shown, QDateTime::currentMSecsSinceEpoch()));
}

void MainWindow::onEnded(LabRunner::Job job, const Ended& result) {
    switch (job) {
    case LabRunner::Job::Plan:
    case LabRunner::Job::Up:
    case LabRunner::Job::Down:
        m_planPanel->end(result.planResult, result.error);
        if (job != LabRunner::Job::Plan) {
            checkDrift();
        }
        return;
    case LabRunner::Job::Test:
        m_testPanel->end(result.report, result.error);
        return;
    case LabRunner::Job::Attach:
    case LabRunner::Job::Cut:
    case LabRunner::Job::Join:
    case LabRunner::Job::Fault:
        break;
    case LabRunner::Job::Trace:
        m_canvas->setTrace(result.trace);
        break;
    }
    if (result.error && result.error->code != ErrorCode::Cancelled) {
        showFault(*result.error);
    }
    if (job == LabRunner::Job::Attach) {
        m_look->watch(m_lab);
        followBoundLab();
        showIntent(); // It is known now.
        refreshRoutes();
        refreshCounts({});
        Q_EMIT settled();
    }
}

} // namespace podleaf::ui
