// SPDX-License-Identifier: GPL-3.0-or-later
// A lab with equal-cost paths: two leaves, two hosts at both of them, a pod on each host. Values; any thread.
#pragma once

#include "running_lab.h"

#include <core/intent/intent.h>

namespace podleaf::fakes {

inline model::Link twoLeafLink(std::uint32_t number, const char* leaf, const char* host) {
    const Ipv4Prefix net{prefix("172.16.0.0/16").at(number * 4), 30};
    const QString port = QString::fromLatin1(leaf).right(1);
    return {LinkId(QStringLiteral("%1-%2").arg(QString::fromLatin1(leaf), QString::fromLatin1(host))),
            {model::Endpoint{node(leaf), QStringLiteral("swp") + QString::fromLatin1(host).right(1)},
             model::Endpoint{node(host), QStringLiteral("eth") + port}},
            net,
            {net.at(1), net.at(2)}};
}

inline model::Lab twoLeafLab() {
    model::Lab lab = tutorialLab();
    lab.id = LabId(QStringLiteral("two-leaf"));
    lab.nodes = {
        {node("leaf1"), model::NodeKind::Leaf, 65100, address("10.255.0.1"), {}},
        {node("leaf2"), model::NodeKind::Leaf, 65101, address("10.255.0.2"), {}},
        {node("host1"), model::NodeKind::Host, 4200000001U, {}, prefix("10.20.0.0/24")},
        {node("host2"), model::NodeKind::Host, 4200000002U, {}, prefix("10.20.1.0/24")},
    };
    lab.links = {twoLeafLink(0, "leaf1", "host1"), twoLeafLink(1, "leaf2", "host1"), twoLeafLink(2, "leaf1", "host2"),
                 twoLeafLink(3, "leaf2", "host2")};
    lab.workloads.front().pods = {{QStringLiteral("my-nginx-1"), node("host1"), address("10.20.0.10")},
                                  {QStringLiteral("my-nginx-2"), node("host2"), address("10.20.1.10")}};
    return lab;
}

/// The kernels' tables of any lab when all is as intended; hosts have their default route by their first leaf.
inline Sequence intendedKernels(const model::Lab& lab) {
    Sequence seen{state::EngineSeen{true}};
    for (const model::Node& each : lab.nodes) {
        append(seen, {state::NodeSeen{each.id, true}});
        if (each.podCidr) {
            const Ipv4Prefix bridge{each.podCidr->at(1), each.podCidr->length};
            append(seen, {state::InterfaceSeen{each.id, QStringLiteral("cbr0"), 9, true, true, true},
                          state::AddressSeen{each.id, QStringLiteral("cbr0"), bridge, true},
                          kernelRoute(each.id, bridge, QStringLiteral("cbr0"))});
        }
        if (each.loopback) {
            append(seen, {state::InterfaceSeen{each.id, QStringLiteral("lo"), 1, true, true, true},
                          state::AddressSeen{each.id, QStringLiteral("lo"), {*each.loopback, 32}, true}});
        }
    }
    for (std::size_t i = lab.links.size(); i-- > 0;) { // the first link's default route comes last and stays
        const model::Link& each = lab.links[i];
        const Ipv4Prefix leafs{each.addresses[0], each.prefix.length};
        append(seen, cable(each, true, true));
        append(seen, {state::AddressSeen{each.ends[0].node, each.ends[0].port, leafs, true},
                      kernelRoute(each.ends[0].node, leafs, each.ends[0].port)});
        append(seen, leased(each));
    }
    for (const intent::ExpectedRoute& route : intent::intentOf(lab).routes) {
        state::RouteSeen kernel{route.node, route.prefix, QStringLiteral("bgp"), {}, 20, true};
        for (const model::Link& link : lab.links) {
            for (const std::size_t end : {0U, 1U}) {
                if (link.ends[end].node == route.node && std::ranges::count(route.nextHops, link.addresses[1 - end]) > 0) {
                    kernel.nextHops.edit().push_back({link.addresses[1 - end], link.ends[end].port});
                }
            }
        }
        seen.emplace_back(kernel);
    }
    for (const model::Pod& pod : lab.pods()) {
        append(seen, {state::PodSeen{pod.name, true, true}});
    }
    return seen;
}

} // namespace podleaf::fakes
