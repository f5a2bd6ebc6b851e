// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what follows when the open lab is edited. What runs is as it was; store and calls stay those of the lab
// as it was opened until the edited one is planned or brought up.
#include "look_inside.h"
#include "main_window.h"
#include "window_actions.h"

#include <ui/docks/fault_box.h>
#include <ui/docks/inspector_panel.h>
#include <ui/docks/plan_panel.h>
#include <ui/docks/test_panel.h>
#include <ui/document/drift_watch.h>
#include <ui/editor/canvas_tools.h>
#include <ui/editor/lab_editor.h>
#include <ui/editor/parts.h>

#include <utility>

namespace podleaf::ui {

void MainWindow::connectEditor() {
    connect(m_drift, &DriftWatch::changed, this, &MainWindow::showDrift);
    connect(m_planPanel, &PlanPanel::applyRequested, m_actions->up, &QAction::trigger);
    connect(m_editor, &LabEditor::faulted, this, &MainWindow::showFault);
    connect(&m_editor->tools(), &CanvasTools::markedChanged, this, &MainWindow::refreshInspector);
    connect(&m_editor->keeper(), &DocumentKeeper::saved, this, [this](const QString& path) {
        m_labsPanel->setOpenLab({m_lab.document->name(), path, 0});
    });
    connect(m_actions->plan, &QAction::triggered, this, [this] {
        if (bindLab()) {
            m_runner->plan();
        }
    });
    connect(m_actions->up, &QAction::triggered, this, [this] {
        // What runs shall be what the file says. A built-in lab has no file of its own: its changes run from memory.
        if (m_lab.document->isModified() && !m_editor->keeper().needsPlace()) {
            m_editor->keeper().save();
        }
        if (bindLab()) {
            m_runner->up();
        }
    });
}

void MainWindow::onLabEdited() {
    const model::Lab& lab = m_lab.document->lab();
    QStringList tests;
    for (const auto& test : lab.tests) {
        tests += test.name;
    }
    m_actions->setTests(tests);
    if (m_lab.store == nullptr) { // The file was broken when it was opened.
        m_strip->setVisible(false);
        m_canvas->setLab(lab);
        bindLab();
        m_ages.start();
    } else {
        m_canvas->changeLab(lab);
    }
    refreshActions();
    refreshInspector();
    checkDrift();
}

/// Asked only of a lab that runs, and not while a plan changes it.
void MainWindow::checkDrift() {
    const state::Snapshot& shown = m_feed->shown();
    if (!hasLab() || !shown || !shown->running) {
        m_drift->clear();
    } else if (m_lab.document->isCurrent() && !m_runner->isBusy()) {
        m_drift->check(m_lab.document->source());
    }
}

void MainWindow::showDrift() {
    const QStringList subjects = m_drift->subjects();
    if (subjects.isEmpty()) {
        return m_driftStrip->hide();
    }
    const auto apply = [this] { // Shows the plan; its dock has the button that carries it out.
        m_actions->plan->trigger();
        showDrift();
    };
    const auto show = [this, subjects] {
        std::vector<Selection> parts;
        for (const QString& name : subjects) {
            if (m_lab.document->lab().findNode(NodeId(name)) != nullptr) {
                parts.emplace_back(NodeId(name));
            } else if (m_lab.document->lab().findLink(LinkId(name)) != nullptr) {
                parts.emplace_back(LinkId(name));
            }
        }
        m_editor->tools().mark(std::move(parts));
        showDrift(); // It still differs.
    };
    m_driftStrip->say(Glyph::Changed,
                      subjects.size() == 1 ? tr("The file differs from the running lab: %1.").arg(subjects.front())
                                           : tr("The file differs from the running lab: %1 changes.").arg(subjects.size()),
                      {{tr("Apply…"), apply}, {tr("Show"), show}});
    m_driftStrip->setToolTip(subjects.join(QStringLiteral(", ")));
}

/// Several things are marked: their names, and what they have in common in the form below.
bool MainWindow::inspectSeveral() {
    const std::vector<Selection> marked = m_editor->tools().marked();
    if (marked.size() < 2) {
        return false;
    }
    QStringList names;
    for (const Selection& part : marked) {
        names += nameOf(part);
    }
    InspectorContent content;
    content.icon = QStringLiteral("link");
    content.title = tr("%1 selected").arg(marked.size());
    content.second = names.join(QStringLiteral(", "));
    m_inspector->show(content);
    return true;
}

bool MainWindow::bindLab() {
    const labfile::LabSource source = m_lab.document->source();
    if (!source.parsed.lab || m_runner->isBusy()) {
        return false;
    }
    if (!m_lab.bind || (m_lab.bound && m_lab.bound->path == source.path && m_lab.bound->parsed.lab == source.parsed.lab)) {
        return true;
    }
    auto bound = m_lab.bind(source);
    if (!bound) {
        showFault(bound.error());
        return false;
    }
    m_runner->setLab(bound->calls);
    if (m_shownBefore == nullptr) {
        m_shownBefore = std::move(m_lab.keepAlive);
    }
    m_lab.keepAlive = std::move(bound->keepAlive);
    m_lab.store = bound->store;
    m_lab.legs = std::move(bound->legs);
    m_lab.intent = std::move(bound->intent);
    m_counter.clear();
    m_lab.calls = std::move(bound->calls);
    m_lab.bound = source;
    m_look->follow(m_lab);
    m_testPanel->setLegs(*source.parsed.lab, m_lab.legs);
    if (m_feed->shown() == nullptr) {
        m_feed->follow(m_lab.store);
    }
    m_runner->attach();
    return true;
}

/// The store of the edited lab knows all now, and what it replaces may go.
void MainWindow::followBoundLab() {
    if (m_shownBefore != nullptr) {
        m_feed->follow(m_lab.store);
        m_shownBefore.reset();
    }
}

} // namespace podleaf::ui
