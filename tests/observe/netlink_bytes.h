// SPDX-License-Identifier: GPL-3.0-or-later
// Builds rtnetlink messages for tests, byte by byte as the kernel lays them out.
#pragma once

#include <QByteArray>
#include <QStringBuilder>

#include <arpa/inet.h>
#include <cstdint>
#include <linux/rtnetlink.h>

namespace podleaf::test {

template <class T>
QByteArray raw(const T& value) {
    return QByteArray(reinterpret_cast<const char*>(&value), sizeof value);
}

inline QByteArray padded(QByteArray bytes) {
    return bytes.append((4 - bytes.size() % 4) % 4, '\0');
}

/// An attribute, padded to four bytes.
inline QByteArray nlAttribute(int type, const QByteArray& value) {
    const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + static_cast<std::size_t>(value.size())),
                        static_cast<std::uint16_t>(type)};
    return padded(raw(header) + value);
}
inline QByteArray nlAddress(int type, const char* address) {
    return nlAttribute(type, raw(::inet_addr(address)));
}
inline QByteArray nlNumber(int type, std::uint32_t value) {
    return nlAttribute(type, raw(value));
}

inline QByteArray nlMessage(int type, const QByteArray& body, int flags = 0, std::uint32_t sequence = 0) {
    const nlmsghdr header{static_cast<std::uint32_t>(sizeof(nlmsghdr) + static_cast<std::size_t>(body.size())),
                          static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(flags), sequence, 0};
    return padded(raw(header) + body);
}

inline QByteArray nlLink(int index, const QByteArray& name, unsigned flags = 0x10001, int type = RTM_NEWLINK, int family = AF_UNSPEC) {
    const ifinfomsg header{static_cast<unsigned char>(family), 0, 0, index, flags, 0};
    return nlMessage(type, raw(header) + nlAttribute(IFLA_IFNAME, name + '\0'));
}
/// With IFLA_STATS64: bytes received and sent, packets dropped on the way in.
inline QByteArray nlCountedLink(int index, const QByteArray& name, std::uint64_t rx, std::uint64_t tx, std::uint64_t dropped = 0) {
    const ifinfomsg header{AF_UNSPEC, 0, 0, index, 0x10001, 0};
    rtnl_link_stats64 stats{};
    stats.rx_bytes = rx;
    stats.tx_bytes = tx;
    stats.rx_dropped = dropped;
    return nlMessage(RTM_NEWLINK, raw(header) + nlAttribute(IFLA_IFNAME, name + '\0') + nlAttribute(IFLA_STATS64, raw(stats)));
}
inline QByteArray nlAddressOf(unsigned index, const char* address, int length, int type = RTM_NEWADDR) {
    const ifaddrmsg header{AF_INET, static_cast<unsigned char>(length), 0, 0, index};
    return nlMessage(type, raw(header) + nlAddress(IFA_LOCAL, address));
}
inline QByteArray nlRoute(const char* to, int length, const QByteArray& rest, int protocol = 186, int type = RTM_NEWROUTE,
                          unsigned char does = RTN_UNICAST) {
    const rtmsg header{AF_INET, static_cast<unsigned char>(length), 0, 0, RT_TABLE_MAIN, static_cast<unsigned char>(protocol), 0, does, 0};
    return nlMessage(type, raw(header) + (length > 0 ? nlAddress(RTA_DST, to) : QByteArray()) + rest);
}
inline QByteArray nlVia(const char* gateway, std::uint32_t index) {
    return nlAddress(RTA_GATEWAY, gateway) + nlNumber(RTA_OIF, index);
}
inline QByteArray nlHop(const char* gateway, int index) {
    const QByteArray attributes = nlAddress(RTA_GATEWAY, gateway);
    return raw(rtnexthop{static_cast<unsigned short>(sizeof(rtnexthop) + static_cast<std::size_t>(attributes.size())), 0, 0, index}) +
           attributes;
}

/// A message made part of the answer to dump `sequence`.
inline QByteArray nlDumped(QByteArray message, std::uint32_t sequence, int moreFlags = 0) {
    auto* header = reinterpret_cast<nlmsghdr*>(message.data());
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_MULTI | moreFlags);
    header->nlmsg_seq = sequence;
    return message;
}
inline QByteArray nlDone(std::uint32_t sequence, int status = 0, int moreFlags = 0) {
    return nlDumped(nlMessage(NLMSG_DONE, raw(status)), sequence, moreFlags);
}
inline QByteArray nlError(std::uint32_t sequence, int error) {
    return nlMessage(NLMSG_ERROR, raw(nlmsgerr{error, {}}), 0, sequence);
}

} // namespace podleaf::test
