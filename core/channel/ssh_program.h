// SPDX-License-Identifier: GPL-3.0-or-later
// The caller's side of a program over SSH: feeds its input, takes its output, kills it when the context ends. Runs on
// the calling thread, which alone touches the caller's memory and descriptors.
#pragma once

#include "node_channel.h"
#include "ssh_connection.h"

namespace podleaf::channel {

/// The program on memory: `command.input` in, output collected. As NodeChannel::exec.
Result<CommandResult> runOnMemory(OpContext& context, SshConnection& connection, const Command& command);

/// The program on descriptors. When both `in` and `out` are terminals, it gets a terminal over there, ours is raw
/// meanwhile, and its size follows. As NodeChannel::execOn.
Result<CommandResult> runOnStreams(OpContext& context, SshConnection& connection, const Command& command, const StandardStreams& streams);

} // namespace podleaf::channel
