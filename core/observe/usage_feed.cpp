// SPDX-License-Identifier: GPL-3.0-or-later
#include "usage_feed.h"

#include "turns.h"

#include <algorithm>

namespace podleaf::observe {

namespace {

using namespace std::chrono_literals;

constexpr auto kLongestPause = 60'000ms;
/// Where nodes have very many processes, the engine looks at them for a fiftieth of the time at most.
constexpr int kShare = 50;

} // namespace

UsageFeed::UsageFeed(PollLoop& loop, engine::NodeSetup& setup, const model::Lab& lab, std::chrono::milliseconds every,
                     std::function<void(state::Observed)> push)
    : Feed(loop), m_setup(setup), m_every(every), m_push(std::move(push)) {
    for (const model::Node& node : lab.nodes) {
        m_countsFor.emplace(node.id, node.id);
    }
    for (const model::Pod& pod : lab.pods()) {
        m_countsFor.emplace(NodeId(pod.name), pod.host);
    }
    wakeAt(Clock::now());
}

void UsageFeed::timeout() {
    runBlocking<Told>(
        [&setup = m_setup](OpContext& context) {
            const auto begin = Clock::now();
            auto nodes = setup.usage(context);
            return Told{std::move(nodes), Clock::now() - begin};
        },
        [this](const Told& answer) { told(answer); });
}

void UsageFeed::told(const Told& answer) {
    if (!answer.nodes) { // An older lab host does not know the question and hangs up.
        m_pause = std::clamp<std::chrono::milliseconds>(m_pause * 2, m_every, kLongestPause);
        wakeAt(nextTurn(m_pause));
        return;
    }
    m_pause = 0ms;
    tell(*answer.nodes);
    const auto next = m_answers++ == 0 ? Clock::now() + kFirstRate : nextTurn(m_every);
    wakeAt(std::max(next, Clock::now() + kShare * answer.took));
}

void UsageFeed::tell(const std::vector<engine::NodeUsage>& nodes) {
    std::map<NodeId, state::UsageSeen> sums;
    for (const engine::NodeUsage& node : nodes) {
        if (const auto whom = m_countsFor.find(node.node); whom != m_countsFor.end()) {
            state::UsageSeen& sum = sums[whom->second];
            sum.node = whom->second;
            sum.cpuMicroseconds += node.cpuMicroseconds;
            sum.memoryBytes += node.memoryBytes;
        }
    }
    for (const auto& [id, sum] : sums) {
        m_push(sum);
    }
}

} // namespace podleaf::observe
