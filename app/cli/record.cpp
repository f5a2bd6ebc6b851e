// SPDX-License-Identifier: GPL-3.0-or-later
#include "record.h"

#include "render.h"

#include <core/session/convergence_watch.h>

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <set>

namespace podleaf::cli {

namespace {

using namespace std::chrono_literals;
using Record = std::optional<state::ConvergenceRecord>;

/// How long the probes may take to find out how things are before.
constexpr auto kAheadPatience = 3s;
/// Longer than the tracker's own patience: only a lab host that does not tell its events gets there.
constexpr auto kRecordPatience = 120s;

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

struct Outcome {
    Told told;
    Record record;
};

bool isEndOf(const model::Link* link, const NodeId& node) {
    return link != nullptr && std::ranges::any_of(link->ends, [&node](const model::Endpoint& end) { return end.node == node; });
}

bool isOf(const state::ConvergenceRecord& record, const model::Lab& lab, const Deed& deed) {
    return deed.link.isEmpty() ? record.node == deed.node || isEndOf(lab.findLink(record.link), deed.node) : record.link == deed.link;
}

/// The nodes whose legs it may touch.
std::set<NodeId> placesOf(const model::Lab& lab, const Deed& deed) {
    if (deed.link.isEmpty()) {
        return {deed.node};
    }
    const model::Link* link = lab.findLink(deed.link);
    return link == nullptr ? std::set<NodeId>() : std::set<NodeId>{link->ends[0].node, link->ends[1].node};
}

/// The last record that began here and was not overtaken, once none is open any more; none when nothing has begun within
/// the time in which a fault must be noticed.
Result<Record> waitForRecord(OpContext& context, session::ConvergenceWatch& watch, const model::Lab& lab, const Deed& deed) {
    const qint64 begin = QDateTime::currentMSecsSinceEpoch();
    const qint64 firstSignMs = state::ConvergencePatience::of(lab).firstSignMs;
    const auto here = [&](const state::ConvergenceRecord& record) { return isOf(record, lab, deed); };
    Record last;
    while (true) {
        const auto step = watch.next(200ms);
        for (const state::ConvergenceRecord& record : step.ended) {
            if (here(record) && (!last || record.end != state::ConvergenceEnd::Overtaken)) {
                last = record;
            }
        }
        const bool isOver = last || QDateTime::currentMSecsSinceEpoch() - begin > firstSignMs;
        if (isOver && std::ranges::none_of(step.open, here)) {
            return last;
        }
        if (auto go = context.checkpoint(); !go) {
            return fail(std::move(go.error()));
        }
    }
}

Result<Outcome> run(OpContext& context, const Deed& deed) {
    auto told = deed.run(context);
    return told ? Result<Outcome>(Outcome{*std::move(told), {}}) : fail(std::move(told.error()));
}

Result<Outcome> runAndWait(OpContext& context, session::LabSession& session, const Deed& deed) {
    session::ConvergenceWatch watch(session, session::Probing::On);
    OpContext ahead = context.withTimeout(kAheadPatience);
    if (auto probed = watch.probeAhead(ahead, placesOf(session.lab(), deed)); !probed && !context.checkpoint()) {
        return fail(std::move(probed.error()));
    }
    auto outcome = run(context, deed);
    if (!outcome) {
        return outcome;
    }
    OpContext patience = context.withTimeout(kRecordPatience);
    auto ended = waitForRecord(patience, watch, session.lab(), deed);
    if (!ended) {
        return fail(std::move(ended.error()));
    }
    outcome->record = *std::move(ended);
    return outcome;
}

QString textOf(const Invocation& invocation, const Deed& deed, const Outcome& outcome) {
    if (outcome.record) {
        return convergenceText(*outcome.record);
    }
    if (!invocation.record) {
        return outcome.told.text;
    }
    return deed.wasSo.isEmpty() ? outcome.told.text + tr("Nothing was seen to change.\n") : deed.wasSo;
}

} // namespace

Result<std::unique_ptr<session::LabSession>> openForDeed(Invocation& invocation, const QString& nameOrPath) {
    return invocation.record ? openLiveLab(invocation, nameOrPath) : openLab(invocation, nameOrPath);
}

int perform(Invocation& invocation, session::LabSession& session, const Deed& deed) {
    // Also run where all is so: for its error, and in case we are behind.
    const bool waits = invocation.record && deed.wasSo.isEmpty();
    auto outcome = waits ? runAndWait(invocation.context, session, deed) : run(invocation.context, deed);
    if (!outcome) {
        return reportError(invocation, outcome.error());
    }
    if (!invocation.json) {
        printResult(textOf(invocation, deed, *outcome));
        return Done;
    }
    if (invocation.record) {
        outcome->told.json.insert(QStringLiteral("convergence"),
                                  outcome->record ? QJsonValue(convergenceJson(*outcome->record)) : QJsonValue());
    }
    printJson(outcome->told.json);
    return Done;
}

} // namespace podleaf::cli
