// SPDX-License-Identifier: GPL-3.0-or-later
// RealWindow: the window on a real lab in a run folder of its own, for the tests of this folder. GUI thread.
#pragma once

#include <tests/e2e/podleaf_program.h>
#include <ui/window/main_window.h>

#include <QTemporaryDir>

namespace podleaf::test {

/// Against a hang only; everything is expected within seconds.
inline constexpr int kLabPatienceMs = 40'000;

class RealWindow {
public:
    RealWindow();
    /// Takes the lab down.
    ~RealWindow();
    RealWindow(const RealWindow&) = delete;
    RealWindow& operator=(const RealWindow&) = delete;

    /// Brings the tutorial up by the command line; nothing to do where it runs already.
    [[nodiscard]] bool bringUp() const;
    /// A new window, a click on the lab's card on its start page, and all that is known of the lab is shown; false (with a
    /// warning) when there is no such window. The lab: a path or a built-in name.
    [[nodiscard]] bool openWindow(const QString& lab = QStringLiteral("tutorial"));
    /// Both.
    [[nodiscard]] bool open() { return bringUp() && openWindow(); }
    void close();
    /// The end of the tutorial; false when `down` fails or something of ours is left on the host.
    [[nodiscard]] bool takeDown();
    [[nodiscard]] bool isOpen() const { return m_window != nullptr; }
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_runFolder); }
    [[nodiscard]] ui::MainWindow& window() { return *m_window; }
    [[nodiscard]] QString filePath(const QString& name) const { return m_folder.filePath(name); }
    /// Writes the window as a picture into $PODLEAF_SCREENSHOTS, where that is set.
    void screenshot(const QString& name);

private:
    QTemporaryDir m_folder;
    QString m_runFolder;
    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace podleaf::test
