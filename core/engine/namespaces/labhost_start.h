// SPDX-License-Identifier: GPL-3.0-or-later
// Starting podleaf-labhost and waiting until it serves. Blocking; any thread.
#pragma once

#include "namespace_engine.h"

namespace podleaf::engine {

/// Runs podleaf-labhost, which goes to the background by itself; success also when the lab runs already.
/// Errors: HostLacks (not root, no such program), Failed (its own words in the message), Timeout, Cancelled.
Result<> startLabhost(OpContext& context, const NamespaceEngineSettings& settings);

/// The problem of a process that may not make namespaces; empty when it may.
QString missingPrivilege();

} // namespace podleaf::engine
