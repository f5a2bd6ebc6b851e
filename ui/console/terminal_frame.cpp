// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalFrame: the words of cells and lines.
#include "terminal_frame.h"

#include <algorithm>

namespace podleaf::ui {

QString textOf(const TerminalCell& cell) {
    const auto end = std::ranges::find(cell.text, U'\0');
    return QString::fromUcs4(cell.text.data(), end - cell.text.begin());
}

QString textOf(const TerminalLine& line) {
    QString out;
    for (const TerminalCell& cell : line) {
        out += cell.width == 0 ? QString() : cell.text[0] == U'\0' ? QStringLiteral(" ") : textOf(cell);
    }
    while (out.endsWith(QLatin1Char(' '))) {
        out.chop(1);
    }
    return out;
}

} // namespace podleaf::ui
