// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_traffic.h"

#include <core/engine/simulated/simulated_chance.h>
#include <core/model/node_kinds.h>

#include <QCoreApplication>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace podleaf::observe {

using engine::simulatedBetween;
using engine::simulatedChance;
using engine::SimulatedNetwork;
using engine::SimulatedWay;
using engine::SimulatedWorld;

namespace {

constexpr std::size_t kMostTalks = 24;
constexpr std::size_t kTries = 4;              ///< For each talk: some would not leave their host.
constexpr std::uint64_t kLeastRate = 20'000;   ///< Bits a second.
constexpr std::uint64_t kMostDoublings = 9;    ///< Of kLeastRate: up to 10 Mbit/s.
constexpr std::uint64_t kTurnsToAKnot = 8;     ///< Rates wander in straight lines between seeded knots.
constexpr std::uint64_t kAnswerToRequest = 16; ///< How much larger an answer is than what asks for it.
/// A KEEPALIVE over TCP (RFC 4271 §4.4) and the acknowledgement of the other's, with Ethernet's headers.
constexpr std::uint64_t kKeepaliveBytes = 151;
constexpr double kGaveUpMs = 2000;
constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// Who asks.
struct Asker {
    QString name;
    std::optional<model::Pod> pod;
    NodeId host;
};

std::vector<Asker> askersOf(const model::Lab& lab) {
    std::vector<Asker> askers;
    for (const model::Node& node : lab.nodes) {
        if (!model::infoOf(node.kind).isSwitch) {
            askers.push_back({node.id.name, std::nullopt, node.id});
        }
    }
    for (const model::Pod& pod : lab.pods()) {
        askers.push_back({pod.name, pod, pod.host});
    }
    return askers;
}

} // namespace

SimulatedTraffic::SimulatedTraffic(const model::Lab& lab, std::uint32_t seed)
    : m_lab(lab), m_seed(seed), m_counts(lab.links.size()), m_nodes(lab.links.size(), {kNowhere, kNowhere}), m_ports(lab.nodes.size()),
      m_told(lab.nodes.size(), Told::Not), m_moved(lab.nodes.size()), m_exists(lab.nodes.size()) {
    std::map<NodeId, std::size_t> positions;
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        positions.emplace(lab.nodes[i].id, i);
    }
    for (std::size_t link = 0; link < lab.links.size(); ++link) {
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            if (const auto at = positions.find(lab.links[link].ends[end].node); at != positions.end()) {
                m_nodes[link][end] = at->second;
                m_ports[at->second].push_back({link, end});
            }
        }
    }
    chooseTalks();
}

void SimulatedTraffic::chooseTalks() {
    std::vector<std::pair<model::Pod, std::uint16_t>> targets;
    for (const model::Workload& workload : m_lab.workloads) {
        for (const model::Pod& pod : workload.pods) {
            targets.emplace_back(pod, workload.port);
        }
    }
    const std::vector<Asker> askers = askersOf(m_lab);
    if (targets.empty() || askers.empty()) {
        return;
    }
    const std::size_t wanted = std::clamp<std::size_t>(askers.size() / 2, 1, kMostTalks);
    std::set<std::pair<QString, QString>> known;
    for (std::size_t i = 0; i < wanted * kTries && m_talks.size() < wanted; ++i) {
        const Asker& asker = askers[simulatedChance(m_seed, u"asks", i) % askers.size()];
        const auto& [pod, port] = targets[simulatedChance(m_seed, u"is asked", i) % targets.size()];
        if (asker.host != pod.host && known.emplace(asker.name, pod.name).second) {
            const std::uint64_t rate = kLeastRate << simulatedBetween(0, kMostDoublings, m_seed, u"rate", i);
            m_talks.push_back({asker.name, asker.pod, asker.host, pod, port, rate});
        }
    }
}

void SimulatedTraffic::follow(const SimulatedWorld& world, const SimulatedNetwork& network) {
    m_sessions.clear();
    for (std::size_t i = 0; i < m_lab.nodes.size(); ++i) {
        const SimulatedNetwork::Node& node = network.nodes()[i];
        if (!node.exists && m_exists[i]) { // Its ports have gone, and their counters.
            for (const auto& [link, end] : m_ports[i]) {
                m_counts[link][end] = {};
            }
            m_told[i] = Told::Not;
        }
        m_exists[i] = node.exists;
        for (const engine::SimulatedSession& session : node.sessions) {
            if (session.up) {
                m_sessions.push_back({session.link, session.end});
            }
        }
    }
    for (Talk& talk : m_talks) {
        find(talk, world, network);
    }
}

