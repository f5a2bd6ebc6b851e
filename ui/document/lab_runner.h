// SPDX-License-Identifier: GPL-3.0-or-later
// LabRunner: starts what the user asks of the open lab on worker threads and says what is running. One
// plan or test at a time; cables can be cut and joined meanwhile. GUI thread.
#pragma once

#include "open_lab.h"
#include "operation.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace podleaf::ui {

class LabRunner final : public QObject {
    Q_OBJECT

public:
    enum class Job { Attach, Plan, Up, Down, Test, Cut, Join, Fault, Trace };
    Q_ENUM(Job)

    explicit LabRunner(QObject* parent = nullptr);
    /// Stops what runs and waits for it.
    ~LabRunner() override;

    /// From now on jobs are for this lab. Nothing may be running (see busyReason()).
    void setLab(LabCalls calls);
    /// "Up is running." while a plan or test runs, else empty.
    [[nodiscard]] QString busyReason() const;
    [[nodiscard]] bool isBusy() const { return m_main != nullptr; }

    /// Begins to watch the lab and asks the engine what it is. Runs beside everything else.
    void attach();
    void plan();
    void up();
    void down();
    void test(const QString& name = {});
    void setLink(const LinkId& link, bool up);
    /// Breaks or mends something; runs beside everything else, as setLink() and trace() do.
    void inject(const session::Fault& fault);
    void trace(const QString& from, const QString& to);
    /// Runs the last plan again from its failed step; done steps are not repeated.
    void resume();
    [[nodiscard]] bool canResume() const;
    void cancel();

Q_SIGNALS:
    void busyChanged(const QString& reason);
    void started(podleaf::ui::LabRunner::Job job);
    void said(podleaf::ui::LabRunner::Job job, const QString& sentence);
    void planMade(podleaf::ui::LabRunner::Job job, const podleaf::ui::PlanPtr& plan);
    void stepChanged(podleaf::plan::StepIndex step, const podleaf::plan::StepStatus& status);
    void legFinished(const podleaf::verify::LegResult& leg);
    /// The end of every job; `result.error` says what went wrong.
    void ended(podleaf::ui::LabRunner::Job job, const podleaf::ui::Ended& result);
    /// `summary` is the engine's own words when it is usable.
    void engineProbed(bool usable, const QString& summary);

private:
    void startMain(Job job, Operation::Body body);
    void startSide(Job job, Operation::Body body);
    void runPlan(Job job, std::optional<plan::PlanResult> resumeFrom);
    void onProgress(Job job, const Progress& progress);
    void onMainEnded(Job job, const Ended& result);

    LabCalls m_calls;
    std::unique_ptr<Operation> m_main;
    Job m_mainJob = Job::Plan;
    std::vector<std::unique_ptr<Operation>> m_side;
    PlanPtr m_lastPlan;
    Job m_lastJob = Job::Plan;
    std::optional<plan::PlanResult> m_lastResult;
};

} // namespace podleaf::ui
