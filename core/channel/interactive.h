// SPDX-License-Identifier: GPL-3.0-or-later
// runInteractive: a program in a node on this process's own terminal (`podleaf shell`). Call it from the
// main thread of a command line program.
#pragma once

#include "node_channel.h"

namespace podleaf::channel {

/// Runs `command` until it ends. When standard input is a terminal, the program gets a pty of its own as controlling
/// terminal, our terminal is raw meanwhile, its size follows, and it is restored whatever happens; else the program
/// gets our three standard descriptors as they are. TERM is passed on.
/// Errors: as NodeChannel::execOn.
Result<CommandResult> runInteractive(OpContext& context, NodeChannel& channel, const Command& command);

} // namespace podleaf::channel
