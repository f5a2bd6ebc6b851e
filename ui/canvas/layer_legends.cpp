// SPDX-License-Identifier: GPL-3.0-or-later
// What the marks mean that each layer has on the canvas now: one entry for each sort of them. GUI thread.
#include "arrows.h"
#include "canvas_text.h"
#include "flow_shapes.h"
#include "lab_scene.h"
#include "legend_entry.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

namespace podleaf::ui {

namespace {

constexpr std::size_t kGlyphCount = static_cast<std::size_t>(Glyph::Planned) + 1;

std::size_t indexOf(Glyph glyph) {
    return static_cast<std::size_t>(glyph);
}

void append(Legend& to, Legend&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// What a half-line with this glyph says.
QString halfWords(Glyph glyph) {
    switch (glyph) {
    case Glyph::Ok:
        return CanvasText::tr("Established");
    case Glyph::Wait:
        return CanvasText::tr("Opening");
    case Glyph::Connect:
        return CanvasText::tr("Connect");
    case Glyph::Warn:
        return CanvasText::tr("Active");
    case Glyph::Idle:
        return CanvasText::tr("Idle");
    case Glyph::Shut:
        return CanvasText::tr("Shut by user");
    case Glyph::Bad:
        return CanvasText::tr("After an error");
    default:
        return CanvasText::tr("No session");
    }
}

} // namespace

LegendEntry entryOf(const ArrowStyle& style, const QString& words) {
    const LegendMark mark = !style.ends ? LegendMark::Stop : style.head == Head::Hollow ? LegendMark::Hollow : LegendMark::Arrow;
    return {mark, words, style.ends ? Glyph::None : Glyph::Bad, style.color, style.width, style.dash};
}

/// Beside a glyph on a card its word stands already, but not from far away, and not on a pod's chip.
Legend NodeLayer::legend() const {
    std::array<bool, kGlyphCount> seen{};
    bool failed = false;
    const bool isFar = m_context.detail == Detail::Dot;
    if (isFar || m_context.shows(Lens::State)) {
        for (const auto& node : m_nodes) {
            seen.at(indexOf(node->phase().glyph)) = true;
            failed = failed || node->phase().failed;
        }
    }
    bool podsDown = false;
    for (const auto& [name, pod] : m_context.state->pods) {
        const Glyph glyph = glyphOf(pod);
        const bool isShown = m_context.detail == Detail::Full && m_context.state->running && find(m_context.facts.hostOf(name)) != nullptr;
        if (isShown && glyph != Glyph::Ok) {
            seen.at(indexOf(glyph)) = true;
            podsDown = podsDown || glyph == Glyph::Bad;
        }
    }
    const QString bad = !failed ? CanvasText::tr("Not ready") : podsDown ? CanvasText::tr("Failed or not ready") : CanvasText::tr("Failed");
    const std::pair<Glyph, QString> words[] = {{Glyph::Ok, CanvasText::tr("Ready")},     {Glyph::Wait, CanvasText::tr("Not ready yet")},
                                               {Glyph::Warn, CanvasText::tr("Paused")},  {Glyph::Bad, bad},
                                               {Glyph::Shut, CanvasText::tr("Stopped")}, {Glyph::Planned, CanvasText::tr("Planned")}};
    Legend entries;
    for (const auto& [glyph, text] : words) {
        if (seen.at(indexOf(glyph))) {
            entries.push_back({LegendMark::Glyph, text, glyph});
        }
    }
    const auto boots = [](const auto& node) { return !node->phase().planned; };
    if (m_context.detail == Detail::Full && m_context.shows(Lens::State) && std::ranges::any_of(m_nodes, boots)) {
        entries.push_back({LegendMark::Boot, CanvasText::tr("Boot phase done"), Glyph::None, m_context.color(Role::Ok)});
    }
    return entries;
}

LegendEntry EdgeLayer::halfEntry(const HalfLook& look) const {
    const Glyph glyph = m_context.detail == Detail::Dot ? Glyph::None : look.glyph;
    return {LegendMark::Line, halfWords(look.glyph), glyph, m_context.color(look.line), look.width * halfShare(look), look.dash};
}

Legend EdgeLayer::legend() const {
    std::array<const HalfLook*, kGlyphCount> halves{};
    bool silent = false;
    bool lost = false;
    bool drops = false;
    bool shut = false;
    for (const Cable& cable : m_cables) {
        for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
            const HalfLook& half = cable.look.halves[end];
            halves.at(indexOf(half.glyph)) = &half;
            silent = silent || isSilent(half, m_context.nowMs);
            shut = shut || cable.look.ports[end] == PortLook::Shut;
        }
        lost = lost || cable.look.carrierLost;
        drops = drops || (cable.look.drops && !cable.look.carrierLost);
    }
    Legend entries;
    for (const Glyph glyph : {Glyph::Ok, Glyph::Wait, Glyph::Connect, Glyph::Warn, Glyph::Idle, Glyph::Shut, Glyph::Bad, Glyph::None}) {
        if (const HalfLook* half = halves.at(indexOf(glyph))) {
            entries.push_back(halfEntry(*half));
        }
    }
    if (silent) {
        entries.push_back({.mark = LegendMark::Line,
                           .words = CanvasText::tr("Not heard of for 5 s"),
                           .color = m_context.color(Role::Ok),
                           .opacity = kSilentOpacity});
    }
    if (lost) {
        entries.push_back({.mark = LegendMark::Slashes, .words = CanvasText::tr("Cut or no carrier"), .color = m_context.color(Role::Bad)});
    }
    if (drops) {
        entries.push_back({.mark = LegendMark::Scissors, .words = CanvasText::tr("Packets dropped"), .color = m_context.color(Role::Warn)});
    }
    if (shut && m_context.detail != Detail::Dot) {
        entries.push_back({.mark = LegendMark::Port, .words = CanvasText::tr("Port shut"), .color = m_context.color(Role::Off)});
    }
    return entries;
}

bool FlowLayer::isDrawn(const verify::LegResult& leg, const FlowPath& path) const {
    const bool fromNode = m_context.facts.of(NodeId(leg.from)).node != nullptr;
    const NodeId to = m_context.facts.hostOf(leg.to);
    if (to.isEmpty() || (!fromNode && m_context.facts.hostOf(leg.from).isEmpty())) {
        return false; // The lab was edited since.
    }
    const bool isLocal = to == (fromNode ? NodeId(leg.from) : m_context.facts.hostOf(leg.from));
    return !leg.ok || !path.steps.empty() || (isLocal && m_context.detail == Detail::Full);
}

/// Which legs there are to be seen, and how they came out.
Legend FlowLayer::legend() const {
    if (!m_context.shows(Lens::Flows)) {
        return {};
    }
    bool allowed = false;
    bool changed = false;
    bool notAnswered = false;
    bool notAsWanted = false;
    bool begins = false;
    const Leg* equal = nullptr;
    for (const auto& [ends, leg] : m_legs) {
        if (opacityOf(leg) <= 0 || !isDrawn(leg.result, leg.path)) {
            continue;
        }
        const bool turned = leg.result.ok && isChanged(leg);
        changed = changed || turned;
        allowed = allowed || (leg.result.ok && !turned);
        notAnswered = notAnswered || (!leg.result.ok && !leg.result.answeredWrong);
        notAsWanted = notAsWanted || leg.result.answeredWrong;
        begins = begins || m_context.facts.of(NodeId(ends.first)).node != nullptr;
        equal = leg.path.equal.empty() ? equal : &leg;
    }
    const auto arrow = [this](bool ok, bool hasChanged, const QString& words) {
        return entryOf({.color = m_context.color(!ok          ? Role::Bad
                                                 : hasChanged ? Role::WarnFill
                                                              : Role::Ok),
                        .width = flow::kWidth,
                        .dash = flow::dashOf(ok, hasChanged),
                        .head = hasChanged ? Head::Hollow : Head::Filled,
                        .ends = ok},
                       words);
    };
    Legend entries;
    if (allowed) {
        entries.push_back(arrow(true, false, CanvasText::tr("Allowed")));
    }
    if (notAnswered || notAsWanted) { // Drawn alike: they end where they ended.
        entries.push_back(arrow(false, false,
                                !notAsWanted   ? CanvasText::tr("Not answered, drop point")
                                : !notAnswered ? CanvasText::tr("Not as wanted")
                                               : CanvasText::tr("Not answered, or not as wanted")));
    }
    if (changed) {
        entries.push_back(arrow(true, true, CanvasText::tr("Changed: was not allowed")));
    }
    if (equal != nullptr) {
        LegendEntry thin = arrow(true, false, CanvasText::tr("Another way of equal cost"));
        thin.color = m_context.color(equal->result.ok ? Role::Ok : Role::Bad);
        thin.width = flow::kEqualWidth;
        entries.push_back(thin);
    }
    if (begins && m_context.detail == Detail::Full) {
        entries.push_back(
            {.mark = LegendMark::Start, .words = CanvasText::tr("Begins at the host"), .color = m_context.color(Role::Muted)});
    }
    return entries;
}

Legend RouteLayer::legend() const {
    const std::tuple<RouteUse, bool, QString> words[] = {{RouteUse::Best, false, CanvasText::tr("Best")},
                                                         {RouteUse::Alternative, false, CanvasText::tr("Alternative")},
                                                         {RouteUse::Fallback, false, CanvasText::tr("By a shorter prefix")},
                                                         {RouteUse::Best, true, CanvasText::tr("Stops")}};
    Legend entries;
    for (const auto& [use, broken, text] : words) {
        const auto isSuch = [use = use, broken = broken](const RouteHop& hop) {
            return hop.broken == broken && (broken || hop.use == use);
        };
        if (std::ranges::any_of(m_picture.hops, isSuch)) {
            entries.push_back(entryOf(styleOf({.link = {}, .use = use, .broken = broken}), text));
        }
    }
    for (const auto& [glyph, text] :
         {std::pair(Glyph::Bad, CanvasText::tr("No way on")), std::pair(Glyph::Warn, CanvasText::tr("Not as intended"))}) {
        if (std::ranges::any_of(m_picture.marks, [glyph = glyph](const auto& mark) { return mark.second.glyph == glyph; })) {
            entries.push_back({LegendMark::Glyph, text, glyph});
        }
    }
    return entries;
}

/// The scale, whatever is carried now.
Legend TrafficLayer::legend() const {
    if (!m_context.shows(Lens::Traffic)) {
        return {};
    }
    Legend entries;
    for (const auto& [bits, words] : {std::pair(1e3, CanvasText::tr("1 kbit/s")), std::pair(1e6, CanvasText::tr("1 Mbit/s")),
                                      std::pair(1e9, CanvasText::tr("1 Gbit/s"))}) {
        entries.push_back(entryOf({.color = m_context.color(Role::Traffic), .width = rateWidth(bits)}, words));
    }
    const auto drops = [this](const model::Link& link) {
        return dropsAt(link.ends[0], *m_context.state, m_context.nowMs) + dropsAt(link.ends[1], *m_context.state, m_context.nowMs) > 0;
    };
    if (std::ranges::any_of(m_context.lab.links, drops)) {
        entries.push_back({LegendMark::Glyph, CanvasText::tr("Dropped by the port"), Glyph::Warn});
    }
    return entries;
}

Legend TraceLayer::legend() const {
    if (!m_trace) {
        return {};
    }
    Legend entries{entryOf(styleOf(Way::Real, false), CanvasText::tr("Way taken")),
                   entryOf(styleOf(Way::Intended, false), CanvasText::tr("Intended way"))};
    if (m_trace->there.stop || m_trace->back.stop) {
        entries.push_back(entryOf(styleOf(Way::Real, true), CanvasText::tr("Stops")));
    }
    return entries;
}

/// What was asked for first, then the active lens, then what lies below it.
Legend LabScene::legend() const {
    if (m_nodes == nullptr) {
        return {};
    }
    const CanvasLayer* active = layerOf(m_context.activeLens);
    Legend entries = m_trace->legend();
    append(entries, active->legend());
    for (const Lens lens : {Lens::Flows, Lens::Routes, Lens::Traffic, Lens::Bgp, Lens::State}) {
        if (layerOf(lens) != active) {
            append(entries, layerOf(lens)->legend());
        }
    }
    return entries;
}

const CanvasLayer* LabScene::layerOf(Lens lens) const {
    switch (lens) {
    case Lens::State:
        return m_nodes;
    case Lens::Bgp:
        return m_edges;
    case Lens::Routes:
        return m_routes;
    case Lens::Flows:
        return m_flows;
    case Lens::Traffic:
        return m_traffic;
    }
    return m_nodes;
}

} // namespace podleaf::ui
