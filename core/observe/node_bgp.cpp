// SPDX-License-Identifier: GPL-3.0-or-later
// NodeBgp: BMP and vty of one node played together. Lives on the poll thread.
#include "node_bgp.h"

#include <algorithm>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

/// How long BMP has for its replay before bgpd is asked about what it did not mention.
constexpr auto kReplayTime = 100ms;
/// A session without End-of-RIB (FRR sends it to late collectors only) is complete after so long a silence.
constexpr auto kQuietTime = 300ms;
/// A bgpd that takes connections and says nothing (it was stopped) must not keep everybody waiting.
constexpr auto kPatience = 3s;
/// BMP tells of a session that comes up at once; when bgpd has said so often that one is up, BMP has been misled.
constexpr int kMisledAnswers = 4;

} // namespace

NodeBgp::NodeBgp(PollLoop& loop, Target target, std::function<void(state::Observed)> push)
    : Feed(loop), m_node(target.bmp.node), m_unnumbered(target.bmp.unnumbered), m_expected(std::move(target.peers)),
      m_push(std::move(push)), m_began(Clock::now()), m_askFrom(m_began),
      m_bmp(loop, target.bmp, {[this](state::Observed seen) { observe(std::move(seen)); }, [this] { evaluate(); }}),
      m_vty(loop, {target.bmp.channel, target.vtyPath},
            {m_push, [this](const std::vector<BgpNeighbor>& neighbors) { answered(neighbors); }}) {}

void NodeBgp::bgpdStarted() {
    m_running = true;
    m_processesKnown = true;
    m_askFrom = Clock::now() + kReplayTime;
    m_bmp.start();
    evaluate();
}

void NodeBgp::bgpdEnded() {
    m_running = false;
    m_processesKnown = true;
    m_bmp.stop();
    m_vty.disconnect();
    evaluate();
}

void NodeBgp::processesKnown() {
    m_processesKnown = true;
    evaluate();
}

void NodeBgp::observe(state::Observed seen) {
    if (const auto* bmp = std::get_if<state::BmpSeen>(&seen); bmp != nullptr && bmp->connected) {
        m_askFrom = Clock::now() + kReplayTime;
    } else if (std::holds_alternative<state::PeerDownSeen>(seen)) {
        m_askFrom = Clock::now();
    }
    m_push(std::move(seen));
}

void NodeBgp::answered(const std::vector<BgpNeighbor>& neighbors) {
    bool isMisled = false;
    for (const Ipv4Address peer : m_expected) {
        if (m_bmp.peers().isUp(peer)) {
            continue;
        }
        m_answered.insert(peer);
        const auto it = std::ranges::find_if(neighbors, [this, peer](const BgpNeighbor& one) {
            const auto byPort = m_unnumbered.byPort.find(one.port);
            return byPort == m_unnumbered.byPort.end() ? one.peer == peer : byPort->second == peer;
        });
        state::FsmSeen seen;
        seen.node = m_node;
        seen.peer = peer;
        seen.configured = it != neighbors.end();
        if (seen.configured) {
            seen.state = it->state;
            seen.connectTries = m_bmp.peers().failedTries(peer);
            seen.lastError = it->lastError;
            seen.adminShut = it->adminShut;
            isMisled = isMisled || (m_bmp.isConnected() && it->state == state::BgpState::Established);
        }
        m_push(std::move(seen));
    }
    m_misled = isMisled ? m_misled + 1 : 0;
    if (m_misled >= kMisledAnswers) {
        m_misled = 0;
        m_bmp.renew();
    }
    evaluate();
}

bool NodeBgp::anyDown() const {
    return std::ranges::any_of(m_expected, [this](Ipv4Address peer) { return !m_bmp.peers().isUp(peer); });
}

void NodeBgp::evaluate() {
    const TimePoint now = Clock::now();
    const bool due = now >= m_askFrom || (!m_bmp.isConnected() && m_bmp.wasRefused());
    const bool ask = m_running && anyDown();
    m_vty.setWanted(ask && due);
    if (ask && !due) {
        wakeBy(m_askFrom);
    }
    reportSynced(now);
}

bool NodeBgp::isSettled(Ipv4Address peer, TimePoint now) const {
    const bool up = m_bmp.peers().isUp(peer);
    return m_answered.contains(peer) || (up && (m_bmp.peers().hasAllRoutes(peer) || now >= m_bmp.lastNews() + kQuietTime));
}

void NodeBgp::reportSynced(TimePoint now) {
    if (m_synced || !m_processesKnown) {
        return;
    }
    const bool settled = std::ranges::all_of(m_expected, [&](Ipv4Address peer) { return isSettled(peer, now); });
    if (!m_running || settled || now >= m_began + kPatience) {
        m_synced = true;
        m_push(state::SyncedSeen{m_node, QStringLiteral("bgp")});
        return;
    }
    wakeBy(m_began + kPatience);
    if (m_bmp.isConnected() && m_bmp.lastNews() + kQuietTime > now) {
        wakeBy(m_bmp.lastNews() + kQuietTime);
    }
}

void NodeBgp::wakeBy(TimePoint time) {
    if (!wakeTime() || time < *wakeTime()) {
        wakeAt(time);
    }
}

} // namespace podleaf::observe
