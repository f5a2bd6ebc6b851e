// SPDX-License-Identifier: GPL-3.0-or-later
// Short words that the parts of the contract suite share.
#pragma once

#include <core/base/op_context.h>
#include <core/base/result.h>
#include <core/channel/node_channel.h>
#include <tests/fakes/outcome.h>

#include <poll.h>

namespace podleaf::contract {

using test::codeOf;

/// Sleeps longer than any test and is found by its argument.
inline constexpr const char* kSleepSeconds = "86427";
inline constexpr auto kHangLimit = std::chrono::seconds(20);

inline QString q(const char* source) {
    return QString::fromLatin1(source);
}

inline OpContext soon() {
    OpContext context;
    context.deadline = Clock::now() + kHangLimit;
    return context;
}

inline bool isReady(int fd, short events) {
    pollfd wait{fd, events, 0};
    return ::poll(&wait, 1, static_cast<int>(std::chrono::milliseconds(kHangLimit).count())) == 1;
}

} // namespace podleaf::contract
