// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergencePanel: see the header.
#include "convergence_panel.h"

#include "empty_state.h"
#include "table_panel.h"
#include "timeline_view.h"

#include <QHeaderView>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kTableWidth = 560; ///< All columns.
}

ConvergencePanel::ConvergencePanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_records(new ConvergenceTable(this)), m_table(new TablePanel(m_records, theme, this)),
      m_timeline(new TimelineView(theme, this)), m_both(new QSplitter(this)), m_empty(new EmptyState(m_both, this)) {
    m_table->setFilterHint(tr("cable, node or word"));
    m_table->setFollowsTail(true);
    m_table->setColumnWidths({96, 112, 80, 48, 50, 50, 62, 48});
    m_table->setNote(tr("in ms"), QStringLiteral("muted"));
    QHeaderView* header = m_table->view()->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(ConvergenceTable::Event, QHeaderView::Stretch); // The one with words, not figures.
    m_tableWidth = qRound(kTableWidth * theme.fontScale());
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // It is as wide as its half.
    area->setWidget(m_timeline);
    area->setMinimumWidth(m_timeline->minimumSizeHint().width() + area->verticalScrollBar()->sizeHint().width());
    m_both->addWidget(m_table);
    m_both->addWidget(area);
    m_both->setStretchFactor(0, 1);
    m_both->setStretchFactor(1, 1);
    m_both->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_empty);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_table->view()->selectionModel(), &QItemSelectionModel::currentChanged, this, &ConvergencePanel::showCurrent);
    clear();
}

void ConvergencePanel::clear() {
    m_records->clear();
    m_timeline->show(std::nullopt);
    m_empty->showSentence(tr("No event yet. Cut a cable, or stop a daemon, and see how long the lab takes."));
}

void ConvergencePanel::add(const state::ConvergenceRecord& record) {
    if (m_records->rowCount() == 0) {
        m_empty->showView();
        const int beside = m_both->widget(1)->minimumWidth() + m_both->handleWidth();
        const int table = std::clamp(width() - beside, 1, m_tableWidth);
        m_both->setSizes({table, width() - table});
    }
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
