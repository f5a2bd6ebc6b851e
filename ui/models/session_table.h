// SPDX-License-Identifier: GPL-3.0-or-later
// SessionTable: BGP sessions, one row per speaker's view of one neighbour. GUI thread.
#pragma once

#include "keyed_table.h"

#include <core/model/lab.h>
#include <core/state/lab_state.h>

#include <QCoreApplication>

namespace podleaf::ui {

class SessionTable final : public KeyedTable<state::SessionKey> {
    Q_DECLARE_TR_FUNCTIONS(SessionTable)

public:
    enum Column { Node, Neighbour, Cable, As, State, UpFor, Received, Sent, Flaps, LastError, ColumnCount };

    explicit SessionTable(QObject* parent = nullptr);
    /// `nowMs`: Unix milliseconds, for the ages.
    void show(const model::Lab& lab, const state::LabState& state, qint64 nowMs);
    /// The same where only these sessions have changed since it was shown last, but for the ages of the others.
    void showChanges(const model::Lab& lab, const state::LabState& state, const std::set<state::SessionKey>& changed, qint64 nowMs);
};

} // namespace podleaf::ui
