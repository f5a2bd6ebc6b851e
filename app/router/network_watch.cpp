// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_watch.h"

#include "default_routes.h"

#include <app/labhost/failure.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace podleaf::router {

namespace {

/// As large as the kernel makes a part of a dump.
constexpr std::size_t kBufferBytes = 32 * 1024;

UniqueFd openSocket(std::uint32_t groups) {
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (socket.isValid() && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        socket.reset();
    }
    return socket;
}

using Visitor = std::function<void(const nlmsghdr*)>;

/// What there is to receive: 1 when there was something, 0 when not, -1 when some is lost.
int receiveFrom(int socket, const Visitor& visit) {
    alignas(nlmsghdr) std::array<char, kBufferBytes> buffer;
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), MSG_TRUNC);
    if (count < 0) {
        return errno == ENOBUFS ? -1 : 0;
    }
    if (static_cast<std::size_t>(count) > buffer.size()) {
        return -1;
    }
    int left = static_cast<int>(count);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data()); mnl_nlmsg_ok(message, left);
         message = mnl_nlmsg_next(message, &left)) {
        visit(message);
    }
    return 1;
}

/// All that the kernel has of a kind: it answers within the calls.
void dump(std::uint16_t type, const Visitor& visit) {
    const UniqueFd socket = openSocket(0);
    std::array<char, 256> request{};
    nlmsghdr* header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    auto* wanted = static_cast<rtgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg))); // the family stands first in all
    wanted->rtgen_family = type == RTM_GETLINK ? AF_UNSPEC : AF_INET;
    if (!socket.isValid() || ::send(socket.get(), request.data(), header->nlmsg_len, 0) < 0) {
        return;
    }
    bool isDone = false;
    const auto visitOne = [&](const nlmsghdr* message) {
        isDone = isDone || message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR;
        if (!isDone) {
            visit(message);
        }
    };
    while (!isDone && receiveFrom(socket.get(), visitOne) != 0) {
    }
}

} // namespace

NetworkWatch::NetworkWatch(labhost::Loop& loop, std::string bridge, std::function<void()> changed)
    : m_loop(loop), m_bridge(std::move(bridge)), m_changed(std::move(changed)),
      m_events(openSocket(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE)) {}

NetworkWatch::~NetworkWatch() {
    if (m_token) {
        m_loop.remove(*m_token);
    }
}

std::string NetworkWatch::begin() {
    if (!m_events.isValid()) {
        return labhost::failure("cannot listen to the kernel's routes");
    }
    m_token = m_loop.add(m_events.get(), EPOLLIN, [this](std::uint32_t) { receive(); });
    lookAgain();
    return {};
}

/// Events only tell when to look: of routes that go with their link or their source address the kernel says nothing.
void NetworkWatch::receive() {
    bool isConcerned = false;
    int received = 0;
    const auto visit = [&](const nlmsghdr* message) {
        const bool isRoute = message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE;
        isConcerned = isConcerned || !isRoute || isDefaultRoute(message);
    };
    while ((received = receiveFrom(m_events.get(), visit)) != 0) {
        isConcerned = isConcerned || received < 0;
    }
    if (isConcerned) {
        lookAgain();
        m_changed();
    }
}

void NetworkWatch::lookAgain() {
    m_gateways.clear();
    dump(RTM_GETROUTE, [this](const nlmsghdr* message) {
        if (message->nlmsg_type == RTM_NEWROUTE && isDefaultRoute(message)) {
            const std::vector<Address> hops = nextHopsOf(message);
            m_gateways.insert(m_gateways.end(), hops.begin(), hops.end());
        }
    });
    std::ranges::sort(m_gateways);
    m_gateways.erase(std::ranges::unique(m_gateways).begin(), m_gateways.end());
    m_addresses.clear();
    dump(RTM_GETADDR, [this](const nlmsghdr* message) {
        if (const auto address = message->nlmsg_type == RTM_NEWADDR ? addressOf(message) : std::nullopt) {
            m_addresses.insert(*address);
        }
    });
    m_isBridgeUp = false;
    dump(RTM_GETLINK, [this](const nlmsghdr* message) {
        if (message->nlmsg_type == RTM_NEWLINK) {
            m_isBridgeUp = isUp(message, m_bridge).value_or(m_isBridgeUp);
        }
    });
}

} // namespace podleaf::router
