// SPDX-License-Identifier: GPL-3.0-or-later
// Legend and minimap: the overlays that draw what the canvas draws, in small. GUI thread.
#include "canvas_text.h"
#include "draw.h"
#include "overlays.h"

#include <QMouseEvent>

#include <algorithm>
#include <vector>

namespace podleaf::ui {

namespace {

constexpr double kTrying[] = {4, 4};
constexpr double kOpen[] = {10, 4};
constexpr double kIdle[] = {1.5, 4.5};
constexpr double kBad[] = {2.5, 3.5};
constexpr double kDenied[] = {7, 4};
constexpr double kLineWidth = 26;
constexpr double kMargin = 12;
constexpr double kBetween = 12;

struct Entry {
    Glyph glyph;
    Dash dash;
    QString words;
    bool arrow = false;
};

std::vector<Entry> entriesOf(bool bgp, bool flows) {
    if (flows) {
        return {{Glyph::Ok, {}, CanvasText::tr("Answered"), true}, {Glyph::Bad, kDenied, CanvasText::tr("No answer, drop point"), true}};
    }
    if (bgp) {
        return {{Glyph::Ok, {}, CanvasText::tr("Established")},       {Glyph::Wait, kOpen, CanvasText::tr("Opening")},
                {Glyph::Connect, kTrying, CanvasText::tr("Connect")}, {Glyph::Warn, kTrying, CanvasText::tr("Active")},
                {Glyph::Idle, kIdle, CanvasText::tr("Idle")},         {Glyph::Bad, kBad, CanvasText::tr("After an error")}};
    }
    return {{Glyph::Ok, {}, CanvasText::tr("Ready")},
            {Glyph::Wait, kOpen, CanvasText::tr("Booting")},
            {Glyph::Bad, kBad, CanvasText::tr("Failed")}};
}

constexpr int kMapMargin = 10;

} // namespace

void LegendOverlay::setLenses(bool bgp, bool flows) {
    m_bgp = bgp;
    m_flows = flows;
    adjustSize();
    update();
}

QSize LegendOverlay::sizeHint() const {
    const QFont font = theme().font(FontRole::Note);
    double width = kMargin;
    for (const Entry& entry : entriesOf(m_bgp, m_flows)) {
        width += kLineWidth + 5 + textWidth(entry.words, font) + kBetween;
    }
    return {qRound(width - kBetween + kMargin), std::max(28, qRound(QFontMetricsF(font).height() + 12))};
}

void LegendOverlay::paintEvent(QPaintEvent* event) {
    OverlayCard::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = theme().font(FontRole::Note);
    const double y = height() / 2.0;
    double x = kMargin;
    for (const Entry& entry : entriesOf(m_bgp, m_flows)) {
        painter.setPen(dashedPen(theme().color(colorRoleOf(entry.glyph)), entry.arrow ? 2 : 3, entry.dash));
        const double glyphX = entry.arrow ? x + kLineWidth - 6 : x + kLineWidth / 2;
        painter.drawLine(QPointF(x, y), QPointF(entry.arrow ? glyphX : x + kLineWidth, y));
        if (entry.arrow && entry.glyph == Glyph::Ok) {
            const QPointF head[] = {{glyphX + 6, y}, {glyphX - 1, y - 5}, {glyphX - 1, y + 5}};
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().color(Role::Ok));
            painter.drawPolygon(head, 3);
        } else {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().color(Role::Card));
            painter.drawEllipse(QPointF(glyphX, y), 7, 7);
            drawGlyph(painter, {glyphX, y}, 5, entry.glyph, theme(), Role::Card);
        }
        x += kLineWidth + 5;
        x += drawText(painter, {x, y + 4}, entry.words, font, theme().color(Role::Text)) + kBetween;
    }
}

MinimapOverlay::MinimapOverlay(QWidget* parent) : OverlayCard(parent) {
    resize(148, 76);
    setAccessibleName(tr("Overview map"));
}

void MinimapOverlay::setVisiblePart(const QRectF& sceneRect) {
    m_visible = sceneRect;
    update();
}

QTransform MinimapOverlay::toWidget() const {
    const QRectF bounds = m_context->layout.bounds;
    if (bounds.isEmpty()) {
        return {};
    }
    const QRectF inner = QRectF(rect()).adjusted(kMapMargin, kMapMargin, -kMapMargin, -kMapMargin);
    const double scale = std::min(inner.width() / bounds.width(), inner.height() / bounds.height());
    QTransform map;
    map.translate(inner.center().x(), inner.center().y());
    map.scale(scale, scale);
    map.translate(-bounds.center().x(), -bounds.center().y());
    return map;
}

void MinimapOverlay::paintEvent(QPaintEvent* event) {
    OverlayCard::paintEvent(event);
    QPainter painter(this);
    const QTransform map = toWidget();
    const auto& context = *m_context;
    painter.setClipRect(rect().adjusted(2, 2, -2, -2));
    painter.setPen(QPen(theme().color(Role::Edge), 1.5));
    for (const CablePlace& cable : context.layout.cables) {
        const model::Link* link = context.lab.findLink(cable.id);
        const CableLook look = lookOf(*link, *context.state);
        for (const std::size_t half : {std::size_t(0), std::size_t(1)}) {
            painter.setPen(QPen(theme().color(look.halves[half].line), 1.5));
            painter.drawLine(map.map(QLineF(cable.ports[half], cable.at(0.5))));
        }
    }
    for (const NodePlace& node : context.layout.nodes) {
        const bool selected = context.selected == Selection(node.id);
        painter.setPen(theme().color(selected ? Role::Accent : Role::Edge));
        painter.setBrush(theme().color(selected ? Role::Select : Role::OffTint));
        painter.drawRect(map.mapRect(node.card));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Role::Accent), 1.5));
    painter.setBrush(Qt::NoBrush);
    const QRectF frame = QRectF(rect()).adjusted(4, 4, -4, -4);
    painter.drawRoundedRect(map.mapRect(m_visible) & frame, 2, 2);
}

void MinimapOverlay::mousePressEvent(QMouseEvent* event) {
    Q_EMIT goTo(toWidget().inverted().map(event->position()));
}

void MinimapOverlay::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons().testFlag(Qt::LeftButton)) {
        Q_EMIT goTo(toWidget().inverted().map(event->position()));
    }
}

} // namespace podleaf::ui
