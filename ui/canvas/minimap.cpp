// SPDX-License-Identifier: GPL-3.0-or-later
// MinimapOverlay: see the header.
#include "minimap.h"

#include "lab_scene.h"
#include "line_batch.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr int kMapMargin = 10;
constexpr double kTinyNode = 10;       ///< A node is then all in the colour of its state.
constexpr std::size_t kSmallLab = 300; ///< Cables that are drawn in no time.
constexpr int kRestMs = 200;

} // namespace

MinimapOverlay::MinimapOverlay(QWidget* parent) : OverlayCard(parent) {
    setObjectName(QStringLiteral("minimap"));
    resize(148, 76);
    setAccessibleName(tr("Overview map"));
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, qOverload<>(&QWidget::update));
}

void MinimapOverlay::setTheme(const Theme& theme) {
    OverlayCard::setTheme(theme);
    m_isOld = true;
}

void MinimapOverlay::sceneChanged() {
    m_isOld = true;
    const bool isSmall = m_scene->context().layout.cables.size() <= kSmallLab;
    if (isSmall || !m_drawn.isValid() || m_drawn.hasExpired(kRestMs)) {
        m_rest.stop();
        update();
    } else if (!m_rest.isActive()) {
        m_rest.start(kRestMs - static_cast<int>(m_drawn.elapsed()));
    }
}

void MinimapOverlay::setVisiblePart(const QRectF& sceneRect) {
    m_visible = sceneRect;
    update();
}

QTransform MinimapOverlay::toWidget() const {
    const QRectF bounds = m_scene->bounds();
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
    if ((m_isOld && !m_rest.isActive()) || m_picture.devicePixelRatio() != devicePixelRatioF()) {
        drawPicture();
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Role::Accent), 1.5));
    const QRectF frame = QRectF(rect()).adjusted(4, 4, -4, -4);
    painter.drawRoundedRect(toWidget().mapRect(m_visible) & frame, 2, 2);
}

void MinimapOverlay::drawPicture() {
    m_isOld = false;
    m_drawn.start();
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    painter.setClipRect(rect().adjusted(2, 2, -2, -2));
    const QTransform map = toWidget();
    drawCables(painter, map);
    drawNodes(painter, map);
}

void MinimapOverlay::drawCables(QPainter& painter, const QTransform& map) const {
    const CanvasContext& context = m_scene->context();
    // Hairlines where there are many: they are drawn in a fraction of the time.
    const double width = context.layout.cables.size() <= kSmallLab ? 1.5 : 1 / devicePixelRatioF();
    LineBatch lines;
    for (const CablePlace& cable : context.layout.cables) {
        const CableLook* look = m_scene->edges()->lookAt(cable.id);
        const auto draw = [&](Role role, const QPointF& from, const QPointF& to) {
            QColor color = theme().color(role);
            color.setAlphaF(static_cast<float>(context.opacityOf(cable.id)));
            lines.add({.rank = rankOf(role), .color = color.rgba(), .width = width}, map.map(QLineF(from, to)));
        };
        const Role role = look->halves[0].line;
        if (role == look->halves[1].line) {
            draw(role, cable.ports[0], cable.ports[1]);
        } else {
            draw(role, cable.ports[0], cable.at(0.5));
            draw(look->halves[1].line, cable.ports[1], cable.at(0.5));
        }
    }
    lines.paint(painter);
}

void MinimapOverlay::drawNodes(QPainter& painter, const QTransform& map) const {
    const CanvasContext& context = m_scene->context();
    for (const NodePlace& node : context.layout.nodes) {
        const bool selected = context.selected == Selection(node.id);
        const QRectF box = map.mapRect(node.card);
        const QColor state = theme().color(colorRoleOf(m_scene->find(node.id)->phase().glyph));
        painter.setOpacity(context.opacityOf(node.id));
        if (box.width() < kTinyNode) {
            painter.fillRect(box, selected ? theme().color(Role::Accent) : state);
            continue;
        }
        painter.setPen(theme().color(selected ? Role::Accent : Role::Edge));
        painter.setBrush(theme().color(selected ? Role::Select : Role::OffTint));
        painter.drawRect(box);
        painter.fillRect(QRectF(box.left() + 1, box.top() + 1, box.width() - 1, 2.5), state); // A bar along the top.
    }
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
