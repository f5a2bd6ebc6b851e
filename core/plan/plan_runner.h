// SPDX-License-Identifier: GPL-3.0-or-later
// PlanRunner: runs a plan's steps side by side in dependency order. Blocking; call from a worker thread.
#pragma once

#include "plan.h"

#include <functional>

namespace podleaf::plan {

/// Called under the runner's lock for every change of a step, on the thread that made it. Must be quick.
using StepObserver = std::function<void(StepIndex, const StepStatus&)>;

struct RunOptions {
    std::size_t parallel = 16; ///< Steps at once; they mostly wait for other processes.
    /// Continue an earlier run: steps Done there are not run again.
    const PlanResult* resumeFrom = nullptr;
};

/// Runs the plan to its end. Cancelled wins over Failed; dependents of a failed step are Skipped with
/// the reason; steps that do not depend on it still run.
PlanResult run(const Plan& plan, OpContext& context, const StepObserver& observer = {}, const RunOptions& options = {});

/// The result of a plan that must not run now: its first step has failed with `why`, the others are skipped.
PlanResult refused(const Plan& plan, Error why, const StepObserver& observer);

} // namespace podleaf::plan
