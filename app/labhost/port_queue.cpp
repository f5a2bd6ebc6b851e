// SPDX-License-Identifier: GPL-3.0-or-later
#include "port_queue.h"

#include "netlink_attributes.h"
#include "route_batch.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <sys/socket.h>

namespace podleaf::labhost {

namespace {

constexpr std::uint32_t kOurRoot = 0xfa170000;  ///< "fa17:" as tc shows it.
constexpr std::uint32_t kOurInner = 0xfa180000; ///< The tbf below a netem.
constexpr std::uint32_t kInnerParent = kOurRoot | 1;
constexpr std::uint32_t kBytesPerKbit = 1000 / 8;
constexpr std::uint32_t kFrameBytes = 1514;
constexpr std::uint32_t kTickNanoseconds = 64;    ///< PSCHED_SHIFT is 6.
constexpr std::uint32_t kDelayedPackets = 10'000; ///< As many as a second at 100 Mbit/s holds.

struct Qdisc {
    std::uint32_t handle = 0;
    std::uint32_t parent = 0;
    std::string kind;
    PortQueue does;
};

PortQueue decodeOptions(const std::string& kind, const nlattr* options) {
    PortQueue queue;
    const nlattr* parameters = kind == "tbf" && options != nullptr ? findAttribute(options, TCA_TBF_PARMS) : nullptr;
    if (parameters != nullptr && mnl_attr_get_payload_len(parameters) >= sizeof(tc_tbf_qopt)) {
        tc_tbf_qopt shape;
        std::memcpy(&shape, mnl_attr_get_payload(parameters), sizeof shape);
        queue.rateKbit = shape.rate.rate / kBytesPerKbit;
    } else if (kind == "netem" && options != nullptr && mnl_attr_get_payload_len(options) >= sizeof(tc_netem_qopt)) {
        tc_netem_qopt delay;
        std::memcpy(&delay, mnl_attr_get_payload(options), sizeof delay);
        const std::uint64_t nanoseconds = std::uint64_t{delay.latency} * kTickNanoseconds;
        queue.delayMicroseconds = static_cast<std::uint32_t>((nanoseconds + 500) / 1000); // ticks are coarser
    }
    return queue;
}

Qdisc decodeQdisc(const nlmsghdr* message) {
    const auto* traffic = static_cast<const tcmsg*>(mnl_nlmsg_get_payload(message));
    Qdisc qdisc{traffic->tcm_handle, traffic->tcm_parent, {}, {}};
    const nlattr* options = nullptr;
    forAttributesOf(message, sizeof(tcmsg), [&](const nlattr* attribute) {
        if (mnl_attr_get_type(attribute) == TCA_KIND && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0) {
            qdisc.kind = mnl_attr_get_str(attribute);
        } else if (mnl_attr_get_type(attribute) == TCA_OPTIONS) {
            options = attribute;
        }
    });
    qdisc.does = decodeOptions(qdisc.kind, options);
    return qdisc;
}

std::vector<Qdisc> qdiscsOf(int socket, unsigned index) {
    std::vector<Qdisc> qdiscs;
    alignas(nlmsghdr) std::array<char, 256> request;
    nlmsghdr* header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = RTM_GETQDISC;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(header, sizeof(tcmsg));
    if (::send(socket, request.data(), header->nlmsg_len, 0) < 0) {
        return qdiscs;
    }
    std::vector<char> answers(32 * 1024);
    while (true) {
        const ssize_t count = ::recv(socket, answers.data(), answers.size(), MSG_DONTWAIT);
        if (count <= 0) {
            return qdiscs;
        }
        int left = static_cast<int>(count);
        for (auto* answer = reinterpret_cast<nlmsghdr*>(answers.data()); mnl_nlmsg_ok(answer, left);
             answer = mnl_nlmsg_next(answer, &left)) {
            if (answer->nlmsg_type != RTM_NEWQDISC) {
                return qdiscs; // NLMSG_DONE or an error
            }
            if (static_cast<const tcmsg*>(mnl_nlmsg_get_payload(answer))->tcm_ifindex == static_cast<int>(index)) {
                qdiscs.push_back(decodeQdisc(answer));
            }
        }
    }
}

bool isOurs(const Qdisc& qdisc) {
    return qdisc.handle == kOurRoot || qdisc.handle == kOurInner;
}

nlmsghdr* beginQdisc(RouteBatch& batch, std::uint16_t type, unsigned index, std::uint32_t parent, std::uint32_t handle) {
    const std::uint16_t flags = type == RTM_NEWQDISC ? NLM_F_CREATE | NLM_F_EXCL : 0;
    nlmsghdr* message = batch.begin(type, flags, sizeof(tcmsg));
    auto* traffic = static_cast<tcmsg*>(mnl_nlmsg_get_payload(message));
    traffic->tcm_family = AF_UNSPEC;
    traffic->tcm_ifindex = static_cast<int>(index);
    traffic->tcm_parent = parent;
    traffic->tcm_handle = handle;
    return message;
}

void putRate(nlmsghdr* message, std::uint32_t rateKbit) {
    const std::uint32_t rate = rateKbit * kBytesPerKbit;
    const std::uint32_t burst = std::max(rate / 100, 2 * kFrameBytes); // 10 ms
    tc_tbf_qopt shape{};
    shape.rate.rate = rate;
    shape.rate.linklayer = TC_LINKLAYER_ETHERNET;                // else the kernel wants a table of transmission times
    shape.limit = burst + std::max(rate / 20, 10 * kFrameBytes); // 50 ms of queue
    mnl_attr_put_strz(message, TCA_KIND, "tbf");
    nlattr* options = mnl_attr_nest_start(message, TCA_OPTIONS);
    mnl_attr_put(message, TCA_TBF_PARMS, sizeof shape, &shape);
    mnl_attr_put_u32(message, TCA_TBF_BURST, burst);
    mnl_attr_nest_end(message, options);
}

void putDelay(nlmsghdr* message, std::uint32_t microseconds) {
    tc_netem_qopt delay{};
    delay.latency = static_cast<std::uint32_t>(std::uint64_t{microseconds} * 1000 / kTickNanoseconds);
    delay.limit = kDelayedPackets;
    mnl_attr_put_strz(message, TCA_KIND, "netem");
    mnl_attr_put(message, TCA_OPTIONS, sizeof delay, &delay);
}

int firstError(RouteBatch& batch) {
    const auto failures = batch.finish();
    return failures.empty() ? 0 : failures.front().error;
}

int removeOurs(int socket, unsigned index) {
    RouteBatch batch(socket);
    beginQdisc(batch, RTM_DELQDISC, index, TC_H_ROOT, kOurRoot); // with all below it
    return firstError(batch);
}

} // namespace

int setPortQueue(int routeSocket, const std::string& port, const PortQueue& wanted) {
    const unsigned index = interfaceIndex(routeSocket, port);
    if (index == 0) {
        return ENODEV;
    }
    for (const Qdisc& qdisc : qdiscsOf(routeSocket, index)) {
        const bool isRoot = qdisc.parent == TC_H_ROOT && qdisc.handle != 0; // 0: the one every port is born with
        if (isRoot && !isOurs(qdisc)) {
            return wanted == PortQueue{} ? 0 : EEXIST;
        }
        if (isRoot) {
            if (const int error = removeOurs(routeSocket, index); error != 0) {
                return error;
            }
        }
    }
    if (wanted == PortQueue{}) {
        return 0;
    }
    const bool delays = wanted.delayMicroseconds > 0;
    if (delays) {
        RouteBatch batch(routeSocket);
        putDelay(beginQdisc(batch, RTM_NEWQDISC, index, TC_H_ROOT, kOurRoot), wanted.delayMicroseconds);
        if (const int error = firstError(batch); error != 0) {
            return error;
        }
    }
    if (wanted.rateKbit == 0) {
        return 0;
    }
    RouteBatch batch(routeSocket);
    putRate(beginQdisc(batch, RTM_NEWQDISC, index, delays ? kInnerParent : TC_H_ROOT, delays ? kOurInner : kOurRoot), wanted.rateKbit);
    return firstError(batch);
}

PortQueue readPortQueue(int routeSocket, const std::string& port) {
    PortQueue queue;
    for (const Qdisc& qdisc : qdiscsOf(routeSocket, interfaceIndex(routeSocket, port))) {
        if (isOurs(qdisc)) {
            queue.rateKbit += qdisc.does.rateKbit;
            queue.delayMicroseconds += qdisc.does.delayMicroseconds;
        }
    }
    return queue;
}

} // namespace podleaf::labhost
