// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergencePanel: the Convergence dock: the record of each event as a row, and the timeline of the selected one. GUI
// thread.
#pragma once

#include <ui/models/convergence_table.h>
#include <ui/theme/theme.h>

#include <QWidget>

class QSplitter;

namespace podleaf::ui {

class TablePanel;
class EmptyState;
class TimelineView;

class ConvergencePanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit ConvergencePanel(const Theme& theme, QWidget* parent = nullptr);

    void clear();
    /// A record, new or further; the newest is shown while nobody has chosen another.
    void add(const state::ConvergenceRecord& record);
    [[nodiscard]] ConvergenceTable& records() { return *m_records; }
    [[nodiscard]] TablePanel& table() { return *m_table; }
    [[nodiscard]] TimelineView& timeline() { return *m_timeline; }

private:
    void showCurrent();

    ConvergenceTable* m_records;
    TablePanel* m_table;
    TimelineView* m_timeline;
    QSplitter* m_both;
    EmptyState* m_empty;
    int m_tableWidth = 0; ///< That shows all columns.
};

} // namespace podleaf::ui
