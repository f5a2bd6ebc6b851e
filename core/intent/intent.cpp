// SPDX-License-Identifier: GPL-3.0-or-later
#include "intent.h"

#include <core/model/node_kinds.h>

#include <QStringBuilder>

#include <algorithm>

namespace podleaf::intent {

namespace {

using model::Lab;
using model::Link;
using model::Node;
using model::NodeKind;

/// A leaf-host cable seen from the leaf.
struct Uplink {
    const Link* link = nullptr;
    const Node* leaf = nullptr;
    const Node* host = nullptr;
    Ipv4Address leafAddress;
    Ipv4Address hostAddress;
};

/// Every leaf-host link, in the lab's order; other links carry no session.
std::vector<Uplink> uplinksOf(const Lab& lab) {
    std::vector<Uplink> uplinks;
    for (const Link& link : lab.links) {
        for (std::size_t i = 0; i < 2; ++i) {
            const Node* leaf = lab.findNode(link.ends[i].node);
            const Node* host = lab.findNode(link.ends[1 - i].node);
            if (leaf && host && leaf->kind == NodeKind::Leaf && host->kind == NodeKind::Host) {
                uplinks.push_back({&link, leaf, host, link.addresses[i], link.addresses[1 - i]});
            }
        }
    }
    return uplinks;
}

std::vector<ExpectedSession> sessionsOf(const std::vector<Uplink>& uplinks) {
    std::vector<ExpectedSession> sessions;
    for (const Uplink& up : uplinks) {
        sessions.push_back({up.leaf->id, up.link->id, up.hostAddress, up.host->id, up.host->asn});
        sessions.push_back({up.host->id, up.link->id, up.leafAddress, up.leaf->id, up.leaf->asn});
    }
    return sessions;
}

/// What `host` itself originates: its pod CIDR and, where it has one, its loopback. cbr0 without a pod is a
/// bridge without a port: it has no carrier, and a network without carrier is not announced.
std::vector<Ipv4Prefix> prefixesOf(const Lab& lab, const Node& host) {
    std::vector<Ipv4Prefix> prefixes;
    const std::vector<model::Pod> pods = lab.pods();
    if (host.podCidr && std::ranges::find(pods, host.id, &model::Pod::host) != pods.end()) {
        prefixes.push_back(host.podCidr->network());
    }
    if (host.loopback) {
        prefixes.push_back({*host.loopback, 32});
    }
    return prefixes;
}

void addRoutes(std::vector<ExpectedRoute>& routes, const Node& node, const std::vector<Ipv4Prefix>& prefixes,
               std::vector<Ipv4Address> nextHops, const Node& owner) {
    std::ranges::sort(nextHops);
    for (const Ipv4Prefix& prefix : prefixes) {
        routes.push_back({node.id, prefix, nextHops, owner.id});
    }
}

/// Addresses of `host` on its links to `leaf`.
std::vector<Ipv4Address> hostAddresses(const std::vector<Uplink>& uplinks, const Node& leaf, const Node& host) {
    std::vector<Ipv4Address> addresses;
    for (const Uplink& up : uplinks) {
        if (up.leaf == &leaf && up.host == &host) {
            addresses.push_back(up.hostAddress);
        }
    }
    return addresses;
}

/// Addresses of the leaves that `host` is cabled to and that `owner` is cabled to as well.
std::vector<Ipv4Address> leavesTowards(const std::vector<Uplink>& uplinks, const Node& host, const Node& owner) {
    std::vector<Ipv4Address> addresses;
    for (const Uplink& up : uplinks) {
        if (up.host == &host && !hostAddresses(uplinks, *up.leaf, owner).empty()) {
            addresses.push_back(up.leafAddress);
        }
    }
    return addresses;
}

std::vector<Ipv4Address> ownLeafAddresses(const std::vector<Uplink>& uplinks, const Node& host, const Node& leaf) {
    std::vector<Ipv4Address> addresses;
    for (const Uplink& up : uplinks) {
        if (up.host == &host && up.leaf == &leaf) {
            addresses.push_back(up.leafAddress);
        }
    }
    return addresses;
}

/// Routes one hop from their owner (leaf ← host, host ← leaf) and two hops (host ← leaf ← host). Leaves
/// do not speak to each other here, so nothing travels further.
std::vector<ExpectedRoute> routesOf(const Lab& lab, const std::vector<Uplink>& uplinks) {
    std::vector<ExpectedRoute> routes;
    for (const Node& node : lab.nodes) {
        for (const Node& owner : lab.nodes) {
            if (node.id == owner.id) {
                continue;
            }
            std::vector<Ipv4Address> nextHops;
            std::vector<Ipv4Prefix> prefixes = prefixesOf(lab, owner);
            if (node.kind == NodeKind::Leaf && owner.kind == NodeKind::Host) {
                nextHops = hostAddresses(uplinks, node, owner);
            } else if (node.kind == NodeKind::Host && owner.kind == NodeKind::Host) {
                nextHops = leavesTowards(uplinks, node, owner);
            } else if (node.kind == NodeKind::Host && owner.kind == NodeKind::Leaf) {
                nextHops = ownLeafAddresses(uplinks, node, owner);
            }
            if (!nextHops.empty()) {
                addRoutes(routes, node, prefixes, std::move(nextHops), owner);
            }
        }
    }
    return routes;
}

void addLegs(std::vector<Leg>& legs, const Lab& lab, const model::Test& test) {
    const auto workload = std::ranges::find(lab.workloads, test.workload, &model::Workload::name);
    if (workload == lab.workloads.end()) {
        return;
    }
    const auto addTargets = [&](const NodeId& fromNode, const QString& fromPod) {
        for (const model::Pod& to : workload->pods) {
            Leg leg{fromNode, fromPod, to.name, to.host, to.address, workload->port};
            if (std::ranges::find(legs, leg) == legs.end()) {
                legs.push_back(std::move(leg));
            }
        }
    };
    if (test.fromHosts) {
        for (const Node& node : lab.nodes) {
            if (model::infoOf(node.kind).runsPods) {
                addTargets(node.id, {});
            }
        }
    }
    if (test.fromPods) {
        for (const model::Pod& pod : lab.pods()) {
            addTargets(pod.host, pod.name);
        }
    }
}

} // namespace

QString Leg::url() const {
    const QString portPart = port == 80 ? QString() : QString(QLatin1Char(':') + QString::number(port));
    return QStringLiteral("http://") + to.toString() + portPart + QLatin1Char('/');
}

std::vector<Leg> legsOf(const Lab& lab, const QString& test) {
    std::vector<Leg> legs;
    for (const model::Test& candidate : lab.tests) {
        if (candidate.name == test) {
            addLegs(legs, lab, candidate);
        }
    }
    return legs;
}

Intent intentOf(const Lab& lab) {
    const std::vector<Uplink> uplinks = uplinksOf(lab);
    Intent intent{sessionsOf(uplinks), routesOf(lab, uplinks), {}};
    for (const model::Test& test : lab.tests) {
        addLegs(intent.legs, lab, test);
    }
    return intent;
}

} // namespace podleaf::intent
