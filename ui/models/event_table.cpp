// SPDX-License-Identifier: GPL-3.0-or-later
// EventTable: see the header.
#include "event_table.h"

#include "words.h"

#include <algorithm>

namespace podleaf::ui {

EventTable::EventTable(QObject* parent) : QAbstractTableModel(parent) {}

void EventTable::append(const std::vector<state::LogEntry>& entries) {
    if (entries.empty()) {
        return;
    }
    const auto skip = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(entries.size()) - kMaxRows);
    const int added = static_cast<int>(entries.size()) - static_cast<int>(skip);
    if (rowCount() + added > kMaxRows) {
        const int drop = std::min(rowCount(), std::max(kMaxRows / 10, rowCount() + added - kMaxRows));
        beginRemoveRows({}, 0, drop - 1);
        m_entries.erase(m_entries.begin(), m_entries.begin() + drop);
        endRemoveRows();
    }
    beginInsertRows({}, rowCount(), rowCount() + added - 1);
    m_entries.insert(m_entries.end(), entries.begin() + skip, entries.end());
    endInsertRows();
}

void EventTable::clear() {
    if (m_entries.empty()) {
        return;
    }
    beginRemoveRows({}, 0, rowCount() - 1);
    m_entries.clear();
    endRemoveRows();
}

int EventTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int EventTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const auto& entry = m_entries[static_cast<std::size_t>(index.row())];
    Cell cell;
    switch (index.column()) {
    case Time:
        cell = {.text = clockTime(entry.atMs), .font = FontRole::Mono};
        break;
    case Kind:
        cell = {.text = entry.kind, .glyph = entry.bad ? Glyph::Bad : Glyph::Ok, .ink = entry.bad ? Role::Bad : Role::Text};
        break;
    case Where:
        cell.text = entry.where;
        break;
    default:
        cell.text = oneLine(entry.what);
        break;
    }
    return cell.data(role);
}

QVariant EventTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter)) : QVariant();
    }
    switch (section) {
    case Time:
        return tr("Time");
    case Kind:
        return tr("Kind");
    case Where:
        return tr("Where");
    default:
        return tr("What");
    }
}

} // namespace podleaf::ui
