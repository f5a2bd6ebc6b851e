// SPDX-License-Identifier: GPL-3.0-or-later
#include "intent.h"

#include <core/model/node_kinds.h>

#include <QStringBuilder>

#include <algorithm>
#include <deque>
#include <map>
#include <span>
#include <utility>

namespace podleaf::intent {

namespace {

using model::Lab;
using model::Link;
using model::Node;

/// A cable as one of its two nodes sees it.
struct Hop {
    const Link* link = nullptr;
    const Node* node = nullptr;
    const Node* neighbour = nullptr;
    std::size_t neighbourIndex = 0; ///< Position in Lab::nodes.
    Ipv4Address neighbourAddress;
};

/// Every cable from both sides, by node, in the lab's order. Cables without a switch carry no session.
class Fabric {
public:
    explicit Fabric(const Lab& lab) : m_hops(lab.nodes.size()) {
        for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
            m_indexes.emplace(lab.nodes[i].id, i);
        }
        for (const Link& link : lab.links) {
            const auto a = m_indexes.find(link.ends[0].node);
            const auto b = m_indexes.find(link.ends[1].node);
            if (a == m_indexes.end() || b == m_indexes.end() || a == b) {
                continue;
            }
            const Node& nodeA = lab.nodes[a->second];
            const Node& nodeB = lab.nodes[b->second];
            if (isSwitch(nodeA) || isSwitch(nodeB)) {
                m_hops[a->second].push_back({&link, &nodeA, &nodeB, b->second, link.addresses[1]});
                m_hops[b->second].push_back({&link, &nodeB, &nodeA, a->second, link.addresses[0]});
            }
        }
    }
    static bool isSwitch(const Node& node) { return model::infoOf(node.kind).isSwitch; }
    /// The cables of the node at that position in Lab::nodes.
    [[nodiscard]] const std::vector<Hop>& at(std::size_t node) const { return m_hops[node]; }
    /// The cables of a node that is at a link's end.
    [[nodiscard]] std::span<const Hop> of(const NodeId& node) const {
        const auto it = m_indexes.find(node);
        return it == m_indexes.end() ? std::span<const Hop>() : std::span<const Hop>(m_hops[it->second]);
    }

private:
    std::map<NodeId, std::size_t> m_indexes;
    std::vector<std::vector<Hop>> m_hops; ///< By position in Lab::nodes.
};

/// In the lab's order of links, a switch's side before a host's.
std::vector<ExpectedSession> sessionsOf(const Lab& lab, const Fabric& fabric) {
    std::vector<ExpectedSession> sessions;
    for (const Link& link : lab.links) {
        std::vector<ExpectedSession> ofLink;
        for (const model::Endpoint& end : link.ends) {
            const std::span<const Hop> hops = fabric.of(end.node);
            const auto hop = std::ranges::find(hops, &link, &Hop::link);
            if (hop == hops.end()) {
                continue;
            }
            const ExpectedSession session{end.node, link.id, hop->neighbourAddress, hop->neighbour->id, hop->neighbour->asn};
            // The end whose neighbour is a host is a switch.
            ofLink.insert(Fabric::isSwitch(*hop->neighbour) ? ofLink.end() : ofLink.begin(), session);
        }
        sessions.insert(sessions.end(), ofLink.begin(), ofLink.end());
    }
    return sessions;
}

/// What `owner` itself originates: its loopback, and its pod CIDR. cbr0 without a pod is a bridge without a port: it
/// has no carrier, and a network without carrier is not announced; but for hosts of a cluster, which announce theirs always.
std::vector<Ipv4Prefix> prefixesOf(const Lab& lab, const std::vector<model::Pod>& pods, const Node& owner) {
    std::vector<Ipv4Prefix> prefixes;
    if (owner.podCidr && (lab.kubernetes || std::ranges::find(pods, owner.id, &model::Pod::host) != pods.end())) {
        prefixes.push_back(owner.podCidr->network());
    }
    if (owner.loopback) {
        prefixes.push_back({*owner.loopback, 32});
    }
    return prefixes;
}

/// Hops from `owner` to each node, by position in Lab::nodes. Every AS path is as long as its way, so BGP takes the
/// shortest ways; hosts announce only what is their own, so no way leads through one.
std::vector<int> distancesFrom(const Lab& lab, const Fabric& fabric, std::size_t owner) {
    std::vector<int> distances(lab.nodes.size(), -1);
    distances[owner] = 0;
    std::deque<std::size_t> queue{owner};
    while (!queue.empty()) {
        const std::size_t at = queue.front();
        queue.pop_front();
        if (at != owner && !Fabric::isSwitch(lab.nodes[at])) {
            continue;
        }
        for (const Hop& hop : fabric.at(at)) {
            int& distance = distances[hop.neighbourIndex];
            if (distance < 0) {
                distance = distances[at] + 1;
                queue.push_back(hop.neighbourIndex);
            }
        }
    }
    return distances;
}

/// The neighbours of `node` that are one hop nearer to the owner: all of them are equally good next hops.
std::vector<Ipv4Address> nextHopsOf(const Fabric& fabric, std::size_t node, std::size_t owner, const std::vector<int>& distances) {
    std::vector<Ipv4Address> nextHops;
    const int own = distances[node];
    for (const Hop& hop : fabric.at(node)) {
        const bool forwards = hop.neighbourIndex == owner || Fabric::isSwitch(*hop.neighbour);
        if (own > 0 && forwards && distances[hop.neighbourIndex] == own - 1) {
            nextHops.push_back(hop.neighbourAddress);
        }
    }
    std::ranges::sort(nextHops);
    return nextHops;
}

/// Who originates prefixes, and how far each node is from it.
struct Owner {
    std::size_t node = 0; ///< Position in Lab::nodes.
    std::vector<Ipv4Prefix> prefixes;
    std::vector<int> distances;
};

std::vector<Owner> ownersIn(const Lab& lab, const Fabric& fabric) {
    std::vector<Owner> owners;
    const std::vector<model::Pod> pods = lab.pods();
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        if (auto prefixes = prefixesOf(lab, pods, lab.nodes[i]); !prefixes.empty()) {
            owners.push_back({i, std::move(prefixes), distancesFrom(lab, fabric, i)});
        }
    }
    return owners;
}

