// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine, the processes, the pods and the user did; and what follows from any observation.
#include "fault_words.h"
#include "node_phase.h"
#include "reducer.h"
#include "route_seen.h"
#include "session_reason.h"
#include "words.h"

#include <algorithm>

namespace podleaf::state {

LabState initialState(const model::Lab& lab, const std::vector<SeedSession>& sessions) {
    LabState state;
    state.lab = lab.id;
    state.index = indexOf(lab);
    for (const model::Node& node : lab.nodes) {
        state.nodes[node.id].id = node.id;
    }
    for (const model::Link& link : lab.links) {
        state.links[link.id].id = link.id;
    }
    for (const model::Pod& pod : lab.pods()) {
        state.pods[pod.name] = PodState{pod.name, pod.host, pod.address, false, false, {}};
    }
    for (const SeedSession& seed : sessions) {
        SessionState session;
        session.node = seed.node;
        session.peer = seed.peer;
        session.peerNode = seed.peerNode;
        session.link = seed.link;
        session.reason = reasonOf(state, lab, session).sentence;
        state.sessions[{seed.node, seed.peer}] = session;
    }
    return state;
}

void reduce(LabState& state, Delta& delta, const model::Lab& lab, const Observation& observation) {
    const auto index = indexOf(lab, state);
    Reducer(state, delta, lab, *index, Reducer::Routes::Told).take(observation);
}

void Reducer::take(const Observation& observation) {
    m_atMs = observation.atMs;
    m_touched.clear(); // Of one that could not be folded in, if any.
    m_touchedLinks.clear();
    m_phasesDue.clear();
    m_touchedAll = false;
    std::visit([this](const auto& seen) { fold(seen); }, observation.what);
    settle();
}

void Reducer::log(const QString& kind, const QString& where, const QString& what, Tone tone) {
    m_delta.log.push_back({m_atMs, kind, where, what, tone == Tone::Bad});
}

void Reducer::turned(Change what) {
    what.atMs = m_atMs;
    m_delta.changes.push_back(std::move(what));
}

NodeState* Reducer::findNode(const NodeId& node) {
    if (m_lastNode == m_state.nodes.end() || m_lastNode->first != node) {
        m_lastNode = m_state.nodes.find(node);
    }
    return m_lastNode == m_state.nodes.end() ? nullptr : &m_lastNode->second;
}

NodeState* Reducer::changedNode(const NodeId& node) {
    NodeState* found = findNode(node);
    if (found != nullptr) {
        noteNode(node);
    }
    return found;
}

void Reducer::noteNode(const NodeId& node) {
    if (m_lastNoted != node) {
        m_delta.nodes.insert(node);
        m_lastNoted = node;
    }
}

void Reducer::fold(const EngineSeen& seen) {
    if (seen.running == m_state.running) {
        return;
    }
    m_delta.running = true;
    m_touchedAll = true;
    turned({.what = Change::What::Lab, .up = seen.running});
    if (seen.running) {
        m_state.running = true;
        log(QStringLiteral("node"), m_state.lab.name, tr("The lab %1 runs.").arg(m_state.lab.name));
    } else {
        forgetLab();
        log(QStringLiteral("node"), m_state.lab.name, tr("The lab %1 is gone.").arg(m_state.lab.name));
    }
}

void Reducer::forgetLab() {
    m_state.running = false;
    for (auto& [id, node] : m_state.nodes) {
        forgetInside(node);
        node.exists = node.poweredOff = false;
        m_delta.nodes.insert(id);
    }
    for (auto& [key, session] : m_state.sessions) {
        session.flaps = 0;
        m_delta.sessions.insert(key);
    }
    for (auto& [id, link] : m_state.links) {
        link = LinkState{id, true, false, false, {}};
        m_delta.links.insert(id);
    }
    for (auto& [name, pod] : m_state.pods) {
        pod.exists = pod.ready = false;
        pod.reason.clear();
        m_delta.pods.insert(name);
    }
    for (const auto& [key, pod] : m_state.cluster.pods) {
        m_delta.clusterPods.insert(key);
    }
    m_delta.cluster = m_delta.cluster || m_state.cluster != ClusterState();
    m_state.cluster = {};
    m_delta.leases = m_delta.leases || !m_state.leases.empty();
    m_state.leases.clear();
    m_state.testLegs.clear();
    m_state.flows.clear();
}

void Reducer::forgetInside(NodeState& node) {
    if (m_tellsRoutes) {
        for (const auto& [key, route] : node.routes) {
            m_delta.routes.push_back(seenOf(node.id, route, false));
        }
    }
    NodeState fresh;
    fresh.id = node.id;
    fresh.exists = node.exists;
    node = fresh;
    forSessionsOf(node.id, [this](SessionState& session) { forgetSession(session); });
}

void Reducer::fold(const NodeSeen& seen) {
    if (const auto pod = m_state.pods.find(seen.node.name); pod != m_state.pods.end()) {
        setPodReady(pod->second, seen.exists, seen.exists && pod->second.ready, {});
        return;
    }
    NodeState* node = findNode(seen.node);
    if (node == nullptr || (node->exists == seen.exists && node->poweredOff == seen.poweredOff)) {
        return;
    }
    m_delta.nodes.insert(seen.node);
    m_touched.insert(seen.node);
    node->exists = seen.exists;
    turned({.what = Change::What::Node, .up = seen.exists, .node = seen.node});
    node->poweredOff = seen.poweredOff;
    if (seen.exists) {
        log(QStringLiteral("node"), seen.node.name, tr("%1 was created.").arg(seen.node.name));
        return;
    }
    forgetInside(*node);
    node->poweredOff = seen.poweredOff;
    for (const IndexedPort& port : m_index.of(seen.node)) {
        settleCable(seen.node, m_lab.links[port.link].ends[port.end].port);
    }
    if (m_state.leases.erase(seen.node) > 0) {
        m_delta.leases = true;
    }
    log(QStringLiteral("node"), seen.node.name, (seen.poweredOff ? tr("%1 was switched off.") : tr("%1 is gone.")).arg(seen.node.name),
        seen.poweredOff ? Tone::Bad : Tone::Good);
}

void Reducer::fold(const ProcessSeen& seen) {
    if (m_state.pods.contains(seen.node.name)) {
        foldPodProcess(seen);
        return;
    }
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    const ProcessState now = seen.running
                                 ? ProcessState{true, seen.pid, 0, 0, {}, seen.paused, false}
                                 : ProcessState{false, seen.pid, seen.exitCode, seen.signal, seen.lastLogLines, false, seen.stopped};
    const auto it = node->processes.find(seen.service);
    const bool wasThere = it != node->processes.end();
    if (wasThere && it->second == now) {
        return;
    }
    const bool hasTurned = !wasThere || it->second.running != now.running || it->second.pid != now.pid;
    const bool wasPaused = wasThere && it->second.paused;
    node->processes[seen.service] = now;
    m_delta.nodes.insert(seen.node);
    m_touched.insert(seen.node);
    if (hasTurned) {
        turned({.what = Change::What::Process, .up = now.running, .node = seen.node, .word = seen.service});
    }
    if (hasTurned && now.running) {
        log(QStringLiteral("process"), seen.node.name, tr("%1 runs on %2.").arg(seen.service, seen.node.name));
    } else if (hasTurned) {
        log(QStringLiteral("process"), seen.node.name, exitSentence(seen.service, seen.node.name, now),
            endedCleanly(now) ? Tone::Good : Tone::Bad);
    } else if (wasPaused != now.paused) {
        logPause(seen);
    }
    if (hasTurned && !now.running && seen.service == QLatin1String("bgpd")) {
        node->bmpConnected = false;
        forSessionsOf(seen.node, [this](SessionState& session) {
            loseSession(session, {});
            forgetSession(session);
        });
    }
}

void Reducer::fold(const ProcessForgotten& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr || node->processes.erase(seen.service) == 0) {
        return;
    }
    m_delta.nodes.insert(seen.node);
    m_touched.insert(seen.node);
    log(QStringLiteral("process"), seen.node.name, tr("%1 is not one of the services of %2 any more.").arg(seen.service, seen.node.name));
}

