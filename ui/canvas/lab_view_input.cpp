// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: mouse, keyboard and tool tips. GUI thread.
#include "lab_view_private.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QRegularExpression>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace podleaf::ui {

namespace {

constexpr double kWheelStep = 1.15; ///< Per notch of 15 degrees.
constexpr int kDragPixels = 4;
constexpr int kMarkMs = 120;
constexpr int kAnnounceMs = 1000;

bool isOnCanvasOnly(const Selection& item) {
    return std::holds_alternative<NoteRef>(item) || std::holds_alternative<GroupRef>(item);
}

/// Deletes itself when it is closed; its parent is the view in any case.
void popUp(std::unique_ptr<QMenu> menu, const QPoint& globalPos) {
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu.release()->popup(globalPos);
}

/// Ages and what a node uses go up and down by themselves and are no news.
QString withoutFigures(QString text) {
    static const QRegularExpression kFigures(QStringLiteral("[0-9.]+ ((s|min|h|d|MB)\\b|%)"));
    return text.remove(kFigures);
}

} // namespace

void LabView::Private::setHovered(const Selection& item) {
    if (scene.context().hovered == item) {
        return;
    }
    scene.edit().hovered = item;
    motion.run(Motion::Sort::Hover, kMarkMs, [this](double progress) {
        scene.edit().hoverStrength = progress;
        repaint();
    });
}

void LabView::Private::setFocused(const Selection& item) {
    if (scene.context().focused == item) {
        return;
    }
    scene.edit().focused = item;
    q->setAccessibleDescription(scene.accessibleTextOf(item)); // Read out as the focus moves.
    announced = withoutFigures(q->accessibleDescription());
    announcedMs = steady.elapsed();
    const std::vector<Selection> items = scene.tabOrder();
    const auto at = std::ranges::find(items, item);
    if (at != items.end()) {
        QAccessibleEvent event(q, QAccessible::Focus);
        event.setChild(static_cast<int>(at - items.begin()));
        QAccessible::updateAccessibility(&event);
    }
    repaint();
}

void LabView::Private::announce() {
    const QString now = scene.accessibleTextOf(scene.context().focused);
    const QString what = withoutFigures(now);
    if (what == announced || now.isEmpty() || steady.elapsed() - announcedMs < kAnnounceMs) {
        return;
    }
    announced = what;
    announcedMs = steady.elapsed();
    q->setAccessibleDescription(now);
}

void LabView::Private::setSelected(const Selection& item) {
    if (scene.context().selected == item) {
        return;
    }
    scene.edit().selected = item;
    motion.run(Motion::Sort::Select, kMarkMs, [this](double progress) {
        scene.edit().selectionStrength = progress;
        repaint();
    });
    choosePrefixOf(item);
    updateLegend(); // A flow that has faded is gone when it is selected no more.
    map->sceneChanged();
    repaint();
    Q_EMIT q->selectionChanged(item);
}

void LabView::Private::makeVisible(const Selection& item) {
    const QRectF shown = q->viewportTransform().mapRect(scene.rectOf(item));
    if (!QRectF(q->viewport()->rect()).intersects(shown)) {
        q->centerOn(scene.rectOf(item).center());
    }
}

bool LabView::Private::isCut(const LinkId& link) const {
    const CableLook* look = scene.edges() == nullptr ? nullptr : scene.edges()->lookAt(link);
    return look != nullptr && look->cut;
}

void LabView::Private::toggleCable(const LinkId& link) {
    if (!isRunning()) {
        return;
    }
    if (isCut(link)) {
        Q_EMIT q->joinRequested(link);
    } else {
        Q_EMIT q->cutRequested(link);
    }
}

void LabView::wheelEvent(QWheelEvent* event) {
    if (!d->labOpen) {
        return;
    }
    d->motion.finish(Motion::Sort::View);
    d->motion.finish(Motion::Sort::Places);
    d->fitted = false;
    const double notches = event->angleDelta().y() / 120.0;
    d->setZoom(zoomPercent() / 100 * std::pow(kWheelStep, notches), event->position());
    event->accept();
}

