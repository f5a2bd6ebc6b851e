// SPDX-License-Identifier: GPL-3.0-or-later
#include "record.h"

#include "render.h"

#include <core/session/convergence_watch.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::cli {

namespace {

using namespace std::chrono_literals;

/// How long the probes may take to find out how things are before.
constexpr auto kAheadPatience = 3s;
/// Longer than the tracker's own patience: only a lab host that does not tell its events gets there.
constexpr auto kRecordPatience = 120s;

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

Result<state::ConvergenceRecord> waitForRecord(OpContext& context, session::ConvergenceWatch& watch, const LinkId& link, bool join) {
    while (true) {
        const auto step = watch.next(200ms);
        const auto it = std::ranges::find_if(step.ended, [&](const auto& record) { return record.link == link && record.up == join; });
        if (it != step.ended.end()) {
            return *it;
        }
        if (auto go = context.checkpoint(); !go) {
            return fail(std::move(go.error()));
        }
    }
}

/// The record, or nullopt when the cable was so already.
Result<std::optional<state::ConvergenceRecord>> record(OpContext& context, session::LabSession& session, const LinkId& id, bool join) {
    const state::Snapshot before = session.store().snapshot();
    const auto known = before->links.find(id);
    const bool same = known != before->links.end() && known->second.adminUp == join;
    const model::Link* link = session.lab().findLink(id);
    if (same || link == nullptr) {
        auto set = session.setLink(context, id, join); // for its error, and in case we are behind
        return set ? Result<std::optional<state::ConvergenceRecord>>(std::nullopt) : fail(std::move(set.error()));
    }
    session::ConvergenceWatch watch(session, session::Probing::On);
    OpContext ahead = context.withTimeout(kAheadPatience);
    if (auto probed = watch.probeAhead(ahead, {link->ends[0].node, link->ends[1].node}); !probed && !context.checkpoint()) {
        return fail(std::move(probed.error()));
    }
    if (auto set = session.setLink(context, id, join); !set) {
        return fail(std::move(set.error()));
    }
    OpContext patience = context.withTimeout(kRecordPatience);
    auto ended = waitForRecord(patience, watch, id, join);
    return ended ? Result<std::optional<state::ConvergenceRecord>>(*std::move(ended)) : fail(std::move(ended.error()));
}

} // namespace

int recordLink(Invocation& invocation, session::LabSession& session, const LinkId& link, bool join) {
    auto ended = record(invocation.context, session, link, join);
    if (!ended) {
        return reportError(invocation, ended.error());
    }
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), true},
                   {QStringLiteral("link"), link.name},
                   {QStringLiteral("admin"), join ? QStringLiteral("up") : QStringLiteral("down")},
                   {QStringLiteral("convergence"), *ended ? QJsonValue(convergenceJson(**ended)) : QJsonValue()}});
    } else if (*ended) {
        printResult(convergenceText(**ended));
    } else {
        printResult((join ? tr("%1 is joined already.\n") : tr("%1 is cut already.\n")).arg(link.name));
    }
    return Done;
}

} // namespace podleaf::cli
