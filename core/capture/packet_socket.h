// SPDX-License-Identifier: GPL-3.0-or-later
// PacketSocket: what the kernel hands out of a packet(7) socket, in batches, as packets of a capture. One
// thread; nothing blocks.
#pragma once

#include "pcapng.h"

#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <memory>
#include <span>

namespace podleaf::capture {

/// Longer packets are cut off. Larger than any that the kernel segments later (64 KiB).
inline constexpr std::uint32_t kSnapLength = 128 * 1024;

/// Since the socket was opened (PACKET_STATISTICS).
struct PacketCounts {
    std::uint64_t received = 0; ///< The dropped ones included.
    std::uint64_t dropped = 0;  ///< For want of room in the socket's buffer.
};

class PacketSocket {
public:
    /// `socket` is bound, non-blocking, with SO_TIMESTAMPNS and PACKET_AUXDATA on. `interface` is what its packets name.
    PacketSocket(UniqueFd socket, std::uint32_t interface);
    ~PacketSocket();
    PacketSocket(PacketSocket&&) noexcept;
    PacketSocket& operator=(PacketSocket&&) = delete;

    /// For poll(2).
    [[nodiscard]] int descriptor() const;
    /// The next packets, oldest first, at most a batch; empty when there are none now. Valid until the next call. A
    /// port that goes down is no error: it goes on when it is up again. Errors: Failed.
    Result<std::span<const Packet>> receive();
    /// From here on no packet is let in or counted; those that are there can still be received. Errors: Failed.
    Result<> close();
    PacketCounts counts();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// A frame whose VLAN tag the kernel has taken out (PACKET_AUXDATA) gets it back: the 802.1Q header stands behind the
/// two addresses. `frame` begins 4 bytes into a buffer that is writable from its start; the result begins there.
QByteArrayView restoreVlanTag(char* buffer, QByteArrayView frame, std::uint16_t protocol, std::uint16_t tag);

} // namespace podleaf::capture
