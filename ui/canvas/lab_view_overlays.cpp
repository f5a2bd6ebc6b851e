// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: where legend, zoom, map, strips and notes lie on the canvas, and which are seen. GUI thread.
#include "lab_view.h"
#include "lab_view_private.h"

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kLegendAbove = 72; ///< The lower edge, so that the row is in the middle of the map's height.
constexpr int kMapRoom = 84;     ///< What map, legend and zoom control take.
constexpr int kLowCanvas = 360;  ///< In pixels of the design.
constexpr int kBelowRow = 8;     ///< On a low canvas.
constexpr int kBetween = 8;      ///< Legend and zoom control, at least.
constexpr int kFromRight = 320;  ///< The zoom control beside the map.
} // namespace

bool LabView::Private::isLow() const {
    return q->height() < scene.context().theme.scaled(kLowCanvas);
}

int LabView::Private::rowHeight() const {
    return std::max({zoom->height(), legend->sizeIn(LegendOverlay::Shape::Row).height(), legendButton->height()});
}

int LabView::Private::overlayBottom() const {
    return isLow() ? rowHeight() + kBelowRow : kLegendAbove;
}

int LabView::Private::overlayRoom() const {
    return isLow() ? overlayBottom() + kBelowRow : kMapRoom;
}

/// On a small canvas nothing may lie on the nodes: a low one has no map, a narrow one neither map nor more of the legend
/// than a button.
void LabView::Private::placeOverlays() {
    const int width = q->width();
    const int height = q->height();
    zoom->adjustSize();
    legendButton->adjustSize();
    const int row = height - overlayBottom();
    const auto middle = [row, this](const QWidget& part) { return row + (rowHeight() - part.height()) / 2; };
    using Shape = LegendOverlay::Shape;
    const auto after = [this](Shape shape) { return kMargin + legend->sizeIn(shape).width() + kBetween; };
    map->move(width - map->width() - 8, height - map->height() - 6);
    const int besideMap = std::min(map->x() - zoom->width() - kMargin, width - kFromRight);
    // On a canvas that is high enough for the map, which is higher than a row, the legend may have two.
    const int higher = legend->sizeIn(Shape::TwoRows).height() - rowHeight();
    const bool mayBeHigher = !isLow() && overlayBottom() + higher / 2 <= overlayRoom();
    const auto shapeIn = [&](int room) { return mayBeHigher && after(Shape::Row) > room ? Shape::TwoRows : Shape::Row; };
    map->setVisible(labOpen && !isLow() && besideMap >= after(shapeIn(besideMap)));
    const int zoomLeft = map->isVisibleTo(q) ? besideMap : width - zoom->width() - kMargin;
    zoom->move(std::max(kMargin, zoomLeft), middle(*zoom));
    const Shape unfolded = shapeIn(zoom->x());
    const bool isFolded = after(unfolded) > zoom->x();
    legend->setShape(isFolded ? Shape::List : unfolded);
    legend->move(kMargin, isFolded ? row - legend->height() - 4 : middle(*legend));
    const bool hasLegend = labOpen && !legend->isEmpty();
    legend->setVisible(hasLegend && (!isFolded || legendButton->isUnfolded()));
    legendButton->move(kMargin, middle(*legendButton));
    legendButton->setVisible(hasLegend && isFolded);
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
