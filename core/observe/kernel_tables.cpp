// SPDX-License-Identifier: GPL-3.0-or-later
// KernelTables: interfaces, addresses and routes of one node. One thread at a time.
#include "kernel_tables.h"

#include <algorithm>

namespace podleaf::observe {

using namespace state;

void KernelTables::begin(Stage stage) {
    m_stage = stage;
    m_requestDue = true;
    m_refused = false;
    m_addressEvents.clear();
    m_routeEvents.clear();
    if (stage == Stage::Links) {
        ++m_generation;
        m_again = m_interrupted = false;
    }
}

void KernelTables::refresh() {
    const bool notAskedYet = m_stage == Stage::Links && m_requestDue;
    if (m_stage == Stage::Idle) {
        begin(Stage::Links);
    } else if (!notAskedYet) {
        m_again = true;
    }
}

void KernelTables::askCounters() {
    if (m_stage == Stage::Idle) {
        begin(Stage::Counters);
    }
}

void KernelTables::noteLoss(Out& out) {
    out.emplace_back(LossSeen{QStringLiteral("netlink"), 1});
    out.emplace_back(NetlinkResync{m_node});
    m_links.clear();
    m_addresses.clear();
    m_routes.clear();
    m_counters.clear();
    m_synced = false;
    begin(Stage::Links);
}

std::optional<QByteArray> KernelTables::takeRequest() {
    if (!m_requestDue || m_stage == Stage::Idle) {
        return std::nullopt;
    }
    m_requestDue = false;
    const NetlinkTable table = m_stage == Stage::Addresses ? NetlinkTable::Addresses
                               : m_stage == Stage::Routes  ? NetlinkTable::Routes
                                                           : NetlinkTable::Links;
    return netlinkDumpRequest(table, ++m_sequence);
}

void KernelTables::retry() {
    m_requestDue = m_requestDue || m_refused;
    m_refused = false;
}

void KernelTables::apply(const NetlinkMessage& message, Out& out) {
    const bool answersUs = message.sequence == m_sequence && m_stage != Stage::Idle && !m_requestDue;
    m_interrupted = m_interrupted || (answersUs && message.ofDump && message.interrupted);
    if (const auto* link = std::get_if<NetlinkLink>(&message.body)) {
        applyLink(*link, message.ofDump, out);
    } else if (const auto* address = std::get_if<NetlinkAddress>(&message.body)) {
        applyAddress(*address, message.ofDump, out);
    } else if (const auto* route = std::get_if<NetlinkRoute>(&message.body)) {
        applyRoute(*route, message.ofDump, out);
    } else if (std::holds_alternative<NetlinkNextHopGone>(message.body)) {
        refresh();
    } else if (std::holds_alternative<NetlinkOverrun>(message.body)) {
        noteLoss(out);
    } else if (const auto* failure = std::get_if<NetlinkFailure>(&message.body)) {
        m_refused = m_refused || (answersUs && failure->error != 0);
    } else if (answersUs) {
        finishTable(out);
    }
}

QString KernelTables::interfaceName(int index) const {
    const auto it = m_links.find(index);
    return it == m_links.end() ? QStringLiteral("if%1").arg(index) : it->second.value.name;
}

void KernelTables::applyLink(const NetlinkLink& link, bool ofDump, Out& out) {
    if (!link.present) {
        removeLink(link.index, out);
        refresh();
        return;
    }
    if (link.counters) {
        m_counters[link.index] = *link.counters;
    }
    const InterfaceSeen seen{m_node, link.name, link.index, true, link.adminUp, link.carrier};
    const auto it = m_links.find(link.index);
    if (it == m_links.end()) {
        m_links[link.index] = {seen, m_generation};
        out.emplace_back(seen);
        return;
    }
    InterfaceSeen& known = it->second.value;
    it->second.generation = m_generation;
    if (known.name == seen.name && known.adminUp == seen.adminUp && known.carrier == seen.carrier) {
        return;
    }
    if (!ofDump && (known.name != seen.name || (known.adminUp && !seen.adminUp))) {
        refresh();
    }
    if (known.name != seen.name) {
        removeLink(link.index, out);
        m_links[link.index] = {seen, m_generation};
    } else {
        known = seen;
    }
    out.emplace_back(seen);
}

void KernelTables::removeLink(int index, Out& out) {
    const auto it = m_links.find(index);
    if (it == m_links.end()) {
        return;
    }
    for (auto address = m_addresses.begin(); address != m_addresses.end();) {
        if (address->first.first != index) {
            ++address;
            continue;
        }
        address->second.value.present = false;
        out.emplace_back(address->second.value);
        address = m_addresses.erase(address);
    }
    InterfaceSeen gone = it->second.value;
    gone.exists = gone.adminUp = gone.carrier = false;
    m_links.erase(it);
    m_counters.erase(index);
    out.emplace_back(gone);
}

template <class Key, class T>
bool KernelTables::isNews(std::set<Key>& byEvent, std::map<Key, Known<T>>& known, const Key& key, bool ofDump) {
    if (!ofDump) {
        if (m_stage != Stage::Idle) {
            byEvent.insert(key);
        }
        return true;
    }
    if (!byEvent.contains(key)) {
        return true;
    }
    if (const auto it = known.find(key); it != known.end()) {
        it->second.generation = m_generation;
    }
    return false;
}

void KernelTables::applyAddress(const NetlinkAddress& address, bool ofDump, Out& out) {
    if (!m_links.contains(address.index)) {
        return; // heard before the first dump of links: the dump of addresses has it too
    }
    const auto key = std::pair(address.index, address.address);
    if (!isNews(m_addressEvents, m_addresses, key, ofDump)) {
        return;
    }
    const auto it = m_addresses.find(key);
    const AddressSeen seen{m_node, interfaceName(address.index), address.address, address.present};
    if (address.present) {
        if (it == m_addresses.end()) {
            out.emplace_back(seen);
        }
        m_addresses[key] = {seen, m_generation};
        return;
    }
    if (it != m_addresses.end()) {
        m_addresses.erase(it);
        out.emplace_back(seen);
    }
    if (!ofDump) {
        refresh();
    }
}

void KernelTables::applyRoute(const NetlinkRoute& route, bool ofDump, Out& out) {
    const bool namesKnown = std::ranges::all_of(route.hops, [this](const NetlinkHop& hop) { return m_links.contains(hop.index); });
    const bool routesFollow = m_stage == Stage::Links || m_stage == Stage::Addresses;
    if (route.present && !namesKnown && routesFollow) {
        return;
    }
    RouteSeen seen{m_node, route.prefix, route.protocol, {}, route.metric, route.present, route.source, route.type};
    std::vector<NextHop> hops;
    hops.reserve(route.hops.size());
    for (const NetlinkHop& hop : route.hops) {
        hops.push_back(NextHop{hop.via, interfaceName(hop.index)});
    }
    std::ranges::sort(hops);
    seen.nextHops = std::move(hops);
    const RouteKey key(route.prefix, route.metric);
    if (!isNews(m_routeEvents, m_routes, key, ofDump)) {
        return;
    }
    const auto it = m_routes.find(key);
    if (!route.present) {
        // A route of the same prefix and metric may have taken its place under another protocol.
        if (it != m_routes.end() && it->second.value.protocol == route.protocol) {
            m_routes.erase(it);
            out.emplace_back(std::move(seen));
        }
        return;
    }
    if (it == m_routes.end() || it->second.value != seen) {
        out.emplace_back(seen);
    }
    m_routes[key] = {std::move(seen), m_generation};
}

void KernelTables::finishTable(Out& out) {
    if (m_stage == Stage::Links || m_stage == Stage::Addresses) {
        begin(m_stage == Stage::Links ? Stage::Addresses : Stage::Routes);
        return;
    }
    if (std::exchange(m_stage, Stage::Idle) == Stage::Counters) {
        finishCounters(out);
    } else if (!m_interrupted) {
        sweep(out);
        if (!std::exchange(m_synced, true)) {
            out.emplace_back(SyncedSeen{m_node, QStringLiteral("netlink")});
        }
    }
    if (m_interrupted || m_again) {
        begin(Stage::Links);
    }
}

/// A node whose counters stand still is told of once more, so that its rates fall to nothing; then it is quiet.
void KernelTables::finishCounters(Out& out) {
    const bool wasMoving = std::exchange(m_moving, m_counters != m_told);
    if (!m_moving && !wasMoving) {
        return;
    }
    m_told = m_counters;
    TrafficSeen seen{m_node, {}};
    for (const auto& [index, counters] : m_counters) {
        const QString name = interfaceName(index);
        if (name != QLatin1String("lo")) {
            seen.ports.push_back({name, counters.rxBytes, counters.txBytes, counters.rxDropped, counters.txDropped});
        }
    }
    out.emplace_back(std::move(seen));
}

void KernelTables::sweep(Out& out) {
    for (auto it = m_routes.begin(); it != m_routes.end();) {
        if (it->second.generation == m_generation) {
            ++it;
            continue;
        }
        it->second.value.present = false;
        out.emplace_back(it->second.value);
        it = m_routes.erase(it);
    }
    for (auto it = m_addresses.begin(); it != m_addresses.end();) {
        if (it->second.generation == m_generation) {
            ++it;
            continue;
        }
        it->second.value.present = false;
        out.emplace_back(it->second.value);
        it = m_addresses.erase(it);
    }
    std::vector<int> gone;
    for (const auto& [index, link] : m_links) {
        if (link.generation != m_generation) {
            gone.push_back(index);
        }
    }
    for (const int index : gone) {
        removeLink(index, out);
    }
}

} // namespace podleaf::observe
