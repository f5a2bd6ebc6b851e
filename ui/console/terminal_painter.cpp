// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of terminals: see the header.
#include "terminal_painter.h"

#include <QPainter>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr double kReadable = 3.0; ///< WCAG's ratio for large text and marks: the program chose the colours.

/// The theme's place of an ANSI colour.
QColor ansiColor(int index, const Theme& theme) {
    const auto mixed = [&theme](Role a, Role b) {
        const QColor first = theme.color(a);
        const QColor second = theme.color(b);
        return QColor((first.red() + second.red()) / 2, (first.green() + second.green()) / 2, (first.blue() + second.blue()) / 2);
    };
    const bool bright = index >= 8;
    const QColor base = [&] {
        switch (index % 8) {
        case 0:
            return theme.color(bright ? Role::Disabled : Role::Header);
        case 1:
            return theme.color(Role::Bad);
        case 2:
            return theme.color(Role::Ok);
        case 3:
            return theme.color(Role::Warn);
        case 4:
            return theme.color(Role::Accent);
        case 5:
            return theme.color(Role::Traffic);
        case 6:
            return mixed(Role::Ok, Role::Accent);
        default:
            return theme.color(bright ? Role::Text : Role::Muted);
        }
    }();
    const bool isGrey = index % 8 == 0 || index % 8 == 7;
    return !bright || isGrey ? base : theme.isDark() ? base.lighter(115) : base.darker(115);
}

/// Index 16 to 231 is xterm's 6×6×6 cube, 232 to 255 a ramp of greys.
QColor indexedColor(int index, const Theme& theme) {
    if (index < 16) {
        return ansiColor(index, theme);
    }
    if (index >= 232) {
        const int grey = 8 + (index - 232) * 10;
        return {grey, grey, grey};
    }
    const auto level = [](int step) { return step == 0 ? 0 : 55 + 40 * step; };
    const int cube = index - 16;
    return {level(cube / 36), level(cube / 6 % 6), level(cube % 6)};
}

QColor colorOf(const TerminalColor& color, const Theme& theme, Role own) {
    switch (color.kind) {
    case TerminalColor::Kind::Default:
        return theme.color(own);
    case TerminalColor::Kind::Indexed:
        return indexedColor(color.value[0], theme);
    case TerminalColor::Kind::Rgb:
        break;
    }
    return {color.value[0], color.value[1], color.value[2]};
}

QFont fontOf(const TerminalLook& look, const TerminalStyle& style) {
    QFont font = look.font;
    font.setWeight(style.bold ? QFont::DemiBold : QFont::Normal);
    font.setItalic(style.italic);
    font.setUnderline(style.underline);
    font.setStrikeOut(style.strike);
    return font;
}

bool isAscii(const TerminalCell& cell) {
    return cell.width == 1 && cell.text[0] >= 0x20 && cell.text[0] < 0x7f && cell.text[1] == U'\0';
}

/// Cells that can be drawn as one text: alike, and of characters that are as wide as a cell.
std::size_t runEnd(const TerminalLine& line, std::size_t begin) {
    std::size_t end = begin + 1;
    if (!isAscii(line[begin])) {
        return end;
    }
    while (end < line.size() && isAscii(line[end]) && line[end].style == line[begin].style) {
        ++end;
    }
    return end;
}

} // namespace

TerminalInk inkOf(const TerminalStyle& style, const Theme& theme) {
    QColor ink = colorOf(style.foreground, theme, Role::Text);
    QColor ground = colorOf(style.background, theme, Role::Base);
    if (style.reverse) {
        std::swap(ink, ground);
    }
    if (contrastRatio(ink, ground) < kReadable) {
        const QColor text = theme.color(Role::Text);
        const QColor base = theme.color(Role::Base);
        ink = contrastRatio(text, ground) >= contrastRatio(base, ground) ? text : base;
    }
    const bool own = style.background.kind == TerminalColor::Kind::Default && !style.reverse;
    return {ink, own ? QColor() : ground};
}

void paintTerminalLine(QPainter& painter, const TerminalLook& look, const QPoint& origin, const TerminalLine& line, int selectedFrom,
                       int selectedTo) {
    const auto boxOf = [&](int from, int to) {
        return QRect(origin.x() + from * look.cell.width(), origin.y(), (to - from) * look.cell.width(), look.cell.height());
    };
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t end = runEnd(line, at);
        const TerminalInk ink = inkOf(line[at].style, look.theme);
        if (ink.background.isValid()) {
            painter.fillRect(boxOf(static_cast<int>(at), static_cast<int>(end)), ink.background);
        }
        at = end;
    }
    if (selectedTo > selectedFrom) {
        painter.fillRect(boxOf(selectedFrom, selectedTo), look.theme.color(Role::Select));
    }
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t end = runEnd(line, at);
        QString text;
        for (std::size_t i = at; i < end; ++i) {
            text += textOf(line[i]);
        }
        if (!text.trimmed().isEmpty()) {
            const bool selected = static_cast<int>(at) >= selectedFrom && static_cast<int>(at) < selectedTo;
            painter.setFont(fontOf(look, line[at].style));
            painter.setPen(selected ? look.theme.color(Role::Text) : inkOf(line[at].style, look.theme).foreground);
            painter.drawText(boxOf(static_cast<int>(at), 0).topLeft() + QPoint(0, look.ascent), text);
        }
        at = end;
    }
}

void paintTerminalCursor(QPainter& painter, const TerminalLook& look, const QPoint& origin, const TerminalFrame& frame, bool hasFocus) {
    if (!frame.cursorVisible || frame.cursorRow >= frame.size.rows) {
        return;
    }
    QRect box(QPoint(origin.x() + frame.cursorColumn * look.cell.width(), origin.y() + frame.cursorRow * look.cell.height()), look.cell);
    const QColor color = look.theme.color(Role::Accent);
    if (!hasFocus) {
        painter.setPen(color);
        painter.drawRect(box.adjusted(0, 0, -1, -1));
        return;
    }
    if (frame.cursor == CursorShape::Underline) {
        box.setTop(box.bottom() - 1);
    } else if (frame.cursor == CursorShape::Bar) {
        box.setWidth(2);
    }
    painter.fillRect(box, color);
    const TerminalLine& line = frame.lines[static_cast<std::size_t>(frame.cursorRow)];
    const auto column = static_cast<std::size_t>(frame.cursorColumn);
    if (frame.cursor == CursorShape::Block && column < line.size()) {
        painter.setFont(fontOf(look, line[column].style));
        painter.setPen(look.theme.color(Role::Base));
        painter.drawText(box.topLeft() + QPoint(0, look.ascent), textOf(line[column]));
    }
}

} // namespace podleaf::ui
