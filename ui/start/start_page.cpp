// SPDX-License-Identifier: GPL-3.0-or-later
// StartPage: see the header.
#include "start_page.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace podleaf::ui {

namespace {

constexpr int kMargin = 32;
constexpr int kGap = 16;
constexpr int kMostRecent = 6;
constexpr std::chrono::milliseconds kAskAgain{2000};
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

StartPage::List::List(QWidget* parent) : widget(new QWidget(parent)), layout(new QVBoxLayout(widget)) {
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    widget->hide();
}

void StartPage::List::begin(const QString& heading, const Theme& theme) const {
    while (QLayoutItem* item = layout->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    layout->addWidget(headingOf(heading, theme, widget));
}

std::vector<QPushButton*> StartPage::List::buttons() const {
    std::vector<QPushButton*> all;
    for (int i = 0; i < layout->count(); ++i) {
        if (auto* button = qobject_cast<QPushButton*>(layout->itemAt(i)->widget())) {
            all.push_back(button);
        }
    }
    return all;
}

StartPage::StartPage(const Theme& theme, const std::vector<LabEntry>& gallery, const RunningLabs& running, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_title(new QLabel(tr("Podleaf"), this)), m_open(new QPushButton(tr("Open file…"), this)),
      m_new(new QPushButton(tr("New lab…"), this)), m_running(this), m_recent(this), m_grid(new QGridLayout) {
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
    m_grid->setSpacing(kGap);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(kMargin, kMargin - 8, kMargin, kMargin);
    layout->setSpacing(kGap);
    layout->addLayout(head);
    layout->addWidget(m_running.widget);
    layout->addWidget(m_recent.widget);
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
    if (running) {
        m_asker = std::make_unique<Latest<std::monostate, std::vector<LabEntry>>>(
            [running](std::monostate, const std::stop_token&) { return running(); },
            [this](const std::vector<LabEntry>& labs) { setRunning(labs); });
        m_again.setInterval(kAskAgain);
        connect(&m_again, &QTimer::timeout, this, &StartPage::askRunning);
    }
    refreshTheme();
}

void StartPage::askRunning() {
    if (!isVisible()) {
        m_again.stop();
    } else if (m_asker->isIdle()) {
        m_asker->request({});
    }
}

void StartPage::setRunning(const std::vector<LabEntry>& labs) {
    if (labs == m_runningNow) { // Else the one that has the focus would lose it.
        return;
    }
    m_runningNow = labs;
    m_running.begin(tr("RUNNING NOW"), m_theme);
    for (const LabEntry& lab : labs) {
        const QFileInfo file(lab.path);
        const QString text = file.isFile() ? tr("%1   from %2") : tr("%1   its file %2 has gone");
        QPushButton* button = addTo(m_running, text.arg(lab.name, lab.path), lab.path);
        button->setIcon(glyphIcon(Glyph::Ok, m_theme));
        button->setEnabled(file.isFile());
    }
    m_running.widget->setVisible(!labs.empty());
}

QPushButton* StartPage::addTo(const List& list, const QString& text, const QString& path) {
    auto* button = new QPushButton(text, list.widget);
    button->setFlat(true);
    button->setStyleSheet(QStringLiteral("text-align: left;"));
    button->setToolTip(path);
    button->setAccessibleName(tr("Open %1").arg(path));
    connect(button, &QPushButton::clicked, this, [this, path] { Q_EMIT labChosen(path); });
    list.layout->addWidget(button, 0, Qt::AlignLeft);
    return button;
}

void StartPage::setRecent(const QStringList& paths) {
    m_recent.begin(tr("RECENT"), m_theme);
    int shown = 0;
    for (const QString& path : paths) {
        const QFileInfo file(path);
        if (shown < kMostRecent && file.isFile()) {
            addTo(m_recent, tr("%1   in %2").arg(file.fileName(), file.path()), path);
            ++shown;
        }
    }
    m_recent.widget->setVisible(shown > 0);
}

std::vector<QPushButton*> StartPage::recent() const {
    return m_recent.buttons();
}

std::vector<QPushButton*> StartPage::running() const {
    return m_running.buttons();
}

void StartPage::refreshTheme() {
    QFont title = m_theme.font(FontRole::Title);
    title.setPointSizeF(title.pointSizeF() * 1.4);
    m_title->setFont(title);
    for (LabCard* card : m_cards) {
        card->refreshTheme();
    }
    for (QPushButton* button : running()) {
        button->setIcon(glyphIcon(Glyph::Ok, m_theme));
    }
    if (isVisible()) {
        loadNext();
    }
}

void StartPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    placeCards();
    QTimer::singleShot(0, this, &StartPage::loadNext);
    if (m_asker) {
        askRunning();
        m_again.start();
    }
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
