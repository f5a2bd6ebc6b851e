// SPDX-License-Identifier: GPL-3.0-or-later
// TablePanel: see the header.
#include "table_panel.h"

#include "cell_delegate.h"

#include <ui/theme/glyphs.h>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kTableRow = 20;
constexpr QMargins kToolsAbove{8, 4, 8, 0};
constexpr int kLeastFilter = 130;
} // namespace

void styleView(QTreeView& view, const Theme& theme, int rowHeight) {
    view.setItemDelegate(new CellDelegate(theme, rowHeight, &view));
    view.setAlternatingRowColors(true);
    view.setSelectionMode(QAbstractItemView::ExtendedSelection);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.setMouseTracking(true);
    view.setFrameShape(QFrame::NoFrame);
    view.header()->setHighlightSections(false);
    view.header()->setSectionsMovable(true);
    view.header()->setStretchLastSection(true);
    view.header()->setMinimumSectionSize(36);
}

TablePanel::TablePanel(QAbstractItemModel* model, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_fontScale(theme.fontScale()), m_rows(new RowFilter(this)), m_column(new QVBoxLayout(this)),
      m_head(new QHBoxLayout), m_filter(new QLineEdit(this)), m_note(new QLabel(this)), m_view(new QTreeView(this)),
      m_empty(new EmptyState(m_view, this)), m_newer(new QPushButton(m_view)) {
    m_rows->setSourceModel(model);
    m_filter->setClearButtonEnabled(true);
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->addAction(icon(QStringLiteral("filter"), theme, Role::Muted), QLineEdit::LeadingPosition);
    m_filter->setMaximumWidth(280);
    styleView(*m_view, theme, kTableRow);
    m_view->setModel(m_rows);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->installEventFilter(this);
    m_newer->hide();

    m_head->setContentsMargins(8, 4, 8, 4);
    m_head->addWidget(m_filter);
    m_head->addStretch();
    m_head->addWidget(m_note);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addLayout(m_head);
    m_column->addWidget(m_empty);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_rows->setWords(text);
        refreshEmpty();
    });
    connect(m_empty, &EmptyState::actionClicked, m_filter, &QLineEdit::clear);
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, &TablePanel::onRowsInserted);
    connect(m_rows, &QAbstractItemModel::rowsRemoved, this, &TablePanel::refreshEmpty);
    connect(m_rows, &QAbstractItemModel::modelReset, this, &TablePanel::refreshEmpty);
    connect(m_view->verticalScrollBar(), &QScrollBar::sliderMoved, this, [this] { m_following = isAtTail(); });
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        if (isAtTail()) {
            m_following = true;
            m_newCount = 0;
            m_newer->hide();
        }
    });
    connect(m_newer, &QPushButton::clicked, m_view, &QTreeView::scrollToBottom);
    refreshEmpty();
}

void TablePanel::setEmptySentence(const QString& sentence) {
    m_emptySentence = sentence;
    refreshEmpty();
}

void TablePanel::setFollowsTail(bool follows) {
    m_followsTail = follows;
}

void TablePanel::setFixedWords(const QString& words) {
    m_rows->setFixedWords(words);
    refreshEmpty();
}

void TablePanel::setNote(const QString& text, const QString& role) {
    m_note->setText(text);
    if (m_note->property("role").toString() != role) {
        m_note->setProperty("role", role);
        m_note->style()->unpolish(m_note);
        m_note->style()->polish(m_note);
    }
}

void TablePanel::setColumnWidths(const QList<int>& widths) {
    for (int column = 0; column < static_cast<int>(widths.size()); ++column) {
        m_view->setColumnWidth(column, std::max(qRound(widths[column] * m_fontScale), m_view->header()->sectionSizeHint(column)));
    }
}

void TablePanel::setTools(QWidget* tools) {
    if (m_tools != nullptr) {
        m_head->removeWidget(m_tools);
        m_column->removeWidget(m_tools);
    }
    m_tools = tools;
    if (tools == nullptr) {
        return;
    }
    m_areToolsBeside = false;
    tools->layout()->setContentsMargins(kToolsAbove);
    m_column->insertWidget(0, tools);
    tools->show();
    placeTools();
}

