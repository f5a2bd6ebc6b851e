// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorForm: see the header.
#include "inspector_form.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kLabelWidth = 84;
}

InspectorForm::InspectorForm(const Theme& theme, Apply apply, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_apply(std::move(apply)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    hide();
}

void InspectorForm::show(const Form& form, const std::vector<Selection>& parts) {
    const bool isSameShape = parts == m_parts && std::ranges::equal(form.fields, m_form.fields, {}, &FormField::key, &FormField::key);
    m_parts = parts;
    m_form = form;
    setVisible(!form.fields.empty());
    if (!isSameShape) {
        return rebuild();
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].field != form.fields[i]) {
            fill(m_rows[i], form.fields[i]);
        }
    }
}

void InspectorForm::rebuild() {
    m_rows.clear();
    if (m_body != nullptr) {
        m_body->hide();
        m_body->deleteLater(); // One of its fields may be where we come from.
    }
    m_body = new QWidget(this);
    layout()->addWidget(m_body);
    auto* grid = new QGridLayout(m_body);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    auto* title = new QLabel(m_form.title.toUpper(), m_body);
    title->setTextFormat(Qt::PlainText);
    title->setFont(m_theme.font(FontRole::Word));
    title->setProperty("role", QStringLiteral("muted"));
    grid->addWidget(title, 0, 0, 1, 2);
    auto* line = new QFrame(m_body);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    grid->addWidget(line, 1, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    for (const FormField& field : m_form.fields) {
        addRow(field, grid);
    }
    m_body->show();
}

void InspectorForm::addRow(const FormField& field, QGridLayout* grid) {
    const int at = 2 + 2 * static_cast<int>(m_rows.size());
    auto* label = new QLabel(field.label, m_body);
    label->setFont(m_theme.font(FontRole::Second));
    label->setProperty("role", QStringLiteral("muted"));
    label->setMinimumWidth(kLabelWidth);
    grid->addWidget(label, at, 0);
    Row row;
    QWidget* input = nullptr;
    if (field.choices.isEmpty()) {
        row.edit = new QLineEdit(m_body);
        row.edit->setFont(m_theme.font(field.isMono ? FontRole::MonoCard : FontRole::Second));
        row.edit->setReadOnly(field.isFixed);
        row.edit->setFrame(!field.isFixed);
        row.edit->installEventFilter(this);
        connect(row.edit, &QLineEdit::editingFinished, this, [this, key = field.key, edit = row.edit] {
            if (edit->isModified()) {
                take(key, edit->text().trimmed());
            }
        });
        input = row.edit;
    } else {
        row.box = new QComboBox(m_body);
        row.box->addItems(field.choices);
        connect(row.box, &QComboBox::textActivated, this,
                [this, key = field.key, back = field.hasDefault ? field.choices.front() : QString()](const QString& text) {
                    take(key, text == back ? QString() : text);
                });
        input = row.box;
    }
    input->setToolTip(field.hint);
    input->setAccessibleName(field.label);
    label->setBuddy(input);
    grid->addWidget(input, at, 1);
    row.fault = new QLabel(m_body);
    row.fault->setTextFormat(Qt::PlainText);
    row.fault->setWordWrap(true);
    row.fault->setProperty("role", QStringLiteral("bad"));
    row.fault->hide();
    grid->addWidget(row.fault, at + 1, 1);
    fill(row, field);
    m_rows.push_back(row);
}

void InspectorForm::fill(Row& row, const FormField& field) {
    row.field = field;
    row.fault->hide();
    row.fault->clear();
    if (row.edit != nullptr) {
        row.edit->setText(field.value.value_or(QString()));
        row.edit->setPlaceholderText(field.value ? tr("chosen by the lab file") : tr("differs"));
        row.edit->setModified(false);
    } else {
        row.box->setPlaceholderText(tr("differs"));
        row.box->setCurrentIndex(field.value ? row.box->findText(*field.value) : -1);
    }
}

void InspectorForm::take(FieldKey key, const QString& text) {
    const auto row = std::ranges::find(m_rows, key, [](const Row& each) { return each.field.key; });
    if (row == m_rows.end()) {
        return;
    }
    if (row->edit != nullptr) {
        row->edit->setModified(false);
    }
    if (row->field.value == text) {
        return fill(*row, row->field);
    }
    auto done = m_apply(key, text);
    const auto after = std::ranges::find(m_rows, key, [](const Row& each) { return each.field.key; }); // A new name makes a new form.
    if (after == m_rows.end()) {
        return;
    }
    after->fault->setText(done ? QString() : done.error().message);
    after->fault->setVisible(!done);
    if (!done && after->edit != nullptr) {
        after->edit->setModified(true); // Asked again when it is left again.
    }
}

bool InspectorForm::eventFilter(QObject* watched, QEvent* event) {
    const bool isKey = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (isKey && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        const auto row = std::ranges::find(m_rows, watched, [](const Row& each) -> QObject* { return each.edit; });
        if (row != m_rows.end() && (row->edit->isModified() || !row->fault->text().isEmpty())) {
            if (event->type() == QEvent::KeyPress) {
                fill(*row, row->field);
            }
            event->accept(); // Not the window's: that would deselect.
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

const InspectorForm::Row* InspectorForm::find(FieldKey key) const {
    const auto row = std::ranges::find(m_rows, key, [](const Row& each) { return each.field.key; });
    return row == m_rows.end() ? nullptr : &*row;
}

QLineEdit* InspectorForm::edit(FieldKey key) const {
    const Row* row = find(key);
    return row == nullptr ? nullptr : row->edit;
}

QComboBox* InspectorForm::box(FieldKey key) const {
    const Row* row = find(key);
    return row == nullptr ? nullptr : row->box;
}

QString InspectorForm::fault(FieldKey key) const {
    const Row* row = find(key);
    return row == nullptr ? QString() : row->fault->text();
}

} // namespace podleaf::ui
