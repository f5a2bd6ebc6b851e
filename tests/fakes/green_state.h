// SPDX-License-Identifier: GPL-3.0-or-later
// The state of a lab in which all is as it should be, written down at once: for labs that are too large to observe.
#pragma once

#include <core/model/lab.h>
#include <core/state/lab_state.h>

namespace podleaf::fakes {

/// Everything there, every session up.
inline state::LabState greenState(const model::Lab& lab) {
    state::LabState state;
    state.lab = lab.id;
    state.running = true;
    for (const model::Node& node : lab.nodes) {
        state::NodeState& seen = state.nodes[node.id];
        seen.id = node.id;
        seen.exists = seen.bmpConnected = true;
        seen.phase = state::NodePhase::Ready;
    }
    for (const model::Link& link : lab.links) {
        state.links[link.id] = {link.id, true, true, true, {}};
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            state.nodes[link.ends[end].node].interfaces[link.ends[end].port] = {2, true, true, {}};
            state::SessionState& session = state.sessions[{link.ends[end].node, link.addresses[1 - end]}];
            session.node = link.ends[end].node;
            session.peer = link.addresses[1 - end];
            session.peerNode = link.ends[1 - end].node;
            session.link = link.id;
            session.known = session.configured = true;
            session.state = state::BgpState::Established;
        }
    }
    return state;
}

} // namespace podleaf::fakes
