// SPDX-License-Identifier: GPL-3.0-or-later
// BmpDecoder: the byte stream of a BMP session (RFC 7854) to messages. Pure but for the bytes of an
// unfinished message it keeps; hostile input ends in a Protocol error. One thread at a time.
#pragma once

#include <core/base/ipv4.h>
#include <core/base/result.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace podleaf::observe {

/// Longest message accepted. A BGP message has at most 65535 bytes (RFC 8654); the headers come on top.
inline constexpr qsizetype kMaxBmpMessageBytes = 72 * 1024;

/// RFC 7854 §4.2, of a peer in the global instance that has an IPv4 or a link-local IPv6 address.
struct BmpPeer {
    Ipv4Address address;                      ///< 0.0.0.0 of a peer with an IPv6 address.
    std::optional<std::uint64_t> interfaceId; ///< The lower half of its address in fe80::/64.
    std::uint32_t asn = 0;
    bool postPolicy = false; ///< The L flag.
    qint64 timestampMs = 0;  ///< Unix milliseconds; 0 when the router gave none.
    bool operator==(const BmpPeer&) const = default;
};
/// RFC 7854 §4.3.
struct BmpInitiation {
    QString systemName;
    QString systemDescription;
    bool operator==(const BmpInitiation&) const = default;
};
/// RFC 7854 §4.10.
struct BmpPeerUp {
    BmpPeer peer;
    bool operator==(const BmpPeerUp&) const = default;
};
/// RFC 7854 §4.9. FRR 8.4.4 sends it for every peer that is not up, at connection and at each failed try too.
struct BmpPeerDown {
    BmpPeer peer;
    QString reason; ///< For a person; empty when the router gave none.
    bool operator==(const BmpPeerDown&) const = default;
};
/// RFC 7854 §4.6 with an UPDATE of IPv4 unicast (RFC 4271 §4.3, RFC 4760 with the next hops of RFC 8950).
struct BmpRoutes {
    BmpPeer peer;
    std::vector<Ipv4Prefix> withdrawn;
    std::vector<Ipv4Prefix> announced;
    Ipv4Address nextHop;               ///< 0.0.0.0 when it is an IPv6 address.
    std::vector<std::uint32_t> asPath; ///< AS_SETs are laid out in line.
    bool endOfRib = false;             ///< RFC 4724 §2.
    bool operator==(const BmpRoutes&) const = default;
};
/// RFC 7854 §4.8; nothing of it is used but that the router is alive.
struct BmpStatistics {
    BmpPeer peer;
    bool operator==(const BmpStatistics&) const = default;
};
/// RFC 7854 §4.5; the router closes the connection next.
struct BmpTermination {
    bool operator==(const BmpTermination&) const = default;
};
using BmpMessage = std::variant<BmpInitiation, BmpPeerUp, BmpPeerDown, BmpRoutes, BmpStatistics, BmpTermination>;

class BmpDecoder {
public:
    /// Takes the next bytes of the stream, in pieces of any size, and returns the messages that are complete.
    /// Messages about peers with global IPv6 addresses and other instances, and of unknown types, are passed over.
    /// Errors: Protocol (not BMP version 3, a length out of bounds, a malformed message); the decoder is of
    /// no use after that, and messages of the same bytes that were good are not returned.
    Result<std::vector<BmpMessage>> feed(QByteArrayView bytes);

    /// How many bytes of an unfinished message are kept.
    [[nodiscard]] qsizetype bufferedBytes() const { return m_buffer.size(); }

private:
    QByteArray m_buffer;
    bool m_broken = false;
};

} // namespace podleaf::observe
