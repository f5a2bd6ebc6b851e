// SPDX-License-Identifier: GPL-3.0-or-later
// CanvasTools: see the header.
#include "canvas_tools.h"

#include <ui/canvas/layout.h>

#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {

constexpr int kDragPixels = 4; ///< As the canvas'.

bool isPart(const Selection& item) {
    return std::holds_alternative<NodeId>(item) || std::holds_alternative<LinkId>(item) || std::holds_alternative<NoteRef>(item) ||
           std::holds_alternative<GroupRef>(item);
}

} // namespace

CanvasTools::CanvasTools(const Theme& theme, LabView& canvas, QObject* parent)
    : QObject(parent), m_canvas(canvas), m_overlay(new ToolOverlay(theme, canvas)) {
    m_canvas.viewport()->installEventFilter(this);
    m_canvas.installEventFilter(this);
    connect(&m_canvas, &LabView::selectionChanged, this, [this](const Selection& selected) {
        if (!m_marked.empty() && std::ranges::find(m_marked, selected) == m_marked.end()) {
            mark({}); // Something else was chosen alone.
        }
        Q_EMIT markedChanged();
    });
}

void CanvasTools::setLab(const model::Lab* lab) {
    m_lab = lab;
    std::vector<Selection> left;
    std::ranges::copy_if(m_marked, std::back_inserter(left),
                         [this](const Selection& part) { return !m_canvas.viewRectOf(part).isEmpty(); });
    if (left.size() != m_marked.size()) {
        mark(std::move(left));
    }
    cancel();
}

std::vector<Selection> CanvasTools::marked() const {
    const Selection current = m_canvas.current();
    return !m_marked.empty() ? m_marked : isPart(current) ? std::vector{current} : std::vector<Selection>();
}

void CanvasTools::mark(std::vector<Selection> parts) {
    const bool isSingle = parts.size() == 1;
    const Selection one = isSingle ? parts.front() : Selection();
    m_marked = isSingle ? std::vector<Selection>() : std::move(parts);
    if (isSingle) {
        m_canvas.select(one);
    } else if (!m_marked.empty() && std::ranges::find(m_marked, m_canvas.selection()) == m_marked.end()) {
        m_canvas.select(m_marked.back());
    }
    showTool();
    Q_EMIT markedChanged();
}

void CanvasTools::become(Tool tool) {
    m_tool = std::move(tool);
    if (std::holds_alternative<CableArmed>(m_tool)) {
        m_canvas.viewport()->setCursor(Qt::CrossCursor);
    } else {
        m_canvas.viewport()->unsetCursor();
    }
    showTool();
}

void CanvasTools::showTool() {
    ToolOverlay::Content content;
    if (const auto* band = std::get_if<Band>(&m_tool)) {
        content.band = QRect(band->from, band->to).normalized();
    } else if (const auto* cable = std::get_if<Cable>(&m_tool)) {
        content.cable = QLine(cable->start, cable->end);
        const Selection target = cable->isByMouse ? nodeAt(cable->end) : m_canvas.current();
        content.cableTarget = target == Selection(cable->from) ? Selection() : target;
        content.words = cable->isByMouse ? QString() : tr("Go to the other node and press Enter.");
        content.wordsAt = cable->start;
    } else if (const auto* held = std::get_if<Held>(&m_tool)) {
        const double scale = m_canvas.transform().m11();
        const QSizeF card(measure::kCardWidth * scale, measure::kLeafHeight * scale);
        if (held->landing == Landing::Card) {
            content.card = QRectF(QPointF(held->at) - QPointF(card.width() / 2, card.height() / 2), card).toRect();
        } else if (held->landing != Landing::Anywhere) {
            content.cableTarget = held->landing == Landing::OnNode ? nodeAt(held->at) : m_canvas.hit(held->at);
        }
        content.words = held->words;
        content.wordsAt = held->at;
    }
    m_canvas.setMarked(m_marked);
    m_overlay->show(std::move(content));
}

void CanvasTools::beginCable(const Selection& from) {
    if (const auto* node = std::get_if<NodeId>(&from)) {
        const QPoint start = m_canvas.viewRectOf(from).center();
        m_canvas.setFocus(Qt::OtherFocusReason);
        return become(Cable{*node, start, start, false});
    }
    become(CableArmed());
}

void CanvasTools::hold(const QString& words, Landing landing, const QPoint& globalPos) {
    const QPoint at = m_canvas.viewport()->mapFromGlobal(globalPos);
    if (m_canvas.viewport()->rect().contains(at)) {
        become(Held{words, landing, at});
    } else {
        cancel();
    }
}

bool CanvasTools::letGo(const QPoint& globalPos) {
    cancel();
    return m_canvas.viewport()->rect().contains(m_canvas.viewport()->mapFromGlobal(globalPos));
}

void CanvasTools::cancel() {
    become(Idle());
}

Selection CanvasTools::nodeAt(const QPoint& at) const {
    const model::Endpoint port = m_canvas.portAt(at);
    if (!port.node.isEmpty()) {
        return port.node;
    }
    const Selection under = m_canvas.hit(at);
    if (const auto* pod = std::get_if<PodRef>(&under); pod != nullptr && m_lab != nullptr) { // A chip is a part of its host.
        for (const model::Pod& each : m_lab->pods()) {
            if (each.name == pod->name) {
                return each.host;
            }
        }
    }
    return std::holds_alternative<NodeId>(under) ? under : Selection();
}

