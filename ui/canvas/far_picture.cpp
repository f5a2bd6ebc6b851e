// SPDX-License-Identifier: GPL-3.0-or-later
// FarPicture: see the header.
#include "far_picture.h"

#include <QRegion>

#include <cmath>
#include <utility>

namespace podleaf::ui {

namespace {

bool isWhole(double number) {
    return std::abs(number - std::round(number)) < 1e-6;
}

} // namespace

void FarPicture::paint(QPainter& painter, const QSize& viewport, std::size_t key, const Draw& draw) {
    const QTransform view = painter.worldTransform(); // Without the pixels that a unit has, which the painter keeps.
    const double ratio = painter.device()->devicePixelRatioF();
    const QSize pixels = viewport * ratio;
    const bool same = std::exchange(m_key, key) == key && m_picture.size() == pixels && m_picture.devicePixelRatio() == ratio;
    if (!same || !follow(view, draw)) { // Not into the view itself: what lies over it makes a clip there, which costs more.
        if (m_picture.size() != pixels) {
            m_picture = QPixmap(pixels);
            m_picture.fill(Qt::transparent); // Makes it one that can be seen through.
        }
        m_picture.setDevicePixelRatio(ratio);
        m_view = view;
        render(QRect(QPoint(0, 0), pixels), draw);
    }
    painter.save();
    painter.resetTransform();
    painter.drawPixmap(0, 0, m_picture);
    painter.restore();
}

bool FarPicture::follow(const QTransform& view, const Draw& draw) {
    const double ratio = m_picture.devicePixelRatio();
    const QPointF way = QPointF(view.dx() - m_view.dx(), view.dy() - m_view.dy()) * ratio;
    const bool onlyMoved =
        view.m11() == m_view.m11() && view.m22() == m_view.m22() && view.isAffine() && isWhole(way.x()) && isWhole(way.y());
    if (!onlyMoved) {
        return false;
    }
    const QPoint by = way.toPoint();
    if (by.isNull()) {
        return true;
    }
    QRegion bare;
    m_picture.scroll(by.x(), by.y(), m_picture.rect(), &bare);
    m_view = view;
    for (const QRect& rect : bare) {
        render(rect, draw);
    }
    return true;
}

void FarPicture::render(const QRect& pixels, const Draw& draw) {
    const double ratio = m_picture.devicePixelRatio();
    const QRectF rect(QPointF(pixels.topLeft()) / ratio, QSizeF(pixels.size()) / ratio);
    QPainter painter(&m_picture);
    painter.setClipRect(rect);
    painter.setCompositionMode(QPainter::CompositionMode_Source);
    painter.fillRect(rect, Qt::transparent);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
    painter.setTransform(m_view);
    draw(painter, m_view.inverted().mapRect(rect));
}

} // namespace podleaf::ui
