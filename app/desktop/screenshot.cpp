// SPDX-License-Identifier: GPL-3.0-or-later
// Screenshot: see the header.
#include "screenshot.h"

#include <ui/window/lens_bar.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QApplication>
#include <QDockWidget>
#include <QTimer>

#include <cstdio>
#include <map>

namespace podleaf::desktop {

namespace {

/// Long enough for everything that was asked for to be painted.
constexpr int kDelayMs = 1200;

void save(QWidget& window, const QString& file) {
    QApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest); // Of words that changed just now.
    constexpr int kSmallest = 0;                                    // PNG: the most compression, no loss.
    if (!window.grab().save(file, nullptr, kSmallest)) {
        std::fprintf(stderr, "Cannot write %s.\n", qPrintable(file));
        QApplication::exit(1);
        return;
    }
    QApplication::quit();
}

void select(ui::MainWindow& window, const QString& name) {
    window.canvas().select(NodeId(name));
    if (window.canvas().selection() == ui::Selection()) {
        window.canvas().select(LinkId(name));
    }
}

const QStringList& lenses() {
    static const QStringList kNames{QStringLiteral("state"), QStringLiteral("bgp"), QStringLiteral("routes"), QStringLiteral("flows"),
                                    QStringLiteral("traffic")}; // as ui::Lens has them
    return kNames;
}

void chooseLens(const ui::MainWindow& window, const QString& name) {
    auto* bar = window.findChild<ui::LensBar*>();
    if (bar != nullptr && lenses().contains(name)) {
        bar->choose(static_cast<ui::Lens>(lenses().indexOf(name)), false);
    }
}

void raiseAndSave(ui::MainWindow& window, const Screenshot& wanted) {
    for (const QString& name : wanted.docks) {
        if (auto* dock = window.findChild<QDockWidget*>(name)) {
            dock->show();
            dock->raise();
        }
    }
    QTimer::singleShot(kDelayMs, &window, [&window, file = wanted.file] { save(window, file); });
}

std::map<QString, QAction*> buttonsOf(ui::MainWindow& window) {
    return {{QStringLiteral("plan"), window.actions().plan},
            {QStringLiteral("up"), window.actions().up},
            {QStringLiteral("down"), window.actions().down},
            {QStringLiteral("test"), window.actions().test}};
}

/// What is wrong when one of `names` is none of `known`; else empty.
QString unknownAmong(const QStringList& names, const QStringList& known, const char* option) {
    for (const QString& name : names) {
        if (!name.isEmpty() && !known.contains(name)) {
            return QApplication::translate("main", "--%1: nothing is called %2. There are %3.")
                .arg(QString::fromLatin1(option), name, known.join(QStringLiteral(", ")));
        }
    }
    return {};
}

/// The picture when nothing is left to press, unless its time is given.
void pressNext(ui::MainWindow& window, Screenshot wanted) {
    const std::map<QString, QAction*> actions = buttonsOf(window);
    const auto action = wanted.press.isEmpty() ? actions.end() : actions.find(wanted.press.takeFirst());
    if (action == actions.end() || !action->second->isEnabled()) {
        if (!wanted.wait) {
            raiseAndSave(window, wanted);
        }
        return;
    }
    QObject::connect(
        &window.runner(), &ui::LabRunner::ended, &window, [&window, wanted] { pressNext(window, wanted); },
        static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    action->second->trigger();
}

} // namespace

QString wrongWith(ui::MainWindow& window, const Screenshot& wanted) {
    QStringList docks;
    for (const auto* dock : window.findChildren<QDockWidget*>()) {
        docks.append(dock->objectName());
    }
    docks.sort();
    QStringList buttons;
    for (const auto& [name, action] : buttonsOf(window)) {
        buttons.append(name);
    }
    for (const QString& wrong : {unknownAmong(wanted.docks, docks, "dock"), unknownAmong({wanted.lens}, lenses(), "lens"),
                                 unknownAmong(wanted.press, buttons, "press")}) {
        if (!wrong.isEmpty()) {
            return wrong;
        }
    }
    return {};
}

void takeScreenshot(ui::MainWindow& window, const Screenshot& wanted) {
    QObject::connect(&window, &ui::MainWindow::settled, &window, [&window, wanted] {
        chooseLens(window, wanted.lens);
        select(window, wanted.select);
        if (wanted.wait) {
            QTimer::singleShot(*wanted.wait, &window, [&window, wanted] { raiseAndSave(window, wanted); });
        }
        pressNext(window, wanted);
    });
}

} // namespace podleaf::desktop
