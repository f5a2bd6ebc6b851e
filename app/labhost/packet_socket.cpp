// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet_socket.h"

#include <arpa/inet.h>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

namespace podleaf::labhost {

namespace {

/// Room for a burst while the reader writes to its disk; as much of it as we may have.
void setReceiveBuffer(int socket) {
    const int wanted = 32 << 20;
    if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0) {
        ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted); // up to net.core.rmem_max, without root
    }
}

} // namespace

Answer openPacketSocket(const OpenPackets& request) {
    if (!isValidPortName(request.port)) {
        return {Status::InvalidInput, "not a name of a port"};
    }
    const unsigned index = ::if_nametoindex(request.port.c_str());
    if (index == 0) {
        return {Status::NotFound, "there is no port " + request.port};
    }
    // Without a protocol nothing arrives before the bind: not a packet of another port.
    UniqueFd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(index);
    setReceiveBuffer(socket.get());
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0 ||
        ::setsockopt(socket.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return {Status::Failed, std::string("cannot open a packet socket: ") + ::strerrordesc_np(errno)};
    }
    Answer reply;
    reply.descriptors.push_back(std::move(socket));
    return reply;
}

} // namespace podleaf::labhost
