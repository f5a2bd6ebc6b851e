// SPDX-License-Identifier: GPL-3.0-or-later
// Words that several parts say alike about processes and foreign error texts. Pure functions; any thread.
#pragma once

#include "lab_state.h"

namespace podleaf::state {

/// How a service ended: "killed by signal 9", "ended with exit code 1", "ended", "stopped".
QString exitWords(const ProcessState& process);
/// "bgpd on host2 was killed by signal 9.", "bgpd on host2 ended with exit code 1.", "bgpd on host2 is paused.",
/// "bgpd on host2 was stopped."
QString exitSentence(const QString& service, const QString& where, const ProcessState& process);
/// Whether it ended without an error: somebody stopped it, exit code 0, or asked to by SIGTERM.
bool endedCleanly(const ProcessState& process);
/// A foreign text as one sentence: at most 200 characters, no control characters, upper case first, full stop last.
QString toSentence(const QString& foreign);
/// The sentence as a clause: without its full stop.
QString toClause(const QString& sentence);

} // namespace podleaf::state
