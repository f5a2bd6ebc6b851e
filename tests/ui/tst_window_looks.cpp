// SPDX-License-Identifier: GPL-3.0-or-later
// How the window looks and what it keeps: docks, names, layout, theme and motion over a restart, small sizes, big fonts.
#include "window_case.h"

#include <ui/editor/lab_editor.h>
#include <ui/editor/palette_panel.h>
#include <ui/window/lens_bar.h>

#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QTabBar>
#include <QToolButton>
#include <QTreeView>
#include <QWidgetAction>

using namespace podleaf;
using namespace podleaf::ui;

class WindowLooksTest final : public QObject, WindowCase {
    Q_OBJECT
private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }
    void docksStandSideBySide();
    void startPageSetsDocksAside();
    void everythingHasAName();
    void layoutIsKeptAndReset();
    void themeIsKept();
    void motionIsKept();
    void themeFollowsTheDesktop();
    void smallestWindowKeepsTheCanvas();
    void bigFontsOverflowNothing();
    void thePaletteIsSeenWhole();
    void sessionsFitTheirDock();
    void flowsFadeAsChosen();
};

void WindowLooksTest::docksStandSideBySide() {
    m_window->openLab({});
    QVERIFY(m_window->tabifiedDockWidgets(dock("plan")).contains(dock("test")));
    QVERIFY(!m_window->tabifiedDockWidgets(dock("plan")).contains(dock("events")));
    QTRY_COMPARE(dock("plan")->y(), dock("events")->y());
    QVERIFY(dock("events")->x() >= dock("plan")->geometry().right());
    QTRY_VERIFY2(qAbs(dock("plan")->width() - 592) < 8 && qAbs(dock("inspector")->width() - 300) < 8,
                 qPrintable(QStringLiteral("%1 %2").arg(dock("plan")->width()).arg(dock("inspector")->width())));
}

void WindowLooksTest::startPageSetsDocksAside() {
    const auto allAreShown = [this] {
        return dock("labs")->isVisible() && dock("inspector")->isVisible() && dock("plan")->isVisible() && dock("events")->isVisible();
    };
    QVERIFY(dock("labs")->isVisible() && !dock("inspector")->isVisible() && !dock("plan")->isVisible() && !dock("events")->isVisible());
    m_window->close(); // What is kept is the layout of a lab.
    open();
    m_window->openLab({});
    QVERIFY(allAreShown());
    m_window->actions().startPage->trigger();
    QVERIFY(!dock("inspector")->isVisible() && !dock("plan")->isVisible());
    m_window->actions().deselect->trigger();
    QVERIFY(allAreShown());
}

/// What a screen reader says of each thing that takes the focus, of the start page and of a lab.
void WindowLooksTest::everythingHasAName() {
    QStringList nameless;
    const auto look = [&] {
        for (QWidget* widget : m_window->findChildren<QWidget*>()) {
            const bool takesFocus = (widget->focusPolicy() & Qt::TabFocus) != 0 || qobject_cast<QAbstractButton*>(widget) != nullptr;
            const bool isInner = widget->objectName().startsWith(QLatin1String("qt_")) ||
                                 widget->inherits("QLineEditIconButton"); // The field says what it is for.
            const auto* tabs = qobject_cast<const QTabBar*>(widget);      // Says its current tab; the window keeps some without any.
            if (!takesFocus || isInner || !widget->isVisible() || (tabs != nullptr && tabs->count() == 0)) {
                continue;
            }
            QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
            if (spoken == nullptr || spoken->text(QAccessible::Name).trimmed().isEmpty()) {
                const QWidget* parent = widget->parentWidget();
                nameless += QStringLiteral("%1 in %2 %3")
                                .arg(QLatin1String(widget->metaObject()->className()), QLatin1String(parent->metaObject()->className()),
                                     parent->objectName());
            }
        }
    };
    look();
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    for (auto* dock : m_window->findChildren<QDockWidget*>()) {
        QVERIFY(!dock->windowTitle().isEmpty());
        dock->show();
        dock->raise();
        QCoreApplication::processEvents(); // Tabs are dressed when the event loop is reached.
        look();
    }
    for (const auto* action : m_window->findChildren<QAction*>()) {
        const auto* menu = qobject_cast<const QMenu*>(action->parent());
        const bool isOfMenu = menu != nullptr && menu->menuAction() == action; // A button says what its menu is.
        const bool isSaid =
            !action->isSeparator() && action->isVisible() && !isOfMenu && qobject_cast<const QWidgetAction*>(action) == nullptr;
        QVERIFY2(!isSaid || !action->text().isEmpty() || !action->toolTip().isEmpty() || !action->icon().isNull(),
                 action->parent()->metaObject()->className());
    }
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
}

