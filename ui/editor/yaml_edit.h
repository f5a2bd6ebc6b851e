// SPDX-License-Identifier: GPL-3.0-or-later
// YamlEdit: the text of a lab file with line numbers and what is wrong with it: a wavy line, a mark at the edge, a tool
// tip. Has no undo of its own, the document's stack holds all. GUI thread.
#pragma once

#include "yaml_highlighter.h"

#include <core/model/finding.h>
#include <ui/theme/glyphs.h>

#include <QPlainTextEdit>

namespace podleaf::ui {

class YamlEdit final : public QPlainTextEdit {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    explicit YamlEdit(const Theme& theme, QWidget* parent = nullptr);

    /// Lines parted by '\n'; what was typed, as it is.
    [[nodiscard]] QString lines() const;
    /// Changes what differs; the cursor stays at its place in the text.
    void setLines(const QString& lines);
    void setFindings(const model::Findings& findings);
    void goTo(int line, int column);
    void refreshTheme();

    [[nodiscard]] int gutterWidth() const;
    void paintGutter(QPainter& painter, const QRect& area);
    /// What is said of the place, in sentences; empty: nothing.
    [[nodiscard]] QString findingsAt(const QPoint& viewportPos) const;
    /// The middle of a line's mark in the gutter, in the coordinates of this widget.
    [[nodiscard]] QPoint markPos(int line) const;

Q_SIGNALS:
    /// By hand.
    void typed();

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeGutter();
    void underline();
    [[nodiscard]] QString textOf(int line) const;

    const Theme& m_theme;
    QWidget* m_gutter;
    YamlHighlighter* m_highlighter;
    model::Findings m_findings;
    bool m_isFollowing = false; ///< The change is not by hand.
};

} // namespace podleaf::ui
