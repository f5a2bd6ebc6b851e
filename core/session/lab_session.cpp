// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_session.h"

#include "cluster_setup.h"
#include "lab_backend.h"

#include <core/deploy/deploy.h>
#include <core/state/fault_words.h>
#include <core/verify/verify.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace podleaf::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabSession", text);
}

/// What every node delivers.
const QStringList kSources{QStringLiteral("netlink"), QStringLiteral("bgp"), QStringLiteral("services")};

bool isSynced(const model::Lab& lab, const state::NodeState& node) {
    const bool isControlPlane = lab.kubernetes && lab.kubernetes->controlPlane == node.id;
    return std::ranges::all_of(kSources, [&node](const QString& source) { return node.synced.contains(source); }) &&
           (!isControlPlane || node.synced.contains(QStringLiteral("cluster")));
}

/// How long the last step of `up` may wait: as long as its caller, or half a minute and a little for each node.
std::chrono::milliseconds patienceOf(const OpContext& context, const model::Lab& lab) {
    return context.deadline == Clock::time_point::max()
               ? std::chrono::milliseconds(30'000 + 50 * std::ssize(lab.nodes))
               : std::chrono::duration_cast<std::chrono::milliseconds>(context.deadline - Clock::now());
}

std::vector<state::SeedSession> seedsOf(const model::Lab& lab) {
    std::vector<state::SeedSession> seeds;
    for (const intent::ExpectedSession& session : intent::sessionsOf(lab)) {
        seeds.push_back({session.node, session.peer, session.peerNode, session.link});
    }
    return seeds;
}

} // namespace

class LabSession::Private {
public:
    Private(const labfile::LabSource& source, std::unique_ptr<LabBackend> carrier)
        : path(source.path), lab(*source.parsed.lab), seeds(seedsOf(lab)), store(lab, seeds), backend(std::move(carrier)),
          engine(backend->engine()) {}

    const intent::Intent& intent() const {
        std::call_once(intentAsked, [this] {
            wanted = std::make_unique<const intent::Intent>(intent::intentOf(lab));
            knownIntent = wanted.get();
        });
        return *wanted;
    }

    /// Gives the lab host the text that the following steps are made from, and notes what they restart.
    plan::Step handOver(const deploy::DueTurns& due) const {
        plan::Step step;
        step.title = tr("Hand over the lab file");
        step.group = tr("Cables and addresses");
        step.kind = plan::StepKind::Change;
        step.reason = tr("it changed");
        step.run = [this, due](OpContext& context) {
            auto kept = backend->keepDueTurns(due);
            return kept ? engine.create(context, {}, {}) : kept;
        };
        return step;
    }

    std::vector<verify::Mismatch> mismatches() const { return verify::checkIntent(lab, intent(), *store.snapshot()); }

    Result<verify::TestReport> test(OpContext& context, const std::vector<intent::Leg>& legs, const verify::LegObserver& observer) {
        const auto observeAndStore = [this, &observer](const verify::LegResult& leg) {
            store.push({QDateTime::currentMSecsSinceEpoch(),
                        state::TestLegSeen{leg.from, leg.to, leg.ok, leg.expected, leg.ms, leg.reason, leg.answeredWrong, leg.url}});
            if (observer) {
                observer(leg);
            }
        };
        auto results = verify::testLegs(
            context, legs, [this](const NodeId& node) { return engine.channel(node); }, observeAndStore, std::chrono::seconds(2));
        if (!results) {
            return fail(std::move(results.error()));
        }
        verify::TestReport report{std::move(*results), mismatches()};
        const state::Snapshot now = store.snapshot();
        for (std::size_t i = 0; i < report.legs.size(); ++i) {
            verify::LegResult& leg = report.legs[i];
            if (!leg.asIntended() && !leg.ok) {
                const QString why = verify::explainLeg(lab, intent(), *now, legs[i]);
                leg.reason = why.isEmpty() ? leg.reason : why;
            }
        }
        return report;
    }

