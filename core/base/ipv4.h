// SPDX-License-Identifier: GPL-3.0-or-later
// IPv4 addresses and prefixes as plain values. Any thread.
#pragma once

#include <QHash>
#include <QString>
#include <QStringView>

#include <compare>
#include <cstdint>
#include <optional>

namespace podleaf {

/// An IPv4 address in host byte order.
struct Ipv4Address {
    std::uint32_t value = 0;

    /// Dotted quad, exactly four decimal octets; anything else is nullopt.
    static std::optional<Ipv4Address> parse(QStringView text);
    [[nodiscard]] QString toString() const;
    auto operator<=>(const Ipv4Address&) const = default;
};

/// An address with a prefix length. `address` may have host bits (an interface's 10.20.1.1/24);
/// network() clears them.
struct Ipv4Prefix {
    Ipv4Address address;
    int length = 0; ///< 0 to 32 bits.

    /// "10.20.0.0/16"; host bits are kept as given.
    static std::optional<Ipv4Prefix> parse(QStringView text);
    [[nodiscard]] QString toString() const;
    [[nodiscard]] std::uint32_t mask() const;
    [[nodiscard]] Ipv4Prefix network() const;
    /// The address `offset` places after the network address.
    [[nodiscard]] Ipv4Address at(std::uint32_t offset) const;
    [[nodiscard]] bool contains(Ipv4Address other) const;
    [[nodiscard]] bool contains(const Ipv4Prefix& other) const;
    [[nodiscard]] bool overlaps(const Ipv4Prefix& other) const;
    auto operator<=>(const Ipv4Prefix&) const = default;
};

inline size_t qHash(const Ipv4Address& a, size_t seed = 0) {
    return ::qHash(static_cast<uint>(a.value), seed);
}
inline size_t qHash(const Ipv4Prefix& p, size_t seed = 0) {
    return qHash(p.address, seed) ^ static_cast<size_t>(p.length);
}

} // namespace podleaf
