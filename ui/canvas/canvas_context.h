// SPDX-License-Identifier: GPL-3.0-or-later
// What all items of the scene draw from. Owned and changed by LabScene, read by its items. GUI thread.
#pragma once

#include "lab_view.h"
#include "layout.h"
#include "looks.h"

#include <ui/theme/theme.h>

#include <algorithm>
#include <array>
#include <vector>

namespace podleaf::ui {

inline constexpr double kFadedOpacity = 0.4;

struct CanvasContext {
    Theme theme;
    model::Lab lab;
    Layout layout;
    state::Snapshot state; ///< Never null.
    Detail detail = Detail::Full;
    double zoom = 1; ///< Viewport pixels per scene unit.
    qint64 nowMs = 0;
    qint64 fadeMs = 10'000;                                               ///< How long a flow that was allowed fades; 0: it stays.
    std::array<bool, kLensCount> lenses{false, true, false, true, false}; ///< By Lens; which marks are drawn.
    Lens activeLens = Lens::Flows;                                        ///< Whose marks the legend explains.
    Lit lit = {};                                                         ///< What stands out; nothing else fades when it is empty.
    Selection selected = {};
    std::vector<Selection> marked = {}; ///< Several that a command acts on together.
    Selection hovered = {};
    double hoverStrength = 1; ///< 0 to 1, while the pointer's mark comes.
    double selectionStrength = 1;
    bool still = true;      ///< Nothing moves: everything is at its end.
    qint64 motionMs = 0;    ///< The clock of marks that move, in milliseconds since anything.
    Selection focused = {}; ///< By the keyboard; nothing while the view has no focus.
    LabFacts facts = {};    ///< Of `lab`, which it points into.

    /// How far a mark is that began to move at `startMs`, 0 to 1.
    [[nodiscard]] double progressOf(qint64 startMs, int lengthMs) const {
        return still ? 1 : std::clamp(static_cast<double>(motionMs - startMs) / lengthMs, 0.0, 1.0);
    }
    [[nodiscard]] QColor color(Role role) const { return theme.color(role); }
    [[nodiscard]] bool shows(Lens lens) const { return lenses[static_cast<std::size_t>(lens)]; }
    /// What an item is drawn with while something else stands out.
    [[nodiscard]] double opacityOf(const NodeId& node) const { return lit.isEmpty() || lit.nodes.contains(node) ? 1 : kFadedOpacity; }
    [[nodiscard]] double opacityOf(const LinkId& link) const { return lit.isEmpty() || lit.links.contains(link) ? 1 : kFadedOpacity; }
};

} // namespace podleaf::ui
