// SPDX-License-Identifier: GPL-3.0-or-later
// What the processes below some others use, from /proc of the lab's pid namespace. Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <sys/types.h>

namespace podleaf::labhost {

struct ProcessUsage {
    std::uint64_t cpuMicroseconds = 0; ///< With what ended children had used whose end was waited for.
    std::uint64_t memoryBytes = 0;     ///< Resident and not of a file.
};

/// The sums of each of `roots` and all below it, by root; roots that have ended are left out. Takes some 10 µs a process.
std::map<pid_t, ProcessUsage> usageBelow(const std::set<pid_t>& roots);

/// Makes a counter that never goes back of sums that do when a process ends whose parent waits for no children.
class CpuCounter {
public:
    /// Takes the newest sum; returns the counter.
    std::uint64_t count(std::uint64_t sum) {
        m_total += sum > m_last ? sum - m_last : 0;
        m_last = sum;
        return m_total;
    }

private:
    std::uint64_t m_last = 0;
    std::uint64_t m_total = 0;
};

} // namespace podleaf::labhost
