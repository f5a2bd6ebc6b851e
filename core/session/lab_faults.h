// SPDX-License-Identifier: GPL-3.0-or-later
// LabFaults: breaking a running lab on purpose and mending it; what window and command line do with cables, nodes,
// daemons and sessions. Blocking calls; call them from worker threads. Thread-safe.
#pragma once

#include "fault.h"
#include "lab_session.h"

namespace podleaf::session {

class LabFaults {
public:
    /// `session` must outlive it.
    explicit LabFaults(LabSession& session) : m_session(session) {}

    /// Changes what a cable does to the packets of the given directions; returns what the kernels then do. Errors: NotFound,
    /// InvalidInput (out of range), HostLacks (this kernel cannot; nothing is changed), Conflict, Unreachable.
    Result<model::CableImpairments> impair(OpContext& context, const LinkId& link, engine::Senders senders,
                                           const engine::ImpairmentChange& change);
    /// What the kernels do to a cable's packets now.
    Result<model::CableImpairments> impairmentsOf(OpContext& context, const LinkId& link);
    /// Joins a cable and takes every impairment of it away.
    Result<> restore(OpContext& context, const LinkId& link);

    /// Ends a service in order; with `service` empty all of a node's, the last started first. The node itself, its
    /// addresses and its cables stay. Errors: NotFound (no such node or service).
    Result<> stop(OpContext& context, const NodeId& node, const QString& service);
    /// Brings back what is missing of a node and its pods, or one service of it, by the steps of `up`.
    Result<> start(OpContext& context, const NodeId& node, const QString& service);
    /// SIGKILL: one service, or the whole node with its pods, as when a machine loses power.
    Result<> kill(OpContext& context, const NodeId& node, const QString& service);
    /// SIGSTOP or SIGCONT of a service, or of all of a node's: a daemon that hangs.
    Result<> pause(OpContext& context, const NodeId& node, const QString& service);
    Result<> resume(OpContext& context, const NodeId& node, const QString& service);

    /// Resets a BGP session at `node`; `peer` is a neighbour's address or the node at the other end. Errors: NotFound (its
    /// hint names the neighbours), Unreachable (bgpd does not run), Failed (bgpd's own words in detail).
    Result<> clearSession(OpContext& context, const NodeId& node, const QString& peer);

    /// Any of the above, as a value.
    Result<> inject(OpContext& context, const Fault& fault);

private:
    Result<> checkLink(const LinkId& link) const;
    Result<> checkService(const NodeId& node, const QString& service) const;
    Result<QStringList> servicesToHit(OpContext& context, const NodeId& node, const QString& service);
    Result<> signal(OpContext& context, const NodeId& node, const QString& service, int number);
    [[nodiscard]] std::vector<NodeId> podsOf(const NodeId& host) const;

    LabSession& m_session;
};

} // namespace podleaf::session
