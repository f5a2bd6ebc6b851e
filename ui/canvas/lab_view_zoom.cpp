// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: how much of the lab is seen, and how near. GUI thread.
#include "lab_view_private.h"

#include <QScrollBar>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

constexpr double kFitZoom = 0.005; ///< A lab of a thousand nodes fits only at less than what the user may choose.
constexpr double kMaxZoom = 4.0;
constexpr double kZoomStep = 1.2;
constexpr double kFullWidth = 200; ///< A card's width on screen, in design pixels, from which on all is shown.
constexpr double kSmallWidth = 72;
constexpr double kHysteresis = 8;
constexpr int kLayoutMs = 240;
constexpr double kMarks = 16;   ///< Room above the first card for its mark of the Routes lens,
constexpr double kBelow = 32;   ///< and below the last.
constexpr double kFigures = 84; ///< Room for a cable's rates at the right of the last card.

Detail detailFor(double cardWidth, Detail before) {
    const double full = kFullWidth + (before == Detail::Full ? -kHysteresis : kHysteresis);
    const double small = kSmallWidth + (before >= Detail::Small ? -kHysteresis : kHysteresis);
    return cardWidth >= full ? Detail::Full : cardWidth >= small ? Detail::Small : Detail::Dot;
}

} // namespace

double LabView::zoomPercent() const {
    return transform().m11() / d->scene.context().theme.fontScale() * 100;
}

Detail LabView::detail() const {
    return d->scene.context().detail;
}

void LabView::zoomIn() {
    d->zoomTo(zoomPercent() / 100 * kZoomStep);
}

void LabView::zoomOut() {
    d->zoomTo(zoomPercent() / 100 / kZoomStep);
}

void LabView::actualSize() {
    d->zoomTo(1);
}

void LabView::fit() {
    d->motion.finishAll();
    const double from = zoomPercent() / 100;
    const QPointF fromCentre = mapToScene(viewport()->rect()).boundingRect().center();
    d->fitNow();
    const double to = zoomPercent() / 100;
    const QPointF toCentre = mapToScene(viewport()->rect()).boundingRect().center();
    d->motion.run(Motion::Sort::View, kLayoutMs, [this, from, to, fromCentre, toCentre](double progress) {
        if (progress >= 1) {
            return d->fitNow(); // To the pixel.
        }
        d->setZoom(from + (to - from) * progress, QRectF(viewport()->rect()).center());
        centerOn(fromCentre + (toCentre - fromCentre) * progress);
        d->fitted = true;
    });
}

/// Around the middle of the window.
void LabView::Private::zoomTo(double factor) {
    motion.finishAll();
    fitted = false;
    const double from = q->zoomPercent() / 100;
    motion.run(Motion::Sort::View, kLayoutMs, [this, from, factor](double progress) {
        setZoom(from + (factor - from) * progress, QRectF(q->viewport()->rect()).center());
    });
}

/// `anchorInViewport` stays where it is.
void LabView::Private::setZoom(double factor, const QPointF& anchorInViewport, double least) {
    const double clamped = std::clamp(factor, std::min(least, q->zoomPercent() / 100), kMaxZoom) * scene.context().theme.fontScale();
    const QPointF anchor = q->viewportTransform().inverted().map(anchorInViewport);
    q->setTransform(QTransform::fromScale(clamped, clamped));
    panBy(q->viewportTransform().map(anchor) - anchorInViewport);
    zoomChangedTo(clamped);
}

void LabView::Private::zoomChangedTo(double unit) {
    CanvasContext& context = scene.edit();
    context.zoom = unit;
    const Detail before = std::exchange(context.detail, detailFor(measure::kCardWidth * unit / context.theme.fontScale(), context.detail));
    scene.styleChanged();
    if (before != context.detail) {
        updateLegend(); // Other marks are drawn.
    }
    zoom->setPercent(q->zoomPercent());
    updateMap();
    repaint();
    Q_EMIT q->zoomChanged(q->zoomPercent());
}

/// Moves the view by pixels of the viewport.
void LabView::Private::panBy(const QPointF& delta) {
    q->horizontalScrollBar()->setValue(q->horizontalScrollBar()->value() + qRound(delta.x()));
    q->verticalScrollBar()->setValue(q->verticalScrollBar()->value() + qRound(delta.y()));
    updateMap();
}

/// All of the lab, at its natural size at most, clear of the overlays.
void LabView::Private::fitNow() {
    fitPending = false;
    fitted = true;
    const bool hasMarks = scene.context().shows(Lens::Routes);
    const QRectF bounds =
        scene.bounds().adjusted(0, hasMarks ? -kMarks : 0, scene.context().shows(Lens::Traffic) ? kFigures : 0, hasMarks ? kBelow : 0);
    if (scene.context().layout.bounds.isEmpty()) {
        return;
    }
    const double top = kMargin + (strip->isVisibleTo(q) || isSimulated() ? kStripHeight : 0);
    const QRectF room(kMargin, top, std::max(80, q->viewport()->width() - 2 * kMargin),
                      std::max(60.0, q->viewport()->height() - top - overlayRoom()));
    const double fontScale = scene.context().theme.fontScale();
    const double factor = std::min({room.width() / bounds.width() / fontScale, room.height() / bounds.height() / fontScale, 1.0});
    setZoom(factor, QPointF(0, 0), kFitZoom);
    const QRectF shown = q->viewportTransform().mapRect(bounds);
    const double spareX = std::max(0.0, room.width() - shown.width()) / 2;
    const double spareY = std::max(0.0, room.height() - shown.height()) / 2;
    panBy(shown.topLeft() - room.topLeft() - QPointF(spareX, std::min(spareY, 24.0)));
}

} // namespace podleaf::ui
