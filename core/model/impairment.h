// SPDX-License-Identifier: GPL-3.0-or-later
// Impairment: what the packets of a cable suffer on purpose, per direction. Plain values; any thread.
#pragma once

#include <array>
#include <cstdint>

namespace podleaf::model {

inline constexpr std::uint32_t kMaxLoss = 10'000;                  ///< Hundredths of a percent: all of it.
inline constexpr std::uint32_t kMinRateKbit = 8;                   ///< 1 kB/s: a full frame takes 1.5 s.
inline constexpr std::uint32_t kMaxRateKbit = 10'000'000;          ///< 10 Gbit/s.
inline constexpr std::uint32_t kMaxDelayMicroseconds = 10'000'000; ///< 10 s.

/// One direction of a cable.
struct Impairment {
    bool drop = false;                   ///< All packets vanish, while the carrier stays.
    std::uint32_t loss = 0;              ///< Hundredths of a percent of the packets that vanish, by chance.
    std::uint32_t rateKbit = 0;          ///< Kilobits (1,000 bits) a second; 0 is no limit.
    std::uint32_t delayMicroseconds = 0; ///< Added to each packet's way.

    [[nodiscard]] bool isNone() const { return *this == Impairment{}; }
    /// Whether nothing at all gets through.
    [[nodiscard]] bool blocks() const { return drop || loss >= 10'000; }
    bool operator==(const Impairment&) const = default;
};

/// Both directions of a cable, by the end that sends: Link::ends[0], Link::ends[1].
using CableImpairments = std::array<Impairment, 2>;

} // namespace podleaf::model
