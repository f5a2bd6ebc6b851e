// SPDX-License-Identifier: GPL-3.0-or-later
// TerminalFrame: what a terminal shows at one moment, and what is typed into it. Plain values; any thread.
#pragma once

#include <QString>
#include <Qt>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace podleaf::ui {

/// In character cells.
struct TerminalSize {
    int rows = 24;
    int columns = 80;
    bool operator==(const TerminalSize&) const = default;
};

/// The largest that a program is told of; a frame stays small whatever the window's size.
inline constexpr TerminalSize kLargestTerminal{200, 500};

struct TerminalColor {
    enum class Kind : std::uint8_t { Default, Indexed, Rgb };
    Kind kind = Kind::Default;
    std::array<std::uint8_t, 3> value = {}; ///< Red, green, blue; of an index only the first counts.
    bool operator==(const TerminalColor&) const = default;
};

struct TerminalStyle {
    TerminalColor foreground;
    TerminalColor background;
    bool bold : 1 = false;
    bool italic : 1 = false;
    bool underline : 1 = false;
    bool strike : 1 = false;
    bool reverse : 1 = false;
    bool operator==(const TerminalStyle&) const = default;
};

struct TerminalCell {
    std::array<char32_t, 3> text = {}; ///< A character and what combines with it; zeros for an empty cell.
    std::uint8_t width = 1;            ///< 2 for a wide one; 0 for the cell it covers.
    TerminalStyle style = {};
    bool operator==(const TerminalCell&) const = default;
};
using TerminalLine = std::vector<TerminalCell>; ///< May be shorter than the terminal is wide.

QString textOf(const TerminalCell& cell);
/// Without the blanks at its end.
QString textOf(const TerminalLine& line);

/// A place between cells. Lines count from the first that was ever printed, so that a place keeps its number.
struct TerminalPlace {
    qint64 line = 0;
    int column = 0;
    auto operator<=>(const TerminalPlace&) const = default;
};
/// From `begin` up to, not including, `end`.
struct TerminalRange {
    TerminalPlace begin;
    TerminalPlace end;
    [[nodiscard]] bool isEmpty() const { return begin >= end; }
    bool operator==(const TerminalRange&) const = default;
};

enum class CursorShape : std::uint8_t { Block, Underline, Bar };
enum class MouseReports : std::uint8_t { None, Clicks, Drags, Moves };

struct TerminalFrame {
    TerminalSize size;
    std::vector<TerminalLine> lines; ///< `size.rows` of them.
    qint64 firstLine = 0;            ///< The number of the first one.
    qint64 oldestLine = 0;           ///< The oldest that is kept.
    qint64 screenLine = 0;           ///< The first one that the program can write to.
    int cursorRow = 0;               ///< Within `lines`; not in sight where it is beyond them.
    int cursorColumn = 0;
    bool cursorVisible = true;
    CursorShape cursor = CursorShape::Block;
    MouseReports mouse = MouseReports::None;
    bool alternate = false; ///< A full-screen program; it has no history.
};
using TerminalFramePtr = std::shared_ptr<const TerminalFrame>;

/// A key as Qt gives it.
struct KeyPress {
    int key = 0;
    Qt::KeyboardModifiers modifiers;
    QString text = {};
};

/// Something the mouse did over a cell, for a program that asked for it. Buttons: 1 left, 2 middle, 3 right, 4 and 5
/// the wheel up and down; 0 is a move.
struct MouseReport {
    int row = 0;
    int column = 0;
    int button = 0;
    bool pressed = false;
    Qt::KeyboardModifiers modifiers;
};

} // namespace podleaf::ui
