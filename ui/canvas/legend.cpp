// SPDX-License-Identifier: GPL-3.0-or-later
// The legend: draws in small what the canvas draws. GUI thread.
#include "arrows.h"
#include "canvas_text.h"
#include "draw.h"
#include "overlays.h"

#include <QHBoxLayout>
#include <QToolButton>

#include <algorithm>
#include <utility>
#include <vector>

namespace podleaf::ui {

namespace {

constexpr double kLineWidth = 26;
constexpr double kMargin = 12;
constexpr double kBetween = 12;
constexpr double kAfterMark = 5;
constexpr double kSmall = 11; ///< Of a mark that is no line.

double markWidth(const LegendEntry& entry) {
    switch (entry.mark) {
    case LegendMark::Line:
    case LegendMark::Arrow:
    case LegendMark::Hollow:
    case LegendMark::Stop:
        return kLineWidth;
    default:
        return kSmall;
    }
}

/// Of the legend as a list.
double lineHeight(const QFont& font) {
    return std::max(16.0, QFontMetricsF(font).height() + 4);
}

/// A line with a glyph in its middle, or an arrow.
void paintLine(QPainter& painter, const Theme& theme, const LegendEntry& entry, double x, double y) {
    const bool line = entry.mark == LegendMark::Line;
    const double end = line ? x + kLineWidth : x + kLineWidth - 6;
    painter.setPen(dashedPen(entry.color, entry.width, entry.dash));
    painter.drawLine(QPointF(x, y), QPointF(end, y));
    if (entry.mark == LegendMark::Arrow || entry.mark == LegendMark::Hollow) {
        return drawHead(painter, {x + kLineWidth, y}, {1, 0}, entry.color, std::max(1.0, entry.width / 5),
                        entry.mark == LegendMark::Hollow ? Head::Hollow : Head::Filled);
    }
    if (entry.glyph == Glyph::None) {
        return;
    }
    const double glyphX = line ? x + kLineWidth / 2 : end;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(Role::Card));
    painter.drawEllipse(QPointF(glyphX, y), 7, 7);
    drawGlyph(painter, {glyphX, y}, 5, entry.glyph, theme, Role::Card);
}

/// At `x`, on the line `y`.
void paintMark(QPainter& painter, const Theme& theme, const LegendEntry& entry, double x, double y) {
    const QRectF box(x, y - kSmall / 2, kSmall, kSmall);
    painter.setOpacity(entry.opacity);
    switch (entry.mark) {
    case LegendMark::Glyph:
        drawGlyph(painter, {x + 5, y}, 5, entry.glyph, theme, Role::Card);
        break;
    case LegendMark::Slashes:
        painter.setPen(QPen(entry.color, 1.8, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(box.bottomLeft() + QPointF(1, -1), box.topLeft() + QPointF(6, 1));
        painter.drawLine(box.bottomLeft() + QPointF(5, -1), box.topLeft() + QPointF(10, 1));
        break;
    case LegendMark::Scissors:
        paintIcon(painter, box, QStringLiteral("cut"), entry.color);
        break;
    case LegendMark::Port:
        painter.setPen(QPen(entry.color, 1.2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 1, 1);
        break;
    case LegendMark::Start:
        painter.fillRect(QRectF(x + 2, y - 3, 6, 6), entry.color);
        break;
    case LegendMark::Boot:
        painter.setPen(Qt::NoPen);
        painter.setBrush(entry.color);
        painter.drawRoundedRect(QRectF(x, y - 2, kSmall, 4), 2, 2);
        break;
    default:
        paintLine(painter, theme, entry, x, y);
    }
    painter.setOpacity(1);
}

} // namespace

LegendOverlay::LegendOverlay(QWidget* parent) : OverlayCard(parent) {
    setObjectName(QStringLiteral("legend"));
    setAccessibleName(CanvasText::tr("Legend"));
}

bool LegendOverlay::show(Legend entries, const QString& note) {
    if (m_entries == entries && m_note == note) {
        return false;
    }
    m_entries = std::move(entries);
    m_note = note;
    tell();
    return true;
}

void LegendOverlay::setPartial(const QString& why) {
    m_isPartial = !why.isEmpty();
    setToolTip(why);
    tell();
}

void LegendOverlay::setShape(Shape shape) {
    m_shape = shape;
    adjustSize();
    update();
}

/// After other items.
void LegendOverlay::tell() {
    QStringList words;
    for (const Item& item : items()) {
        words += item.entry.words;
    }
    setAccessibleDescription(words.join(QLatin1String("; ")));
    adjustSize();
    update();
}

std::vector<LegendOverlay::Item> LegendOverlay::items() const {
    std::vector<Item> items;
    for (const LegendEntry& entry : m_entries) {
        items.push_back({entry});
    }
    if (m_isPartial) {
        items.push_back({{LegendMark::Glyph, CanvasText::tr("Partial"), Glyph::Warn}});
    }
    if (!m_note.isEmpty()) {
        items.push_back({{.words = m_note}, true});
    }
    return items;
}

double LegendOverlay::widthOf(const Item& item) const {
    const double mark = item.isNote ? 0 : markWidth(item.entry) + kAfterMark;
    return mark + textWidth(item.entry.words, theme().font(FontRole::Note));
}

double LegendOverlay::rowWidth(const std::vector<Item>& items, std::size_t from, std::size_t end) const {
    double width = -kBetween;
    for (std::size_t i = from; i < end; ++i) {
        width += widthOf(items[i]) + kBetween;
    }
    return std::max(0.0, width);
}

std::size_t LegendOverlay::firstRow(const std::vector<Item>& items) const {
    std::size_t best = items.size();
    double least = rowWidth(items, 0, items.size());
    for (std::size_t count = items.size(); count-- > 1;) {
        const double width = std::max(rowWidth(items, 0, count), rowWidth(items, count, items.size()));
        if (width < least) {
            least = width;
            best = count;
        }
    }
    return best;
}

QSize LegendOverlay::sizeIn(Shape shape) const {
    const QFont font = theme().font(FontRole::Note);
    const std::vector<Item> all = items();
    if (shape == Shape::List) {
        double width = 0;
        for (const Item& item : all) {
            width = std::max(width, (item.isNote ? 0 : kLineWidth + kAfterMark) + textWidth(item.entry.words, font));
        }
        return {qRound(width + 2 * kMargin), qRound(static_cast<double>(all.size()) * lineHeight(font) + kBetween)};
    }
    const int height = std::max(28, qRound(QFontMetricsF(font).height() + 12));
    if (shape == Shape::Row) {
        return {qRound(rowWidth(all, 0, all.size()) + 2 * kMargin), height};
    }
    const std::size_t first = firstRow(all);
    const double width = std::max(rowWidth(all, 0, first), rowWidth(all, first, all.size()));
    return {qRound(width + 2 * kMargin), height + qRound(lineHeight(font))};
}

void LegendOverlay::paintEvent(QPaintEvent* event) {
    OverlayCard::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = theme().font(FontRole::Note);
    const bool isList = m_shape == Shape::List;
    const double line = lineHeight(font);
    const std::vector<Item> all = items();
    const std::size_t first = m_shape == Shape::TwoRows ? firstRow(all) : all.size();
    double x = kMargin;
    double y = isList ? (kBetween + line) / 2 : sizeIn(Shape::Row).height() / 2.0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Item& item = all[i];
        if (i == first) {
            x = kMargin;
            y += line;
        }
        if (!item.isNote) {
            paintMark(painter, theme(), item.entry, isList ? x + (kLineWidth - markWidth(item.entry)) / 2 : x, y);
        }
        const double mark = item.isNote ? 0 : (isList ? kLineWidth : markWidth(item.entry)) + kAfterMark;
        drawText(painter, {x + mark, y + 4}, item.entry.words, font, theme().color(item.isNote ? Role::Muted : Role::Text));
        if (isList) {
            y += line;
        } else {
            x += widthOf(item) + kBetween;
        }
    }
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
    m_button->setText(m_isPartial ? CanvasText::tr("Partial") : CanvasText::tr("Legend"));
    m_button->setAccessibleName(m_isPartial ? CanvasText::tr("Legend, partial") : CanvasText::tr("Legend"));
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
