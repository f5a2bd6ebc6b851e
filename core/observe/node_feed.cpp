// SPDX-License-Identifier: GPL-3.0-or-later
// NodeFeed: everything that is watched of one leaf or host. Lives on the poll thread.
#include "node_feed.h"

#include "process_seen.h"

#include <core/model/node_kinds.h>

namespace podleaf::observe {

namespace {

constexpr QLatin1StringView kBgpd("bgpd");
constexpr QLatin1StringView kDnsmasq("dnsmasq");
/// Of a cluster's host: it starts the pod that bgpd runs in, in the host's own network namespace.
constexpr QLatin1StringView kKubelet("kubelet");

bool bringsBgp(const QString& process) {
    return process == kBgpd || process == kKubelet;
}

} // namespace

NodeFeed::NodeFeed(PollLoop& loop, const Context& context, const model::Node& node, std::set<Ipv4Address> peers)
    : Feed(loop), m_context(context), m_node(node.id), m_channel(context.engine.channel(node.id)), m_logs(loop, context.places.logFiles),
      m_netlink(loop, *context.engine.nodeSetup(), node.id, context.countersEvery,
                [this](state::Observed seen) { observe(std::move(seen)); }),
      m_bgp(loop,
            {{node.id, node.asn, m_channel, context.places.bmpPort, unnumberedPeersOf(context.lab, node.id)},
             context.places.bgpVty,
             std::move(peers)},
            context.push) {
    if (model::dhcpRoleOf(node) == model::DhcpRole::Server) {
        m_leases =
            std::make_unique<LeaseFeed>(loop, context.lab, LeaseFeed::Target{node.id, m_channel, context.places.leaseFile}, context.push);
    }
    readLeases();
}

void NodeFeed::processesKnown() {
    m_processesKnown = true;
    m_bgp.processesKnown();
    reportServices();
}

void NodeFeed::reportServices() {
    if (m_processesKnown && m_logsToCome == 0 && !std::exchange(m_servicesReported, true)) {
        m_context.push(state::SyncedSeen{m_node, QStringLiteral("services")});
    }
}

void NodeFeed::processStarted(const engine::Event& event) {
    m_context.push(processSeen(event));
    const auto known = m_running.find(event.process);
    if (known != m_running.end() && known->second == event.pid) {
        return; // it was only paused, or goes on
    }
    m_running[event.process] = event.pid;
    m_forgotten.erase(event.process);
    if (bringsBgp(event.process)) {
        m_bgp.bgpdStarted();
    } else if (event.process == kDnsmasq) {
        readLeases();
    }
}

void NodeFeed::processExited(const engine::Event& event) {
    m_running.erase(event.process);
    m_context.push(processSeen(event));
    if (event.process == kBgpd) {
        m_bgp.bgpdEnded();
    }
    readLogOf(event);
}

void NodeFeed::processForgotten(const engine::Event& event) {
    m_forgotten.insert(event.process);
    m_context.push(state::ProcessForgotten{event.node, event.process});
}

void NodeFeed::readLogOf(const engine::Event& event) {
    ++m_logsToCome;
    m_logs.read(m_channel, event.process, [this, event](const QString& lines) {
        if (!lines.isEmpty() && !m_running.contains(event.process) && !m_forgotten.contains(event.process)) {
            state::ProcessSeen seen = processSeen(event);
            seen.lastLogLines = lines;
            m_context.push(std::move(seen));
        }
        --m_logsToCome;
        reportServices();
    });
}

void NodeFeed::readLeases() {
    if (m_leases) {
        m_leases->read();
    }
}

void NodeFeed::observe(state::Observed seen) {
    const bool ofAddress = std::holds_alternative<state::AddressSeen>(seen);
    m_context.push(std::move(seen));
    if (ofAddress) {
        m_bgp.addressChanged();
        m_context.addressChanged(m_node);
    }
}

} // namespace podleaf::observe
