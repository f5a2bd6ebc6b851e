// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: state in, zoom and overlays. GUI thread.
#include "lab_view.h"

#include "lab_view_private.h"

#include <QDateTime>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

constexpr double kMinZoom = 0.1;
constexpr double kMaxZoom = 4.0;
constexpr double kZoomStep = 1.2;
constexpr double kFullWidth = 200; ///< A card's width on screen, in design pixels, from which on all is shown.
constexpr double kSmallWidth = 72;
constexpr double kHysteresis = 8;
constexpr double kCableReach = 8; ///< How far a cable catches the pointer, in pixels of the screen.
constexpr int kTickMs = 1000;
constexpr int kOverlayBottom = 72;
constexpr int kFitBottom = 84; ///< Room for legend, zoom control and minimap.
constexpr int kMargin = 16;
constexpr int kStripHeight = 44;

Detail detailFor(double cardWidth, Detail before) {
    const double full = kFullWidth + (before == Detail::Full ? -kHysteresis : kHysteresis);
    const double small = kSmallWidth + (before >= Detail::Small ? -kHysteresis : kHysteresis);
    return cardWidth >= full ? Detail::Full : cardWidth >= small ? Detail::Small : Detail::Dot;
}

} // namespace

LabView::Private::Private(LabView* view, const Theme& theme)
    : q(view), scene(theme), clock([] { return QDateTime::currentMSecsSinceEpoch(); }), legend(new LegendOverlay(view)),
      zoom(new ZoomOverlay(view)), map(new MinimapOverlay(view)), strip(new StripOverlay(view)), empty(new EmptyOverlay(view)) {
    map->setContext(&scene.context());
    tick.setInterval(kTickMs);
    tick.setTimerType(Qt::CoarseTimer);
}

LabView::LabView(const Theme& theme, QWidget* parent) : QGraphicsView(parent), d(std::make_unique<Private>(this, theme)) {
    setScene(&d->scene);
    setFrameShape(QFrame::NoFrame);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setOptimizationFlags(QGraphicsView::DontSavePainterState | QGraphicsView::DontAdjustForAntialiasing);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(QGraphicsView::NoAnchor);
    setResizeAnchor(QGraphicsView::NoAnchor);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setMinimumSize(240, 160);
    setAccessibleName(tr("Canvas"));
    connect(d->zoom, &ZoomOverlay::zoomInClicked, this, &LabView::zoomIn);
    connect(d->zoom, &ZoomOverlay::zoomOutClicked, this, &LabView::zoomOut);
    connect(d->zoom, &ZoomOverlay::fitClicked, this, &LabView::fit);
    connect(d->zoom, &ZoomOverlay::actualSizeClicked, this, &LabView::actualSize);
    connect(d->strip, &StripOverlay::upClicked, this, &LabView::upRequested);
    connect(d->empty, &EmptyOverlay::openClicked, this, &LabView::openRequested);
    connect(d->empty, &EmptyOverlay::tutorialClicked, this, &LabView::tutorialRequested);
    connect(d->map, &MinimapOverlay::goTo, this, [this](const QPointF& scenePos) {
        d->fitted = false;
        centerOn(scenePos);
    });
    connect(&d->tick, &QTimer::timeout, this, [this] {
        d->scene.edit().nowMs = d->clock();
        if (d->scene.flows() != nullptr) {
            d->legend->setLenses(d->scene.context().bgpLens, d->scene.context().flowsLens && !d->scene.flows()->isEmpty());
        }
        d->repaint();
    });
    setTheme(theme);
    setLab({});
}

LabView::~LabView() {
    setScene(nullptr); // The scene is a member of d and goes before the view's own parts.
}

void LabView::setLab(const model::Lab& lab) {
    d->labOpen = !lab.id.isEmpty() && !lab.nodes.empty();
    d->scene.setLab(d->labOpen ? lab : model::Lab());
    d->scene.edit().nowMs = d->clock();
    d->fitPending = true;
    if (isVisible()) {
        d->fitNow();
    }
    d->updateStrip();
    d->updateTimer();
    d->repaint();
    Q_EMIT selectionChanged(selection());
}

void LabView::changeLab(const model::Lab& lab) {
    if (!d->labOpen || lab.nodes.empty()) {
        return setLab(lab);
    }
    const Selection before = selection();
    d->scene.changeLab(lab);
    if (d->fitted && isVisible()) {
        d->fitNow();
    }
    d->updateMap();
    d->repaint();
    if (before != selection()) {
        Q_EMIT selectionChanged(selection());
    }
}

