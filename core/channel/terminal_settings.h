// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalSettings: how a terminal treats what is typed and shown, put back at the end of a scope. One thread at a time.
#pragma once

#include <termios.h>

namespace podleaf::channel {

class TerminalSettings {
public:
    /// Notes the settings of `terminal`, a descriptor that must stay open; of what is no terminal there are none.
    explicit TerminalSettings(int terminal);
    /// Puts them back where somebody has changed them.
    ~TerminalSettings();
    TerminalSettings(const TerminalSettings&) = delete;
    TerminalSettings& operator=(const TerminalSettings&) = delete;
    /// From now on bytes pass as they are, each at once.
    void setRaw() const;

private:
    termios m_before{};
    int m_terminal; ///< -1: none.
};

} // namespace podleaf::channel
