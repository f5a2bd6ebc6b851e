// SPDX-License-Identifier: GPL-3.0-or-later
// FaultBox: a fault where it happened: what failed, why, what to check, one or two actions; a tinted ground
// with a 4 px bar at the left. GUI thread.
#pragma once

#include <core/base/result.h>
#include <ui/theme/theme.h>

#include <QLabel>
#include <QPushButton>
#include <QWidget>

class QHBoxLayout;

namespace podleaf::ui {

class FaultBox final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the box.
    explicit FaultBox(const Theme& theme, QWidget* parent = nullptr);

    /// Plain text only. Of the error's detail the first line is shown, the whole is kept for *Show output*.
    void setFault(const Error& error);
    void setFault(const QString& sentence, const QString& hint = {}, const QString& detail = {});
    [[nodiscard]] QString sentence() const { return m_sentence->text(); }
    /// One more button, before *Show output*.
    QPushButton* addAction(const QString& text);

    /// As high as the sentences are at the width that it has.
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// It needs another height than it has; who is no layout must see to it.
    void heightWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showOutput(bool shown);

    const Theme& m_theme;
    QLabel* m_sentence;
    QLabel* m_reason; ///< The first line of the detail, while that is not shown.
    QLabel* m_hint;
    QLabel* m_detail;
    QPushButton* m_showOutput;
    QHBoxLayout* m_buttons;
};

} // namespace podleaf::ui
