// SPDX-License-Identifier: GPL-3.0-or-later
// The control groups of nodes that run containers: podleaf-LAB/NODE in every hierarchy of the host, version 1 and 2.
// A node's init enters its own before it takes a cgroup namespace, so that the node sees them as the whole. Single-threaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podleaf::labhost {

/// A mounted hierarchy (cgroups(7)).
struct CgroupHierarchy {
    std::string folder;  ///< Where the host has it.
    std::string options; ///< Version 1: what mount(2) takes for it ("cpu,cpuacct", "none,name=systemd"); empty for version 2.
    std::string name;    ///< Last part of the folder; empty where the hierarchy is all there is (version 2 alone).

    [[nodiscard]] bool isUnified() const { return options.empty(); }
    bool operator==(const CgroupHierarchy&) const = default;
};

/// Those that a text like /proc/self/mountinfo names, each once.
std::vector<CgroupHierarchy> cgroupHierarchies(std::string_view mountinfo);
/// Those of this host.
std::vector<CgroupHierarchy> cgroupHierarchies();

/// The groups of one lab.
class Cgroups {
public:
    explicit Cgroups(std::string lab, std::vector<CgroupHierarchy> hierarchies = cgroupHierarchies());

    [[nodiscard]] const std::vector<CgroupHierarchy>& hierarchies() const { return m_hierarchies; }
    /// Makes a node's groups, with every controller there is. Returns what went wrong, if anything.
    [[nodiscard]] std::string make(const std::string& node) const;
    /// Moves the calling process into them, and into a cgroup namespace of its own that they are the root of.
    [[nodiscard]] std::string enterNamespace(const std::string& node) const;
    /// Removes a node's groups, or with an empty name all of the lab's, with what is below them; false while a process is in
    /// one of them.
    bool remove(const std::string& node) const;

private:
    std::string m_group;
    std::vector<CgroupHierarchy> m_hierarchies;
};

/// In a cgroup namespace whose root is the node's group: mounts the hierarchies on `target`, as containers want them. Where
/// both versions are mounted that is version 1, which has the controllers. Returns what went wrong, if anything.
std::string mountCgroups(const std::vector<CgroupHierarchy>& hierarchies, const std::string& target);

} // namespace podleaf::labhost