/// Node by node, in the lab's order. Of a large lab there are a million: their memory is taken once, and a node's routes
/// that lead the same way share their next hops.
std::vector<ExpectedRoute> routesOf(const Lab& lab, const Fabric& fabric) {
    const std::vector<Owner> owners = ownersIn(lab, fabric);
    std::size_t count = 0;
    for (const Owner& owner : owners) {
        count +=
            owner.prefixes.size() * static_cast<std::size_t>(std::ranges::count_if(owner.distances, [](int each) { return each > 0; }));
    }
    std::vector<ExpectedRoute> routes;
    routes.reserve(count);
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        CowList<Ipv4Address> last;
        for (const Owner& owner : owners) {
            CowList<Ipv4Address> nextHops = nextHopsOf(fabric, i, owner.node, owner.distances);
            if (nextHops.empty()) {
                continue;
            }
            nextHops.shareIfEqual(last);
            last = nextHops;
            const std::size_t most = lab.routing.maximumPaths == 0 ? nextHops.size() : lab.routing.maximumPaths;
            for (const Ipv4Prefix& prefix : owner.prefixes) {
                routes.push_back({lab.nodes[i].id, prefix, nextHops, lab.nodes[owner.node].id, std::min(most, nextHops.size())});
            }
        }
    }
    return routes;
}

void addLegs(std::vector<Leg>& legs, const Lab& lab, const model::Test& test) {
    const auto workload = std::ranges::find(lab.workloads, test.workload, &model::Workload::name);
    if (workload == lab.workloads.end() || lab.kubernetes) { // what pods a cluster has is known only once it runs
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

std::vector<Leg> legsOf(const Lab& lab) {
    std::vector<Leg> legs;
    for (const model::Test& test : lab.tests) {
        addLegs(legs, lab, test);
    }
    return legs;
}

std::vector<ExpectedSession> sessionsOf(const Lab& lab) {
    return sessionsOf(lab, Fabric(lab));
}

Intent intentOf(const Lab& lab) {
    const Fabric fabric(lab);
    return {sessionsOf(lab, fabric), routesOf(lab, fabric), legsOf(lab)};
}

} // namespace podleaf::intent
