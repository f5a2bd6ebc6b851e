// SPDX-License-Identifier: GPL-3.0-or-later
// What BMP and bgpd.vty said. BMP alone says when a session becomes Established and when it ends; the vty
// fills in what happens in between, and a late answer of it never overrules BMP.
#include "reducer.h"
#include "words.h"

#include <algorithm>
#include <utility>

namespace podleaf::state {

namespace {

/// RFC 7854 timestamps of 0 mean "not available".
qint64 knownTime(qint64 sinceMs, qint64 atMs) {
    return sinceMs > 0 ? sinceMs : atMs;
}

} // namespace

QString Reducer::peerName(const SessionState& session) {
    return session.peerNode.isEmpty() ? session.peer.toString() : session.peerNode.name;
}

SessionState& Reducer::session(const NodeId& node, Ipv4Address peer) {
    const auto [it, isNew] = m_state.sessions.try_emplace({node, peer});
    SessionState& found = it->second;
    if (isNew) {
        m_heardBy = NodeId(); // Its list has one more.
        found.node = node;
        found.peer = peer;
        for (const IndexedPort& port : m_index.of(node)) {
            const model::Link& link = m_lab.links[port.link];
            if (link.addresses[1 - port.end] == peer) {
                found.link = link.id;
                found.peerNode = link.ends[1 - port.end].node;
            }
        }
    }
    m_delta.sessions.insert({node, peer});
    touch(found);
    return found;
}

void Reducer::setFsm(SessionState& session, BgpState state, qint64 sinceMs) {
    if (session.state != state || !session.known) {
        session.state = state;
        session.sinceMs = sinceMs;
    }
    session.known = true;
    m_delta.sessions.insert({session.node, session.peer});
    touch(session);
}

void Reducer::sessionTurned(const SessionState& session, bool up) {
    turned({.what = Change::What::Session, .up = up, .node = session.node, .link = session.link, .peer = session.peer});
}

void Reducer::loseSession(SessionState& session, const QString& error) {
    const bool wasUp = session.state == BgpState::Established;
    setFsm(session, BgpState::Idle, m_atMs);
    session.received.clear();
    session.connectTries = 0;
    session.lastError = error;
    if (!wasUp) {
        return;
    }
    ++session.flaps;
    sessionTurned(session, false);
    const QString what = tr("%1: the session to %2 is down").arg(session.node.name, peerName(session));
    const QString why = error.isEmpty() ? QStringLiteral(".") : QStringLiteral(": ") + toSentence(error);
    log(QStringLiteral("session"), session.node.name, what + why, Tone::Bad);
}

void Reducer::forgetSession(SessionState& session) {
    SessionState fresh;
    fresh.node = session.node;
    fresh.peer = session.peer;
    fresh.peerNode = session.peerNode;
    fresh.link = session.link;
    fresh.reason = session.reason;
    fresh.flaps = session.flaps;
    if (session == fresh) {
        return;
    }
    if (session.state == BgpState::Established) {
        sessionTurned(session, false);
    }
    session = fresh;
    session.sinceMs = m_atMs;
    m_delta.sessions.insert({session.node, session.peer});
    touch(session);
}

void Reducer::fold(const PeerUpSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    node->bmpLastSeenMs = m_atMs;
    SessionState& found = session(seen.node, seen.peer);
    const bool wasUp = found.known && found.state == BgpState::Established;
    found.state = BgpState::Established;
    found.known = true;
    found.configured = true;
    found.adminShut = false;
    found.sinceMs = knownTime(seen.sinceMs, m_atMs);
    found.connectTries = 0;
    found.lastError.clear();
    if (!wasUp) {
        sessionTurned(found, true);
        log(QStringLiteral("session"), seen.node.name, tr("%1: the session to %2 is Established.").arg(seen.node.name, peerName(found)));
    }
}

void Reducer::fold(const PeerDownSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    node->bmpLastSeenMs = m_atMs;
    loseSession(session(seen.node, seen.peer), seen.reason);
}

Reducer::Heard* Reducer::findHeard(const NodeId& node, Ipv4Address peer) {
    if (m_heardBy != node) {
        m_heard.clear();
        for (auto it = m_state.sessions.lower_bound({node, Ipv4Address{}}); it != m_state.sessions.end() && it->first.first == node; ++it) {
            m_heard.push_back({&*it, false});
        }
        m_heardBy = node;
    }
    const auto it = std::ranges::lower_bound(m_heard, peer, {}, [](const Heard& each) { return each.entry->first.second; });
    return it == m_heard.end() || it->entry->first.second != peer ? nullptr : &*it;
}

void Reducer::fold(const BgpRouteSeen& seen) {
    NodeState* node = findNode(seen.node);
    Heard* from = node == nullptr ? nullptr : findHeard(seen.node, seen.peer);
    if (from == nullptr) {
        return;
    }
    node->bmpLastSeenMs = m_atMs;
    auto& received = from->entry->second.received;
    const auto known = received.find(seen.prefix);
    const bool isKnown = known != received.end();
    PathState now{seen.nextHop, seen.asPath, seen.sinceMs};
    if (now.sinceMs == 0 && isKnown) {
        now.sinceMs = known->second.sinceMs; // The same, as long as nothing else differs.
    }
    if (seen.present ? isKnown && known->second == now : !isKnown) {
        return;
    }
    now.sinceMs = knownTime(seen.sinceMs, m_atMs);
    if (seen.present) {
        received.edit().insert_or_assign(seen.prefix, std::move(now));
    } else {
        received.erase(seen.prefix);
    }
    if (!std::exchange(from->isNoted, true)) {
        m_delta.sessions.insert(from->entry->first);
    }
}

void Reducer::fold(const BmpSeen& seen) {
    NodeState* node = changedNode(seen.node);
    if (node == nullptr) {
        return;
    }
    const bool lost = node->bmpConnected && !seen.connected;
    node->bmpConnected = seen.connected;
    node->bmpLastSeenMs = m_atMs;
    m_touched.insert(seen.node);
    forSessionsOf(seen.node, [this, lost](SessionState& session) {
        session.flaps += lost && session.state == BgpState::Established ? 1 : 0;
        forgetSession(session);
    });
    if (lost) {
        log(QStringLiteral("session"), seen.node.name, tr("%1: bgpd's BMP stream ended.").arg(seen.node.name), Tone::Bad);
    }
}

void Reducer::fold(const FsmSeen& seen) {
    NodeState* node = findNode(seen.node);
    if (node == nullptr) {
        return;
    }
    const auto known = m_state.sessions.find({seen.node, seen.peer});
    const bool isUp = known != m_state.sessions.end() && known->second.known && known->second.state == BgpState::Established;
    const bool saysUp = seen.state == BgpState::Established;
    if (node->bmpConnected && (isUp || saysUp)) {
        return; // BMP says both ends of Established itself; this answer was on its way before.
    }
    SessionState& found = session(seen.node, seen.peer);
    const bool wasShut = found.adminShut;
    if (isUp && !saysUp) {
        loseSession(found, seen.lastError);
    }
    setFsm(found, seen.state, m_atMs);
    found.configured = seen.configured;
    found.adminShut = seen.adminShut;
    found.connectTries = seen.connectTries;
    if (!seen.lastError.isEmpty()) {
        found.lastError = seen.lastError;
    }
    if (saysUp && !isUp) {
        found.lastError.clear();
        sessionTurned(found, true);
        log(QStringLiteral("session"), seen.node.name, tr("%1: the session to %2 is Established.").arg(seen.node.name, peerName(found)));
    }
    if (found.adminShut && !wasShut) {
        log(QStringLiteral("session"), seen.node.name, tr("%1: the neighbour %2 is shut down.").arg(seen.node.name, peerName(found)),
            Tone::Bad);
    }
}

} // namespace podleaf::state
