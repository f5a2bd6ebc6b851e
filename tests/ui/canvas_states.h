// SPDX-License-Identifier: GPL-3.0-or-later
// Scripted states of the tutorial's lab for the canvas' tests. Values; any thread.
#pragma once

#include <core/state/state_store.h>
#include <tests/fakes/tutorial_lab.h>

namespace podleaf::canvas_states {

/// Unix milliseconds that all states are seen at.
inline constexpr qint64 kNow = 1'800'000'000'000;
/// How long the sessions of allGreen() have been up: 4 min 12 s.
inline constexpr qint64 kUp = 252'000;

state::LabState planned();
state::LabState allGreen();
/// host1 is ready, host2 tries to connect, host3 waits for its lease.
state::LabState halfUp();
/// intnet2 was cut 6 s ago; both sides' hold timers have expired.
state::LabState cut();
/// bgpd on host2 was killed 4 s ago; leaf1 tries to reach it.
state::LabState bgpdDead();

state::SessionState& session(state::LabState& state, const char* node, const char* peer);

inline state::Snapshot snapshotOf(state::LabState state) {
    return std::make_shared<const state::LabState>(std::move(state));
}
/// Everything changed.
inline state::Delta everything() {
    state::Delta delta;
    delta.running = true;
    return delta;
}

} // namespace podleaf::canvas_states
