// SPDX-License-Identifier: GPL-3.0-or-later
// LossMarks: what was lost of the open lab's observations, and the mark "partial" below each dock that is built on them.
// GUI thread.
#pragma once

#include <ui/docks/partial_mark.h>

#include <QObject>

#include <vector>

class QDockWidget;

namespace podleaf::ui {

class LossMarks final : public QObject {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    explicit LossMarks(const Theme& theme, QObject* parent = nullptr);

    /// What the dock shows is built on observations: the mark stands below it.
    void add(QDockWidget& dock);
    /// Another lab is shown, or none.
    void clear();
    /// A snapshot that is shown, and what changed since the last one.
    void update(const state::LabState& lab, const state::Delta& delta);
    /// All marks go, until more is lost.
    void acknowledge();
    void refreshTheme();
    [[nodiscard]] const LossWatch& losses() const { return m_losses; }

Q_SIGNALS:
    void changed();

private:
    void show();

    const Theme& m_theme;
    LossWatch m_losses;
    std::vector<PartialMark*> m_marks;
};

} // namespace podleaf::ui
