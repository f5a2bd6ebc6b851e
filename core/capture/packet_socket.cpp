// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet_socket.h"

#include <QCoreApplication>
#include <QtEndian>

#include <array>
#include <cstring>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <optional>
#include <sys/socket.h>
#include <vector>

namespace podleaf::capture {

namespace {

constexpr std::size_t kBatch = 32;
constexpr std::size_t kTagBytes = 4;
constexpr std::size_t kAddressBytes = 12; ///< Destination and source, before the tag.
constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(tpacket_auxdata));

/// What recvmmsg(2) fills in for one packet.
struct Slot {
    std::unique_ptr<char[]> buffer = std::make_unique<char[]>(kTagBytes + kSnapLength); ///< The tag's room, then the frame.
    sockaddr_ll from{};
    iovec part{};
    alignas(cmsghdr) std::array<char, kControlBytes> control{};

    void prepare(msghdr& message) {
        part = {buffer.get() + kTagBytes, kSnapLength};
        message = {};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
    }
};

template <class T>
T contentOf(const cmsghdr* header) {
    T content{};
    std::memcpy(&content, CMSG_DATA(header), sizeof content);
    return content;
}

std::uint64_t nanosecondsOf(const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

Reception receptionOf(unsigned char packetType) {
    switch (packetType) {
    case PACKET_HOST:
        return Reception::Unicast;
    case PACKET_MULTICAST:
        return Reception::Multicast;
    case PACKET_BROADCAST:
        return Reception::Broadcast;
    case PACKET_OTHERHOST:
        return Reception::Promiscuous;
    default:
        return Reception::Unknown;
    }
}

Packet packetOf(const Slot& slot, msghdr& message, std::size_t length, std::uint32_t interface) {
    Packet packet;
    packet.interface = interface;
    packet.bytes = QByteArrayView(slot.buffer.get() + kTagBytes, static_cast<qsizetype>(std::min<std::size_t>(length, kSnapLength)));
    packet.originalLength = static_cast<std::uint32_t>(length);
    packet.direction = slot.from.sll_pkttype == PACKET_OUTGOING ? Direction::Outbound : Direction::Inbound;
    packet.reception = receptionOf(slot.from.sll_pkttype);
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SO_TIMESTAMPNS) {
            packet.atNs = nanosecondsOf(contentOf<timespec>(header));
        } else if (header->cmsg_level == SOL_PACKET && header->cmsg_type == PACKET_AUXDATA) {
            const auto extra = contentOf<tpacket_auxdata>(header);
            if ((extra.tp_status & TP_STATUS_VLAN_VALID) != 0 && packet.bytes.size() >= static_cast<qsizetype>(kAddressBytes)) {
                const bool given = (extra.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
                packet.bytes = restoreVlanTag(slot.buffer.get(), packet.bytes, given ? extra.tp_vlan_tpid : ETH_P_8021Q, extra.tp_vlan_tci);
                packet.originalLength += kTagBytes;
            }
        }
    }
    return packet;
}

} // namespace

QByteArrayView restoreVlanTag(char* buffer, QByteArrayView frame, std::uint16_t protocol, std::uint16_t tag) {
    std::memmove(buffer, frame.data(), kAddressBytes);
    qToBigEndian(protocol, buffer + kAddressBytes);
    qToBigEndian(tag, buffer + kAddressBytes + 2);
    return QByteArrayView(buffer, frame.size() + static_cast<qsizetype>(kTagBytes));
}

class PacketSocket::Private {
public:
    UniqueFd socket;
    std::uint32_t interface = 0;
    std::vector<Slot> slots{kBatch};
    std::vector<mmsghdr> messages{kBatch};
    std::vector<Packet> packets;
    PacketCounts counts;
};

PacketSocket::PacketSocket(UniqueFd socket, std::uint32_t interface) : d(std::make_unique<Private>()) {
    d->socket = std::move(socket);
    d->interface = interface;
}
PacketSocket::~PacketSocket() = default;
PacketSocket::PacketSocket(PacketSocket&&) noexcept = default;

int PacketSocket::descriptor() const {
    return d->socket.get();
}

Result<std::span<const Packet>> PacketSocket::receive() {
    d->packets.clear();
    for (std::size_t i = 0; i < kBatch; ++i) {
        d->slots[i].prepare(d->messages[i].msg_hdr);
    }
    // MSG_TRUNC: the length is the packet's own even when it was cut off.
    const int count = ::recvmmsg(d->socket.get(), d->messages.data(), kBatch, MSG_DONTWAIT | MSG_TRUNC, nullptr);
    if (count < 0 && errno != EAGAIN && errno != EINTR && errno != ENETDOWN) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("Capture", "Cannot read packets."), qt_error_string(errno));
    }
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        d->packets.push_back(packetOf(d->slots[at], d->messages[at].msg_hdr, d->messages[at].msg_len, d->interface));
    }
    return std::span<const Packet>(d->packets);
}

Result<> PacketSocket::close() {
    sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &nothing};
    if (::setsockopt(d->socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("Capture", "Cannot end the capture."), qt_error_string(errno));
    }
    return {};
}

PacketCounts PacketSocket::counts() {
    tpacket_stats since{}; // The kernel begins anew after each look.
    socklen_t size = sizeof since;
    if (::getsockopt(d->socket.get(), SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0) {
        d->counts.received += since.tp_packets;
        d->counts.dropped += since.tp_drops;
    }
    return d->counts;
}

} // namespace podleaf::capture
