// SPDX-License-Identifier: GPL-3.0-or-later
#include "mouse_and_keys.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QWindow>

#include <algorithm>

namespace podleaf::test {

void clickAt(QWidget& widget, const QPoint& place, Qt::MouseButton button) {
    QWidget* window = widget.window();
    QTest::mouseClick(window->windowHandle(), button, {}, widget.mapTo(window, place));
}

void click(QWidget& widget) {
    clickAt(widget, widget.rect().center());
}

void dragTo(const QWidget& from, const QWidget& to, const QPoint& place) {
    QWidget* window = from.window();
    const QPoint begin = from.mapTo(window, from.rect().center());
    const QPoint end = to.mapTo(window, place);
    QTest::mousePress(window->windowHandle(), Qt::LeftButton, {}, begin);
    QTest::mouseMove(window->windowHandle(), (begin + end) / 2);
    QTest::mouseMove(window->windowHandle(), end);
    QTest::mouseRelease(window->windowHandle(), Qt::LeftButton, {}, end);
}

bool clickDockTab(const QWidget& window, const QString& title) {
    for (QTabBar* bar : window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
        for (int tab = 0; tab < bar->count(); ++tab) {
            if (bar->isVisible() && bar->tabText(tab) == title) {
                clickAt(*bar, bar->tabRect(tab).center());
                return true;
            }
        }
    }
    return false;
}

bool clickButton(const QWidget& parent, const QString& text) {
    const auto buttons = parent.findChildren<QAbstractButton*>();
    const auto found = std::ranges::find_if(
        buttons, [&text](const QAbstractButton* each) { return each->text() == text && each->isEnabled() && isInSight(*each); });
    if (found == buttons.end()) {
        return false;
    }
    click(**found);
    return true;
}

QMenu* openMenu() {
    return qobject_cast<QMenu*>(QApplication::activePopupWidget());
}

bool chooseFrom(QMenu& menu, const QString& text) {
    const QList<QAction*> actions = menu.actions();
    for (QAction* action : actions) {
        if (action->text() == text && action->isEnabled()) {
            clickAt(menu, menu.actionGeometry(action).center());
            return true;
        }
    }
    return false;
}

bool answerWithPath(QWidget* dialog, const QString& path) {
    auto* name = dialog == nullptr ? nullptr : dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    if (name == nullptr) {
        return false;
    }
    name->setCompleter(nullptr); // Its list comes when the disk has answered, and would take the click.
    name->selectAll();
    QTest::keyClicks(name, path);
    const auto buttons = dialog->findChildren<QPushButton*>();
    const auto save = std::ranges::find_if(buttons, &QPushButton::isDefault);
    if (save == buttons.end()) {
        return false;
    }
    click(**save);
    return true;
}

void press(QWidget& window, Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(window.windowHandle(), key, modifiers);
}

bool isInSight(const QWidget& widget) {
    const QWidget* window = widget.window();
    return widget.isVisible() && window->rect().intersects(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()));
}

int countNear(const QImage& image, const QPoint& centre, int reach, const QColor& color) {
    int count = 0;
    for (int y = centre.y() - reach; y <= centre.y() + reach; ++y) {
        for (int x = centre.x() - reach; x <= centre.x() + reach; ++x) {
            count += image.valid(x, y) && image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

} // namespace podleaf::test