void LabView::apply(const state::Snapshot& snapshot, const state::Delta& delta) {
    if (!d->labOpen || snapshot == nullptr) {
        return;
    }
    d->scene.edit().nowMs = d->clock();
    const bool wasRunning = d->isRunning();
    d->scene.apply(snapshot, delta);
    if (wasRunning != d->isRunning()) {
        d->updateStrip();
        d->updateTimer();
    }
    d->map->update();
    d->repaint();
}

void LabView::setTheme(const Theme& theme) {
    const double percent = zoomPercent();
    d->scene.edit().theme = theme;
    d->legend->setTheme(theme);
    d->zoom->setTheme(theme);
    d->map->setTheme(theme);
    d->strip->setTheme(theme);
    d->empty->setTheme(theme);
    d->setZoom(percent / 100, QRectF(viewport()->rect()).center());
    d->placeOverlays();
    d->repaint();
}

void LabView::setClock(Clock clock) {
    d->clock = std::move(clock);
    d->scene.edit().nowMs = d->clock();
}

void LabView::setLens(Lens lens, bool on) {
    if (lens == Lens::Bgp) {
        d->scene.edit().bgpLens = on;
    } else if (lens == Lens::Flows) {
        d->scene.edit().flowsLens = on;
    }
    d->legend->setLenses(d->scene.context().bgpLens,
                         d->scene.context().flowsLens && d->scene.flows() != nullptr && !d->scene.flows()->isEmpty());
    d->placeOverlays();
    d->repaint();
}

bool LabView::lens(Lens lens) const {
    return lens == Lens::State || (lens == Lens::Bgp && d->scene.context().bgpLens) ||
           (lens == Lens::Flows && d->scene.context().flowsLens);
}

void LabView::setBusy(bool busy, const QString& why) {
    d->strip->setBusy(busy, why);
}

void LabView::setTestResult(const verify::LegResult& leg) {
    if (d->scene.flows() == nullptr) {
        return;
    }
    d->scene.edit().nowMs = d->clock();
    d->scene.flows()->add(leg);
    d->legend->setLenses(d->scene.context().bgpLens, d->scene.context().flowsLens);
    d->placeOverlays();
    d->repaint();
}

void LabView::clearTestResults() {
    if (d->scene.flows() != nullptr) {
        d->scene.flows()->clear();
        setLens(Lens::Flows, d->scene.context().flowsLens);
    }
}

Selection LabView::selection() const {
    return d->scene.context().selected;
}

void LabView::select(const Selection& what) {
    d->setSelected(d->scene.has(what) ? what : Selection());
}

double LabView::zoomPercent() const {
    return transform().m11() / d->scene.context().theme.fontScale() * 100;
}

Detail LabView::detail() const {
    return d->scene.context().detail;
}

void LabView::zoomIn() {
    d->fitted = false;
    d->setZoom(zoomPercent() / 100 * kZoomStep, QRectF(viewport()->rect()).center());
}

void LabView::zoomOut() {
    d->fitted = false;
    d->setZoom(zoomPercent() / 100 / kZoomStep, QRectF(viewport()->rect()).center());
}

void LabView::actualSize() {
    d->fitted = false;
    d->setZoom(1, QRectF(viewport()->rect()).center());
}

void LabView::fit() {
    d->fitNow();
}

/// `anchorInViewport` stays where it is.
void LabView::Private::setZoom(double factor, const QPointF& anchorInViewport) {
    const double clamped = std::clamp(factor, kMinZoom, kMaxZoom) * scene.context().theme.fontScale();
    const QPointF anchor = q->viewportTransform().inverted().map(anchorInViewport);
    q->setTransform(QTransform::fromScale(clamped, clamped));
    panBy(q->viewportTransform().map(anchor) - anchorInViewport);
    zoomChangedTo(clamped);
}

