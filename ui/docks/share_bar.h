// SPDX-License-Identifier: GPL-3.0-or-later
// ShareBar: how much of something is used, as a bar in a trough. GUI thread.
#pragma once

#include <ui/theme/theme.h>

#include <QWidget>

namespace podleaf::ui {

class ShareBar final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the bar.
    explicit ShareBar(const Theme& theme, QWidget* parent = nullptr);

    /// Between 0 and 1; what is beyond is drawn as the nearer one.
    void setShare(double share);
    [[nodiscard]] double share() const { return m_share; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    double m_share = 0;
};

} // namespace podleaf::ui
