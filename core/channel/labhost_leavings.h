// SPDX-License-Identifier: GPL-3.0-or-later
// What a lab host has on its host that the kernel does not take away with it, and how it is known and removed: by the lab host
// itself, and by whoever comes after one that was killed. Std only; any thread.
#pragma once

#include <cerrno>
#include <filesystem>
#include <unistd.h>

namespace podleaf::labhost {

/// Below it each lab has a folder for what its nodes that run containers keep.
inline constexpr const char* kStandardStateFolder = "/var/lib/podleaf";
/// A file in a lab's folder there; it holds the run folder whose lab that is.
inline constexpr const char* kStateMark = "run-folder";

/// Control groups of a lab are named so, and its name behind it.
inline constexpr const char* kGroupPrefix = "podleaf-";

/// Removes a control group with all below it, the deepest first (the files in them are the kernel's). False while a process is
/// in one of them; success when there is none.
inline bool removeGroups(const std::filesystem::path& group) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(group, error)) {
        if (entry.is_directory(error) && !entry.is_symlink(error)) {
            removeGroups(entry.path());
        }
    }
    return ::rmdir(group.c_str()) == 0 || errno == ENOENT;
}

} // namespace podleaf::labhost
