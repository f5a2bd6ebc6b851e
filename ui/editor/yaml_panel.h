// SPDX-License-Identifier: GPL-3.0-or-later
// YamlPanel: the open document's text beside the canvas, both ways, and the list of what is wrong with it. GUI thread.
#pragma once

#include "text_form.h"
#include "yaml_edit.h"

#include <ui/document/lab_document.h>

#include <QLabel>
#include <QListWidget>
#include <QWidget>

namespace podleaf::ui {

class YamlPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    explicit YamlPanel(const Theme& theme, QWidget* parent = nullptr);

    /// Must be told before the document goes; null: none.
    void setDocument(LabDocument* document);
    void goTo(int line, int column) { m_edit->goTo(line, column); }
    [[nodiscard]] YamlEdit& edit() { return *m_edit; }
    [[nodiscard]] QListWidget& list() { return *m_list; }
    void refreshTheme();

private:
    void follow();
    void onTyped();
    void showFindings();
    void fillList(const model::Findings& findings);

    const Theme& m_theme;
    LabDocument* m_document = nullptr;
    std::optional<TextForm> m_form;
    QLabel* m_note;
    YamlEdit* m_edit;
    QListWidget* m_list;
    model::Findings m_listed; ///< What the list holds.
};

} // namespace podleaf::ui
