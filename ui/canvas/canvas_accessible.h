// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas for screen readers: each node, cable, pod and flow is a child with a name read like a sentence, a place
// and a state (design §11). GUI thread.
#pragma once

#include "selection.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <vector>

namespace podleaf::ui {

class LabView;

/// Lets Qt make the interfaces of every LabView; needed once, further calls do nothing.
void installCanvasAccessibility();

class CanvasAccessible final : public QAccessibleWidget {
public:
    explicit CanvasAccessible(LabView* view);
    ~CanvasAccessible() override;

    [[nodiscard]] int childCount() const override;
    [[nodiscard]] QAccessibleInterface* child(int index) const override;
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override;
    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override;
    [[nodiscard]] QAccessibleInterface* focusChild() const override;

private:
    struct Known {
        Selection item;
        QAccessible::Id id;
    };
    [[nodiscard]] QAccessibleInterface* interfaceOf(const Selection& item) const;
    [[nodiscard]] LabView* view() const;

    mutable std::vector<Known> m_known; ///< Made when they are asked for first.
};

class ItemAccessible final : public QAccessibleInterface {
public:
    ItemAccessible(LabView* view, Selection item) : m_view(view), m_item(std::move(item)) {}
    [[nodiscard]] const Selection& item() const { return m_item; }

    [[nodiscard]] bool isValid() const override;
    [[nodiscard]] QObject* object() const override { return nullptr; }
    [[nodiscard]] QWindow* window() const override;
    [[nodiscard]] QAccessibleInterface* childAt(int /*x*/, int /*y*/) const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* parent() const override;
    [[nodiscard]] QAccessibleInterface* child(int /*index*/) const override { return nullptr; }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* /*child*/) const override { return -1; }
    [[nodiscard]] QString text(QAccessible::Text text) const override;
    void setText(QAccessible::Text /*text*/, const QString& /*value*/) override {}
    [[nodiscard]] QRect rect() const override;
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::ListItem; }
    [[nodiscard]] QAccessible::State state() const override;

private:
    QPointer<LabView> m_view;
    const Selection m_item;
};

} // namespace podleaf::ui
