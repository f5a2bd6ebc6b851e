// SPDX-License-Identifier: GPL-3.0-or-later
#include "route_batch.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <sys/socket.h>

namespace podleaf::labhost {

namespace {

constexpr std::size_t kRoomPerMessage = 1024;

int setOption(int socket, int level, int name, int value) {
    return ::setsockopt(socket, level, name, &value, sizeof value);
}

} // namespace

UniqueFd openRouteSocket() {
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (socket.isValid()) {
        setOption(socket.get(), SOL_SOCKET, SO_SNDBUF, 1 << 20);
        setOption(socket.get(), SOL_SOCKET, SO_RCVBUF, 1 << 20);
        setOption(socket.get(), SOL_NETLINK, NETLINK_CAP_ACK, 1); // errors do not echo the whole message
    }
    return socket;
}

nlmsghdr* RouteBatch::begin(std::uint16_t type, std::uint16_t flags, std::size_t extraBytes) {
    if (m_last != nullptr) {
        m_used += NLMSG_ALIGN(m_last->nlmsg_len);
    }
    if (m_used + kRoomPerMessage > kBytes) {
        flush();
    }
    m_last = mnl_nlmsg_put_header(m_buffer.get() + m_used);
    m_last->nlmsg_type = type;
    m_last->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    m_last->nlmsg_seq = static_cast<std::uint32_t>(++m_count);
    mnl_nlmsg_put_extra_header(m_last, extraBytes);
    return m_last;
}

std::vector<RouteBatch::Failure> RouteBatch::finish() {
    if (m_last != nullptr) {
        m_used += NLMSG_ALIGN(m_last->nlmsg_len);
        flush();
    }
    return std::move(m_failures);
}

void RouteBatch::flush() {
    // m_last is the last whole message of the buffer: only it is acknowledged, every failure reports itself.
    m_last->nlmsg_flags |= NLM_F_ACK;
    const auto first = static_cast<std::uint32_t>(m_sent + 1);
    const std::uint32_t last = m_last->nlmsg_seq;
    if (::send(m_socket, m_buffer.get(), m_used, 0) < 0) {
        for (std::uint32_t seq = first; seq <= last; ++seq) {
            m_failures.push_back({seq - 1, errno});
        }
    } else {
        collect(first, last);
    }
    m_sent = last;
    m_used = 0;
    m_last = nullptr;
}

void RouteBatch::collect(std::uint32_t first, std::uint32_t last) {
    // The kernel has handled the whole batch when send() returns, so everything is there already.
    std::array<char, 2048> buffer; // an acknowledgement comes in a message of its own
    bool acknowledged = false;
    while (!acknowledged) {
        const ssize_t count = ::recv(m_socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count <= 0) {
            m_failures.push_back({last - 1, count < 0 ? errno : EPIPE});
            return;
        }
        int left = static_cast<int>(count);
        for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); mnl_nlmsg_ok(header, left);
             header = mnl_nlmsg_next(header, &left)) {
            if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_seq < first || header->nlmsg_seq > last) {
                continue;
            }
            const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(header));
            if (error->error != 0) {
                m_failures.push_back({header->nlmsg_seq - 1, -error->error});
            }
            acknowledged = acknowledged || header->nlmsg_seq == last;
        }
    }
}

nlmsghdr* beginLinkState(RouteBatch& batch, const std::string& interface, bool up) {
    nlmsghdr* header = batch.begin(RTM_NEWLINK, 0, sizeof(ifinfomsg));
    auto* info = static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(header));
    info->ifi_change = IFF_UP;
    info->ifi_flags = up ? IFF_UP : 0;
    mnl_attr_put_strz(header, IFLA_IFNAME, interface.c_str());
    return header;
}

unsigned interfaceIndex(int socket, const std::string& interface) {
    std::array<char, 1024> request;
    nlmsghdr* header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = RTM_GETLINK;
    header->nlmsg_flags = NLM_F_REQUEST;
    mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg));
    mnl_attr_put_strz(header, IFLA_IFNAME, interface.c_str());
    std::array<char, 32 * 1024> reply;
    if (::send(socket, request.data(), header->nlmsg_len, 0) < 0) {
        return 0;
    }
    const ssize_t count = ::recv(socket, reply.data(), reply.size(), MSG_DONTWAIT);
    auto* answer = reinterpret_cast<nlmsghdr*>(reply.data());
    if (count <= 0 || !mnl_nlmsg_ok(answer, static_cast<int>(count)) || answer->nlmsg_type != RTM_NEWLINK) {
        return 0;
    }
    return static_cast<unsigned>(static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(answer))->ifi_index);
}

namespace {

bool isKept(const nlmsghdr* header, unsigned index) {
    const auto* route = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(header));
    const bool ofPeople = route->rtm_protocol == RTPROT_BOOT || route->rtm_protocol == RTPROT_STATIC || route->rtm_protocol == RTPROT_DHCP;
    if (!ofPeople || route->rtm_type != RTN_UNICAST || route->rtm_table != RT_TABLE_MAIN) {
        return false;
    }
    // mnl_attr_for_each() is C only.
    const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(header));
    const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(header, sizeof(rtmsg)));
    for (; mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute))); attribute = mnl_attr_next(attribute)) {
        if (mnl_attr_get_type(attribute) == RTA_OIF && mnl_attr_get_u32(attribute) == index) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<std::string> keptRoutes(int socket, unsigned index) {
    std::vector<std::string> routes;
    std::array<char, 256> request;
    nlmsghdr* header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = RTM_GETROUTE;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    auto* wanted = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
    wanted->rtm_family = AF_INET;
    if (::send(socket, request.data(), header->nlmsg_len, 0) < 0) {
        return routes;
    }
    std::vector<char> buffer(64 * 1024);
    while (true) {
        const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count <= 0) {
            return routes;
        }
        int left = static_cast<int>(count);
        for (auto* answer = reinterpret_cast<nlmsghdr*>(buffer.data()); mnl_nlmsg_ok(answer, left);
             answer = mnl_nlmsg_next(answer, &left)) {
            if (answer->nlmsg_type != RTM_NEWROUTE) {
                return routes; // NLMSG_DONE or an error
            }
            if (isKept(answer, index)) {
                routes.emplace_back(static_cast<const char*>(mnl_nlmsg_get_payload(answer)), mnl_nlmsg_get_payload_len(answer));
            }
        }
    }
}

void addKeptRoutes(RouteBatch& batch, const std::vector<std::string>& routes) {
    for (const std::string& route : routes) {
        if (route.size() > kRoomPerMessage - 2 * sizeof(nlmsghdr)) {
            continue; // a multipath route of many hops; its owner has to bring it back
        }
        nlmsghdr* header = batch.begin(RTM_NEWROUTE, NLM_F_CREATE, route.size());
        std::memcpy(mnl_nlmsg_get_payload(header), route.data(), route.size());
        static_cast<rtmsg*>(mnl_nlmsg_get_payload(header))->rtm_flags &= ~static_cast<unsigned>(RTNH_F_LINKDOWN | RTNH_F_DEAD);
    }
}

} // namespace podleaf::labhost
