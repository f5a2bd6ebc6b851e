// SPDX-License-Identifier: GPL-3.0-or-later
// One command for a node's bgpd, through its vty socket. Blocking; any thread.
#pragma once

#include <core/channel/node_channel.h>

namespace podleaf::session {

/// Errors: Unreachable (bgpd does not run), Failed (it refused; its words are the detail), Timeout, Cancelled.
Result<> runVtyCommand(OpContext& context, channel::NodeChannel& channel, const QString& command);

} // namespace podleaf::session
