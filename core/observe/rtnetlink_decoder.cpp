// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes rtnetlink with libmnl. Pure; any thread.
#include "rtnetlink_decoder.h"

#include <QCoreApplication>

#include <libmnl/libmnl.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstring>

// <net/if.h> stops short of it and <linux/if.h> cannot be included beside it.
#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000
#endif

namespace podleaf::observe {

namespace {

using Body = decltype(NetlinkMessage::body);
/// Nothing when the message does not concern us; `malformed` is set when it does not add up.
using Decoded = std::optional<Body>;

constexpr qsizetype kMaxNextHops = 1024;
constexpr qsizetype kMaxDatagramBytes = 1024 * 1024;

/// The attributes of one message that are wanted, by type; nullptr where absent.
template <size_t Size>
using Attributes = std::array<const nlattr*, Size>;

template <size_t Size>
Attributes<Size> attributesBetween(const void* begin, const void* end) {
    Attributes<Size> attributes{};
    const auto* attribute = static_cast<const nlattr*>(begin);
    const auto* tail = static_cast<const char*>(end);
    while (mnl_attr_ok(attribute, static_cast<int>(tail - reinterpret_cast<const char*>(attribute)))) {
        const std::uint16_t type = mnl_attr_get_type(attribute);
        if (type < Size) {
            attributes[type] = attribute;
        }
        attribute = mnl_attr_next(attribute);
    }
    return attributes;
}

template <size_t Size, class Header>
Attributes<Size> attributesOf(const nlmsghdr* message) {
    return attributesBetween<Size>(mnl_nlmsg_get_payload_offset(message, sizeof(Header)), mnl_nlmsg_get_payload_tail(message));
}

template <class Header>
const Header* headerOf(const nlmsghdr* message) {
    return mnl_nlmsg_get_payload_len(message) >= sizeof(Header) ? static_cast<const Header*>(mnl_nlmsg_get_payload(message)) : nullptr;
}

std::optional<std::uint32_t> u32Of(const nlattr* attribute) {
    if (attribute == nullptr || mnl_attr_get_payload_len(attribute) < sizeof(std::uint32_t)) {
        return std::nullopt;
    }
    return mnl_attr_get_u32(attribute);
}

std::optional<Ipv4Address> addressOf(const nlattr* attribute) {
    const auto value = u32Of(attribute);
    return value ? std::optional(Ipv4Address{ntohl(*value)}) : std::nullopt;
}

/// The kernel does not align the attribute's 64-bit numbers; a shorter one is of no kernel that we know.
std::optional<NetlinkCounters> countersOf(const nlattr* attribute) {
    rtnl_link_stats64 stats{};
    constexpr size_t kWanted = offsetof(rtnl_link_stats64, multicast);
    if (attribute == nullptr || mnl_attr_get_payload_len(attribute) < kWanted) {
        return std::nullopt;
    }
    std::memcpy(&stats, mnl_attr_get_payload(attribute), kWanted);
    return NetlinkCounters{stats.rx_bytes, stats.tx_bytes, stats.rx_dropped, stats.tx_dropped};
}

Decoded decodeLink(const nlmsghdr* message, bool& malformed) {
    const auto* header = headerOf<ifinfomsg>(message);
    if (header == nullptr) {
        malformed = true;
        return std::nullopt;
    }
    // AF_BRIDGE messages tell of bridge ports: RTM_DELLINK then means "left the bridge".
    if (header->ifi_family != AF_UNSPEC) {
        return std::nullopt;
    }
    const auto attributes = attributesOf<IFLA_CARRIER + 1, ifinfomsg>(message);
    const nlattr* name = attributes[IFLA_IFNAME];
    if (name == nullptr || mnl_attr_get_payload_len(name) > IFNAMSIZ) {
        malformed = true;
        return std::nullopt;
    }
    NetlinkLink link;
    link.present = message->nlmsg_type == RTM_NEWLINK;
    link.index = header->ifi_index;
    const auto* text = static_cast<const char*>(mnl_attr_get_payload(name));
    link.name = QString::fromUtf8(text, static_cast<qsizetype>(strnlen(text, mnl_attr_get_payload_len(name))));
    link.adminUp = (header->ifi_flags & IFF_UP) != 0;
    link.carrier = (header->ifi_flags & IFF_LOWER_UP) != 0;
    link.counters = countersOf(attributes[IFLA_STATS64]);
    return link;
}

Decoded decodeAddress(const nlmsghdr* message, bool& malformed) {
    const auto* header = headerOf<ifaddrmsg>(message);
    if (header == nullptr) {
        malformed = true;
        return std::nullopt;
    }
    if (header->ifa_family != AF_INET) {
        return std::nullopt;
    }
    const auto attributes = attributesOf<IFA_LOCAL + 1, ifaddrmsg>(message);
    const auto local = addressOf(attributes[IFA_LOCAL]);
    const auto address = local ? local : addressOf(attributes[IFA_ADDRESS]);
    if (!address || header->ifa_prefixlen > 32) {
        malformed = true;
        return std::nullopt;
    }
    return NetlinkAddress{message->nlmsg_type == RTM_NEWADDR, static_cast<int>(header->ifa_index),
                          Ipv4Prefix{*address, header->ifa_prefixlen}};
}

/// RTA_MULTIPATH: rtnexthop structures, each with attributes of its own. False when they do not add up.
bool readMultipath(const nlattr* attribute, std::vector<NetlinkHop>& hops) {
    const auto* at = static_cast<const char*>(mnl_attr_get_payload(attribute));
    size_t left = mnl_attr_get_payload_len(attribute);
    while (left >= sizeof(rtnexthop)) {
        const auto* hop = reinterpret_cast<const rtnexthop*>(at);
        const size_t length = hop->rtnh_len;
        if (length < sizeof(rtnexthop) || length > left || hops.size() >= kMaxNextHops) {
            return false;
        }
        const auto attributes = attributesBetween<RTA_GATEWAY + 1>(at + sizeof(rtnexthop), at + length);
        hops.push_back(NetlinkHop{addressOf(attributes[RTA_GATEWAY]), hop->rtnh_ifindex});
        const size_t step = std::min<size_t>(RTNH_ALIGN(length), left);
        at += step;
        left -= step;
    }
    return true;
}

std::optional<state::RouteType> typeOf(const rtmsg& header) {
    switch (header.rtm_type) {
    case RTN_UNICAST:
        return state::RouteType::Unicast;
    case RTN_BLACKHOLE:
        return state::RouteType::Blackhole;
    case RTN_UNREACHABLE:
        return state::RouteType::Unreachable;
    case RTN_PROHIBIT:
        return state::RouteType::Prohibit;
    default:
        return std::nullopt;
    }
}

bool concernsUs(const rtmsg& header, const Attributes<RTA_NH_ID + 1>& attributes) {
    const std::uint32_t table = u32Of(attributes[RTA_TABLE]).value_or(header.rtm_table);
    return header.rtm_family == AF_INET && table == RT_TABLE_MAIN && (header.rtm_flags & RTM_F_CLONED) == 0;
}

Decoded decodeRoute(const nlmsghdr* message, bool& malformed) {
    const auto* header = headerOf<rtmsg>(message);
    if (header == nullptr) {
        malformed = true;
        return std::nullopt;
    }
    const auto attributes = attributesOf<RTA_NH_ID + 1, rtmsg>(message);
    const auto type = typeOf(*header);
    if (!type || !concernsUs(*header, attributes)) {
        return std::nullopt;
    }
    NetlinkRoute route;
    route.type = *type;
    route.present = message->nlmsg_type == RTM_NEWROUTE;
    route.prefix = Ipv4Prefix{addressOf(attributes[RTA_DST]).value_or(Ipv4Address{}), header->rtm_dst_len};
    route.protocol = routeProtocolWord(header->rtm_protocol);
    route.metric = u32Of(attributes[RTA_PRIORITY]).value_or(0);
    route.source = addressOf(attributes[RTA_PREFSRC]);
    const bool multipath = attributes[RTA_MULTIPATH] != nullptr;
    malformed = header->rtm_dst_len > 32 || (multipath && !readMultipath(attributes[RTA_MULTIPATH], route.hops));
    if (malformed) {
        return std::nullopt;
    }
    // Routes of nexthop objects (zebra's) are told with gateway and interface too, unless somebody has
    // switched net.ipv4.nexthop_compat_mode off.
    const auto interface = u32Of(attributes[RTA_OIF]);
    if (!multipath && interface) {
        route.hops.push_back(NetlinkHop{addressOf(attributes[RTA_GATEWAY]), static_cast<int>(*interface)});
    }
    return route;
}

/// Of the kernel's negative errno. INT_MIN has no positive counterpart; no errno comes near it.
NetlinkFailure failureOf(int error) {
    return NetlinkFailure{error > -4096 ? -error : 4095};
}

Decoded decodeError(const nlmsghdr* message, bool& malformed) {
    const auto* header = headerOf<nlmsgerr>(message);
    if (header == nullptr) {
        malformed = true;
        return std::nullopt;
    }
    return failureOf(header->error);
}

Decoded decodeOne(const nlmsghdr* message, bool& malformed) {
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
        return decodeLink(message, malformed);
    case RTM_NEWADDR:
    case RTM_DELADDR:
        return decodeAddress(message, malformed);
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        return decodeRoute(message, malformed);
    case RTM_DELNEXTHOP:
        return NetlinkNextHopGone{};
    case NLMSG_ERROR:
        return decodeError(message, malformed);
    case NLMSG_DONE: { // carries a negative errno when the dump failed half way
        const auto* status = headerOf<std::int32_t>(message);
        return status != nullptr && *status < 0 ? failureOf(*status) : Body(NetlinkDone{});
    }
    case NLMSG_OVERRUN:
        return NetlinkOverrun{};
    default:
        return std::nullopt;
    }
}

/// libmnl compares lengths as int, so that one of 2 GiB and more passes as a negative one.
bool isWhole(const nlmsghdr* message, int left) {
    return mnl_nlmsg_ok(message, left) && message->nlmsg_len <= static_cast<std::uint32_t>(left);
}

Unexpected malformedDatagram() {
    return fail(ErrorCode::Protocol,
                QCoreApplication::translate("Netlink", "The kernel's answer about interfaces and routes is malformed."));
}

} // namespace

