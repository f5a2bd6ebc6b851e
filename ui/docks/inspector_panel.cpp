// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorPanel: see the header.
#include "inspector_panel.h"

#include "boot_bar.h"
#include "elided_label.h"
#include "empty_state.h"
#include "fault_box.h"
#include "inspector_section.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QStyle>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {

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

} // namespace

InspectorPanel::InspectorPanel(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // All that is in it gives way.
    m_empty = new EmptyState(area, this);
    auto* page = new QWidget(area);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    area->setWidget(page);

    m_icon = new QLabel(page);
    m_title = new ElidedLabel(Qt::ElideMiddle, page);
    m_title->setFont(theme.font(FontRole::Title));
    m_glyph = new QLabel(page);
    m_word = new ElidedLabel(Qt::ElideRight, page);
    m_word->setFont(theme.font(FontRole::Second));
    m_second = new QLabel(page);
    m_second->setTextFormat(Qt::PlainText);
    m_second->setFont(theme.font(FontRole::Second));
    m_second->setProperty("role", QStringLiteral("muted"));
    m_second->setWordWrap(true);
    m_second->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // Many names must not widen the dock.
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
    return std::ranges::equal(a.sections, b.sections, &InspectorSectionView::hasSameShape);
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
    m_views.clear();
    while (QLayoutItem* item = m_sectionsLayout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const auto& section : m_content.sections) {
        m_views.push_back(new InspectorSectionView(section, m_theme, m_sections));
        m_sectionsLayout->addWidget(m_views.back());
    }
}

void InspectorPanel::fill() {
    m_icon->setPixmap(icon(m_content.icon, m_theme).pixmap(m_theme.scaled(24), m_theme.scaled(24)));
    m_title->setText(m_content.title);
    m_glyph->setPixmap(glyphIcon(m_content.state.glyph, m_theme).pixmap(m_theme.scaled(16), m_theme.scaled(16)));
    m_word->setText(m_content.state.text);
    setLabelRole(m_word, labelRole(m_content.state.glyph));
    m_second->setText(m_content.second);
    m_fault->setFault(m_content.fault);
    m_boot->setSteps(m_content.boot);
    showPage();
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        m_views[i]->show(m_content.sections[i]);
    }
}

} // namespace podleaf::ui
