// SPDX-License-Identifier: GPL-3.0-or-later
// RoutesPanel: see the header.
#include "routes_panel.h"

#include "table_panel.h"

#include <ui/models/route_difference.h>

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace podleaf::ui {

RoutesPanel::RoutesPanel(TablePanel* all, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_difference(new RouteDifference(this)), m_everything(all), m_changes(new TablePanel(m_difference, theme, this)),
      m_pages(new QStackedWidget(this)), m_marks(new QWidget(this)), m_markA(new QPushButton(tr("Mark A"), m_marks)),
      m_markB(new QPushButton(tr("Mark B"), m_marks)), m_all(new QPushButton(tr("Show all"), m_marks)) {
    m_markA->setToolTip(tr("From now on shows what changes."));
    m_markB->setToolTip(tr("Holds what has changed since A."));
    m_all->setToolTip(tr("Forgets A and B and shows every route."));
    m_changes->setColumnWidths({80, 136, 76, 190});
    m_pages->addWidget(all);
    m_pages->addWidget(m_changes);
    auto* row = new QHBoxLayout(m_marks);
    for (QPushButton* button : {m_markA, m_markB, m_all}) {
        row->addWidget(button);
    }
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_pages, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_markA, &QPushButton::clicked, this, &RoutesPanel::markA);
    connect(m_markB, &QPushButton::clicked, this, &RoutesPanel::markB);
    connect(m_all, &QPushButton::clicked, this, &RoutesPanel::showAll);
    refresh();
}

void RoutesPanel::setLab(const model::Lab& lab) {
    m_lab = lab;
}

void RoutesPanel::setNow(const state::Snapshot& now) {
    m_now = now;
    if (!now) {
        return showAll();
    }
    if (m_a && !m_b) {
        refresh();
    }
    m_markA->setEnabled(true);
}

bool RoutesPanel::showsDifference() const {
    return m_pages->currentWidget() == m_changes;
}

void RoutesPanel::markA() {
    m_a = m_now;
    m_b = {};
    refresh();
}

void RoutesPanel::markB() {
    m_b = m_now;
    refresh();
}

void RoutesPanel::showAll() {
    m_a = {};
    m_b = {};
    refresh();
}

void RoutesPanel::refresh() {
    const bool compares = static_cast<bool>(m_a);
    m_markA->setEnabled(static_cast<bool>(m_now));
    m_markB->setEnabled(compares);
    m_all->setEnabled(compares);
    m_pages->setCurrentIndex(compares ? 1 : 0);
    (compares ? m_everything : m_changes)->setTools(nullptr);
    (compares ? m_changes : m_everything)->setTools(m_marks);
    if (!compares) {
        m_difference->clear();
        return;
    }
    m_difference->show(m_lab, *m_a, m_b ? *m_b : *m_now);
    m_changes->setEmptySentence(m_b ? tr("Nothing changed between A and B.") : tr("Nothing has changed since A."));
    m_changes->setNote(m_difference->sentence(), QStringLiteral("muted"));
}

} // namespace podleaf::ui
