// SPDX-License-Identifier: GPL-3.0-or-later
// Screenshot: see the header.
#include "screenshot.h"

#include <ui/window/lens_bar.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QApplication>
#include <QTimer>

#include <cstdio>

namespace podleaf::desktop {

namespace {

/// Long enough for everything that was asked for to be painted.
constexpr int kDelayMs = 1200;

void save(QWidget& window, const QString& file) {
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

} // namespace

void takeScreenshot(ui::MainWindow& window, const Screenshot& wanted) {
    const auto saveSoon = [&window, wanted] { QTimer::singleShot(kDelayMs, &window, [&window, wanted] { save(window, wanted.file); }); };
    QObject::connect(&window, &ui::MainWindow::settled, &window, [&window, wanted, saveSoon] {
        chooseLens(window, wanted.lens);
        select(window, wanted.select);
        QAction* test = window.actions().test;
        if (!wanted.test || !test->isEnabled()) {
            return saveSoon();
        }
        QObject::connect(&window.runner(), &ui::LabRunner::ended, &window, saveSoon);
        test->trigger();
    });
}

} // namespace podleaf::desktop
