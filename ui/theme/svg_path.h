// SPDX-License-Identifier: GPL-3.0-or-later
// The `d` attribute of an SVG path as a QPainterPath: what the line icons need of it. Pure; any thread.
#pragma once

#include <QPainterPath>
#include <QStringView>

namespace podleaf::ui {

/// Knows M, L, H, V, C, A (circles only) and Z, absolute and relative. Stops at the first mistake and
/// returns what it has.
QPainterPath parseSvgPath(QStringView text);

} // namespace podleaf::ui
