// SPDX-License-Identifier: GPL-3.0-or-later
// Pty: a pseudo terminal: our side and the program's. Any thread.
#pragma once

#include "terminal_frame.h"

#include <core/base/result.h>
#include <core/base/unique_fd.h>

namespace podleaf::ui {

struct Pty {
    UniqueFd ours;     ///< Non-blocking.
    UniqueFd programs; ///< Becomes the program's controlling terminal.
};

/// Errors: Failed.
Result<Pty> openPty(TerminalSize size);
/// Tells the program; it gets a SIGWINCH.
void setSize(const UniqueFd& ours, TerminalSize size);

} // namespace podleaf::ui