void SimulatedTraffic::find(Talk& talk, const SimulatedWorld& world, const SimulatedNetwork& network) const {
    const engine::SimulatedNode* serves = world.findOn(NodeId(talk.to.name));
    talk.asks = world.findOn(NodeId(talk.from)) != nullptr;
    const std::uint64_t hash = simulatedChance(m_seed, QString(talk.from + u' ' + talk.to.name));
    const SimulatedWay there = engine::wayOf(m_lab, network, talk.fromHost, talk.to.address, hash);
    const Ipv4Address own = talk.fromPod ? talk.fromPod->address : engine::answersOf(m_lab, talk.fromHost);
    const SimulatedWay back = engine::wayOf(m_lab, network, talk.to.host, own, hash);
    talk.there = there.cables;
    talk.back = back.cables;
    talk.reaches = there.arrives && back.arrives && serves != nullptr;
    talk.answered = talk.asks && talk.reaches && serves->runs(QStringLiteral("nginx"));
    talk.began = talk.asks && (talk.began || talk.answered);
}

std::uint64_t SimulatedTraffic::rateOf(const Talk& talk, std::uint64_t turn) const {
    const QString name = talk.from + u' ' + talk.to.name;
    const auto knot = [&](std::uint64_t number) { return simulatedBetween(30, 170, m_seed, name, number); };
    const std::uint64_t number = turn / kTurnsToAKnot;
    const std::uint64_t part = turn % kTurnsToAKnot;
    const std::uint64_t percent = (knot(number) * (kTurnsToAKnot - part) + knot(number + 1) * part) / kTurnsToAKnot;
    return talk.bitsPerSecond * percent / 100;
}

/// What one end sends the other one receives.
void SimulatedTraffic::carry(const SimulatedWay::Cable& over, std::uint64_t bytes) {
    m_counts[over.link][over.end].txBytes += bytes;
    m_counts[over.link][1 - over.end].rxBytes += bytes;
    for (const std::size_t node : m_nodes[over.link]) {
        if (node != kNowhere) {
            m_moved[node] = m_moved[node] || bytes > 0;
        }
    }
}

std::vector<state::TrafficSeen> SimulatedTraffic::counters(std::chrono::microseconds passed, std::uint64_t turn) {
    constexpr std::uint64_t kMicro = 1'000'000;
    const auto us = static_cast<std::uint64_t>(passed.count());
    m_moved.assign(m_lab.nodes.size(), false);
    for (const SimulatedWay::Cable& over : m_sessions) {
        carry(over, kKeepaliveBytes * us / (kMicro * std::max<std::uint64_t>(1, m_lab.routing.keepaliveSeconds)));
    }
    for (const Talk& talk : m_talks) {
        const std::uint64_t bytes = talk.answered ? rateOf(talk, turn) / 8 * us / kMicro : 0;
        for (const SimulatedWay::Cable& over : talk.there) {
            carry(over, bytes / kAnswerToRequest);
        }
        for (const SimulatedWay::Cable& over : talk.back) {
            carry(over, bytes);
        }
    }
    std::vector<state::TrafficSeen> seen;
    for (std::size_t i = 0; i < m_lab.nodes.size(); ++i) {
        if (m_exists[i] && (m_moved[i] || m_told[i] != Told::Still)) {
            seen.push_back(seenOf(i));
            m_told[i] = m_moved[i] ? Told::Moving : Told::Still;
        }
    }
    return seen;
}

state::TrafficSeen SimulatedTraffic::seenOf(std::size_t node) const {
    state::TrafficSeen seen{m_lab.nodes[node].id, {}};
    for (const auto& [link, end] : m_ports[node]) {
        const Counts& counts = m_counts[link][end];
        seen.ports.push_back({m_lab.links[link].ends[end].port, counts.rxBytes, counts.txBytes, 0, 0});
    }
    return seen;
}

std::optional<state::FlowSeen> SimulatedTraffic::flow(std::uint64_t turn) const {
    if (m_talks.empty()) {
        return std::nullopt;
    }
    const Talk& talk = m_talks[simulatedChance(m_seed, u"flow", turn) % m_talks.size()];
    if (!talk.began) {
        return std::nullopt;
    }
    state::FlowSeen seen{talk.from, talk.to.name, talk.to.address, talk.port, talk.answered, 0, {}};
    seen.ms = static_cast<double>(250 + 120 * (talk.there.size() + 1) + simulatedBetween(0, 400, m_seed, u"ms", turn)) / 1000;
    if (!talk.reaches) {
        seen.ms = kGaveUpMs;
        seen.reason = QCoreApplication::translate("SimulatedTraffic", "No answer within 2 s.");
    } else if (!talk.answered) {
        seen.reason = QCoreApplication::translate("SimulatedTraffic", "The connection was refused.");
    }
    return seen;
}

} // namespace podleaf::observe
