// SPDX-License-Identifier: GPL-3.0-or-later
// TestMatrix: the one-click test's results, sources by targets. The first column holds the sources.
// GUI thread.
#pragma once

#include "cell_roles.h"

#include <core/session/lab_session.h>

#include <QAbstractTableModel>

#include <map>
#include <optional>
#include <vector>

namespace podleaf::ui {

/// What came out, in numbers.
struct TestCounts {
    int legs = 0;
    int finished = 0;
    int allowed = 0;
    int notAnswered = 0;
    int notAsWanted = 0; ///< Answered, but otherwise than was wanted.
    int notAsIntended = 0;
};

class TestMatrix final : public QAbstractTableModel {
    Q_OBJECT

public:
    explicit TestMatrix(QObject* parent = nullptr);

    /// The legs there are, none of them run.
    void setLegs(const model::Lab& lab, const std::vector<intent::Leg>& legs);
    /// Back to "Not run" everywhere.
    void clearResults();
    void setResult(const verify::LegResult& result);

    [[nodiscard]] TestCounts counts() const;
    /// "9 legs: 9 allowed. All as intended." or "Not tested yet."
    [[nodiscard]] QString sentence() const;
    /// The result between two ends, if there is one.
    [[nodiscard]] std::optional<verify::LegResult> resultOf(const QString& from, const QString& to) const;
    /// The result of a cell, if it has run.
    [[nodiscard]] std::optional<verify::LegResult> resultAt(const QModelIndex& index) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct End {
        QString name;
        QString address;
        QString host; ///< Where a pod runs; empty for a host.
    };
    struct LegCell {
        bool exists = false;
        bool expected = true;
        std::optional<verify::LegResult> result;
    };
    [[nodiscard]] const LegCell* at(int row, int column) const;
    [[nodiscard]] Cell cellOf(const LegCell& leg) const;

    std::vector<End> m_sources;
    std::vector<End> m_targets;
    std::map<QString, int> m_rowOf;
    std::map<QString, int> m_columnOf;
    std::vector<LegCell> m_cells; ///< Row-major, without the first column.
};

} // namespace podleaf::ui
