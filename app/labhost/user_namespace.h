// SPDX-License-Identifier: GPL-3.0-or-later
// A user namespace for a lab host that was started without privilege: in it the process is root, and everything
// after that is as if root had started it. Single-threaded.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace podleaf::labhost {

/// Whether this process lacks the right to make the other namespaces (CAP_SYS_ADMIN in its own user namespace).
bool needsUserNamespace();

/// Moves this process into a new user namespace where the calling user is root. Where newuidmap and newgidmap are
/// found along PATH and /etc/subuid and /etc/subgid give the user a range, ids 1 and up are that range; else the
/// namespace has no other id than 0, and no setgroups (user_namespaces(7)). Returns what went wrong, if anything.
std::string enterUserNamespace();

/// The ids that exist in this process's user namespace.
class IdMap {
public:
    /// Reads /proc/self/uid_map or gid_map.
    static IdMap ofUsers() { return read("/proc/self/uid_map"); }
    static IdMap ofGroups() { return read("/proc/self/gid_map"); }

    [[nodiscard]] bool contains(unsigned id) const;
    /// The id itself, or root's where it does not exist: nobody else could play its part.
    [[nodiscard]] unsigned fold(unsigned id) const { return contains(id) ? id : 0; }
    /// Whether it is the initial namespace's: every id is itself.
    [[nodiscard]] bool isComplete() const;

private:
    struct Extent {
        unsigned first;
        unsigned count;
    };
    static IdMap read(const char* path);
    std::vector<Extent> m_extents;
};

} // namespace podleaf::labhost
