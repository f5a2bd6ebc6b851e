// SPDX-License-Identifier: GPL-3.0-or-later
// StartPage: see the header.
#include "start_page.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr int kMargin = 32;
constexpr int kGap = 16;
constexpr int kMostRecent = 6;
constexpr int kMostColumns = 5;

QLabel* headingOf(const QString& text, const Theme& theme, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(theme.font(FontRole::Word));
    label->setProperty("role", QStringLiteral("muted"));
    return label;
}

/// The tutorial first: it is where one begins.
std::vector<LabEntry> inOrder(std::vector<LabEntry> gallery) {
    std::ranges::stable_partition(gallery, [](const LabEntry& entry) { return entry.name == QLatin1String("tutorial"); });
    return gallery;
}

} // namespace

QByteArray newLabText(const QString& name) {
    return "name: " + name.toUtf8() +
           "\n\n"
           "nodes:\n"
           "  leaf1: {kind: leaf}\n"
           "  host1: {kind: host}\n"
           "  host2: {kind: host}\n\n"
           "links:\n"
           "  - {ends: [leaf1:swp1, host1:eth1]}\n"
           "  - {ends: [leaf1:swp2, host2:eth1]}\n\n"
           "workloads:\n"
           "  my-nginx: {image: nginx, replicas: 1, on: [host2]}\n\n"
           "tests:\n"
           "  nginx: {from: [hosts, pods], to: my-nginx}\n";
}

StartPage::StartPage(const Theme& theme, const std::vector<LabEntry>& gallery, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_title(new QLabel(tr("Podleaf"), this)), m_open(new QPushButton(tr("Open file…"), this)),
      m_new(new QPushButton(tr("New lab…"), this)), m_recent(new QWidget(this)), m_recentLayout(new QVBoxLayout(m_recent)),
      m_grid(new QGridLayout) {
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setAccessibleName(tr("Start page"));
    area->setFrameShape(QFrame::NoFrame);
    auto* page = new QWidget(area);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    area->setWidget(page);
    auto* words = new QLabel(tr("Choose a lab. It opens at once; Up makes it run."), page);
    words->setProperty("role", QStringLiteral("muted"));
    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addSpacing(kGap);
    head->addWidget(words, 1);
    head->addWidget(m_new);
    head->addWidget(m_open);
    m_recentLayout->setContentsMargins(0, 0, 0, 0);
    m_recentLayout->setSpacing(4);
    m_grid->setSpacing(kGap);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(kMargin, kMargin - 8, kMargin, kMargin);
    layout->setSpacing(kGap);
    layout->addLayout(head);
    layout->addWidget(m_recent);
    layout->addWidget(headingOf(tr("LABS THAT COME WITH PODLEAF"), theme, page));
    layout->addLayout(m_grid);
    layout->addStretch();
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(area);
    for (const LabEntry& entry : inOrder(gallery)) {
        auto* card = new LabCard(theme, entry, page);
        connect(card, &QToolButton::clicked, this, [this, path = entry.path] { Q_EMIT labChosen(path); });
        m_cards.push_back(card);
    }
    connect(m_open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(m_new, &QPushButton::clicked, this, &StartPage::newRequested);
    setFocusProxy(m_cards.empty() ? static_cast<QWidget*>(m_open) : m_cards.front());
    setRecent({});
    refreshTheme();
}

void StartPage::setRecent(const QStringList& paths) {
    while (QLayoutItem* item = m_recentLayout->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    int shown = 0;
    for (const QString& path : paths) {
        const QFileInfo file(path);
        if (shown == kMostRecent || !file.isFile()) {
            continue;
        }
        if (shown++ == 0) {
            m_recentLayout->addWidget(headingOf(tr("RECENT"), m_theme, m_recent));
        }
        auto* button = new QPushButton(tr("%1   in %2").arg(file.fileName(), file.path()), m_recent);
        button->setFlat(true);
        button->setStyleSheet(QStringLiteral("text-align: left;"));
        button->setToolTip(path);
        button->setAccessibleName(tr("Open %1").arg(path));
        connect(button, &QPushButton::clicked, this, [this, path] { Q_EMIT labChosen(path); });
        m_recentLayout->addWidget(button, 0, Qt::AlignLeft);
    }
    m_recent->setVisible(shown > 0);
}

std::vector<QPushButton*> StartPage::recent() const {
    std::vector<QPushButton*> buttons;
    for (int i = 0; i < m_recentLayout->count(); ++i) {
        if (auto* button = qobject_cast<QPushButton*>(m_recentLayout->itemAt(i)->widget())) {
            buttons.push_back(button);
        }
    }
    return buttons;
}

void StartPage::refreshTheme() {
    QFont title = m_theme.font(FontRole::Title);
    title.setPointSizeF(title.pointSizeF() * 1.4);
    m_title->setFont(title);
    for (LabCard* card : m_cards) {
        card->refreshTheme();
    }
    if (isVisible()) {
        loadNext();
    }
}

void StartPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    placeCards();
    QTimer::singleShot(0, this, &StartPage::loadNext);
}

/// One picture at a time: the page is there and answers meanwhile.
void StartPage::loadNext() {
    for (LabCard* card : m_cards) {
        if (!card->hasPicture() && isVisible()) {
            card->load();
            if (card->hasPicture()) {
                QTimer::singleShot(0, this, &StartPage::loadNext);
                return;
            }
        }
    }
}

void StartPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeCards();
}

void StartPage::placeCards() {
    if (m_cards.empty()) {
        return;
    }
    const int room = width() - 2 * kMargin + kGap;
    const int columns = std::clamp(room / (m_cards.front()->width() + kGap), 1, kMostColumns);
    if (columns == m_columns) {
        return;
    }
    m_columns = columns;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const int at = static_cast<int>(i);
        m_grid->addWidget(m_cards[i], at / columns, at % columns, Qt::AlignLeft | Qt::AlignTop);
    }
    m_grid->setColumnStretch(kMostColumns, 1);
}

} // namespace podleaf::ui