Result<std::vector<NetlinkMessage>> decodeNetlink(QByteArrayView datagram) {
    if (datagram.size() > kMaxDatagramBytes) {
        return malformedDatagram();
    }
    // Aligned for the kernel's structures, and with a margin, as libmnl rounds lengths up to four.
    std::vector<std::uint64_t> aligned(static_cast<size_t>(datagram.size()) / sizeof(std::uint64_t) + 2);
    if (!datagram.isEmpty()) {
        std::memcpy(aligned.data(), datagram.data(), static_cast<size_t>(datagram.size()));
    }
    std::vector<NetlinkMessage> messages;
    const auto* message = reinterpret_cast<const nlmsghdr*>(aligned.data());
    int left = static_cast<int>(datagram.size());
    while (isWhole(message, left)) {
        bool malformed = false;
        Decoded body = decodeOne(message, malformed);
        if (malformed) {
            return malformedDatagram();
        }
        if (body) {
            messages.push_back(NetlinkMessage{message->nlmsg_seq, (message->nlmsg_flags & NLM_F_MULTI) != 0,
                                              (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0, *std::move(body)});
        }
        message = mnl_nlmsg_next(message, &left);
    }
    return left > 0 ? Result<std::vector<NetlinkMessage>>(malformedDatagram()) : std::move(messages);
}

QByteArray netlinkDumpRequest(NetlinkTable table, std::uint32_t sequence) {
    std::array<std::uint64_t, 16> buffer{};
    nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message->nlmsg_seq = sequence;
    switch (table) {
    case NetlinkTable::Links:
        message->nlmsg_type = RTM_GETLINK;
        mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
        break;
    case NetlinkTable::Addresses: {
        message->nlmsg_type = RTM_GETADDR;
        auto* header = static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifaddrmsg)));
        header->ifa_family = AF_INET;
        break;
    }
    case NetlinkTable::Routes: {
        message->nlmsg_type = RTM_GETROUTE;
        auto* header = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(rtmsg)));
        header->rtm_family = AF_INET;
        break;
    }
    }
    return QByteArray(reinterpret_cast<const char*>(message), static_cast<qsizetype>(message->nlmsg_len));
}

std::uint32_t netlinkGroups() {
    // Groups beyond 32 have no bit; RTNLGRP_NEXTHOP is the last one that has.
    static_assert(RTNLGRP_NEXTHOP == 32);
    return RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | 1U << (RTNLGRP_NEXTHOP - 1);
}

QString routeProtocolWord(int protocol) {
    struct Word {
        int number;
        const char* word;
    };
    static constexpr std::array kWords{
        Word{0, "none"},   Word{1, "redirect"}, Word{2, "kernel"},      Word{3, "boot"},   Word{4, "static"},    Word{8, "gated"},
        Word{9, "ra"},     Word{10, "mrt"},     Word{11, "zebra"},      Word{12, "bird"},  Word{13, "dnrouted"}, Word{14, "xorp"},
        Word{15, "ntk"},   Word{16, "dhcp"},    Word{18, "keepalived"}, Word{42, "babel"}, Word{186, "bgp"},     Word{187, "isis"},
        Word{188, "ospf"}, Word{189, "rip"},    Word{192, "eigrp"}};
    for (const Word& word : kWords) {
        if (word.number == protocol) {
            return QString::fromLatin1(word.word);
        }
    }
    return QString::number(protocol);
}

} // namespace podleaf::observe