    /// Whether the lab host that was watched has ended.
    bool isLost(const state::LabState& now) {
        const std::lock_guard lock(collectorMutex);
        return !now.running && backend->hasLost();
    }

    /// Waits until everything observed is as intended and every pod answers; at the deadline the error's
    /// detail lists the mismatches with their causes. Faults on purpose that must be taken away first are told at once.
    Result<> waitAsIntended(OpContext& context) {
        const auto faults = [this] { return state::faultsInTheWay(lab, *store.snapshot()); };
        std::size_t missing = 0;
        const auto settled = [this, &missing](const state::LabState& now) {
            return isLost(now) || verify::isAsIntended(lab, intent(), now, missing) || !state::faultsInTheWay(lab, now).empty();
        };
        std::vector<verify::LegResult> legs; // Of the last test.
        while (true) {
            if (auto waited = store.waitUntil(context, settled); !waited) {
                return notAsIntended(std::move(waited.error()), legs);
            }
            if (!faults().empty() && !mismatches().empty()) {
                return hindered(faults());
            }
            auto report = test(context, intent().legs, {});
            if (isLost(*store.snapshot())) {
                return fail(ErrorCode::Unreachable, tr("The lab host ended meanwhile."), {}, tr("podleaf up %1").arg(lab.id.name));
            }
            if (!report) {
                return notAsIntended(std::move(report.error()), legs);
            }
            if (report->ok()) {
                return {};
            }
            legs = std::move(report->legs);
            if (!faults().empty()) {
                return hindered(faults());
            }
            if (auto go = context.sleepFor(std::chrono::milliseconds(50)); !go) {
                return notAsIntended(std::move(go.error()), legs);
            }
        }
    }

    /// What stands in the way is the message itself: it is what the user must know.
    Result<> hindered(const std::vector<state::FaultInTheWay>& faults) const {
        QStringList sentences;
        QStringList remedies;
        for (const state::FaultInTheWay& fault : faults) {
            sentences.append(fault.sentence);
            remedies.append(fault.remedy);
        }
        remedies.removeDuplicates();
        return fail(ErrorCode::Conflict, tr("The lab cannot be as intended: %1").arg(sentences.join(QLatin1Char(' '))), {},
                    tr("Take it away, then try again: %1").arg(remedies.join(QLatin1String("; "))));
    }

    Result<> notAsIntended(Error why, const std::vector<verify::LegResult>& legs) const {
        if (why.code != ErrorCode::Timeout) {
            return fail(std::move(why));
        }
        QStringList lines;
        for (const verify::Mismatch& mismatch : mismatches()) {
            lines.append(QString(mismatch.what + QLatin1Char(' ') + mismatch.cause).trimmed());
        }
        for (const verify::LegResult& leg : legs) {
            if (!leg.asIntended()) {
                lines.append(tr("%1 → %2: %3").arg(leg.from, leg.to, leg.reason));
            }
        }
        return fail(ErrorCode::Timeout, tr("The lab did not become as intended in time."), lines.join(QLatin1Char('\n')),
                    tr("podleaf status %1 shows what is there, podleaf logs %1 NODE why.").arg(lab.id.name));
    }

    const QString path;
    const model::Lab lab;
    const std::vector<state::SeedSession> seeds;
    state::StateStore store;
    mutable std::once_flag intentAsked;
    mutable std::unique_ptr<const intent::Intent> wanted;
    mutable std::atomic<const intent::Intent*> knownIntent = nullptr;
    std::mutex collectorMutex;                 ///< Guards the watching of the backend.
    const std::unique_ptr<LabBackend> backend; ///< After the store: it pushes into it.
    engine::Engine& engine;
};

LabSession::LabSession(std::unique_ptr<Private> privateData) : d(std::move(privateData)) {}
LabSession::~LabSession() = default;

Result<std::unique_ptr<LabSession>> LabSession::open(const labfile::LabSource& source, const Environment& environment) {
    if (!source.parsed.lab) {
        return fail(ErrorCode::InvalidInput, tr("%1 is not a valid lab.").arg(source.path),
                    labfile::describe(source.path, source.parsed.findings));
    }
    auto backend = LabBackend::open(source, environment);
    if (!backend) {
        return fail(std::move(backend.error()));
    }
    return std::unique_ptr<LabSession>(new LabSession(std::make_unique<Private>(source, std::move(*backend))));
}

