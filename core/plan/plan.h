// SPDX-License-Identifier: GPL-3.0-or-later
// Plan: steps as data (a DAG) and their outcome. It knows no labs: deploy fills it. Values; any thread.
#pragma once

#include <core/base/op_context.h>
#include <core/base/result.h>

#include <QString>

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace podleaf::plan {

using StepIndex = std::size_t;

/// What a step does to its subject.
enum class StepKind { Create, Change, Remove, Check };

/// One thing to do. `run` may block; it takes its deadline from the context.
struct Step {
    QString title = {};   ///< "Start bgpd".
    QString subject = {}; ///< Where: a node's or link's name, or empty.
    QString group = {};   ///< Heading in the tree: "Cables and addresses", "BGP"…
    StepKind kind = StepKind::Create;
    QString reason = {};                                          ///< Why it is in the plan: "not running".
    std::vector<StepIndex> after = {};                            ///< Indices of steps that must have succeeded; all smaller than its own.
    int weight = 1;                                               ///< Share of the progress bar.
    std::chrono::milliseconds timeout = std::chrono::seconds(10); ///< Of each attempt.
    int attempts = 1;                                             ///< How often it is tried in all; a short pause between.
    std::function<Result<bool>(OpContext&)> alreadyDone = {};     ///< May be empty; true skips the step.
    std::function<Result<>(OpContext&)> run = {};

    /// Title and subject, for messages: "Start bgpd (host1)".
    [[nodiscard]] QString name() const;
};

struct Plan {
    QString title; ///< "Up tutorial".
    std::vector<Step> steps;
    std::vector<QString> kept = {}; ///< Subjects that are as they should be already.

    [[nodiscard]] bool isEmpty() const { return steps.empty(); }
    /// Puts `step` before all others, which then wait for it.
    void prepend(Step step);
};

enum class StepState { Waiting, Running, Done, AlreadyDone, Failed, Cancelled, Skipped };

struct StepStatus {
    StepState state = StepState::Waiting;
    std::chrono::milliseconds took{0};
    std::optional<Error> error; ///< When Failed; for Skipped, says which step it depended on.
};

enum class Outcome { Succeeded, Failed, Cancelled };

struct PlanResult {
    Outcome outcome = Outcome::Succeeded;
    std::vector<StepStatus> steps; ///< Same order as the plan's.
    std::chrono::milliseconds took{0};

    /// The first failed step's error, wrapped with its title and subject.
    [[nodiscard]] std::optional<Error> firstError(const Plan& plan) const;
};

} // namespace podleaf::plan
