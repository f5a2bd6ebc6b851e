// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_points.h"

#include <fstream>
#include <sstream>

namespace podleaf::labhost {

std::vector<std::string> mountPoints() {
    std::vector<std::string> points;
    std::ifstream mounts("/proc/self/mountinfo");
    std::string line;
    while (std::getline(mounts, line)) {
        std::istringstream fields(line);
        std::string id, parent, device, root, point; // proc(5) mountinfo: field 5
        fields >> id >> parent >> device >> root >> point;
        points.push_back(point);
    }
    return points;
}

bool isBelow(const std::string& path, const std::string& folder) {
    return path.size() > folder.size() && path[folder.size()] == '/' && path.compare(0, folder.size(), folder) == 0;
}

} // namespace podleaf::labhost
