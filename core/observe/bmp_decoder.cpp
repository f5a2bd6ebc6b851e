// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes BMP (RFC 7854) and the BGP messages in it (RFC 4271). One thread at a time.
#include "bmp_decoder.h"

#include "bgp_words.h"
#include "byte_reader.h"

#include <QCoreApplication>

#include <array>
#include <optional>

namespace podleaf::observe {

namespace {

constexpr qsizetype kCommonHeaderBytes = 6; // §4.1: version, length, type
constexpr qsizetype kBgpMarkerBytes = 16;   // RFC 4271 §4.1
constexpr qsizetype kMaxText = 200;

enum MessageType : std::uint8_t { RouteMonitoring, StatisticsReport, PeerDownType, PeerUpType, Initiation, Termination };
enum PeerFlags : std::uint8_t { Ipv6Flag = 0x80, PostPolicyFlag = 0x40, TwoByteAsFlag = 0x20 };
enum BgpType : std::uint8_t { Update = 2, Notification = 3 };
enum Attribute : std::uint8_t { AsPath = 2, NextHop = 3, MpReach = 14, MpUnreach = 15 };

/// §4.2: what all messages about a peer begin with.
struct PeerHeader {
    BmpPeer peer;
    bool ours = false; ///< A peer of the global instance with an IPv4 or a link-local address.
    bool twoByteAs = false;
};

Ipv4Address readAddress(ByteReader& in) {
    return Ipv4Address{in.u32()};
}

/// §4.2: sixteen bytes; an IPv4 address stands in the last four. True when it is an address in fe80::/64.
bool readPeerAddress(ByteReader& in, bool isIpv6, BmpPeer& peer) {
    const std::array<std::uint32_t, 4> words{in.u32(), in.u32(), in.u32(), in.u32()};
    if (!isIpv6) {
        peer.address = Ipv4Address{words[3]};
        return false;
    }
    peer.interfaceId = std::uint64_t{words[2]} << 32U | words[3];
    return words[0] == 0xfe800000U && words[1] == 0;
}

PeerHeader readPeerHeader(ByteReader& in) {
    PeerHeader header;
    const std::uint8_t type = in.u8();
    const std::uint8_t flags = in.u8();
    in.skip(8); // distinguisher
    const bool isIpv6 = (flags & Ipv6Flag) != 0;
    const bool isLinkLocal = readPeerAddress(in, isIpv6, header.peer);
    header.peer.asn = in.u32();
    in.skip(4); // BGP identifier
    const qint64 seconds = in.u32();
    const qint64 microseconds = in.u32();
    header.peer.timestampMs = seconds * 1000 + microseconds / 1000;
    header.peer.postPolicy = (flags & PostPolicyFlag) != 0;
    header.ours = type == 0 && (!isIpv6 || isLinkLocal);
    header.twoByteAs = (flags & TwoByteAsFlag) != 0;
    return header;
}

/// One BGP message with its header checked; nullopt when it is malformed.
struct BgpMessage {
    std::uint8_t type = 0;
    QByteArrayView body;
};
std::optional<BgpMessage> readBgp(ByteReader& in) {
    in.skip(kBgpMarkerBytes);
    const qsizetype length = in.u16();
    BgpMessage message;
    message.type = in.u8();
    message.body = in.slice(length - kBgpMarkerBytes - 3);
    if (in.failed()) {
        return std::nullopt;
    }
    return message;
}

/// RFC 4271 §4.3: (length in bits, as many bytes as that needs), repeated.
bool readPrefixes(ByteReader in, std::vector<Ipv4Prefix>& prefixes) {
    while (in.remaining() > 0) {
        const int bits = in.u8();
        if (bits > 32) {
            return false;
        }
        const QByteArrayView bytes = in.slice((bits + 7) / 8);
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            value = value << 8 | (i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0U);
        }
        prefixes.push_back(Ipv4Prefix{Ipv4Address{value}, bits}.network());
    }
    return !in.failed();
}

bool readAsPath(ByteReader in, bool twoByteAs, std::vector<std::uint32_t>& path) {
    while (in.remaining() > 0) {
        in.skip(1); // AS_SET or AS_SEQUENCE
        const int count = in.u8();
        for (int i = 0; i < count && !in.failed(); ++i) {
            path.push_back(twoByteAs ? in.u16() : in.u32());
        }
    }
    return !in.failed();
}

/// RFC 4760 §3 and §4, of IPv4 unicast; anything else in them is passed over.
bool readMultiprotocol(ByteReader in, bool announces, BmpRoutes& routes) {
    const bool isIpv4Unicast = in.u16() == 1 && in.u8() == 1;
    if (announces) {
        in.skip(in.u8() + 1); // next hop, reserved
    }
    const QByteArrayView prefixes = in.slice(in.remaining());
    if (in.failed()) {
        return false;
    }
    return !isIpv4Unicast || readPrefixes(ByteReader(prefixes), announces ? routes.announced : routes.withdrawn);
}

bool readAttributes(ByteReader in, bool twoByteAs, BmpRoutes& routes) {
    while (in.remaining() > 0) {
        const std::uint8_t flags = in.u8();
        const std::uint8_t type = in.u8();
        const bool extended = (flags & 0x10) != 0;
        ByteReader value(in.slice(extended ? in.u16() : in.u8()));
        if (in.failed()) {
            return false;
        }
        if (type == AsPath) {
            routes.asPath.clear();
            if (!readAsPath(value, twoByteAs, routes.asPath)) {
                return false;
            }
        } else if (type == NextHop) {
            routes.nextHop = readAddress(value);
            if (value.failed()) {
                return false;
            }
        } else if ((type == MpReach || type == MpUnreach) && !readMultiprotocol(value, type == MpReach, routes)) {
            return false;
        }
    }
    return !in.failed();
}

std::optional<BmpMessage> readRoutes(ByteReader& in, const PeerHeader& header) {
    const auto message = readBgp(in);
    if (!message || message->type != Update) {
        return std::nullopt;
    }
    BmpRoutes routes;
    routes.peer = header.peer;
    ByteReader body(message->body);
    const QByteArrayView withdrawn = body.slice(body.u16());
    const QByteArrayView attributes = body.slice(body.u16());
    const QByteArrayView announced = body.slice(body.remaining());
    if (body.failed() || !readPrefixes(ByteReader(withdrawn), routes.withdrawn) || !readPrefixes(ByteReader(announced), routes.announced) ||
        !readAttributes(ByteReader(attributes), header.twoByteAs, routes)) {
        return std::nullopt;
    }
    routes.endOfRib = withdrawn.isEmpty() && attributes.isEmpty() && announced.isEmpty();
    return routes;
}

/// The words of an embedded NOTIFICATION, with the text the operator gave (RFC 9003), or nullopt when malformed.
std::optional<QString> readNotification(ByteReader& in) {
    const auto message = readBgp(in);
    if (!message || message->type != Notification) {
        return std::nullopt;
    }
    ByteReader body(message->body);
    const std::uint8_t code = body.u8();
    const std::uint8_t subcode = body.u8();
    if (body.failed()) {
        return std::nullopt;
    }
    QString text = notificationText(code, subcode);
    const bool hasReason = code == 6 && (subcode == 2 || subcode == 4) && body.remaining() > 1;
    if (hasReason) {
        const qsizetype told = body.u8();
        const QString reason = plainText(body.slice(std::min(told, body.remaining())), kMaxText);
        text += reason.isEmpty() ? QString() : QStringLiteral(": ") + reason;
    }
    return text;
}

/// §4.9; nullopt when malformed.
std::optional<QString> readDownReason(ByteReader& in) {
    const std::uint8_t reason = in.u8();
    switch (reason) {
    case 1:
    case 3: {
        const auto words = readNotification(in);
        if (!words) {
            return std::nullopt;
        }
        return reason == 1 ? QCoreApplication::translate("Bmp", "%1 (NOTIFICATION sent)").arg(*words)
                           : QCoreApplication::translate("Bmp", "%1 (NOTIFICATION received)").arg(*words);
    }
    case 2: {
        const QString event = fsmEventText(in.u16());
        return in.failed() ? std::nullopt : std::optional(event);
    }
    case 4:
        return QCoreApplication::translate("Bmp", "The peer closed the connection without a word");
    case 5:
        return QCoreApplication::translate("Bmp", "No longer monitored");
    default:
        return in.failed() ? std::nullopt : std::optional(QCoreApplication::translate("Bmp", "Reason %1").arg(reason));
    }
}

/// §4.4: information TLVs.
std::optional<BmpMessage> readInitiation(ByteReader& in) {
    BmpInitiation initiation;
    while (in.remaining() > 0) {
        const std::uint16_t type = in.u16();
        const QByteArrayView value = in.slice(in.u16());
        if (type == 1) {
            initiation.systemDescription = plainText(value, kMaxText);
        } else if (type == 2) {
            initiation.systemName = plainText(value, kMaxText);
        }
    }
    return in.failed() ? std::nullopt : std::optional<BmpMessage>(initiation);
}

std::optional<BmpMessage> readAboutPeer(MessageType type, ByteReader& in, const PeerHeader& header) {
    switch (type) {
    case RouteMonitoring:
        return readRoutes(in, header);
    case PeerUpType:
        in.skip(16 + 2 + 2); // local address and ports; the OPEN messages after them are not used
        return in.failed() ? std::nullopt : std::optional<BmpMessage>(BmpPeerUp{header.peer});
    case PeerDownType: {
        const auto reason = readDownReason(in);
        return reason ? std::optional<BmpMessage>(BmpPeerDown{header.peer, *reason}) : std::nullopt;
    }
    default:
        return BmpStatistics{header.peer};
    }
}

/// Appends what the message says, if it concerns us; false when it is malformed.
bool readMessage(std::uint8_t type, ByteReader in, std::vector<BmpMessage>& messages) {
    std::optional<BmpMessage> message;
    switch (type) {
    case RouteMonitoring:
    case StatisticsReport:
    case PeerDownType:
    case PeerUpType: {
        const PeerHeader header = readPeerHeader(in);
        if (in.failed()) {
            return false;
        }
        if (!header.ours) {
            return true;
        }
        message = readAboutPeer(static_cast<MessageType>(type), in, header);
        break;
    }
    case Initiation:
        message = readInitiation(in);
        break;
    case Termination:
        message = BmpTermination{};
        break;
    default:
        return true; // route mirroring, or something of a later RFC
    }
    if (message) {
        messages.push_back(*std::move(message));
    }
    return message.has_value();
}

Unexpected malformed(const QString& what) {
    return fail(ErrorCode::Protocol, QCoreApplication::translate("Bmp", "The router's BMP stream is malformed: %1.").arg(what));
}

} // namespace

