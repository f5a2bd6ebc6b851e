// SPDX-License-Identifier: GPL-3.0-or-later
// SimulatedStrip: says on the canvas that nothing of the lab runs. It cannot be closed. GUI thread.
#pragma once

#include "overlays.h"

namespace podleaf::ui {

class SimulatedStrip final : public OverlayCard {
    Q_OBJECT
public:
    explicit SimulatedStrip(QWidget* parent);
    void setTheme(const Theme& theme) override;

private:
    QLabel* m_glyph;
    QLabel* m_words;
};

} // namespace podleaf::ui
