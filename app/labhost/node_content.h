// SPDX-License-Identifier: GPL-3.0-or-later
// What a node holds before its services start: files, sysctls, addresses, routes; and reading files back.
// Runs in the node's init, inside its namespaces, single-threaded.
#pragma once

#include "connection.h"

#include <core/channel/labhost_mac.h>

namespace podleaf::labhost {

Answer applyContent(const Apply& content);
Answer readNodeFile(const ReadFile& request);

/// Brings up the loopback, makes the bridges (no address, forward delay 0, no STP, a MAC of their own) and sets what
/// must be set before the first port appears. Returns what went wrong; `indexes` gets one entry per bridge.
std::string prepareNetwork(const std::string& lab, const NodeInfo& node, std::vector<std::uint32_t>& indexes);

} // namespace podleaf::labhost
