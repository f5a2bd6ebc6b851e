// SPDX-License-Identifier: GPL-3.0-or-later
// PlanPanel: the plan that runs or ran last: headings and steps, a bar, Stop, and each fault below its
// step. GUI thread.
#pragma once

#include "empty_state.h"

#include <core/base/result.h>
#include <ui/models/plan_tree.h>
#include <ui/theme/theme.h>

#include <QElapsedTimer>
#include <QLabel>
#include <QPersistentModelIndex>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QTreeView>
#include <QWidget>

#include <memory>

namespace podleaf::ui {

class ElidedLabel;
class FaultBox;

class PlanPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit PlanPanel(const Theme& theme, QWidget* parent = nullptr);

    /// Something begins whose plan is not made yet.
    void begin(const QString& title);
    /// A plan that is only looked at, or one that runs now.
    void showPlan(const std::shared_ptr<const plan::Plan>& plan, bool runs);
    void setStatus(plan::StepIndex step, const plan::StepStatus& status);
    /// The run is over. `error` is set where there is no plan to show it in.
    void end(const std::optional<plan::PlanResult>& result, const std::optional<Error>& error);
    /// One short sentence about what goes on.
    void say(const QString& sentence);
    void clear();

    [[nodiscard]] PlanTree& tree() { return *m_tree; }
    [[nodiscard]] QString headline() const { return m_figures->text(); }
    /// What runs now: "Start bgpd, leaf1 +2"; empty when nothing does.
    [[nodiscard]] QString runningStep() const;
    /// The plan's outcome as a glyph, for the dock's tab.
    [[nodiscard]] Glyph glyph() const { return m_glyph; }

Q_SIGNALS:
    void stopRequested();
    void resumeRequested();
    void applyRequested(); ///< *Up* beside a plan that was only shown.
    void glyphChanged();

private:
    void setRunning(bool runs);
    void refreshHead();
    void connectScrolling();
    void showRunning();
    [[nodiscard]] bool isInView(const QModelIndex& row) const;
    void applyUnfolded(const QModelIndex& index);
    void showFault(plan::StepIndex step);
    [[nodiscard]] QString reportOf(plan::StepIndex step) const;
    void setGlyph(Glyph glyph);

    const Theme& m_theme;
    PlanTree* m_tree;
    QLabel* m_title;
    ElidedLabel* m_now; ///< The step that runs.
    QProgressBar* m_bar;
    QLabel* m_figures;
    QPushButton* m_stop;
    QPushButton* m_apply;
    QWidget* m_head;
    FaultBox* m_fault;
    QTreeView* m_view;
    EmptyState* m_empty;
    QTimer m_tick;
    QElapsedTimer m_since;
    qint64 m_tookMs = 0;
    bool m_runs = false;
    bool m_follows = true;              ///< The tree shows what runs; not where the user has gone elsewhere in it.
    QPersistentModelIndex m_runningRow; ///< Of the first step that ran at the last look.
    bool m_isStopped = false;           ///< By the user, before its end.
    Glyph m_glyph = Glyph::None;
};

} // namespace podleaf::ui
