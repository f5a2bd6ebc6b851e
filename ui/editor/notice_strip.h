// SPDX-License-Identifier: GPL-3.0-or-later
// NoticeStrip: one sentence across the canvas with one or two things to do about it; not a fault. GUI thread.
#pragma once

#include <ui/theme/glyphs.h>

#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include <functional>
#include <vector>

class QHBoxLayout;

namespace podleaf::ui {

class NoticeStrip final : public QWidget {
    Q_OBJECT

public:
    struct Choice {
        QString text;
        std::function<void()> act; ///< The strip is hidden before it is called.
    };
    /// `theme` must outlive the strip. Hidden at first.
    explicit NoticeStrip(const Theme& theme, QWidget* parent = nullptr);

    void say(Glyph glyph, const QString& sentence, const std::vector<Choice>& choices);
    /// Empty while it is hidden.
    [[nodiscard]] QString sentence() const { return isVisibleTo(parentWidget()) ? m_words->text() : QString(); }
    /// The button with this text, or nullptr.
    [[nodiscard]] QPushButton* button(const QString& text) const;
    void refreshTheme();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    Glyph m_glyph = Glyph::None;
    QLabel* m_picture;
    QLabel* m_words;
    QHBoxLayout* m_layout;
    std::vector<QPushButton*> m_buttons;
};

} // namespace podleaf::ui