void Reducer::logPause(const ProcessSeen& seen) {
    log(QStringLiteral("process"), seen.node.name,
        (seen.paused ? tr("%1 on %2 is paused.") : tr("%1 on %2 goes on.")).arg(seen.service, seen.node.name),
        seen.paused ? Tone::Bad : Tone::Good);
}

void Reducer::foldPodProcess(const ProcessSeen& seen) {
    if (seen.service != QLatin1String("nginx")) {
        return;
    }
    PodState& pod = m_state.pods[seen.node.name];
    const ProcessState ended{false, seen.pid, seen.exitCode, seen.signal, {}, false, seen.stopped};
    setPodReady(pod, true, seen.running, seen.running ? QString() : exitSentence(seen.service, pod.name, ended));
    if (seen.running && pod.paused != seen.paused) {
        pod.paused = seen.paused;
        m_delta.pods.insert(pod.name);
        logPause(seen);
    }
    if (pod.lastLogLines != seen.lastLogLines) {
        pod.lastLogLines = seen.lastLogLines;
        m_delta.pods.insert(pod.name);
    }
}

void Reducer::setPodReady(PodState& pod, bool exists, bool ready, const QString& reason) {
    const bool wasReady = pod.ready;
    const bool same = pod.exists == exists && pod.ready == ready && (reason.isEmpty() || pod.reason == reason);
    if (same) {
        return;
    }
    pod.exists = exists;
    pod.ready = ready;
    pod.paused = pod.paused && ready;
    if (ready || !exists || !reason.isEmpty()) {
        pod.reason = reason;
    }
    m_delta.pods.insert(pod.name);
    if (ready && !wasReady) {
        log(QStringLiteral("pod"), pod.name, tr("%1 on %2 is ready.").arg(pod.name, pod.host.name));
    } else if (!ready && wasReady && exists) {
        log(QStringLiteral("pod"), pod.name, reason.isEmpty() ? tr("%1 on %2 is not ready any more.").arg(pod.name, pod.host.name) : reason,
            Tone::Bad);
    } else if (!exists) {
        log(QStringLiteral("pod"), pod.name, tr("%1 on %2 is gone.").arg(pod.name, pod.host.name));
    }
}

