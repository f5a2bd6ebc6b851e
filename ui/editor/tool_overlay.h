// SPDX-License-Identifier: GPL-3.0-or-later
// ToolOverlay: what a tool shows over the canvas while it is used: a rubber band, a cable that is being drawn, the outline
// of what would be placed. Lets every event through. GUI thread.
#pragma once

#include <ui/canvas/lab_view.h>
#include <ui/theme/theme.h>

#include <QWidget>

#include <optional>

namespace podleaf::ui {

class ToolOverlay final : public QWidget {
    Q_OBJECT

public:
    struct Content {
        std::optional<QRect> band;
        std::optional<QLine> cable;
        Selection cableTarget;     ///< What the cable would end at, or what is held would come to.
        std::optional<QRect> card; ///< Of a node that would be placed.
        QString words;             ///< At the pointer.
        QPoint wordsAt;
    };
    /// Lies over the canvas' viewport. `theme` must outlive it.
    ToolOverlay(const Theme& theme, LabView& canvas);

    void show(Content content);
    [[nodiscard]] const Content& content() const { return m_content; }
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    LabView& m_canvas;
    Content m_content;
};

} // namespace podleaf::ui
