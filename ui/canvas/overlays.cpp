// SPDX-License-Identifier: GPL-3.0-or-later
// Strip, zoom control and empty canvas. GUI thread.
#include "overlays.h"

#include "draw.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace podleaf::ui {

OverlayCard::OverlayCard(QWidget* parent) : QWidget(parent), m_theme(Theme::light()) {}

void OverlayCard::setTheme(const Theme& theme) {
    m_theme = theme;
    setPalette(theme.palette());
    update();
}

void OverlayCard::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    drawCard(painter, rect());
}

void OverlayCard::drawCard(QPainter& painter, const QRectF& box) const {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_theme.color(Role::Border));
    painter.setBrush(m_theme.color(Role::Card));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

ZoomOverlay::ZoomOverlay(QWidget* parent)
    : OverlayCard(parent), m_out(new QToolButton(this)), m_percent(new QToolButton(this)), m_in(new QToolButton(this)),
      m_fit(new QToolButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2, 2, 2, 2);
    setObjectName(QStringLiteral("zoomControl"));
    row->setSpacing(0);
    for (QToolButton* button : {m_out, m_percent, m_in, m_fit}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::NoFocus); // The canvas keeps the keyboard.
        button->setMinimumWidth(28);
        row->addWidget(button);
    }
    m_out->setToolTip(tr("Zoom out (Ctrl+−)"));
    m_percent->setToolTip(tr("Actual size (Ctrl+1)"));
    m_in->setToolTip(tr("Zoom in (Ctrl++)"));
    m_fit->setToolTip(tr("Fit the lab into the window (Ctrl+0)"));
    m_out->setAccessibleName(tr("Zoom out"));
    m_in->setAccessibleName(tr("Zoom in"));
    m_fit->setAccessibleName(tr("Fit"));
    connect(m_out, &QToolButton::clicked, this, &ZoomOverlay::zoomOutClicked);
    connect(m_percent, &QToolButton::clicked, this, &ZoomOverlay::actualSizeClicked);
    connect(m_in, &QToolButton::clicked, this, &ZoomOverlay::zoomInClicked);
    connect(m_fit, &QToolButton::clicked, this, &ZoomOverlay::fitClicked);
    setPercent(100);
}

void ZoomOverlay::setTheme(const Theme& theme) {
    OverlayCard::setTheme(theme);
    m_out->setIcon(icon(QStringLiteral("minus"), theme));
    m_in->setIcon(icon(QStringLiteral("plus"), theme));
    m_fit->setIcon(icon(QStringLiteral("fit"), theme));
    m_percent->setFont(theme.font(FontRole::Second));
    const int widest = QFontMetrics(m_percent->font()).horizontalAdvance(QStringLiteral("400 %"));
    for (QToolButton* button : {m_out, m_percent, m_in, m_fit}) {
        button->setFixedHeight(theme.scaled(24));
        button->setIconSize({theme.scaled(16), theme.scaled(16)});
    }
    m_percent->setFixedWidth(widest + 16); // So that the buttons beside it do not move while zooming.
    adjustSize();
}

void ZoomOverlay::setPercent(double percent) {
    m_percent->setText(tr("%1 %").arg(qRound(percent)));
}

StripOverlay::StripOverlay(QWidget* parent)
    : OverlayCard(parent), m_glyph(new QLabel(this)), m_words(new QLabel(tr("This lab is not running."), this)),
      m_up(new QPushButton(tr("Up"), this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 5, 5, 5);
    row->setSpacing(8);
    row->addWidget(m_glyph);
    row->addWidget(m_words);
    row->addSpacing(8);
    row->addWidget(m_up);
    connect(m_up, &QPushButton::clicked, this, &StripOverlay::upClicked);
}

void StripOverlay::setTheme(const Theme& theme) {
    OverlayCard::setTheme(theme);
    m_glyph->setPixmap(glyphIcon(Glyph::Idle, theme).pixmap(16, 16));
    m_words->setFont(theme.font(FontRole::Table));
    m_up->setIcon(icon(QStringLiteral("up"), theme));
    adjustSize();
}

void StripOverlay::drawWords(QPainter& painter) {
    const int cardWidth = m_words->geometry().right() + m_glyph->x();
    painter.save();
    painter.translate(QPoint((width() - cardWidth) / 2, 0));
    drawCard(painter, QRectF(0, 0, cardWidth, height()));
    for (QLabel* label : {m_glyph, m_words}) {
        painter.save();
        painter.translate(label->pos());
        label->render(&painter, {}, {}, QWidget::DrawChildren);
        painter.restore();
    }
    painter.restore();
}

void StripOverlay::setBusy(bool busy, const QString& why) {
    m_up->setEnabled(!busy);
    m_up->setToolTip(busy ? why : tr("Bring the lab up (F8)"));
}

NoteOverlay::NoteOverlay(QWidget* parent)
    : OverlayCard(parent), m_glyph(new QLabel(this)), m_words(new QLabel(this)), m_close(new QToolButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 5, 5, 5);
    row->setSpacing(8);
    row->addWidget(m_glyph);
    row->addWidget(m_words, 1);
    row->addWidget(m_close);
    m_words->setTextFormat(Qt::PlainText);
    m_close->setAutoRaise(true);
    m_close->setFocusPolicy(Qt::NoFocus); // Esc does the same; the canvas keeps the keyboard.
    m_close->setToolTip(tr("Close (Esc)"));
    m_close->setAccessibleName(tr("Close"));
    connect(m_close, &QToolButton::clicked, this, &NoteOverlay::closeClicked);
    hide();
}

void NoteOverlay::setTheme(const Theme& theme) {
    OverlayCard::setTheme(theme);
    m_words->setFont(theme.font(FontRole::Table));
    m_close->setIcon(icon(QStringLiteral("close"), theme));
    say(m_glyphNow, m_sentence);
}

void NoteOverlay::say(Glyph glyph, const QString& sentence) {
    m_glyphNow = glyph;
    m_sentence = sentence;
    m_glyph->setVisible(glyph != Glyph::None);
    if (glyph != Glyph::None) {
        m_glyph->setPixmap(glyphIcon(glyph, theme()).pixmap(16, 16));
    }
    setAccessibleName(sentence);
    setVisible(!sentence.isEmpty());
}

void NoteOverlay::fitInto(int width) {
    m_words->setWordWrap(false);
    m_words->setText(m_sentence);
    if (sizeHint().width() > width) {
        m_words->setWordWrap(true);
        resize(width, layout()->hasHeightForWidth() ? layout()->heightForWidth(width) : sizeHint().height());
        return;
    }
    adjustSize();
}

EmptyOverlay::EmptyOverlay(QWidget* parent)
    : QWidget(parent), m_words(new QLabel(tr("No lab is open."), this)), m_open(new QPushButton(tr("Open file…"), this)),
      m_tutorial(new QPushButton(tr("Try the tutorial"), this)) {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(16);
    m_words->setAlignment(Qt::AlignCenter);
    column->addWidget(m_words);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_open);
    row->addWidget(m_tutorial);
    column->addLayout(row);
    connect(m_open, &QPushButton::clicked, this, &EmptyOverlay::openClicked);
    connect(m_tutorial, &QPushButton::clicked, this, &EmptyOverlay::tutorialClicked);
}

void EmptyOverlay::setTheme(const Theme& theme) {
    m_words->setFont(theme.font(FontRole::Title));
    m_open->setIcon(icon(QStringLiteral("open"), theme));
    m_tutorial->setIcon(icon(QStringLiteral("lab"), theme));
    adjustSize();
}

} // namespace podleaf::ui