void WindowLooksTest::layoutIsKeptAndReset() {
    m_window->openLab({});
    dock("inspector")->close();
    m_window->close();
    open();
    m_window->openLab({});
    QVERIFY(dock("plan")->isVisible() && !dock("inspector")->isVisible());
    m_window->actions().resetLayout->trigger();
    QTRY_VERIFY(dock("inspector")->isVisible());
    docksStandSideBySide();
}

void WindowLooksTest::themeIsKept() {
    for (QAction* action : m_window->actions().themes->actions()) {
        if (action->data().toInt() == int(ThemeMode::Dark)) {
            action->trigger();
        }
    }
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().color(Role::Window));
    m_window->openLab({});
    QCOMPARE(m_window->canvas().grab().toImage().pixelColor(4, 200), Theme::dark().color(Role::Canvas));
    m_window->close();
    open();
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().color(Role::Window));
}

void WindowLooksTest::motionIsKept() {
    const bool before = m_window->canvas().hasReducedMotion(); // As the desktop says.
    QCOMPARE(m_window->actions().reduceMotion->isChecked(), before);
    for (const bool reduced : {!before, before}) {
        m_window->actions().reduceMotion->trigger();
        QCOMPARE(m_window->canvas().hasReducedMotion(), reduced);
        m_window->close();
        open();
        QCOMPARE(m_window->canvas().hasReducedMotion(), reduced);
        QCOMPARE(m_window->actions().reduceMotion->isChecked(), reduced);
    }
}

/// What a desktop does that turns dark: it sets its palette, or says that its theme is another.
void WindowLooksTest::themeFollowsTheDesktop() {
    const QPalette bright(QColor(240, 240, 240));
    QPalette dark(QColor(40, 40, 40));
    dark.setColor(QPalette::WindowText, Qt::white);
    m_window->openLab({});
    const auto isDark = [this] {
        return QApplication::palette().color(QPalette::Window) == Theme::dark().color(Role::Window) &&
               m_window->canvas().grab().toImage().pixelColor(4, 200) == Theme::dark().color(Role::Canvas);
    };
    const auto isLight = [this] {
        return QApplication::palette().color(QPalette::Window) == Theme::light().color(Role::Window) &&
               m_window->canvas().grab().toImage().pixelColor(4, 200) == Theme::light().color(Role::Canvas);
    };
    QApplication::setPalette(dark);
    QTRY_VERIFY_WITH_TIMEOUT(isDark(), kPatienceMs);
    QApplication::setPalette(bright);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
    QApplication::setPalette(dark);
    QTRY_VERIFY_WITH_TIMEOUT(isDark(), kPatienceMs);
    QEvent theme(QEvent::ThemeChange); // The platform's palette, which is below, is a light one.
    QApplication::sendEvent(m_window->windowHandle(), &theme);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
    m_window->setThemeMode(ThemeMode::Light); // Asked for by name, it stays.
    QApplication::setPalette(dark);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
    m_window->setThemeMode(ThemeMode::System); // And what the desktop has said meanwhile is known.
    QVERIFY(isDark());
    QApplication::setPalette(bright);
    QTRY_VERIFY_WITH_TIMEOUT(isLight(), kPatienceMs);
}

void WindowLooksTest::smallestWindowKeepsTheCanvas() {
    m_window->openLab({});
    m_lab->pushGreen();
    m_window->resize(1024, 700);
    QTRY_COMPARE(m_window->size(), QSize(1024, 700));
    QVERIFY(m_window->canvas().width() >= 480);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->canvas().zoomPercent() > 40, kPatienceMs);
    for (const char* id : {"labs", "inspector", "plan", "events"}) {
        QVERIFY2(m_window->rect().contains(dock(id)->geometry()), id);
    }
}

