// SPDX-License-Identifier: GPL-3.0-or-later
// PcapngReader: reads a capture while it is being made: the blocks that PcapngBuffer writes, as they come. Hostile input
// is refused, never guessed at. One thread at a time.
#pragma once

#include "pcapng.h"

#include <core/base/result.h>

#include <QStringList>

#include <map>
#include <vector>

namespace podleaf::capture {

/// A packet that owns its bytes.
struct CapturedPacket {
    std::uint32_t interface = 0;
    std::uint64_t atNs = 0;           ///< Unix time in nanoseconds.
    std::uint32_t originalLength = 0; ///< On the wire, in bytes.
    Direction direction = Direction::Unknown;
    QByteArray bytes;
    bool operator==(const CapturedPacket&) const = default;
};

class PcapngReader {
public:
    /// The packets that `bytes`, which follow those of the calls before, complete. Errors: Protocol (not a little-endian
    /// section of Ethernet interfaces in nanoseconds, or a block that contradicts itself); nothing is read after one.
    Result<std::vector<CapturedPacket>> read(QByteArrayView bytes);

    /// The names of the interfaces, in order.
    [[nodiscard]] const QStringList& interfaces() const { return m_interfaces; }
    /// What the kernel dropped so far, over all interfaces.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    Result<> readBlock(std::uint32_t type, QByteArrayView body, std::vector<CapturedPacket>& packets);

    QByteArray m_rest; ///< The beginning of a block whose end has not come.
    bool m_hasSection = false;
    bool m_failed = false;
    QStringList m_interfaces;
    std::map<std::uint32_t, std::uint64_t> m_dropped; ///< By interface.
};

} // namespace podleaf::capture
