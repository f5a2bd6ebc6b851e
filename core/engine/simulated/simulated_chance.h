// SPDX-License-Identifier: GPL-3.0-or-later
// What a simulated lab leaves to chance, and leaves alike for equal seeds on every machine. Pure; any thread.
#pragma once

#include <QStringView>

#include <cstdint>

namespace podleaf::engine {

/// A number that depends on nothing but its arguments: FNV-1a over the words, mixed as SplitMix64 does.
inline std::uint64_t simulatedChance(std::uint64_t seed, QStringView what, std::uint64_t count = 0) {
    std::uint64_t value = 0xCBF29CE484222325U ^ seed;
    for (const QChar character : what) {
        value = (value ^ character.unicode()) * 0x100000001B3U;
    }
    value += (count + 1) * 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

/// From `low` to `high`, both included.
inline std::uint64_t simulatedBetween(std::uint64_t low, std::uint64_t high, std::uint64_t seed, QStringView what,
                                      std::uint64_t count = 0) {
    return low + simulatedChance(seed, what, count) % (high - low + 1);
}

} // namespace podleaf::engine
