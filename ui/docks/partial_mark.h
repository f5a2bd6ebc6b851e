// SPDX-License-Identifier: GPL-3.0-or-later
// PartialMark: one line below a view built on observations of which some were lost: "Partial: 37 events were lost since
// 14:02:31." GUI thread.
#pragma once

#include <ui/models/loss_watch.h>
#include <ui/theme/theme.h>

#include <QWidget>

class QLabel;

namespace podleaf::ui {

class ElidedLabel;

class PartialMark final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the mark. Hidden from the start.
    explicit PartialMark(const Theme& theme, QWidget* parent = nullptr);

    /// Hidden while nothing is lost that was not acknowledged.
    void show(const LossWatch& losses);
    void refreshTheme();
    [[nodiscard]] QString sentence() const;
    using QWidget::show;

private:
    const Theme& m_theme;
    QLabel* m_glyph;
    ElidedLabel* m_words;
};

} // namespace podleaf::ui
