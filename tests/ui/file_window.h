// SPDX-License-Identifier: GPL-3.0-or-later
// A window on screen that opens lab files over a scripted lab. Offscreen; GUI thread.
#pragma once

#include "fake_lab.h"

#include <ui/window/main_window.h>

#include <QTest>

#include <memory>

namespace podleaf::ui {

/// Active and without a lab yet; `lab` must outlive it. Null when it did not become active.
inline std::unique_ptr<MainWindow> fileWindow(fakes::FakeLab& lab, const QSize& size = {}) {
    auto window = std::make_unique<MainWindow>(
        MainWindow::Collaborators{.opener = [&lab](const QString& file) -> Result<OpenLab> { return lab.open(*labfile::load(file)); },
                                  .gallery = {},
                                  .settingsFile = {},
                                  .privilege = {},
                                  .theme = ThemeMode::Light});
    if (size.isValid()) {
        window->resize(size);
    }
    window->show();
    window->activateWindow();
    return QTest::qWaitForWindowActive(window.get(), 20'000) ? std::move(window) : nullptr;
}

} // namespace podleaf::ui
