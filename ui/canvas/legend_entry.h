// SPDX-License-Identifier: GPL-3.0-or-later
// LegendEntry: a mark of the canvas in small, and what it means. A value; GUI thread.
#pragma once

#include "looks.h"

#include <QColor>

#include <algorithm>

namespace podleaf::ui {

struct ArrowStyle;

/// What stands before the words.
enum class LegendMark {
    Glyph,
    Line,   ///< Of a cable, with the glyph in its middle.
    Arrow,  ///< With a filled head.
    Hollow, ///< With a hollow head.
    Stop,   ///< Ends in an octagon.
    Slashes,
    Scissors,
    Port,  ///< A hollow one.
    Start, ///< Of a flow that begins at its host.
    Boot,  ///< A piece of the bar of the boot phases.
};

struct LegendEntry {
    LegendMark mark = LegendMark::Glyph;
    QString words;
    Glyph glyph = Glyph::None;
    QColor color = {};
    double width = 3; ///< Of lines.
    Dash dash = {};
    double opacity = 1;

    bool operator==(const LegendEntry& other) const {
        return mark == other.mark && words == other.words && glyph == other.glyph && color == other.color && width == other.width &&
               std::ranges::equal(dash, other.dash) && opacity == other.opacity;
    }
};
using Legend = std::vector<LegendEntry>;

/// An arrow as it is drawn beside a cable.
LegendEntry entryOf(const ArrowStyle& style, const QString& words);

} // namespace podleaf::ui
