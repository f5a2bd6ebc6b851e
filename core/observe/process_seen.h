// SPDX-License-Identifier: GPL-3.0-or-later
// What an engine's event tells of a process. Pure; any thread.
#pragma once

#include <core/engine/engine.h>
#include <core/state/observation.h>

namespace podleaf::observe {

/// Of a ProcessStarted or a ProcessExited.
inline state::ProcessSeen processSeen(const engine::Event& event) {
    return {.node = event.node,
            .service = event.process,
            .running = event.type == engine::Event::Type::ProcessStarted,
            .pid = event.pid,
            .exitCode = event.exitCode,
            .signal = event.signal,
            .lastLogLines = {},
            .paused = event.paused,
            .stopped = event.stopped};
}

} // namespace podleaf::observe
