// SPDX-License-Identifier: GPL-3.0-or-later
// HelpView: docs/help.md in a window beside the window, at the section of the part that has the focus. GUI thread.
#pragma once

#include <QDialog>
#include <QTextBrowser>

namespace podleaf::ui {

class HelpView final : public QDialog {
    Q_OBJECT

public:
    /// Shows a window's help, the same one each time, at the part that has its focus.
    static void showFor(QWidget& window);
    /// The section of a part: the title of the dock that it is in, else the canvas or the start page.
    static QString sectionOf(const QWidget* part);

    /// Goes to a heading; to the top when there is none of that name.
    void goTo(const QString& section);
    /// The headings, in their order.
    [[nodiscard]] QStringList sections() const;
    /// The heading that was gone to last; empty at the top.
    [[nodiscard]] QString section() const { return m_section; }

private:
    explicit HelpView(QWidget* window);

    QTextBrowser* m_text;
    QString m_section;
};

} // namespace podleaf::ui
