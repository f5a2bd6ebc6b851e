// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorForm: the settings of what is selected, to be changed in place. What is refused stays typed with the validator's
// words below it, and changes nothing. GUI thread.
#pragma once

#include "form_fields.h"

#include <ui/theme/theme.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QWidget>

#include <functional>

class QGridLayout;

namespace podleaf::ui {

class InspectorForm final : public QWidget {
    Q_OBJECT

public:
    /// Carries a change out, or says why not.
    using Apply = std::function<Result<>(FieldKey key, const QString& text)>;
    /// `theme` must outlive it. Hidden while there is nothing to set.
    InspectorForm(const Theme& theme, Apply apply, QWidget* parent = nullptr);

    /// `parts`: what the form is of; when they are others, what was typed is forgotten.
    void show(const Form& form, const std::vector<Selection>& parts);
    using QWidget::show;

    [[nodiscard]] QLineEdit* edit(FieldKey key) const;
    [[nodiscard]] QComboBox* box(FieldKey key) const;
    /// What is said below a field; empty while it is right.
    [[nodiscard]] QString fault(FieldKey key) const;
    [[nodiscard]] const Form& form() const { return m_form; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Row {
        FormField field;
        QLineEdit* edit = nullptr;
        QComboBox* box = nullptr;
        QLabel* fault = nullptr;
    };
    void rebuild();
    void addRow(const FormField& field, QGridLayout* grid);
    static void fill(Row& row, const FormField& field);
    void take(FieldKey key, const QString& text);
    [[nodiscard]] const Row* find(FieldKey key) const;

    const Theme& m_theme;
    Apply m_apply;
    Form m_form;
    std::vector<Selection> m_parts;
    QWidget* m_body = nullptr;
    std::vector<Row> m_rows;
};

} // namespace podleaf::ui
