// SPDX-License-Identifier: GPL-3.0-or-later
// PlotsPanel: see the header.
#include "plots_panel.h"

#include <ui/docks/empty_state.h>
#include <ui/docks/fault_box.h>
#include <ui/docks/file_question.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSaveFile>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace podleaf::ui {

namespace {
constexpr int kFrameMs = 100;
constexpr int kMostSeconds = 24 * 3600;
} // namespace

PlotsPanel::PlotsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_span(new QComboBox(this)), m_follow(new QToolButton(this)), m_plots(new PlotStack(theme, this)),
      m_empty(new EmptyState(m_plots, this)), m_fault(new FaultBox(theme, this)) {
    m_fault->hide();
    const std::pair<QString, int> spans[] = {{tr("1 min"), 60}, {tr("5 min"), 300}, {tr("30 min"), 1800}, {tr("All"), kMostSeconds}};
    for (const auto& [text, seconds] : spans) {
        m_span->addItem(text, seconds);
    }
    m_span->setCurrentIndex(1);
    m_span->setAccessibleName(tr("How much time is shown"));
    m_follow->setText(tr("Follow"));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Ends the time axis now. Dragging it or turning the wheel over it stops that."));
    auto* exporting = new QPushButton(tr("Export…"), this);
    exporting->setToolTip(tr("Saves the plots as PNG or SVG, or their values as CSV."));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 4, 8, 4);
    head->addWidget(m_follow);
    head->addWidget(m_span);
    head->addSpacing(8);
    for (const PlotKind plot : kPlots) {
        auto* button = new QToolButton(this);
        button->setText(PlotStack::titleOf(plot));
        button->setCheckable(true);
        button->setChecked(true);
        button->setToolTip(tr("Shows or hides this plot."));
        connect(button, &QToolButton::toggled, this, [this, plot](bool shown) {
            m_plots->setShown(plot, shown);
            changed();
        });
        head->addWidget(button);
    }
    head->addStretch();
    head->addWidget(exporting);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_fault);
    layout->addWidget(m_empty, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_next.setSingleShot(true);
    m_next.setInterval(kFrameMs);
    connect(&m_next, &QTimer::timeout, this, [this] {
        if (m_dirty) {
            redraw();
        }
    });
    connect(m_span, &QComboBox::activated, this, &PlotsPanel::followAgain);
    connect(m_follow, &QToolButton::clicked, this, &PlotsPanel::followAgain);
    connect(m_plots, &PlotStack::followingEnded, this, [this] { m_follow->setChecked(false); });
    connect(exporting, &QPushButton::clicked, this, &PlotsPanel::chooseExport);
    m_empty->showSentence(tr("Nothing has been measured yet."));
}

PlotsPanel::~PlotsPanel() = default;

void PlotsPanel::clear() {
    m_series.clear();
    m_sampledMs = 0;
    m_changed.clear();
    m_empty->showSentence(tr("Nothing has been measured yet."));
    changed();
}

void PlotsPanel::add(const state::LabState& lab, const state::Delta& delta, qint64 nowMs) {
    m_changed.insert(delta.nodes.begin(), delta.nodes.end());
    m_nowMs = nowMs;
    if (nowMs - m_sampledMs >= kFrameMs || !lab.running) { // More often than it is drawn is of no use.
        m_sampledMs = nowMs;
        m_series.sample(lab, std::exchange(m_changed, {}), nowMs);
    }
    m_series.note(delta.log);
    m_empty->showView();
    changed();
}

void PlotsPanel::add(const state::ConvergenceRecord& record) {
    m_series.note(record);
    changed();
}

void PlotsPanel::followAgain() {
    m_follow->setChecked(true);
    m_plots->follow(m_span->currentData().toInt());
    changed();
}

void PlotsPanel::changed() {
    m_dirty = true;
    if (!m_next.isActive() && !visibleRegion().isEmpty()) {
        redraw();
    }
}

void PlotsPanel::redraw() {
    if (visibleRegion().isEmpty()) {
        return; // showEvent() or the next change finds it dirty.
    }
    m_dirty = false;
    ++m_redraws;
    m_plots->draw(m_series, static_cast<double>(m_nowMs) / 1000);
    m_next.start();
}

void PlotsPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_next.start(); // When the layout stands.
}

void PlotsPanel::chooseExport() {
    askWhereToSave(this, {tr("Export the plots"), QStringLiteral("plots.png"), tr("Pictures (*.png);;Drawings (*.svg);;Values (*.csv)")},
                   [this](const QString& path) { exportTo(path); });
}

bool PlotsPanel::exportTo(const QString& path) {
    const auto endsIn = [&path](QLatin1String ending) { return path.endsWith(ending, Qt::CaseInsensitive); };
    const QByteArray bytes = endsIn(QLatin1String(".csv"))   ? m_series.toCsv()
                             : endsIn(QLatin1String(".svg")) ? m_plots->svg()
                             : endsIn(QLatin1String(".png")) ? m_plots->png()
                                                             : QByteArray();
    QSaveFile file(path);
    if (bytes.isEmpty()) {
        m_fault->setFault(tr("Plots can be saved as PNG, SVG or CSV, not as %1.").arg(path), tr("Let the name end in .png, .svg or .csv."));
    } else if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        m_fault->setFault(tr("Cannot write %1.").arg(path), {}, file.errorString());
    } else {
        m_fault->hide();
        return true;
    }
    m_fault->show();
    return false;
}

} // namespace podleaf::ui
