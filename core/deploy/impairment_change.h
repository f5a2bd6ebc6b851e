// SPDX-License-Identifier: GPL-3.0-or-later
// What `up` does about the impairments of a cable. Pure; any thread.
#pragma once

#include <core/engine/engine.h>
#include <core/model/lab.h>
#include <core/plan/plan.h>

#include <optional>

namespace podleaf::deploy {

struct ImpairmentChange {
    plan::StepKind kind;
    QString reason;
};

/// nullopt when there is nothing to do. A direction that the lab impairs is the lab's: what was done to its loss, rate or
/// delay by hand is undone. Of the others only what the lab did before goes; faults by hand stay there, as drops and cuts
/// do everywhere. `listed` is nullptr for a cable that is yet to be made. A cable one end of which is yet to be made does
/// nothing there yet and gets it by itself, so that what it does now tells nothing: `hasBothEnds` is false.
std::optional<ImpairmentChange> impairmentChange(const model::Link& link, const engine::ListedLink* listed, bool hasBothEnds);

} // namespace podleaf::deploy
