// SPDX-License-Identifier: GPL-3.0-or-later
// LookInside: see the header.
#include "look_inside.h"

#include "dock_frame.h"
#include "loss_marks.h"

#include <ui/console/consoles_panel.h>
#include <ui/docks/capture_panel.h>
#include <ui/docks/convergence_panel.h>
#include <ui/docks/flows_panel.h>
#include <ui/docks/inspector_foot.h>
#include <ui/plots/plots_panel.h>

#include <QApplication>
#include <QDateTime>
#include <QDockWidget>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

std::vector<ConsolePlace> placesOf(const model::Lab& lab) {
    std::vector<ConsolePlace> places;
    for (const model::Node& node : lab.nodes) {
        places.push_back({node.id, true});
    }
    for (const model::Pod& pod : lab.pods()) {
        places.push_back({NodeId(pod.name), false});
    }
    return places;
}

/// A pod's own.
LinkId cableOf(const QString& pod) {
    return LinkId(QStringLiteral("pod-") + pod);
}

/// Those of the file, and each pod's own.
QStringList cablesOf(const model::Lab& lab) {
    QStringList names;
    for (const model::Link& link : lab.links) {
        names += link.id.name;
    }
    for (const model::Pod& pod : lab.pods()) {
        names += cableOf(pod.name).name;
    }
    return names;
}

OpenConsole consolesOf(const LabCalls& calls) {
    return [call = calls.console](OpContext& context, const ConsoleTarget& target, int terminal) {
        return call(context, target.node, target.program, terminal);
    };
}

} // namespace

LookInside::LookInside(QMainWindow& window, DockFrame& frame, const Theme& theme)
    : QObject(&window), m_consoles(new ConsolesPanel(theme, &window)), m_capture(new CapturePanel(theme, &window)),
      m_plots(new PlotsPanel(theme, &window)), m_convergence(new ConvergencePanel(theme, &window)), m_flows(new FlowsPanel(theme, &window)),
      m_foot(new InspectorFoot(theme, &window)) {
    m_consolesDock = frame.add(QStringLiteral("consoles"), tr("Consoles"), m_consoles, Qt::BottomDockWidgetArea);
    m_captureDock = frame.add(QStringLiteral("capture"), tr("Capture"), m_capture, Qt::BottomDockWidgetArea);
    m_plotsDock = frame.add(QStringLiteral("plots"), tr("Plots"), m_plots, Qt::BottomDockWidgetArea);
    m_convergenceDock = frame.add(QStringLiteral("convergence"), tr("Convergence"), m_convergence, Qt::BottomDockWidgetArea);
    m_flowsDock = frame.add(QStringLiteral("flows"), tr("Flows"), m_flows, Qt::BottomDockWidgetArea);
    m_docks = {m_flowsDock, m_consolesDock, m_captureDock, m_plotsDock, m_convergenceDock};
    connect(m_foot, &InspectorFoot::consoleRequested, this, &LookInside::openConsole);
    connect(m_foot, &InspectorFoot::captureRequested, this, &LookInside::startCapture);
    connect(m_flows, &FlowsPanel::flowChosen, this, &LookInside::flowChosen);
    connect(m_foot, &InspectorFoot::menuRequested, this, &LookInside::menuRequested);
}

void LookInside::markLosses(LossMarks& marks) const {
    for (QDockWidget* dock : {m_flowsDock, m_plotsDock, m_convergenceDock}) {
        marks.add(*dock);
    }
}

void LookInside::setLab(const OpenLab& lab) {
    m_plots->clear();
    m_flows->clear();
    m_convergence->clear();
    stopWatching();
    m_lastRecord = 0;
    m_foot->setRunning(false);
    if (!lab.document || !lab.document->isValid()) {
        m_consoles->setLab({}, {});
        m_capture->setLab({}, {});
        return;
    }
    m_consoles->setLab(placesOf(lab.document->lab()), consolesOf(lab.calls));
    m_capture->setLab(cablesOf(lab.document->lab()), lab.calls.capture);
}

void LookInside::follow(const OpenLab& lab) {
    stopWatching();
    m_consoles->changeLab(placesOf(*lab.bound->parsed.lab), consolesOf(lab.calls));
    m_capture->changeLab(cablesOf(*lab.bound->parsed.lab), lab.calls.capture);
}

void LookInside::stopWatching() {
    if (m_records != nullptr) {
        std::exchange(m_records, nullptr)->closeSoon();
    }
}

void LookInside::watch(const OpenLab& lab) {
    if (m_records != nullptr || !lab.calls.watchConvergence) {
        return;
    }
    m_records = new ConvergenceFeed(lab.calls.watchConvergence, this);
    connect(m_records, &ConvergenceFeed::recordChanged, this, [this, before = m_lastRecord](state::ConvergenceRecord record) {
        record.id += before;
        m_lastRecord = std::max(m_lastRecord, record.id);
        m_convergence->add(record);
        if (record.end != state::ConvergenceEnd::Open) {
            m_plots->add(record);
        }
    });
}

void LookInside::addFlow(const verify::LegResult& leg) {
    m_flows->add(leg, QDateTime::currentMSecsSinceEpoch());
}

void LookInside::apply(const state::LabState& lab, const state::Delta& delta, qint64 nowMs) {
    m_plots->add(lab, delta, nowMs);
    m_foot->setRunning(lab.running);
}

void LookInside::setSelection(const Selection& selection) {
    m_selected = {};
    if (const auto* link = std::get_if<LinkId>(&selection)) {
        m_capture->choose(*link);
    } else if (const auto* pod = std::get_if<PodRef>(&selection)) {
        m_capture->choose(cableOf(pod->name));
    }
    if (const auto* node = std::get_if<NodeId>(&selection)) {
        m_selected = *node;
    } else if (const auto* pod = std::get_if<PodRef>(&selection)) {
        m_selected = NodeId(pod->name);
    }
    m_consoles->setSelectedNode(m_selected);
    m_foot->show(selection);
}

void LookInside::refreshTheme() {
    m_consoles->refreshTheme();
    m_capture->refreshTheme();
    m_plots->refreshTheme();
    m_foot->refreshTheme();
    m_flows->refreshTheme();
}

QWidget* LookInside::inspectorFoot() const {
    return m_foot;
}

void LookInside::startCapture(const LinkId& link) {
    Q_EMIT raiseRequested(m_captureDock);
    m_capture->start(link);
}

void LookInside::openConsole(const NodeId& node) {
    Q_EMIT raiseRequested(m_consolesDock);
    m_consoles->open({node, session::ConsoleProgram::Shell});
}

void LookInside::toggleConsole(QWidget& otherwise) {
    const ConsoleTab* current = m_consoles->current();
    if (current != nullptr && current->isAncestorOf(QApplication::focusWidget())) {
        otherwise.setFocus(Qt::ShortcutFocusReason);
    } else if (!m_selected.name.isEmpty()) {
        openConsole(m_selected);
    } else {
        Q_EMIT raiseRequested(m_consolesDock);
        m_consoles->setFocus(Qt::ShortcutFocusReason);
    }
}

} // namespace podleaf::ui
