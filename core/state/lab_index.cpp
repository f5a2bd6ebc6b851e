// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_index.h"

namespace podleaf::state {

const std::vector<IndexedPort>& LabIndex::of(const NodeId& node) const {
    static const std::vector<IndexedPort> kNone;
    const auto it = portsOf.find(node);
    return it == portsOf.end() ? kNone : it->second;
}

const IndexedPort* LabIndex::find(const NodeId& node, const QString& port) const {
    const auto it = ports.find({node, port});
    return it == ports.end() ? nullptr : &it->second;
}

std::shared_ptr<const LabIndex> indexOf(const model::Lab& lab) {
    auto index = std::make_shared<LabIndex>();
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        index->nodes.emplace(lab.nodes[i].id, i);
    }
    for (std::size_t i = 0; i < lab.links.size(); ++i) {
        index->links.emplace(lab.links[i].id, i);
        for (std::size_t end = 0; end < 2; ++end) {
            const model::Endpoint& endpoint = lab.links[i].ends[end];
            index->ports.emplace(std::pair(endpoint.node, endpoint.port), IndexedPort{i, end});
            index->portsOf[endpoint.node].push_back({i, end});
        }
    }
    return index;
}

std::shared_ptr<const LabIndex> indexOf(const model::Lab& lab, const LabState& state) {
    return state.index ? state.index : indexOf(lab);
}

} // namespace podleaf::state
