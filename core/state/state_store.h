// SPDX-License-Identifier: GPL-3.0-or-later
// StateStore: owns LabState on a thread of its own, folds observations in and publishes an immutable
// snapshot plus a merged delta at most 60 times a second. Thread-safe.
#pragma once

#include "change.h"
#include "lab_state.h"

#include <core/base/op_context.h>
#include <core/base/unique_fd.h>

#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace podleaf::state {

/// A neighbour relation that the store should know from the start (from intent).
struct SeedSession {
    NodeId node;
    Ipv4Address peer;
    NodeId peerNode;
    LinkId link;
};

/// What changed between two published snapshots. Transitions are in `log`, in order, none dropped.
struct Delta {
    std::set<NodeId> nodes;
    std::set<LinkId> links;
    std::set<SessionKey> sessions;
    std::set<QString> pods;
    std::set<ClusterPodKey> clusterPods; ///< Of a cluster; those that are not there any more have gone.
    bool cluster = false;                ///< Its nodes, or whether it is heard.
    std::set<NodeId> traffic;            ///< Nodes whose ports' rates were measured again.
    std::set<NodeId> usage;              ///< Nodes that use more or less processor time or memory than before.
    bool leases = false;
    bool running = false;
    std::vector<LogEntry> log;
    /// Kernel routes that came (present) or went, in order; what `podleaf watch` prints.
    std::vector<RouteSeen> routes;
    /// Legs of tests that came out, in order; the verification's of an up as well.
    std::vector<TestLegSeen> tests;
    /// Connections that no test made, in order.
    std::vector<FlowSeen> flows;
    /// What turned, with the time it was seen, in order, none dropped.
    std::vector<Change> changes;

    void merge(Delta&& later);
    [[nodiscard]] bool isEmpty() const { return usage.empty() && traffic.empty() && isEmptyButForRates(); }
    /// Nothing but what nodes use and ports carry has changed, if anything; both are measured all the time.
    [[nodiscard]] bool isEmptyButForRates() const;
};

/// The state of a lab before anything was observed: every node Planned, every session unknown.
LabState initialState(const model::Lab& lab, const std::vector<SeedSession>& sessions);

/// Folds one observation into `state` and notes in `delta` what it changed. Pure but for its arguments.
void reduce(LabState& state, Delta& delta, const model::Lab& lab, const Observation& observation);

using Snapshot = std::shared_ptr<const LabState>;

/// One reader's place in the stream of deltas. Everything published since the last take() is merged.
class Reader {
public:
    virtual ~Reader() = default;
    /// Readable when there is something to take (an eventfd; wrap it in a QSocketNotifier or poll it).
    [[nodiscard]] virtual int wakeFd() const = 0;
    /// The newest snapshot and what changed since the last call.
    virtual std::pair<Snapshot, Delta> take() = 0;
};

class StateStore {
public:
    StateStore(model::Lab lab, const std::vector<SeedSession>& sessions);
    ~StateStore(); ///< Stops and joins the store's thread.
    StateStore(const StateStore&) = delete;
    StateStore& operator=(const StateStore&) = delete;

    /// Queues an observation; a full queue refuses and the loss is counted and shown. A gauge takes the place of the one
    /// of the same node that still waits.
    void push(Observation observation);
    /// How many observations wait to be folded in.
    [[nodiscard]] std::size_t backlog() const;
    /// The newest published state. Keep the pointer while you read: `for (… : store.snapshot()->nodes)` does not.
    [[nodiscard]] Snapshot snapshot() const;
    /// A reader that sees everything that is pushed from now on. It may outlive the store. Of what was pushed before and
    /// comes after its first snapshot it sees what changed; each coming and going of a route is told only while there is
    /// a reader.
    std::unique_ptr<Reader> openReader();
    /// Waits until `condition` holds for a published snapshot. Errors: Timeout, Cancelled.
    Result<Snapshot> waitUntil(OpContext& context, const std::function<bool(const LabState&)>& condition);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::state