void WindowLooksTest::bigFontsOverflowNothing() {
    QFont big = QApplication::font();
    big.setPointSizeF(big.pointSizeF() * 2);
    const QFont before = QApplication::font();
    m_window.reset();
    QApplication::setFont(big);
    open();
    m_window->openLab({});
    m_lab->pushGreen();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->actions().test->isEnabled(), kPatienceMs);
    QVERIFY2(m_window->width() <= 1440 && m_window->height() <= 900,
             qPrintable(QStringLiteral("%1x%2").arg(m_window->width()).arg(m_window->height())));
    QVERIFY(m_window->canvas().width() >= 400);
    int icons = 0;
    for (const auto* button : m_window->findChildren<QAbstractButton*>()) {
        if (button->isVisible() && !button->icon().isNull() && !button->inherits("QLineEditIconButton")) {
            ++icons;
            QVERIFY2(button->iconSize().height() >= 24, qPrintable(button->accessibleName() + button->text())); // Twice a dock's 12.
        }
    }
    QVERIFY(icons > 10);
    m_window.reset();
    QApplication::setFont(before);
}

/// At the size that the window is designed for; in smaller ones and with larger letters it scrolls.
void WindowLooksTest::thePaletteIsSeenWhole() {
    m_window->resize(1440, 900);
    m_window->openLab({});
    const auto tiles = m_window->editor().palette().findChildren<TileButton*>();
    QCOMPARE(tiles.size(), qsizetype(9));
    const auto areSeen = [&tiles] {
        return std::ranges::all_of(tiles, [](const TileButton* tile) { return tile->visibleRegion().boundingRect() == tile->rect(); });
    };
    const auto fit = [&tiles] {
        return std::ranges::all_of(tiles, [](const TileButton* tile) { return tile->width() >= tile->sizeHint().width(); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(areSeen() && fit(), kPatienceMs);
    QCOMPARE(tiles[0]->y(), tiles[2]->y());                                                       // Three beside each other.
    QVERIFY2(dock("labs")->height() >= 340, qPrintable(QString::number(dock("labs")->height()))); // The built-in labs and two more.
    m_window->resize(1024, 700);
    m_window->resizeDocks({dock("labs")}, {120}, Qt::Horizontal);
    QTRY_VERIFY_WITH_TIMEOUT(fit(), kPatienceMs); // In fewer columns.
}

/// At 1440 x 900 no column is scrolled to.
void WindowLooksTest::sessionsFitTheirDock() {
    m_window->resize(1440, 900);
    m_window->openLab({});
    m_lab->pushGreen();
    press(Qt::Key_6, Qt::AltModifier);
    const auto* view = dock("bgp")->findChild<QTreeView*>();
    QTRY_COMPARE_WITH_TIMEOUT(view->model()->rowCount(), 6, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(isInFront("bgp") && view->header()->length() <= view->viewport()->width(), kPatienceMs);
    for (int column = 0; column < view->header()->count(); ++column) {
        QVERIFY2(view->header()->sectionSize(column) >= view->header()->sectionSizeHint(column), qPrintable(QString::number(column)));
    }
}

/// Beside the lenses, with the Flows lens; gives way in a narrow window and is kept.
void WindowLooksTest::flowsFadeAsChosen() {
    m_window->resize(1440, 900);
    m_window->openLab({});
    auto* bar = m_window->findChild<LensBar*>();
    const auto choice = [this] { return m_window->findChild<LensBar*>()->findChild<QComboBox*>(); };
    QTRY_VERIFY_WITH_TIMEOUT(choice()->isVisible(), kPatienceMs);
    QCOMPARE(choice()->currentText(), QStringLiteral("10 s"));
    bar->choose(Lens::Bgp, false);
    QVERIFY(!choice()->isVisible());
    bar->choose(Lens::Flows, true);
    QVERIFY(choice()->isVisible());
    choice()->setFocus(Qt::TabFocusReason);
    QTest::keyClick(choice(), Qt::Key_End);
    QCOMPARE(choice()->currentText(), QStringLiteral("Never"));
    m_window->resize(1024, 700);
    QTRY_VERIFY_WITH_TIMEOUT(bar->width() < 700, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!choice()->isVisible(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(bar->minimumSizeHint().width() <= bar->width(), kPatienceMs); // No lens is cut off.
    open();
    QCOMPARE(choice()->currentText(), QStringLiteral("Never"));
}

QTEST_MAIN(WindowLooksTest)
#include "tst_window_looks.moc"
