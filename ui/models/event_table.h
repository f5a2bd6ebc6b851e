// SPDX-License-Identifier: GPL-3.0-or-later
// EventTable: the event log, oldest first, bounded; rows are only added at the end and dropped at the
// front. GUI thread.
#pragma once

#include "cell_roles.h"

#include <core/state/lab_state.h>

#include <QAbstractTableModel>

#include <deque>
#include <vector>

namespace podleaf::ui {

class EventTable final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Kind, Where, What, ColumnCount };
    /// Beyond this many rows the oldest are dropped, a tenth at once.
    static constexpr int kMaxRows = 20000;

    explicit EventTable(QObject* parent = nullptr);
    void append(const std::vector<state::LogEntry>& entries);
    void clear();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<state::LogEntry> m_entries;
};

} // namespace podleaf::ui
