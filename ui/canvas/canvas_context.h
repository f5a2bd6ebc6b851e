// SPDX-License-Identifier: GPL-3.0-or-later
// What all items of the scene draw from. Owned and changed by LabScene, read by its items. GUI thread.
#pragma once

#include "lab_view.h"
#include "layout.h"
#include "looks.h"

#include <ui/theme/theme.h>

#include <QSet>

namespace podleaf::ui {

struct CanvasContext {
    Theme theme;
    model::Lab lab;
    Layout layout;
    state::Snapshot state; ///< Never null.
    Detail detail = Detail::Full;
    double zoom = 1; ///< Viewport pixels per scene unit.
    qint64 nowMs = 0;
    bool bgpLens = true;
    bool flowsLens = true;
    Selection selected = {};
    Selection hovered = {};
    Selection focused = {}; ///< By the keyboard; nothing while the view has no focus.

    [[nodiscard]] QColor color(Role role) const { return theme.color(role); }
};

} // namespace podleaf::ui
