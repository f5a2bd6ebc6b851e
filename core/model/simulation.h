// SPDX-License-Identifier: GPL-3.0-or-later
// Simulation: what carries a lab and, where nothing does but a simulator, how it plays. Plain values; any thread.
#pragma once

#include <core/base/ids.h>

#include <QString>

#include <chrono>
#include <cstdint>
#include <vector>

namespace podleaf::model {

/// What carries a lab. In a simulated one nothing runs: its nodes, sessions and routes are computed.
enum class EngineKind { Namespaces, Simulated };

/// As written in a lab file and said by `status --json`: "namespaces", "simulated".
QString engineWord(EngineKind kind);

/// Something that happens by itself to a simulated lab, at a time after it was brought up.
struct SimulationEvent {
    enum class What { Cut, Join, Kill, Start, Storm };
    std::chrono::seconds at{0};
    What what = What::Cut;
    LinkId link = {};              ///< Of Cut and Join.
    NodeId node = {};              ///< Of Kill and Start.
    QString service = {};          ///< Of Kill and Start.
    std::uint32_t rate = 0;        ///< Of Storm: changes a second.
    std::chrono::seconds lasts{0}; ///< Of Storm.

    bool operator==(const SimulationEvent&) const = default;
};

struct Simulation {
    std::uint32_t seed = 1;                   ///< Equal seeds play alike, to the millisecond of each delay.
    std::vector<SimulationEvent> events = {}; ///< In order of time.

    bool operator==(const Simulation&) const = default;
};

} // namespace podleaf::model
