// SPDX-License-Identifier: GPL-3.0-or-later
#include "default_routes.h"

#include <app/labhost/netlink_attributes.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>

namespace podleaf::router {

using labhost::forAttributesOf;
using labhost::numberOf;

namespace {

template <class Header>
const Header* headerOf(const nlmsghdr* message) {
    const bool fits = mnl_nlmsg_get_payload_len(message) >= sizeof(Header);
    return fits ? static_cast<const Header*>(mnl_nlmsg_get_payload(message)) : nullptr;
}

void addGateway(const nlattr* attribute, std::vector<Address>& hops) {
    if (mnl_attr_get_type(attribute) == RTA_GATEWAY) {
        const Address hop{ntohl(numberOf(attribute))};
        if (hop.isOfOneNode()) {
            hops.push_back(hop);
        }
    }
}

/// The next hops of RTA_MULTIPATH: structures with a length, each with attributes behind it.
void addMultipath(const nlattr* multipath, std::vector<Address>& hops) {
    const auto* at = static_cast<const char*>(mnl_attr_get_payload(multipath));
    std::size_t left = mnl_attr_get_payload_len(multipath);
    while (left >= sizeof(rtnexthop)) {
        const auto* hop = reinterpret_cast<const rtnexthop*>(at);
        if (hop->rtnh_len < sizeof(rtnexthop) || hop->rtnh_len > left) {
            return;
        }
        const auto* attribute = reinterpret_cast<const nlattr*>(at + RTNH_LENGTH(0));
        const char* const end = at + hop->rtnh_len;
        while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
            addGateway(attribute, hops);
            attribute = mnl_attr_next(attribute);
        }
        const std::size_t step = std::min<std::size_t>(RTNH_ALIGN(hop->rtnh_len), left);
        at += step;
        left -= step;
    }
}

} // namespace

bool isDefaultRoute(const nlmsghdr* message) {
    const auto* route = headerOf<rtmsg>(message);
    return route != nullptr && route->rtm_family == AF_INET && route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST &&
           route->rtm_table == RT_TABLE_MAIN && route->rtm_protocol != RTPROT_BGP && route->rtm_protocol != RTPROT_ZEBRA;
}

std::vector<Address> nextHopsOf(const nlmsghdr* route) {
    std::vector<Address> hops;
    forAttributesOf(route, sizeof(rtmsg), [&hops](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == RTA_MULTIPATH) {
            addMultipath(attribute, hops);
        } else {
            addGateway(attribute, hops);
        }
    });
    return hops;
}

std::optional<Address> addressOf(const nlmsghdr* message) {
    const auto* head = headerOf<ifaddrmsg>(message);
    std::optional<Address> address;
    if (head == nullptr || head->ifa_family != AF_INET) {
        return address;
    }
    forAttributesOf(message, sizeof(ifaddrmsg), [&address](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == IFA_LOCAL) {
            address = Address{ntohl(numberOf(attribute))};
        }
    });
    return address;
}

std::optional<bool> isUp(const nlmsghdr* message, std::string_view name) {
    const auto* link = headerOf<ifinfomsg>(message);
    bool isMeant = false;
    forAttributesOf(message, sizeof(ifinfomsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == IFLA_IFNAME) {
            const std::string_view own(static_cast<const char*>(mnl_attr_get_payload(attribute)), mnl_attr_get_payload_len(attribute));
            isMeant = own.substr(0, own.find('\0')) == name;
        }
    });
    if (link == nullptr || !isMeant) {
        return std::nullopt;
    }
    return (link->ifi_flags & IFF_UP) != 0 && (link->ifi_flags & IFF_RUNNING) != 0;
}

} // namespace podleaf::router
