// SPDX-License-Identifier: GPL-3.0-or-later
// Fault: what somebody does on purpose to a running lab, or mends, as a value. Any thread.
#pragma once

#include <core/engine/impairments.h>

#include <QString>

#include <variant>

namespace podleaf::session {

/// Makes a cable lose, slow or delay the packets of the given directions.
struct ImpairCable {
    LinkId link;
    engine::Senders senders = engine::Senders::Both;
    engine::ImpairmentChange change;
};
/// Joins a cable and takes every impairment of it away.
struct RestoreCable {
    LinkId link;
};

enum class NodeVerb { Stop, Start, Kill, Pause, Continue };

/// Does it to a service of a node or, with `service` empty, to the whole node.
struct NodeFault {
    NodeId node;
    QString service;
    NodeVerb verb = NodeVerb::Stop;
};
/// Resets a BGP session at `node`; `peer` is a neighbour's address or the node at the other end.
struct ClearSession {
    NodeId node;
    QString peer;
};

using Fault = std::variant<ImpairCable, RestoreCable, NodeFault, ClearSession>;

} // namespace podleaf::session