const model::Lab& LabSession::lab() const {
    return d->lab;
}
const intent::Intent& LabSession::intent() const {
    return d->intent();
}
const intent::Intent* LabSession::knownIntent() const {
    return d->knownIntent;
}
QString LabSession::path() const {
    return d->path;
}
engine::Engine& LabSession::engine() {
    return d->engine;
}
state::StateStore& LabSession::store() {
    return d->store;
}

Result<> LabSession::attach(OpContext& context) {
    const std::lock_guard lock(d->collectorMutex);
    if (d->backend->isWatched() && !d->backend->hasLost()) {
        return {};
    }
    auto listing = d->engine.list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    if (!listing->running) {
        return {};
    }
    if (auto deployed = d->backend->deployedLab(); !deployed) {
        return fail(std::move(deployed.error()));
    }
    return d->backend->watch(d->seeds, d->store);
}

Result<state::Snapshot> LabSession::waitSynced(OpContext& context) {
    {
        const std::lock_guard lock(d->collectorMutex);
        if (!d->backend->isWatched()) {
            return d->store.snapshot();
        }
    }
    // Nodes that were not made yet (a stopped `up`) have nothing to deliver.
    auto listing = d->engine.list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    if (!listing->running) {
        return d->store.snapshot();
    }
    return d->store.waitUntil(context, [this, &listing](const state::LabState& now) {
        return now.running && std::ranges::all_of(listing->nodes, [this, &now](const engine::ListedNode& node) {
                   const auto it = now.nodes.find(node.spec.id);
                   return it == now.nodes.end() || isSynced(d->lab, it->second);
               });
    });
}

QStringList LabSession::silentNodes() const {
    QStringList names;
    const state::Snapshot now = d->store.snapshot();
    for (const auto& [id, node] : now->nodes) {
        if (node.exists && !isSynced(d->lab, node)) {
            names.append(id.name);
        }
    }
    return names;
}

Result<plan::Plan> LabSession::planUp(OpContext& context, PlanFor use) {
    if (auto probe = d->engine.probe(context); !probe.usable) {
        probe.remedies.removeDuplicates();
        return fail(ErrorCode::HostLacks, tr("This host cannot run the lab."), probe.problems.join(QLatin1Char('\n')),
                    probe.remedies.join(QLatin1Char('\n')));
    }
    if (use == PlanFor::Reading) {
        return makePlan(context);
    }
    if (auto held = d->backend->hold(tr("Up %1").arg(d->lab.id.name)); !held) {
        return fail(std::move(held.error()));
    }
    auto plan = makePlan(context);
    if (!plan) {
        d->backend->letGo();
    }
    return plan;
}

