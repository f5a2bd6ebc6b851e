// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_strip.h"

#include <ui/theme/glyphs.h>
#include <ui/theme/theme.h>

#include <QHBoxLayout>
#include <QLabel>

namespace podleaf::ui {

SimulatedStrip::SimulatedStrip(QWidget* parent)
    : OverlayCard(parent), m_glyph(new QLabel(this)), m_words(new QLabel(tr("Simulated: nothing of this lab runs."), this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 5, 12, 5);
    row->setSpacing(8);
    row->addWidget(m_glyph);
    row->addWidget(m_words);
    setAccessibleName(m_words->text());
    setToolTip(tr("Its lab file says \"engine: simulated\". What you see is worked out, not observed."));
}

void SimulatedStrip::setTheme(const Theme& theme) {
    OverlayCard::setTheme(theme);
    m_glyph->setPixmap(glyphIcon(Glyph::Warn, theme).pixmap(16, 16));
    m_words->setFont(theme.font(FontRole::Table));
    adjustSize();
}

} // namespace podleaf::ui
