// SPDX-License-Identifier: GPL-3.0-or-later
// Where the host has mounts. Std only; any thread.
#pragma once

#include <string>
#include <vector>

namespace podleaf::labhost {

/// All mount points that this process sees, as proc(5) mountinfo writes them: a blank is "\\040".
std::vector<std::string> mountPoints();

/// Whether `path` lies in `folder`; a folder does not lie in itself.
bool isBelow(const std::string& path, const std::string& folder);

} // namespace podleaf::labhost
