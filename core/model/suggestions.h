// SPDX-License-Identifier: GPL-3.0-or-later
// Names and ports for what is new in a lab, going on where the lab's own leave off. Pure; any thread.
#pragma once

#include "lab.h"

namespace podleaf::model {

/// host4 after host1 to host3; leaf1 where there is none.
NodeId nextNodeName(const Lab& lab, NodeKind kind);

/// intnet4 after intnet1 to intnet3; empty where the links have no such names: the lab file chooses then.
LinkId nextLinkName(const Lab& lab);

/// The port that hosts have at their link number `index`: all hosts hold the same files, so it has one name.
QString hostPort(const Lab& lab, std::size_t index);

/// The next free port of a node for a link to a node of the kind `peer`: hosts go on in the order of hostPort(), switches
/// behind the ports that lead to such nodes already, else at their lowest free one: swp4, swp51.
QString nextPort(const Lab& lab, const NodeId& node, NodeKind peer);

} // namespace podleaf::model
