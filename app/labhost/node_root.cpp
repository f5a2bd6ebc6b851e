// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_root.h"

#include "failure.h"
#include "mount_points.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <vector>

namespace podleaf::labhost {

namespace {

struct Device {
    const char* name;
    mode_t mode;
    unsigned majorNumber;
    unsigned minorNumber;
};
/// Documentation/admin-guide/devices.txt
constexpr std::array<Device, 7> kDevices{{{"null", 0666, 1, 3},
                                          {"zero", 0666, 1, 5},
                                          {"full", 0666, 1, 7},
                                          {"random", 0666, 1, 8},
                                          {"urandom", 0666, 1, 9},
                                          {"tty", 0666, 5, 0},
                                          {"net/tun", 0666, 10, 200}}};

/// Makes a device node, or where that is not allowed (a user namespace) binds the host's.
bool makeDevice(const Device& device) {
    const std::string path = std::string("dev/") + device.name;
    const std::string ofHost = std::string("/dev/") + device.name;
    struct stat info {};
    if (::stat(ofHost.c_str(), &info) != 0) {
        return true; // the host has none either
    }
    if (::mknod(path.c_str(), S_IFCHR | device.mode, makedev(device.majorNumber, device.minorNumber)) == 0) {
        return ::chmod(path.c_str(), device.mode) == 0;
    }
    const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (fd >= 0) {
        ::close(fd);
    }
    return ::mount(ofHost.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

/// Fills dev/ in the current folder, which later becomes the node's /dev.
std::optional<std::string> makeDevices() {
    ::mkdir("dev/net", 0755);
    ::mkdir("dev/pts", 0755);
    ::mkdir("dev/shm", 01777);
    ::chmod("dev/shm", 01777);
    for (const Device& device : kDevices) {
        if (!makeDevice(device)) {
            return failure(std::string("cannot make /dev/") + device.name);
        }
    }
    constexpr std::array<std::array<const char*, 2>, 5> kLinks{{{"pts/ptmx", "dev/ptmx"},
                                                                {"/proc/self/fd", "dev/fd"},
                                                                {"/proc/self/fd/0", "dev/stdin"},
                                                                {"/proc/self/fd/1", "dev/stdout"},
                                                                {"/proc/self/fd/2", "dev/stderr"}}};
    for (const auto& [target, name] : kLinks) {
        if (::symlink(target, name) != 0) {
            return failure(std::string("cannot make /") + name);
        }
    }
    return std::nullopt;
}

bool isUsr(const std::string& folder) {
    return folder == "/usr" || folder.compare(0, 5, "/usr/") == 0;
}

/// Counts the overlays of a node; each has folders of its own in the node's tmpfs.
class Overlays {
public:
    /// In a user namespace an overlay keeps its marks in user.* attributes. Where tmpfs has none (before Linux 6.6),
    /// a node cannot remove the host's folders; everything else works.
    explicit Overlays(bool inUserNamespace) : m_options(inUserNamespace ? ",userxattr" : "") {}

    /// Mounts an overlay of `lower` on `target`, whose root gets `mode`; false with errno set.
    bool add(const std::string& lower, const std::string& target, mode_t mode) {
        const std::string upper = "upper" + std::to_string(m_count);
        const std::string work = "work" + std::to_string(m_count++);
        if (::mkdir(upper.c_str(), mode) != 0 || ::mkdir(work.c_str(), 0700) != 0) {
            return false;
        }
        const std::string options = "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work + m_options;
        return ::mount("podleaf", target.c_str(), "overlay", 0, options.c_str()) == 0;
    }

private:
    const char* m_options;
    int m_count = 0;
};

mode_t modeOf(const std::string& folder) {
    struct stat info {};
    return ::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) ? info.st_mode & 07777 : 0;
}

/// Best effort: what cannot be shown is absent in the node, and what needs it says so itself.
void mountSeparateFolders(Overlays& overlays, const std::vector<std::string>& folders) {
    for (const std::string& folder : folders) {
        const std::string target = "root" + folder;
        if (isUsr(folder)) {
            if (::mount(folder.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0) {
                ::mount(nullptr, target.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr);
            }
        } else if (const mode_t mode = modeOf(folder); mode != 0) {
            overlays.add(folder, target, mode);
        }
    }
}

/// Best effort as well. The base comes first: what it holds is the node's to change.
void mountShownFolders(Overlays& overlays, const std::vector<ShownFolder>& folders) {
    for (const ShownFolder& folder : folders) {
        const std::string target = "root" + folder.path;
        if (folder.isBound) {
            ::mount(folder.path.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr);
        } else {
            overlays.add("../base" + folder.path + ":" + folder.path, target, modeOf(folder.path));
        }
    }
}

/// Mounts what becomes the node's root on root/.
std::optional<std::string> mountRoot(const RootSource& source) {
    Overlays overlays(!source.isHost);
    if (!overlays.add(source.isHost ? "/" : "../base", "root", 0755)) {
        return failure("cannot mount an overlay of the root folder");
    }
    if (source.isHost) {
        mountSeparateFolders(overlays, source.separate);
    } else {
        mountShownFolders(overlays, source.shown);
    }
    return std::nullopt;
}

std::optional<std::string> mountInside() {
    struct Mount {
        const char* source;
        const char* target;
        const char* type;
        unsigned long flags;
        const char* options;
    };
    constexpr unsigned long kSafe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    constexpr std::array<Mount, 6> kMounts{
        {{"proc", "root/proc", "proc", kSafe, nullptr},
         {"sysfs", "root/sys", "sysfs", kSafe, nullptr},
         {"dev", "root/dev", nullptr, MS_BIND | MS_REC, nullptr},
         {"devpts", "root/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620"},
         {"run", "root/run", nullptr, MS_BIND, nullptr},
         {"tmp", "root/tmp", nullptr, MS_BIND, nullptr}}};
    for (const Mount& mount : kMounts) {
        ::mkdir(mount.target, 0755); // on a host without that folder; else EEXIST
        if (::mount(mount.source, mount.target, mount.type, mount.flags, mount.options) != 0) {
            return failure(std::string("cannot mount ") + mount.target);
        }
    }
    return std::nullopt;
}

} // namespace

std::vector<std::string> separateFolders() {
    std::vector<std::string> folders;
    for (const std::string& point : mountPoints()) {
        for (const char* top : {"/usr", "/etc", "/var", "/opt", "/root"}) {
            const bool temporary = point == "/var/run" || point == "/var/tmp" || point.find('\\') != std::string::npos;
            if ((point == top || isBelow(point, top)) && !temporary && folders.size() < 32) {
                folders.push_back(point);
            }
        }
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

std::optional<std::string> enterPrivateRoot(const RootSource& source, const ContainerRoot* containers) {
    ::umask(022);
    const std::string folder = source.folder + "/node";
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return failure("cannot make mounts private");
    }
    if (::mount("podleaf", folder.c_str(), "tmpfs", 0, "mode=0755") != 0 || ::chdir(folder.c_str()) != 0) {
        return failure("cannot mount a tmpfs");
    }
    for (const char* name : {"root", "run", "tmp", "dev"}) {
        if (::mkdir(name, 0755) != 0) {
            return failure(std::string("cannot make ") + name);
        }
    }
    ::chmod("tmp", 01777);
    if (auto problem = mountRoot(source)) {
        return problem;
    }
    if (auto problem = makeDevices()) {
        return problem;
    }
    if (auto problem = containers != nullptr ? makeContainerDevices() : std::nullopt) {
        return problem;
    }
    if (auto problem = mountInside()) {
        return problem;
    }
    if (auto problem = containers != nullptr ? mountForContainers(*containers) : std::nullopt) {
        return problem;
    }
    if (::chdir("root") != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) {
        return failure("cannot change the root");
    }
    return containers != nullptr ? settleForContainers() : std::nullopt;
}

} // namespace podleaf::labhost
