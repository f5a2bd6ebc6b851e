// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas for screen readers: see the header.
#include "canvas_accessible.h"

#include "lab_view.h"

#include <QWindow>

#include <algorithm>

namespace podleaf::ui {

namespace {

QAccessibleInterface* makeInterface(const QString& /*className*/, QObject* object) {
    auto* view = qobject_cast<LabView*>(object);
    return view == nullptr ? nullptr : new CanvasAccessible(view);
}

} // namespace

void installCanvasAccessibility() {
    QAccessible::installFactory(makeInterface); // Qt keeps each factory once.
}

CanvasAccessible::CanvasAccessible(LabView* view) : QAccessibleWidget(view, QAccessible::Canvas) {}

CanvasAccessible::~CanvasAccessible() {
    for (const Known& known : m_known) {
        QAccessible::deleteAccessibleInterface(known.id);
    }
}

LabView* CanvasAccessible::view() const {
    return qobject_cast<LabView*>(object());
}

QAccessibleInterface* CanvasAccessible::interfaceOf(const Selection& item) const {
    const auto known = std::ranges::find(m_known, item, &Known::item);
    if (known != m_known.end()) {
        return QAccessible::accessibleInterface(known->id);
    }
    auto* made = new ItemAccessible(view(), item); // Qt's registry owns it.
    m_known.push_back({item, QAccessible::registerAccessibleInterface(made)});
    return made;
}

/// The items come first, then the widgets that lie over the canvas.
int CanvasAccessible::childCount() const {
    return static_cast<int>(view()->itemsInTabOrder().size()) + QAccessibleWidget::childCount();
}

QAccessibleInterface* CanvasAccessible::child(int index) const {
    const std::vector<Selection> items = view()->itemsInTabOrder();
    const auto count = static_cast<int>(items.size());
    return index < 0       ? nullptr
           : index < count ? interfaceOf(items[static_cast<std::size_t>(index)])
                           : QAccessibleWidget::child(index - count);
}

int CanvasAccessible::indexOfChild(const QAccessibleInterface* child) const {
    const std::vector<Selection> items = view()->itemsInTabOrder();
    if (const auto* item = dynamic_cast<const ItemAccessible*>(child)) {
        const auto at = std::ranges::find(items, item->item());
        return at == items.end() ? -1 : static_cast<int>(at - items.begin());
    }
    const int other = QAccessibleWidget::indexOfChild(child);
    return other < 0 ? -1 : other + static_cast<int>(items.size());
}

QAccessibleInterface* CanvasAccessible::childAt(int x, int y) const {
    if (QAccessibleInterface* over = QAccessibleWidget::childAt(x, y); over != nullptr && over->object() != view()->viewport()) {
        return over;
    }
    const Selection item = view()->hit(view()->viewport()->mapFromGlobal(QPoint(x, y)));
    return std::holds_alternative<std::monostate>(item) ? nullptr : interfaceOf(item);
}

QAccessibleInterface* CanvasAccessible::focusChild() const {
    const Selection focused = view()->focusedItem();
    return std::holds_alternative<std::monostate>(focused) ? nullptr : interfaceOf(focused);
}

bool ItemAccessible::isValid() const {
    return m_view != nullptr && !m_view->accessibleTextOf(m_item).isEmpty();
}

QWindow* ItemAccessible::window() const {
    return m_view == nullptr ? nullptr : m_view->window()->windowHandle();
}

QAccessibleInterface* ItemAccessible::parent() const {
    return QAccessible::queryAccessibleInterface(m_view);
}

QString ItemAccessible::text(QAccessible::Text text) const {
    return text == QAccessible::Name && m_view != nullptr ? m_view->accessibleTextOf(m_item) : QString();
}

QRect ItemAccessible::rect() const {
    if (m_view == nullptr) {
        return {};
    }
    const QRect inView = m_view->viewRectOf(m_item);
    return {m_view->viewport()->mapToGlobal(inView.topLeft()), inView.size()};
}

QAccessible::State ItemAccessible::state() const {
    QAccessible::State state;
    if (!isValid()) {
        state.invalid = true;
        return state;
    }
    state.focusable = true;
    state.selectable = true;
    state.focused = m_view->focusedItem() == m_item;
    state.selected = m_view->selection() == m_item;
    state.offscreen = !m_view->viewport()->rect().intersects(m_view->viewRectOf(m_item));
    return state;
}

} // namespace podleaf::ui
