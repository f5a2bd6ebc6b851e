// SPDX-License-Identifier: GPL-3.0-or-later
#include "state_store.h"

#include <iterator>

namespace podleaf::state {

namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

} // namespace

void Delta::merge(Delta&& later) {
    nodes.merge(later.nodes);
    links.merge(later.links);
    sessions.merge(later.sessions);
    pods.merge(later.pods);
    clusterPods.merge(later.clusterPods);
    cluster = cluster || later.cluster;
    traffic.merge(later.traffic);
    usage.merge(later.usage);
    leases = leases || later.leases;
    running = running || later.running;
    append(log, std::move(later.log));
    append(routes, std::move(later.routes));
    append(tests, std::move(later.tests));
    append(flows, std::move(later.flows));
    append(changes, std::move(later.changes));
}

bool Delta::isEmptyButForRates() const {
    return nodes.empty() && links.empty() && sessions.empty() && pods.empty() && clusterPods.empty() && !cluster && !leases && !running &&
           log.empty() && routes.empty() && tests.empty() && flows.empty() && changes.empty();
}

} // namespace podleaf::state
