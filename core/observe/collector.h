// SPDX-License-Identifier: GPL-3.0-or-later
// Collector: watches a running lab and pushes what it sees as observations. Two threads of its own: one polls
// everything, one does the calls that may block; the push function is called on the first.
#pragma once

#include <core/engine/engine.h>
#include <core/model/lab.h>
#include <core/state/observation.h>
#include <core/state/state_store.h>

#include <functional>
#include <memory>
#include <vector>

namespace podleaf::observe {

/// Where a node's sources are; the same on every engine, as the blueprint puts them there.
struct SourcePlaces {
    std::uint16_t bmpPort = 11019; ///< On the node's own loopback (blueprint::kBmpPort).
    std::uint16_t apiPort = 6443;  ///< Of a cluster's API server, there too (blueprint::kApiPort).
    QString bgpVty = QStringLiteral("/var/run/frr/bgpd.vty");
    QString leaseFile = QStringLiteral("/var/lib/misc/dnsmasq.leases");
    /// Where the end of a dead service's log may be, "%1" being its name; the later ones weigh more.
    QStringList logFiles = {QStringLiteral("/var/log/podleaf/%1.log"), QStringLiteral("/var/log/frr/%1.log")};
};

class Collector {
public:
    using Push = std::function<void(state::Observation)>;

    /// Watches until destroyed, or until the engine tells that the lab is gone (EngineSeen{false}; every
    /// descriptor into the lab is closed then, and a new collector is needed for a new lab).
    ///
    /// What is pushed: EngineSeen{true} first; NodeSeen, ProcessSeen, PodSeen and LinkAdminSeen from the engine's
    /// events; InterfaceSeen, AddressSeen and RouteSeen of leaves and hosts, then SyncedSeen "netlink"; BmpSeen,
    /// PeerUpSeen, PeerDownSeen and BgpRouteSeen; FsmSeen of the `sessions` that are not up; SyncedSeen "bgp"
    /// when something is known of each of the node's sessions or bgpd does not run; LeaseSeen; UsageSeen; what
    /// KubeFeed says of the lab's cluster; LossSeen. Nodes that do not exist (yet) are not synced.
    ///
    /// `engine` must outlive the collector. `push` must not block and must not destroy the collector.
    /// Errors: those of Engine::watch(); HostLacks (no file descriptors left; an engine without NodeSetup).
    static Result<std::unique_ptr<Collector>> start(engine::Engine& engine, const model::Lab& lab,
                                                    const std::vector<state::SeedSession>& sessions, Push push,
                                                    const SourcePlaces& places = {});
    ~Collector(); ///< Ends at once, whatever is going on; nothing is pushed after that.
    /// The lab is gone; this collector will never push again.
    [[nodiscard]] bool isFinished() const;
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

private:
    class Private;
    explicit Collector(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace podleaf::observe
