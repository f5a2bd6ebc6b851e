// SPDX-License-Identifier: GPL-3.0-or-later
// FlowsPanel: the Flows dock: connections as they are seen, with a button for each verdict. GUI thread.
#pragma once

#include <ui/models/flow_table.h>
#include <ui/theme/theme.h>

#include <QWidget>

#include <vector>

class QModelIndex;
class QPushButton;

namespace podleaf::ui {

class TablePanel;

class FlowsPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit FlowsPanel(const Theme& theme, QWidget* parent = nullptr);

    void add(const verify::LegResult& leg, qint64 atMs);
    void clear();
    [[nodiscard]] TablePanel& table() { return *m_table; }
    [[nodiscard]] const FlowTable& flows() const { return *m_flows; }
    void refreshTheme() { refresh(); }

Q_SIGNALS:
    /// The user is at a row: its flow is wanted on the canvas.
    void flowChosen(const podleaf::ui::FlowRef& flow);

private:
    void choose(const QModelIndex& row);
    void refresh();

    const Theme& m_theme;
    FlowTable* m_flows;
    TablePanel* m_table;
    std::vector<QPushButton*> m_buttons; ///< All, and one for each verdict.
};

} // namespace podleaf::ui
