// SPDX-License-Identifier: GPL-3.0-or-later
// The labels of one cable: port and address at each end, name, prefix and session in the middle. GUI thread.
#pragma once

#include "canvas_context.h"

class QPainter;

namespace podleaf::ui {

/// Labels never turn: they stand left of a vertical cable, on a canvas-coloured plate elsewhere. Both sides
/// agree: one pill; they disagree: one at each half, the older one muted.
void paintCableLabels(QPainter& painter, const CanvasContext& context, const model::Link& link, const CablePlace& place,
                      const CableLook& look);

} // namespace podleaf::ui
