// SPDX-License-Identifier: GPL-3.0-or-later
// The private root of a node: an overlay of the host's root with everything written kept in one tmpfs, and
// own /proc, /sys, /dev, /run and /tmp. Runs in the node's init, single-threaded.
#pragma once

#include "container_root.h"
#include "host_files.h"

#include <optional>

namespace podleaf::labhost {

/// Where nodes find what they show of the host.
struct RootSource {
    std::string folder;                     ///< Of the lab; nodes cover its folder node/ in their own mount namespaces.
    bool isHost = true;                     ///< The host's "/"; else folder/base, which holds what host_files.h makes,
    std::vector<ShownFolder> shown;         ///< and these folders of the host.
    std::vector<std::string> separate = {}; ///< Of a host: separateFolders().
};

/// Mount points of the host that a node needs and that an overlay of "/" does not contain, outer ones first. Read once a
/// lab: it would be a tenth of a node's start.
std::vector<std::string> separateFolders();

/// Moves the calling process into a root of its own; it must be pid 1 of new pid, mount and network namespaces.
/// When the namespace ends, the kernel frees all of it. Returns what went wrong, if anything.
///
/// Mounts below the host's root are not part of an overlay: /usr and what is below it are bound read-only, /etc,
/// /var, /opt and /root and what is below them get overlays of their own, the rest is not visible in the node.
/// `containers`: it is one that runs them.
std::optional<std::string> enterPrivateRoot(const RootSource& source, const ContainerRoot* containers = nullptr);

} // namespace podleaf::labhost
