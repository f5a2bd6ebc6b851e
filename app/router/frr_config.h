// SPDX-License-Identifier: GPL-3.0-or-later
// A configuration of FRR (8.4.4), and what turns one into another while its daemon runs. Pure.
#pragma once

#include "checked.h"

#include <string>
#include <vector>

namespace podleaf::router {

/// A command and the contexts that it stands in, from the outermost: {"router bgp 65001", "address-family ipv4 unicast"}. A
/// context is itself a line of the one around it.
struct ConfigLine {
    std::vector<std::string> contexts;
    std::string command;
    bool operator==(const ConfigLine&) const = default;
};

struct FrrConfig {
    std::string text; ///< As it stands in the file.
    std::vector<ConfigLine> lines;
    /// What a daemon takes only when it starts: its AS number, and FRR's own version and defaults.
    std::string identity;
};

/// Takes a configuration apart. A context ends with `exit` (`exit-address-family`) in it. Refused when one does not.
Checked<FrrConfig> parseFrrConfig(const std::string& text);

struct ConfigChange {
    std::vector<std::string> commands; ///< In order, from and to the enable node; empty when nothing is to be done.
    bool changesPolicy = false;        ///< What is let in may be another: the neighbours' routes have to be asked for again.
};

/// What makes of `old` `wanted`, which must have the same identity: first `no …` for what is not wanted, from the end to the
/// beginning, then what is new, in its order. A neighbour whose remote-as changes goes as a whole and comes as a whole; values
/// that a command sets anew (a router id, an entry of a prefix list) are only set.
ConfigChange changeBetween(const FrrConfig& old, const FrrConfig& wanted);

} // namespace podleaf::router
