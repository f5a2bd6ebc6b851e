// SPDX-License-Identifier: GPL-3.0-or-later
// RouteTable: what the kernels' main tables hold, beside what the lab intends and what BGP told of it; paths that BGP knows
// and the kernel does not use have rows of their own. GUI thread.
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

/// Prefix first, so that one prefix's rows stand together; then node and metric. The address is the neighbour's of a path
/// that the kernel does not use, else 0.0.0.0.
using RouteRowKey = std::tuple<Ipv4Prefix, NodeId, std::uint32_t, Ipv4Address>;

class RouteTable final : public KeyedTable<RouteRowKey> {
    Q_DECLARE_TR_FUNCTIONS(RouteTable)

public:
    enum Column { Prefix, Node, NextHop, Interface, Protocol, AsPath, Best, Kernel, Age, ColumnCount };

    explicit RouteTable(QObject* parent = nullptr);
    /// `nowMs`: Unix milliseconds, for the ages.
    void show(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, qint64 nowMs);
    /// The routes of these nodes only; `routesOf` gives what is intended for each.
    using RoutesOf = std::function<std::span<const intent::ExpectedRoute>(const NodeId&)>;
    void show(const model::Lab& lab, const state::LabState& state, const std::set<NodeId>& nodes, const RoutesOf& routesOf, qint64 nowMs);
};

} // namespace podleaf::ui
