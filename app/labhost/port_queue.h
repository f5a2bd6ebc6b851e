// SPDX-License-Identifier: GPL-3.0-or-later
// What holds packets up on their way out of a port: a tbf qdisc for a rate, a netem one for a delay, recognized by
// a handle of ours. Single-threaded; the kernel answers within the call.
#pragma once

#include <cstdint>
#include <string>

namespace podleaf::labhost {

struct PortQueue {
    std::uint32_t rateKbit = 0;
    std::uint32_t delayMicroseconds = 0;
    bool operator==(const PortQueue&) const = default;
};

/// Makes the port's root qdisc be exactly that. Returns 0 or errno: EEXIST where somebody else's qdisc is, ENOENT where
/// the kernel lacks the kind; the port is then without a qdisc of ours.
int setPortQueue(int routeSocket, const std::string& port, const PortQueue& wanted);

/// What the kernel has under our handles.
PortQueue readPortQueue(int routeSocket, const std::string& port);

} // namespace podleaf::labhost
