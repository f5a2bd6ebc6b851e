// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial's lab made by hand, resolved, for tests that want a Lab without a lab file: one leaf,
// three hosts, two pods of my-nginx on host2 and host3. Values; any thread.
#pragma once

#include <core/model/lab.h>

namespace podleaf::fakes {

inline Ipv4Address address(const char* text) {
    return Ipv4Address::parse(QString::fromLatin1(text)).value();
}
inline Ipv4Prefix prefix(const char* text) {
    return Ipv4Prefix::parse(QString::fromLatin1(text)).value();
}
inline NodeId node(const char* name) {
    return NodeId(QString::fromLatin1(name));
}
inline LinkId link(const char* name) {
    return LinkId(QString::fromLatin1(name));
}

/// intnetN is leaf1:swpN to hostN:eth1, number N-1 of the /30s; the leaf has its first address.
inline model::Link tutorialLink(int number) {
    const Ipv4Prefix net{Ipv4Prefix::parse(QStringLiteral("172.16.0.0/16"))->at(static_cast<std::uint32_t>(number - 1) * 4), 30};
    return {LinkId(QStringLiteral("intnet%1").arg(number)),
            {model::Endpoint{node("leaf1"), QStringLiteral("swp%1").arg(number)},
             model::Endpoint{NodeId(QStringLiteral("host%1").arg(number)), QStringLiteral("eth1")}},
            net,
            {net.at(1), net.at(2)}};
}

inline model::Lab tutorialLab() {
    model::Lab lab;
    lab.id = LabId(QStringLiteral("tutorial"));
    lab.addressPlan = {prefix("172.16.0.0/16"), prefix("10.255.0.0/24"), prefix("10.20.0.0/16"), 24};
    lab.routing = {1, 3};
    lab.nodes = {
        {node("leaf1"), model::NodeKind::Leaf, 65100, address("10.255.0.1"), {}},
        {node("host1"), model::NodeKind::Host, 4200000001U, {}, prefix("10.20.0.0/24")},
        {node("host2"), model::NodeKind::Host, 4200000002U, {}, prefix("10.20.1.0/24")},
        {node("host3"), model::NodeKind::Host, 4200000003U, {}, prefix("10.20.2.0/24")},
    };
    lab.links = {tutorialLink(1), tutorialLink(2), tutorialLink(3)};
    lab.workloads = {{QStringLiteral("my-nginx"),
                      QStringLiteral("nginx"),
                      80,
                      {{QStringLiteral("my-nginx-1"), node("host2"), address("10.20.1.10")},
                       {QStringLiteral("my-nginx-2"), node("host3"), address("10.20.2.10")}}}};
    lab.tests = {{QStringLiteral("nginx"), true, true, QStringLiteral("my-nginx")}};
    return lab;
}

} // namespace podleaf::fakes
