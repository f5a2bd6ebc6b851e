// SPDX-License-Identifier: GPL-3.0-or-later
// LabSummary: see the header.
#include "lab_summary.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <map>

namespace podleaf::ui {

namespace {
QString tr(const char* text) {
    return QCoreApplication::translate("LabSummary", text);
}
} // namespace

/// Pairs and how many of their sides are Established.
void countSessions(LabSummary& summary, const intent::Intent& intent, const state::LabState& state) {
    std::map<LinkId, std::pair<int, int>> pairs; // sides, sides up
    for (const auto& wanted : intent.sessions) {
        auto& [sides, up] = pairs[wanted.link];
        ++sides;
        const auto seen = state.sessions.find({wanted.node, wanted.peer});
        if (seen != state.sessions.end() && seen->second.known && seen->second.state == state::BgpState::Established) {
            ++up;
        }
    }
    summary.sessions = static_cast<int>(pairs.size());
    summary.sessionsUp = static_cast<int>(
        std::count_if(pairs.begin(), pairs.end(), [](const auto& pair) { return pair.second.first == pair.second.second; }));
}

namespace {

bool hasRoute(const state::LabState& state, const intent::ExpectedRoute& wanted) {
    const auto node = state.nodes.find(wanted.node);
    return node != state.nodes.end() && std::any_of(node->second.routes.begin(), node->second.routes.end(), [&](const auto& entry) {
               return entry.second.prefix == wanted.prefix && isAsIntended(entry.second, wanted);
           });
}

} // namespace

bool isAsIntended(const state::RouteState& route, const intent::ExpectedRoute& wanted) {
    return std::equal(route.nextHops.begin(), route.nextHops.end(), wanted.nextHops.begin(), wanted.nextHops.end(),
                      [](const state::NextHop& hop, const Ipv4Address& via) { return hop.via == via; });
}

void countNodes(LabSummary& summary, const state::LabState& state) {
    summary.running = state.running;
    summary.nodes = static_cast<int>(state.nodes.size());
    for (const auto& [id, node] : state.nodes) {
        summary.nodesUp += node.phase == state::NodePhase::Ready ? 1 : 0;
        summary.nodesFailed += node.phase == state::NodePhase::Failed ? 1 : 0;
        if (node.usage) {
            summary.memoryBytes = summary.memoryBytes.value_or(0) + node.usage->memoryBytes;
        }
        if (node.usage && node.usage->cpu) {
            summary.cpu = summary.cpu.value_or(0) + *node.usage->cpu;
        }
    }
    summary.pods = static_cast<int>(state.pods.size());
    for (const auto& [name, pod] : state.pods) {
        const Glyph glyph = wordOf(pod).glyph;
        summary.podsUp += glyph == Glyph::Ok ? 1 : 0;
        summary.podsFailed += glyph == Glyph::Bad ? 1 : 0;
    }
}

Word wordOf(const LabSummary& summary) {
    if (!summary.running) {
        return {Glyph::Idle, tr("Not running")};
    }
    QStringList parts;
    const auto count = [&parts](const QString& sentence, int have, int all) {
        if (have < all) {
            parts += sentence.arg(have).arg(all);
        }
    };
    count(tr("%1 of %2 nodes up"), summary.nodesUp, summary.nodes);
    count(tr("%1 of %2 pods up"), summary.podsUp, summary.pods);
    count(tr("%1 of %2 sessions established"), summary.sessionsUp, summary.sessions);
    count(tr("%1 of %2 routes in kernel"), summary.routesRight, summary.routes);
    if (parts.isEmpty()) {
        return {Glyph::Ok, tr("Running")};
    }
    const QString what = parts.join(QLatin1String(", "));
    if (summary.nodesFailed > 0 || summary.podsFailed > 0) {
        return {Glyph::Bad, tr("Failed: %1").arg(what)};
    }
    return summary.nodesUp < summary.nodes ? Word{Glyph::Wait, tr("Starting: %1").arg(what)}
                                           : Word{Glyph::Partly, tr("Not all as intended: %1").arg(what)};
}

LabSummary summaryOf(const intent::Intent& intent, const state::LabState& state) {
    LabSummary summary;
    countNodes(summary, state);
    countSessions(summary, intent, state);
    summary.routes = static_cast<int>(intent.routes.size());
    summary.routesRight = static_cast<int>(
        std::count_if(intent.routes.begin(), intent.routes.end(), [&](const auto& wanted) { return hasRoute(state, wanted); }));
    return summary;
}

} // namespace podleaf::ui
