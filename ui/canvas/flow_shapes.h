// SPDX-License-Identifier: GPL-3.0-or-later
// The measures and shapes of a flow's arrow, in scene units. Pure functions; GUI thread.
#pragma once

#include "looks.h"

#include <QPainterPath>
#include <QRectF>

#include <vector>

class QPainter;

namespace podleaf::ui::flow {

inline constexpr double kWidth = 2;
inline constexpr double kEqualWidth = 1.2; ///< Of the other ways of equal cost.
inline constexpr double kHostStart = 32;   ///< Below a card's head, where a flow of the host itself begins.
inline constexpr double kTrackPitch = 6.5; ///< Between flows in the lane of a switch.
inline constexpr double kShortOfCut = 16;  ///< The octagon stands before the place that broke, so that both are seen.
inline constexpr double kChipStart = 13;   ///< Where a line leaves a chip, from its middle.
inline constexpr double kInnerEnd = -1;    ///< Where the line of the inner lane meets a chip.
inline constexpr double kHeadAt = 0.55;    ///< Of a cable that does not go straight up.

/// Of a verdict; `changed` counts only where it is allowed.
Dash dashOf(bool ok, bool changed);
/// The middle of a pod's chip.
double chipY(const QRectF& card, int chip);
/// What is drawn from now on, within `whole`, passes below these places: their words are not crossed.
void clipAway(QPainter& painter, const QRectF& whole, const std::vector<QRectF>& places);
/// A polyline with round corners.
QPainterPath roundedPath(const std::vector<QPointF>& points);

} // namespace podleaf::ui::flow
