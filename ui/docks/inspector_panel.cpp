// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorPanel: see the header.
#include "inspector_panel.h"

#include "boot_bar.h"
#include "empty_state.h"
#include "fault_box.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QStyle>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr int kLabelWidth = 84;
constexpr int kRowWidth = 224; ///< Of the words of a row in the dock as it is from the start, beside a vertical bar.

/// The colour of a state's word, as the style sheet's label roles know them.
QString labelRole(Glyph glyph) {
    switch (glyph) {
    case Glyph::Ok:
    case Glyph::Stale:
        return QStringLiteral("ok");
    case Glyph::Bad:
        return QStringLiteral("bad");
    case Glyph::Warn:
    case Glyph::Changed:
    case Glyph::Partly:
        return QStringLiteral("warn");
    case Glyph::Wait:
    case Glyph::Connect:
        return QStringLiteral("wait");
    default:
        return QStringLiteral("muted");
    }
}

void setLabelRole(QLabel* label, const QString& role) {
    if (label->property("role").toString() != role) {
        label->setProperty("role", role);
        label->style()->unpolish(label);
        label->style()->polish(label);
    }
}

QLabel* plainLabel(QWidget* parent, const QFont& font) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(font);
    return label;
}

} // namespace

InspectorPanel::InspectorPanel(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    m_empty = new EmptyState(area, this);
    auto* page = new QWidget(area);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    area->setWidget(page);

    m_icon = new QLabel(page);
    m_title = plainLabel(page, theme.font(FontRole::Title));
    m_glyph = new QLabel(page);
    m_word = plainLabel(page, theme.font(FontRole::Second));
    m_second = plainLabel(page, theme.font(FontRole::Second));
    m_second->setProperty("role", QStringLiteral("muted"));
    m_second->setWordWrap(true); // Many names must not widen the dock.
    m_tabs = new QTabBar(page);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->addTab(tr("Overview"));
    m_tabs->addTab(tr("Settings"));
    m_tabs->hide();
    connect(m_tabs, &QTabBar::currentChanged, this, &InspectorPanel::showPage);
    m_fault = new FaultBox(theme, page);
    m_boot = new BootBar(theme, page);
    m_sections = new QWidget(page);
    m_sectionsLayout = new QVBoxLayout(m_sections);
    m_sectionsLayout->setContentsMargins(0, 0, 0, 0);

    auto* words = new QHBoxLayout;
    words->setSpacing(5);
    words->addWidget(m_glyph);
    words->addWidget(m_word);
    words->addWidget(m_second, 1);
    auto* head = new QGridLayout;
    head->setHorizontalSpacing(10);
    head->setVerticalSpacing(2);
    head->addWidget(m_icon, 0, 0, 2, 1, Qt::AlignTop);
    head->addWidget(m_title, 0, 1);
    head->addLayout(words, 1, 1);
    head->setColumnStretch(1, 1);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addWidget(m_tabs);
    layout->addWidget(m_fault);
    layout->addWidget(m_boot);
    layout->addWidget(m_sections);
    layout->addStretch();
    m_page = layout;

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_empty);
    m_empty->showSentence(tr("Select a node, a cable, a pod or a flow."));
}

void InspectorPanel::setFoot(QWidget* foot) {
    layout()->addWidget(foot);
}

void InspectorPanel::setForm(QWidget* form) {
    m_form = new QWidget(m_sections->parentWidget());
    auto* layout = new QVBoxLayout(m_form);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(form);
    m_page->insertWidget(m_page->indexOf(m_sections), m_form);
    m_tabs->show();
    showPage();
}

void InspectorPanel::showForm(bool inFront) {
    m_tabs->setCurrentIndex(inFront ? 1 : 0);
}

void InspectorPanel::showPage() {
    const bool isForm = m_form != nullptr && (m_tabs->currentIndex() == 1 || m_content.sections.empty());
    m_tabs->setVisible(m_form != nullptr && !m_content.sections.empty());
    m_fault->setVisible(!isForm && !m_content.fault.isEmpty());
    m_boot->setVisible(!isForm && !m_content.boot.empty());
    m_sections->setVisible(!isForm);
    if (m_form != nullptr) {
        m_form->setVisible(isForm);
    }
}

bool InspectorPanel::hasSameShape(const InspectorContent& a, const InspectorContent& b) {
    if (a.sections.size() != b.sections.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.sections.size(); ++i) {
        if (a.sections[i].title != b.sections[i].title || a.sections[i].rows.size() != b.sections[i].rows.size() ||
            a.sections[i].log.isEmpty() != b.sections[i].log.isEmpty()) {
            return false;
        }
    }
    return true;
}

void InspectorPanel::show(const InspectorContent& content) {
    if (content == m_content) {
        return;
    }
    const bool sameShape = hasSameShape(content, m_content);
    m_content = content;
    if (m_content.isEmpty()) {
        m_empty->showSentence(tr("Select a node, a cable, a pod or a flow."));
        return;
    }
    if (!sameShape) {
        rebuildSections();
    }
    fill();
    m_empty->showView();
}

