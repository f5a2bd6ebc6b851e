// SPDX-License-Identifier: GPL-3.0-or-later
#include "record.h"

#include "render.h"

#include <core/session/convergence_watch.h>

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

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

bool isOf(const state::ConvergenceRecord& record, const model::Lab& lab, const Deed& deed) {
    if (!record.link.isEmpty() && record.link == deed.link) {
        return true;
    }
    const model::Link* link = lab.findLink(record.link);
    return deed.link.isEmpty() &&
           (deed.places.contains(record.node) || (link != nullptr && std::ranges::any_of(link->ends, [&](const model::Endpoint& end) {
                                                      return deed.places.contains(end.node);
                                                  })));
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

Result<Record> record(OpContext& context, session::LabSession& session, const Deed& deed) {
    session::ConvergenceWatch watch(session, session::Probing::On);
    OpContext ahead = context.withTimeout(kAheadPatience);
    if (auto probed = watch.probeAhead(ahead, deed.places); !probed && !context.checkpoint()) {
        return fail(std::move(probed.error()));
    }
    if (auto done = deed.run(context); !done) {
        return fail(std::move(done.error()));
    }
    OpContext patience = context.withTimeout(kRecordPatience);
    return waitForRecord(patience, watch, session.lab(), deed);
}

} // namespace

Result<std::unique_ptr<session::LabSession>> openForDeed(Invocation& invocation, const QString& nameOrPath) {
    return invocation.record ? openLiveLab(invocation, nameOrPath) : openLab(invocation, nameOrPath);
}

int perform(Invocation& invocation, session::LabSession& session, const Deed& deed) {
    const bool waits = invocation.record && deed.wasSo.isEmpty();
    Result<Record> ended = Record();
    if (waits) {
        ended = record(invocation.context, session, deed);
    } else if (auto done = deed.run(invocation.context); !done) { // also where all was so: for its error, and in case we are behind
        ended = fail(std::move(done.error()));
    }
    if (!ended) {
        return reportError(invocation, ended.error());
    }
    Told told = deed.told();
    if (invocation.json) {
        if (invocation.record) {
            told.json.insert(QStringLiteral("convergence"), *ended ? QJsonValue(convergenceJson(**ended)) : QJsonValue());
        }
        printJson(told.json);
    } else if (*ended) {
        printResult(convergenceText(**ended));
    } else {
        printResult(!waits ? (invocation.record ? deed.wasSo : told.text) : told.text + tr("Nothing was seen to change.\n"));
    }
    return Done;
}

} // namespace podleaf::cli
