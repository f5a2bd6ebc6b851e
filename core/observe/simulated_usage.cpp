// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_usage.h"

#include <core/engine/simulated/simulated_chance.h>

namespace podleaf::observe {

namespace {

constexpr std::uint64_t kLooksOfBusyTime = 8; ///< A busy node is so for some seconds, as when it works through updates.
constexpr std::uint64_t kKiB = 1024;

} // namespace

/// About as FRR's daemons: some thousandths of a core and now and then some hundredths, a few MB and some more a session.
std::vector<state::UsageSeen> SimulatedUsage::after(std::chrono::microseconds passed, const engine::SimulatedNetwork& network) {
    std::vector<state::UsageSeen> seen;
    m_cpuMicroseconds.resize(network.nodes().size());
    for (std::size_t i = 0; i < network.nodes().size(); ++i) {
        const engine::SimulatedNetwork::Node& node = network.nodes()[i];
        if (!node.exists) {
            m_cpuMicroseconds[i] = 0;
            continue;
        }
        const QString& name = m_lab.nodes[i].id.name;
        const std::uint64_t sessions = node.bgpdRuns ? node.sessions.size() : 0;
        std::uint64_t perMille = engine::simulatedBetween(1, 6, m_seed, name, m_looks) + sessions / 8;
        if (engine::simulatedBetween(0, 15, m_seed, QString(name + QStringLiteral(" busy")), m_looks / kLooksOfBusyTime) == 0) {
            perMille += engine::simulatedBetween(20, 90, m_seed, QString(name + QStringLiteral(" work")), m_looks);
        }
        m_cpuMicroseconds[i] += perMille * static_cast<std::uint64_t>(passed.count()) / 1000;
        const std::uint64_t daemons = node.bgpdRuns ? engine::simulatedBetween(9000, 11'000, m_seed, name) : 3500;
        seen.push_back({m_lab.nodes[i].id, m_cpuMicroseconds[i], (daemons + 50 * sessions) * kKiB});
    }
    ++m_looks;
    return seen;
}

} // namespace podleaf::observe
