// SPDX-License-Identifier: GPL-3.0-or-later
// Run folders whose lab host is gone. Any thread.
#pragma once

#include <QString>

namespace podleaf::engine {

/// Removes runFolder/lab when nobody holds its lock; false when somebody does or it cannot be removed.
bool removeDeadFolder(const QString& runFolder, const QString& lab);

} // namespace podleaf::engine
