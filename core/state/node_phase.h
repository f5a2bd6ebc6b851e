// SPDX-License-Identifier: GPL-3.0-or-later
// How far a node has come, from the whole observed state (see NodePhase). Pure; any thread.
#pragma once

#include "lab_state.h"

namespace podleaf::state {

struct PhaseReason {
    NodePhase phase = NodePhase::Planned;
    QString reason; ///< What it waits for or why it is Failed; empty when Ready or Planned.
    bool operator==(const PhaseReason&) const = default;
};

/// The phase of `node` given what it was before; reasons of its sessions must be up to date.
PhaseReason phaseOf(const LabState& state, const model::Lab& lab, const NodeState& node);

} // namespace podleaf::state
