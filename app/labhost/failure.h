// SPDX-License-Identifier: GPL-3.0-or-later
// What went wrong with a call of the kernel, in a sentence. Std only; any thread.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

namespace podleaf::labhost {

/// "cannot mount /proc: Operation not permitted", by errno as it is now.
inline std::string failure(const std::string& what) {
    return what + ": " + std::strerror(errno);
}

} // namespace podleaf::labhost
