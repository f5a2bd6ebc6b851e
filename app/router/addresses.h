// SPDX-License-Identifier: GPL-3.0-or-later
// IPv4 addresses, prefixes and AS numbers as they come out of files and options: strictly checked. Std only; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace podleaf::router {

/// An IPv4 address in host byte order.
struct Address {
    std::uint32_t value = 0;

    /// Exactly four decimal octets without leading zeros; anything else is nullopt.
    static std::optional<Address> parse(std::string_view text);
    [[nodiscard]] std::string toString() const;
    /// Whether one node may have it: not 0/8, 127/8, multicast or reserved (RFC 6890).
    [[nodiscard]] bool isOfOneNode() const;
    auto operator<=>(const Address&) const = default;
};

/// A network that pods can be in: 8 to 30 bits long, without host bits, of addresses that nodes may have.
struct PodCidr {
    Address network;
    int length = 0;

    static std::optional<PodCidr> parse(std::string_view text);
    [[nodiscard]] std::string toString() const;
    /// The bridge's, which is the network's first.
    [[nodiscard]] Address firstAddress() const { return {network.value + 1}; }
    auto operator<=>(const PodCidr&) const = default;
};

/// 1 to 4294967294 (RFC 7607, RFC 7300), in decimal without leading zeros.
std::optional<std::uint32_t> parseAsn(std::string_view text);

} // namespace podleaf::router
