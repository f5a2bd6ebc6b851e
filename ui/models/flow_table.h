// SPDX-License-Identifier: GPL-3.0-or-later
// FlowTable: connections and what became of them, as they are seen: the legs of tests, so far. The newest only. GUI
// thread.
#pragma once

#include "cell_roles.h"

#include <core/verify/results.h>
#include <ui/canvas/selection.h>

#include <QAbstractTableModel>

#include <deque>
#include <map>
#include <utility>

namespace podleaf::ui {

enum class Verdict { Allowed, NotAnswered, NotAsWanted, Changed };

struct FlowCounts {
    int all = 0;
    int allowed = 0;
    int notAnswered = 0;
    int notAsWanted = 0; ///< Answered, but otherwise than was wanted.
    int changed = 0;
    bool operator==(const FlowCounts&) const = default;
};

class FlowTable final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Verdict, Source, Destination, Port, Policy, Reason, ColumnCount };
    static constexpr int kMaxRows = 20'000;

    explicit FlowTable(QObject* parent = nullptr);

    /// A leg that was seen at `atMs` (Unix milliseconds). One that failed the last time and is allowed now has changed.
    void add(const verify::LegResult& leg, qint64 atMs);
    void clear();
    /// What the canvas calls a row's flow.
    [[nodiscard]] FlowRef flowOf(int row) const;
    /// Of the rows that are kept.
    [[nodiscard]] const FlowCounts& counts() const { return m_counts; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Flow {
        qint64 atMs = 0;
        ui::Verdict verdict = ui::Verdict::Allowed;
        QString source;
        QString destination;
        QString address;
        int port = 0;
        QString reason;
    };
    void count(const Flow& flow, int by);
    [[nodiscard]] Cell cellOf(const Flow& flow, int column) const;

    std::deque<Flow> m_flows;
    FlowCounts m_counts;
    std::map<std::pair<QString, QString>, bool> m_lastFailed; ///< By source and destination.
};

} // namespace podleaf::ui
