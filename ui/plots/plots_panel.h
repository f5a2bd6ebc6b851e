// SPDX-License-Identifier: GPL-3.0-or-later
// PlotsPanel: the Plots dock. Redraws at most ten times a second, and not while it is out of sight. GUI thread.
#pragma once

#include "plot_stack.h"
#include "series_store.h"

#include <QTimer>
#include <QWidget>

#include <set>

class QComboBox;
class QToolButton;

namespace podleaf::ui {

class EmptyState;
class FaultBox;

class PlotsPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit PlotsPanel(const Theme& theme, QWidget* parent = nullptr);
    ~PlotsPanel() override;

    void clear();
    /// A snapshot and what changed since the last one; `nowMs`: Unix milliseconds.
    void add(const state::LabState& lab, const state::Delta& delta, qint64 nowMs);
    void add(const state::ConvergenceRecord& record);
    /// By its ending: .png, .svg or .csv. Returns whether it was written; why not is shown above the plots.
    bool exportTo(const QString& path);
    [[nodiscard]] PlotStack& plots() { return *m_plots; }
    [[nodiscard]] const SeriesStore& series() const { return m_series; }
    /// How often it was drawn.
    [[nodiscard]] int redraws() const { return m_redraws; }
    void refreshTheme() { changed(); }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void changed();
    void redraw();
    void followAgain();
    void chooseExport();

    SeriesStore m_series;
    qint64 m_nowMs = 0;
    qint64 m_sampledMs = 0;
    QComboBox* m_span;
    QToolButton* m_follow;
    PlotStack* m_plots;
    EmptyState* m_empty;
    FaultBox* m_fault; ///< Why the last export failed.
    QTimer m_next;
    std::set<NodeId> m_changed; ///< Since the last sample.
    bool m_dirty = false;
    int m_redraws = 0;
};

} // namespace podleaf::ui
