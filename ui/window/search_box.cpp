// SPDX-License-Identifier: GPL-3.0-or-later
// SearchBox: see the header.
#include "search_box.h"

#include <ui/theme/glyphs.h>

#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr int kRowsShown = 10;
constexpr int kWidth = 340;
constexpr int kListMargin = 4;
constexpr int kIcon = 16;

} // namespace

SearchBox::SearchBox(const Theme& theme, QWidget* parent) : QLineEdit(parent), m_theme(theme), m_list(new QListWidget(parent)) {
    setPlaceholderText(tr("Find node, address, prefix, AS, pod"));
    setAccessibleName(tr("Find on the canvas"));
    setClearButtonEnabled(false);
    m_list->hide();
    m_list->setFocusPolicy(Qt::NoFocus); // The keyboard stays in the field.
    m_list->setAccessibleName(tr("Answers"));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QLineEdit::textChanged, this, &SearchBox::search);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { choose(m_list->row(item)); });
    refreshTheme();
}

void SearchBox::refreshTheme() {
    const int margin = m_theme.scaled(kIcon) + 12;
    setTextMargins(margin, 0, fontMetrics().horizontalAdvance(QStringLiteral("Ctrl+K")) + 12, 0);
    search();
    update();
}

QSize SearchBox::sizeHint() const {
    return {qRound(kWidth * m_theme.fontScale()), QLineEdit::sizeHint().height()};
}

/// The magnifier and, while nothing is written, the key that leads here.
void SearchBox::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    const int side = m_theme.scaled(kIcon);
    paintIcon(painter, QRectF(8, (height() - side) / 2.0, side, side), QStringLiteral("search"), m_theme.color(Role::Muted));
    if (text().isEmpty()) {
        painter.setFont(m_theme.font(FontRole::Caption));
        painter.setPen(m_theme.color(Role::Muted));
        painter.drawText(rect().adjusted(0, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter,
                         QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText));
    }
}

void SearchBox::search() {
    m_hits = m_source ? m_source(text()) : std::vector<SearchHit>();
    m_list->clear();
    Lit all;
    for (const SearchHit& hit : m_hits) {
        auto* item = new QListWidgetItem(icon(hit.icon, m_theme), tr("%1   %2").arg(hit.title, hit.detail), m_list);
        item->setData(Qt::AccessibleTextRole, tr("%1, %2").arg(hit.title, hit.detail));
        all.nodes.insert(hit.lit.nodes.begin(), hit.lit.nodes.end());
        all.links.insert(hit.lit.links.begin(), hit.lit.links.end());
        all.pods.insert(hit.lit.pods.begin(), hit.lit.pods.end());
    }
    const bool isAsked = !text().trimmed().isEmpty();
    if (m_hits.empty() && isAsked) {
        auto* none = new QListWidgetItem(tr("Nothing is called %1.").arg(text().trimmed().left(40)), m_list);
        none->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(m_hits.empty() ? -1 : 0);
    isAsked ? showList() : m_list->hide();
    Q_EMIT answered(all);
}

/// Below the field, as wide as it is, as high as its rows.
void SearchBox::showList() {
    if (m_list->parentWidget() == nullptr) {
        return;
    }
    const int rows = std::clamp(m_list->count(), 1, kRowsShown);
    const int height = rows * std::max(1, m_list->sizeHintForRow(0)) + 2 * kListMargin;
    const QPoint below = mapTo(m_list->parentWidget(), QPoint(0, this->height() + 2));
    m_list->setGeometry(QRect(below, QSize(width(), height)));
    m_list->raise();
    m_list->show();
}

void SearchBox::resizeEvent(QResizeEvent* event) {
    QLineEdit::resizeEvent(event);
    if (m_list->isVisible()) {
        showList();
    }
}

void SearchBox::choose(int row) {
    if (row >= 0 && row < static_cast<int>(m_hits.size())) {
        m_list->hide();
        const SearchHit hit = m_hits[static_cast<std::size_t>(row)];
        Q_EMIT answered(hit.lit);
        Q_EMIT chosen(hit);
    }
}

/// Esc is ours, not the window's.
bool SearchBox::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void SearchBox::keyPressEvent(QKeyEvent* event) {
    const int last = static_cast<int>(m_hits.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Down:
        return m_list->setCurrentRow(std::min(m_list->currentRow() + 1, last));
    case Qt::Key_Up:
        return m_list->setCurrentRow(std::max(m_list->currentRow() - 1, std::min(0, last)));
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return choose(m_list->currentRow());
    case Qt::Key_Escape:
        clear();
        Q_EMIT answered({});
        Q_EMIT left();
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void SearchBox::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    m_list->hide();
}

} // namespace podleaf::ui
