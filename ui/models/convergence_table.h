// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceTable: one row per event: what it was and how long the lab took, in ms; the newest last. Titles are short, so
// that all columns fit into the dock; their tool tips say the whole. GUI thread.
#pragma once

#include "keyed_table.h"

#include <core/state/convergence_record.h>

#include <QCoreApplication>

#include <map>

namespace podleaf::ui {

class ConvergenceTable final : public KeyedTable<int> {
    Q_DECLARE_TR_FUNCTIONS(ConvergenceTable)

public:
    enum Column { Time, Event, End, Detected, Withdrawn, Installed, Through, Last, ColumnCount };
    static constexpr int kMaxRecords = 500; ///< Then the oldest go.

    explicit ConvergenceTable(QObject* parent = nullptr);

    /// Adds a record, or brings it up to date while its event is not over.
    void add(const state::ConvergenceRecord& record);
    void clear();
    [[nodiscard]] const state::ConvergenceRecord* recordAt(int row) const;

private:
    void refresh();
    std::map<int, state::ConvergenceRecord> m_records;
};

} // namespace podleaf::ui