void Reducer::fold(const LeaseSeen& seen) {
    if (findNode(seen.node) == nullptr) {
        return;
    }
    std::vector<LeaseState>& leases = m_state.leases[seen.node];
    const LeaseState lease{seen.port, seen.address, seen.mac};
    const auto it = std::ranges::find(leases, seen.address, &LeaseState::address);
    if (seen.present ? it != leases.end() && *it == lease : it == leases.end()) {
        return;
    }
    m_delta.leases = true;
    if (!seen.present) {
        leases.erase(it);
        log(QStringLiteral("lease"), seen.node.name, tr("%1: the lease of %2 has ended.").arg(seen.node.name, seen.address.toString()),
            Tone::Bad);
        return;
    }
    if (it == leases.end()) {
        leases.push_back(lease);
    } else {
        *it = lease;
    }
    log(QStringLiteral("lease"), seen.node.name,
        tr("%1: %2 is leased on %3.").arg(seen.node.name, seen.address.toString(), seen.port.left(15)));
}

void Reducer::fold(const PodSeen& seen) {
    const auto it = m_state.pods.find(seen.pod);
    if (it != m_state.pods.end()) {
        setPodReady(it->second, seen.exists, seen.ready, {});
    }
}

void Reducer::fold(const LinkAdminSeen& seen) {
    const auto it = m_state.links.find(seen.link);
    if (it == m_state.links.end() || (it->second.adminUp == seen.up && it->second.impairments == seen.impairments)) {
        return;
    }
    const LinkState before = std::exchange(it->second, {seen.link, seen.up, it->second.carrier, it->second.exists, seen.impairments});
    m_delta.links.insert(seen.link);
    const model::Link& link = m_lab.links[m_index.links.at(seen.link)];
    for (const model::Endpoint& end : link.ends) {
        m_touched.insert(end.node);
    }
    if (before.adminUp != seen.up) {
        turned({.what = Change::What::Link,
                .up = seen.up,
                .link = seen.link,
                .word = seen.up ? QStringLiteral("joined") : QStringLiteral("cut")});
        log(QStringLiteral("link"), seen.link.name, (seen.up ? tr("%1 was joined.") : tr("%1 was cut.")).arg(seen.link.name),
            seen.up ? Tone::Good : Tone::Bad);
    }
    for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
        logImpairment(link, sender, before.impairments[sender]);
    }
}

void Reducer::logImpairment(const model::Link& link, std::size_t sender, const model::Impairment& before) {
    const model::Impairment& now = m_state.links[link.id].impairments[sender];
    if (now == before) {
        return;
    }
    turned({.what = Change::What::Link,
            .up = !now.drop,
            .link = link.id,
            .word = now.drop ? QStringLiteral("dropped") : QStringLiteral("impaired")});
    const QString sentence = impairmentSentence(link, sender, now);
    log(QStringLiteral("link"), link.id.name,
        sentence.isEmpty() ? tr("Packets from %1 to %2 on %3 pass freely again.")
                                 .arg(link.ends[sender].node.name, link.ends[1 - sender].node.name, link.id.name)
                           : sentence,
        sentence.isEmpty() ? Tone::Good : Tone::Bad);
}

