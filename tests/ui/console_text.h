// SPDX-License-Identifier: GPL-3.0-or-later
// What a terminal shows, as one text.
#pragma once

#include <ui/console/emulator.h>
#include <ui/console/terminal_painter.h>

#include <QStringList>

namespace podleaf::test {

/// Lines without the blanks around all of them.
inline QString screenText(const ui::TerminalFrame& frame) {
    QStringList lines;
    for (const ui::TerminalLine& line : frame.lines) {
        lines += textOf(line);
    }
    return lines.join(QLatin1Char('\n')).trimmed();
}

} // namespace podleaf::test
