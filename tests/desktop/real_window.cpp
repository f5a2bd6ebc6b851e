// SPDX-License-Identifier: GPL-3.0-or-later
#include "real_window.h"

#include "mouse_and_keys.h"

#include <core/labfile/labfile.h>
#include <ui/start/start_page.h>

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <unistd.h>

namespace podleaf::test {

namespace {
const QString kLab = QStringLiteral("tutorial");
}

RealWindow::RealWindow() : m_runFolder(m_folder.path() + QStringLiteral("/run")) {}

RealWindow::~RealWindow() {
    close();
    podleaf().run({QStringLiteral("down"), kLab});
}

bool RealWindow::bringUp() const {
    const bool isUp = podleaf().run({QStringLiteral("up"), kLab}).exitCode == 0;
    if (!isUp) {
        qWarning("the lab did not come up");
    }
    return isUp;
}

void RealWindow::close() {
    if (m_window != nullptr) {
        m_window->close();
        m_window.reset();
    }
}

bool RealWindow::takeDown() {
    close();
    return podleaf().run({QStringLiteral("down"), kLab}).exitCode == 0 &&
           podleaf().run({QStringLiteral("gc"), QStringLiteral("--prove")}).exitCode == 0;
}

bool RealWindow::openWindow(const QString& lab) {
    const session::Environment environment{.labhostProgram = QCoreApplication::applicationDirPath() + QStringLiteral("/podleaf-labhost"),
                                           .runFolder = m_runFolder};
    const auto source = labfile::load(lab);
    if (!source) {
        qWarning("no such lab: %s", qPrintable(source.error().message));
        return false;
    }
    m_window = std::make_unique<ui::MainWindow>(
        ui::MainWindow::Collaborators{.opener = ui::sessionOpener(environment),
                                      .gallery = {{kLab, source->path, 0}},
                                      .settingsFile = filePath(QStringLiteral("desktop.ini")),
                                      .privilege = ::geteuid() == 0 ? QStringLiteral("running as root") : QString(),
                                      .theme = ui::ThemeMode::Light});
    QSignalSpy settled(m_window.get(), &ui::MainWindow::settled);
    m_window->show();
    m_window->activateWindow();
    const bool active = QTest::qWaitForWindowActive(m_window.get(), kLabPatienceMs);
    const auto& cards = m_window->startPage().cards();
    if (!active || cards.empty() || !isInSight(*cards.front())) {
        qWarning("no start page");
        return false;
    }
    click(*cards.front());
    if ((settled.count() == 0 && !settled.wait(kLabPatienceMs)) || !m_window->faultShown().isEmpty()) {
        qWarning("the window did not open: %s", qPrintable(m_window->faultShown()));
        return false;
    }
    return true;
}

void RealWindow::screenshot(const QString& name) {
    if (const QString folder = qEnvironmentVariable("PODLEAF_SCREENSHOTS"); !folder.isEmpty()) {
        m_window->grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
    }
}

} // namespace podleaf::test
