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
    /// Every title whole.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    std::vector<BootStep> m_steps;
};

} // namespace podleaf::ui
