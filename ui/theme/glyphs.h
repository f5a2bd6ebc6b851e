// SPDX-License-Identifier: GPL-3.0-or-later
// The state glyphs of design §3 and the line icons, painted in the theme's colours. GUI thread.
#pragma once

#include "theme.h"

#include <QIcon>
#include <QRectF>

class QPainter;

namespace podleaf::ui {

/// State = glyph + word + colour; the same glyph means the same everywhere.
enum class Glyph {
    None,
    Ok,      ///< Disc with tick.
    Bad,     ///< Octagon with cross.
    Warn,    ///< Triangle.
    Changed, ///< Diamond with tick.
    Wait,    ///< Half disc.
    Connect, ///< Ring with dot.
    Idle,    ///< Hollow ring.
    Shut,    ///< Square with bar.
    Stale,   ///< Hollow ring with tick.
    Partly,  ///< Half square.
    Planned, ///< Dashed ring.
};

/// The colour a glyph (and a line of that state) is drawn in.
Role colorRoleOf(Glyph glyph);
/// The colour the word beside the glyph is written in (`warn` where the glyph is `warnFill`).
Role textRoleOf(Glyph glyph);

/// Paints `glyph` centred in `rect`; its diameter is the rect's shorter side. `ground` is what lies
/// below it (the tick of a disc and the inside of a ring are drawn in it).
void paintGlyph(QPainter& painter, const QRectF& rect, Glyph glyph, const Theme& theme, Role ground = Role::Base);
/// A glyph as an icon, for tables, tabs and the status bar.
QIcon glyphIcon(Glyph glyph, const Theme& theme);

/// A line icon by the name of its file in resources/icons, without ".svg": leaf, host, pod, plan, up, down,
/// test, plus, minus, fit, engine, events, console, lab, open, search, close, stop, link, cut, join, undo,
/// redo, chevron, warning… `text` coloured, `disabled` when disabled, `onAccent` where asked for.
/// An unknown name gives a null icon.
QIcon icon(const QString& name, const Theme& theme, Role role = Role::Text);
/// Paints a line icon into `rect` (square) in one colour.
void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color);

} // namespace podleaf::ui
