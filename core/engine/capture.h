// SPDX-License-Identifier: GPL-3.0-or-later
// Capture: what an engine offers that can give the packets of a cable. Asked for by Engine::capture().
// Thread-safe, blocking.
#pragma once

#include <core/base/ids.h>
#include <core/base/op_context.h>
#include <core/base/unique_fd.h>

#include <QString>

namespace podleaf::engine {

class Capture {
public:
    virtual ~Capture() = default;
    /// A packet socket (packet(7)) that gets a copy of every Ethernet frame that enters or leaves `port`, with the
    /// kernel's time in nanoseconds and PACKET_AUXDATA. It pins the node's network until it is closed: close it when
    /// the node goes (Engine::watch). Errors: NotFound (no such node or port), Unreachable.
    virtual Result<UniqueFd> openPackets(OpContext& context, const NodeId& node, const QString& port) = 0;
};

} // namespace podleaf::engine
