// SPDX-License-Identifier: GPL-3.0-or-later
// PacketTable: the packets of a capture as they come, the newest only. GUI thread.
#pragma once

#include "cell_roles.h"

#include <ui/capture/capture_run.h>

#include <QAbstractTableModel>

#include <deque>
#include <map>

namespace podleaf::ui {

class PacketTable final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Number, Time, Source, Destination, Protocol, Length, Info, ColumnCount };

    explicit PacketTable(QObject* parent = nullptr);

    void append(const PacketBatch& batch);
    /// What a dissector says of a packet, in place of our own words; kept where it is quicker than the packet's batch.
    void setSummary(qint64 number, const capture::PacketSummary& summary);
    void clear();
    [[nodiscard]] qint64 numberAt(int row) const { return m_rows[static_cast<std::size_t>(row)].number; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<PacketRow> m_rows;                     ///< Numbers without gaps, unless some were never told.
    std::map<qint64, capture::PacketSummary> m_early; ///< Of packets that are not in m_rows yet.
};

} // namespace podleaf::ui
