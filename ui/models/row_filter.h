// SPDX-License-Identifier: GPL-3.0-or-later
// RowFilter: rows that contain every word typed, in any column. GUI thread.
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace podleaf::ui {

/// Of a header: the keys that the filter knows the column by, as in "verdict:denied", with blanks between.
inline constexpr int kFilterKeys = Qt::UserRole + 20;

class RowFilter final : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setWords(const QString& text);
    /// Words that must be there too, whatever the user types.
    void setFixedWords(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;

private:
    [[nodiscard]] bool isInRow(const QString& word, int row, const QModelIndex& parent) const;

    QStringList m_words;
    QStringList m_fixed;
};

} // namespace podleaf::ui
