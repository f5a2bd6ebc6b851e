// SPDX-License-Identifier: GPL-3.0-or-later
// Options: how podleaf-router was called. Plain values.
#pragma once

#include "addresses.h"

namespace podleaf::router {

struct Options {
    std::string templatePath = "/etc/podleaf-router/frr.conf.in"; ///< Beside it may be zebra.conf, bfdd.conf.
    std::string cniFolder = "/host/cni/net.d";
    std::string leasePath = "/host/podleaf/lease";
    std::string runFolder = "/var/run/frr"; ///< Sockets, FRR's and ours.
    std::string configFolder = "/etc/frr";  ///< What the daemons are started with is written here.
    std::string programFolder = "/usr/lib/frr";
    std::string bridge = "cbr0";
    std::optional<std::uint32_t> asn; ///< These two go before what the lease says.
    std::optional<Address> loopback;
};

/// nullopt, with a usage text on stderr, when the arguments are not right.
std::optional<Options> parseOptions(int argc, char** argv);

} // namespace podleaf::router
