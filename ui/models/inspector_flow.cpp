// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector_flow.h"

#include <ui/canvas/flow_path.h>

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace podleaf::ui {

namespace {

using state::LabState;

QString tr(const char* text) {
    return QCoreApplication::translate("Inspector", text);
}

/// The host of a pod, or the node itself; nothing of a name that the lab has not.
std::optional<NodeId> hostOf(const QString& name, const std::vector<model::Pod>& pods, const model::Lab& lab) {
    const auto pod = std::ranges::find(pods, name, &model::Pod::name);
    const NodeId node = pod == pods.end() ? NodeId(name) : pod->host;
    return lab.findNode(node) == nullptr ? std::nullopt : std::optional(node);
}

/// The hops of a flow as the kernels lead packets now: each node, and the cable that they come to it through.
InspectorSection pathOf(const FlowRef& ref, const model::Lab& lab, const LabState& state, FlowEnd end) {
    InspectorSection section{.title = tr("Path")};
    const auto pods = lab.pods();
    const auto target = std::ranges::find(pods, ref.to, &model::Pod::name);
    const auto from = hostOf(ref.from, pods, lab);
    const auto to = hostOf(ref.to, pods, lab);
    if (!from || !to || target == pods.end()) {
        return section;
    }
    if (ref.from != from->name) {
        section.rows.push_back({ref.from, Glyph::None, tr("pod"), {}, false});
    }
    section.rows.push_back({from->name, Glyph::None, ref.from != from->name ? tr("its host") : tr("begins here"), {}, false});
    const FlowPath path = *from == *to ? FlowPath{{}, true} : flowPath(lab, &state, *from, *to, target->address, end);
    for (const FlowStep& step : path.steps) {
        const model::Link& link = *lab.findLink(step.link);
        const auto seen = state.links.find(step.link);
        const Word word = seen == state.links.end() ? Word() : wordOf(seen->second);
        const QString ports = tr("%1 to %2").arg(link.ends[step.from].port, link.ends[1 - step.from].port);
        section.rows.push_back(
            {farNodeOf(lab, step).name, word.glyph == Glyph::Ok ? Glyph::None : word.glyph, tr("over %1").arg(link.id.name), ports, false});
    }
    if (path.arrives) {
        section.rows.push_back({ref.to, Glyph::None, target->address.toString(), {}, true});
    } else {
        section.rows.push_back({ref.to, Glyph::Bad, tr("no route from %1").arg(section.rows.back().label), {}, false});
    }
    return section;
}

} // namespace

InspectorContent flowContent(const FlowRef& ref, const model::Lab& lab, const LabState& state) {
    const auto last = state.lastLeg(ref.from, ref.to);
    if (!last) {
        return {};
    }
    const state::TestLegSeen& leg = *last;
    InspectorContent content;
    content.icon = QStringLiteral("arrow");
    content.title = tr("%1 → %2").arg(ref.from, ref.to);
    content.state = wordOf(leg);
    content.second = latency(leg.ms);
    content.fault = leg.ok == leg.expected ? QString() : oneLine(leg.reason);
    InspectorSection verdict{.title = tr("Verdict")};
    verdict.rows.push_back({tr("Intended"),
                            leg.ok == leg.expected ? Glyph::Ok : Glyph::Bad,
                            leg.expected ? tr("to be answered") : tr("not to be answered"),
                            {},
                            false});
    if (content.fault.isEmpty() && !leg.reason.isEmpty()) {
        verdict.rows.push_back({tr("Why"), Glyph::None, oneLine(leg.reason), {}, false});
    }
    verdict.rows.push_back({tr("From"), Glyph::None, ref.from, {}, false});
    verdict.rows.push_back({tr("To"), Glyph::None, ref.to, {}, false});
    content.sections.push_back(std::move(verdict));
    const FlowEnd end = leg.ok || leg.answeredWrong ? FlowEnd::Arrived : FlowEnd::Stopped;
    if (auto path = pathOf(ref, lab, state, end); !path.rows.empty()) {
        content.sections.push_back(std::move(path));
    }
    return content;
}

} // namespace podleaf::ui
