// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedChanges: from what the simulated network was to what it is now, as observations, each with the time that it
// takes until it is seen. Pure; any thread.
#pragma once

#include <core/engine/simulated/simulated_network.h>
#include <core/state/observation.h>

#include <chrono>
#include <functional>
#include <map>
#include <vector>

namespace podleaf::observe {

/// Told one after the other; the delays do not always grow.
using SimulatedSink = std::function<void(std::chrono::milliseconds after, state::Observed what)>;

class SimulatedChanges {
public:
    SimulatedChanges(const model::Lab& lab, std::uint32_t seed, SimulatedSink sink) : m_lab(lab), m_seed(seed), m_sink(std::move(sink)) {}

    /// An event of the engine, as it is.
    void tell(const engine::Event& event);
    /// All that differs. `old` of a node that did not exist counts as nothing.
    void tell(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now);
    /// Every source of every node has told all it knows.
    void tellSynced(const engine::SimulatedNetwork& now);
    /// A route of a node, present or not, as a storm shakes it.
    void tellRoute(const engine::SimulatedNetwork& now, std::size_t node, std::size_t origin, bool present);

private:
    using Ms = std::chrono::milliseconds;
    using Node = engine::SimulatedNetwork::Node;

    void tellPorts(const NodeId& id, const Node& old, const Node& now);
    void tellStaticRoutes(const model::Node& planned, const Node& old, const Node& now);
    void tellLeases(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now);
    void tellSessions(const NodeId& id, const Node& old, const Node& now);
    void tellSession(const NodeId& id, const engine::SimulatedSession* old, const engine::SimulatedSession& now);
    void tellRoutes(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now);
    void tellRoute(const engine::SimulatedNetwork& old, const engine::SimulatedNetwork& now, std::size_t node, std::size_t before,
                   std::size_t after);
    struct Paths; ///< The best paths of one node to one origin.
    [[nodiscard]] Paths pathsOf(const engine::SimulatedNetwork& network, std::size_t node, std::size_t origin);
    void tellPaths(std::size_t node, const Paths& old, const Paths& now);
    [[nodiscard]] state::NextHops hopsOf(const engine::SimulatedNetwork& network, std::size_t node,
                                         const std::vector<std::size_t>& sessions);
    [[nodiscard]] const state::AsPath& asPath(const engine::SimulatedNetwork& network, std::size_t teller, std::size_t origin);
    void forgetShared();
    [[nodiscard]] Ms between(int low, int high, const QString& what) const;
    [[nodiscard]] bool isPod(const NodeId& node) const { return m_pods.contains(node.name); }
    void tellPod(const engine::Event& event);

    const model::Lab& m_lab;
    const std::uint32_t m_seed;
    const SimulatedSink m_sink;
    Ms m_lost{0};                                   ///< How long after the change the last session that went down did so.
    Ms m_found{0};                                  ///< As m_lost, of those that came up.
    std::map<QString, bool> m_pods = podsOf(m_lab); ///< By name, whether nginx runs.

    // Of one call of tell(): what a large lab has in common, kept once.
    struct SharedHops {
        const engine::SimulatedNetwork* network = nullptr;
        std::size_t node = 0;
        std::vector<std::size_t> sessions = {};
        state::NextHops hops = {};
    };
    SharedHops m_lastHops;                                  ///< What hopsOf() gave last.
    std::vector<std::vector<state::AsPath>> m_asPaths = {}; ///< By teller and origin, of the network as it is now.

    static std::map<QString, bool> podsOf(const model::Lab& lab);
};

} // namespace podleaf::observe
