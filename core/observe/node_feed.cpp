// SPDX-License-Identifier: GPL-3.0-or-later
// NodeFeed: everything that is watched of one leaf or host. Lives on the poll thread.
#include "node_feed.h"

#include <core/model/node_kinds.h>

namespace podleaf::observe {

namespace {

constexpr QLatin1StringView kBgpd("bgpd");
constexpr QLatin1StringView kDnsmasq("dnsmasq");
constexpr qsizetype kMaxLogBytes = 8 * 1024 * 1024;
constexpr int kLogLines = 10;

state::ProcessSeen processSeen(const engine::Event& event, bool running) {
    return state::ProcessSeen{event.node, event.process, running, event.pid, event.exitCode, event.signal, {}};
}

/// The last lines of all the logs there are, those of the later files last.
QString lastWords(channel::NodeChannel& channel, OpContext& context, const QStringList& paths) {
    QByteArray all;
    for (const QString& path : paths) {
        const auto log = channel.download(context, path, kMaxLogBytes);
        if (log) {
            all += lastLines(*log, kLogLines).toUtf8() + '\n';
        }
    }
    return lastLines(all, kLogLines);
}

} // namespace

NodeFeed::NodeFeed(PollLoop& loop, const Context& context, const model::Node& node, std::set<Ipv4Address> peers)
    : Feed(loop), m_context(context), m_node(node.id), m_channel(context.engine.channel(node.id)),
      m_netlink(loop, *context.engine.nodeSetup(), node.id, [this](state::Observed seen) { observe(std::move(seen)); }),
      m_bgp(loop, {{node.id, node.asn, m_channel, context.places.bmpPort, unnumberedPeersOf(context.lab, node.id)},
             context.places.bgpVty, std::move(peers)}, context.push) {
    if (model::dhcpRoleOf(node) == model::DhcpRole::Server) {
        m_leases = std::make_unique<LeaseFeed>(loop, context.lab, LeaseFeed::Target{node.id, m_channel, context.places.leaseFile},
                                               context.push);
    }
    readLeases();
    askProcesses();
}

void NodeFeed::askProcesses() {
    // The engine's events tell the same, but not when they have told everything that ran before we came.
    runBlocking<Result<QStringList>>(
        [setup = m_context.engine.nodeSetup(), node = m_node](OpContext& context) { return setup->runningServices(context, node); },
        [this](const Result<QStringList>& services) {
            if (services && services->contains(kBgpd) && !m_running.contains(kBgpd)) {
                m_bgp.bgpdStarted();
            }
            m_bgp.processesKnown();
        });
}

void NodeFeed::processStarted(const engine::Event& event) {
    m_running[event.process] = event.pid;
    m_context.push(processSeen(event, true));
    if (event.process == kBgpd) {
        m_bgp.bgpdStarted();
    } else if (event.process == kDnsmasq) {
        readLeases();
    }
}

void NodeFeed::processExited(const engine::Event& event) {
    m_running.erase(event.process);
    m_context.push(processSeen(event, false));
    if (event.process == kBgpd) {
        m_bgp.bgpdEnded();
    }
    readLogOf(event);
}

void NodeFeed::readLogOf(const engine::Event& event) {
    QStringList paths;
    for (const QString& pattern : m_context.places.logFiles) {
        paths.append(pattern.arg(event.process));
    }
    runBlocking<QString>([channel = m_channel, paths](OpContext& context) { return lastWords(*channel, context, paths); },
                         [this, event](const QString& lines) {
                             if (lines.isEmpty() || m_running.contains(event.process)) {
                                 return; // it has been started again meanwhile
                             }
                             state::ProcessSeen seen = processSeen(event, false);
                             seen.lastLogLines = lines;
                             m_context.push(std::move(seen));
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
