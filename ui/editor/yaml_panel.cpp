// SPDX-License-Identifier: GPL-3.0-or-later
// YamlPanel: see the header.
#include "yaml_panel.h"

#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kLine = Qt::UserRole;
constexpr int kColumn = Qt::UserRole + 1;
/// The list grows to this many rows before it scrolls.
constexpr int kMostRows = 5;
} // namespace

YamlPanel::YamlPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_note(new QLabel(this)), m_edit(new YamlEdit(theme, this)), m_list(new QListWidget(this)) {
    m_note->setWordWrap(true);
    m_note->setContentsMargins(10, 6, 10, 6);
    m_note->setProperty("role", QStringLiteral("muted"));
    m_note->hide();
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setIconSize({16, 16});
    m_list->setAccessibleName(tr("What is wrong with the lab file"));
    m_list->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_note);
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_list);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFocusProxy(m_edit);
    connect(m_edit, &YamlEdit::typed, this, &YamlPanel::onTyped);
    const auto goToRow = [this](const QListWidgetItem* item) { goTo(item->data(kLine).toInt(), item->data(kColumn).toInt()); };
    connect(m_list, &QListWidget::itemClicked, this, goToRow);
    connect(m_list, &QListWidget::itemActivated, this, goToRow);
}

void YamlPanel::setDocument(LabDocument* document) {
    if (m_document != nullptr) {
        m_document->disconnect(this);
    }
    m_document = document;
    if (m_document != nullptr) {
        connect(m_document, &LabDocument::textChanged, this, &YamlPanel::follow);
        connect(m_document, &LabDocument::parsed, this, &YamlPanel::showFindings);
    }
    follow();
    showFindings();
}

void YamlPanel::follow() {
    m_form = m_document == nullptr ? std::nullopt : TextForm::of(m_document->text());
    m_edit->setLines(m_form ? m_form->toLines(m_document->text())
                            : QString::fromUtf8(m_document == nullptr ? QByteArray() : m_document->text()));
    if (m_edit->isReadOnly() != !m_form) {
        m_edit->setReadOnly(!m_form);
    }
    m_note->setText(tr("This file mixes line ends or holds bytes that are no text. It is shown only, so that none of them is lost."));
    m_note->setVisible(m_document != nullptr && !m_form);
}

void YamlPanel::onTyped() {
    if (m_form && m_document != nullptr) {
        m_document->setText(m_form->toBytes(m_edit->lines()), tr("Typing"), TextChange::Kind::Typing);
    }
}

void YamlPanel::showFindings() {
    const model::Findings findings = m_document == nullptr ? model::Findings() : m_document->findings();
    m_edit->setFindings(findings);
    if (findings != m_listed) { // Else the row that someone is about to click stays.
        fillList(findings);
    }
}

void YamlPanel::fillList(const model::Findings& findings) {
    m_listed = findings;
    m_list->clear();
    for (const model::Finding& finding : findings) {
        const QString text = tr("Line %1: %2").arg(finding.line).arg(finding.message);
        auto* item = new QListWidgetItem(glyphIcon(finding.severity == model::Severity::Error ? Glyph::Bad : Glyph::Warn, m_theme),
                                         finding.hint.isEmpty() ? text : text + QLatin1Char('\n') + finding.hint, m_list);
        item->setData(kLine, finding.line);
        item->setData(kColumn, finding.column);
        item->setToolTip(item->text());
    }
    m_list->setVisible(!findings.empty());
    const auto rows = std::min<int>(kMostRows, m_list->count());
    m_list->setFixedHeight(rows * (2 * m_list->fontMetrics().height() + 8));
}

void YamlPanel::refreshTheme() {
    m_edit->refreshTheme();
    fillList(m_listed);
}

} // namespace podleaf::ui
