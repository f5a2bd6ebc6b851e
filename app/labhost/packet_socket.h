// SPDX-License-Identifier: GPL-3.0-or-later
// Packet sockets for whoever wants to see what a port sends and receives. Runs in the node's init.
#pragma once

#include "connection.h"

namespace podleaf::labhost {

/// A packet socket (packet(7)) bound to one port of this node, passed along with the answer.
Answer openPacketSocket(const OpenPackets& request);

} // namespace podleaf::labhost
