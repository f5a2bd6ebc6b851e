// SPDX-License-Identifier: GPL-3.0-or-later
// ByteReader: a bounds-checked cursor over network-order bytes of BGP and BMP. Value; any thread.
#pragma once

#include <QByteArrayView>

#include <cstdint>

namespace podleaf::observe {

/// Reads big-endian numbers and slices. Reading past the end yields zeros and empty slices and makes
/// failed() true for good, so that a decoder may check once at its end.
class ByteReader {
public:
    explicit ByteReader(QByteArrayView bytes) : m_bytes(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return number(4); }

    /// The next `count` bytes; they point into the bytes this reader was made with.
    QByteArrayView slice(qsizetype count) {
        if (m_failed || count < 0 || count > remaining()) {
            m_failed = true;
            return {};
        }
        const QByteArrayView part = m_bytes.sliced(m_at, count);
        m_at += count;
        return part;
    }
    void skip(qsizetype count) { slice(count); }

    [[nodiscard]] qsizetype remaining() const { return m_failed ? 0 : m_bytes.size() - m_at; }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    std::uint32_t number(qsizetype width) {
        std::uint32_t value = 0;
        for (const char byte : slice(width)) {
            value = value << 8 | static_cast<std::uint8_t>(byte);
        }
        return value;
    }

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    bool m_failed = false;
};

} // namespace podleaf::observe
