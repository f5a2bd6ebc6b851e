// SPDX-License-Identifier: GPL-3.0-or-later
// EmptyState: a view, or in its place one sentence with one action, as long as there is nothing to show.
// GUI thread.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>

namespace podleaf::ui {

class EmptyState final : public QStackedWidget {
    Q_OBJECT

public:
    /// Takes `view` as its child and shows it.
    explicit EmptyState(QWidget* view, QWidget* parent = nullptr);

    void showView() { setCurrentIndex(0); }
    /// `action` empty: no button.
    void showSentence(const QString& sentence, const QString& action = {});
    [[nodiscard]] QString sentence() const { return currentIndex() == 1 ? m_label->text() : QString(); }

Q_SIGNALS:
    void actionClicked();

private:
    QLabel* m_label;
    QPushButton* m_button;
};

} // namespace podleaf::ui
