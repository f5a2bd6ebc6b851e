// SPDX-License-Identifier: GPL-3.0-or-later
// What the lab host tells of the processor time and memory that nodes use: the part of its messages that is about it.
// Std only; values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace podleaf::labhost {

/// What the processes in a node's pid namespace use.
struct NodeUsage {
    std::string node;
    std::uint64_t cpuMicroseconds = 0; ///< Of all there ever were; never goes back while the node exists.
    std::uint64_t memoryBytes = 0;     ///< Resident and not of a file (proc(5), statm: resident - shared).

    template <class A>
    void fields(A& a) {
        a(node), a(cpuMicroseconds), a(memoryBytes);
    }
};

/// The answer to Verb::Usage: every node that stands.
struct UsageReply {
    std::vector<NodeUsage> nodes;

    template <class A>
    void fields(A& a) {
        a(nodes);
    }
};

} // namespace podleaf::labhost
