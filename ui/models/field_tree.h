// SPDX-License-Identifier: GPL-3.0-or-later
// FieldTree: the fields of one packet, header by header. GUI thread.
#pragma once

#include <core/capture/packet_summary.h>

#include <QAbstractItemModel>

#include <vector>

namespace podleaf::ui {

class FieldTree final : public QAbstractItemModel {
    Q_OBJECT

public:
    explicit FieldTree(QObject* parent = nullptr);

    void show(std::vector<capture::PacketField> fields);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    using QObject::parent;

private:
    /// Fields in a flat vector; an index holds its place in it.
    struct Entry {
        QString text;
        int parent = -1;
        int row = 0;
        std::vector<int> children;
    };
    void add(std::vector<capture::PacketField> fields, int parent);
    [[nodiscard]] const std::vector<int>& childrenOf(const QModelIndex& parent) const;

    std::vector<Entry> m_entries;
    std::vector<int> m_top;
};

} // namespace podleaf::ui
