// SPDX-License-Identifier: GPL-3.0-or-later
// ElidedLabel: one line of plain text that gives way where there is no room; its tool tip then is the whole. GUI thread.
#pragma once

#include <QLabel>

namespace podleaf::ui {

class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    /// Names elide in the middle, sentences at the end (design §2). A tool tip that is set is shown in any case.
    explicit ElidedLabel(Qt::TextElideMode mode, QWidget* parent = nullptr);

    /// No width at all.
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    /// As much of the text as there is room for.
    [[nodiscard]] QString shown() const;

    Qt::TextElideMode m_mode;
};

/// A tool tip that shows `text` as it is, whatever marks are in it.
QString plainToolTip(const QString& text);

} // namespace podleaf::ui
