// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over a scripted lab, for the tests of it. Offscreen; GUI thread.
#pragma once

#include "fake_lab.h"

#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QDockWidget>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace podleaf::ui {

/// A window with a gallery, settings of its own and a lab that opens when it is asked for; tests inherit it.
class WindowCase {
protected:
    static constexpr int kPatienceMs = 20'000;

    /// Without settings from before.
    void start();
    /// A new window, as when the program is started again.
    void open();
    void end();
    [[nodiscard]] QDockWidget* dock(const char* id) const { return m_window->findChild<QDockWidget*>(QString::fromLatin1(id)); }
    /// A covered tab counts as visible; it only lies outside the window.
    [[nodiscard]] bool isInFront(const char* id) const {
        return dock(id)->isVisible() && m_window->rect().intersects(dock(id)->geometry());
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(m_window->windowHandle(), key, modifiers); }

    QTemporaryDir m_folder;
    std::unique_ptr<fakes::FakeLab> m_lab;
    std::unique_ptr<MainWindow> m_window;
    LabOpener m_opener;
};

inline void WindowCase::start() {
    QFile::remove(m_folder.filePath(QStringLiteral("desktop.ini")));
    m_lab = std::make_unique<fakes::FakeLab>();
    m_opener = [this](const QString&) -> Result<OpenLab> { return m_lab->open(); };
    open();
}

inline void WindowCase::open() {
    m_window.reset();
    m_window = std::make_unique<MainWindow>(
        MainWindow::Collaborators{.opener = [this](const QString& name) { return m_opener(name); },
                                  .gallery = {{QStringLiteral("tutorial"), QStringLiteral("/labs/tutorial/lab.yaml"), 4}},
                                  .settingsFile = m_folder.filePath(QStringLiteral("desktop.ini")),
                                  .privilege = QStringLiteral("running as root"),
                                  .theme = {}});
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), kPatienceMs));
}

inline void WindowCase::end() {
    m_window.reset();
    Theme::light().applyTo(*qApp);
}

} // namespace podleaf::ui
