// SPDX-License-Identifier: GPL-3.0-or-later
// LabSession: one lab file and everything that can be done with it; the facade that the window and the
// command line share. Blocking calls; call them from worker threads. Thread-safe.
#pragma once

#include <core/engine/engine.h>
#include <core/intent/intent.h>
#include <core/labfile/labfile.h>
#include <core/plan/plan_runner.h>
#include <core/state/state_store.h>
#include <core/verify/results.h>

#include <memory>

namespace podleaf::session {

/// Where programs of ours lie and where labs run; filled in once by each executable's main.
struct Environment {
    QString labhostProgram;                           ///< podleaf-labhost.
    QString runFolder;                                ///< $XDG_RUNTIME_DIR/podleaf, without that /tmp/podleaf-UID; for root /run/podleaf.
    std::optional<std::uint32_t> simulationSeed = {}; ///< $PODLEAF_SEED: instead of what a simulated lab's file says.

    /// From the running executable's place and the process environment.
    static Environment detect();
};

/// What a plan is made for.
enum class PlanFor {
    Reading, ///< It is shown; others may change the lab.
    Running  ///< Nobody else changes the lab until run() has ended or the session has.
};

class LabSession {
public:
    /// Opens a valid lab; touches nothing on the host. Errors: InvalidInput (findings in detail).
    static Result<std::unique_ptr<LabSession>> open(const labfile::LabSource& source, const Environment& environment);
    ~LabSession();

    [[nodiscard]] const model::Lab& lab() const;
    /// Worked out when it is first asked for; of a large lab that takes a while.
    [[nodiscard]] const intent::Intent& intent() const;
    /// What intent() gives, or nullptr while nobody has asked for it. Never blocks.
    [[nodiscard]] const intent::Intent* knownIntent() const;
    [[nodiscard]] QString path() const;
    engine::Engine& engine();
    state::StateStore& store();

    /// Starts the collectors when the lab runs and is not watched yet; keeps watching until destroyed.
    Result<> attach(OpContext& context);
    /// Waits until every source of every node has delivered its first full picture.
    Result<state::Snapshot> waitSynced(OpContext& context);
    /// Nodes that exist and have not delivered all of it: what is known of them is partial.
    [[nodiscard]] QStringList silentNodes() const;

    /// Desired against observed: the steps that are missing, empty when there is nothing to do. Errors: HostLacks; Failed for a
    /// lab with a cluster, which nothing here can start yet; for running: Conflict, naming who is changing the lab.
    Result<plan::Plan> planUp(OpContext& context, PlanFor use = PlanFor::Reading);
    Result<plan::Plan> planDown(OpContext& context);
    plan::PlanResult run(const plan::Plan& plan, OpContext& context, const plan::StepObserver& observer,
                         const plan::RunOptions& options = {});

    /// The one-click test; `name` empty runs all tests.
    Result<verify::TestReport> test(OpContext& context, const QString& name, const std::function<void(const verify::LegResult&)>& observer);
    Result<> setLink(OpContext& context, const LinkId& link, bool up);
    /// Differences between intent and what is observed now.
    std::vector<verify::Mismatch> mismatches() const;

private:
    class Private;
    explicit LabSession(std::unique_ptr<Private> d);
    Result<plan::Plan> makePlan(OpContext& context);
    std::unique_ptr<Private> d;
};

} // namespace podleaf::session
