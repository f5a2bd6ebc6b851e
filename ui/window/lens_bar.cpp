// SPDX-License-Identifier: GPL-3.0-or-later
// LensBar: see the header.
#include "lens_bar.h"

#include <ui/models/words.h>
#include <ui/theme/glyphs.h>

#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace podleaf::ui {

LensBar::LensBar(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_title(new QLabel(tr("Lens"), this)), m_fade(new QWidget(this)), m_fadeAfter(new QComboBox(m_fade)),
      m_live(new QToolButton(this)) {
    setObjectName(QStringLiteral("lensBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 5, 12, 5);
    layout->setSpacing(5);
    m_title->setProperty("role", QStringLiteral("muted"));
    m_title->setContentsMargins(0, 0, 4, 0);
    layout->addWidget(m_title);
    layout->addWidget(addLens(Lens::State, 1, tr("State"), tr("How far nodes have come, and their leases; state itself is always drawn.")));
    layout->addWidget(addLens(Lens::Bgp, 2, tr("BGP"), tr("Sessions as each side sees them.")));
    layout->addWidget(addLens(Lens::Routes, 3, tr("Routes"), tr("Where every kernel sends packets to one prefix, and where they stop.")));
    layout->addWidget(addLens(Lens::Flows, 4, tr("Flows"), tr("The last test's legs on their way through the lab.")));
    layout->addWidget(addLens(Lens::Traffic, 5, tr("Traffic"), tr("Bits a second in each direction, and packets that were dropped.")));
    makeFade();
    layout->addWidget(m_fade);
    layout->addStretch();
    m_live->setCheckable(true);
    m_live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_live->setToolTip(tr("Freezes canvas and tables together; nothing stops being collected."));
    connect(m_live, &QToolButton::toggled, this, &LensBar::freezeRequested);
    layout->addWidget(m_live);
    refreshTheme();
    showFrozen(false, 0);
    showUse();
}

void LensBar::makeFade() {
    auto* row = new QHBoxLayout(m_fade);
    row->setContentsMargins(12, 0, 0, 0);
    row->setSpacing(8);
    auto* words = new QLabel(tr("Fade after"), m_fade);
    words->setProperty("role", QStringLiteral("muted"));
    words->setBuddy(m_fadeAfter);
    row->addWidget(words);
    row->addWidget(m_fadeAfter);
    m_fadeAfter->setAccessibleName(words->text());
    m_fadeAfter->setToolTip(tr("How long a flow that was allowed stays on the canvas."));
    const std::pair<QString, int> times[] = {{tr("10 s"), 10}, {tr("30 s"), 30}, {tr("1 min"), 60}, {tr("5 min"), 300}, {tr("Never"), 0}};
    for (const auto& [text, seconds] : times) {
        m_fadeAfter->addItem(text, seconds);
    }
    connect(m_fadeAfter, &QComboBox::currentIndexChanged, this,
            [this] { Q_EMIT fadeAfterChanged(std::chrono::seconds(m_fadeAfter->currentData().toInt())); });
}

void LensBar::setFadeAfter(std::chrono::seconds time) {
    m_fadeAfter->setCurrentIndex(std::max(0, m_fadeAfter->findData(static_cast<int>(time.count()))));
}

QSize LensBar::minimumSizeHint() const {
    QSize least = layout()->totalMinimumSize();
    const QWidget* const parts[] = {m_title, m_fade};
    for (const QWidget* part : parts) {
        least.rwidth() -= part->isVisibleTo(this) ? part->minimumSizeHint().width() + layout()->spacing() : 0;
    }
    return least;
}

void LensBar::placeParts() {
    int room = width() - minimumSizeHint().width();
    const auto place = [this, &room](QWidget* part, bool isWanted) {
        const int needed = part->minimumSizeHint().width() + layout()->spacing();
        const bool fits = isWanted && room >= needed;
        room -= fits ? needed : 0;
        part->setVisible(fits);
    };
    place(m_title, true);
    place(m_fade, isOn(Lens::Flows));
}

void LensBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeParts();
}

LensButton* LensBar::addLens(Lens lens, int key, const QString& text, const QString& toolTip) {
    auto* button = new LensButton(text, key, m_theme, this);
    button->setToolTip(tr("%1\nKey %2; with Shift it is stacked on the active lens.").arg(toolTip).arg(key));
    m_buttons[lens] = button;
    connect(button, &QAbstractButton::clicked, this,
            [this, lens] { choose(lens, QApplication::keyboardModifiers().testFlag(Qt::ShiftModifier)); });
    return button;
}

void LensBar::showUse() {
    for (const auto& [lens, button] : m_buttons) {
        button->setUse(lens == m_active ? LensButton::Use::Active : isOn(lens) ? LensButton::Use::Stacked : LensButton::Use::Off);
    }
    placeParts();
}

void LensBar::choose(Lens lens, bool stacked) {
    if (!stacked) {
        m_active = lens;
        m_stacked.clear();
    } else if (lens != m_active && m_stacked.erase(lens) == 0) {
        m_stacked.insert(lens);
    }
    showUse();
    for (const auto& [each, button] : m_buttons) {
        Q_EMIT lensChanged(each, isOn(each));
    }
    Q_EMIT activeChanged(m_active);
}

void LensBar::showFrozen(bool frozen, int eventsBehind) {
    if (m_live->isChecked() != frozen) {
        m_live->setChecked(frozen);
    }
    if (!frozen) {
        m_live->setText(tr("Live"));
        m_live->setIcon(icon(QStringLiteral("pause"), m_theme));
        m_frozenAt.clear();
        return placeParts();
    }
    if (m_frozenAt.isEmpty()) {
        m_frozenAt = clockTime(QDateTime::currentMSecsSinceEpoch()).left(8);
    }
    m_live->setText(tr("Frozen at %1, %2 events behind").arg(m_frozenAt).arg(eventsBehind));
    m_live->setIcon(icon(QStringLiteral("up"), m_theme));
    placeParts();
}

void LensBar::refreshTheme() {
    setStyleSheet(QStringLiteral("#lensBar { background: %1; border-bottom: 1px solid %2; }"
                                 "QToolButton { background: %3; border: 1px solid %2; border-radius: 3px; padding: 2px 12px; }"
                                 "QToolButton:hover { background: %4; }"
                                 "QToolButton:checked { background: %5; border-color: %6; font-weight: 600; }")
                      .arg(m_theme.color(Role::Window).name(), m_theme.color(Role::Border).name(), m_theme.color(Role::Button).name(),
                           m_theme.color(Role::Hover).name(), m_theme.color(Role::Select).name(), m_theme.color(Role::Accent).name()));
    m_live->setIcon(icon(m_live->isChecked() ? QStringLiteral("up") : QStringLiteral("pause"), m_theme));
}

} // namespace podleaf::ui
