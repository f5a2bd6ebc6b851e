// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: observations that were lost, until the user acknowledges it.
#include "look_inside.h"
#include "loss_marks.h"
#include "main_window.h"
#include "status_line.h"

#include <ui/docks/flows_panel.h>
#include <ui/docks/table_panel.h>

namespace podleaf::ui {

void MainWindow::connectLosses() {
    connect(m_status, &StatusLine::lossesClicked, this, [this] {
        raise(m_eventsDock); // Which says what was lost when.
        m_losses->acknowledge();
    });
    connect(m_losses, &LossMarks::changed, this, &MainWindow::showLosses);
    showLosses();
}

/// Beside the docks' marks, which LossMarks sees to.
void MainWindow::showLosses() {
    const LossWatch& losses = m_losses->losses();
    m_status->show(losses);
    m_canvas->setPartial(losses.explanation());
    for (TablePanel* table : {m_eventsPanel, &m_look->flows().table()}) {
        table->setNote(tr("%1 lost").arg(losses.count()), losses.count() > 0 ? QStringLiteral("warn") : QStringLiteral("ok"));
    }
}

} // namespace podleaf::ui
