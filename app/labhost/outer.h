// SPDX-License-Identifier: GPL-3.0-or-later
// The outer process of a lab: it stays in the host's namespaces (without root in a user namespace of its own), starts
// the lab host as pid 1 of a new pid namespace, waits for its end and removes what the kernel does not.
#pragma once

#include "options.h"

namespace podleaf::labhost {

/// Starts a lab in the background and tells how that went on standard output, in one line: "ready", "exists" (one runs
/// already) or "failed REASON". Returns the exit code: 0, 0 and 1.
int startLab(const Options& options);

} // namespace podleaf::labhost
