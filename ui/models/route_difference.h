// SPDX-License-Identifier: GPL-3.0-or-later
// RouteDifference: what came, went and changed in the kernels' tables between two instants. GUI thread.
#pragma once

#include "route_table.h"

namespace podleaf::ui {

class RouteDifference final : public KeyedTable<RouteRowKey> {
    Q_DECLARE_TR_FUNCTIONS(RouteDifference)

public:
    enum Column { Change, Prefix, Node, Before, After, ColumnCount };

    explicit RouteDifference(QObject* parent = nullptr);
    void show(const model::Lab& lab, const state::LabState& before, const state::LabState& after);
    void clear() { setRows({}); }
    /// "2 came, 1 gone, 0 changed."
    [[nodiscard]] QString sentence() const;

private:
    int m_came = 0;
    int m_gone = 0;
    int m_changed = 0;
};

} // namespace podleaf::ui
