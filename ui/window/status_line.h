// SPDX-License-Identifier: GPL-3.0-or-later
// StatusLine: the counts at the bottom of the window, each a button to its dock, and what engine runs
// with which right. GUI thread.
#pragma once

#include <ui/models/lab_summary.h>
#include <ui/models/loss_watch.h>
#include <ui/theme/glyphs.h>

#include <QStatusBar>

class QToolButton;

namespace podleaf::ui {

class ElidedLabel;

class StatusLine final : public QStatusBar {
    Q_OBJECT

public:
    /// `theme` must outlive the line.
    explicit StatusLine(const Theme& theme, QWidget* parent = nullptr);

    void show(const LabSummary& summary);
    /// What was lost stays, with a triangle, until it is acknowledged.
    void show(const LossWatch& losses);
    void setEngine(const QString& text);
    void refreshTheme();
    using QStatusBar::show;

Q_SIGNALS:
    void nodesClicked();
    void podsClicked();
    void sessionsClicked();
    void routesClicked();
    void lossesClicked();
    void cpuClicked();
    void memoryClicked();

private:
    QToolButton* addCount();
    QToolButton* makeButton();
    void addUsage(QToolButton* button, const QString& toolTip);
    void showCounts(bool hasLab);
    void showLosses();
    void setCount(QToolButton* button, Glyph glyph, const QString& text);

    const Theme& m_theme;
    LabSummary m_summary;
    LossWatch m_losses;
    QToolButton* m_nodes;
    QToolButton* m_pods; ///< Hidden where the lab has none.
    QToolButton* m_sessions;
    QToolButton* m_routes;
    QToolButton* m_lost;
    ElidedLabel* m_engine;
    QToolButton* m_cpu;
    QToolButton* m_memory;
    bool m_hasLab = true;
};

} // namespace podleaf::ui
