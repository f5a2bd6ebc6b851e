// SPDX-License-Identifier: GPL-3.0-or-later
// MinimapOverlay: the whole lab in small, over the canvas. GUI thread.
#pragma once

#include "overlays.h"

#include <QElapsedTimer>
#include <QPixmap>
#include <QTimer>

namespace podleaf::ui {

class LabScene;

/// The whole lab in small, with the part that is seen; a click or drag goes there.
class MinimapOverlay final : public OverlayCard {
    Q_OBJECT
public:
    explicit MinimapOverlay(QWidget* parent);
    void setTheme(const Theme& theme) override;
    /// `scene` outlives the widget.
    void setScene(const LabScene* scene) { m_scene = scene; }
    /// Something in the scene is different. A large lab is drawn again a few times a second at most.
    void sceneChanged();
    void setVisiblePart(const QRectF& sceneRect);

Q_SIGNALS:
    void goTo(const QPointF& scenePos);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] QTransform toWidget() const;
    void drawPicture();
    void drawCables(QPainter& painter, const QTransform& map) const;
    void drawNodes(QPainter& painter, const QTransform& map) const;

    const LabScene* m_scene = nullptr;
    QRectF m_visible;
    QPixmap m_picture; ///< All but the part that is seen.
    bool m_isOld = true;
    QElapsedTimer m_drawn; ///< Since the picture was drawn.
    QTimer m_rest;         ///< Until it may be drawn again.
};

} // namespace podleaf::ui
