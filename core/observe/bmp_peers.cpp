// SPDX-License-Identifier: GPL-3.0-or-later
// BmpPeers: BMP messages to observations. One thread at a time.
#include "bmp_peers.h"

#include <cstdlib>

namespace podleaf::observe {

using namespace state;

namespace {

constexpr size_t kMaxPeers = 4096; // more than that no lab has; a stream of invented peers ends here
constexpr qint64 kBootToleranceMs = 2000;

} // namespace

bool BmpPeers::isUp(Ipv4Address peer) const {
    const auto it = m_peers.find(peer);
    return it != m_peers.end() && it->second.up;
}

bool BmpPeers::hasAllRoutes(Ipv4Address peer) const {
    const auto it = m_peers.find(peer);
    return it != m_peers.end() && it->second.up && it->second.allRoutes;
}

int BmpPeers::failedTries(Ipv4Address peer) const {
    const auto it = m_peers.find(peer);
    return it == m_peers.end() ? 0 : it->second.failedTries;
}

void BmpPeers::apply(const BmpMessage& message, qint64 nowMs, std::vector<Observed>& out) {
    if (const auto* up = std::get_if<BmpPeerUp>(&message)) {
        applyUp(*up, nowMs, out);
    } else if (const auto* down = std::get_if<BmpPeerDown>(&message)) {
        applyDown(*down, out);
    } else if (const auto* routes = std::get_if<BmpRoutes>(&message)) {
        applyRoutes(*routes, nowMs, out);
    }
}

std::optional<Ipv4Address> BmpPeers::addressOf(const BmpPeer& peer) const {
    if (!peer.interfaceId) {
        return peer.address;
    }
    const auto it = m_unnumbered.byInterfaceId.find(*peer.interfaceId);
    return it == m_unnumbered.byInterfaceId.end() ? std::nullopt : std::optional(it->second);
}

bool BmpPeers::isTimeOfBoot(qint64 toldMs) const {
    return toldMs > 0 && std::llabs(toldMs - m_bootMs) <= kBootToleranceMs;
}

void BmpPeers::applyUp(const BmpPeerUp& message, qint64 nowMs, std::vector<Observed>& out) {
    const auto address = addressOf(message.peer);
    if (!address) {
        return;
    }
    const auto [it, isNew] = m_peers.try_emplace(*address);
    if (isNew && m_peers.size() > kMaxPeers) {
        m_peers.erase(it);
        return;
    }
    it->second = Peer{true, false, 0};
    // Only a peer that was up before we came has a past, and FRR takes "0 s up" for the time of its boot.
    const qint64 toldMs = message.peer.timestampMs;
    const bool trusted = isNew && toldMs > 0 && toldMs <= nowMs && !isTimeOfBoot(toldMs);
    out.emplace_back(PeerUpSeen{m_node, *address, message.peer.asn, trusted ? toldMs : nowMs});
}

void BmpPeers::applyDown(const BmpPeerDown& message, std::vector<Observed>& out) {
    const auto address = addressOf(message.peer);
    if (!address) {
        return;
    }
    const auto [it, isNew] = m_peers.try_emplace(*address);
    if (isNew && m_peers.size() > kMaxPeers) {
        m_peers.erase(it);
        return;
    }
    if (isNew) {
        return; // FRR lists every peer to a new collector: this one is down, and the vty knows more about it
    }
    if (it->second.up && isTimeOfBoot(message.peer.timestampMs)) {
        return; // not the session, but a second connection that lost against it (RFC 4271 §6.8)
    }
    if (it->second.up) {
        it->second = Peer{};
        out.emplace_back(PeerDownSeen{m_node, *address, message.reason});
    } else {
        ++it->second.failedTries; // FRR says Peer Down again each time it fails to connect
    }
}

void BmpPeers::applyRoutes(const BmpRoutes& message, qint64 nowMs, std::vector<Observed>& out) {
    const auto address = addressOf(message.peer);
    const auto it = address ? m_peers.find(*address) : m_peers.end();
    if (!message.peer.postPolicy || it == m_peers.end() || !it->second.up) {
        return;
    }
    it->second.allRoutes = it->second.allRoutes || message.endOfRib;
    BgpRouteSeen seen{m_node, *address, {}, false, {}, {}};
    // FRR says since when it has the path, in whole seconds.
    const qint64 toldMs = message.peer.timestampMs;
    for (const Ipv4Prefix& prefix : message.withdrawn) {
        seen.prefix = prefix;
        out.emplace_back(seen);
    }
    seen.present = true;
    seen.sinceMs = toldMs <= nowMs && !isTimeOfBoot(toldMs) ? toldMs : 0;
    seen.nextHop = message.peer.interfaceId ? *address : message.nextHop;
    // FRR encodes what it received as it would send it on, its own AS first. A path that really had it would
    // not have been accepted (RFC 4271 §9.1.2).
    const bool hasOwn = m_ownAsn != 0 && !message.asPath.empty() && message.asPath.front() == m_ownAsn;
    seen.asPath = std::vector(message.asPath.begin() + (hasOwn ? 1 : 0), message.asPath.end());
    for (const Ipv4Prefix& prefix : message.announced) {
        seen.prefix = prefix;
        out.emplace_back(seen);
    }
}

} // namespace podleaf::observe
