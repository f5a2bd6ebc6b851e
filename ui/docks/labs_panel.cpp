// SPDX-License-Identifier: GPL-3.0-or-later
// LabsPanel: see the header.
#include "labs_panel.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace podleaf::ui {

namespace {
constexpr int kPath = Qt::UserRole;
constexpr int kRow = 24;
} // namespace

LabsPanel::LabsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_filter(new QLineEdit(this)), m_tree(new QTreeWidget(this)), m_empty(new EmptyState(m_tree, this)) {
    m_filter->setPlaceholderText(tr("Filter labs"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(QStringLiteral("filter"), theme, Role::Muted), QLineEdit::LeadingPosition);
    m_tree->setColumnCount(2);
    m_tree->setHeaderHidden(true);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setMinimumSectionSize(20);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_tree->setRootIsDecorated(false);
    m_tree->setIndentation(8);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->setProperty("padded", true);
    m_tree->setIconSize({theme.scaled(16), theme.scaled(16)});
    m_mine = addHeading(tr("MY LABS"));
    m_gallery = addHeading(tr("GALLERY"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(8, 8, 8, 0);
    top->addWidget(m_filter);
    layout->addLayout(top);
    layout->addWidget(m_empty);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_filter, &QLineEdit::textChanged, this, &LabsPanel::applyFilter);
    connect(m_empty, &EmptyState::actionClicked, m_filter, &QLineEdit::clear);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        if (const QString path = item->data(0, kPath).toString(); !path.isEmpty()) {
            Q_EMIT openRequested(path);
        }
    });
}

QTreeWidgetItem* LabsPanel::addHeading(const QString& text) {
    auto* item = new QTreeWidgetItem(m_tree, {text});
    item->setFlags(Qt::ItemIsEnabled);
    item->setFont(0, m_theme.font(FontRole::Word));
    item->setForeground(0, m_theme.color(Role::Muted));
    item->setForeground(1, m_theme.color(Role::Muted));
    item->setSizeHint(0, {0, qRound(kRow * m_theme.fontScale())});
    item->setExpanded(true);
    return item;
}

void LabsPanel::setGallery(const std::vector<LabEntry>& labs) {
    qDeleteAll(m_gallery->takeChildren());
    for (const LabEntry& lab : labs) {
        auto* item = new QTreeWidgetItem(m_gallery, {lab.name, lab.nodes > 0 ? QString::number(lab.nodes) : QString()});
        item->setData(0, kPath, lab.path);
        item->setSizeHint(0, {0, qRound(kRow * m_theme.fontScale())});
        item->setToolTip(0, tr("%1: double-click to open.").arg(lab.name));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    }
    refreshIcons();
    applyFilter();
}

void LabsPanel::setOpenLab(const LabEntry& lab) {
    qDeleteAll(m_mine->takeChildren());
    if (lab.name.isEmpty()) {
        applyFilter();
        return;
    }
    auto* item = new QTreeWidgetItem(m_mine, {lab.name});
    item->setData(0, kPath, lab.path);
    item->setSizeHint(0, {0, qRound(kRow * m_theme.fontScale())});
    item->setFont(0, m_theme.font(FontRole::Strong));
    item->setToolTip(0, lab.path);
    m_tree->setCurrentItem(item);
    refreshIcons();
    applyFilter();
}

void LabsPanel::setOpenState(Glyph glyph, const QString& word) {
    if (m_mine->childCount() == 0) {
        return;
    }
    m_openGlyph = glyph;
    m_mine->child(0)->setToolTip(1, word);
    refreshIcons();
}

void LabsPanel::refreshIcons() {
    for (QTreeWidgetItem* heading : {m_mine, m_gallery}) {
        for (int column = 0; column < 2; ++column) {
            heading->setForeground(column, m_theme.color(Role::Muted));
        }
        for (int i = 0; i < heading->childCount(); ++i) {
            heading->child(i)->setIcon(0, icon(heading == m_mine ? QStringLiteral("lab") : QStringLiteral("leaf"), m_theme, Role::Muted));
            heading->child(i)->setForeground(1, m_theme.color(Role::Muted));
        }
    }
    if (m_mine->childCount() > 0) {
        m_mine->child(0)->setIcon(1, m_openGlyph == Glyph::None ? QIcon() : glyphIcon(m_openGlyph, m_theme));
    }
}

void LabsPanel::focusFilter() {
    m_filter->setFocus(Qt::ShortcutFocusReason);
}

/// A gallery lab that is open stands under *My labs*, and only there.
void LabsPanel::applyFilter() {
    const QString open = m_mine->childCount() > 0 ? m_mine->child(0)->data(0, kPath).toString() : QString();
    int all = 0;
    for (QTreeWidgetItem* heading : {m_mine, m_gallery}) {
        int shown = 0;
        for (int i = 0; i < heading->childCount(); ++i) {
            QTreeWidgetItem* item = heading->child(i);
            const bool elsewhere = heading == m_gallery && item->data(0, kPath).toString() == open;
            item->setHidden(elsewhere || !item->text(0).contains(m_filter->text(), Qt::CaseInsensitive));
            shown += item->isHidden() ? 0 : 1;
        }
        heading->setText(1, QString::number(shown));
        heading->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        heading->setHidden(shown == 0);
        all += shown;
    }
    if (all == 0 && !m_filter->text().isEmpty()) {
        m_empty->showSentence(tr("No row matches %1.").arg(m_filter->text()), tr("Clear filter"));
    } else {
        m_empty->showView();
    }
}

} // namespace podleaf::ui
