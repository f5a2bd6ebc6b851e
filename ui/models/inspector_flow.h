// SPDX-License-Identifier: GPL-3.0-or-later
// What the Inspector says of a flow. Pure functions; any thread.
#pragma once

#include "inspector_content.h"

namespace podleaf::ui {

/// A leg of the last test: its verdict, and the hops that its packets take now. Empty when it was not tested.
InspectorContent flowContent(const FlowRef& ref, const model::Lab& lab, const state::LabState& state);

} // namespace podleaf::ui
