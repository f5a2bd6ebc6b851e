// SPDX-License-Identifier: GPL-3.0-or-later
// Verify: intent against what is observed, and the one-click test. Checks are pure functions of intent
// and snapshot; the test really asks, from inside the nodes. Any thread; testLegs() blocks.
#pragma once

#include "results.h"

#include <core/channel/node_channel.h>
#include <core/intent/intent.h>
#include <core/model/lab.h>
#include <core/state/lab_state.h>

#include <functional>
#include <memory>

namespace podleaf::verify {

/// Every difference between intent and state, with its cause: missing or wrong sessions, kernel routes
/// (missing, other next hops, static routes inside the pod network), pods that do not run.
std::vector<Mismatch> checkIntent(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state);

/// Whether there is no difference; ends at the first. `firstRoute`, an index into the intent's routes, is looked at
/// before the other routes and becomes the one that is missing: who asks again and again does not walk a million each time.
bool isAsIntended(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, std::size_t& firstRoute);

/// Why this leg should fail as things are (what is missing on the way there or back), or empty.
QString explainLeg(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, const intent::Leg& leg);

using ChannelOf = std::function<std::shared_ptr<channel::NodeChannel>(const NodeId&)>;
using LegObserver = std::function<void(const LegResult&)>;

/// Asks every leg with curl inside its source, in parallel, and tells `observer` (on worker threads,
/// one at a time) as they finish. A pod's channel is asked for by its name. The result keeps the order of `legs`.
Result<std::vector<LegResult>> testLegs(OpContext& context, const std::vector<intent::Leg>& legs, const ChannelOf& channelOf,
                                        const LegObserver& observer, std::chrono::milliseconds timeoutPerLeg);

} // namespace podleaf::verify
