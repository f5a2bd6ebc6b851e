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

bool RowFilter::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const {
    if (m_words.isEmpty()) {
        return true;
    }
    QString row;
    for (int column = 0; column < sourceModel()->columnCount(sourceParent); ++column) {
        const QModelIndex index = sourceModel()->index(sourceRow, column, sourceParent);
        row += index.data().toString() + QLatin1Char(' ') + index.data(cell::kSecond).toString() + QLatin1Char(' ');
    }
    return std::all_of(m_words.begin(), m_words.end(), [&row](const QString& word) { return row.contains(word, Qt::CaseInsensitive); });
}

} // namespace podleaf::ui
