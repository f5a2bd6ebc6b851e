// SPDX-License-Identifier: GPL-3.0-or-later
// Text and outlines of the canvas. GUI thread.
#include "draw.h"

#include <QCoreApplication>
#include <QGlyphRun>
#include <QHash>
#include <QPaintEngine>
#include <QPainterPath>
#include <QTextLayout>

#include <cmath>

namespace podleaf::ui {

namespace {

struct TextKey {
    QFont font;
    QString text;
    bool operator==(const TextKey&) const = default;
};

size_t qHash(const TextKey& key, size_t seed) {
    return qHashMulti(seed, key.font, key.text);
}

struct Shaped {
    QList<QGlyphRun> runs; ///< From the baseline at 0, 0.
    double width = 0;
};

/// Empty again before the application's fonts go.
QHash<TextKey, Shaped>& shapedTexts() {
    static QHash<TextKey, Shaped> texts;
    return texts;
}

/// Shaping is the most of what drawing text costs, and a frame has the texts of the one before.
const Shaped& shaped(const QString& text, const QFont& font) {
    static constexpr qsizetype kMost = 8192;
    QHash<TextKey, Shaped>& known = shapedTexts();
    const TextKey key{font, text};
    if (const auto found = known.constFind(key); found != known.constEnd()) {
        return *found;
    }
    QTextLayout layout(text, font);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setNumColumns(static_cast<int>(text.size()));
    line.setPosition({0, -line.ascent()});
    layout.endLayout();
    if (known.isEmpty()) {
        qAddPostRoutine([] { shapedTexts().clear(); });
    } else if (known.size() >= kMost) {
        known.clear();
    }
    return *known.insert(key, {layout.glyphRuns(), QFontMetricsF(font).horizontalAdvance(text)});
}

} // namespace

double drawText(QPainter& painter, const QPointF& baseline, const QString& text, const QFont& font, const QColor& color) {
    if (painter.paintEngine()->type() == QPaintEngine::SVG) { // As outlines: it looks the same where the font is not installed.
        QPainterPath outlines;
        outlines.addText(baseline, font, text);
        painter.fillPath(outlines, color);
        return textWidth(text, font);
    }
    painter.setPen(color);
    if (painter.paintEngine()->type() != QPaintEngine::Raster) {
        painter.setFont(font);
        painter.drawText(baseline, text);
        return textWidth(text, font);
    }
    const Shaped& drawn = shaped(text, font);
    for (const QGlyphRun& run : drawn.runs) {
        painter.drawGlyphRun(baseline, run);
    }
    return drawn.width;
}

double drawTextLeftOf(QPainter& painter, const QPointF& baseline, const QString& text, const QFont& font, const QColor& color) {
    const double width = textWidth(text, font);
    drawText(painter, baseline - QPointF(width, 0), text, font, color);
    return width;
}

double textWidth(const QString& text, const QFont& font) {
    return shaped(text, font).width;
}

QString elided(const QString& text, const QFont& font, double width, Qt::TextElideMode mode) {
    return QFontMetricsF(font).elidedText(text, mode, width);
}

void drawSentence(QPainter& painter, const QRectF& rect, const QString& text, const QFont& font, const QColor& color) {
    QTextLayout layout(text, font);
    layout.beginLayout();
    QTextLine first = layout.createLine();
    first.setLineWidth(rect.width());
    layout.endLayout();
    const QFontMetricsF metrics(font);
    const double baseline = rect.top() + metrics.ascent();
    drawText(painter, {rect.left(), baseline}, text.left(first.textLength()), font, color);
    const QString rest = text.mid(first.textLength());
    if (!rest.isEmpty()) {
        drawText(painter, {rect.left(), baseline + metrics.height()}, metrics.elidedText(rest, Qt::ElideRight, rect.width()), font, color);
    }
}

QColor mixed(const QColor& from, const QColor& to, double progress) {
    const auto part = [progress](float a, float b) { return static_cast<float>(a + (b - a) * progress); };
    return QColor::fromRgbF(part(from.redF(), to.redF()), part(from.greenF(), to.greenF()), part(from.blueF(), to.blueF()),
                            part(from.alphaF(), to.alphaF()));
}

QPen dashedPen(const QColor& color, double width, Dash dash, double unit) {
    QPen pen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    if (!dash.empty()) {
        QList<qreal> pattern;
        for (const double length : dash) {
            pattern.append(length * unit / width);
        }
        pen.setDashPattern(pattern);
    }
    return pen;
}

void drawGlyph(QPainter& painter, const QPointF& centre, double radius, Glyph glyph, const Theme& theme, Role ground) {
    paintGlyph(painter, QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius), glyph, theme, ground);
}

void drawMarks(QPainter& painter, const CanvasContext& context, const QRectF& around, bool selected, bool focused) {
    painter.setBrush(Qt::NoBrush);
    if (selected) {
        painter.setPen(QPen(mixed(context.color(Role::Canvas), context.color(Role::Accent), context.selectionStrength), 2));
        painter.drawRoundedRect(around.adjusted(-5, -5, 5, 5), 9, 9);
    }
    if (focused) {
        constexpr double kDots[] = {2, 2};
        painter.setPen(dashedPen(context.color(Role::Text), 1, kDots));
        const double off = selected ? 8 : 4;
        painter.drawRoundedRect(around.adjusted(-off, -off, off, off), 8, 8);
    }
}

} // namespace podleaf::ui