void Reducer::fold(const TestLegSeen& seen) {
    m_state.flows.erase({seen.from, seen.to});
    TestLegSeen& leg = m_state.testLegs[{seen.from, seen.to}];
    leg = seen;
    leg.reason = toSentence(seen.reason);
    m_delta.tests.push_back(leg);
    const QString outcome = seen.ok ? tr("%1 to %2: answered in %3 ms.").arg(seen.from, seen.to, QString::number(seen.ms, 'f', 1))
                            : seen.answeredWrong ? tr("%1 to %2: not as wanted.").arg(seen.from, seen.to)
                                                 : tr("%1 to %2: not answered.").arg(seen.from, seen.to);
    const bool intended = seen.ok == seen.expected;
    log(QStringLiteral("test"), seen.from, leg.reason.isEmpty() ? outcome : outcome + QLatin1Char(' ') + leg.reason,
        intended ? Tone::Good : Tone::Bad);
}

/// Not an event: there may be many.
void Reducer::fold(const FlowSeen& seen) {
    m_state.flows[{seen.from, seen.to}] = seen;
    m_delta.flows.push_back(seen);
}

void Reducer::fold(const LossSeen& seen) {
    if (seen.count == 0) {
        return;
    }
    m_state.lost[seen.source] += seen.count;
    turned({.what = Change::What::Loss, .word = seen.source});
    log(QStringLiteral("loss"), m_state.lab.name, tr("%1 messages of %2 were lost.").arg(QString::number(seen.count), seen.source),
        Tone::Bad);
}

void Reducer::fold(const SyncedSeen& seen) {
    NodeState* node = changedNode(seen.node);
    if (node == nullptr) {
        return;
    }
    node->synced.insert(seen.source);
    m_touched.insert(seen.node);
    if (seen.source == QLatin1String("netlink")) {
        sweepDoubtful(*node);
    }
}

void Reducer::touch(const SessionState& session) {
    if (const auto link = m_index.links.find(session.link); link != m_index.links.end()) {
        m_touchedLinks.insert(link->second);
    } else {
        m_touched.insert(session.node);
    }
}

void Reducer::touchPort(const NodeState& node, const QString& port) {
    (node.interfaces.empty() ? m_touched : m_phasesDue).insert(node.id);
    if (const IndexedPort* place = m_index.find(node.id, port)) {
        m_touchedLinks.insert(place->link);
    }
}

void Reducer::settle() {
    if (!m_touchedAll && m_touched.empty() && m_touchedLinks.empty() && m_phasesDue.empty()) {
        return; // As with nearly all of the very many: routes.
    }
    if (m_touchedAll) {
        for (const auto& [id, node] : m_state.nodes) {
            m_touched.insert(id);
        }
    }
    std::set<NodeId> phasesDue = m_phasesDue;
    phasesDue.insert(m_touched.begin(), m_touched.end());
    for (const std::size_t index : m_touchedLinks) {
        const model::Link& link = m_lab.links[index];
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            phasesDue.insert(link.ends[end].node);
            const auto session = m_state.sessions.find({link.ends[end].node, link.addresses[1 - end]});
            if (session != m_state.sessions.end()) {
                settleReason(session->second, phasesDue);
            }
        }
    }
    for (const NodeId& node : m_touched) {
        forSessionsOf(node, [&](SessionState& session) { settleReason(session, phasesDue); });
        for (const IndexedPort& port : m_index.of(node)) { // The neighbours' views of this node.
            const model::Link& link = m_lab.links[port.link];
            const auto opposite = m_state.sessions.find({link.ends[1 - port.end].node, link.addresses[port.end]});
            if (opposite != m_state.sessions.end()) {
                settleReason(opposite->second, phasesDue);
            }
        }
    }
    for (const NodeId& node : phasesDue) {
        settlePhase(node);
    }
}

void Reducer::settleReason(SessionState& session, std::set<NodeId>& phasesDue) {
    const QString reason = reasonOf(m_state, m_lab, session).sentence;
    if (session.reason != reason) {
        session.reason = reason;
        m_delta.sessions.insert({session.node, session.peer});
        phasesDue.insert(session.node);
    }
}

void Reducer::settlePhase(const NodeId& id) {
    NodeState* node = findNode(id);
    if (node == nullptr) {
        return;
    }
    const PhaseReason now = phaseOf(m_state, m_lab, *node);
    if (now.phase == node->phase && now.reason == node->reason) {
        return;
    }
    const bool becameReady = now.phase == NodePhase::Ready && node->phase != NodePhase::Ready;
    node->phase = now.phase;
    node->reason = now.reason;
    m_delta.nodes.insert(id);
    if (becameReady) {
        log(QStringLiteral("node"), id.name, tr("%1 is ready.").arg(id.name));
    }
}

} // namespace podleaf::state
