// SPDX-License-Identifier: GPL-3.0-or-later
// LensButton: one lens of the bar above the canvas: its word and its key, underlined while it is the active
// lens, underlined with dashes while it is stacked on it. GUI thread.
#pragma once

#include <ui/theme/theme.h>

#include <QAbstractButton>

namespace podleaf::ui {

class LensButton final : public QAbstractButton {
    Q_OBJECT

public:
    enum class Use { Off, Active, Stacked };

    /// `key` is the digit that chooses the lens. `theme` must outlive the button.
    LensButton(const QString& text, int key, const Theme& theme, QWidget* parent);

    void setUse(Use use);
    [[nodiscard]] Use use() const { return m_use; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    const QString m_key;
    Use m_use = Use::Off;
};

} // namespace podleaf::ui
