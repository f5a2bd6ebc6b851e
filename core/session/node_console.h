// SPDX-License-Identifier: GPL-3.0-or-later
// NodeConsole: what a person looks into a node with: a shell, FRR's vtysh, or what its services log. Blocking;
// any thread.
#pragma once

#include "lab_session.h"

namespace podleaf::session {

enum class ConsoleProgram { Shell, Vtysh, Logs };

/// How the program of a console ended; `signal` is 0 where it ended by itself.
struct ConsoleEnd {
    int exitCode = 0;
    int signal = 0;
    bool operator==(const ConsoleEnd&) const = default;
};

/// The program's arguments. Errors: NotFound (no such node or pod, or it has no such program).
Result<QStringList> consoleCommand(const model::Lab& lab, const NodeId& node, ConsoleProgram program);

/// Runs the program on `terminal`, the program's side of a pty of xterm's kind with 24-bit colours, until it ends. The
/// descriptor stays the caller's. Errors: as consoleCommand and NodeChannel::execOn; Cancelled when it was killed
/// because of a stop request.
Result<ConsoleEnd> runConsole(OpContext& context, LabSession& session, const NodeId& node, ConsoleProgram program, int terminal);

} // namespace podleaf::session
