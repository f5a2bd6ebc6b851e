// SPDX-License-Identifier: GPL-3.0-or-later
// What a node holds before its services start: files, sysctls, addresses, routes; and reading files back.
// Runs in the node's init, inside its namespaces, single-threaded.
#pragma once

#include "connection.h"

namespace podleaf::labhost {

Answer applyContent(const Apply& content);
Answer readNodeFile(const ReadFile& request);

/// Brings up the loopback, makes the bridges (no address, forward delay 0, no STP, a MAC of their own) and sets what
/// must be set before the first port appears. Returns what went wrong; `indexes` gets one entry per bridge.
std::string prepareNetwork(const std::string& lab, const NodeInfo& node, std::vector<std::uint32_t>& indexes);

/// A locally administered MAC address that depends on nothing but the names.
std::array<std::uint8_t, 6> macOf(const std::string& lab, const std::string& node, const std::string& port);

} // namespace podleaf::labhost
