// SPDX-License-Identifier: GPL-3.0-or-later
// Starting podleaf-labhost and waiting until it serves. Blocking; any thread.
#pragma once

#include "namespace_engine.h"

namespace podleaf::engine {

/// Runs podleaf-labhost, which goes to the background by itself; success also when the lab runs already.
/// Errors: HostLacks (this host forbids it, or has no such program), Failed (its own words in the detail), Timeout,
/// Cancelled.
Result<> startLabhost(OpContext& context, const NamespaceEngineSettings& settings);

/// What podleaf-labhost finds out about its rights here, by trying. Errors: as above; the hint is the command that mends it.
enum class Rights { Root, UserNamespace, UserNamespaceWithOneId };
Result<Rights> probeRights(OpContext& context, const QString& labhostProgram);

/// Why this host forbids namespaces, as far as its sysctls tell, and the command that mends it.
struct Refusal {
    QString why;
    QString remedy;
};
/// `words` are the lab host's; `procSys` is /proc/sys, except in tests.
Refusal explainRefusal(const QString& words, const QString& procSys);

} // namespace podleaf::engine
