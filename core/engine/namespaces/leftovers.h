// SPDX-License-Identifier: GPL-3.0-or-later
// Folders whose lab host is gone. Any thread.
#pragma once

#include <QString>

namespace podleaf::engine {

/// Whether a lab host made this folder: a file named "lock" is the first thing in it and the last. The run folder may be
/// one that others use, too.
bool isLabFolder(const QString& folder);

/// Where nodes that run containers keep what those need, in a folder a lab: PODLEAF_STATE_FOLDER, else /var/lib/podleaf.
QString stateFolder();

/// Gone: nothing of the lab lies there (any more). Held: a lab host is starting, running or ending. Stuck: it cannot be removed.
enum class DeadFolder { Gone, Held, Stuck };

/// Removes runFolder/lab when nobody holds its lock.
DeadFolder removeDeadFolder(const QString& runFolder, const QString& lab);

} // namespace podleaf::engine
