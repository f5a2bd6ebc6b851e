// SPDX-License-Identifier: GPL-3.0-or-later
// What the root of a node that runs containers has beside that of other nodes. Runs in the node's init, single-threaded.
#pragma once

#include "cgroups.h"

#include <optional>

namespace podleaf::labhost {

struct ContainerRoot {
    std::vector<CgroupHierarchy> hierarchies; ///< The node's init is in a cgroup namespace of its own.
    std::string programs;                     ///< Of the host, shown as kProgramsFolder; empty for none.
    std::string stateFolder;                  ///< Of the node: what containerd, kubelet and etcd keep, and outlives a power cycle.
};

/// Makes the folder that the state of a lab's nodes lies in, and notes in it the run folder whose lab that is. Errors: it is on
/// a file system that containers' overlays cannot lie on; it is another lab's of the same name. Returns what went wrong, if
/// anything.
std::string claimContainerState(const std::string& labState, const std::string& runFolder);
bool isContainerStateOf(const std::string& labState, const std::string& runFolder);

/// Makes the folder of a node's state with what is in it; an earlier one's is kept when `isReboot`. Returns what went wrong, if
/// anything.
std::string makeContainerState(const std::string& nodeState, bool isReboot);

/// In the folder with the node's root/ and dev/, before it is entered: devices, then mounts. Returns what went wrong, if anything.
std::optional<std::string> makeContainerDevices();
std::optional<std::string> mountForContainers(const ContainerRoot& containers);

/// In the root: what is mounted later is seen by those who share it, and settings of the whole machine, which the kubelet
/// writes, are the node's own files. Returns what went wrong, if anything.
std::optional<std::string> settleForContainers();

} // namespace podleaf::labhost