bool CanvasTools::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &m_canvas) {
        if (event->type() == QEvent::KeyRelease && std::holds_alternative<Cable>(m_tool)) {
            showTool(); // The key focus may have moved on.
        }
        const bool isEscape = event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
        if (isEscape && !m_canvas.isDragging() && (!isIdle() || !m_marked.empty())) {
            event->accept(); // Ours first: the window would only deselect.
            return true;
        }
        return event->type() == QEvent::KeyPress && onKey(static_cast<QKeyEvent*>(event)->key());
    }
    if (event->type() == QEvent::Resize) {
        m_overlay->setGeometry(m_canvas.viewport()->rect());
    }
    const auto* mouse = dynamic_cast<QMouseEvent*>(event);
    if (mouse == nullptr) {
        return false;
    }
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return mouse->button() == Qt::LeftButton && onPress(mouse->position().toPoint(), mouse->modifiers());
    case QEvent::MouseMove:
        return onMove(mouse->position().toPoint());
    case QEvent::MouseButtonRelease:
        return mouse->button() == Qt::LeftButton && onRelease(mouse->position().toPoint());
    default:
        return false;
    }
}

bool CanvasTools::onPress(const QPoint& at, Qt::KeyboardModifiers modifiers) {
    m_canvas.setFocus(Qt::MouseFocusReason);
    m_pressed.reset();
    const Selection under = nodeAt(at);
    const auto* node = std::get_if<NodeId>(&under);
    const bool isArmed = std::holds_alternative<CableArmed>(m_tool);
    const bool isPort = !m_canvas.portAt(at).node.isEmpty() && modifiers == Qt::NoModifier;
    if (node != nullptr && (isArmed || isPort)) {
        become(Cable{*node, at, at, true});
        return true;
    }
    if (std::holds_alternative<Cable>(m_tool)) {
        finishCable(under);
        return true;
    }
    if (isArmed) {
        cancel();
        return true;
    }
    const Selection hit = m_canvas.hit(at);
    if (modifiers == Qt::ControlModifier && isPart(hit)) {
        toggle(hit);
        return true;
    }
    if (modifiers.testFlag(Qt::ShiftModifier) && !isPart(hit)) {
        become(Band{at, at, modifiers.testFlag(Qt::ControlModifier)});
        return true;
    }
    if (std::ranges::find(m_marked, hit) != m_marked.end()) {
        m_pressed = Pressed{hit, at};
    } else if (!m_marked.empty()) {
        mark({});
    }
    return false;
}

bool CanvasTools::onMove(const QPoint& at) {
    if (m_pressed && (at - m_pressed->at).manhattanLength() >= kDragPixels) {
        m_pressed.reset(); // They are dragged together.
    }
    if (auto* band = std::get_if<Band>(&m_tool)) {
        band->to = at;
    } else if (auto* cable = std::get_if<Cable>(&m_tool); cable != nullptr && cable->isByMouse) {
        cable->end = at;
    } else {
        return false;
    }
    showTool();
    return true;
}

bool CanvasTools::onRelease(const QPoint& at) {
    if (const auto* band = std::get_if<Band>(&m_tool)) {
        finishBand(*band);
        return true;
    }
    if (const auto* cable = std::get_if<Cable>(&m_tool); cable != nullptr && cable->isByMouse) {
        if ((at - cable->start).manhattanLength() < 6) { // A click on a port selects its cable, as ever.
            const Selection hit = m_canvas.hit(at);
            cancel();
            m_canvas.select(hit);
            return true;
        }
        finishCable(nodeAt(at));
        return true;
    }
    if (const auto pressed = std::exchange(m_pressed, std::nullopt)) {
        mark({pressed->part});
    }
    return false;
}

bool CanvasTools::onKey(int key) {
    if (key == Qt::Key_Escape && !m_canvas.isDragging() && (!isIdle() || !m_marked.empty())) {
        if (isIdle()) {
            mark({});
            m_canvas.select({});
        }
        cancel();
        return true;
    }
    const auto* cable = std::get_if<Cable>(&m_tool);
    if (cable != nullptr && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
        finishCable(m_canvas.current());
        return true;
    }
    return false;
}

void CanvasTools::finishCable(const Selection& target) {
    const NodeId from = std::get<Cable>(m_tool).from;
    cancel();
    if (const auto* to = std::get_if<NodeId>(&target); to != nullptr && *to != from) {
        Q_EMIT cableDrawn(from, *to);
    }
}

void CanvasTools::finishBand(const Band& band) {
    const QRect area = QRect(band.from, band.to).normalized();
    std::vector<Selection> parts = band.adds ? marked() : std::vector<Selection>();
    const auto take = [&](const Selection& part) {
        if (area.intersects(m_canvas.viewRectOf(part)) && std::ranges::find(parts, part) == parts.end()) {
            parts.push_back(part);
        }
    };
    for (const model::Node& node : m_lab == nullptr ? std::vector<model::Node>() : m_lab->nodes) {
        take(node.id);
    }
    for (std::size_t note = 0; m_lab != nullptr && note < m_lab->notes.size(); ++note) {
        take(NoteRef{note});
    }
    cancel();
    if (parts.empty()) {
        m_canvas.select({});
    }
    mark(std::move(parts));
}

void CanvasTools::toggle(const Selection& part) {
    std::vector<Selection> parts = marked();
    const auto there = std::ranges::find(parts, part);
    if (there == parts.end()) {
        parts.push_back(part);
    } else {
        parts.erase(there);
    }
    if (parts.empty()) {
        m_canvas.select({});
    }
    mark(std::move(parts));
}

} // namespace podleaf::ui
