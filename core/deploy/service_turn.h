// SPDX-License-Identifier: GPL-3.0-or-later
// Turn: how a service of a node that runs comes to what its blueprint says. Called on worker threads.
#pragma once

#include <core/blueprint/blueprint.h>
#include <core/engine/engine.h>

namespace podleaf::deploy {

enum class Turn { None, Start, Reload, Restart };

/// Whether it is a DHCP client: other daemons of its host are started with what it wrote.
bool renews(const blueprint::Service& service);

/// Starts, reloads or restarts `service`; a DHCP client that is restarted is told to ask again, so that what is started
/// after it reads what its lease says now. A DHCP server that is restarted forgets who had the addresses `goneLeases`.
/// Errors: those of the engine; Failed with the program's last words.
Result<> carryOut(OpContext& context, engine::Engine& engine, const NodeId& node, const blueprint::Service& service, Turn turn,
                  const QStringList& goneLeases = {});

} // namespace podleaf::deploy
