// SPDX-License-Identifier: GPL-3.0-or-later
// What a node's files tell of it: its pod network from the CNI configuration that containerd writes, its AS number and its
// loopback from the lease that the DHCP hook writes. Both are hostile. Parsers are pure.
#pragma once

#include "addresses.h"
#include "checked.h"

namespace podleaf::router {

/// The first IPv4 network of the `ipam.ranges` of a CNI configuration, or of a list of them
/// (https://www.cni.dev/docs/spec: `plugins`; https://www.cni.dev/plugins/current/ipam/host-local: `ranges`).
Checked<PodCidr> parsePodCidr(const std::string& json);

/// The pod network of the first file of a folder, by name, that has one, as containerd takes them: *.conflist, *.conf and
/// *.json. Refused with what is wrong with the files; without a sentence where there is none.
Checked<PodCidr> podCidrIn(const std::string& folder);

struct Lease {
    std::optional<std::uint32_t> asn;
    std::optional<Address> loopback;
    bool operator==(const Lease&) const = default;
};

/// Lines KEY=VALUE; "asn" and "loopback" are looked at, and may be empty.
Checked<Lease> parseLease(const std::string& text);
/// Refused without a sentence where there is no such file.
Checked<Lease> leaseIn(const std::string& path);

} // namespace podleaf::router
