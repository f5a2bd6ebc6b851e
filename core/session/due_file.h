// SPDX-License-Identifier: GPL-3.0-or-later
// Where a change keeps what it has yet to restart: in the folder of the running lab, so that with the lab host goes
// whatever was due. Blocking, briefly; called by whoever holds the lab (LabHold).
#pragma once

#include <core/base/result.h>
#include <core/deploy/due_turns.h>

namespace podleaf::session {

/// What an interrupted change left in a lab's folder; empty when there is none.
deploy::DueTurns dueTurnsIn(const QString& labFolder);

/// Keeps it; with nothing due, removes the file. Errors: Failed.
Result<> keepDueTurns(const QString& labFolder, const deploy::DueTurns& due);

} // namespace podleaf::session
