// SPDX-License-Identifier: GPL-3.0-or-later
// The registry of node kinds: one row per kind, listed in one place. Constant data; any thread.
#pragma once

#include "lab.h"

#include <QString>
#include <QStringView>

#include <functional>
#include <span>

namespace podleaf::model {

struct NodeKindInfo {
    NodeKind kind;
    QString word;                   ///< As written in a lab file.
    QString description;            ///< One sentence for the user.
    DhcpRole dhcp = DhcpRole::None; ///< What such a node does unless the lab says otherwise.
    bool runsPods = false;
    bool isSwitch = false; ///< Forwards for others and always has a loopback.
};

/// All kinds, in the order they are offered to the user.
std::span<const NodeKindInfo> nodeKinds();
const NodeKindInfo& infoOf(NodeKind kind);
/// The kind written as `word`, or nullptr.
const NodeKindInfo* findNodeKind(QStringView word);

/// The node's own role or, where it has none of its own, its kind's.
DhcpRole dhcpRoleOf(const Node& node);
/// Whether the node gets its addresses by DHCP.
bool asksForLease(const Node& node);
/// Whether a DHCP daemon runs on it: a server or a relay.
bool runsDhcpDaemon(const Node& node);
/// Whether it has any part in DHCP.
bool usesDhcp(const Node& node);
/// The node whose lease file tells of the lease on `link`, or nullptr where nobody asks for one.
const Node* leaseServerOf(const Lab& lab, const Link& link);
/// The same for callers that find nodes faster than by a search of the lab.
using FindNode = std::function<const Node*(const NodeId&)>;
const Node* leaseServerOf(const FindNode& find, const Link& link);

} // namespace podleaf::model
