// SPDX-License-Identifier: GPL-3.0-or-later
// RouteDifference: see the header.
#include "route_difference.h"

#include <core/state/neighbour_words.h>

#include <map>

namespace podleaf::ui {

namespace {

using Routes = std::map<RouteRowKey, const state::RouteState*>;

Routes routesOf(const state::LabState& lab) {
    Routes routes;
    for (const auto& [id, node] : lab.nodes) {
        for (const auto& [key, route] : node.routes) {
            routes[{route.prefix, id, route.metric, Ipv4Address()}] = &route;
        }
    }
    return routes;
}

QString textOf(const model::Lab& lab, const state::RouteState* route) {
    if (route == nullptr) {
        return {};
    }
    QStringList hops;
    for (const auto& hop : route->nextHops) {
        hops += state::hopWord(lab, route->protocol, hop);
    }
    if (route->type != state::RouteType::Unicast) {
        hops = QStringList{state::typeWord(route->type)};
    }
    return QStringLiteral("%1, %2").arg(hops.join(QStringLiteral(" + ")), route->protocol);
}

std::vector<Cell> cellsOf(const model::Lab& lab, const RouteRowKey& key, const state::RouteState* before, const state::RouteState* after) {
    std::vector<Cell> cells(RouteDifference::ColumnCount);
    cells[RouteDifference::Change] = before == nullptr ? Cell{.text = RouteDifference::tr("came"), .glyph = Glyph::Ok, .ink = Role::Ok}
                                     : after == nullptr
                                         ? Cell{.text = RouteDifference::tr("gone"), .glyph = Glyph::Bad, .ink = Role::Bad}
                                         : Cell{.text = RouteDifference::tr("changed"), .glyph = Glyph::Changed, .ink = Role::Warn};
    cells[RouteDifference::Prefix] = {.text = std::get<Ipv4Prefix>(key).toString(), .font = FontRole::Mono};
    cells[RouteDifference::Node].text = std::get<NodeId>(key).name;
    cells[RouteDifference::Before] = {.text = textOf(lab, before), .font = FontRole::Mono};
    cells[RouteDifference::After] = {.text = textOf(lab, after), .font = FontRole::Mono};
    return cells;
}

} // namespace

RouteDifference::RouteDifference(QObject* parent) : KeyedTable({tr("Change"), tr("Prefix"), tr("Node"), tr("At A"), tr("At B")}, parent) {}

void RouteDifference::show(const model::Lab& lab, const state::LabState& before, const state::LabState& after) {
    const Routes old = routesOf(before);
    const Routes now = routesOf(after);
    Routes all = old;
    all.insert(now.begin(), now.end());
    m_came = m_gone = m_changed = 0;
    std::vector<Row> rows;
    for (const auto& [key, any] : all) {
        const auto a = old.find(key);
        const auto b = now.find(key);
        const state::RouteState* was = a == old.end() ? nullptr : a->second;
        const state::RouteState* is = b == now.end() ? nullptr : b->second;
        if (was != nullptr && is != nullptr && *was == *is) {
            continue;
        }
        ++(was == nullptr ? m_came : is == nullptr ? m_gone : m_changed);
        rows.push_back({key, cellsOf(lab, key, was, is)});
    }
    setRows(std::move(rows));
}

QString RouteDifference::sentence() const {
    return tr("%1 came, %2 gone, %3 changed.").arg(m_came).arg(m_gone).arg(m_changed);
}

} // namespace podleaf::ui
