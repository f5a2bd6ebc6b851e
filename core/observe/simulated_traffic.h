// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedTraffic: what the cables of a simulated lab would carry: the neighbours' keepalives, and a few hosts and pods
// that keep asking pods. The same for the same seed and the same turns. Any thread, one at a time.
#pragma once

#include <core/engine/simulated/simulated_network.h>
#include <core/state/observation.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace podleaf::observe {

class SimulatedTraffic {
public:
    /// `lab` must outlive it.
    SimulatedTraffic(const model::Lab& lab, std::uint32_t seed);

    /// From now on packets go as they do in this network. Looks for the ways of the few that talk, not for all routes.
    void follow(const engine::SimulatedWorld& world, const engine::SimulatedNetwork& network);
    /// What the ports have counted once `passed` more have gone by; `turn` is what the rates wander with. As a kernel's
    /// reader tells it: nodes whose counters moved, and once more those whose counters stand still since.
    std::vector<state::TrafficSeen> counters(std::chrono::microseconds passed, std::uint64_t turn);
    /// The connection that is made in that turn. None of somebody who has not been answered once: nobody asks while
    /// the lab comes up.
    [[nodiscard]] std::optional<state::FlowSeen> flow(std::uint64_t turn) const;

private:
    using Cables = std::vector<engine::SimulatedWay::Cable>;
    struct Talk { ///< Somebody keeps asking a pod.
        QString from;
        std::optional<model::Pod> fromPod; ///< Where `from` is one.
        NodeId fromHost;
        model::Pod to;
        std::uint16_t port = 80;
        std::uint64_t bitsPerSecond = 0; ///< Of the answers, around which they wander.
        Cables there = {};
        Cables back = {};
        bool asks = false;     ///< There is somebody who does.
        bool reaches = false;  ///< There is a way there and back.
        bool answered = false; ///< It is, as it is now.
        bool began = false;    ///< It was answered once.
    };
    struct Counts {
        std::uint64_t rxBytes = 0;
        std::uint64_t txBytes = 0;
    };

    void chooseTalks();
    void find(Talk& talk, const engine::SimulatedWorld& world, const engine::SimulatedNetwork& network) const;
    [[nodiscard]] std::uint64_t rateOf(const Talk& talk, std::uint64_t turn) const;
    void carry(const engine::SimulatedWay::Cable& over, std::uint64_t bytes);
    [[nodiscard]] state::TrafficSeen seenOf(std::size_t node) const;

    const model::Lab& m_lab;
    const std::uint32_t m_seed;
    std::vector<Talk> m_talks;
    Cables m_sessions;                                     ///< Over which established ones send.
    std::vector<std::array<Counts, 2>> m_counts;           ///< By position in Lab::links, and end.
    std::vector<std::array<std::size_t, 2>> m_nodes;       ///< As m_counts: the node at that end, by position in Lab::nodes.
    std::vector<Cables> m_ports;                           ///< By position in Lab::nodes.
    enum class Told : std::uint8_t { Not, Still, Moving }; ///< What was told of a node last.
    std::vector<Told> m_told;                              ///< By position in Lab::nodes.
    std::vector<bool> m_moved;                             ///< As m_told: its counters did, in this turn.
    std::vector<bool> m_exists;                            ///< As m_told.
};

} // namespace podleaf::observe
