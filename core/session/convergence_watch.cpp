// SPDX-License-Identifier: GPL-3.0-or-later
#include "convergence_watch.h"

#include <core/verify/prober.h>

#include <QDateTime>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <poll.h>

namespace podleaf::session {

namespace {

using namespace std::chrono_literals;

/// While a record is open it is looked at so often: whether it has settled is told by no event.
constexpr auto kOpenPatience = 50ms;

} // namespace

class ConvergenceWatch::Private {
public:
    Private(LabSession& theSession, Probing theProbing)
        : session(theSession), probing(theProbing), reader(session.store().openReader()),
          tracker(session.lab(), state::ConvergencePatience::of(session.lab())),
          prober(
              session.lab(), [this](const NodeId& node) { return session.engine().channel(node); },
              [this](const state::ProbeSeen& probe) { take(probe); }) {}

    void take(const state::ProbeSeen& probe);
    std::vector<state::ProbeSeen> takeProbes();
    void chooseLegs();

    LabSession& session;
    const Probing probing;
    const std::unique_ptr<state::Reader> reader;
    state::ConvergenceTracker tracker;
    std::set<NodeId> ahead; ///< Places whose legs are asked without a record.
    std::mutex mutex;
    std::condition_variable_any came;
    std::vector<state::ProbeSeen> probes;            ///< Guarded by mutex; not yet folded.
    std::set<std::pair<QString, QString>> knownLegs; ///< Guarded by mutex: from and to.
    verify::Prober prober;                           ///< Last: its threads use the rest.
};

void ConvergenceWatch::Private::take(const state::ProbeSeen& probe) {
    {
        const std::lock_guard lock(mutex);
        probes.push_back(probe);
        knownLegs.insert({probe.from, probe.to});
    }
    came.notify_all();
}

std::vector<state::ProbeSeen> ConvergenceWatch::Private::takeProbes() {
    const std::lock_guard lock(mutex);
    return std::exchange(probes, {});
}

void ConvergenceWatch::Private::chooseLegs() {
    std::vector<intent::Leg> legs;
    const auto add = [&](const std::set<NodeId>& places) {
        for (intent::Leg& leg : verify::legsTouchedAt(session.lab(), session.intent(), places)) {
            if (std::ranges::find(legs, leg) == legs.end() && legs.size() < verify::kMaxProbedLegs) {
                legs.push_back(std::move(leg));
            }
        }
    };
    if (!ahead.empty()) {
        add(ahead);
    }
    for (const state::ConvergenceRecord& record : tracker.open()) {
        if (probing == Probing::On) {
            add(verify::placesOf(session.lab(), record));
        }
    }
    prober.probe(legs);
}

ConvergenceWatch::ConvergenceWatch(LabSession& session, Probing probing) : d(std::make_unique<Private>(session, probing)) {
    const auto [now, delta] = d->reader->take();
    d->tracker.fold(delta.changes);
    d->tracker.advance(*now, QDateTime::currentMSecsSinceEpoch());
}

ConvergenceWatch::~ConvergenceWatch() = default;

ConvergenceWatch::Step ConvergenceWatch::next(std::chrono::milliseconds patience) {
    const auto wait = d->tracker.open().empty() ? patience : std::min<std::chrono::milliseconds>(patience, kOpenPatience);
    pollfd wake{d->reader->wakeFd(), POLLIN, 0};
    ::poll(&wake, 1, static_cast<int>(wait.count()));
    Step step;
    std::tie(step.now, step.delta) = d->reader->take();
    d->tracker.fold(step.delta.changes);
    for (const state::ProbeSeen& probe : d->takeProbes()) {
        d->tracker.fold(probe);
    }
    step.ended = d->tracker.advance(*step.now, QDateTime::currentMSecsSinceEpoch());
    step.open = d->tracker.open();
    d->chooseLegs();
    return step;
}

Result<> ConvergenceWatch::probeAhead(OpContext& context, const std::set<NodeId>& places) {
    d->ahead = places;
    d->chooseLegs();
    const auto legs = verify::legsTouchedAt(d->session.lab(), d->session.intent(), places);
    const auto allKnown = [&] {
        return std::ranges::all_of(legs, [&](const intent::Leg& leg) { return d->knownLegs.contains({leg.from(), leg.toPod}); });
    };
    std::unique_lock lock(d->mutex);
    d->came.wait_until(lock, context.stop, context.deadline, allKnown);
    return allKnown() ? Result<>() : context.checkpoint();
}

} // namespace podleaf::session
