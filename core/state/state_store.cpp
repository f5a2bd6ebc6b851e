// SPDX-License-Identifier: GPL-3.0-or-later
#include "state_store.h"

#include "lab_index.h"
#include "mailbox.h"
#include "reducer.h"

#include <core/base/bounded_queue.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QLoggingCategory>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace podleaf::state {

namespace {

Q_LOGGING_CATEGORY(logStore, "podleaf.state.store", QtInfoMsg)

constexpr std::size_t kQueueCapacity = 65536;
/// 60 publications a second at most, and of a very large state fewer: they take a tenth of the thread's time at most. What
/// they cost afterwards, when shared tables are copied to be changed, is about as much again.
constexpr std::chrono::microseconds kPublishInterval{16667};
constexpr int kPublishShare = 10;
/// How many observations are folded between two looks at the clock.
constexpr int kFoldBatch = 256;

/// Of this thread: on a busy machine the clock on the wall says nothing of what something costs.
std::chrono::nanoseconds processorTime() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

class StateStore::Private {
public:
    Private(model::Lab theLab, const std::vector<SeedSession>& sessions)
        : lab(std::move(theLab)), working(initialState(lab, sessions)), published(std::make_shared<const LabState>(working)) {
        thread = std::jthread([this](std::stop_token stop) { run(stop); });
    }

    void run(const std::stop_token& stop);
    void foldAll(const std::deque<Observation>& observations);
    [[nodiscard]] Reducer reducer();
    void foldOne(Reducer& into, const Observation& observation);
    void pushGauge(const NodeId& node, Observation observation);
    std::optional<Observation> takeGauge(const NodeId& node);
    void countRefused();
    void publish();
    [[nodiscard]] bool isDue() const { return Clock::now() >= lastPublished + publishInterval; }

    const model::Lab lab;
    BoundedQueue<Observation> queue{kQueueCapacity};

    std::mutex gaugeMutex;
    std::map<NodeId, Observation> gauges; ///< Those whose turn in the queue has not come.

    // The store's thread only:
    LabState working;
    Delta pending;
    Clock::duration publishInterval = kPublishInterval;
    Clock::time_point lastPublished = Clock::now() - kPublishInterval;

    // Guarded by mutex:
    std::mutex mutex;
    std::condition_variable_any changed;
    Snapshot published;
    std::uint64_t generation = 0; ///< Counts publications.
    std::vector<std::weak_ptr<Mailbox>> mailboxes;

    std::atomic<bool> isRead = false; ///< There are mailboxes. Changed under mutex.

    std::jthread thread; ///< Last: stops and joins before anything above goes.
};

void StateStore::Private::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto observations = pending.isEmpty() ? queue.takeAll(stop) : queue.takeAllUntil(stop, lastPublished + publishInterval);
        foldAll(observations);
        countRefused();
        if (!pending.isEmpty() && isDue()) {
            publish();
        }
    }
}

void StateStore::Private::foldAll(const std::deque<Observation>& observations) {
    for (auto next = observations.begin(); next != observations.end();) {
        Reducer into = reducer();
        for (int left = kFoldBatch; left > 0 && next != observations.end(); --left) {
            foldOne(into, *next++);
        }
        if (next != observations.end() && !pending.isEmpty() && isDue()) {
            publish();
        }
    }
}

/// For the observations until the next publication at most. What is pushed after a reader was opened comes out of the
/// queue after that, too, and so is folded in by a reducer that knows of it.
Reducer StateStore::Private::reducer() {
    return {working, pending, lab, *working.index, isRead ? Reducer::Routes::Told : Reducer::Routes::Untold};
}

/// The first of a node keeps a place in the queue, an empty one; the last of it is what is taken in.
void StateStore::Private::pushGauge(const NodeId& node, Observation observation) {
    const std::lock_guard lock(gaugeMutex);
    const qint64 atMs = observation.atMs;
    const bool isFirst = gauges.insert_or_assign(node, std::move(observation)).second;
    if (isFirst && !queue.push({atMs, TrafficSeen{node, {}}})) {
        gauges.erase(node);
    }
}