void LabView::mousePressEvent(QMouseEvent* event) {
    d->motion.finish(Motion::Sort::View); // Any input ends what moves the view or the cards.
    d->motion.finish(Motion::Sort::Places);
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && d->spaceHeld)) {
        d->panning = true;
        d->panLast = event->pos();
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const Selection under = hit(event->pos());
    if (!d->traceFrom.isEmpty() && !d->traceNameOf(under).isEmpty()) {
        return d->traceAt(d->traceNameOf(under));
    }
    if (std::holds_alternative<std::monostate>(under)) {
        d->pressedAt = event->pos();
        d->panLast = event->pos();
        return;
    }
    d->setFocused({});
    d->setSelected(under);
    d->choosePrefixOf(under); // Also of what was selected before, as another prefix may have been chosen since.
    d->drag = d->dragOf(under);
    if (d->drag) {
        d->drag->pressedAt = event->pos();
    }
}

void LabView::mouseMoveEvent(QMouseEvent* event) {
    if (d->drag) {
        return d->dragTo(event->pos());
    }
    if (d->pressedAt && (event->pos() - *d->pressedAt).manhattanLength() >= kDragPixels) {
        d->pressedAt.reset();
        d->panning = true;
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    if (d->panning) {
        d->fitted = false;
        d->panBy(d->panLast - event->pos());
        d->panLast = event->pos();
        return;
    }
    d->setHovered(hit(event->pos()));
}

void LabView::mouseReleaseEvent(QMouseEvent* event) {
    if (d->drag && event->button() == Qt::LeftButton) {
        return d->endDrag();
    }
    if (d->panning && (event->button() == Qt::MiddleButton || event->button() == Qt::LeftButton)) {
        d->panning = false;
        viewport()->unsetCursor();
    } else if (d->pressedAt) {
        d->setFocused({});
        d->setSelected({});
    }
    d->pressedAt.reset();
}

void LabView::mouseDoubleClickEvent(QMouseEvent* event) {
    const Selection under = hit(event->pos());
    if (const auto* node = std::get_if<NodeId>(&under); node != nullptr && event->button() == Qt::LeftButton) {
        Q_EMIT consoleRequested(*node);
    } else if (const auto* pod = std::get_if<PodRef>(&under); pod != nullptr && event->button() == Qt::LeftButton) {
        Q_EMIT consoleRequested(NodeId(pod->name));
    } else if (isOnCanvasOnly(under) && event->button() == Qt::LeftButton) {
        Q_EMIT renameRequested(under);
    }
}

bool LabView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = d->scene.toolTipOf(hit(help->pos()));
        if (text.isEmpty()) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(help->globalPos(), text, viewport());
        }
        return true;
    }
    if (event->type() == QEvent::Leave && d != nullptr) {
        d->setHovered({});
    }
    return QGraphicsView::viewportEvent(event);
}

bool LabView::Private::zoomKey(const QKeyEvent& event) {
    if (!event.modifiers().testFlag(Qt::ControlModifier)) {
        return false;
    }
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        q->zoomIn();
        return true;
    case Qt::Key_Minus:
        q->zoomOut();
        return true;
    case Qt::Key_0:
        q->fit();
        return true;
    case Qt::Key_1:
        q->actualSize();
        return true;
    default:
        return false;
    }
}

bool LabView::Private::moveFocusKey(int key) {
    const QPointF direction = key == Qt::Key_Left    ? QPointF(-1, 0)
                              : key == Qt::Key_Right ? QPointF(1, 0)
                              : key == Qt::Key_Up    ? QPointF(0, -1)
                              : key == Qt::Key_Down  ? QPointF(0, 1)
                                                     : QPointF();
    const std::vector<Selection> order = scene.tabOrder();
    if (direction.isNull() || order.empty()) {
        return false;
    }
    Selection from = scene.context().focused;
    if (std::holds_alternative<std::monostate>(from)) {
        from = scene.context().selected;
    }
    const Selection to = std::holds_alternative<std::monostate>(from) ? order.front() : scene.neighbour(from, direction);
    setFocused(to);
    makeVisible(to);
    return true;
}

