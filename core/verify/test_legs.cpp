// SPDX-License-Identifier: GPL-3.0-or-later
// Asks all legs with a small pool of threads; each waits for a curl of its own.
#include "curl.h"
#include "verify.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace podleaf::verify {

namespace {

/// Each leg is a process of its own that mostly waits.
constexpr std::size_t kParallelLegs = 16;
/// How long curl may take beyond its own --max-time before it is killed.
constexpr std::chrono::seconds kGrace{2};

/// What the threads share.
class LegPool final {
public:
    LegPool(const OpContext& context, const std::vector<intent::Leg>& legs, const ChannelOf& channelOf, const LegObserver& observer,
            std::chrono::milliseconds timeout)
        : m_context(context), m_legs(legs), m_channelOf(channelOf), m_observer(observer), m_timeout(timeout), results(legs.size()) {}

    void work();

private:
    [[nodiscard]] std::optional<LegResult> ask(const intent::Leg& leg) const;

    const OpContext& m_context;
    const std::vector<intent::Leg>& m_legs;
    const ChannelOf& m_channelOf;
    const LegObserver& m_observer;
    const std::chrono::milliseconds m_timeout;
    std::atomic<std::size_t> m_next = 0;
    std::mutex m_observing;

public:
    std::vector<LegResult> results; ///< Read after all threads have ended.
    std::atomic<bool> incomplete = false;
};

LegResult failed(const intent::Leg& leg, Clock::time_point since, const QString& why) {
    LegResult result = blankResult(leg);
    result.ms = std::chrono::duration<double, std::milli>(Clock::now() - since).count();
    result.reason = result.asIntended() ? QString() : why;
    return result;
}

/// One leg's result, or nullopt when the whole test was stopped or its time is over.
std::optional<LegResult> LegPool::ask(const intent::Leg& leg) const {
    const auto began = Clock::now();
    const auto channel = m_channelOf(NodeId(leg.from()));
    if (!channel) {
        return failed(leg, began, QCoreApplication::translate("Verify", "%1 does not exist.").arg(leg.from()));
    }
    OpContext own = m_context.withTimeout(m_timeout + kGrace);
    own.progress = {};
    const auto ended = channel->exec(own, curlCommand(leg, m_timeout));
    if (!m_context.checkpoint()) {
        return std::nullopt;
    }
    if (!ended) {
        return failed(leg, began, ended.error().message);
    }
    LegResult result = readCurl(leg, *ended, m_timeout);
    if (result.ms <= 0) {
        result.ms = failed(leg, began, {}).ms;
    }
    return result;
}

void LegPool::work() {
    for (std::size_t i = m_next++; i < m_legs.size(); i = m_next++) {
        auto result = m_context.checkpoint() ? ask(m_legs[i]) : std::nullopt;
        if (!result) {
            incomplete = true;
            return;
        }
        const std::lock_guard lock(m_observing);
        results[i] = std::move(*result);
        if (m_observer) {
            m_observer(results[i]);
        }
    }
}

} // namespace

Result<std::vector<LegResult>> testLegs(OpContext& context, const std::vector<intent::Leg>& legs, const ChannelOf& channelOf,
                                        const LegObserver& observer, std::chrono::milliseconds timeoutPerLeg) {
    LegPool pool(context, legs, channelOf, observer, timeoutPerLeg);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < std::min(kParallelLegs, legs.size()); ++i) {
            threads.emplace_back([&pool] { pool.work(); });
        }
    }
    if (pool.incomplete) {
        auto why = context.checkpoint();
        return fail(why ? Error{ErrorCode::Internal, QCoreApplication::translate("Verify", "The test did not end.")}
                        : std::move(why.error()));
    }
    return std::move(pool.results);
}

} // namespace podleaf::verify