Result<std::vector<BmpMessage>> BmpDecoder::feed(QByteArrayView bytes) {
    if (m_broken) {
        return malformed(QCoreApplication::translate("Bmp", "it was given up before"));
    }
    m_buffer.append(bytes);
    std::vector<BmpMessage> messages;
    qsizetype at = 0;
    while (m_buffer.size() - at >= kCommonHeaderBytes) {
        ByteReader header(QByteArrayView(m_buffer).sliced(at, kCommonHeaderBytes));
        const int version = header.u8();
        const qsizetype length = header.u32();
        const std::uint8_t type = header.u8();
        if (version != 3 || length < kCommonHeaderBytes || length > kMaxBmpMessageBytes) {
            m_broken = true;
            return malformed(QCoreApplication::translate("Bmp", "version %1 with a length of %2 bytes").arg(version).arg(length));
        }
        if (m_buffer.size() - at < length) {
            break;
        }
        const QByteArrayView body = QByteArrayView(m_buffer).sliced(at + kCommonHeaderBytes, length - kCommonHeaderBytes);
        if (!readMessage(type, ByteReader(body), messages)) {
            m_broken = true;
            return malformed(QCoreApplication::translate("Bmp", "a message of type %1 does not add up").arg(type));
        }
        at += length;
    }
    m_buffer.remove(0, at);
    return messages;
}

} // namespace podleaf::observe