int TablePanel::leastBesideTools() const {
    return qRound(kLeastFilter * m_fontScale) + m_note->sizeHint().width() + 2 * m_head->spacing();
}

void TablePanel::placeTools() {
    if (m_tools == nullptr) {
        return;
    }
    const int least = m_tools->layout()->totalMinimumSize().width() - (m_areToolsBeside ? 0 : kToolsAbove.left() + kToolsAbove.right());
    const bool isBeside = width() >= least + leastBesideTools() + m_head->contentsMargins().left() + m_head->contentsMargins().right();
    if (isBeside == m_areToolsBeside) {
        return;
    }
    m_areToolsBeside = isBeside;
    m_tools->layout()->setContentsMargins(isBeside ? QMargins() : kToolsAbove);
    if (isBeside) {
        m_column->removeWidget(m_tools);
        m_head->insertWidget(1, m_tools);
    } else {
        m_head->removeWidget(m_tools);
        m_column->insertWidget(0, m_tools);
    }
}

QSize TablePanel::minimumSizeHint() const {
    const QSize least = QWidget::minimumSizeHint();
    if (m_tools == nullptr || !m_areToolsBeside) {
        return least;
    }
    const int tools = m_tools->layout()->totalMinimumSize().width() + kToolsAbove.left() + kToolsAbove.right();
    const int other = least.width() - m_tools->minimumSizeHint().width() - m_head->spacing();
    return {std::max(tools, other), least.height() + m_tools->minimumSizeHint().height() + kToolsAbove.top()};
}

bool TablePanel::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) { // A text has another length.
        placeTools();
    }
    return QWidget::event(event);
}

void TablePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeTools();
}

void TablePanel::focusFilter() {
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

bool TablePanel::isAtTail() const {
    const QScrollBar* bar = m_view->verticalScrollBar();
    return bar->value() >= bar->maximum();
}

void TablePanel::onRowsInserted(const QModelIndex& /*parent*/, int first, int last) {
    refreshEmpty();
    if (!m_followsTail) {
        return;
    }
    if (m_following) {
        m_view->scrollToBottom();
        return;
    }
    m_newCount += last - first + 1;
    m_newer->setText(tr("%1 new").arg(m_newCount));
    m_newer->adjustSize();
    m_newer->move(m_view->width() - m_newer->width() - 24, m_view->height() - m_newer->height() - 8);
    m_newer->show();
}

void TablePanel::refreshEmpty() {
    if (m_rows->rowCount() > 0) {
        m_empty->showView();
    } else if (m_rows->sourceModel()->rowCount() > 0) {
        m_empty->showSentence(m_filter->text().isEmpty() ? tr("No row is of this kind.") : tr("No row matches %1.").arg(m_filter->text()),
                              m_filter->text().isEmpty() ? QString() : tr("Clear filter"));
    } else {
        m_empty->showSentence(m_emptySentence);
    }
}

bool TablePanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Copy)) {
            copyRows();
            return true;
        }
        if (key->matches(QKeySequence::Find)) {
            focusFilter();
            return true;
        }
        if (key->key() == Qt::Key_Up || key->key() == Qt::Key_PageUp || key->key() == Qt::Key_Home) {
            m_following = false;
        }
    } else if (event->type() == QEvent::Wheel) {
        m_following = false; // valueChanged sets it again at the end.
    }
    return QWidget::eventFilter(watched, event);
}

void TablePanel::copyRows() const {
    QModelIndexList selected = m_view->selectionModel()->selectedRows();
    std::sort(selected.begin(), selected.end());
    QString text;
    for (const QModelIndex& row : selected) {
        QStringList cells;
        for (int column = 0; column < m_rows->columnCount(); ++column) {
            cells += row.siblingAtColumn(column).data().toString();
        }
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    QApplication::clipboard()->setText(text);
}

} // namespace podleaf::ui
