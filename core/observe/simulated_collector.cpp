// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_collector.h"

#include "simulated_changes.h"
#include "simulated_traffic.h"
#include "simulated_usage.h"
#include "turns.h"

#include <core/base/op_context.h>
#include <core/engine/simulated/simulated_chance.h>

#include <QDateTime>
#include <QLoggingCategory>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace podleaf::observe {

using engine::SimulatedNetwork;
using engine::SimulatedReader;
using engine::SimulatedWorld;
using state::Observed;
using namespace std::chrono_literals;

namespace {

Q_LOGGING_CATEGORY(logSimulated, "podleaf.observe.simulated", QtInfoMsg)

constexpr std::size_t kMostBacklog = 16384; ///< A quarter of the store's queue.
constexpr std::size_t kMostDelayed = 20000; ///< The rest of larger changes is told at once: it would only be kept in memory.
constexpr auto kStormStep = 10ms;

} // namespace

class SimulatedCollector::Private {
public:
    Private(const model::Lab& theLab, std::uint32_t theSeed, Target theTarget)
        : lab(theLab), seed(theSeed), target(std::move(theTarget)),
          changes(lab, seed, [this](std::chrono::milliseconds after, Observed what) { take(after, std::move(what)); }), usage(lab, seed),
          traffic(lab, seed) {}
    ~Private() {
        follower.reset();
        thread.request_stop();
        if (thread.joinable()) {
            thread.join(); // Before what it uses goes.
        }
    }

    void hear(const SimulatedWorld& now, const SimulatedReader::News& news);
    void run(const std::stop_token& stop);

    const model::Lab lab;
    const std::uint32_t seed;
    const Target target;
    std::atomic<bool> lost = false;
    std::unique_ptr<engine::SimulatedFollower> follower;
    std::jthread thread; ///< Started last, by start().

private:
    struct News {
        std::shared_ptr<const SimulatedWorld> world; ///< Null: there is nothing new.
        std::vector<engine::Event> events;
        bool lost = false;
    };
    using Due = std::multimap<Clock::time_point, Observed>;

    News waitForNews(const std::stop_token& stop, Clock::time_point until);
    void show(News news, const std::stop_token& stop);
    void take(std::chrono::milliseconds after, Observed what);
    void push(Observed what);
    void pushDue(bool all);
    void storm();
    void lookAtUsage();
    void lookAtTraffic();
    [[nodiscard]] Clock::time_point nextTime() const;
    [[nodiscard]] const model::SimulationEvent* stormNow() const;

    std::mutex mutex;
    std::condition_variable_any heard;
    News pending; ///< Guarded by mutex.

    // The thread's own:
    SimulatedChanges changes;
    SimulatedUsage usage;
    Clock::time_point usageDue = Clock::time_point::max();
    std::optional<Clock::time_point> usageSeen;
    SimulatedTraffic traffic;
    Clock::time_point trafficDue = Clock::time_point::max();
    std::optional<Clock::time_point> trafficSeen;
    std::shared_ptr<const SimulatedWorld> world;
    SimulatedNetwork network;
    Due due;
    std::stop_token stopToken;
    bool shown = false;  ///< The first picture has been told.
    bool atOnce = false; ///< What is told now does not wait for its delay.
    Clock::time_point quietUntil;
    std::uint64_t stormed = 0; ///< How many changes of storms there were.
    double stormDebt = 0;
};

/// On the follower's thread.
void SimulatedCollector::Private::hear(const SimulatedWorld& now, const SimulatedReader::News& news) {
    {
        const std::lock_guard lock(mutex);
        pending.lost = pending.lost || news.lost;
        pending.world = std::make_shared<const SimulatedWorld>(now);
        pending.events.insert(pending.events.end(), news.events.begin(), news.events.end());
    }
    heard.notify_one();
}

SimulatedCollector::Private::News SimulatedCollector::Private::waitForNews(const std::stop_token& stop, Clock::time_point until) {
    std::unique_lock lock(mutex);
    const auto isReady = [this] { return pending.world != nullptr && Clock::now() >= quietUntil; };
    if (until == Clock::time_point::max()) {
        heard.wait(lock, stop, isReady);
    } else {
        heard.wait_until(lock, stop, until, isReady);
    }
    return isReady() ? std::exchange(pending, {}) : News();
}

void SimulatedCollector::Private::run(const std::stop_token& stop) {
    stopToken = stop;
    try {
        push(state::EngineSeen{true});
        while (!stop.stop_requested() && !lost) {
            News news = waitForNews(stop, nextTime());
            if (news.world) {
                show(std::move(news), stop);
            }
            pushDue(false);
            storm();
            lookAtUsage();
            lookAtTraffic();
        }
    } catch (const std::exception& error) {
        qCWarning(logSimulated) << "collector=ended error=" << error.what();
    }
}

void SimulatedCollector::Private::show(News news, const std::stop_token& stop) {
    pushDue(true); // What comes now builds on it.
    if (news.lost) {
        push(state::EngineSeen{false});
        lost = true;
        return;
    }
    const auto began = Clock::now();
    const bool first = !std::exchange(shown, true);
    atOnce = first; // It has happened long ago.
    for (const engine::Event& event : first ? engine::wholePicture(*news.world) : news.events) {
        changes.tell(event);
    }
    SimulatedNetwork now(lab, *news.world);
    changes.tell(network, now);
    if (stop.stop_requested()) {
        return;
    }
    if (first) {
        usageDue = trafficDue = Clock::now();
    }
    changes.tellSynced(now);
    atOnce = false;
    world = std::move(news.world);
    network = std::move(now);
    traffic.follow(*world, network);
    quietUntil = Clock::now() + (Clock::now() - began); // A large lab that comes up takes half of one core at most.
}