Result<plan::Plan> LabSession::makePlan(OpContext& context) {
    auto deployed = d->backend->deployedLab();
    if (!deployed) {
        return fail(std::move(deployed.error()));
    }
    auto survey = deploy::survey(context, d->engine);
    if (!survey) {
        return fail(std::move(survey.error()));
    }
    const bool running = survey->listing.running;
    survey->due = running ? d->backend->dueTurns() : deploy::DueTurns();
    auto cluster = clusterSetup(context, d->lab);
    if (!cluster) {
        return fail(std::move(cluster.error()));
    }
    survey->cluster = std::move(*cluster);
    auto [plan, due] = deploy::planChange(d->lab, *survey, d->engine);
    const bool changed = running && (*deployed != d->lab || !due.empty());
    if (changed) {
        plan.prepend(d->handOver(due));
    }
    if (plan.isEmpty()) {
        if (auto attached = attach(context); !attached) {
            return fail(std::move(attached.error()));
        }
        // A node that does not answer must not take the time in which the last step tells what is wrong with it.
        OpContext brief = context.withTimeout(patienceOf(context, d->lab) / 3);
        auto synced = waitSynced(brief);
        if (!synced && (synced.error().code != ErrorCode::Timeout || !context.checkpoint())) {
            return fail(std::move(synced.error()));
        }
        constexpr int kTries = 2; // A cable that is to lose packets may have lost a leg's.
        for (int i = 0; i < kTries && synced && mismatches().empty(); ++i) {
            if (const auto report = d->test(context, d->intent().legs, {}); report && report->ok()) {
                return plan;
            }
        }
    }
    plan::Step watch;
    watch.title = tr("Watch the lab");
    watch.group = tr("Verify");
    watch.kind = plan::StepKind::Check;
    watch.reason = tr("to see it come up");
    if (!running || changed) {
        watch.after = {0};
    }
    watch.run = [this](OpContext& inner) { return attach(inner); };
    plan.steps.push_back(std::move(watch));

    plan::Step verify;
    verify.title = tr("Sessions, routes and pods are as intended");
    verify.group = tr("Verify");
    verify.kind = plan::StepKind::Check;
    verify.reason = tr("the last step proves the rest");
    verify.timeout = patienceOf(context, d->lab);
    verify.weight = 6;
    for (plan::StepIndex i = 0; i < plan.steps.size(); ++i) {
        verify.after.push_back(i);
    }
    verify.run = [this](OpContext& inner) {
        if (auto kept = d->backend->keepDueTurns({}); !kept) { // all steps before this one succeeded
            return kept;
        }
        auto intended = d->waitAsIntended(inner);
        return intended ? d->backend->cameUp() : intended;
    };
    plan.steps.push_back(std::move(verify));
    return plan;
}

Result<plan::Plan> LabSession::planDown(OpContext& context) {
    auto listing = d->engine.list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    listing->remains = listing->remains || d->backend->hasRemains();
    return deploy::planDown(d->lab, *listing, d->engine);
}

plan::PlanResult LabSession::run(const plan::Plan& plan, OpContext& context, const plan::StepObserver& observer,
                                 const plan::RunOptions& options) {
    return d->backend->run(plan, context, observer, options);
}

Result<verify::TestReport> LabSession::test(OpContext& context, const QString& name,
                                            const std::function<void(const verify::LegResult&)>& observer) {
    if (auto attached = attach(context); !attached) {
        return fail(std::move(attached.error()));
    }
    auto listing = d->engine.list(context);
    if (!listing) {
        return fail(std::move(listing.error()));
    }
    if (!listing->running) {
        return fail(ErrorCode::Unreachable, tr("The lab %1 is not running.").arg(d->lab.id.name), {},
                    tr("podleaf up %1").arg(d->lab.id.name));
    }
    OpContext patience = context.withTimeout(std::chrono::seconds(5));
    if (auto synced = waitSynced(patience); !synced && synced.error().code != ErrorCode::Timeout) {
        return fail(std::move(synced.error()));
    }
    const std::vector<intent::Leg> legs = name.isEmpty() ? d->intent().legs : intent::legsOf(d->lab, name);
    if (legs.empty()) {
        QStringList known;
        for (const model::Test& test : d->lab.tests) {
            known.append(test.name);
        }
        return fail(ErrorCode::NotFound, tr("The lab has no test named %1.").arg(name), {},
                    tr("Its tests are: %1").arg(known.join(QStringLiteral(", "))));
    }
    return d->test(context, legs, observer);
}

Result<> LabSession::setLink(OpContext& context, const LinkId& link, bool up) {
    if (d->lab.findLink(link) == nullptr) {
        QStringList known;
        for (const model::Link& each : d->lab.links) {
            known.append(each.id.name);
        }
        return fail(ErrorCode::NotFound, tr("The lab has no cable named %1.").arg(link.name), {},
                    tr("Its cables are: %1").arg(known.join(QStringLiteral(", "))));
    }
    return d->engine.setLink(context, link, up);
}

std::vector<verify::Mismatch> LabSession::mismatches() const {
    return d->mismatches();
}

} // namespace podleaf::session
