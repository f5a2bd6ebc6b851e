// SPDX-License-Identifier: GPL-3.0-or-later
// LabIndex: where things are in a Lab, so that folding an observation into the state of a large lab does
// not search lists. Immutable once made; any thread.
#pragma once

#include "lab_state.h"

#include <core/model/lab.h>

#include <map>
#include <memory>
#include <vector>

namespace podleaf::state {

/// A port of a node on a cable: position in Lab::links and which end of it.
struct IndexedPort {
    std::size_t link = 0;
    std::size_t end = 0;
};

struct LabIndex {
    std::map<NodeId, std::size_t> nodes; ///< Positions in Lab::nodes.
    std::map<LinkId, std::size_t> links; ///< Positions in Lab::links.
    std::map<std::pair<NodeId, QString>, IndexedPort> ports;
    std::map<NodeId, std::vector<IndexedPort>> portsOf; ///< In the lab's order.

    /// The ports of `node`; empty when it has none.
    [[nodiscard]] const std::vector<IndexedPort>& of(const NodeId& node) const;
    /// The port named so, or nullptr when it is on no cable.
    [[nodiscard]] const IndexedPort* find(const NodeId& node, const QString& port) const;
};

std::shared_ptr<const LabIndex> indexOf(const model::Lab& lab);
/// The index `state` carries or, for a hand-made state, a new one.
std::shared_ptr<const LabIndex> indexOf(const model::Lab& lab, const LabState& state);

} // namespace podleaf::state
