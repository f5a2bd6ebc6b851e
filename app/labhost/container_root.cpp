// SPDX-License-Identifier: GPL-3.0-or-later
#include "container_root.h"

#include "failure.h"

#include <core/channel/labhost_leavings.h>
#include <core/channel/labhost_messages.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

namespace fs = std::filesystem;

/// What a node keeps: where it sees it, and the name in its state's folder.
struct Kept {
    const char* path;
    const char* name;
};
constexpr std::array<Kept, 5> kKept{{{"/var/lib/containerd", "containerd"},
                                     {"/var/lib/kubelet", "kubelet"},
                                     {"/var/lib/etcd", "etcd"},
                                     {"/var/log/pods", "pods"}, // the kubelet removes what it does not know there
                                     {"/etc/kubernetes", "kubernetes"}}};

/// Machine-wide settings that a kubelet writes.
constexpr std::array<const char*, 6> kSettings{{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops",
                                                "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"}};

/// linux/magic.h
constexpr long kOverlay = 0x794c7630;
constexpr long kTmpfs = 0x01021994;
constexpr long kRamfs = 0x858458f6;

std::string textIn(const std::string& file) {
    std::ifstream stream(file);
    std::string text;
    std::getline(stream, text);
    return text;
}

bool bind(const std::string& source, const std::string& target) {
    return ::mount(source.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

/// For all nodes the same files, so that they share their pages in memory; no node may change them for the others.
std::optional<std::string> mountPrograms(const std::string& programs) {
    const std::string target = std::string("root") + kProgramsFolder;
    std::error_code error;
    fs::create_directories(target, error);
    constexpr unsigned long kReadOnly = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV;
    if (!bind(programs, target) || ::mount(nullptr, target.c_str(), nullptr, kReadOnly, nullptr) != 0) {
        return failure("cannot show " + programs + " in the node");
    }
    return std::nullopt;
}

} // namespace

std::string claimContainerState(const std::string& labState, const std::string& runFolder) {
    std::error_code error;
    fs::create_directories(labState, error);
    struct statfs info {};
    if (error || ::statfs(labState.c_str(), &info) != 0) {
        return "cannot make " + labState + ": " + (error ? error.message() : std::strerror(errno));
    }
    const long type = static_cast<long>(info.f_type);
    if (type == kOverlay || type == kTmpfs || type == kRamfs) {
        return labState + " is not on a disk (it is on " + (type == kOverlay ? "an overlay" : "a file system in memory") +
               "), and containers need one; name a folder that is, in PODLEAF_STATE_FOLDER";
    }
    ::chmod(labState.c_str(), 0700);
    const std::string mark = labState + "/" + kStateMark;
    if (!fs::exists(mark, error)) {
        std::ofstream(mark) << runFolder;
    }
    return isContainerStateOf(labState, runFolder) ? std::string()
                                                   : labState + " belongs to a lab of the same name in the run folder " + textIn(mark);
}

bool isContainerStateOf(const std::string& labState, const std::string& runFolder) {
    return textIn(labState + "/" + kStateMark) == runFolder;
}

std::string makeContainerState(const std::string& nodeState, bool isReboot) {
    std::error_code error;
    if (!isReboot) {
        fs::remove_all(nodeState, error);
    }
    for (const Kept& kept : kKept) {
        fs::create_directories(nodeState + "/" + kept.name, error);
        if (error) {
            return "cannot make folders in " + nodeState + ": " + error.message();
        }
    }
    return {};
}

std::optional<std::string> makeContainerDevices() {
    struct Device {
        const char* path;
        mode_t mode;
        unsigned majorNumber;
        unsigned minorNumber;
    };
    for (const Device& device : {Device{"dev/kmsg", 0644, 1, 11}, Device{"dev/fuse", 0666, 10, 229}}) {
        if (::mknod(device.path, S_IFCHR | device.mode, makedev(device.majorNumber, device.minorNumber)) != 0) {
            return failure(std::string("cannot make /") + device.path);
        }
    }
    ::mkdir("dev/mqueue", 0755);
    return std::nullopt;
}

std::optional<std::string> mountForContainers(const ContainerRoot& containers) {
    if (::mount("mqueue", "root/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
        return failure("cannot mount /dev/mqueue");
    }
    if (std::string problem = mountCgroups(containers.hierarchies, "root/sys/fs/cgroup"); !problem.empty()) {
        return problem;
    }
    std::error_code error;
    for (const char* folder : {"root/etc/cni", "root/var/lib/cni"}) { // the host's are none of the node's
        fs::remove_all(folder, error);
    }
    for (const char* folder : {"root/etc/cni/net.d", "root/lib/modules"}) {
        fs::create_directories(folder, error);
    }
    for (const Kept& kept : kKept) {
        const std::string target = std::string("root") + kept.path;
        fs::create_directories(target, error);
        if (!bind(containers.stateFolder + "/" + kept.name, target)) {
            return failure(std::string("cannot mount ") + kept.path);
        }
    }
    return containers.programs.empty() ? std::nullopt : mountPrograms(containers.programs);
}

std::optional<std::string> settleForContainers() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr) != 0) {
        return failure("cannot share mounts");
    }
    std::error_code error;
    constexpr const char* kFolder = "/run/podleaf-settings";
    fs::create_directory(kFolder, error);
    for (const std::string setting : kSettings) {
        const std::string file = "/proc/sys/" + setting;
        std::string name = setting;
        std::replace(name.begin(), name.end(), '/', '_');
        const std::string copy = std::string(kFolder) + '/' + name;
        std::ifstream from(file);
        if (!from) {
            continue; // a kernel without it
        }
        std::ofstream(copy) << from.rdbuf() << std::flush;
        if (!bind(copy, file)) {
            return failure("cannot cover " + file);
        }
    }
    return std::nullopt;
}

} // namespace podleaf::labhost
