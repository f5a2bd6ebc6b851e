// SPDX-License-Identifier: GPL-3.0-or-later
// TablePanel: a table with a filter above it; a sentence where it is empty. Used by Events, BGP and
// Routes. GUI thread.
#pragma once

#include "empty_state.h"

#include <ui/models/row_filter.h>
#include <ui/theme/theme.h>

#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QTreeView>
#include <QWidget>

class QHBoxLayout;
class QVBoxLayout;

namespace podleaf::ui {

class TablePanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` and `model` must outlive the panel.
    TablePanel(QAbstractItemModel* model, const Theme& theme, QWidget* parent = nullptr);

    /// What is said while there are no rows at all.
    void setEmptySentence(const QString& sentence);
    /// New rows at the end stay in sight until the user scrolls away; a button then counts them.
    void setFollowsTail(bool follows);
    /// A note at the right of the filter: "0 lost".
    void setNote(const QString& text, const QString& role);
    /// Only rows with these words, whatever the filter says.
    void setFixedWords(const QString& words);
    void setFilterHint(const QString& placeholder) { m_filter->setPlaceholderText(placeholder); }
    /// In px at font scale 1; a column is no narrower than its title.
    void setColumnWidths(const QList<int>& widths);
    /// Buttons that stand beside the filter or, where there is no room for both, above it; null takes them out. They have a
    /// layout of their own.
    void setTools(QWidget* tools);
    void focusFilter();
    [[nodiscard]] QTreeView* view() const { return m_view; }
    [[nodiscard]] QString emptySentence() const { return m_empty->sentence(); }
    /// Of what the narrowest arrangement needs.
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeTools();
    [[nodiscard]] int leastBesideTools() const;
    void onRowsInserted(const QModelIndex& parent, int first, int last);
    void refreshEmpty();
    void copyRows() const;
    [[nodiscard]] bool isAtTail() const;

    double m_fontScale; ///< The user's font size over the design's.
    RowFilter* m_rows;
    QVBoxLayout* m_column;
    QHBoxLayout* m_head;
    QPointer<QWidget> m_tools;
    bool m_areToolsBeside = false;
    QLineEdit* m_filter;
    QLabel* m_note;
    QTreeView* m_view;
    EmptyState* m_empty;
    QPushButton* m_newer;
    QString m_emptySentence;
    bool m_followsTail = false;
    bool m_following = true;
    int m_newCount = 0;
};

/// The look every table and tree of the docks has.
void styleView(QTreeView& view, const Theme& theme, int rowHeight);

} // namespace podleaf::ui
