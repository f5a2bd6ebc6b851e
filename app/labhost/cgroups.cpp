// SPDX-License-Identifier: GPL-3.0-or-later
#include "cgroups.h"

#include "failure.h"

#include <core/channel/labhost_leavings.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

namespace fs = std::filesystem;

/// Of a node, below its group: version 2 lets no process be where its controllers are handed on.
constexpr const char* kInnermost = "init";

bool makeFolder(const fs::path& folder) {
    return ::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST;
}

/// A file of a group takes a write whole or not at all.
bool writeFile(const fs::path& file, const std::string& text) {
    std::ofstream stream(file);
    stream << text << std::flush;
    return stream.good();
}

std::string readFile(const fs::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::vector<std::string> wordsOf(const std::string& text, char separator) {
    std::vector<std::string> words;
    std::istringstream stream(text);
    for (std::string word; std::getline(stream, word, separator);) {
        if (!word.empty() && word != "\n") {
            words.push_back(word.back() == '\n' ? word.substr(0, word.size() - 1) : word);
        }
    }
    return words;
}

/// Of the superblock's options those that name the hierarchy.
std::string namesOf(const std::string& options) {
    std::string names;
    for (const std::string& option : wordsOf(options, ',')) {
        const bool isOther = option == "rw" || option == "ro" || option == "xattr" || option == "clone_children" || option == "noprefix" ||
                             option.compare(0, 14, "release_agent=") == 0;
        if (!isOther) {
            names += (names.empty() ? (option.compare(0, 5, "name=") == 0 ? "none," : "") : ",") + option;
        }
    }
    return names;
}

/// Version 2: hands the controllers that a group has on to the groups below it.
void handOn(const fs::path& group) {
    for (const std::string& controller : wordsOf(readFile(group / "cgroup.controllers"), ' ')) {
        writeFile(group / "cgroup.subtree_control", "+" + controller); // one that cannot be is left out
    }
}

/// Version 1: a group without processors or memory nodes takes no process.
bool inheritCpus(const fs::path& group) {
    bool done = true;
    for (const char* name : {"cpuset.cpus", "cpuset.mems"}) {
        std::error_code error;
        if (fs::exists(group / name, error) && readFile(group / name).find_first_not_of(" \n") == std::string::npos) {
            done = writeFile(group / name, readFile(group.parent_path() / name)) && done;
        }
    }
    return done;
}

} // namespace

std::vector<CgroupHierarchy> cgroupHierarchies(std::string_view mountinfo) {
    std::vector<CgroupHierarchy> found;
    std::istringstream lines{std::string(mountinfo)};
    for (std::string line; std::getline(lines, line);) { // proc(5): 5 is the mount point; "-", type, source, options
        const std::vector<std::string> fields = wordsOf(line, ' ');
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 5 || fields.end() - dash < 4) {
            continue;
        }
        const std::string& type = dash[1];
        const fs::path folder = fields[4];
        const bool isRoot = fields[3] == "/" || fields[3].compare(0, 4, "/../") == 0;
        if ((type != "cgroup" && type != "cgroup2") || !isRoot || folder.string().find('\\') != std::string::npos) {
            continue;
        }
        const bool isAlone = type == "cgroup2" && folder.filename() == "cgroup";
        CgroupHierarchy hierarchy{folder, type == "cgroup" ? namesOf(dash[3]) : std::string(),
                                  isAlone ? std::string() : folder.filename().string()};
        const auto isSame = [&hierarchy](const CgroupHierarchy& other) { return other.options == hierarchy.options; };
        if (std::none_of(found.begin(), found.end(), isSame)) {
            found.push_back(std::move(hierarchy));
        }
    }
    return found;
}

std::vector<CgroupHierarchy> cgroupHierarchies() {
    return cgroupHierarchies(readFile("/proc/self/mountinfo"));
}

Cgroups::Cgroups(std::string lab, std::vector<CgroupHierarchy> hierarchies)
    : m_group(kGroupPrefix + std::move(lab)), m_hierarchies(std::move(hierarchies)) {}

std::string Cgroups::make(const std::string& node) const {
    if (m_hierarchies.empty()) {
        return "no control groups are mounted on this host";
    }
    for (const CgroupHierarchy& hierarchy : m_hierarchies) {
        const fs::path group = fs::path(hierarchy.folder) / m_group;
        if (hierarchy.isUnified()) {
            handOn(hierarchy.folder);
        }
        for (const fs::path& each : {group, group / node}) {
            if (!makeFolder(each)) {
                return failure("cannot make the control group " + each.string());
            }
            if (!hierarchy.isUnified() && !inheritCpus(each)) {
                return "cannot give the control group " + each.string() + " its processors";
            }
        }
        if (hierarchy.isUnified()) {
            handOn(group);
        }
    }
    return {};
}

std::string Cgroups::enterNamespace(const std::string& node) const {
    const auto enter = [](const fs::path& group) { return writeFile(group / "cgroup.procs", std::to_string(::getpid())); };
    for (const CgroupHierarchy& hierarchy : m_hierarchies) {
        const fs::path group = fs::path(hierarchy.folder) / m_group / node;
        if (!enter(group)) {
            return failure("cannot enter the control group " + group.string());
        }
    }
    if (::unshare(CLONE_NEWCGROUP) != 0) {
        return failure("cannot make a cgroup namespace");
    }
    for (const CgroupHierarchy& hierarchy : m_hierarchies) {
        const fs::path group = fs::path(hierarchy.folder) / m_group / node;
        if (!hierarchy.isUnified()) {
            continue;
        }
        if (!makeFolder(group / kInnermost) || !enter(group / kInnermost)) {
            return failure("cannot enter a control group in " + group.string());
        }
        handOn(group);
    }
    return {};
}

bool Cgroups::remove(const std::string& node) const {
    bool done = true;
    for (const CgroupHierarchy& hierarchy : m_hierarchies) {
        const fs::path group = fs::path(hierarchy.folder) / m_group;
        done = removeGroups(node.empty() ? group : group / node) && done;
    }
    return done;
}

std::string mountCgroups(const std::vector<CgroupHierarchy>& hierarchies, const std::string& target) {
    constexpr unsigned long kSafe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (hierarchies.size() == 1 && hierarchies.front().isUnified()) {
        return ::mount("cgroup2", target.c_str(), "cgroup2", kSafe, nullptr) == 0 ? std::string() : failure("cannot mount " + target);
    }
    if (::mount("tmpfs", target.c_str(), "tmpfs", kSafe, "mode=0755") != 0) {
        return failure("cannot mount " + target);
    }
    for (const CgroupHierarchy& hierarchy : hierarchies) {
        const std::string folder = target + "/" + hierarchy.name;
        if (!hierarchy.isUnified() &&
            (!makeFolder(folder) || ::mount("cgroup", folder.c_str(), "cgroup", kSafe, hierarchy.options.c_str()) != 0)) {
            return failure("cannot mount " + folder);
        }
    }
    return {};
}

} // namespace podleaf::labhost
