// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes what a NETLINK_ROUTE socket delivers (rtnetlink(7)) and writes the dump requests. Pure; any thread.
#pragma once

#include <core/base/ipv4.h>
#include <core/base/result.h>
#include <core/state/observation.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace podleaf::observe {

/// IFLA_STATS64 (struct rtnl_link_stats64): what a port has sent, received and dropped since it exists.
struct NetlinkCounters {
    std::uint64_t rxBytes = 0;
    std::uint64_t txBytes = 0;
    std::uint64_t rxDropped = 0;
    std::uint64_t txDropped = 0;
    bool operator==(const NetlinkCounters&) const = default;
};
/// RTM_NEWLINK / RTM_DELLINK.
struct NetlinkLink {
    bool present = true;
    int index = 0;
    QString name;
    bool adminUp = false;
    bool carrier = false;
    std::optional<NetlinkCounters> counters = {};
    bool operator==(const NetlinkLink&) const = default;
};
/// RTM_NEWADDR / RTM_DELADDR of IPv4.
struct NetlinkAddress {
    bool present = true;
    int index = 0;
    Ipv4Prefix address;
    bool operator==(const NetlinkAddress&) const = default;
};
struct NetlinkHop {
    std::optional<Ipv4Address> via;
    int index = 0;
    bool operator==(const NetlinkHop&) const = default;
};
/// RTM_NEWROUTE / RTM_DELROUTE of IPv4 in table main, of a type of state::RouteType.
struct NetlinkRoute {
    bool present = true;
    Ipv4Prefix prefix;
    QString protocol; ///< iproute2's word.
    std::uint32_t metric = 0;
    std::vector<NetlinkHop> hops;
    std::optional<Ipv4Address> source = {}; ///< RTA_PREFSRC.
    state::RouteType type = state::RouteType::Unicast;
    bool operator==(const NetlinkRoute&) const = default;
};
/// RTM_DELNEXTHOP: a nexthop object went. The kernel drops and shrinks the routes that use it without a word.
struct NetlinkNextHopGone {
    bool operator==(const NetlinkNextHopGone&) const = default;
};
/// NLMSG_DONE: a dump is complete.
struct NetlinkDone {
    bool operator==(const NetlinkDone&) const = default;
};
/// NLMSG_ERROR: the kernel refused a request; `error` is an errno value, 0 for a mere acknowledgement.
struct NetlinkFailure {
    int error = 0;
    bool operator==(const NetlinkFailure&) const = default;
};
/// NLMSG_OVERRUN: messages were lost.
struct NetlinkOverrun {
    bool operator==(const NetlinkOverrun&) const = default;
};

struct NetlinkMessage {
    std::uint32_t sequence = 0; ///< Of the request that is answered; of no meaning for events.
    bool ofDump = false;        ///< Part of the answer to a dump request.
    bool interrupted = false;   ///< The tables changed during the dump: it has to be repeated (NLM_F_DUMP_INTR).
    std::variant<NetlinkLink, NetlinkAddress, NetlinkRoute, NetlinkNextHopGone, NetlinkDone, NetlinkFailure, NetlinkOverrun> body;
    bool operator==(const NetlinkMessage&) const = default;
};

/// All messages of one datagram; what does not concern us (IPv6, other tables, bridge ports, multicast) is left out.
/// Errors: Protocol (a length that does not add up, a missing attribute).
Result<std::vector<NetlinkMessage>> decodeNetlink(QByteArrayView datagram);

enum class NetlinkTable { Links, Addresses, Routes };
/// The request to send for everything in `table`; the answer carries `sequence`.
QByteArray netlinkDumpRequest(NetlinkTable table, std::uint32_t sequence);

/// The RTMGRP_* groups whose events decodeNetlink() understands: link, IPv4 addresses and routes, nexthops.
std::uint32_t netlinkGroups();

/// iproute2's word for a route's protocol (/etc/iproute2/rt_protos), its number where there is none.
QString routeProtocolWord(int protocol);

} // namespace podleaf::observe
