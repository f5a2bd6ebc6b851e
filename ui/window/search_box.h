// SPDX-License-Identifier: GPL-3.0-or-later
// SearchBox: the field of the toolbar that finds things on the canvas, and the list of answers below it. It shows
// and emits. GUI thread.
#pragma once

#include <ui/canvas/search_index.h>
#include <ui/theme/theme.h>

#include <QLineEdit>

#include <functional>
#include <vector>

class QListWidget;

namespace podleaf::ui {

class SearchBox final : public QLineEdit {
    Q_OBJECT
public:
    using Source = std::function<std::vector<SearchHit>(const QString& text)>;

    /// `theme` must outlive the box.
    explicit SearchBox(const Theme& theme, QWidget* parent = nullptr);
    void setSource(Source source) { m_source = std::move(source); }
    void refreshTheme();
    /// The answers below the field; hidden while there is no text.
    [[nodiscard]] QListWidget* list() const { return m_list; }
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// What stands out now: all answers, or nothing when the search has ended.
    void answered(const podleaf::ui::Lit& lit);
    /// Enter, or a click on an answer.
    void chosen(const podleaf::ui::SearchHit& hit);
    /// Esc: the field is empty again and does not want the keyboard any more.
    void left();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void search();
    void showList();
    void choose(int row);

    const Theme& m_theme;
    Source m_source;
    std::vector<SearchHit> m_hits;
    QListWidget* m_list; ///< A child of the window, over everything.
};

} // namespace podleaf::ui
