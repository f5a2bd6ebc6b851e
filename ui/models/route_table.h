// SPDX-License-Identifier: GPL-3.0-or-later
// RouteTable: what the kernels' main tables hold beside what the lab intends. GUI thread.
#pragma once

#include "keyed_table.h"

#include <core/session/lab_session.h>
#include <core/state/lab_state.h>

#include <QCoreApplication>

#include <functional>
#include <set>
#include <span>
#include <tuple>

namespace podleaf::ui {

/// Prefix first, so that one prefix's rows stand together; then node and metric.
using RouteRowKey = std::tuple<Ipv4Prefix, NodeId, std::uint32_t>;

class RouteTable final : public KeyedTable<RouteRowKey> {
    Q_DECLARE_TR_FUNCTIONS(RouteTable)

public:
    enum Column { Prefix, Node, NextHop, Interface, Protocol, Kernel, ColumnCount };

    explicit RouteTable(QObject* parent = nullptr);
    void show(const intent::Intent& intent, const state::LabState& state);
    /// The routes of these nodes only; `routesOf` gives what is intended for each.
    using RoutesOf = std::function<std::span<const intent::ExpectedRoute>(const NodeId&)>;
    void show(const state::LabState& state, const std::set<NodeId>& nodes, const RoutesOf& routesOf);
};

} // namespace podleaf::ui
