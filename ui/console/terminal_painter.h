// SPDX-License-Identifier: GPL-3.0-or-later
// How a terminal's cells look: colours and the painting of a line. GUI thread.
#pragma once

#include "terminal_frame.h"

#include <ui/theme/theme.h>

#include <QSize>

class QPainter;

namespace podleaf::ui {

/// What the cells are drawn with.
struct TerminalLook {
    const Theme& theme;
    QFont font; ///< Spaced so that its characters are as wide as a cell.
    QSize cell; ///< In px.
    int ascent = 0;
};

struct TerminalInk {
    QColor foreground;
    QColor background; ///< Invalid where it is the terminal's own.
    bool operator==(const TerminalInk&) const = default;
};

/// The first 16 colours of the palette are the theme's, the other 240 xterm's. Text that could not be read on its
/// ground is drawn in the colour of text instead: the program may not know what our ground is.
TerminalInk inkOf(const TerminalStyle& style, const Theme& theme);

/// `selectedFrom` to `selectedTo`: the selected columns, none where they are equal.
void paintTerminalLine(QPainter& painter, const TerminalLook& look, const QPoint& origin, const TerminalLine& line, int selectedFrom,
                       int selectedTo);
void paintTerminalCursor(QPainter& painter, const TerminalLook& look, const QPoint& origin, const TerminalFrame& frame, bool hasFocus);

} // namespace podleaf::ui
