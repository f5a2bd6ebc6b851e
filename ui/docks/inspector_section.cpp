// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorSectionView: see the header.
#include "inspector_section.h"

#include "elided_label.h"
#include "share_bar.h"

#include <ui/theme/glyphs.h>

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

constexpr int kLabelWidth = 84;
constexpr int kGap = 6;
constexpr int kGlyph = 16;
constexpr int kFirstLine = 2; ///< Below the heading and its line.
constexpr int kLinesOfRow = 3;

int widthOf(const QLabel& label) {
    return label.text().isEmpty() ? 0 : label.fontMetrics().horizontalAdvance(label.text());
}

/// What cannot be broken.
int widestWord(const QLabel& label) {
    int widest = 0;
    const QString text = label.text();
    for (const QString& word : text.split(QLatin1Char(' '))) {
        widest = std::max(widest, label.fontMetrics().horizontalAdvance(word));
    }
    return widest;
}

QLabel* plainLabel(QWidget* parent, const QFont& font) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(font);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // A long word must not widen the dock.
    return label;
}

} // namespace

InspectorSectionView::InspectorSectionView(const InspectorSection& section, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 4, 0, 0);
    m_grid->setHorizontalSpacing(kGap);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
    addHeading(section.title);
    for (const InspectorRow& row : section.rows) {
        addRow(row);
    }
    if (!section.log.isEmpty()) {
        m_log = plainLabel(this, m_theme.font(FontRole::Mono));
        m_log->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_grid->addWidget(m_log, kFirstLine + kLinesOfRow * static_cast<int>(m_rows.size()), 0, 1, 3);
    }
    show(section);
}

bool InspectorSectionView::hasSameShape(const InspectorSection& a, const InspectorSection& b) {
    const auto shapeOf = [](const InspectorRow& row) { return std::pair(row.mono, row.share.has_value()); };
    return a.title == b.title && a.log.isEmpty() == b.log.isEmpty() && std::ranges::equal(a.rows, b.rows, {}, shapeOf, shapeOf);
}

QSize InspectorSectionView::minimumSizeHint() const {
    return {0, QWidget::minimumSizeHint().height()};
}

void InspectorSectionView::addHeading(const QString& title) {
    auto* words = new ElidedLabel(Qt::ElideRight, this);
    words->setFont(m_theme.font(FontRole::Word));
    words->setText(title.toUpper());
    m_note = new ElidedLabel(Qt::ElideRight, this);
    m_note->setFont(m_theme.font(FontRole::Caption));
    for (ElidedLabel* label : {words, m_note}) {
        label->setProperty("role", QStringLiteral("muted"));
    }
    auto* heading = new QHBoxLayout; // Not in the grid's columns: a long note would push the rows apart.
    heading->addWidget(words, 1);
    heading->addWidget(m_note);
    m_grid->addLayout(heading, 0, 0, 1, 3);
    auto* line = new QFrame(this);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    m_grid->addWidget(line, 1, 0, 1, 3);
}

void InspectorSectionView::addRow(const InspectorRow& content) {
    auto* value = new QWidget(this);
    const Row row{new ElidedLabel(Qt::ElideMiddle, this),
                  value,
                  new QLabel(value),
                  content.share ? new ShareBar(m_theme, value) : nullptr,
                  plainLabel(value, m_theme.font(content.mono ? FontRole::MonoCard : FontRole::Second)),
                  plainLabel(this, m_theme.font(FontRole::Second)),
                  Form::Beside};
    row.label->setFont(m_theme.font(FontRole::Second));
    row.label->setProperty("role", QStringLiteral("muted"));
    row.note->setProperty("role", QStringLiteral("muted"));
    row.text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* both = new QHBoxLayout(value);
    both->setContentsMargins(0, 0, 0, 0);
    both->setSpacing(kGap);
    both->addWidget(row.glyph, 0, Qt::AlignTop);
    if (row.bar != nullptr) {
        row.text->setAlignment(Qt::AlignRight);
        both->addWidget(row.bar, 2, Qt::AlignVCenter);
    }
    both->addWidget(row.text, 1);
    place(row, kFirstLine + kLinesOfRow * static_cast<int>(m_rows.size()));
    m_rows.push_back(row);
}

