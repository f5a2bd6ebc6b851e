// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes: from phase, processes, routes, leases and pods to the words and glyphs of their cards.
// Pure; any thread.
#include "looks.h"

#include "canvas_text.h"

#include <core/model/node_kinds.h>
#include <core/state/fault_words.h>

#include <algorithm>

namespace podleaf::ui {

namespace {

/// What a node that boots waits for, as one of the design's phases.
QString phaseWord(state::NodePhase phase, const model::Node& node) {
    using state::NodePhase;
    const bool leaf = model::infoOf(node.kind).isSwitch;
    switch (phase) {
    case NodePhase::Planned:
        return CanvasText::tr("Planned");
    case NodePhase::Ports:
        if (model::usesDhcp(node)) {
            return leaf ? CanvasText::tr("DHCP server") : CanvasText::tr("DHCP");
        }
        [[fallthrough]]; // Its ports have no addresses yet.
    case NodePhase::Created:
        return leaf ? CanvasText::tr("Ports") : CanvasText::tr("Link");
    case NodePhase::Dhcp:
    case NodePhase::Bgp:
        return CanvasText::tr("BGP");
    case NodePhase::Ready:
        return leaf ? CanvasText::tr("Running") : CanvasText::tr("Ready");
    case NodePhase::Failed:
        return CanvasText::tr("Failed");
    case NodePhase::Stopped:
        return CanvasText::tr("Stopped");
    }
    return {};
}

int bootDoneOf(state::NodePhase phase, int phases) {
    using state::NodePhase;
    switch (phase) {
    case NodePhase::Created:
        return 1;
    case NodePhase::Ports: // What it waits for is the last but one.
        return phases - 2;
    case NodePhase::Dhcp:
    case NodePhase::Bgp:
        return phases - 1;
    case NodePhase::Ready:
        return phases;
    case NodePhase::Planned:
    case NodePhase::Failed:
    case NodePhase::Stopped:
        break;
    }
    return 0;
}

PhaseLook phaseOf(const model::Node& node, const state::NodeState* seen) {
    using state::NodePhase;
    PhaseLook look;
    const NodePhase phase = seen == nullptr || (!seen->exists && !seen->poweredOff) ? NodePhase::Planned : seen->phase;
    look.word = phaseWord(phase, node);
    look.planned = phase == NodePhase::Planned;
    look.failed = phase == NodePhase::Failed;
    look.bootPhases = model::usesDhcp(node) ? 4 : 3;
    look.bootDone = bootDoneOf(phase, look.bootPhases);
    look.reason = seen == nullptr || phase == NodePhase::Planned || phase == NodePhase::Ready ? QString() : seen->reason;
    look.glyph = look.planned                  ? Glyph::Planned
                 : look.failed                 ? Glyph::Bad
                 : phase == NodePhase::Stopped ? Glyph::Shut
                 : phase == NodePhase::Ready   ? Glyph::Ok
                                               : Glyph::Wait;
    return look;
}

const state::NodeState* seenOf(const model::Node& node, const state::LabState& state) {
    return state.running ? state.findNode(node.id) : nullptr;
}

/// The address that any server has leased to one of a host's ports.
QString leaseOf(const LabFacts& lab, const model::Node& host, const state::LabState& state) {
    for (const model::Link* link : lab.of(host.id).links) {
        const Ipv4Address own = link->addresses[static_cast<std::size_t>(model::endAt(*link, host.id))];
        for (const auto& [server, leases] : state.leases) {
            if (std::ranges::find(leases, own, &state::LeaseState::address) != leases.end()) {
                return own.toString();
            }
        }
    }
    return {};
}

/// Several processes as one word: ok when all run; the first that has ended is named.
ServiceLook serviceLook(const state::NodeState& node, const QString& word, const QStringList& processes) {
    int running = 0;
    for (const QString& name : processes) {
        const auto process = node.processes.find(name);
        if (process != node.processes.end() && !process->second.running) {
            return {Glyph::Bad, name};
        }
        running += process != node.processes.end() ? 1 : 0;
    }
    return {running == processes.size() ? Glyph::Ok : running > 0 ? Glyph::Wait : Glyph::Planned, word};
}

int kernelBgpRoutes(const state::NodeState& node) {
    return static_cast<int>(
        std::ranges::count_if(node.routes, [](const auto& route) { return route.second.protocol == QLatin1String("bgp"); }));
}

bool hasFromBgp(const state::NodeState& node, const Ipv4Prefix& prefix) {
    auto route = node.routes.lower_bound({prefix, 0});
    while (route != node.routes.end() && route->first.first == prefix && route->second.protocol != QLatin1String("bgp")) {
        ++route;
    }
    return route != node.routes.end() && route->first.first == prefix;
}

/// The pod networks a node should reach by BGP, and how many of them its kernel has. A host without a pod
/// has nothing to advertise: its bridge has no carrier.
std::pair<int, int> podRoutes(const LabFacts& lab, const model::Node& node, const state::NodeState* seen) {
    int wanted = 0;
    int present = 0;
    for (const Ipv4Prefix& network : lab.podNetworks()) {
        if (node.podCidr && node.podCidr->network() == network) {
            continue;
        }
        ++wanted;
        present += seen != nullptr && hasFromBgp(*seen, network) ? 1 : 0;
    }
    return {present, wanted};
}

QString nOfM(int n, int m) {
    return CanvasText::tr("%1 of %2").arg(n).arg(m);
}

void addFacts(NodeLook& look, const LabFacts& lab, const model::Node& leaf, const state::LabState& state, const state::NodeState* seen) {
    int established = 0;
    int sessions = 0;
    qint64 changed = 0;
    for (auto it = state.sessions.lower_bound({leaf.id, {}}); it != state.sessions.end() && it->first.first == leaf.id; ++it) {
        ++sessions;
        established += it->second.state == state::BgpState::Established ? 1 : 0;
        changed = std::max(changed, it->second.sinceMs);
    }
    const LabFacts::OfNode& own = lab.of(leaf.id);
    const auto leases = state.leases.find(leaf.id);
    const auto [routes, wanted] = podRoutes(lab, leaf, seen);
    if (leaf.loopback) {
        look.facts.push_back({CanvasText::tr("Loopback"), leaf.loopback->toString() + QLatin1String("/32"), true});
    }
    look.facts.push_back({CanvasText::tr("AS"), QString::number(leaf.asn), true});
    if (look.planned) {
        look.facts.push_back({CanvasText::tr("Ports"), QString::number(own.links.size())});
        return;
    }
    look.facts.push_back({CanvasText::tr("BGP sessions"), nOfM(established, sessions)});
    look.facts.push_back({CanvasText::tr("Routes in kernel"), nOfM(routes, wanted)});
    if (own.leases > 0) {
        look.facts.push_back(
            {CanvasText::tr("DHCP leases"), nOfM(leases == state.leases.end() ? 0 : static_cast<int>(leases->second.size()), own.leases)});
    }
    if (sessions > 0 && established == sessions) {
        look.facts.push_back({CanvasText::tr("Stable for"), {}, false, changed});
    }
}

/// Whether a host's pod network is known to any of its neighbours.
void addBridge(NodeLook& look, const LabFacts& lab, const model::Node& host, const state::LabState& state) {
    if (!host.podCidr) {
        return;
    }
    look.bridge = host.podCidr->toString();
    if (look.planned) {
        return;
    }
    bool established = false;
    bool heard = false;
    for (const model::Link* link : lab.of(host.id).links) {
        const auto own = static_cast<std::size_t>(model::endAt(*link, host.id));
        const state::SessionState* session = state.findSession(link->ends[1 - own].node, link->addresses[own]);
        if (session != nullptr && session->state == state::BgpState::Established) {
            established = true;
            heard = heard || session->received.contains(host.podCidr->network());
        }
    }
    const bool hasPods = !look.pods.empty();
    look.bridgeWord = heard         ? CanvasText::tr("in BGP")
                      : !hasPods    ? CanvasText::tr("no pod")
                      : established ? CanvasText::tr("filtered")
                                    : CanvasText::tr("not in BGP");
    look.bridgeRole = heard ? Role::Ok : established && hasPods ? Role::Warn : Role::Muted;
}

void addPods(NodeLook& look, const LabFacts& lab, const model::Node& host, const state::LabState& state) {
    for (const auto& [workload, pod] : lab.of(host.id).pods) {
        const auto found = state.pods.find(pod->name);
        const state::PodState* seen = found == state.pods.end() || look.planned ? nullptr : &found->second;
        PodLook chip{pod->name, pod->address.toString(), workload->port, Glyph::Planned, {}};
        if (seen != nullptr && seen->exists) {
            chip.glyph = glyphOf(*seen);
            chip.full = state::podFault(*seen);
        }
        look.pods.push_back(chip);
    }
}

/// The later the worse.
int rankOf(Glyph pod) {
    return pod == Glyph::Bad ? 2 : pod == Glyph::Warn ? 1 : 0;
}

/// A host serves with its pods: it is not ready where they are not.
void addPodsLook(PhaseLook& look, const LabFacts& lab, const model::Node& host, const state::LabState& state) {
    std::vector<const state::PodState*> pods;
    for (const auto& [workload, pod] : lab.of(host.id).pods) {
        if (const auto seen = state.pods.find(pod->name); seen != state.pods.end()) {
            pods.push_back(&seen->second);
        }
    }
    if (const auto pending = podsLookOf(pods)) {
        look.glyph = pending->glyph;
        look.word = pending->word;
        look.reason = pending->reason;
    }
}

} // namespace

Glyph glyphOf(const state::PodState& pod) {
    return !pod.exists            ? Glyph::Planned
           : pod.paused           ? Glyph::Warn
           : pod.ready            ? Glyph::Ok
           : pod.reason.isEmpty() ? Glyph::Wait
                                  : Glyph::Bad;
}

std::optional<PodsLook> podsLookOf(const std::vector<const state::PodState*>& pods) {
    PodsLook look;
    int count = 0;
    for (const state::PodState* pod : pods) {
        const Glyph glyph = glyphOf(*pod);
        if (glyph == Glyph::Ok) {
            continue;
        }
        ++count;
        if (rankOf(glyph) > rankOf(look.glyph)) {
            look.glyph = glyph;
            look.reason = state::podFault(*pod);
        }
    }
    look.word = count == 1 ? CanvasText::tr("1 pod not ready") : CanvasText::tr("%1 pods not ready").arg(count);
    return count == 0 ? std::nullopt : std::optional(look);
}

QString kindWord(model::NodeKind kind) {
    return model::infoOf(kind).word;
}

PhaseLook phaseLookOf(const LabFacts& lab, const model::Node& node, const state::LabState& state) {
    const state::NodeState* seen = seenOf(node, state);
    PhaseLook look = phaseOf(node, seen);
    if (seen != nullptr && seen->exists && seen->phase == state::NodePhase::Ready) {
        addPodsLook(look, lab, node, state);
    }
    return look;
}

NodeLook lookOf(const LabFacts& lab, const model::Node& node, const state::LabState& state) {
    const state::NodeState* seen = seenOf(node, state);
    NodeLook look;
    static_cast<PhaseLook&>(look) = phaseLookOf(lab, node, state);
    addPods(look, lab, node, state);
    if (model::infoOf(node.kind).isSwitch) {
        addFacts(look, lab, node, state, seen);
        return look;
    }
    addBridge(look, lab, node, state);
    if (seen != nullptr && !look.planned) {
        look.services = {serviceLook(*seen, CanvasText::tr("router"), {QStringLiteral("bgpd"), QStringLiteral("zebra")})};
        if (model::asksForLease(node)) {
            look.services.push_back(serviceLook(*seen, CanvasText::tr("DHCP"), {QStringLiteral("udhcpc")}));
        }
        look.lease = leaseOf(lab, node, state);
        const int routes = kernelBgpRoutes(*seen);
        look.footNote = routes == 1 ? CanvasText::tr("1 route") : CanvasText::tr("%1 routes").arg(routes);
    }
    return look;
}

} // namespace podleaf::ui
