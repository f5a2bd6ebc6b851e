// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: the start page, which stands where the canvas is until a lab is open, and new labs.
#include "lens_bar.h"
#include "main_window.h"
#include "window_actions.h"

#include <core/labfile/store.h>
#include <ui/start/start_page.h>

#include <QDir>
#include <QFileDialog>
#include <QRegularExpression>

namespace podleaf::ui {

void MainWindow::connectStartPage() {
    connect(m_start, &StartPage::labChosen, this, &MainWindow::openLab);
    connect(m_start, &StartPage::openRequested, m_actions->open, &QAction::trigger);
    connect(m_start, &StartPage::newRequested, m_actions->newLab, &QAction::trigger);
    connect(m_actions->newLab, &QAction::triggered, this, &MainWindow::makeNewLab);
    connect(m_actions->startPage, &QAction::triggered, this, [this] { showStartPage(true); });
    connect(m_actions->deselect, &QAction::triggered, this, [this] {
        if (m_lab.document) { // Esc goes back to the lab.
            showStartPage(false);
        }
    });
    showStartPage(true);
}

void MainWindow::showStartPage(bool shown) {
    if (shown) {
        m_start->setRecent(m_settings.recentLabs());
    } else if (m_lab.document && labfile::builtinNameOf(m_lab.document->path()).isEmpty()) {
        m_settings.addRecentLab(m_lab.document->path());
    }
    const bool wasShown = m_start->isVisibleTo(this);
    m_start->setVisible(shown);
    m_canvas->setVisible(!shown);
    m_lensBar->setVisible(!shown);
    setDocksAside(shown);
    if (wasShown != shown) {
        (shown ? static_cast<QWidget*>(m_start) : m_canvas)->setFocus(Qt::OtherFocusReason);
    }
}

void MainWindow::makeNewLab() {
    auto* dialog = new QFileDialog(this, tr("Where shall the new lab be?"), QDir::homePath(), tr("Lab files (*.yaml *.yml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("yaml"));
    dialog->selectFile(QStringLiteral("lab.yaml"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        static const QRegularExpression odd(QStringLiteral("[^a-z0-9]+"));
        QString name = QFileInfo(path).completeBaseName().toLower().replace(odd, QStringLiteral("-")).left(32);
        name.remove(QRegularExpression(QStringLiteral("^-+|-+$")));
        if (auto written = labfile::write(path, newLabText(name.isEmpty() ? QStringLiteral("lab") : name)); !written) {
            return showFault(written.error());
        }
        openLab(path);
    });
    dialog->open();
}

} // namespace podleaf::ui