void InspectorPanel::refreshTheme() {
    if (!m_content.isEmpty()) {
        rebuildSections();
        fill();
    }
}

void InspectorPanel::rebuildSections() {
    m_rows.clear();
    m_notes.clear();
    m_logs.clear();
    while (QLayoutItem* item = m_sectionsLayout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const auto& section : m_content.sections) {
        addSection(section);
    }
}

void InspectorPanel::addSection(const InspectorSection& section) {
    auto* box = new QWidget(m_sections);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    auto* title = plainLabel(box, m_theme.font(FontRole::Word));
    title->setText(section.title.toUpper());
    title->setProperty("role", QStringLiteral("muted"));
    auto* note = plainLabel(box, m_theme.font(FontRole::Caption));
    note->setProperty("role", QStringLiteral("muted"));
    auto* heading = new QHBoxLayout; // Not in the grid's columns: a long note would push the rows apart.
    heading->addWidget(title, 1);
    heading->addWidget(note);
    grid->addLayout(heading, 0, 0, 1, 4);
    m_notes.push_back(note);
    auto* line = new QFrame(box);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    grid->addWidget(line, 1, 0, 1, 4);
    int at = 2;
    for (const auto& row : section.rows) {
        const RowWidgets widgets{plainLabel(box, m_theme.font(FontRole::Second)), new QLabel(box),
                                 plainLabel(box, m_theme.font(row.mono ? FontRole::MonoCard : FontRole::Second)),
                                 plainLabel(box, m_theme.font(FontRole::Second)), plainLabel(box, m_theme.font(FontRole::Second))};
        widgets.label->setProperty("role", QStringLiteral("muted"));
        widgets.label->setMinimumWidth(m_theme.scaled(kLabelWidth));
        widgets.note->setProperty("role", QStringLiteral("muted"));
        widgets.below->setProperty("role", QStringLiteral("muted"));
        widgets.below->setWordWrap(true);
        widgets.text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        widgets.text->setWordWrap(true);
        grid->addWidget(widgets.label, at, 0, Qt::AlignTop);
        grid->addWidget(widgets.glyph, at, 1, Qt::AlignTop);
        grid->addWidget(widgets.text, at, 2);
        grid->addWidget(widgets.note, at, 3, Qt::AlignRight | Qt::AlignTop);
        grid->addWidget(widgets.below, at + 1, 2, 1, 2);
        m_rows.push_back(widgets);
        at += 2;
    }
    grid->setColumnStretch(2, 1);
    if (!section.log.isEmpty()) {
        auto* log = plainLabel(box, m_theme.font(FontRole::Mono));
        log->setTextInteractionFlags(Qt::TextSelectableByMouse);
        log->setWordWrap(true);
        log->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // A long word must not widen the dock.
        grid->addWidget(log, at, 0, 1, 4);
        m_logs.push_back(log);
    }
    m_sectionsLayout->addWidget(box);
}

void InspectorPanel::fillRow(const RowWidgets& widgets, const InspectorRow& row) {
    widgets.label->setText(row.label);
    widgets.glyph->setVisible(row.glyph != Glyph::None);
    if (row.glyph != Glyph::None) {
        widgets.glyph->setPixmap(glyphIcon(row.glyph, m_theme).pixmap(16, 16));
    }
    widgets.text->setText(row.text);
    const auto widthOf = [](const QLabel* label, const QString& text) { return label->fontMetrics().horizontalAdvance(text); };
    const int words = std::max(widthOf(widgets.label, row.label), m_theme.scaled(kLabelWidth)) + widthOf(widgets.text, row.text) +
                      widthOf(widgets.note, row.note);
    const bool isBelow = row.mono && !row.note.isEmpty() && words > m_theme.scaled(kRowWidth);
    widgets.note->setText(isBelow ? QString() : row.note);
    widgets.below->setText(isBelow ? row.note : QString());
    widgets.below->setVisible(isBelow);
}

void InspectorPanel::fill() {
    m_icon->setPixmap(icon(m_content.icon, m_theme).pixmap(24, 24));
    m_title->setText(m_content.title);
    m_glyph->setPixmap(glyphIcon(m_content.state.glyph, m_theme).pixmap(16, 16));
    m_word->setText(m_content.state.text);
    setLabelRole(m_word, labelRole(m_content.state.glyph));
    m_second->setText(m_content.second);
    m_fault->setFault(m_content.fault);
    m_boot->setSteps(m_content.boot);
    showPage();
    std::size_t row = 0;
    std::size_t log = 0;
    for (std::size_t i = 0; i < m_content.sections.size(); ++i) {
        m_notes[i]->setText(m_content.sections[i].note);
        for (const auto& line : m_content.sections[i].rows) {
            fillRow(m_rows[row++], line);
        }
        if (!m_content.sections[i].log.isEmpty()) {
            m_logs[log++]->setText(m_content.sections[i].log);
        }
    }
}

} // namespace podleaf::ui
