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
    if (!window.grab().save(file)) {
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

void chooseLens(const ui::MainWindow& window, const QString& name) {
    static const QStringList kNames{QStringLiteral("state"), QStringLiteral("bgp"), QStringLiteral("routes"), QStringLiteral("flows"),
                                    QStringLiteral("traffic")}; // as ui::Lens has them
    auto* bar = window.findChild<ui::LensBar*>();
    if (bar != nullptr && kNames.contains(name)) {
        bar->choose(static_cast<ui::Lens>(kNames.indexOf(name)), false);
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

/// The picture when nothing is left to press, unless its time is given.
void pressNext(ui::MainWindow& window, Screenshot wanted) {
    const std::map<QString, QAction*> actions{{QStringLiteral("plan"), window.actions().plan},
                                              {QStringLiteral("up"), window.actions().up},
                                              {QStringLiteral("down"), window.actions().down},
                                              {QStringLiteral("test"), window.actions().test}};
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
