// SPDX-License-Identifier: GPL-3.0-or-later
// What nodes show of the host in a user namespace. There the kernel refuses an overlay of "/", and what belongs to
// the host's users belongs to nobody. So a lab makes a base once, which the nodes' overlays lie on: a copy of /etc
// and the folders of /var, owned by the ids that exist; the rest is shown as it is. Single-threaded.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace podleaf::labhost {

/// A folder of the host that every node shows.
struct ShownFolder {
    std::string path;
    bool isBound = false; ///< Bound as it is, because the kernel refuses an overlay of a folder with mounts in it.
};

/// Folders, links and files to make in the base, outer ones first.
struct HostFiles {
    struct Entry {
        std::string path;
        mode_t mode;
        uid_t uid;
        gid_t gid;
        std::string target; ///< Of a symbolic link.
    };
    std::vector<Entry> entries;
    std::vector<ShownFolder> shown;
};

/// Looks at the host; before the user namespace is entered, in which the owners cannot be seen.
HostFiles readHostFiles();

/// The same without what is in /etc and /var: enough to find out whether the kernel lets us show it.
HostFiles sketchHostFiles();

/// Makes the base in `folder`, which exists; in the user namespace. Users and groups whose ids do not exist in it
/// share root's, in /etc/passwd and /etc/group as well, so that daemons run with their own configuration.
/// What cannot be read is left out. Returns what went wrong, if anything.
std::string makeBase(const HostFiles& files, const std::string& folder);

} // namespace podleaf::labhost
