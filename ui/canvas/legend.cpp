// SPDX-License-Identifier: GPL-3.0-or-later
// Legend and minimap: the overlays that draw what the canvas draws, in small. GUI thread.
#include "arrows.h"
#include "canvas_text.h"
#include "draw.h"
#include "lab_scene.h"
#include "overlays.h"
#include "traffic_layer.h"

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
constexpr double kChanged[] = {12, 3, 2, 3};
constexpr double kLineWidth = 26;
constexpr double kMargin = 12;
constexpr double kBetween = 12;

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

double markWidth(const Entry& entry) {
    return entry.mark == Mark::Glyph ? 11 : kLineWidth;
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

constexpr int kMapMargin = 10;
constexpr double kTinyNode = 10; ///< A node is then all in the colour of its state.

} // namespace

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

QSize LegendOverlay::sizeHint() const {
    const QFont font = theme().font(FontRole::Note);
    double width = kMargin;
    for (const Entry& entry : entriesOf(m_lens)) {
        width += markWidth(entry) + 5 + textWidth(entry.words, font) + kBetween;
    }
    if (!m_note.isEmpty()) {
        width += textWidth(m_note, font) + kBetween;
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
    for (const Entry& entry : entriesOf(m_lens)) {
        paintMark(painter, theme(), entry, x, y);
        x += markWidth(entry) + 5;
        x += drawText(painter, {x, y + 4}, entry.words, font, theme().color(Role::Text)) + kBetween;
    }
    drawText(painter, {x, y + 4}, m_note, font, theme().color(Role::Muted));
}

MinimapOverlay::MinimapOverlay(QWidget* parent) : OverlayCard(parent) {
    setObjectName(QStringLiteral("minimap"));
    resize(148, 76);
    setAccessibleName(tr("Overview map"));
}

void MinimapOverlay::setVisiblePart(const QRectF& sceneRect) {
    m_visible = sceneRect;
    update();
}

QTransform MinimapOverlay::toWidget() const {
    const QRectF bounds = m_scene->context().layout.bounds;
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
    const CanvasContext& context = m_scene->context();
    painter.setClipRect(rect().adjusted(2, 2, -2, -2));
    painter.setPen(QPen(theme().color(Role::Edge), 1.5));
    for (const CablePlace& cable : context.layout.cables) {
        const CableLook* look = m_scene->edges()->lookAt(cable.id);
        painter.setOpacity(context.opacityOf(cable.id));
        for (const std::size_t half : {std::size_t(0), std::size_t(1)}) {
            painter.setPen(QPen(theme().color(look->halves[half].line), 1.5));
            painter.drawLine(map.map(QLineF(cable.ports[half], cable.at(0.5))));
        }
    }
    for (const NodePlace& node : context.layout.nodes) {
        const bool selected = context.selected == Selection(node.id);
        const QRectF box = map.mapRect(node.card);
        const QColor state = theme().color(colorRoleOf(m_scene->find(node.id)->look().glyph));
        painter.setOpacity(context.opacityOf(node.id));
        painter.setPen(theme().color(selected ? Role::Accent : Role::Edge));
        painter.setBrush(box.width() < kTinyNode ? state : theme().color(selected ? Role::Select : Role::OffTint));
        painter.drawRect(box);
        if (box.width() >= kTinyNode) { // A bar in the state's colour along the top.
            painter.fillRect(QRectF(box.left() + 1, box.top() + 1, box.width() - 1, 2.5), state);
        }
    }
    painter.setOpacity(1);
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