void SimulatedCollector::Private::take(std::chrono::milliseconds after, Observed what) {
    if (!atOnce && due.size() >= kMostDelayed) {
        pushDue(true);
        atOnce = true;
    }
    if (atOnce) {
        push(std::move(what));
    } else {
        due.emplace(Clock::now() + after, std::move(what));
    }
}

void SimulatedCollector::Private::push(Observed what) {
    while (!stopToken.stop_requested() && target.backlog() > kMostBacklog) {
        std::this_thread::sleep_for(1ms);
    }
    if (!stopToken.stop_requested()) {
        target.push({QDateTime::currentMSecsSinceEpoch(), std::move(what)});
    }
}

void SimulatedCollector::Private::pushDue(bool all) {
    const auto now = Clock::now();
    while (!due.empty() && (all || due.begin()->first <= now)) {
        push(std::move(due.extract(due.begin()).mapped()));
    }
}

const model::SimulationEvent* SimulatedCollector::Private::stormNow() const {
    if (world == nullptr || world->playsSinceMs == 0) {
        return nullptr;
    }
    const std::chrono::milliseconds since(QDateTime::currentMSecsSinceEpoch() - world->playsSinceMs);
    const auto& events = lab.simulation.events;
    const auto it = std::ranges::find_if(events, [&since](const model::SimulationEvent& event) {
        return event.what == model::SimulationEvent::What::Storm && since >= event.at && since < event.at + event.lasts;
    });
    return it == events.end() ? nullptr : &*it;
}

/// Routes that leave and come back, in turn, so that whatever was shaken is whole in the end.
void SimulatedCollector::Private::storm() {
    const model::SimulationEvent* event = stormNow();
    if (event == nullptr && stormed % 2 == 0) {
        stormDebt = 0;
        return;
    }
    stormDebt += event == nullptr ? 1.0 : event->rate * std::chrono::duration<double>(kStormStep).count();
    for (; stormDebt >= 1 && !network.origins().empty(); stormDebt -= 1) {
        const std::uint64_t pair = stormed / 2;
        const std::size_t node = engine::simulatedChance(seed, u"storm node", pair) % network.nodes().size();
        const std::size_t origin = engine::simulatedChance(seed, u"storm origin", pair) % network.origins().size();
        changes.tellRoute(network, node, origin, stormed % 2 == 1);
        ++stormed;
    }
    pushDue(false);
}

void SimulatedCollector::Private::lookAtUsage() {
    const auto now = Clock::now();
    if (now < usageDue || lost) {
        return;
    }
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - usageSeen.value_or(now));
    for (state::UsageSeen& seen : usage.after(passed, network)) {
        push(std::move(seen));
    }
    usageDue = usageSeen ? nextTurn(usageEvery(lab)) : now + kFirstRate;
    usageSeen = now;
}

/// The turn is the lab's own, so that all who watch it see the same rates and flows.
void SimulatedCollector::Private::lookAtTraffic() {
    const auto now = Clock::now();
    if (now < trafficDue || lost) {
        return;
    }
    const auto turn = static_cast<std::uint64_t>(std::max<qint64>(0, QDateTime::currentMSecsSinceEpoch() - world->createdMs) /
                                                 countersEvery(lab).count());
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - trafficSeen.value_or(now));
    for (state::TrafficSeen& seen : traffic.counters(passed, turn)) {
        push(std::move(seen));
    }
    if (auto flow = trafficSeen ? traffic.flow(turn) : std::nullopt) {
        push(*std::move(flow));
    }
    trafficDue = nextTurn(countersEvery(lab));
    trafficSeen = now;
}

/// When there is something to do without news.
Clock::time_point SimulatedCollector::Private::nextTime() const {
    auto next = std::min(usageDue, trafficDue);
    next = due.empty() ? next : std::min(next, due.begin()->first);
    if (stormNow() != nullptr || stormed % 2 == 1) {
        next = std::min(next, Clock::now() + kStormStep);
    } else if (world != nullptr && world->playsSinceMs > 0) {
        const std::chrono::milliseconds since(QDateTime::currentMSecsSinceEpoch() - world->playsSinceMs);
        for (const model::SimulationEvent& event : lab.simulation.events) {
            if (event.what == model::SimulationEvent::What::Storm && event.at > since) {
                next = std::min(next, Clock::now() + (event.at - since));
            }
        }
    }
    return quietUntil > Clock::now() ? std::min(next, quietUntil) : next;
}

SimulatedCollector::SimulatedCollector(std::unique_ptr<Private> p) : d(std::move(p)) {}
SimulatedCollector::~SimulatedCollector() = default;

bool SimulatedCollector::isFinished() const {
    return d->lost;
}

Result<std::unique_ptr<SimulatedCollector>> SimulatedCollector::start(engine::SimulatedEngine& engine, const model::Lab& lab,
                                                                      Target target) {
    auto d = std::make_unique<Private>(lab, engine.seed(), std::move(target));
    auto follower = engine.follow([p = d.get()](const SimulatedWorld& now, const SimulatedReader::News& news) { p->hear(now, news); });
    if (!follower) {
        return fail(std::move(follower.error()));
    }
    d->follower = *std::move(follower);
    d->thread = std::jthread([p = d.get()](const std::stop_token& stop) { p->run(stop); });
    return std::unique_ptr<SimulatedCollector>(new SimulatedCollector(std::move(d)));
}

} // namespace podleaf::observe
