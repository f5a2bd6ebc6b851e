// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal_settings.h"

#include <algorithm>
#include <iterator>

namespace podleaf::channel {

namespace {

bool areSame(const termios& a, const termios& b) {
    return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag && a.c_lflag == b.c_lflag &&
           std::equal(std::begin(a.c_cc), std::end(a.c_cc), std::begin(b.c_cc));
}

} // namespace

TerminalSettings::TerminalSettings(int terminal) : m_terminal(::tcgetattr(terminal, &m_before) == 0 ? terminal : -1) {}

TerminalSettings::~TerminalSettings() {
    termios now{};
    // A process in the background would be stopped for setting them, so not without need.
    if (m_terminal >= 0 && ::tcgetattr(m_terminal, &now) == 0 && !areSame(now, m_before)) {
        ::tcsetattr(m_terminal, TCSANOW, &m_before);
    }
}

void TerminalSettings::setRaw() const {
    if (m_terminal >= 0) {
        termios raw = m_before;
        ::cfmakeraw(&raw);
        ::tcsetattr(m_terminal, TCSANOW, &raw);
    }
}

} // namespace podleaf::channel
