// SPDX-License-Identifier: GPL-3.0-or-later
// FarPicture: a picture of tens of thousands of marks that is kept while only the view moves, so that panning draws no
// more than what comes into view. GUI thread.
#pragma once

#include <QPainter>
#include <QPixmap>
#include <QTransform>

#include <functional>

namespace podleaf::ui {

class FarPicture {
public:
    /// Draws what lies in a rect of the scene; the painter is clipped to it.
    using Draw = std::function<void(QPainter& painter, const QRectF& sceneRect)>;

    /// Draws the viewport's picture of size `viewport` (in the painter's device-independent pixels, from its origin).
    /// `key` is the same as long as all of the scene looks the same.
    void paint(QPainter& painter, const QSize& viewport, std::size_t key, const Draw& draw);

private:
    /// Moves what is there already; returns whether all of it could stay.
    bool follow(const QTransform& view, const Draw& draw);
    void render(const QRect& pixels, const Draw& draw);

    QPixmap m_picture;
    QTransform m_view; ///< From the scene to device-independent pixels.
    std::size_t m_key = 0;
};

} // namespace podleaf::ui
