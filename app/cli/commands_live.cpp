// SPDX-License-Identifier: GPL-3.0-or-later
// status, watch, test: what is true now, what changes, and the proof.
#include "commands.h"
#include "render.h"

#include <core/session/convergence_watch.h>
#include <core/state/route_seen.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

QString clockText(qint64 unixMs) {
    return QDateTime::fromMSecsSinceEpoch(unixMs).toString(QStringLiteral("HH:mm:ss.zzz"));
}

/// One delta on stdout: sentences for people, one object a line for scripts.
void printDelta(const Invocation& invocation, const model::Lab& lab, const state::LabState& now, const state::Delta& delta) {
    if (invocation.json) {
        const QList<QJsonObject> objects = watchObjects(lab, now, delta, QDateTime::currentMSecsSinceEpoch());
        for (const QJsonObject& object : objects) {
            printJson(object);
        }
        return;
    }
    for (const state::LogEntry& entry : delta.log) {
        printResult(
            QStringLiteral("%1  %2%3\n").arg(clockText(entry.atMs), entry.bad ? QStringLiteral("✘ ") : QStringLiteral("  "), entry.what));
    }
}

/// The events that are over, as they came out.
void printRecords(const Invocation& invocation, const std::vector<state::ConvergenceRecord>& records) {
    for (const state::ConvergenceRecord& record : records) {
        const qint64 endedMs = record.atMs + record.lastMs;
        if (invocation.json) {
            printJson(withHead(endedMs, QStringLiteral("convergence"), convergenceJson(record)));
        } else {
            printResult(QStringLiteral("%1  ⏱ %2\n").arg(clockText(endedMs), state::toSentence(record)));
        }
    }
}

/// Everything there is, as if it had just changed: a late watcher starts from the whole picture.
state::Delta everythingOf(const state::LabState& now) {
    state::Delta all;
    for (const auto& [id, node] : now.nodes) {
        all.nodes.insert(id);
        for (const auto& [key, route] : node.routes) {
            all.routes.push_back(state::seenOf(id, route, true));
        }
    }
    for (const auto& [id, link] : now.links) {
        all.links.insert(id);
    }
    for (const auto& [key, session] : now.sessions) {
        all.sessions.insert(key);
    }
    for (const auto& [name, pod] : now.pods) {
        all.pods.insert(name);
    }
    for (const auto& [key, pod] : now.cluster.pods) {
        all.clusterPods.insert(key);
    }
    all.cluster = now.cluster != state::ClusterState();
    return all;
}

/// Of a lab that runs it takes two looks, a moment apart, to tell what its nodes use. Who cannot tell is not waited for.
void awaitUsage(const Invocation& invocation, state::StateStore& store) {
    OpContext patience = invocation.context.withTimeout(std::chrono::seconds(1));
    const auto isKnown = [](const auto& entry) {
        const state::NodeState& node = entry.second;
        return !node.exists || (node.usage && node.usage->cpu);
    };
    static_cast<void>(
        store.waitUntil(patience, [&isKnown](const state::LabState& now) { return std::ranges::all_of(now.nodes, isKnown); }));
}

} // namespace

int status(Invocation& invocation) {
    auto session = openLiveLab(invocation, invocation.arguments.value(0));
    if (!session) {
        return reportError(invocation, session.error());
    }
    if (invocation.json) {
        awaitUsage(invocation, (*session)->store());
    }
    const state::Snapshot now = (*session)->store().snapshot();
    const auto mismatches = (*session)->mismatches();
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    if (invocation.json) {
        statusJson((*session)->lab(), *now, mismatches, (*session)->silentNodes(), nowMs, printResult);
        printResult(QStringLiteral("\n"));
    } else {
        statusText((*session)->lab(), *now, mismatches, nowMs, printResult);
    }
    return Done;
}

int watch(Invocation& invocation) {
    auto session = openLiveLab(invocation, invocation.arguments.value(0));
    if (!session) {
        return reportError(invocation, session.error());
    }
    session::ConvergenceWatch watching(**session, invocation.probe ? session::Probing::On : session::Probing::Off);
    const state::Snapshot first = (*session)->store().snapshot();
    if (!first->running) {
        return reportError(invocation, {ErrorCode::Unreachable,
                                        tr("The lab %1 is not running.").arg((*session)->lab().id.name),
                                        {},
                                        tr("podleaf up %1").arg((*session)->lab().id.name),
                                        {}});
    }
    printDelta(invocation, (*session)->lab(), *first, everythingOf(*first));
    while (!invocation.context.stop.stop_requested() && hasReader()) {
        const auto [now, delta, ended, open] = watching.next(std::chrono::milliseconds(200));
        printDelta(invocation, (*session)->lab(), *now, delta);
        printRecords(invocation, ended);
        if (!now->running) {
            printMessage(tr("The lab is down.\n"));
            return Done;
        }
    }
    return Done; // Ctrl-C is how one leaves.
}

int test(Invocation& invocation) {
    QStringList arguments = invocation.arguments;
    if (arguments.size() == 1 && !namesLab(invocation, arguments.front())) {
        arguments.prepend(QString());
    }
    auto session = openLiveLab(invocation, arguments.value(0));
    if (!session) {
        return reportError(invocation, session.error());
    }
    auto report = (*session)->test(invocation.context, arguments.value(1), {});
    if (!report) {
        return reportError(invocation, report.error());
    }
    if (invocation.json) {
        QJsonArray legs;
        for (const verify::LegResult& leg : report->legs) {
            legs.append(legJson(leg));
        }
        printJson({{QStringLiteral("ok"), report->ok()},
                   {QStringLiteral("legs"), legs},
                   {QStringLiteral("mismatches"), mismatchesJson(report->mismatches)}});
    } else {
        printResult(testText(*report));
    }
    return report->ok() ? Done : Failed;
}

} // namespace podleaf::cli
