// SPDX-License-Identifier: GPL-3.0-or-later
// The edits of groups and notes, which are on the canvas only; edits.h is what others use. Pure; any thread.
#pragma once

#include "edits.h"

namespace podleaf::model {

/// Changes the lab and gives what undoes it, as apply().
Result<Edits> applyCanvasEdit(Lab& lab, const AddGroup& edit);
Result<Edits> applyCanvasEdit(Lab& lab, const RemoveGroup& edit);
Result<Edits> applyCanvasEdit(Lab& lab, const RenameGroup& edit);
Result<Edits> applyCanvasEdit(Lab& lab, const SetGroupNodes& edit);
Result<Edits> applyCanvasEdit(Lab& lab, const AddNote& edit);
Result<Edits> applyCanvasEdit(Lab& lab, const RemoveNote& edit);
Result<Edits> applyCanvasEdit(Lab& lab, const SetNote& edit);

/// Takes a node out of its group, and the group away that has no other. Gives what undoes it; nothing where there is none.
std::optional<Edit> leaveGroup(Lab& lab, const NodeId& node);

} // namespace podleaf::model
