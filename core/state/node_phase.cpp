// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_phase.h"

#include "fault_words.h"
#include "lab_index.h"
#include "session_reason.h"
#include "words.h"

#include <core/model/node_kinds.h>

#include <QCoreApplication>

namespace podleaf::state {

namespace {

/// The first service that ended, and whether it ended by itself (failed) or was stopped.
struct EndedService {
    QString name;
    const ProcessState* process = nullptr;
};

EndedService findEnded(const NodeState& node, bool cleanly) {
    for (const auto& [name, process] : node.processes) {
        if (!process.running && endedCleanly(process) == cleanly) {
            return {name, &process};
        }
    }
    return {};
}

/// What is said of the node's first service that stands still, or empty.
QString pausedFault(const LabState& state, const NodeState& node) {
    for (const auto& [name, process] : node.processes) {
        if (process.running && process.paused) {
            return serviceFault(state, node.id, name);
        }
    }
    return {};
}

/// Whether a cable does not carry because somebody wants so: no part of coming up, and told of its session.
bool isOnPurpose(SessionFault fault) {
    return fault == SessionFault::CableCut || fault == SessionFault::NodeStopped;
}

/// Why the ports of a node are not usable yet, or empty. A host's addresses come later, by DHCP.
QString portsFault(const LabState& state, const model::Lab& lab, const LabIndex& index, const NodeState& node, bool wantAddresses) {
    for (const IndexedPort& port : index.of(node.id)) {
        const model::Link& link = lab.links[port.link];
        const model::Endpoint& end = link.ends[port.end];
        if (!node.interfaces.contains(end.port)) {
            return QCoreApplication::translate("State", "Waits for the port %1.").arg(end.port);
        }
        SessionReason fault = cableFault(state, link, port.end);
        if (isOnPurpose(fault.fault)) {
            continue;
        }
        if (fault.fault == SessionFault::None && wantAddresses) {
            fault = addressFault(state, lab, link, port.end);
        }
        if (fault.fault != SessionFault::None) {
            return fault.sentence;
        }
    }
    return {};
}

/// Why DHCP is not done at this node, or empty: a leaf serves or relays, a host has its addresses.
QString dhcpFault(const LabState& state, const model::Lab& lab, const LabIndex& index, const NodeState& node, const model::Node& planned) {
    if (!model::runsDhcpDaemon(planned)) {
        return portsFault(state, lab, index, node, true);
    }
    const auto it = node.processes.find(QStringLiteral("dnsmasq"));
    if (it == node.processes.end()) {
        return QCoreApplication::translate("State", "Waits for the DHCP server.");
    }
    return it->second.running ? QString() : serviceFault(state, node.id, it->first);
}

/// The reason of the node's first session that is not Established, or empty.
QString sessionsFault(const LabState& state, const NodeState& node) {
    for (auto it = state.sessions.lower_bound({node.id, Ipv4Address{}}); it != state.sessions.end() && it->first.first == node.id; ++it) {
        if (it->second.state != BgpState::Established) {
            return it->second.reason;
        }
    }
    return {};
}

/// The phase from what is there now, without regard to what was.
PhaseReason reached(const LabState& state, const model::Lab& lab, const NodeState& node) {
    const auto index = indexOf(lab, state);
    const auto planned = index->nodes.find(node.id);
    if (planned == index->nodes.end()) {
        return {NodePhase::Ready, {}}; // Not the lab's: nothing is expected of it.
    }
    const model::Node& plan = lab.nodes[planned->second];
    if (QString fault = portsFault(state, lab, *index, node, !model::asksForLease(plan)); !fault.isEmpty()) {
        return {NodePhase::Created, fault};
    }
    if (QString fault = dhcpFault(state, lab, *index, node, plan); !fault.isEmpty()) {
        return {NodePhase::Ports, fault};
    }
    const auto bgpd = node.processes.find(QStringLiteral("bgpd"));
    if (!node.bmpConnected && (bgpd == node.processes.end() || !bgpd->second.running)) {
        return {NodePhase::Dhcp, QCoreApplication::translate("State", "Waits for bgpd.")};
    }
    if (QString fault = sessionsFault(state, node); !fault.isEmpty()) {
        return {NodePhase::Bgp, fault};
    }
    return {NodePhase::Ready, {}};
}

} // namespace

PhaseReason phaseOf(const LabState& state, const model::Lab& lab, const NodeState& node) {
    if (isStopped(node)) {
        return {NodePhase::Stopped, stoppedSentence(node.id)};
    }
    if (!node.exists) {
        return {};
    }
    if (const EndedService failed = findEnded(node, false); failed.process != nullptr) {
        return {NodePhase::Failed, exitSentence(failed.name, node.id.name, *failed.process)};
    }
    PhaseReason now = reached(state, lab, node);
    const EndedService stopped = findEnded(node, true);
    if (now.phase == NodePhase::Ready && stopped.process != nullptr) {
        now = {NodePhase::Bgp, serviceFault(state, node.id, stopped.name)};
    }
    const QString paused = pausedFault(state, node);
    if (now.phase == NodePhase::Ready && !paused.isEmpty()) {
        now = {NodePhase::Bgp, paused};
    }
    if (now.phase < NodePhase::Bgp && (node.phase == NodePhase::Bgp || node.phase == NodePhase::Ready)) {
        const QString session = sessionsFault(state, node);
        now = {NodePhase::Bgp, session.isEmpty() ? now.reason : session};
    }
    return now;
}

} // namespace podleaf::state