std::optional<Observation> StateStore::Private::takeGauge(const NodeId& node) {
    const std::lock_guard lock(gaugeMutex);
    auto taken = gauges.extract(node);
    return taken.empty() ? std::nullopt : std::optional(std::move(taken.mapped()));
}

void StateStore::Private::foldOne(Reducer& into, const Observation& observation) {
    try {
        if (const auto* gauge = std::get_if<TrafficSeen>(&observation.what)) {
            if (const auto newest = takeGauge(gauge->node)) {
                into.take(*newest);
            }
            return;
        }
        into.take(observation);
    } catch (const std::exception& error) {
        qCWarning(logStore) << "observation=dropped error=" << error.what();
        pending.log.push_back({observation.atMs, QStringLiteral("loss"), lab.id.name,
                               QCoreApplication::translate("State", "An observation could not be taken in."), true});
    }
}

void StateStore::Private::countRefused() {
    if (const std::uint64_t refused = queue.takeRefused(); refused > 0) {
        Reducer into = reducer();
        foldOne(into, {QDateTime::currentMSecsSinceEpoch(), LossSeen{QStringLiteral("queue"), refused}});
    }
}

void StateStore::Private::publish() {
    const auto began = processorTime();
    auto snapshot = std::make_shared<const LabState>(working);
    Delta delta = std::exchange(pending, {});
    Snapshot old; // Freed after the lock: it may be the last of a large state.
    {
        const std::lock_guard lock(mutex);
        old = std::exchange(published, snapshot);
        ++generation;
        std::erase_if(mailboxes, [](const std::weak_ptr<Mailbox>& weak) { return weak.expired(); });
        isRead = !mailboxes.empty();
        for (const std::weak_ptr<Mailbox>& weak : mailboxes) {
            if (const auto mailbox = weak.lock()) {
                mailbox->deliver(snapshot, delta);
            }
        }
    }
    changed.notify_all();
    old.reset();
    lastPublished = Clock::now();
    publishInterval = std::max<Clock::duration>(kPublishInterval, kPublishShare * (processorTime() - began));
}

StateStore::StateStore(model::Lab lab, const std::vector<SeedSession>& sessions) : d(std::make_unique<Private>(std::move(lab), sessions)) {}

StateStore::~StateStore() = default;

void StateStore::push(Observation observation) {
    if (const auto* gauge = std::get_if<TrafficSeen>(&observation.what)) {
        const NodeId node = gauge->node;
        return d->pushGauge(node, std::move(observation));
    }
    d->queue.push(std::move(observation));
}

std::size_t StateStore::backlog() const {
    return d->queue.size();
}

Snapshot StateStore::snapshot() const {
    const std::lock_guard lock(d->mutex);
    return d->published;
}

std::unique_ptr<Reader> StateStore::openReader() {
    const std::lock_guard lock(d->mutex);
    auto mailbox = std::make_shared<Mailbox>(d->published);
    d->mailboxes.push_back(mailbox);
    d->isRead = true;
    return std::make_unique<MailboxReader>(std::move(mailbox));
}

Result<Snapshot> StateStore::waitUntil(OpContext& context, const std::function<bool(const LabState&)>& condition) {
    for (;;) {
        Snapshot now;
        std::uint64_t seen = 0;
        {
            const std::lock_guard lock(d->mutex);
            now = d->published;
            seen = d->generation;
        }
        if (condition(*now)) {
            return now;
        }
        if (auto go = context.checkpoint(); !go) {
            return fail(std::move(go.error()));
        }
        std::unique_lock lock(d->mutex);
        d->changed.wait_until(lock, context.stop, context.deadline, [this, seen] { return d->generation != seen; });
    }
}

} // namespace podleaf::state