void LabView::Private::zoomChangedTo(double unit) {
    CanvasContext& context = scene.edit();
    context.zoom = unit;
    context.detail = detailFor(measure::kCardWidth * unit / context.theme.fontScale(), context.detail);
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
    const QRectF bounds = scene.context().layout.bounds;
    if (bounds.isEmpty()) {
        return;
    }
    const double top = kMargin + (strip->isVisibleTo(q) ? kStripHeight : 0);
    const QRectF room(kMargin, top, std::max(80, q->viewport()->width() - 2 * kMargin),
                      std::max(60.0, q->viewport()->height() - top - kFitBottom));
    const double fontScale = scene.context().theme.fontScale();
    const double factor = std::min({room.width() / bounds.width() / fontScale, room.height() / bounds.height() / fontScale, 1.0});
    setZoom(factor, QPointF(0, 0));
    const QRectF shown = q->viewportTransform().mapRect(bounds);
    const double spareX = std::max(0.0, room.width() - shown.width()) / 2;
    const double spareY = std::max(0.0, room.height() - shown.height()) / 2;
    panBy(shown.topLeft() - room.topLeft() - QPointF(spareX, std::min(spareY, 24.0)));
}

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

void LabView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    d->placeOverlays();
    if (d->fitPending || d->fitted) {
        d->fitNow();
    }
    d->updateMap();
}

void LabView::showEvent(QShowEvent* event) {
    QGraphicsView::showEvent(event);
    d->scene.edit().nowMs = d->clock();
    d->placeOverlays();
    if (d->fitPending || d->fitted) {
        d->fitNow();
    }
    d->updateTimer();
}

void LabView::hideEvent(QHideEvent* event) {
    QGraphicsView::hideEvent(event);
    d->updateTimer();
}

void LabView::scrollContentsBy(int dx, int dy) {
    QGraphicsView::scrollContentsBy(dx, dy);
    if (d != nullptr) {
        d->updateMap();
    }
}

double LabView::Private::cableReach() const {
    return kCableReach / std::max(0.01, scene.context().zoom);
}

Selection LabView::hit(const QPoint& viewportPos) const {
    return d->scene.hit(mapToScene(viewportPos), d->cableReach());
}

QPoint LabView::viewPosOf(const NodeId& node) const {
    const NodePlace* place = d->scene.context().layout.find(node);
    // Right of the name: no chip, no port and no cable is there.
    return place == nullptr ? QPoint(-1, -1) : mapFromScene(place->card.topLeft() + QPointF(20, place->card.height() * 0.12));
}

QPoint LabView::viewPosOf(const LinkId& link) const {
    const CablePlace* place = d->scene.context().layout.find(link);
    return place == nullptr ? QPoint(-1, -1) : mapFromScene(place->at(0.5));
}

QPoint LabView::viewPosOf(const PodRef& pod) const {
    const QRectF chip = d->scene.rectOf(pod);
    return chip.isEmpty() ? QPoint(-1, -1) : mapFromScene(chip.center());
}

QPoint LabView::portPos(const model::Endpoint& end) const {
    for (const model::Link& link : d->scene.context().lab.links) {
        const CablePlace* place = d->scene.context().layout.find(link.id);
        for (const std::size_t side : {std::size_t(0), std::size_t(1)}) {
            if (link.ends[side] == end && place != nullptr) {
                return mapFromScene(place->ports[side]);
            }
        }
    }
    return {-1, -1};
}

model::Endpoint LabView::portAt(const QPoint& viewportPos) const {
    const QPointF at = mapToScene(viewportPos);
    const double reach = std::max(measure::kPortSide, d->cableReach());
    for (const model::Link& link : d->scene.context().lab.links) {
        const CablePlace* place = d->scene.context().layout.find(link.id);
        for (const std::size_t side : {std::size_t(0), std::size_t(1)}) {
            if (place != nullptr && (place->ports[side] - at).manhattanLength() <= reach) {
                return link.ends[side];
            }
        }
    }
    return {};
}

QRect LabView::viewRectOf(const Selection& item) const {
    return viewportTransform().mapRect(d->scene.rectOf(item)).toAlignedRect();
}

Selection LabView::current() const {
    const Selection& focused = d->scene.context().focused;
    return std::holds_alternative<std::monostate>(focused) ? selection() : focused;
}

QPoint LabView::halfLinePos(const model::Endpoint& end) const {
    for (const model::Link& link : d->scene.context().lab.links) {
        const CablePlace* place = d->scene.context().layout.find(link.id);
        for (const std::size_t side : {std::size_t(0), std::size_t(1)}) {
            if (link.ends[side] == end && place != nullptr) {
                return mapFromScene(place->at(side == 0 ? 0.14 : 0.86)); // Between the port and the glyph.
            }
        }
    }
    return {-1, -1};
}

QString LabView::accessibleTextOf(const Selection& item) const {
    return d->scene.accessibleTextOf(item);
}

} // namespace podleaf::ui