void InspectorSectionView::show(const InspectorSection& section) {
    m_section = section;
    m_note->setText(section.note);
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        fill(m_rows[i], section.rows[i]);
    }
    if (m_log != nullptr) {
        m_log->setText(section.log);
    }
    arrange();
}

void InspectorSectionView::fill(const Row& row, const InspectorRow& content) {
    row.label->setText(content.label);
    row.glyph->setVisible(content.glyph != Glyph::None);
    if (content.glyph != Glyph::None) {
        row.glyph->setPixmap(glyphIcon(content.glyph, m_theme).pixmap(m_theme.scaled(kGlyph), m_theme.scaled(kGlyph)));
    }
    row.text->setText(content.text);
    if (row.bar != nullptr) {
        row.bar->setShare(*content.share);
        row.bar->setToolTip(tr("All of the bar: %1").arg(content.shareOf));
    }
    row.note->setText(content.note);
    row.note->setVisible(!content.note.isEmpty());
}

int InspectorSectionView::labelWidth() const {
    int widest = m_theme.scaled(kLabelWidth);
    for (const Row& row : m_rows) {
        widest = std::max(widest, std::min(widthOf(*row.label), width() / 2));
    }
    return widest;
}

InspectorSectionView::Form InspectorSectionView::formOf(const Row& row, const InspectorRow& content, int labelWidth) const {
    const int before = labelWidth + kGap + (content.glyph == Glyph::None ? 0 : m_theme.scaled(kGlyph) + kGap);
    if (before + widestWord(*row.text) > width()) {
        return Form::Stacked;
    }
    // Words may be broken for a note beside them, an address may not.
    const int text = content.mono ? widthOf(*row.text) : widestWord(*row.text);
    return content.note.isEmpty() || before + text + kGap + widthOf(*row.note) <= width() ? Form::Beside : Form::NoteBelow;
}

void InspectorSectionView::arrange() {
    const int labels = labelWidth();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        Row& row = m_rows[i];
        const Form form = formOf(row, m_section.rows[i], labels);
        row.label->setMinimumWidth(form == Form::Stacked ? 0 : labels);
        row.text->setToolTip(widestWord(*row.text) > width() ? plainToolTip(row.text->text()) : QString());
        if (form != row.form) {
            row.form = form;
            place(row, kFirstLine + kLinesOfRow * static_cast<int>(i));
        }
    }
}

void InspectorSectionView::place(const Row& row, int line) {
    for (QWidget* part : {static_cast<QWidget*>(row.label), row.value, static_cast<QWidget*>(row.note)}) {
        m_grid->removeWidget(part);
    }
    row.note->setWordWrap(row.form != Form::Beside);
    row.note->setSizePolicy(row.form == Form::Beside ? QSizePolicy::Fixed : QSizePolicy::Ignored, QSizePolicy::Preferred);
    switch (row.form) {
    case Form::Beside:
        m_grid->addWidget(row.label, line, 0, Qt::AlignTop);
        m_grid->addWidget(row.value, line, 1);
        m_grid->addWidget(row.note, line, 2, Qt::AlignRight | Qt::AlignTop);
        return;
    case Form::NoteBelow:
        m_grid->addWidget(row.label, line, 0, Qt::AlignTop);
        m_grid->addWidget(row.value, line, 1, 1, 2);
        m_grid->addWidget(row.note, line + 1, 1, 1, 2);
        return;
    case Form::Stacked:
        m_grid->addWidget(row.label, line, 0, 1, 3);
        m_grid->addWidget(row.value, line + 1, 0, 1, 3);
        m_grid->addWidget(row.note, line + 2, 0, 1, 3);
        return;
    }
}

void InspectorSectionView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

} // namespace podleaf::ui
