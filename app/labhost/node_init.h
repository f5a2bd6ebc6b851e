// SPDX-License-Identifier: GPL-3.0-or-later
// Node init: pid 1 of a node's pid namespace. It does inside the node what the lab host is asked for, so
// that the lab host never enters a namespace and one slow node delays no other. Single-threaded.
#pragma once

#include "connection.h"
#include "node_root.h"

#include <sys/resource.h>

namespace podleaf::labhost {

/// Refers to what the lab host has; a fork has it, too.
struct NodeIdentity {
    const std::string& lab;
    const NodeInfo& info;
    const RootSource& root;
    rlimit openFiles{};      ///< What programs in the node get.
    std::string stateFolder; ///< Of a node that runs containers: where it keeps what they need.
};

/// Becomes the node: new mount, network and uts namespaces (the pid namespace is new already), a private root, bridges;
/// tells NodeReady over `socket` and then serves it for ever.
[[noreturn]] void runNodeInit(const NodeIdentity& identity, UniqueFd socket);

} // namespace podleaf::labhost
