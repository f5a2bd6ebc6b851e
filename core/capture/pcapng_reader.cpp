// SPDX-License-Identifier: GPL-3.0-or-later
#include "pcapng_reader.h"

#include <QCoreApplication>
#include <QtEndian>

#include <functional>

namespace podleaf::capture {

namespace {

// draft-ietf-opsawg-pcapng §4
constexpr std::uint32_t kSection = 0x0A0D0D0A;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kPacket = 6;
constexpr std::uint32_t kStatistics = 5;
constexpr std::uint16_t kOptionEnd = 0;
constexpr std::uint16_t kIfName = 2;
constexpr std::uint16_t kIfTsResol = 9;
constexpr std::uint16_t kEpbFlags = 2;
constexpr std::uint16_t kIsbIfDrop = 5;
constexpr std::uint16_t kEthernet = 1;
constexpr char kNanoseconds = 9;

constexpr qsizetype kBlockFrame = 12; ///< Type, length, and length again.
constexpr qsizetype kLargestBlock = 256 * 1024;
constexpr qsizetype kMostInterfaces = 64;

template <class T>
T numberAt(QByteArrayView bytes, qsizetype at) {
    return qFromLittleEndian<T>(bytes.data() + at);
}

Unexpected refuse(const char* why) {
    return fail(ErrorCode::Protocol, QCoreApplication::translate("PcapngReader", "This is no capture of Podleaf's."),
                QString::fromLatin1(why));
}

constexpr qsizetype padded(qsizetype size) {
    return (size + 3) / 4 * 4;
}

/// False when the options contradict their own lengths.
bool forEachOption(QByteArrayView options, const std::function<void(std::uint16_t, QByteArrayView)>& visit) {
    while (options.size() >= 4) {
        const auto code = numberAt<std::uint16_t>(options, 0);
        const qsizetype length = numberAt<std::uint16_t>(options, 2);
        if (code == kOptionEnd) {
            return true;
        }
        if (4 + padded(length) > options.size()) {
            return false;
        }
        visit(code, options.sliced(4, length));
        options = options.sliced(4 + padded(length));
    }
    return options.isEmpty();
}

} // namespace

Result<std::vector<CapturedPacket>> PcapngReader::read(QByteArrayView bytes) {
    std::vector<CapturedPacket> packets;
    if (m_failed) {
        return refuse("after a mistake");
    }
    m_rest.append(bytes.data(), bytes.size());
    qsizetype at = 0;
    while (m_rest.size() - at >= 8) {
        const QByteArrayView rest = QByteArrayView(m_rest).sliced(at);
        const qsizetype length = numberAt<std::uint32_t>(rest, 4);
        if (length < kBlockFrame || length > kLargestBlock || length % 4 != 0) {
            m_failed = true;
            return refuse("block length");
        }
        if (rest.size() < length) {
            break;
        }
        const bool whole = numberAt<std::uint32_t>(rest, length - 4) == length;
        auto done = whole ? readBlock(numberAt<std::uint32_t>(rest, 0), rest.sliced(8, length - kBlockFrame), packets)
                          : Result<>(refuse("two block lengths"));
        if (!done) {
            m_failed = true;
            return fail(std::move(done.error()));
        }
        at += length;
    }
    m_rest.remove(0, at);
    return packets;
}

Result<> PcapngReader::readBlock(std::uint32_t type, QByteArrayView body, std::vector<CapturedPacket>& packets) {
    if (type == kSection) {
        if (m_hasSection || body.size() < 16 || numberAt<std::uint32_t>(body, 0) != kByteOrderMagic) {
            return refuse("section");
        }
        m_hasSection = true;
        return {};
    }
    if (!m_hasSection) {
        return refuse("no section");
    }
    if (type == kInterface) {
        if (body.size() < 8 || numberAt<std::uint16_t>(body, 0) != kEthernet || m_interfaces.size() >= kMostInterfaces) {
            return refuse("interface");
        }
        QString name;
        bool nanoseconds = false;
        const bool sound = forEachOption(body.sliced(8), [&](std::uint16_t code, QByteArrayView value) {
            name = code == kIfName ? QString::fromUtf8(value) : name;
            nanoseconds = nanoseconds || (code == kIfTsResol && value.size() == 1 && value[0] == kNanoseconds);
        });
        m_interfaces.append(name);
        return sound && nanoseconds ? Result<>() : refuse("interface options");
    }
    if (type == kPacket) {
        if (body.size() < 20) {
            return refuse("packet");
        }
        const qsizetype captured = numberAt<std::uint32_t>(body, 12);
        CapturedPacket packet{numberAt<std::uint32_t>(body, 0),
                              (std::uint64_t(numberAt<std::uint32_t>(body, 4)) << 32U) | numberAt<std::uint32_t>(body, 8),
                              numberAt<std::uint32_t>(body, 16),
                              Direction::Unknown,
                              {}};
        if (captured > body.size() - 20 || padded(captured) > body.size() - 20 || qsizetype(packet.interface) >= m_interfaces.size()) {
            return refuse("packet length");
        }
        packet.bytes = body.sliced(20, captured).toByteArray();
        const bool sound = forEachOption(body.sliced(20 + padded(captured)), [&](std::uint16_t code, QByteArrayView value) {
            if (code == kEpbFlags && value.size() == 4 && (value[0] & 3) != 3) {
                packet.direction = static_cast<Direction>(value[0] & 3);
            }
        });
        packets.push_back(std::move(packet));
        return sound ? Result<>() : refuse("packet options");
    }
    if (type == kStatistics) {
        if (body.size() < 12) {
            return refuse("statistics");
        }
        const auto interface = numberAt<std::uint32_t>(body, 0);
        const bool sound =
            qsizetype(interface) < m_interfaces.size() && forEachOption(body.sliced(12), [&](std::uint16_t code, QByteArrayView value) {
                if (code == kIsbIfDrop && value.size() == 8) {
                    m_dropped[interface] = numberAt<std::uint64_t>(value, 0);
                }
            });
        return sound ? Result<>() : refuse("statistics options");
    }
    return {}; // §4: blocks that one does not know are passed over.
}

std::uint64_t PcapngReader::dropped() const {
    std::uint64_t sum = 0;
    for (const auto& [interface, count] : m_dropped) {
        sum += count;
    }
    return sum;
}

} // namespace podleaf::capture
