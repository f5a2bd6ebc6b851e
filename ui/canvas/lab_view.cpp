// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: a lab and its state in. GUI thread.
#include "lab_view.h"

#include "canvas_accessible.h"
#include "lab_view_private.h"

#include <QDateTime>

#include <algorithm>
#include <iterator>

namespace podleaf::ui {

namespace {

constexpr double kCableReach = 8; ///< How far a cable catches the pointer, in pixels of the screen.
constexpr int kTickMs = 1000;
constexpr int kMarksMs = 650; ///< A little more than the longest of them.

} // namespace

LabView::Private::Private(LabView* view, const Theme& theme)
    : q(view), scene(theme), clock([] { return QDateTime::currentMSecsSinceEpoch(); }), legend(new LegendOverlay(view)),
      legendButton(new LegendButton(view)), zoom(new ZoomOverlay(view)), map(new MinimapOverlay(view)), strip(new StripOverlay(view)),
      note(new NoteOverlay(view)), empty(new EmptyOverlay(view)), simulated(new SimulatedStrip(view)) {
    map->setScene(&scene);
    motion.setReduced(Motion::isReducedByDesktop());
    steady.start();
    installCanvasAccessibility();
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
    connect(d->legendButton, &LegendButton::toggled, this, [this] { d->placeOverlays(); });
    connect(d->note, &NoteOverlay::closeClicked, this, [this] { d->endTrace(); });
    connect(d->strip, &StripOverlay::upClicked, this, &LabView::upRequested);
    connect(d->empty, &EmptyOverlay::openClicked, this, &LabView::openRequested);
    connect(d->empty, &EmptyOverlay::tutorialClicked, this, &LabView::tutorialRequested);
    connect(d->map, &MinimapOverlay::goTo, this, [this](const QPointF& scenePos) {
        d->fitted = false;
        centerOn(scenePos);
    });
    connect(&d->tick, &QTimer::timeout, this, [this] {
        d->scene.edit().nowMs = d->clock();
        d->updateLegend();
        d->announce();
        d->repaint();
    });
    connect(&d->graphviz, &Graphviz::placed, this, [this](const QHash<NodeId, QPointF>& places) { d->onPlaced(places); });
    connect(&d->graphviz, &Graphviz::failed, this, [this](const Error& error) { Q_EMIT noticed(error.message); });
    setTheme(theme);
    setLab({});
}

LabView::~LabView() {
    setScene(nullptr); // The scene is a member of d and goes before the view's own parts.
}

void LabView::setLab(const model::Lab& lab) {
    d->labOpen = !lab.id.isEmpty() && !lab.nodes.empty();
    const bool isNew = lab.id != d->scene.context().lab.id;
    const std::optional<Ipv4Prefix> chosen = isNew ? std::nullopt : prefix();
    d->drag.reset();
    d->unplaced.clear();
    for (const model::Node& node : lab.nodes) {
        if (!node.position && (isNew || d->scene.context().layout.find(node.id) == nullptr)) {
            d->unplaced.insert(node.id);
        }
    }
    d->scene.setLab(d->labOpen ? lab : model::Lab());
    d->map->sceneChanged();
    d->askGraphviz();
    d->endTrace();
    setPrefix(chosen);
    d->scene.edit().nowMs = d->clock();
    d->fitPending = d->fitPending || isNew || d->fitted;
    if (isVisible() && d->fitPending) {
        d->fitNow();
    }
    d->updateStrip();
    d->updateTimer();
    d->updateLegend();
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
    d->map->sceneChanged();
    d->updateMap();
    d->updateLegend();
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
    d->scene.edit().motionMs = d->steady.elapsed();
    d->scene.apply(snapshot, delta);
    if (d->scene.takeTurned()) {
        d->moveMarks();
    }
    if (!delta.isEmptyButForRates()) {
        d->updateLegend(); // Of rates with the next tick.
    }
    d->announce();
    if (wasRunning != d->isRunning()) {
        d->updateStrip();
        d->updateTimer();
    }
    const bool isDrawn = (!delta.usage.empty() && lens(Lens::State)) || (!delta.traffic.empty() && lens(Lens::Traffic));
    if (delta.isEmptyButForRates() && !delta.isEmpty() && !isDrawn) {
        return;
    }
    d->map->sceneChanged();
    d->repaint();
}

void LabView::setTheme(const Theme& theme) {
    const double percent = zoomPercent();
    d->scene.edit().theme = theme;
    d->legend->setTheme(theme);
    d->legendButton->setTheme(theme);
    d->zoom->setTheme(theme);
    d->map->setTheme(theme);
    d->strip->setTheme(theme);
    d->note->setTheme(theme);
    d->empty->setTheme(theme);
    d->simulated->setTheme(theme);
    d->setZoom(percent / 100, QRectF(viewport()->rect()).center());
    d->updateLegend();
    d->placeOverlays();
    d->repaint();
}

void LabView::setClock(Clock clock) {
    d->clock = std::move(clock);
    d->scene.edit().nowMs = d->clock();
}

void LabView::setBusy(bool busy, const QString& why) {
    d->strip->setBusy(busy, why);
}

void LabView::setTestResult(const verify::LegResult& leg) {
    if (d->scene.flows() == nullptr) {
        return;
    }
    d->scene.edit().nowMs = d->clock();
    d->scene.edit().motionMs = d->steady.elapsed();
    d->scene.flows()->add(leg);
    d->moveMarks();
    d->updateLegend();
    d->repaint();
}

void LabView::clearTestResults() {
    if (d->scene.flows() != nullptr) {
        d->scene.flows()->clear();
        d->updateLegend();
        d->repaint();
    }
}

Selection LabView::selection() const {
    return d->scene.context().selected;
}

void LabView::select(const Selection& what) {
    d->setFocused({}); // Keys act on what was chosen last.
    d->setSelected(d->scene.has(what) ? what : Selection());
}

void LabView::setMarked(const std::vector<Selection>& parts) {
    std::vector<Selection>& marked = d->scene.edit().marked;
    marked.clear();
    std::ranges::copy_if(parts, std::back_inserter(marked), [this](const Selection& part) { return d->scene.has(part); });
    d->repaint();
}

bool LabView::isDragging() const {
    return d->drag.has_value();
}

void LabView::dismiss() {
    if (d->drag) {
        d->cancelDrag();
    } else if (!d->note->sentence().isEmpty()) {
        d->endTrace();
    } else if (!d->scene.context().lit.isEmpty()) {
        setLit({});
        Q_EMIT searchDismissed();
    } else {
        d->setSelected({});
    }
}

void LabView::setLit(const Lit& lit) {
    if (d->scene.context().lit != lit) {
        d->scene.edit().lit = lit;
        d->map->sceneChanged();
        d->repaint();
    }
}

void LabView::centreOn(const Selection& item) {
    if (d->scene.has(item)) {
        d->fitted = false;
        centerOn(d->scene.rectOf(item).center());
        d->repaint();
    }
}

void LabView::setReducedMotion(bool reduced) {
    d->motion.setReduced(reduced);
    d->scene.edit().still = reduced;
    d->repaint();
}

/// Rings, fading colours and flows that draw themselves: each has its own begin, one clock moves them all.
void LabView::Private::moveMarks() {
    motion.run(Motion::Sort::Marks, kMarksMs, [this](double progress) {
        scene.edit().still = progress >= 1;
        scene.edit().motionMs = steady.elapsed();
        repaint();
    });
}

bool LabView::hasReducedMotion() const {
    return d->motion.isReduced();
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
    d->motion.finishAll();
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

QPointF LabView::scenePosOf(const NodeId& node) const {
    const NodePlace* place = d->scene.context().layout.find(node);
    return place == nullptr ? QPointF() : place->card.topLeft();
}

QRectF LabView::sceneRectOf(const NodeId& node) const {
    return d->scene.rectOf(node);
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

std::vector<Selection> LabView::itemsInTabOrder() const {
    return d->scene.tabOrder();
}

Selection LabView::focusedItem() const {
    return d->scene.context().focused;
}

QString LabView::accessibleTextOf(const Selection& item) const {
    return d->scene.accessibleTextOf(item);
}

} // namespace podleaf::ui
