// SPDX-License-Identifier: GPL-3.0-or-later
// KeyedTable: a table model whose rows have keys. setRows() turns new contents into the fewest inserts,
// removes and dataChanged, so that selection and scroll position survive every tick. GUI thread.
#pragma once

#include "cell_roles.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace podleaf::ui {

template <class Key>
class KeyedTable : public QAbstractTableModel {
public:
    /// `cells` has one entry per column.
    struct Row {
        Key key;
        std::vector<Cell> cells;
    };

    /// `toolTips`: what the headers' words stand for, where they are not enough.
    KeyedTable(QStringList headers, QObject* parent, QStringList toolTips = {})
        : QAbstractTableModel(parent), m_headers(std::move(headers)), m_toolTips(std::move(toolTips)) {}

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_headers.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
        return index.isValid() ? m_rows[static_cast<std::size_t>(index.row())].cells[static_cast<std::size_t>(index.column())].data(role)
                               : QVariant();
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation == Qt::Horizontal && role == Qt::DisplayRole) {
            return m_headers.value(section);
        }
        if (orientation == Qt::Horizontal && role == Qt::ToolTipRole && section >= 0 && section < m_toolTips.size()) {
            return m_toolTips[section];
        }
        return role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter)) : QVariant();
    }
    [[nodiscard]] const Key& keyAt(int row) const { return m_rows[static_cast<std::size_t>(row)].key; }

    /// `rows` sorted by key, without repeats.
    void setRows(std::vector<Row> rows) {
        std::size_t at = 0;
        for (std::size_t next = 0; next < rows.size();) {
            removeWhileBefore(at, rows[next].key);
            if (at < m_rows.size() && m_rows[at].key == rows[next].key) {
                replace(at++, std::move(rows[next++].cells));
                continue;
            }
            std::size_t end = next + 1; // Those that come together are told together.
            while (end < rows.size() && (at == m_rows.size() || rows[end].key < m_rows[at].key)) {
                ++end;
            }
            beginInsertRows({}, static_cast<int>(at), static_cast<int>(at + (end - next)) - 1);
            const auto from = rows.begin() + static_cast<std::ptrdiff_t>(next);
            const auto to = rows.begin() + static_cast<std::ptrdiff_t>(end);
            m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(at), std::make_move_iterator(from), std::make_move_iterator(to));
            endInsertRows();
            at += end - next;
            next = end;
        }
        remove(at, m_rows.size());
    }

    /// Other cells for a row that is there; returns whether it is.
    bool setCells(const Key& key, std::vector<Cell> cells) {
        const auto row = std::ranges::lower_bound(m_rows, key, {}, &Row::key);
        const bool found = row != m_rows.end() && row->key == key;
        if (found) {
            replace(static_cast<std::size_t>(row - m_rows.begin()), std::move(cells));
        }
        return found;
    }

private:
    void removeWhileBefore(std::size_t at, const Key& key) {
        std::size_t end = at;
        while (end < m_rows.size() && m_rows[end].key < key) {
            ++end;
        }
        remove(at, end);
    }
    void remove(std::size_t from, std::size_t to) {
        if (from >= to) {
            return;
        }
        beginRemoveRows({}, static_cast<int>(from), static_cast<int>(to) - 1);
        m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(from), m_rows.begin() + static_cast<std::ptrdiff_t>(to));
        endRemoveRows();
    }
    void replace(std::size_t at, std::vector<Cell> cells) {
        auto& old = m_rows[at].cells;
        int first = -1;
        int last = -1;
        for (std::size_t column = 0; column < cells.size(); ++column) {
            if (cells[column] != old[column]) {
                first = first < 0 ? static_cast<int>(column) : first;
                last = static_cast<int>(column);
            }
        }
        if (first < 0) {
            return;
        }
        old = std::move(cells);
        Q_EMIT dataChanged(index(static_cast<int>(at), first), index(static_cast<int>(at), last));
    }

    QStringList m_headers;
    QStringList m_toolTips;
    std::vector<Row> m_rows;
};

} // namespace podleaf::ui
