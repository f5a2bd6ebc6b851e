// SPDX-License-Identifier: GPL-3.0-or-later
// StatusLine: see the header.
#include "status_line.h"

#include <ui/docks/elided_label.h>
#include <ui/models/words.h>

#include <QToolButton>

namespace podleaf::ui {

namespace {
constexpr int kHeight = 24;

Glyph glyphOf(const LabSummary& summary, int have, int all) {
    if (!summary.running || all == 0) {
        return Glyph::Idle;
    }
    return have == all ? Glyph::Ok : Glyph::Partly;
}
} // namespace

StatusLine::StatusLine(const Theme& theme, QWidget* parent)
    : QStatusBar(parent), m_theme(theme), m_nodes(addCount()), m_pods(addCount()), m_sessions(addCount()), m_routes(addCount()),
      m_lost(addCount()), m_engine(new ElidedLabel(Qt::ElideRight, this)), m_cpu(makeButton()), m_memory(makeButton()) {
    setSizeGripEnabled(false);
    setMinimumHeight(theme.scaled(kHeight)); // Also with nothing in it.
    m_engine->setProperty("role", QStringLiteral("muted"));
    m_engine->setContentsMargins(0, 0, 10, 0);
    addPermanentWidget(m_engine);
    addUsage(m_cpu, tr("What all nodes use of one core. Shows each node's over time."));
    addUsage(m_memory, tr("What all nodes hold in memory. Shows that of the selected node."));
    connect(m_nodes, &QToolButton::clicked, this, &StatusLine::nodesClicked);
    connect(m_pods, &QToolButton::clicked, this, &StatusLine::podsClicked);
    connect(m_sessions, &QToolButton::clicked, this, &StatusLine::sessionsClicked);
    connect(m_routes, &QToolButton::clicked, this, &StatusLine::routesClicked);
    connect(m_lost, &QToolButton::clicked, this, &StatusLine::lossesClicked);
    connect(m_cpu, &QToolButton::clicked, this, &StatusLine::cpuClicked);
    connect(m_memory, &QToolButton::clicked, this, &StatusLine::memoryClicked);
    show(m_summary);
}

QToolButton* StatusLine::makeButton() {
    auto* button = new QToolButton(this);
    button->setAutoRaise(true);
    button->setFont(m_theme.font(FontRole::Second));
    return button;
}

QToolButton* StatusLine::addCount() {
    QToolButton* button = makeButton();
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIconSize({m_theme.scaled(16), m_theme.scaled(16)});
    addWidget(button);
    return button;
}

/// At the right; hidden until there is something to say.
void StatusLine::addUsage(QToolButton* button, const QString& toolTip) {
    button->setToolTip(toolTip);
    addPermanentWidget(button);
}

void StatusLine::setCount(QToolButton* button, Glyph glyph, const QString& text) {
    button->setIcon(glyphIcon(glyph, m_theme));
    button->setText(text);
}

void StatusLine::show(const LabSummary& summary) {
    m_summary = summary;
    const Glyph nodes = summary.nodesFailed > 0 ? Glyph::Bad : glyphOf(summary, summary.nodesUp, summary.nodes);
    setCount(m_nodes, nodes, tr("%1 of %2 nodes up").arg(summary.nodesUp).arg(summary.nodes));
    setCount(m_pods, summary.podsFailed > 0 ? Glyph::Bad : glyphOf(summary, summary.podsUp, summary.pods),
             tr("%1 of %2 pods up").arg(summary.podsUp).arg(summary.pods));
    m_pods->setVisible(summary.pods > 0);
    setCount(m_sessions, glyphOf(summary, summary.sessionsUp, summary.sessions),
             tr("%1 of %2 sessions established").arg(summary.sessionsUp).arg(summary.sessions));
    setCount(m_routes, glyphOf(summary, summary.routesRight, summary.routes),
             tr("%1 of %2 routes in kernel").arg(summary.routesRight).arg(summary.routes));
    showCounts(summary.nodes > 0);
    showLosses();
    m_cpu->setText(summary.cpu ? tr("CPU %1").arg(cpuWords(*summary.cpu)) : QString());
    m_memory->setText(summary.memoryBytes ? memoryWords(*summary.memoryBytes) : QString());
    m_cpu->setVisible(summary.cpu.has_value());
    m_memory->setVisible(summary.memoryBytes.has_value());
}

/// Of no lab there is nothing to count. Only when that changes: while a message is shown they are hidden.
void StatusLine::showCounts(bool hasLab) {
    if (m_hasLab != hasLab) {
        m_hasLab = hasLab;
        for (QToolButton* button : {m_nodes, m_sessions, m_routes, m_lost}) {
            button->setVisible(hasLab);
        }
    }
}

void StatusLine::show(const LossWatch& losses) {
    m_losses = losses;
    showLosses();
}

void StatusLine::showLosses() {
    const std::uint64_t lost = m_losses.count();
    setCount(m_lost,
             lost > 0            ? Glyph::Warn
             : m_summary.running ? Glyph::Ok
                                 : Glyph::Idle,
             lost == 1 ? tr("1 event lost") : tr("%1 events lost").arg(lost));
    m_lost->setToolTip(lost > 0 ? m_losses.explanation() + QLatin1Char('\n') + tr("A click acknowledges it and shows the events.")
                                : m_losses.past());
}

void StatusLine::setEngine(const QString& text) {
    m_engine->setText(text);
}

void StatusLine::refreshTheme() {
    show(m_summary);
}

} // namespace podleaf::ui
