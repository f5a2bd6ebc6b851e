// SPDX-License-Identifier: GPL-3.0-or-later
// The legend: draws in small what the canvas draws. GUI thread.
#include "arrows.h"
#include "canvas_text.h"
#include "draw.h"
#include "overlays.h"
#include "traffic_layer.h"

#include <QHBoxLayout>
#include <QToolButton>

#include <algorithm>
#include <vector>

namespace podleaf::ui {

namespace {

constexpr double kTrying[] = {4, 4};
constexpr double kOpen[] = {10, 4};
constexpr double kIdle[] = {1.5, 4.5};
constexpr double kBad[] = {2.5, 3.5};
constexpr double kDenied[] = {7, 4};
constexpr double kChanged[] = {12, 3, 2, 3};
constexpr double kLineWidth = 26;
constexpr double kMargin = 12;
constexpr double kBetween = 12;
constexpr double kAfterMark = 5;

/// What stands before the words: a line with a glyph in its middle, or an arrow.
enum class Mark { Line, Arrow, Hollow, Stop, Glyph };

struct Entry {
    Glyph glyph;
    Dash dash;
    QString words;
    Mark mark = Mark::Line;
    Role role = Role::Edge; ///< Of an arrow.
    double width = 3;
};

std::vector<Entry> entriesOf(Lens lens) {
    switch (lens) {
    case Lens::Flows:
        return {{Glyph::Ok, {}, CanvasText::tr("Answered"), Mark::Arrow, Role::Ok, 2},
                {Glyph::Bad, kDenied, CanvasText::tr("No answer, drop point"), Mark::Stop, Role::Bad, 2},
                {Glyph::None, kChanged, CanvasText::tr("Was not answered, now is"), Mark::Hollow, Role::WarnFill, 2}};
    case Lens::Bgp:
        return {{Glyph::Ok, {}, CanvasText::tr("Established")},       {Glyph::Wait, kOpen, CanvasText::tr("Opening")},
                {Glyph::Connect, kTrying, CanvasText::tr("Connect")}, {Glyph::Warn, kTrying, CanvasText::tr("Active")},
                {Glyph::Idle, kIdle, CanvasText::tr("Idle")},         {Glyph::Bad, kBad, CanvasText::tr("After an error")}};
    case Lens::Routes:
        return {{Glyph::None, {}, CanvasText::tr("Best"), Mark::Arrow, Role::Accent, 2.5},
                {Glyph::None, {}, CanvasText::tr("Alternative"), Mark::Hollow, Role::Accent, 1.2},
                {Glyph::None, kDenied, CanvasText::tr("By default route"), Mark::Arrow, Role::Muted, 2.5},
                {Glyph::Bad, kDenied, CanvasText::tr("Stops"), Mark::Stop, Role::Bad, 2.5},
                {Glyph::Warn, {}, CanvasText::tr("Not as intended"), Mark::Glyph}};
    case Lens::Traffic:
        return {{Glyph::None, {}, CanvasText::tr("1 kbit/s"), Mark::Arrow, Role::Traffic, rateWidth(1e3)},
                {Glyph::None, {}, CanvasText::tr("1 Mbit/s"), Mark::Arrow, Role::Traffic, rateWidth(1e6)},
                {Glyph::None, {}, CanvasText::tr("1 Gbit/s"), Mark::Arrow, Role::Traffic, rateWidth(1e9)},
                {Glyph::Warn, {}, CanvasText::tr("Packets dropped"), Mark::Glyph}};
    case Lens::State:
        return {{Glyph::Ok, {}, CanvasText::tr("Ready"), Mark::Glyph},
                {Glyph::Wait, {}, CanvasText::tr("Booting"), Mark::Glyph},
                {Glyph::Bad, {}, CanvasText::tr("Failed"), Mark::Glyph},
                {Glyph::Shut, {}, CanvasText::tr("Stopped"), Mark::Glyph},
                {Glyph::Planned, {}, CanvasText::tr("Planned"), Mark::Glyph}};
    }
    return {};
}

std::vector<Entry> entriesOf(Lens lens, bool isPartial) {
    std::vector<Entry> entries = entriesOf(lens);
    if (isPartial) {
        entries.push_back({Glyph::Warn, {}, CanvasText::tr("Partial"), Mark::Glyph});
    }
    return entries;
}

double markWidth(const Entry& entry) {
    return entry.mark == Mark::Glyph ? 11 : kLineWidth;
}

/// Of the legend as a list.
double lineHeight(const QFont& font) {
    return std::max(16.0, QFontMetricsF(font).height() + 4);
}

/// At `x`, on the line `y`.
void paintMark(QPainter& painter, const Theme& theme, const Entry& entry, double x, double y) {
    if (entry.mark == Mark::Glyph) {
        return drawGlyph(painter, {x + 5, y}, 5, entry.glyph, theme, Role::Card);
    }
    const bool line = entry.mark == Mark::Line;
    const QColor color = theme.color(line ? colorRoleOf(entry.glyph) : entry.role);
    const double end = line ? x + kLineWidth : x + kLineWidth - 6;
    painter.setPen(dashedPen(color, entry.width, entry.dash));
    painter.drawLine(QPointF(x, y), QPointF(end, y));
    if (entry.mark == Mark::Arrow || entry.mark == Mark::Hollow) {
        return drawHead(painter, {x + kLineWidth, y}, {1, 0}, color, std::max(1.0, entry.width / 5),
                        entry.mark == Mark::Hollow ? Head::Hollow : Head::Filled);
    }
    const double glyphX = line ? x + kLineWidth / 2 : end;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(Role::Card));
    painter.drawEllipse(QPointF(glyphX, y), 7, 7);
    drawGlyph(painter, {glyphX, y}, 5, entry.glyph, theme, Role::Card);
}

} // namespace

