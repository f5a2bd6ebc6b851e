// SPDX-License-Identifier: GPL-3.0-or-later
// What the state has seen between two ends, as the leg of a test that canvas and docks show. Pure functions; any thread.
#pragma once

#include <core/state/observation.h>
#include <core/verify/results.h>

namespace podleaf::ui {

/// A connection that no test made: it should have been answered.
verify::LegResult legOf(const state::FlowSeen& flow);
verify::LegResult legOf(const state::TestLegSeen& leg);

} // namespace podleaf::ui
