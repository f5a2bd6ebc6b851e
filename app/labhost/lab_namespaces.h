// SPDX-License-Identifier: GPL-3.0-or-later
// From a process of whoever starts a lab to one that is root in the lab's namespaces, with or without privilege on
// the host. Single-threaded.
#pragma once

#include "node_root.h"

namespace podleaf::labhost {

/// Makes this process root, if need be in a user namespace of its own, which `entered` tells; `files` is then, and
/// for root in a container's user namespace, what `look` finds on the host. Returns what went wrong, if anything.
std::string takeRights(HostFiles& files, bool& entered, HostFiles (*look)() = readHostFiles);

/// Moves pid 1 of a new pid namespace into the lab's other namespaces. Returns what went wrong, if anything.
std::string enterLabNamespaces();

/// Makes in `folder` what the nodes of a lab stand on. Returns what went wrong, if anything.
std::string prepareRootSource(const std::string& folder, HostFiles files, RootSource& source);

/// Does all of it, up to a node's root, in processes that end at once, and tells on standard output in one line whether
/// a lab can run here: "ready" (as root), "ready without root", "ready without root, with one id", or "failed REASON".
/// Ends with exit code 0 or 1.
[[noreturn]] void probeRights();

} // namespace podleaf::labhost
