// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergencePanel: see the header.
#include "convergence_panel.h"

#include "table_panel.h"
#include "timeline_view.h"

#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace podleaf::ui {

ConvergencePanel::ConvergencePanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_records(new ConvergenceTable(this)), m_table(new TablePanel(m_records, theme, this)),
      m_timeline(new TimelineView(theme, this)) {
    m_table->setEmptySentence(tr("No event yet. Cut a cable, or stop a daemon, and see how long the lab takes."));
    m_table->setFilterHint(tr("cable, node or word"));
    m_table->setFollowsTail(true);
    m_table->setColumnWidths({96, 150, 78, 86, 80, 78, 70});
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(m_timeline);
    auto* both = new QSplitter(this);
    both->addWidget(m_table);
    both->addWidget(area);
    both->setStretchFactor(0, 3);
    both->setStretchFactor(1, 2);
    both->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(both);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_table->view()->selectionModel(), &QItemSelectionModel::currentChanged, this, &ConvergencePanel::showCurrent);
}

void ConvergencePanel::clear() {
    m_records->clear();
    m_timeline->show(std::nullopt);
}

void ConvergencePanel::add(const state::ConvergenceRecord& record) {
    m_records->add(record);
    showCurrent();
}

void ConvergencePanel::showCurrent() {
    const QModelIndex current = m_table->view()->currentIndex();
    const auto* rows = qobject_cast<const QAbstractProxyModel*>(m_table->view()->model());
    const int row = current.isValid() ? rows->mapToSource(current).row() : m_records->rowCount() - 1;
    const state::ConvergenceRecord* record = m_records->recordAt(row);
    m_timeline->show(record != nullptr ? std::optional(*record) : std::nullopt);
}

} // namespace podleaf::ui
