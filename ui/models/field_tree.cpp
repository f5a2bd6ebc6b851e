// SPDX-License-Identifier: GPL-3.0-or-later
// FieldTree: see the header.
#include "field_tree.h"

#include "cell_roles.h"

#include <utility>

namespace podleaf::ui {

FieldTree::FieldTree(QObject* parent) : QAbstractItemModel(parent) {}

void FieldTree::show(std::vector<capture::PacketField> fields) {
    beginResetModel();
    m_entries.clear();
    m_top.clear();
    add(std::move(fields), -1);
    endResetModel();
}

void FieldTree::add(std::vector<capture::PacketField> fields, int parent) {
    int row = 0;
    for (capture::PacketField& field : fields) {
        const auto id = static_cast<int>(m_entries.size());
        m_entries.push_back({std::move(field.text), parent, row++, {}});
        (parent < 0 ? m_top : m_entries[static_cast<std::size_t>(parent)].children).push_back(id);
        add(std::move(field.children), id);
    }
}

const std::vector<int>& FieldTree::childrenOf(const QModelIndex& parent) const {
    return parent.isValid() ? m_entries[parent.internalId()].children : m_top;
}

QModelIndex FieldTree::index(int row, int column, const QModelIndex& parent) const {
    return hasIndex(row, column, parent)
               ? createIndex(row, column, static_cast<quintptr>(childrenOf(parent)[static_cast<std::size_t>(row)]))
               : QModelIndex();
}

QModelIndex FieldTree::parent(const QModelIndex& index) const {
    const int parent = index.isValid() ? m_entries[index.internalId()].parent : -1;
    return parent < 0 ? QModelIndex() : createIndex(m_entries[static_cast<std::size_t>(parent)].row, 0, static_cast<quintptr>(parent));
}

int FieldTree::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(childrenOf(parent).size());
}

int FieldTree::columnCount(const QModelIndex&) const {
    return 1;
}

QVariant FieldTree::data(const QModelIndex& index, int role) const {
    return index.isValid() ? Cell{.text = m_entries[index.internalId()].text}.data(role) : QVariant();
}

} // namespace podleaf::ui
