// SPDX-License-Identifier: GPL-3.0-or-later
// LookInside: see the header.
#include "look_inside.h"

#include "dock_frame.h"

#include <ui/console/consoles_panel.h>
#include <ui/docks/capture_panel.h>
#include <ui/docks/inspector_foot.h>

#include <QApplication>
#include <QDockWidget>

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

/// Those of the file, and each pod's own.
QStringList cablesOf(const model::Lab& lab) {
    QStringList names;
    for (const model::Link& link : lab.links) {
        names += link.id.name;
    }
    for (const model::Pod& pod : lab.pods()) {
        names += QStringLiteral("pod-") + pod.name;
    }
    return names;
}

} // namespace

LookInside::LookInside(QMainWindow& window, DockFrame& frame, const Theme& theme)
    : QObject(&window), m_consoles(new ConsolesPanel(theme, &window)), m_capture(new CapturePanel(theme, &window)),
      m_foot(new InspectorFoot(theme, &window)) {
    m_consolesDock = frame.add(QStringLiteral("consoles"), tr("Consoles"), m_consoles, Qt::BottomDockWidgetArea);
    m_captureDock = frame.add(QStringLiteral("capture"), tr("Capture"), m_capture, Qt::BottomDockWidgetArea);
    m_docks = {m_consolesDock, m_captureDock};
    connect(m_foot, &InspectorFoot::consoleRequested, this, &LookInside::openConsole);
    connect(m_foot, &InspectorFoot::captureRequested, this, &LookInside::startCapture);
}

void LookInside::setLab(const OpenLab& lab) {
    if (!lab.document || !lab.document->isValid()) {
        m_consoles->setLab({}, {});
        m_capture->setLab({}, {});
        return;
    }
    m_consoles->setLab(placesOf(lab.document->lab()),
                       [call = lab.calls.console](OpContext& context, const ConsoleTarget& target, int terminal) {
                           return call(context, target.node, target.program, terminal);
                       });
    m_capture->setLab(cablesOf(lab.document->lab()), lab.calls.capture);
}

void LookInside::setSelection(const Selection& selection) {
    m_selected = {};
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
    m_foot->refreshTheme();
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
