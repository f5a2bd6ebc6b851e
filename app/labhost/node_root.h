// SPDX-License-Identifier: GPL-3.0-or-later
// The private root of a node: an overlay of the host's root with everything written kept in one tmpfs, and
// own /proc, /sys, /dev, /run and /tmp. Runs in the node's init, single-threaded.
#pragma once

#include <optional>
#include <string>

namespace podleaf::labhost {

/// Moves the calling process into a root of its own; it must be pid 1 of new pid, mount and network namespaces.
/// `folder` is any existing folder; in this mount namespace the node's tmpfs covers it. When the namespace ends,
/// the kernel frees all of it. Returns what went wrong, if anything.
///
/// Mounts below the host's root are not part of the overlay: /usr and what is below it are bound read-only, /etc,
/// /var, /opt and /root and what is below them get overlays of their own, the rest is not visible in the node.
std::optional<std::string> enterPrivateRoot(const std::string& folder);

} // namespace podleaf::labhost
