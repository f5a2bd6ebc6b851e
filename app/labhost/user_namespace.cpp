// SPDX-License-Identifier: GPL-3.0-or-later
#include "user_namespace.h"

#include <core/base/unique_fd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <linux/capability.h>
#include <optional>
#include <pwd.h>
#include <sched.h>
#include <sstream>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

/// subuid(5): ids of the host that a user may use.
struct SubordinateRange {
    unsigned first;
    unsigned count;
};

/// The largest range that a file of subuid(5) gives the user, by name or by number.
std::optional<SubordinateRange> rangeOf(const char* path, const std::string& user, uid_t uid) {
    std::ifstream file(path);
    std::optional<SubordinateRange> best;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string owner, first, count;
        std::getline(fields, owner, ':');
        std::getline(fields, first, ':');
        std::getline(fields, count, ':');
        const bool mine = (!user.empty() && owner == user) || owner == std::to_string(uid);
        const SubordinateRange range{static_cast<unsigned>(std::strtoul(first.c_str(), nullptr, 10)),
                                     static_cast<unsigned>(std::strtoul(count.c_str(), nullptr, 10))};
        if (mine && range.first > 0 && range.count > (best ? best->count : 0)) {
            best = range;
        }
    }
    return best;
}

std::string ownName() {
    const passwd* entry = ::getpwuid(::geteuid());
    return entry == nullptr ? std::string() : std::string(entry->pw_name);
}

bool writeFileAt(const std::string& path, const std::string& text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return fd.isValid() && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Runs newuidmap(1) or newgidmap(1); its words go to standard error, which is the lab's log.
bool runMapTool(const char* tool, pid_t target, unsigned own, const SubordinateRange& range) {
    const std::array<std::string, 8> words{
        tool, std::to_string(target), "0", std::to_string(own), "1", "1", std::to_string(range.first), std::to_string(range.count)};
    std::array<char*, 9> argv{};
    std::transform(words.begin(), words.end(), argv.begin(), [](const std::string& word) { return const_cast<char*>(word.c_str()); });
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
    int status = -1;
    return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
}

/// Maps the ids of `target`, whose user namespace is a child of ours. Returns an errno, or 0.
int mapIds(pid_t target) {
    const uid_t uid = ::geteuid();
    const gid_t gid = ::getegid();
    const std::string user = ownName();
    const auto users = rangeOf("/etc/subuid", user, uid);
    const auto groups = rangeOf("/etc/subgid", user, uid);
    const bool both = users && groups;
    const std::string folder = "/proc/" + std::to_string(target);
    if (!(both && runMapTool("newuidmap", target, uid, *users)) && !writeFileAt(folder + "/uid_map", "0 " + std::to_string(uid) + " 1\n")) {
        return errno;
    }
    if (both && runMapTool("newgidmap", target, gid, *groups)) {
        return 0;
    }
    const bool mapped = writeFileAt(folder + "/setgroups", "deny") && writeFileAt(folder + "/gid_map", "0 " + std::to_string(gid) + " 1\n");
    return mapped ? 0 : errno;
}

std::string refusal(int error) {
    return std::string("cannot make a user namespace: ") + std::strerror(error);
}

} // namespace

bool needsUserNamespace() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    return ::syscall(SYS_capget, &header, data.data()) != 0 || (data[0].effective & (1U << CAP_SYS_ADMIN)) == 0;
}

std::string enterUserNamespace() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return refusal(errno);
    }
    UniqueFd readEnd(ends[0]);
    UniqueFd writeEnd(ends[1]);
    const pid_t self = ::getpid();
    // newuidmap must be called from outside, so somebody has to stay there for a moment.
    const pid_t helper = ::fork();
    if (helper == 0) {
        writeEnd.reset();
        char go = 0;
        ::_exit(::read(readEnd.get(), &go, 1) == 1 ? mapIds(self) : 1);
    }
    readEnd.reset();
    const int refused = ::unshare(CLONE_NEWUSER) != 0 ? errno : 0;
    const bool told = refused == 0 && ::write(writeEnd.get(), "g", 1) == 1;
    writeEnd.reset();
    int status = -1;
    ::waitpid(helper, &status, 0);
    if (refused != 0) {
        return refusal(refused);
    }
    if (!told || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return refusal(WIFEXITED(status) ? WEXITSTATUS(status) : EIO);
    }
    ::setgroups(0, nullptr); // refused where only one id is mapped; the groups then mean nothing inside
    return {};
}

IdMap IdMap::read(const char* path) {
    IdMap map;
    std::ifstream file(path);
    unsigned first = 0;
    unsigned outside = 0;
    unsigned count = 0;
    while (file >> first >> outside >> count) {
        map.m_extents.push_back({first, count});
    }
    return map;
}

bool IdMap::contains(unsigned id) const {
    return std::any_of(m_extents.begin(), m_extents.end(),
                       [id](const Extent& extent) { return id >= extent.first && id - extent.first < extent.count; });
}

bool IdMap::isComplete() const {
    return m_extents.size() == 1 && m_extents.front().first == 0 && m_extents.front().count == ~0U;
}

} // namespace podleaf::labhost
