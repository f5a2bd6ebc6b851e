// SPDX-License-Identifier: GPL-3.0-or-later
// What the fuzzers share: an input as Qt's bytes, and a claim that ends the run when it is false.
#pragma once

#include <QByteArrayView>

#include <cstdint>
#include <cstdlib>

namespace podleaf::fuzz {

inline QByteArrayView bytesOf(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), static_cast<qsizetype>(size)};
}

/// Aborts, which libFuzzer reports with the input, unless `holds`.
inline void claim(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace podleaf::fuzz
