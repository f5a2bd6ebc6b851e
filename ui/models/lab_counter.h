// SPDX-License-Identifier: GPL-3.0-or-later
// LabCounter: the counts of the status bar, kept up to date by what changed, as a large lab has a million routes. It
// looks at so many in one go only, and says when it is not done. GUI thread.
#pragma once

#include "lab_summary.h"

#include <core/state/state_store.h>

#include <map>
#include <set>
#include <span>
#include <vector>

namespace podleaf::ui {

class LabCounter {
public:
    /// Forgets everything: another lab is shown.
    void clear() { *this = LabCounter(); }
    /// `intent` may be null, while it is not known; it must live until the next clear().
    LabSummary update(const intent::Intent* intent, const state::LabState& state, const state::Delta& delta);
    /// Some nodes' routes are not counted yet: call update() again, with an empty delta.
    [[nodiscard]] bool isBehind() const { return !m_due.empty(); }
    /// The intended routes of a node.
    [[nodiscard]] std::span<const intent::ExpectedRoute> routesOf(const NodeId& node) const;

private:
    void begin(const intent::Intent* intent);
    void takeChanges(const state::LabState& state, const state::Delta& delta);
    void countDue(const state::LabState& state);
    void look(const state::NodeState* node, const intent::ExpectedRoute& wanted);

    const intent::Intent* m_intent = nullptr;
    std::map<NodeId, std::span<const intent::ExpectedRoute>> m_routes; ///< intentOf() has them node by node.
    std::vector<bool> m_isRight;                                       ///< Of each of the intent's routes, as far as it was looked at.
    std::set<NodeId> m_due;                                            ///< Nodes all of whose routes are to be looked at.
    int m_allRight = 0;
    bool m_sessionsDue = true;
    LabSummary m_summary;
};

} // namespace podleaf::ui
