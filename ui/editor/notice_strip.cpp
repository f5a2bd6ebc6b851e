// SPDX-License-Identifier: GPL-3.0-or-later
// NoticeStrip: see the header.
#include "notice_strip.h"

#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

NoticeStrip::NoticeStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_picture(new QLabel(this)), m_words(new QLabel(this)), m_layout(new QHBoxLayout(this)) {
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_layout->setContentsMargins(14, 5, 10, 5);
    m_layout->setSpacing(8);
    m_layout->addWidget(m_picture);
    m_layout->addWidget(m_words, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    hide();
}

void NoticeStrip::say(Glyph glyph, const QString& sentence, const std::vector<Choice>& choices) {
    m_glyph = glyph;
    m_words->setText(sentence);
    setAccessibleName(sentence);
    for (QPushButton* button : std::exchange(m_buttons, {})) {
        button->hide();
        button->deleteLater(); // It may be the one that was just clicked.
    }
    for (const Choice& choice : choices) {
        auto* button = new QPushButton(choice.text, this);
        connect(button, &QPushButton::clicked, this, [this, act = choice.act] {
            hide();
            act();
        });
        m_layout->addWidget(button);
        m_buttons.push_back(button);
    }
    refreshTheme();
    show();
}

QPushButton* NoticeStrip::button(const QString& text) const {
    const auto it = std::ranges::find_if(m_buttons, [&text](const QPushButton* button) { return button->text() == text; });
    return it == m_buttons.end() ? nullptr : *it;
}

void NoticeStrip::refreshTheme() {
    if (m_glyph != Glyph::None) {
        m_picture->setPixmap(glyphIcon(m_glyph, m_theme).pixmap(m_theme.scaled(16), m_theme.scaled(16)));
    }
    update();
}

void NoticeStrip::paintEvent(QPaintEvent*) {
    const bool warns = m_glyph == Glyph::Warn || m_glyph == Glyph::Changed;
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(warns ? Role::WarnTint : Role::WaitTint));
    painter.fillRect(QRect(0, 0, 4, height()), m_theme.color(warns ? Role::WarnFill : Role::Wait));
}

} // namespace podleaf::ui
