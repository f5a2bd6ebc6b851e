// SPDX-License-Identifier: GPL-3.0-or-later
// PlanTree: a plan and its progress as a tree: headings, their steps, and below a failed step one row
// for its fault. GUI thread.
#pragma once

#include "cell_roles.h"

#include <core/base/op_context.h>
#include <core/plan/plan.h>

#include <QAbstractItemModel>
#include <QTimer>

#include <array>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <vector>

namespace podleaf::ui {

class PlanTree final : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Title, Where, Took, Left, ColumnCount };
    /// Steady time; tests give their own.
    using Now = std::function<Clock::time_point()>;

    explicit PlanTree(
        QObject* parent = nullptr, Now now = [] { return Clock::now(); });

    void setPlan(std::shared_ptr<const plan::Plan> plan);
    void setStatus(plan::StepIndex step, const plan::StepStatus& status);
    /// The outcome of a run: what was never reported (skipped, cancelled) is taken from it.
    void setResult(const plan::PlanResult& result);
    /// Renews the times of what is running; call a few times a second while a plan runs.
    void tick();

    [[nodiscard]] std::shared_ptr<const plan::Plan> plan() const { return m_plan; }
    [[nodiscard]] int stepsDone() const;
    [[nodiscard]] int stepCount() const { return static_cast<int>(m_status.size()); }
    /// Those that run now, in the plan's order.
    [[nodiscard]] std::vector<plan::StepIndex> running() const;
    /// A step's row.
    [[nodiscard]] QModelIndex indexOf(plan::StepIndex step) const { return stepIndex(step, 0); }
    /// 0 to 1, by the steps' weights.
    [[nodiscard]] double progress() const;
    /// What is left at the pace so far; nothing until two steps are done, and never a guess.
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeLeft() const;
    /// The fault's row below a step, invalid when it has not failed.
    [[nodiscard]] QModelIndex faultIndex(plan::StepIndex step) const;
    /// The step whose fault this row is, or nothing.
    [[nodiscard]] std::optional<plan::StepIndex> faultOf(const QModelIndex& index) const;
    [[nodiscard]] const plan::StepStatus& status(plan::StepIndex step) const { return m_status[step]; }
    /// True for headings with something running or failed below, which are shown unfolded.
    [[nodiscard]] bool wantsUnfolded(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// A heading's wish to be unfolded, or a step's, has changed. Told at once; other changes some times a second.
    void unfoldChanged(const QModelIndex& index);

private:
    /// How many steps are in each state: a plan may have thousands, and each tells of itself twice.
    using Counts = std::array<int, static_cast<std::size_t>(plan::StepState::Skipped) + 1>;
    struct Group {
        QString title;
        QString where; ///< Of all its steps.
        std::vector<plan::StepIndex> steps;
        Counts counts{};
        std::optional<Clock::time_point> began;
        std::optional<Clock::time_point> finished;
    };
    struct Place { ///< Of a step: which heading, which row.
        std::size_t group = 0;
        int row = 0;
    };
    [[nodiscard]] static int countOf(const Group& group, std::initializer_list<plan::StepState> states);
    [[nodiscard]] static plan::StepState stateOf(const Group& group);
    [[nodiscard]] QString whereOf(const Group& group) const;
    [[nodiscard]] Cell groupCell(const Group& group, int column) const;
    [[nodiscard]] Cell stepCell(plan::StepIndex step, int column) const;
    [[nodiscard]] QString leftOf(const Group& group) const;
    [[nodiscard]] QModelIndex stepIndex(plan::StepIndex step, int column) const;
    [[nodiscard]] QModelIndex groupIndex(std::size_t group, int column) const;
    void noteTimes(Group& group);
    void putStatus(plan::StepIndex step, const plan::StepStatus& status);
    void tellChanges();

    Now m_now;
    std::shared_ptr<const plan::Plan> m_plan;
    std::vector<Group> m_groups;
    std::vector<Place> m_places;
    std::vector<plan::StepStatus> m_status;
    std::vector<std::optional<Clock::time_point>> m_stepBegan;
    std::vector<plan::StepIndex> m_changed; ///< Since views were told last.
    QTimer m_telling;
};

/// The glyph and ink of a step's state.
Glyph glyphOf(plan::StepState state);

} // namespace podleaf::ui
