// SPDX-License-Identifier: GPL-3.0-or-later
// LabScene: its items as sentences, for screen readers and tool tips. GUI thread.
#include "canvas_text.h"
#include "lab_scene.h"

#include <core/state/fault_words.h>

#include <QStringList>

#include <algorithm>

namespace podleaf::ui {

namespace {

/// "session to leaf1 Established"
QString sessionWords(const CanvasContext& context, const model::Link& link, std::size_t end, const HalfLook& half) {
    const QString peer = link.ends[1 - end].node.name;
    return half.words.isEmpty() ? CanvasText::tr("no session to %1").arg(peer)
                                : CanvasText::tr("session to %1 %2").arg(peer, wordsAt(half, context.nowMs));
}

QString nodeText(const CanvasContext& context, const NodeItem& item, const EdgeLayer& edges) {
    const NodeLook& look = item.look();
    QStringList parts{item.node().id.name, kindWord(item.node().kind), look.word};
    if (item.node().kind == model::NodeKind::Host) {
        const auto pods = look.pods.size();
        parts << (pods == 1 ? CanvasText::tr("1 pod") : CanvasText::tr("%1 pods").arg(pods));
    }
    for (const model::Link* link : context.facts.of(item.node().id).links) {
        const auto end = static_cast<std::size_t>(model::endAt(*link, item.node().id));
        const CableLook* cable = edges.lookAt(link->id);
        if (cable != nullptr && !look.planned) {
            parts << sessionWords(context, *link, end, cable->halves[end]);
        }
    }
    if (const QString usage = item.usage().words(); context.shows(Lens::State) && !usage.isEmpty()) {
        parts << usage;
    }
    return parts.join(QLatin1String(", "));
}

QString cableText(const CanvasContext& context, const model::Link& link, const CableLook& look) {
    QStringList parts{CanvasText::tr("cable %1 from %2 to %3").arg(link.id.name, link.ends[0].toString(), link.ends[1].toString())};
    if (look.carrierLost) {
        parts << (look.cut ? CanvasText::tr("cut") : CanvasText::tr("no carrier"));
    }
    for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
        if (!look.halves[end].words.isEmpty()) {
            parts << CanvasText::tr("%1 says %2").arg(link.ends[end].node.name, wordsAt(look.halves[end], context.nowMs));
        }
    }
    return parts.join(QLatin1String(", "));
}

/// A line of a tool tip, without what rich text would take for markup.
QString line(const QString& text) {
    return text.toHtmlEscaped();
}

} // namespace

QString LabScene::accessibleTextOf(const Selection& item) const {
    if (const auto* node = std::get_if<NodeId>(&item)) {
        const NodeItem* found = find(*node);
        if (found == nullptr) {
            return {};
        }
        const auto mark = m_routes->picture().marks.find(*node);
        const QString route = mark == m_routes->picture().marks.end() ? QString() : QStringLiteral(", ") + mark->second.full;
        return nodeText(m_context, *found, *m_edges) + route;
    }
    if (const auto* id = std::get_if<LinkId>(&item)) {
        const model::Link* link = m_context.lab.findLink(*id);
        const CableLook* look = m_edges == nullptr ? nullptr : m_edges->lookAt(*id);
        return link == nullptr || look == nullptr ? QString() : cableText(m_context, *link, *look);
    }
    if (const auto* pod = std::get_if<PodRef>(&item)) {
        const NodeItem* node = hostOf(*pod);
        if (node == nullptr) {
            return {};
        }
        const auto chip = std::ranges::find(node->look().pods, pod->name, &PodLook::name);
        const QString word = chip->glyph == Glyph::Ok ? CanvasText::tr("running") : CanvasText::tr("not running");
        return CanvasText::tr("pod %1, %2, port %3 on %4, %5")
            .arg(chip->name, chip->address, QString::number(chip->port), node->node().id.name, word);
    }
    if (const auto* flow = std::get_if<FlowRef>(&item)) {
        const verify::LegResult* leg = m_flows == nullptr ? nullptr : m_flows->find(*flow);
        if (leg != nullptr) {
            const QString words = CanvasText::tr("flow from %1 to %2, %3")
                                      .arg(leg->from, leg->to, leg->ok ? CanvasText::tr("allowed") : CanvasText::tr("not answered"));
            return leg->reason.isEmpty() ? words : QString(words + QLatin1String(", ") + leg->reason);
        }
    }
    if (const auto* note = std::get_if<NoteRef>(&item)) {
        const auto& notes = m_context.lab.notes;
        return note->at < notes.size() ? CanvasText::tr("note: %1").arg(notes[note->at].text.simplified()) : QString();
    }
    if (const auto* ref = std::get_if<GroupRef>(&item)) {
        const model::Group* group = m_context.lab.findGroup(ref->name);
        return group == nullptr ? QString() : CanvasText::tr("group %1: %2").arg(group->name, group->nodeNames());
    }
    return {};
}

QString LabScene::toolTipOf(const Selection& item) const {
    QStringList lines;
    if (const auto* id = std::get_if<NodeId>(&item)) {
        const NodeItem* node = find(*id);
        if (node == nullptr) {
            return {};
        }
        lines << QStringLiteral("<b>%1</b>").arg(line(id->name)) << line(node->look().word);
        if (!node->look().reason.isEmpty()) {
            lines << line(node->look().reason);
        }
        if (const QString usage = node->usage().words(); !usage.isEmpty()) {
            lines << line(usage);
        }
        if (const auto mark = m_routes->picture().marks.find(*id); mark != m_routes->picture().marks.end()) {
            lines << line(mark->second.full);
        }
    } else if (const auto* link = std::get_if<LinkId>(&item)) {
        const model::Link* cable = m_context.lab.findLink(*link);
        const CableLook* look = m_edges == nullptr ? nullptr : m_edges->lookAt(*link);
        if (cable == nullptr || look == nullptr) {
            return {};
        }
        const QString network = m_context.lab.isNumbered() ? QString(QLatin1Char(' ') + cable->prefix.toString()) : QString();
        lines << QStringLiteral("<b>%1</b>%2").arg(line(link->name), line(network));
        const auto seen = m_context.state->links.find(*link);
        for (const std::size_t sender : {std::size_t(0), std::size_t(1)}) {
            const QString sentence = seen == m_context.state->links.end()
                                         ? QString()
                                         : state::impairmentSentence(*cable, sender, seen->second.impairments[sender]);
            if (!sentence.isEmpty()) {
                lines << line(sentence);
            }
        }
        for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
            const HalfLook& half = look->halves[end];
            const QString words = half.words.isEmpty() ? CanvasText::tr("no session") : wordsAt(half, m_context.nowMs);
            lines << line(CanvasText::tr("%1: %2").arg(cable->ends[end].toString(), words));
            if (!half.full.isEmpty()) {
                lines << line(half.full);
            }
        }
    } else {
        lines << line(accessibleTextOf(item));
    }
    return lines.join(QLatin1String("<br>"));
}

} // namespace podleaf::ui
