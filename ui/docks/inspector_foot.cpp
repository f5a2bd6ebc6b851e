// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorFoot: see the header.
#include "inspector_foot.h"

#include <ui/theme/glyphs.h>

#include <QHBoxLayout>
#include <QPushButton>

namespace podleaf::ui {

InspectorFoot::InspectorFoot(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_console(new QPushButton(tr("Console"), this)), m_capture(new QPushButton(tr("Capture"), this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 10);
    row->addWidget(m_console);
    row->addWidget(m_capture);
    row->addStretch();
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_console, &QPushButton::clicked, this, [this] { Q_EMIT consoleRequested(m_node); });
    connect(m_capture, &QPushButton::clicked, this, [this] { Q_EMIT captureRequested(m_link); });
    refreshTheme();
    show(Selection());
}

void InspectorFoot::show(const Selection& selection) {
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
}

void InspectorFoot::refreshTheme() {
    m_console->setIcon(icon(QStringLiteral("console"), m_theme));
    m_capture->setIcon(icon(QStringLiteral("capture"), m_theme));
}

} // namespace podleaf::ui
