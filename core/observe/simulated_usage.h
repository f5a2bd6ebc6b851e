// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedUsage: the processor time and memory that the nodes of a simulated lab would use. The same for the same seed
// and the same looks at it. Any thread, one at a time.
#pragma once

#include <core/engine/simulated/simulated_network.h>
#include <core/state/observation.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace podleaf::observe {

class SimulatedUsage {
public:
    SimulatedUsage(const model::Lab& lab, std::uint32_t seed) : m_lab(lab), m_seed(seed) {}

    /// What the nodes that exist have used once `passed` more have gone by, and hold then.
    std::vector<state::UsageSeen> after(std::chrono::microseconds passed, const engine::SimulatedNetwork& network);

private:
    const model::Lab& m_lab;
    const std::uint32_t m_seed;
    std::uint64_t m_looks = 0;
    std::vector<std::uint64_t> m_cpuMicroseconds; ///< By position in Lab::nodes.
};

} // namespace podleaf::observe
