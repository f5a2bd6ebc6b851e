// SPDX-License-Identifier: GPL-3.0-or-later
// RowFilter: see the header.
#include "row_filter.h"

#include "cell_roles.h"

#include <algorithm>

namespace podleaf::ui {

void RowFilter::setWords(const QString& text) {
    m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

void RowFilter::setFixedWords(const QString& text) {
    m_fixed = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool RowFilter::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const {
    const auto matches = [&](const QString& word) { return isInRow(word, sourceRow, sourceParent); };
    return std::ranges::all_of(m_fixed, matches) && std::ranges::all_of(m_words, matches);
}

/// "denied" anywhere, "verdict:denied" in the columns that the model calls so; a key that no column has is a word.
bool RowFilter::isInRow(const QString& word, int row, const QModelIndex& parent) const {
    const qsizetype colon = word.indexOf(QLatin1Char(':'));
    const QString key = word.left(std::max<qsizetype>(0, colon));
    const auto hasKey = [&](int column) {
        const QString keys = sourceModel()->headerData(column, Qt::Horizontal, kFilterKeys).toString();
        return !key.isEmpty() && keys.split(QLatin1Char(' ')).contains(key, Qt::CaseInsensitive);
    };
    const int columns = sourceModel()->columnCount(parent);
    bool keyed = false;
    for (int column = 0; column < columns && !keyed; ++column) {
        keyed = hasKey(column);
    }
    const QString wanted = keyed ? word.mid(colon + 1) : word;
    for (int column = 0; column < columns; ++column) {
        const QModelIndex index = sourceModel()->index(row, column, parent);
        const QString text = index.data().toString() + QLatin1Char(' ') + index.data(cell::kSecond).toString();
        if ((!keyed || hasKey(column)) && text.contains(wanted, Qt::CaseInsensitive)) {
            return true;
        }
    }
    return false;
}

} // namespace podleaf::ui
