// SPDX-License-Identifier: GPL-3.0-or-later
// DueTurns: the services that a change reloads or restarts. They are kept beside the lab while the change is made, as a
// change that was interrupted between writing a file and telling its daemon leaves no other trace. Pure; any thread.
#pragma once

#include <core/base/ids.h>

#include <QByteArray>
#include <QString>

#include <map>
#include <utility>

namespace podleaf::deploy {

enum class DueTurn { Reload, Restart };

/// Node and service → what is due.
using DueTurns = std::map<std::pair<NodeId, QString>, DueTurn>;

QByteArray toJson(const DueTurns& due);
/// What can be understood of it; empty for what toJson() did not make.
DueTurns dueFromJson(const QByteArray& json);

} // namespace podleaf::deploy