void LabView::keyPressEvent(QKeyEvent* event) {
    d->motion.finish(Motion::Sort::View);
    d->motion.finish(Motion::Sort::Places);
    if (d->zoomKey(*event) || d->moveNodeKey(*event) || d->moveFocusKey(event->key())) {
        return event->accept();
    }
    const Selection focused = current();
    const auto* link = std::get_if<LinkId>(&focused);
    switch (event->key()) {
    case Qt::Key_Space:
        d->spaceHeld = true;
        return event->accept();
    case Qt::Key_X:
        if (link != nullptr && event->modifiers() == Qt::NoModifier) {
            d->toggleCable(*link);
        }
        return event->accept();
    case Qt::Key_T:
        d->traceAt(d->traceNameOf(focused));
        return event->accept();
    case Qt::Key_Escape:
        dismiss();
        return event->accept();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        d->setSelected(focused);
        if (const auto* node = std::get_if<NodeId>(&focused)) {
            Q_EMIT nodeActivated(*node);
        }
        return event->accept();
    default:
        event->ignore(); // The arrows of QGraphicsView's scroll bars are not wanted; shortcuts of the window are.
    }
}

void LabView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        d->spaceHeld = false;
    }
    QGraphicsView::keyReleaseEvent(event);
}

/// Tab goes through nodes and cables and leaves the canvas at either end.
bool LabView::focusNextPrevChild(bool next) {
    const std::vector<Selection> order = d->scene.tabOrder();
    const auto at = std::ranges::find(order, d->scene.context().focused);
    if (!order.empty() && hasFocus()) {
        if (at == order.end()) {
            d->setFocused(next ? order.front() : order.back());
            d->makeVisible(d->scene.context().focused);
            return true;
        }
        if (next ? at + 1 != order.end() : at != order.begin()) {
            d->setFocused(next ? *(at + 1) : *(at - 1));
            d->makeVisible(d->scene.context().focused);
            return true;
        }
    }
    d->setFocused({});
    return QGraphicsView::focusNextPrevChild(next);
}

void LabView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    const std::vector<Selection> order = d->scene.tabOrder();
    if (event->reason() == Qt::TabFocusReason && !order.empty()) {
        d->setFocused(order.front());
    } else if (event->reason() == Qt::BacktabFocusReason && !order.empty()) {
        d->setFocused(order.back());
    }
}

void LabView::focusOutEvent(QFocusEvent* event) {
    QGraphicsView::focusOutEvent(event);
    d->spaceHeld = false;
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason) {
        d->setFocused({});
    }
}

void LabView::contextMenuEvent(QContextMenuEvent* event) {
    if (!d->labOpen) {
        return;
    }
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const Selection item = byKey ? current() : hit(event->pos());
    const bool isFree = std::holds_alternative<std::monostate>(item);
    const QPoint middle = isFree ? viewport()->rect().center() : viewRectOf(item).center();
    if (!byKey) {
        d->setFocused({}); // Its entries act on what lies under the pointer.
    }
    d->setSelected(item);
    auto menu = isFree ? std::make_unique<QMenu>(this) : makeContextMenu(item);
    const QPoint at = byKey ? viewport()->mapToGlobal(middle) : event->globalPos();
    if (menu != nullptr && d->menuFiller) {
        d->menuFiller(*menu, item, at);
    }
    if (menu != nullptr && !menu->isEmpty()) {
        popUp(std::move(menu), at);
    }
}

void LabView::setMenuFiller(MenuFiller filler) {
    d->menuFiller = std::move(filler);
}

void LabView::showMenu(const Selection& item, const QPoint& globalPos) {
    if (std::unique_ptr<QMenu> menu = makeContextMenu(item)) {
        popUp(std::move(menu), globalPos);
    }
}

Result<> LabView::showFaultMenu(const Selection& item, const QPoint& globalPos) {
    auto menu = makeFaultMenu(item);
    if (!menu) {
        return fail(std::move(menu.error()));
    }
    popUp(std::move(*menu), globalPos);
    return {};
}

} // namespace podleaf::ui
