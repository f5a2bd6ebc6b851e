// SPDX-License-Identifier: GPL-3.0-or-later
// Words that the titles of both plans, up and down, say alike. Pure; any thread.
#pragma once

#include <QString>

namespace podleaf::deploy {

/// "4 nodes and 3 cables", "1 node and 1 cable", or one of both where there is none of the other.
QString countedParts(qsizetype nodes, qsizetype cables);

} // namespace podleaf::deploy
