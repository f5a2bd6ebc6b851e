// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorSectionView: one section of the inspector: a heading, rows of label and value, raw lines. It takes the width
// that there is: what does not fit beside its label goes below it. GUI thread.
#pragma once

#include <ui/models/inspector_content.h>
#include <ui/theme/theme.h>

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;

namespace podleaf::ui {

class ElidedLabel;
class ShareBar;

class InspectorSectionView final : public QWidget {
    Q_OBJECT

public:
    /// For `section` and all others of the same shape. `theme` must outlive the view.
    InspectorSectionView(const InspectorSection& section, const Theme& theme, QWidget* parent);

    /// Another section of the same shape.
    void show(const InspectorSection& section);
    using QWidget::show;
    [[nodiscard]] static bool hasSameShape(const InspectorSection& a, const InspectorSection& b);
    /// No width at all.
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    enum class Form {
        Beside,    ///< Label, value and note in one line.
        NoteBelow, ///< The note below the value.
        Stacked    ///< The value below the label, and the note below that.
    };
    struct Row {
        ElidedLabel* label;
        QWidget* value; ///< Has the next three.
        QLabel* glyph;
        ShareBar* bar; ///< Null where nothing is a share of something.
        QLabel* text;
        QLabel* note;
        Form form;
    };

    void addHeading(const QString& title);
    void addRow(const InspectorRow& content);
    void fill(const Row& row, const InspectorRow& content);
    /// Gives every row the form that fits.
    void arrange();
    void place(const Row& row, int line);
    [[nodiscard]] Form formOf(const Row& row, const InspectorRow& content, int labelWidth) const;
    /// Of all labels: as wide as the design's or the longest, but half of the whole at most.
    [[nodiscard]] int labelWidth() const;

    const Theme& m_theme;
    InspectorSection m_section;
    QGridLayout* m_grid;
    ElidedLabel* m_note = nullptr;
    std::vector<Row> m_rows;
    QLabel* m_log = nullptr;
};

} // namespace podleaf::ui
