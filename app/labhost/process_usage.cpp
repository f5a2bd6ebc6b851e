// SPDX-License-Identifier: GPL-3.0-or-later
#include "process_usage.h"

#include <core/base/unique_fd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

/// A line of /proc/PID/stat is shorter.
using Buffer = std::array<char, 1024>;
constexpr int kDeepest = 1000;

struct Process {
    pid_t parent = 0;
    ProcessUsage own;
};

/// Field `index`, from 0, of words between single blanks; 0 where there is none.
std::uint64_t fieldOf(std::string_view words, int index) {
    for (int i = 0; i < index; ++i) {
        const std::size_t blank = words.find(' ');
        words.remove_prefix(blank == std::string_view::npos ? words.size() : blank + 1);
    }
    std::uint64_t value = 0;
    std::from_chars(words.data(), words.data() + words.size(), value);
    return value;
}

/// What a file of /proc/PID says; empty when the process has ended.
std::string_view read(int proc, const char* pid, const char* file, Buffer& buffer) {
    const std::string path = std::string(pid) + '/' + file;
    const UniqueFd fd(::openat(proc, path.c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t count = fd.isValid() ? ::read(fd.get(), buffer.data(), buffer.size()) : -1;
    return count > 0 ? std::string_view(buffer.data(), static_cast<std::size_t>(count)) : std::string_view();
}

/// Of all its threads: to the nanosecond, where /proc tells it in hundredths of a second only.
std::optional<std::uint64_t> processorTime(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

/// proc(5): /proc/PID/stat from its third field on, as the second may hold anything, and /proc/PID/statm.
std::optional<Process> look(int proc, const char* name) {
    static const auto kTickMicroseconds = static_cast<std::uint64_t>(1'000'000 / ::sysconf(_SC_CLK_TCK));
    static const auto kPageBytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    Buffer buffer;
    const std::string_view stat = read(proc, name, "stat", buffer);
    const std::size_t bracket = stat.rfind(')');
    if (bracket == std::string_view::npos || bracket + 2 >= stat.size()) {
        return std::nullopt;
    }
    const std::string_view fields = stat.substr(bracket + 2);
    Process process;
    process.parent = static_cast<pid_t>(fieldOf(fields, 1));
    const std::uint64_t ticks = fieldOf(fields, 11) + fieldOf(fields, 12);      // utime, stime
    const std::uint64_t endedTicks = fieldOf(fields, 13) + fieldOf(fields, 14); // cutime, cstime
    const auto pid = static_cast<pid_t>(fieldOf(name, 0));
    process.own.cpuMicroseconds = processorTime(pid).value_or(ticks * kTickMicroseconds) + endedTicks * kTickMicroseconds;
    const std::string_view statm = read(proc, name, "statm", buffer);
    const std::uint64_t resident = fieldOf(statm, 1);
    process.own.memoryBytes = (resident - std::min(resident, fieldOf(statm, 2))) * kPageBytes;
    return process;
}

std::map<pid_t, Process> allProcesses() {
    std::map<pid_t, Process> all;
    const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
    if (proc == nullptr) {
        return all;
    }
    while (const dirent* entry = ::readdir(proc.get())) { // NOLINT(concurrency-mt-unsafe): one thread
        const auto pid = static_cast<pid_t>(fieldOf(entry->d_name, 0));
        if (pid > 0) {
            if (const auto process = look(::dirfd(proc.get()), entry->d_name)) {
                all.emplace(pid, *process);
            }
        }
    }
    return all;
}

/// The root that a process is below of, or is; 0: none. Bounded, as pids come round: what was read one after the other may
/// look like a circle.
pid_t rootOf(const std::map<pid_t, Process>& all, const std::set<pid_t>& roots, pid_t pid) {
    for (int i = 0; i < kDeepest && pid != 0; ++i) {
        if (roots.contains(pid)) {
            return pid;
        }
        const auto found = all.find(pid);
        pid = found == all.end() ? 0 : found->second.parent;
    }
    return 0;
}

} // namespace

std::map<pid_t, ProcessUsage> usageBelow(const std::set<pid_t>& roots) {
    const std::map<pid_t, Process> all = allProcesses();
    std::map<pid_t, ProcessUsage> sums;
    for (const auto& [pid, process] : all) {
        if (const pid_t root = rootOf(all, roots, pid); root != 0) {
            sums[root].cpuMicroseconds += process.own.cpuMicroseconds;
            sums[root].memoryBytes += process.own.memoryBytes;
        }
    }
    return sums;
}

} // namespace podleaf::labhost
