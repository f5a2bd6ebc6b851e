// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: the canvas in the window: lenses, search, faults, traces, export.
#include "lens_bar.h"
#include "look_inside.h"
#include "main_window.h"
#include "search_box.h"
#include "status_line.h"
#include "window_actions.h"

#include <ui/canvas/canvas_export.h>
#include <ui/docks/file_question.h>
#include <ui/docks/table_panel.h>
#include <ui/models/route_table.h>

#include <QDockWidget>
#include <QShortcut>
#include <QToolBar>

namespace podleaf::ui {

void MainWindow::connectCanvas() {
    connect(m_canvas, &LabView::selectionChanged, this, &MainWindow::refreshInspector);
    connect(m_canvas, &LabView::selectionChanged, this, &MainWindow::refreshRoutes);
    connect(m_canvas, &LabView::nodeActivated, this, [this] { raise(m_inspectorDock); });
    connect(m_canvas, &LabView::cutRequested, m_runner.get(), [this](const LinkId& link) { m_runner->setLink(link, false); });
    connect(m_canvas, &LabView::joinRequested, m_runner.get(), [this](const LinkId& link) { m_runner->setLink(link, true); });
    connect(m_canvas, &LabView::faultRequested, m_runner.get(), &LabRunner::inject);
    connect(m_canvas, &LabView::traceRequested, m_runner.get(), &LabRunner::trace);
    connect(m_canvas, &LabView::upRequested, m_actions->up, &QAction::trigger);
    connect(m_canvas, &LabView::openRequested, this, &MainWindow::chooseFile);
    connect(m_canvas, &LabView::tutorialRequested, this, [this] { openLab(QStringLiteral("tutorial")); });
    connect(m_canvas, &LabView::selectionChanged, m_look, &LookInside::setSelection);
    connect(m_canvas, &LabView::consoleRequested, m_look, &LookInside::openConsole);
    connect(m_canvas, &LabView::captureRequested, m_look, &LookInside::startCapture);
    connect(m_look, &LookInside::raiseRequested, this, &MainWindow::raise);
    connect(m_look, &LookInside::menuRequested, m_canvas, &LabView::showMenu);
    connect(m_lensBar, &LensBar::lensChanged, m_canvas, &LabView::setLens);
    connect(m_lensBar, &LensBar::freezeRequested, m_feed.get(), &Feed::setFrozen);
    connect(m_lensBar, &LensBar::activeChanged, m_canvas, &LabView::setActiveLens);
    connect(m_lensBar, &LensBar::fadeAfterChanged, this, [this](std::chrono::seconds time) {
        m_settings.setFadeAfter(time);
        m_canvas->setFadeAfter(time);
    });
    m_lensBar->setFadeAfter(m_settings.fadeAfter(std::chrono::seconds(10)));
    connect(m_canvas, &LabView::noticed, this, [this](const QString& sentence) { m_status->showMessage(sentence, 10000); });
    connectRouteRows();
    connectSearch();
    const std::pair<int, Lens> lenses[] = {
        {Qt::Key_1, Lens::State}, {Qt::Key_2, Lens::Bgp}, {Qt::Key_3, Lens::Routes}, {Qt::Key_4, Lens::Flows}, {Qt::Key_5, Lens::Traffic}};
    for (const auto& [key, lens] : lenses) {
        for (const bool stacked : {false, true}) {
            const QKeySequence keys(stacked ? Qt::SHIFT | static_cast<Qt::Key>(key) : QKeyCombination(static_cast<Qt::Key>(key)));
            auto* shortcut = new QShortcut(keys, m_canvas);
            shortcut->setContext(Qt::WidgetWithChildrenShortcut);
            connect(shortcut, &QShortcut::activated, m_lensBar, [this, lens = lens, stacked] { m_lensBar->choose(lens, stacked); });
        }
    }
    auto* freeze = new QShortcut(QKeySequence(Qt::Key_P), m_canvas);
    freeze->setContext(Qt::WidgetWithChildrenShortcut);
    connect(freeze, &QShortcut::activated, m_feed.get(), [this] { m_feed->setFrozen(!m_feed->isFrozen()); });
}

/// A row of the Routes table chooses the prefix of the Routes lens; Enter or a double click turns the lens on.
void MainWindow::connectRouteRows() {
    QTreeView* view = m_routesPanel->view();
    const auto choose = [this](const QModelIndex& row) {
        if (const auto prefix = Ipv4Prefix::parse(row.siblingAtColumn(RouteTable::Prefix).data().toString())) {
            m_canvas->setPrefix(*prefix);
        }
    };
    connect(view->selectionModel(), &QItemSelectionModel::currentRowChanged, m_canvas, choose);
    connect(view, &QTreeView::activated, m_canvas, [this, choose](const QModelIndex& row) {
        choose(row);
        m_lensBar->choose(Lens::Routes, false);
    });
}

/// The field at the end of the toolbar; Ctrl+K leads there from everywhere, Esc and Enter back to the canvas.
void MainWindow::connectSearch() {
    auto* bar = findChild<QToolBar*>(QStringLiteral("toolBar"));
    auto* spring = new QWidget(bar);
    spring->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(spring);
    m_search = new SearchBox(m_theme, this);
    m_search->setMaximumWidth(m_search->sizeHint().width());
    m_search->setSource(
        [this](const QString& text) { return hasLab() ? searchLab(m_lab.document->lab(), text) : std::vector<SearchHit>(); });
    bar->addWidget(m_search);
    connect(m_actions->find, &QAction::triggered, m_search, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    connect(m_search, &SearchBox::answered, m_canvas, &LabView::setLit);
    connect(m_search, &SearchBox::left, m_canvas, [this] { m_canvas->setFocus(); });
    connect(m_search, &SearchBox::chosen, m_canvas, [this](const SearchHit& hit) {
        m_canvas->select(hit.item);
        m_canvas->centreOn(hit.item);
        if (hit.prefix) {
            m_canvas->setPrefix(hit.prefix);
        }
        m_canvas->setFocus();
    });
    connect(m_canvas, &LabView::searchDismissed, m_search, &QLineEdit::clear);
}

void MainWindow::chooseExport() {
    const QString proposal = m_lab.document->name() + QStringLiteral(".svg");
    askWhereToSave(this, {tr("Export the canvas"), proposal, tr("SVG (*.svg);;PNG (*.png)")},
                   [this](const QString& path) { exportCanvasTo(path); });
}

void MainWindow::exportCanvasTo(const QString& path) {
    if (auto done = exportCanvas(*m_canvas, path); !done) {
        return showFault(done.error());
    }
    m_status->showMessage(tr("The canvas was saved as %1.").arg(path), 10000);
}

} // namespace podleaf::ui
