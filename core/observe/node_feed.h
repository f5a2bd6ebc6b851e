// SPDX-License-Identifier: GPL-3.0-or-later
// NodeFeed: everything that is watched of one leaf or host. Lives on the poll thread.
#pragma once

#include "collector.h"
#include "lease_feed.h"
#include "netlink_feed.h"
#include "node_bgp.h"
#include "service_log.h"

#include <map>
#include <memory>

namespace podleaf::observe {

class NodeFeed final : public Feed {
public:
    struct Context {
        engine::Engine& engine;
        const model::Lab& lab;
        const SourcePlaces& places;
        std::chrono::milliseconds countersEvery; ///< How often the ports' counters are read.
        std::function<void(state::Observed)> push;
        /// An address of this node has changed: its cable's DHCP server may have leased it.
        std::function<void(const NodeId&)> addressChanged;
    };

    NodeFeed(PollLoop& loop, const Context& context, const model::Node& node, std::set<Ipv4Address> peers);

    void processStarted(const engine::Event& event);
    void processExited(const engine::Event& event);
    void processForgotten(const engine::Event& event);
    /// The engine has told of every service that it knew before we came.
    void processesKnown();
    /// Reads the leases again, where the node serves DHCP.
    void readLeases();

private:
    void observe(state::Observed seen);
    void readLogOf(const engine::Event& event);
    void reportServices();

    const Context m_context;
    const NodeId m_node;
    const std::shared_ptr<channel::NodeChannel> m_channel;
    std::map<QString, qint64> m_running; ///< Pids of services.
    std::set<QString> m_forgotten;       ///< Services that are none any more: their logs say nothing new.
    bool m_processesKnown = false;
    bool m_servicesReported = false;
    int m_logsToCome = 0;
    ServiceLog m_logs;
    NetlinkFeed m_netlink;
    NodeBgp m_bgp;
    std::unique_ptr<LeaseFeed> m_leases; ///< Of DHCP servers only.
};

} // namespace podleaf::observe
