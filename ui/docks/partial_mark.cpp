// SPDX-License-Identifier: GPL-3.0-or-later
// PartialMark: see the header.
#include "partial_mark.h"

#include "elided_label.h"

#include <ui/theme/glyphs.h>

#include <QHBoxLayout>

namespace podleaf::ui {

PartialMark::PartialMark(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_glyph(new QLabel(this)), m_words(new ElidedLabel(Qt::ElideRight, this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 2, 10, 2);
    row->setSpacing(6);
    row->addWidget(m_glyph);
    row->addWidget(m_words, 1);
    m_words->setProperty("role", QStringLiteral("muted"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Window);
    refreshTheme();
    hide();
}

void PartialMark::show(const LossWatch& losses) {
    const QString sentence = losses.sentence();
    if (!sentence.isEmpty()) {
        m_words->setText(tr("Partial: %1").arg(sentence));
        setAccessibleName(m_words->text());
        setToolTip(losses.explanation() + QLatin1Char('\n') + tr("A click on the loss in the status bar acknowledges it."));
    }
    setVisible(!sentence.isEmpty());
}

void PartialMark::refreshTheme() {
    m_glyph->setPixmap(glyphIcon(Glyph::Warn, m_theme).pixmap(m_theme.scaled(14), m_theme.scaled(14)));
    m_words->setFont(m_theme.font(FontRole::Second));
}

QString PartialMark::sentence() const {
    return m_words->text();
}

} // namespace podleaf::ui
