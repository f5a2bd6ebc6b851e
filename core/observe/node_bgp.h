// SPDX-License-Identifier: GPL-3.0-or-later
// NodeBgp: BMP and vty of one node played together. BMP says which sessions are up; the vty is asked about
// the others, and only then. Lives on the poll thread.
#pragma once

#include "bmp_feed.h"
#include "vty_feed.h"

#include <set>

namespace podleaf::observe {

class NodeBgp final : public Feed {
public:
    struct Target {
        BmpFeed::Target bmp;
        QString vtyPath;
        std::set<Ipv4Address> peers; ///< The neighbours that are expected.
    };

    NodeBgp(PollLoop& loop, Target target, std::function<void(state::Observed)> push);

    void bgpdStarted();
    void bgpdEnded();
    /// It is known now whether bgpd runs: from here on "not started" means that it does not run.
    void processesKnown();
    void addressChanged() { m_bmp.hurry(); }

    void timeout() override { evaluate(); }

private:
    void observe(state::Observed seen);
    void answered(const std::vector<BgpNeighbor>& neighbors);
    void evaluate();
    void reportSynced(TimePoint now);
    [[nodiscard]] bool anyDown() const;
    /// Something is known of `peer`, as far as it can be.
    [[nodiscard]] bool isSettled(Ipv4Address peer, TimePoint now) const;
    void wakeBy(TimePoint time);

    const NodeId m_node;
    const UnnumberedPeers m_unnumbered;
    const std::set<Ipv4Address> m_expected;
    const std::function<void(state::Observed)> m_push;
    bool m_running = false;
    bool m_processesKnown = false;
    bool m_synced = false;
    const TimePoint m_began;
    TimePoint m_askFrom;              ///< Until then BMP is given time to say that all is well.
    int m_misled = 0;                 ///< Answers in a row that call a session Established whose end BMP has told.
    std::set<Ipv4Address> m_answered; ///< The expected peers that the vty has told about.
    BmpFeed m_bmp;
    VtyFeed m_vty;
};

} // namespace podleaf::observe
