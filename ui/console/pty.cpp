// SPDX-License-Identifier: GPL-3.0-or-later
// Pty: see the header.
#include "pty.h"

#include <QCoreApplication>

#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>

namespace podleaf::ui {

Result<Pty> openPty(TerminalSize size) {
    Pty pty;
    pty.ours = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (pty.ours.isValid() && ::grantpt(pty.ours.get()) == 0 && ::unlockpt(pty.ours.get()) == 0) {
        pty.programs = UniqueFd(::ioctl(pty.ours.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    }
    if (!pty.programs.isValid()) {
        return fail(ErrorCode::Failed, QCoreApplication::translate("Pty", "Cannot open a pseudo terminal."), qt_error_string(errno));
    }
    setSize(pty.ours, size);
    return pty;
}

void setSize(const UniqueFd& ours, TerminalSize size) {
    const winsize wanted{static_cast<unsigned short>(size.rows), static_cast<unsigned short>(size.columns), 0, 0};
    ::ioctl(ours.get(), TIOCSWINSZ, &wanted);
}

} // namespace podleaf::ui
