// SPDX-License-Identifier: GPL-3.0-or-later
// `podleaf link … --record`: does it, waits until the fabric has settled and shows how long what took. Main thread.
#pragma once

#include "invocation.h"

namespace podleaf::cli {

/// Cuts or joins `link` of a lab that is attached, and prints the convergence record; the exit code.
int recordLink(Invocation& invocation, session::LabSession& session, const LinkId& link, bool join);

} // namespace podleaf::cli
