// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorFoot: see the header.
#include "inspector_foot.h"

#include <ui/theme/glyphs.h>

#include <QHBoxLayout>
#include <QPushButton>

namespace podleaf::ui {

InspectorFoot::InspectorFoot(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_console(new QPushButton(tr("Console"), this)), m_capture(new QPushButton(tr("Capture"), this)),
      m_break(new QPushButton(tr("Break"), this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 10);
    row->addWidget(m_console);
    row->addWidget(m_capture);
    row->addWidget(m_break);
    row->addStretch();
    m_break->setLayoutDirection(layoutDirection() == Qt::LeftToRight ? Qt::RightToLeft : Qt::LeftToRight); // The chevron comes last.
    m_break->setToolTip(tr("Breaks it on purpose, or mends it: the same menu as on the canvas."));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_console, &QPushButton::clicked, this, [this] { Q_EMIT consoleRequested(m_node); });
    connect(m_capture, &QPushButton::clicked, this, [this] { Q_EMIT captureRequested(m_link); });
    connect(m_break, &QPushButton::clicked, this,
            [this] { Q_EMIT menuRequested(m_selection, m_break->mapToGlobal(m_break->rect().bottomLeft())); });
    refreshTheme();
    show(Selection());
}

void InspectorFoot::show(const Selection& selection) {
    m_selection = selection;
    m_node = {};
    m_link = {};
    if (const auto* node = std::get_if<NodeId>(&selection)) {
        m_node = *node;
    } else if (const auto* link = std::get_if<LinkId>(&selection)) {
        m_link = *link;
    } else if (const auto* pod = std::get_if<PodRef>(&selection)) {
        m_node = NodeId(pod->name);
        m_link = LinkId(QStringLiteral("pod-") + pod->name);
    }
    m_console->setVisible(!m_node.name.isEmpty());
    m_capture->setVisible(!m_link.name.isEmpty());
    setVisible(!m_node.name.isEmpty() || !m_link.name.isEmpty());
    showBreak();
}

void InspectorFoot::setRunning(bool running) {
    if (m_running != running) {
        m_running = running;
        showBreak();
    }
}

void InspectorFoot::showBreak() {
    m_break->setAccessibleName(tr("Break %1").arg(m_node.isEmpty() ? m_link.name : m_node.name));
    m_break->setVisible(m_running && (!m_node.isEmpty() || !m_link.isEmpty()));
}

void InspectorFoot::refreshTheme() {
    m_console->setIcon(icon(QStringLiteral("console"), m_theme));
    m_capture->setIcon(icon(QStringLiteral("capture"), m_theme));
    m_break->setIcon(icon(QStringLiteral("chevron"), m_theme));
}

} // namespace podleaf::ui
