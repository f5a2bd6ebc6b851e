// SPDX-License-Identifier: GPL-3.0-or-later
// The hardware address of a port: it follows from the names of lab, node and port, so that both sides of the wire
// know it (and with it the link-local IPv6 address) without asking. Std only; pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace podleaf::labhost {

inline std::array<std::uint8_t, 6> macOf(const std::string& lab, const std::string& node, const std::string& port) {
    std::uint64_t hash = 0xcbf29ce484222325U; // FNV-1a, 64 bit
    std::string names = lab;
    names.append(1, '\n').append(node).append(1, '\n').append(port);
    for (const char c : names) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
    }
    std::array<std::uint8_t, 6> mac{0x02}; // unicast, locally administered
    for (std::size_t i = 1; i < mac.size(); ++i) {
        mac[i] = static_cast<std::uint8_t>(hash >> (8 * i));
    }
    return mac;
}

/// The lower half of the address that the kernel gives the port in fe80::/64 (RFC 4291, modified EUI-64).
inline std::uint64_t interfaceIdOf(const std::array<std::uint8_t, 6>& mac) {
    const std::array<std::uint8_t, 8> bytes{static_cast<std::uint8_t>(mac[0] ^ 2U), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]};
    std::uint64_t id = 0;
    for (const std::uint8_t byte : bytes) {
        id = id << 8U | byte;
    }
    return id;
}

} // namespace podleaf::labhost
