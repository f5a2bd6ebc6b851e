// SPDX-License-Identifier: GPL-3.0-or-later
// Why a BGP session is not Established, as far as the whole observed state tells. Pure; any thread.
#pragma once

#include "lab_state.h"

namespace podleaf::state {

/// The causes in the order they are looked for: the first that holds is the reason.
enum class SessionFault {
    None, ///< It is Established.
    LabNotRunning,
    NodeMissing,
    NodeStopped,
    CableCut,
    NoCarrier,
    Dropped,
    BgpdHere,
    BgpdAtPeer,
    NoAddress,
    NotConfigured,
    AdminShut,
    Lossy,
    LastError,
    Waiting, ///< Nothing is wrong that we can see.
};

struct SessionReason {
    SessionFault fault = SessionFault::None;
    QString sentence; ///< Empty for None.
    bool operator==(const SessionReason&) const = default;
};

SessionReason reasonOf(const LabState& state, const model::Lab& lab, const SessionState& session);

/// Why `link` does not carry, seen from its end `end`: cut, a node without power, or a port without carrier. None when it does,
/// or when netlink has not told yet.
SessionReason cableFault(const LabState& state, const model::Link& link, std::size_t end);
/// That packets which the end `sender` of `link` sends are all dropped on purpose, or None.
SessionReason dropFault(const LabState& state, const model::Link& link, std::size_t sender);
/// That some or all of them are lost on purpose, or None.
SessionReason lossFault(const LabState& state, const model::Link& link, std::size_t sender);
/// Why the end `end` of `link` has no address of the link's prefix: no lease, for a host. None when it has one.
SessionReason addressFault(const LabState& state, const model::Lab& lab, const model::Link& link, std::size_t end);
/// The service that asks for the address of a host's port: one of the port's own, or the node's only one.
QString dhcpClientOf(const LabState& state, const model::Endpoint& port);
/// What is said of a service that should run and does not: "bgpd is not running on host2 (killed by signal 9)."
/// "bgpd is paused on host2." Empty when it runs or nothing is known of it.
QString serviceFault(const LabState& state, const NodeId& node, const QString& service);

} // namespace podleaf::state
