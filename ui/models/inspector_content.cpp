// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorContent: see the header.
#include "inspector_content.h"

#include "inspector_flow.h"

#include <core/model/node_kinds.h>
#include <core/state/fault_words.h>
#include <core/state/neighbour_words.h>
#include <ui/canvas/looks.h>
#include <ui/canvas/traffic_layer.h>

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace podleaf::ui {

namespace {

using state::LabState;
using state::NodeState;
using state::SessionState;

QString tr(const char* text) {
    return QCoreApplication::translate("Inspector", text);
}

QString age(qint64 sinceMs, qint64 nowMs) {
    return durationText(nowMs - sinceMs);
}

bool isUp(const SessionState& session) {
    return session.known && session.state == state::BgpState::Established;
}

QString sessionText(const SessionState& session, const LabState& state, qint64 nowMs) {
    const Word word = wordOf(session, state);
    return session.known && session.sinceMs > 0 ? QString(word.text + QLatin1String(", ") + age(session.sinceMs, nowMs)) : word.text;
}

/// What a host that is ready itself says of its pods; nothing when all of them are ready.
std::optional<PodsLook> podsOf(const NodeState& seen, const LabState& state) {
    std::vector<const state::PodState*> pods;
    for (const auto& [name, pod] : state.pods) {
        if (pod.host == seen.id && seen.exists && seen.phase == state::NodePhase::Ready) {
            pods.push_back(&pod);
        }
    }
    return podsLookOf(pods);
}

/// Which boot phases are behind a node, by what is observed of it.
std::vector<BootStep> bootOf(const model::Lab& lab, const model::Node& node, const NodeState& seen, const LabState& state) {
    const bool leaf = node.kind != model::NodeKind::Host;
    const auto links = lab.linksOf(node.id);
    const auto carrier = [&](const model::Link* link) {
        const auto port = seen.interfaces.find(link->ends[static_cast<std::size_t>(model::endAt(*link, node.id))].port);
        return port != seen.interfaces.end() && port->second.carrier;
    };
    const auto hasAddress = [&](const model::Link* link) {
        const auto port = seen.interfaces.find(link->ends[static_cast<std::size_t>(model::endAt(*link, node.id))].port);
        return port != seen.interfaces.end() && !port->second.addresses.empty();
    };
    const auto service = [&](const char* name) {
        const auto process = seen.processes.find(QString::fromLatin1(name));
        return process != seen.processes.end() && process->second.running;
    };
    bool sessions = seen.exists;
    for (const auto& [key, session] : state.sessions) {
        sessions = sessions && (key.first != node.id || isUp(session));
    }
    const bool ports = seen.exists && std::all_of(links.begin(), links.end(), carrier);
    const bool dhcp = model::runsDhcpDaemon(node) ? service("dnsmasq") : seen.exists && std::all_of(links.begin(), links.end(), hasAddress);
    const std::optional<PodsLook> pods = podsOf(seen, state);
    const Glyph waits = seen.phase == state::NodePhase::Failed ? Glyph::Bad : pods ? pods->glyph : Glyph::Wait;
    std::vector<std::pair<QString, bool>> phases{{tr("Created"), seen.exists},
                                                 {leaf ? tr("Ports") : tr("Link"), ports},
                                                 {tr("BGP"), sessions},
                                                 {leaf ? tr("Running") : tr("Ready"), seen.phase == state::NodePhase::Ready && !pods}};
    if (model::usesDhcp(node)) {
        phases.insert(phases.begin() + 2, {tr("DHCP"), dhcp});
    }
    std::vector<BootStep> boot;
    bool waiting = seen.exists;
    for (const auto& [title, done] : phases) {
        Glyph glyph = done ? Glyph::Ok : Glyph::Planned;
        if (!done && waiting) {
            glyph = waits;
            waiting = false;
        }
        boot.push_back({title, glyph});
    }
    return boot;
}

/// Ports of cables, bridge and loopback; the pods' ends on the bridge have no address and are left out.
InspectorSection addressesOf(const model::Lab& lab, const model::Node& node, const NodeState& seen) {
    const auto links = lab.linksOf(node.id);
    const auto isPort = [&](const QString& name) {
        return std::ranges::any_of(links, [&](const model::Link* link) {
            return link->ends[static_cast<std::size_t>(model::endAt(*link, node.id))].port == name;
        });
    };
    InspectorSection section{.title = tr("Addresses")};
    std::vector<QString> names;
    for (const auto& [name, port] : seen.interfaces) {
        names.push_back(name);
    }
    std::ranges::sort(names, isBefore);
    for (const QString& name : names) {
        const state::InterfaceState& port = seen.interfaces.find(name)->second;
        const Glyph glyph = !port.adminUp ? Glyph::Shut : port.carrier ? Glyph::Ok : Glyph::Bad;
        const QString note = !port.adminUp ? tr("shut") : port.carrier ? QString() : tr("no carrier");
        if (port.addresses.empty() && isPort(name)) {
            section.rows.push_back({name, glyph, tr("no address"), note, false});
        }
        for (const auto& address : port.addresses) {
            if (address.address.value >> 24 != 127) { // The loopback's own address says nothing about a lab.
                section.rows.push_back({name, glyph, address.toString(), note, true});
            }
        }
    }
    if (node.podCidr) {
        section.rows.push_back({tr("Pod network"), Glyph::None, node.podCidr->network().toString(), {}, true});
    }
    return section;
}

void addSession(InspectorSection& section, const SessionState& session, const model::Lab& lab, const LabState& state, qint64 nowMs) {
    const model::Node* peer = lab.findNode(session.peerNode);
    section.rows.push_back({session.peerNode.name, wordOf(session, state).glyph, sessionText(session, state, nowMs), {}, false});
    QString neighbour = state::neighbourWord(lab, session);
    if (peer != nullptr) {
        neighbour += QLatin1String(" AS") + QChar(QChar::Nbsp) + QString::number(peer->asn); // Breaks before it at most.
    }
    section.rows.push_back({tr("Neighbour"), Glyph::None, neighbour, {}, true});
    if (isUp(session)) {
        section.rows.push_back({tr("Prefixes"), Glyph::None, tr("%1 received").arg(session.received.size()), {}, false});
    } else if (const QString why = oneLine(session.reason.isEmpty() ? session.lastError : session.reason); !why.isEmpty()) {
        section.rows.push_back({tr("Why"), Glyph::None, why, {}, false});
    }
}

InspectorSection bgpOf(const model::Lab& lab, const model::Node& node, const LabState& state, qint64 nowMs) {
    InspectorSection section{.title = tr("BGP"), .note = QLatin1String("AS ") + QString::number(node.asn)};
    for (const auto& [key, session] : state.sessions) {
        if (key.first == node.id) {
            addSession(section, session, lab, state, nowMs);
        }
    }
    return section;
}

void addProcesses(InspectorContent& content, const NodeState& seen) {
    InspectorSection section{.title = tr("Processes")};
    InspectorSection log{.title = tr("Log")};
    for (const auto& [name, process] : seen.processes) {
        const Word word = wordOf(process);
        section.rows.push_back({name, word.glyph, word.text, process.running ? tr("pid %1").arg(process.pid) : QString(), false});
        if (!process.running && !process.lastLogLines.isEmpty()) {
            log.note = name;
            log.log = process.lastLogLines.left(4000);
        }
    }
    if (!section.rows.empty()) {
        content.sections.push_back(std::move(section));
    }
    if (!log.log.isEmpty()) {
        content.sections.push_back(std::move(log));
    }
}

void addPods(InspectorContent& content, const NodeId& host, const LabState& state) {
    InspectorSection section{.title = tr("Pods")};
    for (const auto& [name, pod] : state.pods) {
        if (pod.host == host) {
            section.rows.push_back({name, wordOf(pod).glyph, pod.address.toString(), {}, true});
        }
    }
    if (!section.rows.empty()) {
        content.sections.push_back(std::move(section));
    }
}

/// The most that a node of the lab uses, at least one byte.
double mostMemory(const LabState& state) {
    std::uint64_t most = 1;
    for (const auto& [id, node] : state.nodes) {
        most = std::max(most, node.usage ? node.usage->memoryBytes : 0);
    }
    return static_cast<double>(most);
}

void addLoad(InspectorContent& content, const NodeState& seen, const LabState& state) {
    if (!seen.usage) {
        return;
    }
    InspectorSection section{.title = tr("Load")};
    if (seen.usage->cpu) {
        section.rows.push_back(
            {.label = tr("CPU"), .text = cpuWords(*seen.usage->cpu), .share = *seen.usage->cpu, .shareOf = tr("one core")});
    }
    section.rows.push_back({.label = tr("Memory"),
                            .text = memoryWords(seen.usage->memoryBytes),
                            .share = static_cast<double>(seen.usage->memoryBytes) / mostMemory(state),
                            .shareOf = tr("the most that a node of the lab uses")});
    content.sections.push_back(std::move(section));
}

InspectorContent nodeContent(const NodeId& id, const model::Lab& lab, const LabState& state, qint64 nowMs) {
    const model::Node* node = lab.findNode(id);
    if (node == nullptr) {
        return {};
    }
    const auto found = state.nodes.find(id);
    const NodeState seen = found == state.nodes.end() ? NodeState() : found->second;
    InspectorContent content;
    content.icon = node->kind != model::NodeKind::Host ? QStringLiteral("leaf") : QStringLiteral("host");
    content.title = id.name;
    content.state = wordOf(seen, node->kind);
    content.second = model::infoOf(node->kind).word;
    content.fault = seen.phase == state::NodePhase::Failed || seen.phase == state::NodePhase::Bgp ? oneLine(seen.reason) : QString();
    if (const auto pods = podsOf(seen, state)) {
        content.state = {pods->glyph, pods->word};
        content.fault = oneLine(pods->reason);
    }
    content.boot = bootOf(lab, *node, seen, state);
    if (seen.phase == state::NodePhase::Failed) {
        addProcesses(content, seen); // What happened, and the end of its log, before everything else.
    }
    if (auto addresses = addressesOf(lab, *node, seen); !addresses.rows.empty()) {
        content.sections.push_back(std::move(addresses));
    }
    content.sections.push_back(bgpOf(lab, *node, state, nowMs));
    addPods(content, id, state);
    if (const auto leases = state.leases.find(id); leases != state.leases.end() && !leases->second.empty()) {
        InspectorSection section{.title = tr("DHCP leases")};
        for (const auto& lease : leases->second) {
            section.rows.push_back({lease.port, Glyph::None, lease.address.toString(), {}, true});
        }
        content.sections.push_back(std::move(section));
    }
    addLoad(content, seen, state);
    if (seen.phase != state::NodePhase::Failed) {
        addProcesses(content, seen);
    }
    return content;
}

/// What each end sends, and what the ports have dropped. Without rows while nothing is counted.
InspectorSection trafficOf(const model::Link& link, const LabState& state, qint64 nowMs) {
    InspectorSection section{.title = tr("Traffic")};
    for (const std::size_t end : {std::size_t(0), std::size_t(1)}) {
        if (const CableRate rate = rateOf(link, end, state); rate.atMs != 0) {
            const QString old = nowMs - rate.atMs > kRateIsOldMs ? tr("seen %1 ago").arg(age(rate.atMs, nowMs)) : QString();
            section.rows.push_back({tr("From %1").arg(link.ends[end].node.name), Glyph::None, rateWords(rate.bitsPerSecond), old, false});
        }
    }
    for (const model::Endpoint& end : link.ends) {
        const NodeState* node = state.findNode(end.node);
        if (node == nullptr) {
            continue;
        }
        if (const auto port = node->traffic.find(end.port); port != node->traffic.end()) {
            const Glyph glyph = port->second.drops > 0 ? Glyph::Warn : Glyph::None;
            section.rows.push_back({tr("Dropped"), glyph, tr("%1 by %2").arg(port->second.drops).arg(end.toString()), {}, false});
        }
    }
    return section;
}

/// What was done to a cable on purpose.
InspectorSection failureOf(const model::Link& link, const state::LinkState& seen) {
    InspectorSection section{.title = tr("Failure")};
    if (seen.exists && !seen.adminUp) {
        section.rows.push_back({tr("Cable"), Glyph::Shut, tr("%1 is cut.").arg(link.id.name), {}, false});
    }
    for (const std::size_t sender : {std::size_t(0), std::size_t(1)}) {
        if (const QString sentence = state::impairmentSentence(link, sender, seen.impairments[sender]); !sentence.isEmpty()) {
            section.rows.push_back({tr("From %1").arg(link.ends[sender].node.name), Glyph::Warn, sentence, {}, false});
        }
    }
    return section;
}

InspectorContent linkContent(const LinkId& id, const model::Lab& lab, const LabState& state, qint64 nowMs) {
    const model::Link* link = lab.findLink(id);
    if (link == nullptr) {
        return {};
    }
    const auto found = state.links.find(id);
    InspectorContent content;
    content.icon = QStringLiteral("link");
    content.title = id.name;
    const state::LinkState seen = found == state.links.end() ? state::LinkState() : found->second;
    content.state = wordOf(seen);
    content.second = lab.isNumbered() ? link->prefix.toString() : QString();
    if (auto failure = failureOf(*link, seen); !failure.rows.empty()) {
        content.sections.push_back(std::move(failure));
    }
    InspectorSection ends{.title = tr("Ends")};
    for (std::size_t i = 0; i < link->ends.size(); ++i) {
        const QString address = lab.isNumbered() ? link->addresses[i].toString() : tr("no address");
        ends.rows.push_back({link->ends[i].toString(), Glyph::None, address, {}, lab.isNumbered()});
    }
    content.sections.push_back(std::move(ends));
    for (const auto& end : link->ends) {
        InspectorSection section{.title = tr("As %1 sees it").arg(end.node.name)};
        for (const auto& [key, session] : state.sessions) {
            if (key.first == end.node && session.link == id) {
                addSession(section, session, lab, state, nowMs);
            }
        }
        content.sections.push_back(std::move(section));
    }
    if (auto traffic = trafficOf(*link, state, nowMs); !traffic.rows.empty()) {
        content.sections.push_back(std::move(traffic));
    }
    return content;
}

InspectorContent podContent(const PodRef& ref, const model::Lab& lab, const LabState& state) {
    const auto pods = lab.pods();
    const auto pod = std::find_if(pods.begin(), pods.end(), [&](const model::Pod& candidate) { return candidate.name == ref.name; });
    if (pod == pods.end()) {
        return {};
    }
    const auto found = state.pods.find(ref.name);
    InspectorContent content;
    content.icon = QStringLiteral("pod");
    content.title = ref.name;
    content.state = wordOf(found == state.pods.end() ? state::PodState{} : found->second);
    content.second = tr("pod on %1").arg(pod->host.name);
    content.fault = found == state.pods.end() ? QString() : oneLine(state::podFault(found->second));
    InspectorSection section{.title = tr("Address")};
    section.rows.push_back({tr("Address"), Glyph::None, pod->address.toString(), {}, true});
    section.rows.push_back({tr("Host"), Glyph::None, pod->host.name, {}, false});
    content.sections.push_back(std::move(section));
    InspectorSection legs{.title = tr("Last test")};
    for (const auto& [ends, leg] : state.testLegs) {
        if (ends.second == ref.name) {
            const Word word = wordOf(leg);
            legs.rows.push_back({tr("from %1").arg(ends.first), word.glyph, word.text, latency(leg.ms), false});
        }
    }
    if (!legs.rows.empty()) {
        content.sections.push_back(std::move(legs));
    }
    return content;
}

InspectorContent groupContent(const QString& name, const model::Lab& lab, const LabState& state, qint64 nowMs) {
    const model::Group* group = lab.findGroup(name);
    InspectorContent content;
    if (group == nullptr) {
        return content;
    }
    content.icon = QStringLiteral("group");
    content.title = name;
    content.second = group->nodes.size() == 1 ? tr("group of 1 node") : tr("group of %1 nodes").arg(group->nodes.size());
    InspectorSection nodes{.title = tr("Nodes")};
    for (const NodeId& node : group->nodes) {
        const Word word = nodeContent(node, lab, state, nowMs).state;
        nodes.rows.push_back({.label = node.name, .glyph = word.glyph, .text = word.text});
    }
    content.sections.push_back(std::move(nodes));
    return content;
}

} // namespace

InspectorContent inspect(const Selection& selection, const model::Lab& lab, const LabState& state, qint64 nowMs) {
    if (const auto* node = std::get_if<NodeId>(&selection)) {
        return nodeContent(*node, lab, state, nowMs);
    }
    if (const auto* link = std::get_if<LinkId>(&selection)) {
        return linkContent(*link, lab, state, nowMs);
    }
    if (const auto* pod = std::get_if<PodRef>(&selection)) {
        return podContent(*pod, lab, state);
    }
    if (const auto* flow = std::get_if<FlowRef>(&selection)) {
        return flowContent(*flow, lab, state);
    }
    if (const auto* note = std::get_if<NoteRef>(&selection); note != nullptr && note->at < lab.notes.size()) {
        InspectorContent content;
        content.icon = QStringLiteral("note");
        content.title = tr("Note");
        content.second = lab.notes[note->at].text;
        return content;
    }
    const auto* group = std::get_if<GroupRef>(&selection);
    return group == nullptr ? InspectorContent() : groupContent(group->name, lab, state, nowMs);
}

} // namespace podleaf::ui
