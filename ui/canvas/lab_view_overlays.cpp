// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: where legend, zoom, map, strips and notes lie on the canvas, and which are seen. GUI thread.
#include "lab_view.h"
#include "lab_view_private.h"

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kOverlayBottom = 72;
} // namespace

void LabView::Private::placeOverlays() {
    const int width = q->width();
    const int height = q->height();
    zoom->adjustSize();
    legend->adjustSize();
    const int row = height - kOverlayBottom;
    // The map gives way to the legend: a small canvas shows the whole lab anyway.
    const int wanted = legend->width() + zoom->width() + map->width() + 4 * kMargin;
    map->setVisible(labOpen && width >= wanted && height > 300);
    map->move(width - map->width() - 8, height - map->height() - 6);
    const int zoomLeft = map->isVisibleTo(q) ? std::min(map->x() - zoom->width() - kMargin, width - 320) : width - zoom->width() - kMargin;
    zoom->move(std::max(kMargin, zoomLeft), row);
    legend->move(kMargin, row);
    strip->adjustSize();
    strip->move(std::max(kMargin, (width - strip->width()) / 2), 10);
    simulated->setVisible(isSimulated());
    // Beside the other strip or, where that is too wide, below it.
    const bool besides = !strip->isVisibleTo(q) || simulated->x() + simulated->width() + 8 <= strip->x();
    simulated->move(kMargin, besides ? 10 : 10 + kStripHeight);
    note->fitInto(width - 2 * kMargin);
    note->move(std::max(kMargin, (width - note->width()) / 2), strip->isVisibleTo(q) ? strip->y() + strip->height() + 6 : 10);
    empty->adjustSize();
    empty->move((width - empty->width()) / 2, (height - empty->height()) / 2);
    zoom->setVisible(labOpen);
    legend->setVisible(labOpen && legend->x() + legend->width() + 8 <= zoom->x());
    empty->setVisible(!labOpen);
}

void LabView::Private::updateStrip() {
    const bool before = strip->isVisibleTo(q);
    strip->setVisible(labOpen && !isRunning());
    placeOverlays();
    if (before != strip->isVisibleTo(q) && fitted && q->isVisible()) {
        fitNow();
    }
}

void LabView::Private::updateTimer() {
    if (q->isVisible() && labOpen && isRunning()) {
        tick.start();
    } else {
        tick.stop();
    }
}

void LabView::Private::updateMap() {
    map->setVisiblePart(q->viewportTransform().inverted().mapRect(QRectF(q->viewport()->rect())));
}

} // namespace podleaf::ui
