// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceTracker: folds what turned, as a store's reader delivers it, into one record per event. An event is
// what somebody did (a cable cut, a daemon killed) or, where nobody is known to have done anything, the first
// symptom. Pure: its only clock is its arguments. One thread at a time.
#pragma once

#include "convergence_record.h"
#include "state_store.h"

#include <set>
#include <vector>

namespace podleaf::state {

struct ConvergencePatience {
    qint64 quietMs = 500;      ///< So long without a change, and what is left is for good.
    qint64 firstSignMs = 7000; ///< How long an event that no node has noticed yet may stay unnoticed.
    qint64 longestMs = 30'000; ///< Then it is given up.
    qint64 sameCauseMs = 250;  ///< A symptom so shortly before a deed is the deed's.

    /// For a lab's timers: a silent fault is noticed when the hold time is over, at the latest.
    static ConvergencePatience of(const model::Lab& lab);
};

/// A probe that was the first of its leg to be answered, or not to be, after others.
struct ProbeSeen {
    QString from;
    NodeId fromNode; ///< The host that `from` is or runs on.
    QString to;
    NodeId toNode;
    bool answered = false;
    qint64 atMs = 0; ///< Unix milliseconds.
};

class ConvergenceTracker {
public:
    ConvergenceTracker(const model::Lab& lab, const ConvergencePatience& patience);

    /// What turned since the last call. No record begins before the lab has been seen synced and at rest once, so
    /// that a lab that comes up is no event.
    void fold(const std::vector<Change>& changes);
    /// Counts for the open records of the places that the leg joins.
    void fold(const ProbeSeen& probe);
    /// Ends what has settled by `nowMs` and gives the records that ended since the last call. To be called from
    /// time to time while one is open, even when nothing turned.
    std::vector<ConvergenceRecord> advance(const LabState& now, qint64 nowMs);
    /// The records that are not over yet, in the order they began.
    [[nodiscard]] std::vector<ConvergenceRecord> open() const;

private:
    struct Open {
        ConvergenceRecord record;
        std::set<NodeId> places; ///< The ends of its cable, or its node.
        bool isSymptom = false;  ///< Nobody is known to have done anything.
        bool isOfCable = false;
    };
    void fold(const Change& turned);
    void begin(Open event);
    [[nodiscard]] Open eventOf(const Change& turned) const;
    /// The open record that `deed` belongs to: its own first symptom, or another part of the same deed.
    [[nodiscard]] Open* sameAs(const Open& deed);
    void endOvertaken(const Open& by);
    /// The lab has gone: ends what is open, and forgets what was only its going.
    void endAll(qint64 atMs);
    /// Those of the open records that most likely caused it; none when it is an event of its own.
    [[nodiscard]] std::vector<Open*> causesOf(const Change& turned);
    [[nodiscard]] int likelihood(const Open& event, const Change& turned) const;
    [[nodiscard]] bool concerns(const Open& event, const ProbeSeen& probe) const;
    [[nodiscard]] const model::Node* ownerOf(const Ipv4Prefix& prefix) const;
    [[nodiscard]] ConvergenceEnd judge(const Open& event, const LabState& now, qint64 nowMs) const;

    const model::Lab m_lab;
    const ConvergencePatience m_patience;
    bool m_armed = false;
    int m_lastId = 0;
    qint64 m_lastTurnMs = 0;
    std::vector<Open> m_open; ///< In the order they began.
    std::vector<ConvergenceRecord> m_ended;
    std::map<std::pair<QString, QString>, bool> m_answered; ///< By from and to: the last probe.
};

} // namespace podleaf::state
