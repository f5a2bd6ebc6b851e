// SPDX-License-Identifier: GPL-3.0-or-later
// BmpPeers: what one BMP session has told of its peers, and the observations that come of it; with
// FRR 8.4.4's peculiarities taken out. Pure (no I/O); one thread at a time.
#pragma once

#include "bmp_decoder.h"
#include "unnumbered_peers.h"

#include <core/base/ids.h>
#include <core/state/observation.h>

#include <map>
#include <vector>

namespace podleaf::observe {

class BmpPeers {
public:
    /// `ownAsn` is the router's AS number. `bootMs` is when the router's monotonic clock was 0, in Unix
    /// milliseconds: FRR 8.4.4 gives it as the time of a session that has just come up.
    /// `unnumbered` are the router's neighbours without addresses.
    BmpPeers(NodeId node, std::uint32_t ownAsn, qint64 bootMs, UnnumberedPeers unnumbered = {})
        : m_node(std::move(node)), m_ownAsn(ownAsn), m_bootMs(bootMs), m_unnumbered(std::move(unnumbered)) {}

    /// A new BMP session begins, or the old one has ended: nothing is known.
    void clear() { m_peers.clear(); }
    void apply(const BmpMessage& message, qint64 nowMs, std::vector<state::Observed>& out);

    [[nodiscard]] bool isUp(Ipv4Address peer) const;
    /// Its End-of-RIB was seen since it came up.
    [[nodiscard]] bool hasAllRoutes(Ipv4Address peer) const;
    /// Failed tries to connect that were seen since it was up last, or since the BMP session began.
    [[nodiscard]] int failedTries(Ipv4Address peer) const;

private:
    struct Peer {
        bool up = false;
        bool allRoutes = false;
        int failedTries = 0;
    };
    /// FRR 8.4.4 gives the time of its boot for a connection that never was a session.
    [[nodiscard]] bool isTimeOfBoot(qint64 toldMs) const;
    /// What the lab calls the peer; nullopt for one that it does not have.
    [[nodiscard]] std::optional<Ipv4Address> addressOf(const BmpPeer& peer) const;
    void applyUp(const BmpPeerUp& message, qint64 nowMs, std::vector<state::Observed>& out);
    void applyDown(const BmpPeerDown& message, std::vector<state::Observed>& out);
    void applyRoutes(const BmpRoutes& message, qint64 nowMs, std::vector<state::Observed>& out);

    const NodeId m_node;
    const std::uint32_t m_ownAsn;
    const qint64 m_bootMs;
    const UnnumberedPeers m_unnumbered;
    std::map<Ipv4Address, Peer> m_peers; ///< Bounded by kMaxPeers.
};

} // namespace podleaf::observe
