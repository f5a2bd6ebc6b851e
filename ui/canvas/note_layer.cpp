// SPDX-License-Identifier: GPL-3.0-or-later
// NoteLayer: see the header.
#include "note_layer.h"

#include "arrows.h"
#include "draw.h"

#include <QPainterPath>
#include <QStyleOptionGraphicsItem>
#include <QTextLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr double kAboveCards = 1.6; ///< Of any detail, and above cables; below what moves on them.
constexpr double kWidest = 240;     ///< Of a line.
constexpr double kBeside = 10;
constexpr double kAbove = 8;
constexpr double kFold = 10; ///< The corner that is turned over.
constexpr double kLeastWidth = 48;

/// A paragraph's lines, none wider than kWidest.
QStringList brokenInto(const QString& paragraph, const QFont& font) {
    QTextLayout layout(paragraph, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(kWidest);
        lines << paragraph.mid(line.textStart(), line.textLength());
    }
    layout.endLayout();
    return lines.isEmpty() ? QStringList{QString()} : lines;
}

QPainterPath outlineOf(const QRectF& rect) {
    QPainterPath path(rect.topLeft());
    path.lineTo(rect.right() - kFold, rect.top());
    path.lineTo(rect.right(), rect.top() + kFold);
    path.lineTo(rect.bottomRight());
    path.lineTo(rect.bottomLeft());
    path.closeSubpath();
    return path;
}

} // namespace

NoteLayer::NoteLayer(const CanvasContext& context) : CanvasLayer(context, kAboveCards, 20) {
    setFlag(QGraphicsItem::ItemUsesExtendedStyleOption); // exposedRect, to leave out what is not seen.
    styleChanged();
}

void NoteLayer::styleChanged() {
    const QFont font = m_context.theme.canvasFont(FontRole::Second);
    if (font == m_font && m_sheets.size() == m_context.lab.notes.size()) {
        return; // Another zoom.
    }
    prepareGeometryChange();
    m_font = font;
    m_sheets.clear();
    for (const model::Note& note : m_context.lab.notes) {
        m_sheets.push_back(sheetOf(note));
    }
}

NoteLayer::Sheet NoteLayer::sheetOf(const model::Note& note) const {
    Sheet sheet;
    double width = kLeastWidth;
    QString text = note.text;
    while (text.endsWith(QLatin1Char('\n'))) {
        text.chop(1);
    }
    for (const QString& paragraph : text.split(QLatin1Char('\n'))) {
        for (const QString& line : brokenInto(paragraph, m_font)) {
            width = std::max(width, QFontMetricsF(m_font).horizontalAdvance(line) + kBeside + kFold);
            sheet.lines << line;
        }
    }
    sheet.size = {width + kBeside, static_cast<double>(sheet.lines.size()) * QFontMetricsF(m_font).height() + 2 * kAbove};
    return sheet;
}

QRectF NoteLayer::rectOf(std::size_t note) const {
    if (note >= m_sheets.size()) {
        return {};
    }
    const model::Position at = m_context.lab.notes[note].position;
    return {QPointF(at.x, at.y), m_sheets[note].size};
}

std::optional<std::size_t> NoteLayer::noteAt(const QPointF& scenePos) const {
    for (std::size_t note = m_sheets.size(); note-- > 0;) {
        if (rectOf(note).contains(scenePos)) {
            return note;
        }
    }
    return std::nullopt;
}

QRectF NoteLayer::bounds() const {
    QRectF all;
    for (std::size_t note = 0; note < m_sheets.size(); ++note) {
        all |= rectOf(note);
    }
    return all;
}

void NoteLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* /*widget*/) {
    painter->setRenderHint(QPainter::Antialiasing);
    for (std::size_t note = 0; note < m_sheets.size(); ++note) {
        const QRectF rect = rectOf(note);
        if (rect.adjusted(-10, -10, 10, 10).intersects(option->exposedRect)) {
            painter->setOpacity(m_context.lit.isEmpty() || m_context.lit.notes.contains(note) ? 1 : kFadedOpacity);
            paintNote(*painter, note, rect);
        }
    }
    painter->setOpacity(1);
}

/// From far away it is an empty sheet, as nodes are without words then.
void NoteLayer::paintNote(QPainter& painter, std::size_t note, const QRectF& rect) const {
    const Selection self = NoteRef{note};
    painter.setPen(QPen(m_context.color(Role::Edge), unitOf(m_context), Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    painter.setBrush(m_context.color(m_context.hovered == self ? Role::Hover : Role::Card));
    painter.drawPath(outlineOf(rect));
    const QPointF fold(rect.right() - kFold, rect.top());
    painter.drawPolyline(QPolygonF{fold, fold + QPointF(0, kFold), fold + QPointF(kFold, kFold)});
    drawMarks(painter, m_context, rect, m_context.selected == self, m_context.focused == self);
    if (m_context.detail == Detail::Dot) {
        return;
    }
    const QFontMetricsF metrics(m_font);
    double baseline = rect.top() + kAbove + metrics.ascent();
    for (const QString& line : m_sheets[note].lines) {
        if (!line.isEmpty()) {
            drawText(painter, {rect.left() + kBeside, baseline}, line, m_font, m_context.color(Role::Text));
        }
        baseline += metrics.height();
    }
}

} // namespace podleaf::ui
