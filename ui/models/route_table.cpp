// SPDX-License-Identifier: GPL-3.0-or-later
// RouteTable: see the header.
#include "route_table.h"

#include "bgp_paths.h"
#include "lab_summary.h"

#include <core/state/neighbour_words.h>
#include <ui/canvas/looks.h>

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <map>

namespace podleaf::ui {

namespace {

using Expected = std::map<std::pair<NodeId, Ipv4Prefix>, const intent::ExpectedRoute*>;

QString tr(const char* text) {
    return QCoreApplication::translate("RouteTable", text);
}

/// What the words rest on.
struct Seen {
    const model::Lab& lab;
    const state::LabState& state;

    [[nodiscard]] QString neighbour(const NodeId& node, Ipv4Address peer) const { return state::neighbourWord(lab, state, node, peer); }
};

Cell kernelCell(const state::RouteState& route, const intent::ExpectedRoute* wanted) {
    if (wanted == nullptr) {
        return {.text = route.protocol == QLatin1String("bgp") ? tr("not intended") : tr("yes"), .ink = Role::Muted};
    }
    if (isAsIntended(route, *wanted)) {
        return {.text = tr("as intended"), .glyph = Glyph::Ok, .ink = Role::Ok};
    }
    return {.text = tr("other next hop"), .glyph = Glyph::Warn, .ink = Role::Warn};
}

Cell ageCell(qint64 sinceMs, qint64 nowMs) {
    return {.text = sinceMs > 0 ? durationText(std::max<qint64>(0, nowMs - sinceMs)) : QString()};
}

/// What BGP says of a route that the kernel has.
void addPaths(std::vector<Cell>& cells, const state::RouteState& route, const BgpPaths& paths, qint64 nowMs) {
    if (route.protocol != QLatin1String("bgp")) {
        cells[RouteTable::AsPath] = {.text = tr("kernel only"), .ink = Role::Muted, .toolTip = tr("BGP has no part in this route.")};
        return;
    }
    if (paths.used.empty()) {
        cells[RouteTable::AsPath] = {.text = tr("not reported"), .ink = Role::Muted, .toolTip = tr("bgpd has not told this route by BMP.")};
        return;
    }
    cells[RouteTable::AsPath] = {.text = asPathsOf(paths.used), .font = FontRole::Mono};
    cells[RouteTable::Best] = {.text = paths.used.size() > 1 ? tr("%1 paths").arg(paths.used.size()) : tr("best"), .glyph = Glyph::Ok};
    cells[RouteTable::Age] = ageCell(oldestOf(paths.used), nowMs);
}

/// A path that the kernel does not use.
std::vector<Cell> otherCells(const Seen& seen, const NodeId& node, const Ipv4Prefix& prefix, const BgpPath& told, qint64 nowMs) {
    std::vector<Cell> cells(RouteTable::ColumnCount);
    cells[RouteTable::Prefix] = {.text = prefix.toString(), .font = FontRole::Mono};
    cells[RouteTable::Node].text = node.name;
    cells[RouteTable::NextHop] = {.text = seen.neighbour(node, told.path->nextHop), .ink = Role::Muted, .font = FontRole::Mono};
    cells[RouteTable::Protocol] = {.text = QStringLiteral("bgp"), .ink = Role::Muted};
    cells[RouteTable::AsPath] = {.text = asPathsOf({told}), .ink = Role::Muted, .font = FontRole::Mono};
    cells[RouteTable::Best] = {.text = tr("alternative"), .ink = Role::Muted};
    cells[RouteTable::Kernel] = {.text = tr("not used"), .ink = Role::Muted};
    cells[RouteTable::Age] = ageCell(told.path->sinceMs, nowMs);
    return cells;
}

std::vector<Cell> cellsOf(const Seen& seen, const NodeId& node, const state::RouteState& route, const intent::ExpectedRoute* wanted) {
    QStringList hops;
    QStringList interfaces;
    for (const auto& hop : route.nextHops) {
        hops += hop.via ? seen.neighbour(node, *hop.via) : tr("direct");
        interfaces += hop.interface;
    }
    if (route.type != state::RouteType::Unicast) {
        hops = QStringList{state::typeWord(route.type)};
    }
    std::vector<Cell> cells(RouteTable::ColumnCount);
    cells[RouteTable::Prefix] = {.text = route.prefix.toString(), .font = FontRole::Mono};
    cells[RouteTable::Node].text = node.name;
    cells[RouteTable::NextHop] = {.text = hops.join(QLatin1String(", ")), .font = FontRole::Mono};
    cells[RouteTable::Interface].text = interfaces.join(QLatin1String(", "));
    cells[RouteTable::Protocol].text = route.protocol;
    cells[RouteTable::Kernel] = kernelCell(route, wanted);
    return cells;
}

std::vector<Cell> missingCells(const Seen& seen, const intent::ExpectedRoute& wanted) {
    QStringList hops;
    for (const auto& hop : wanted.nextHops) {
        hops += seen.neighbour(wanted.node, hop);
    }
    std::vector<Cell> cells(RouteTable::ColumnCount);
    cells[RouteTable::Prefix] = {.text = wanted.prefix.toString(), .ink = Role::Muted, .font = FontRole::Mono};
    cells[RouteTable::Node] = {.text = wanted.node.name, .ink = Role::Muted};
    cells[RouteTable::NextHop] = {.text = hops.join(QLatin1String(", ")), .ink = Role::Muted, .font = FontRole::Mono};
    cells[RouteTable::Protocol] = {.text = QStringLiteral("bgp"), .ink = Role::Muted};
    cells[RouteTable::Kernel] = {.text = tr("missing"), .glyph = Glyph::Bad, .ink = Role::Bad};
    return cells;
}

} // namespace

RouteTable::RouteTable(QObject* parent)
    : KeyedTable(
          {tr("Prefix"), tr("Node"), tr("Next hop"), tr("Interface"), tr("Protocol"), tr("AS path"), tr("Best"), tr("Kernel"), tr("Age")},
          parent) {}

void RouteTable::show(const model::Lab& lab, const intent::Intent& intent, const state::LabState& state, qint64 nowMs) {
    std::map<NodeId, std::vector<intent::ExpectedRoute>> byNode;
    for (const intent::ExpectedRoute& route : intent.routes) {
        byNode[route.node].push_back(route);
    }
    std::set<NodeId> nodes;
    for (const auto& [id, node] : state.nodes) {
        nodes.insert(id);
    }
    show(
        lab, state, nodes, [&byNode](const NodeId& node) { return std::span<const intent::ExpectedRoute>(byNode[node]); }, nowMs);
}

void RouteTable::show(const model::Lab& lab, const state::LabState& state, const std::set<NodeId>& nodes, const RoutesOf& routesOf,
                      qint64 nowMs) {
    const Seen seen{lab, state};
    std::map<RouteRowKey, std::vector<Cell>> rows;
    for (const NodeId& id : nodes) {
        Expected expected;
        for (const intent::ExpectedRoute& route : routesOf(id)) {
            expected[{id, route.prefix}] = &route;
        }
        const state::NodeState* node = state.findNode(id);
        const std::map<Ipv4Prefix, BgpPaths> told = bgpPathsOf(id, state);
        for (const auto& [prefix, paths] : told) {
            for (const BgpPath& path : paths.others) {
                rows[{prefix, id, 0, path.peer}] = otherCells(seen, id, prefix, path, nowMs);
            }
        }
        for (const auto& [key, route] : node == nullptr ? state::CowMap<state::RouteKey, state::RouteState>() : node->routes) {
            const auto wanted = expected.find({id, route.prefix});
            const auto paths = told.find(route.prefix);
            auto& cells = rows[{route.prefix, id, route.metric, Ipv4Address()}];
            cells = cellsOf(seen, id, route, wanted == expected.end() ? nullptr : wanted->second);
            addPaths(cells, route, paths == told.end() ? BgpPaths() : paths->second, nowMs);
            if (wanted != expected.end()) {
                expected.erase(wanted);
            }
        }
        for (const auto& [key, route] : state.running ? expected : Expected()) {
            rows[{route->prefix, id, 0, Ipv4Address()}] = missingCells(seen, *route);
        }
    }
    std::vector<Row> sorted;
    sorted.reserve(rows.size());
    for (auto& [key, cells] : rows) {
        sorted.push_back({key, std::move(cells)});
    }
    setRows(std::move(sorted));
}

} // namespace podleaf::ui
