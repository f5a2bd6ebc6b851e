// SPDX-License-Identifier: GPL-3.0-or-later
// BootBar: the boot phases of a node as glyphs on a line. GUI thread.
#pragma once

#include <ui/models/inspector_content.h>
#include <ui/theme/theme.h>

#include <QWidget>

#include <vector>

namespace podleaf::ui {

class BootBar final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the bar.
    explicit BootBar(const Theme& theme, QWidget* parent = nullptr);

    void setSteps(std::vector<BootStep> steps);
    /// Every title whole, on one line.
    [[nodiscard]] QSize sizeHint() const override;
    /// No width at all: titles go to two lines in turn, then are cut; the tool tip has them all.
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int widestTitle() const;
    /// Each second title one line lower, so that all have twice the room.
    [[nodiscard]] bool isStaggered(int width) const;

    const Theme& m_theme;
    std::vector<BootStep> m_steps;
};

} // namespace podleaf::ui