LegendOverlay::LegendOverlay(QWidget* parent) : OverlayCard(parent) {
    setObjectName(QStringLiteral("legend"));
}

bool LegendOverlay::show(Lens lens, const QString& note) {
    if (m_lens == lens && m_note == note) {
        return false;
    }
    m_lens = lens;
    m_note = note;
    adjustSize();
    update();
    return true;
}

void LegendOverlay::setPartial(const QString& why) {
    m_isPartial = !why.isEmpty();
    setToolTip(why);
    adjustSize();
    update();
}

void LegendOverlay::setShape(Shape shape) {
    m_shape = shape;
    adjustSize();
    update();
}

QSize LegendOverlay::sizeIn(Shape shape) const {
    const QFont font = theme().font(FontRole::Note);
    const auto entries = entriesOf(m_lens, m_isPartial);
    const double note = textWidth(m_note, font);
    if (shape == Shape::List) {
        double width = note;
        for (const Entry& entry : entries) {
            width = std::max(width, kLineWidth + kAfterMark + textWidth(entry.words, font));
        }
        const auto lines = static_cast<double>(entries.size() + (m_note.isEmpty() ? 0 : 1));
        return {qRound(width + 2 * kMargin), qRound(lines * lineHeight(font) + kBetween)};
    }
    double width = -kBetween;
    for (const Entry& entry : entries) {
        width += markWidth(entry) + kAfterMark + textWidth(entry.words, font) + kBetween;
    }
    const int height = std::max(28, qRound(QFontMetricsF(font).height() + 12));
    if (shape == Shape::NoteBelow) {
        return {qRound(std::max(width, note) + 2 * kMargin), height + qRound(lineHeight(font))};
    }
    return {qRound(width + (m_note.isEmpty() ? 0 : kBetween + note) + 2 * kMargin), height};
}

void LegendOverlay::paintEvent(QPaintEvent* event) {
    OverlayCard::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = theme().font(FontRole::Note);
    const QColor text = theme().color(Role::Text);
    const bool isList = m_shape == Shape::List;
    const double line = lineHeight(font);
    double x = kMargin;
    double y = isList ? (kBetween + line) / 2 : sizeIn(Shape::Row).height() / 2.0;
    for (const Entry& entry : entriesOf(m_lens, m_isPartial)) {
        paintMark(painter, theme(), entry, isList ? x + (kLineWidth - markWidth(entry)) / 2 : x, y);
        if (isList) {
            drawText(painter, {x + kLineWidth + kAfterMark, y + 4}, entry.words, font, text);
            y += line;
            continue;
        }
        x += markWidth(entry) + kAfterMark;
        x += drawText(painter, {x, y + 4}, entry.words, font, text) + kBetween;
    }
    if (m_shape == Shape::NoteBelow) {
        x = kMargin;
        y += line;
    }
    drawText(painter, {x, y + 4}, m_note, font, theme().color(Role::Muted));
}

LegendButton::LegendButton(QWidget* parent) : OverlayCard(parent), m_button(new QToolButton(this)) {
    setObjectName(QStringLiteral("legendButton"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2, 2, 2, 2);
    row->addWidget(m_button);
    m_button->setAutoRaise(true);
    m_button->setCheckable(true);
    m_button->setFocusPolicy(Qt::TabFocus);
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setText(CanvasText::tr("Legend"));
    setPartial({});
    connect(m_button, &QToolButton::toggled, this, [this] {
        showIcon();
        Q_EMIT toggled();
    });
}

void LegendButton::setTheme(const Theme& theme) {
    OverlayCard::setTheme(theme);
    m_button->setFont(theme.font(FontRole::Second));
    m_button->setFixedHeight(theme.scaled(24));
    showIcon();
    adjustSize();
}

void LegendButton::setPartial(const QString& why) {
    m_isPartial = !why.isEmpty();
    m_button->setToolTip(m_isPartial ? CanvasText::tr("Partial: %1").arg(why) : CanvasText::tr("What the marks mean."));
    showIcon();
}

void LegendButton::showIcon() {
    m_button->setIcon(m_isPartial ? glyphIcon(Glyph::Warn, theme()) : icon(QStringLiteral("chevron"), theme()));
}

bool LegendButton::isUnfolded() const {
    return m_button->isChecked();
}

} // namespace podleaf::ui
