// SPDX-License-Identifier: GPL-3.0-or-later
// Starting programs in a node. Runs in the node's init, single-threaded.
#pragma once

#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

namespace podleaf::labhost {

struct Program {
    std::vector<std::string> argv;
    std::vector<std::string> environment; ///< "KEY=value"; a later one wins.
    int in = -1;
    int out = -1;
    int err = -1;
    bool controllingTerminal = false;
    rlimit openFiles{};
};

struct Spawned {
    pid_t pid = -1;
    int error = 0; ///< errno of fork or exec; then pid is -1.
};

/// Forks and executes argv[0], found along PATH, in a session of its own. Returns when the exec has succeeded or failed.
Spawned spawn(const Program& program);

/// The last `lines` lines of a file, at most 4 KiB; empty when there is none.
std::string lastLines(const std::string& path, int lines);

} // namespace podleaf::labhost
