// SPDX-License-Identifier: GPL-3.0-or-later
// RoutesPanel: the Routes dock: the kernels' routes of all nodes, or what changed in them between two instants, A and
// B (now, until B is marked). GUI thread.
#pragma once

#include <core/model/lab.h>
#include <core/state/state_store.h>
#include <ui/theme/theme.h>

#include <QWidget>

class QPushButton;
class QStackedWidget;

namespace podleaf::ui {

class RouteDifference;
class TablePanel;

class RoutesPanel final : public QWidget {
    Q_OBJECT

public:
    /// `all` shows every route; the panel takes it. `theme` must outlive the panel.
    RoutesPanel(TablePanel* all, const Theme& theme, QWidget* parent = nullptr);

    /// Whose routes they are; before the first snapshot of it.
    void setLab(const model::Lab& lab);
    /// The newest snapshot that is shown; null for none, which forgets the marks.
    void setNow(const state::Snapshot& now);
    [[nodiscard]] bool showsDifference() const;
    [[nodiscard]] RouteDifference& difference() { return *m_difference; }

private:
    void markA();
    void markB();
    void showAll();
    void refresh();

    RouteDifference* m_difference;
    TablePanel* m_everything;
    TablePanel* m_changes;
    QStackedWidget* m_pages;
    QWidget* m_marks; ///< The next three.
    QPushButton* m_markA;
    QPushButton* m_markB;
    QPushButton* m_all;
    model::Lab m_lab;
    state::Snapshot m_now;
    state::Snapshot m_a;
    state::Snapshot m_b;
};

} // namespace podleaf::ui
