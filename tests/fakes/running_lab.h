// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial's lab as observed when everything runs: the observations that its collectors would make,
// in the order they come. Tests break it by adding observations of their own. Values; any thread.
#pragma once

#include "tutorial_lab.h"

#include <core/state/state_store.h>

#include <array>

namespace podleaf::state {

/// For QCOMPARE's messages; found by argument-dependent lookup.
inline char* toString(NodePhase phase) {
    constexpr std::array kWords{"planned", "created", "ports", "dhcp", "bgp", "ready", "failed", "stopped"};
    return qstrdup(kWords.at(static_cast<std::size_t>(phase)));
}

} // namespace podleaf::state

namespace podleaf::fakes {

inline constexpr qint64 kStartMs = 1'700'000'000'000;

/// Both ends of every link, as intent has them.
inline std::vector<state::SeedSession> seedsOf(const model::Lab& lab) {
    std::vector<state::SeedSession> seeds;
    for (const model::Link& link : lab.links) {
        for (const std::size_t end : {0U, 1U}) {
            seeds.push_back({link.ends[end].node, link.addresses[1 - end], link.ends[1 - end].node, link.id});
        }
    }
    return seeds;
}

using Sequence = std::vector<state::Observed>;

inline void append(Sequence& to, const Sequence& more) {
    to.insert(to.end(), more.begin(), more.end());
}

inline state::RouteSeen bgpRoute(const NodeId& at, const Ipv4Prefix& to, Ipv4Address via, const QString& interface) {
    return {at, to, QStringLiteral("bgp"), {{via, interface}}, 20, true};
}
inline state::RouteSeen kernelRoute(const NodeId& at, const Ipv4Prefix& to, const QString& interface) {
    return {at, to.network(), QStringLiteral("kernel"), {{std::nullopt, interface}}, 0, true};
}
inline state::ProcessSeen process(const NodeId& at, const char* service) {
    return {at, QString::fromLatin1(service), true, 100, 0, 0, {}};
}
inline state::ProcessSeen killed(const NodeId& at, const char* service, int signal = 9) {
    return {at, QString::fromLatin1(service), false, 100, 0, signal, {}};
}
/// By the user, as `podleaf node … stop` does; `signal` is what it took.
inline state::ProcessSeen stopped(const NodeId& at, const QString& service, int signal = 0) {
    state::ProcessSeen seen;
    seen.node = at;
    seen.service = service;
    seen.signal = signal;
    seen.stopped = true;
    return seen;
}

/// Both ports of a cable with carrier or without.
inline Sequence cable(const model::Link& link, bool adminUp, bool carrier) {
    Sequence seen;
    int index = 2;
    for (const model::Endpoint& end : link.ends) {
        seen.emplace_back(state::InterfaceSeen{end.node, end.port, index++, true, adminUp, carrier});
    }
    return seen;
}

/// A host's address, its lease and its routes by DHCP.
inline Sequence leased(const model::Link& link) {
    const NodeId& host = link.ends[1].node;
    const QString& port = link.ends[1].port;
    const Ipv4Prefix own{link.addresses[1], link.prefix.length};
    return {state::LeaseSeen{link.ends[0].node, link.ends[0].port, link.addresses[1], QStringLiteral("02:00:00:00:00:01"), true},
            state::AddressSeen{host, port, own, true}, kernelRoute(host, own, port),
            state::RouteSeen{host, prefix("0.0.0.0/0"), QStringLiteral("boot"), {{link.addresses[0], port}}, 0, true}};
}

/// A session of a link, seen by the speaker at `end`.
inline Sequence established(const model::Link& link, std::size_t end) {
    return {state::PeerUpSeen{link.ends[end].node, link.addresses[1 - end], 65000, kStartMs}};
}

/// The kernel routes that BGP makes for `host`'s pod network: on the leaf and on the other hosts.
inline Sequence podRoutes(const model::Lab& lab, const NodeId& host, bool present = true) {
    Sequence seen;
    const Ipv4Prefix pods = lab.findNode(host)->podCidr->network();
    for (const model::Link& link : lab.links) {
        const bool own = link.ends[1].node == host;
        const std::size_t end = own ? 0 : 1;
        state::RouteSeen route = bgpRoute(link.ends[end].node, pods, link.addresses[1 - end], link.ends[end].port);
        route.present = present;
        seen.emplace_back(state::BgpRouteSeen{route.node, link.addresses[1 - end], pods, present, link.addresses[1 - end], {65100}});
        seen.emplace_back(route);
    }
    return seen;
}

/// Everything of the tutorial, all green.
inline Sequence greenTutorial(const model::Lab& lab) {
    Sequence seen{state::EngineSeen{true}};
    for (const model::Node& each : lab.nodes) {
        const bool leaf = each.kind == model::NodeKind::Leaf;
        append(seen, {state::NodeSeen{each.id, true}, process(each.id, "zebra"), process(each.id, "bgpd"),
                      process(each.id, leaf ? "dnsmasq" : "udhcpc"), state::BmpSeen{each.id, true}});
        if (!leaf) {
            const Ipv4Prefix bridge{each.podCidr->at(1), each.podCidr->length};
            append(seen, {state::InterfaceSeen{each.id, QStringLiteral("cbr0"), 9, true, true, true},
                          state::AddressSeen{each.id, QStringLiteral("cbr0"), bridge, true},
                          kernelRoute(each.id, bridge, QStringLiteral("cbr0"))});
        }
    }
    append(seen, {state::InterfaceSeen{node("leaf1"), QStringLiteral("lo"), 1, true, true, true},
                  state::AddressSeen{node("leaf1"), QStringLiteral("lo"), prefix("10.255.0.1/32"), true}});
    for (const model::Link& each : lab.links) {
        const Ipv4Prefix leafs{each.addresses[0], each.prefix.length};
        append(seen, cable(each, true, true));
        append(seen, {state::AddressSeen{each.ends[0].node, each.ends[0].port, leafs, true},
                      kernelRoute(each.ends[0].node, leafs, each.ends[0].port)});
        append(seen, leased(each));
        append(seen, established(each, 0));
        append(seen, established(each, 1));
        append(seen, {bgpRoute(each.ends[1].node, prefix("10.255.0.1/32"), each.addresses[0], each.ends[1].port)});
    }
    for (const model::Node& each : lab.nodes) {
        if (each.podCidr) {
            append(seen, podRoutes(lab, each.id));
        }
        append(seen, {state::SyncedSeen{each.id, QStringLiteral("netlink")}, state::SyncedSeen{each.id, QStringLiteral("bgp")}});
    }
    for (const model::Pod& pod : lab.pods()) {
        append(seen, {state::PodSeen{pod.name, true, true}});
    }
    return seen;
}

/// What is seen when bgpd on `host` ends by a signal: its own routes leave its kernel, its pods' leave all others'.
inline Sequence bgpdKilled(const model::Lab& lab, const NodeId& host) {
    Sequence seen{killed(host, "bgpd"), state::BmpSeen{host, false}};
    for (const model::Link* each : lab.linksOf(host)) {
        append(seen, {state::PeerDownSeen{each->ends[0].node, each->addresses[1], QStringLiteral("the TCP connection was closed")},
                      state::FsmSeen{each->ends[0].node, each->addresses[1], true, state::BgpState::Active, 2, {}, false},
                      state::RouteSeen{host, prefix("10.255.0.1/32"), {}, {}, 20, false}});
    }
    append(seen, podRoutes(lab, host, false));
    for (const model::Node& each : lab.nodes) {
        if (each.podCidr && each.id != host) {
            append(seen, {state::RouteSeen{host, each.podCidr->network(), {}, {}, 20, false}});
        }
    }
    return seen;
}

/// A lab's state and all that changed, fed one observation after the other, a millisecond apart.
struct ObservedLab {
    model::Lab lab = tutorialLab();
    state::LabState state = state::initialState(lab, seedsOf(lab));
    state::Delta delta;
    qint64 nowMs = kStartMs;

    ObservedLab& feed(const Sequence& seen) {
        for (const state::Observed& each : seen) {
            state::reduce(state, delta, lab, {++nowMs, each});
        }
        return *this;
    }
    /// The sentences logged since the last call.
    QStringList takeLog() {
        QStringList sentences;
        for (const state::LogEntry& entry : std::exchange(delta, {}).log) {
            sentences += entry.what;
        }
        return sentences;
    }
    [[nodiscard]] const state::SessionState& session(const char* at, const char* peer) const {
        return *state.findSession(node(at), address(peer));
    }
};

} // namespace podleaf::fakes
