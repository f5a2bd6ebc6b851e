// SPDX-License-Identifier: GPL-3.0-or-later
// LabView's inside, shared by lab_view.cpp (state and zoom) and lab_view_input.cpp (mouse, keys, menus).
// GUI thread.
#pragma once

#include "lab_scene.h"
#include "lab_view.h"
#include "overlays.h"
#include "simulated_strip.h"

#include <QTimer>

#include <optional>

namespace podleaf::ui {

class LabView::Private {
public:
    Private(LabView* view, const Theme& theme);

    void setZoom(double zoom, const QPointF& anchorInViewport);
    void zoomChangedTo(double zoom);
    void fitNow();
    void placeOverlays();
    void updateTimer();
    void updateStrip();
    void updateMap();
    /// Something changed: paint once.
    void repaint() { q->viewport()->update(); }
    void setHovered(const Selection& item);
    void setFocused(const Selection& item);
    void setSelected(const Selection& item);
    void makeVisible(const Selection& item);
    void panBy(const QPointF& delta);
    [[nodiscard]] double cableReach() const;
    [[nodiscard]] bool isCut(const LinkId& link) const;
    [[nodiscard]] bool isSimulated() const { return labOpen && scene.context().lab.engine == model::EngineKind::Simulated; }
    [[nodiscard]] bool isRunning() const { return scene.context().state->running; }
    void toggleCable(const LinkId& link);
    bool zoomKey(const QKeyEvent& event);
    bool moveFocusKey(int key);
    void showMenu(const Selection& item, const QPoint& globalPos);
    void fillNodeMenu(QMenu& menu, const NodeId& node);
    void fillCableMenu(QMenu& menu, const LinkId& link);

    LabView* q;
    LabScene scene;
    Clock clock;
    bool labOpen = false;
    bool fitted = false; ///< The user has not zoomed or panned since the last fit: resizing fits again.
    bool fitPending = true;
    bool panning = false;
    bool spaceHeld = false;
    std::optional<QPoint> pressedAt; ///< Left button on empty canvas: a pan once it moves, else a deselect.
    QPoint panLast;
    QTimer tick;
    LegendOverlay* legend;
    ZoomOverlay* zoom;
    MinimapOverlay* map;
    StripOverlay* strip;
    EmptyOverlay* empty;
    SimulatedStrip* simulated;
};

} // namespace podleaf::ui
