// SPDX-License-Identifier: GPL-3.0-or-later
// LabBackend: what of a session depends on what carries the lab: its engine, how it is watched, and what a running lab
// remembers of how it was brought up. Thread-safe but for watch() and isWatched(), which the session guards.
#pragma once

#include "lab_session.h"

#include <core/deploy/due_turns.h>

#include <QDateTime>

namespace podleaf::session {

class LabBackend {
public:
    static Result<std::unique_ptr<LabBackend>> open(const labfile::LabSource& source, const Environment& environment);
    virtual ~LabBackend() = default;

    virtual engine::Engine& engine() = 0;
    /// What was deployed under our name, if anything. Errors: Conflict when that came from another file.
    virtual Result<std::optional<model::Lab>> deployedLab() = 0;

    /// Starts the collectors; they push into `store`, which must outlive this, until the lab is gone.
    virtual Result<> watch(const std::vector<state::SeedSession>& seeds, state::StateStore& store) = 0;
    /// Collectors were started.
    [[nodiscard]] virtual bool isWatched() const = 0;
    /// Those that were started have seen the lab go.
    [[nodiscard]] virtual bool hasLost() const = 0;

    /// From now on nobody else changes the lab, until run() has ended, letGo() or this object's end. Errors: Conflict,
    /// naming who does.
    virtual Result<> hold(const QString& what) = 0;
    virtual void letGo() = 0;
    /// Runs `plan` as the only change of the lab.
    virtual plan::PlanResult run(const plan::Plan& plan, OpContext& context, const plan::StepObserver& observer,
                                 const plan::RunOptions& options) = 0;
    /// What a change that was interrupted did not come to.
    virtual deploy::DueTurns dueTurns() = 0;
    virtual Result<> keepDueTurns(const deploy::DueTurns& due) = 0;
    /// Something of a change that was killed is left.
    [[nodiscard]] virtual bool hasRemains() const = 0;
    /// The lab has come up as intended.
    virtual Result<> cameUp() = 0;
};

/// A lab that is up, whatever carries it.
struct RunningLab {
    LabId lab;
    QString labFile;    ///< Path of the file it was brought up from.
    QByteArray labText; ///< What that file said then.
    model::EngineKind engine = model::EngineKind::Namespaces;
    QDateTime since; ///< UTC.
};
std::vector<RunningLab> runningLabs(const Environment& environment);

} // namespace podleaf::session
