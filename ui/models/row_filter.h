// SPDX-License-Identifier: GPL-3.0-or-later
// RowFilter: rows that contain every word typed, in any column. GUI thread.
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace podleaf::ui {

class RowFilter final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setWords(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;

private:
    QStringList m_words;
};

} // namespace podleaf::ui
