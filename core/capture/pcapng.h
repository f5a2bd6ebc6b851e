// SPDX-License-Identifier: GPL-3.0-or-later
// Pcapng: packets as the blocks of a capture file (draft-ietf-opsawg-pcapng), little-endian whatever the machine.
// Pure values; one thread at a time.
#pragma once

#include <QByteArray>
#include <QString>

#include <cstdint>

namespace podleaf::capture {

/// Which way a packet went through the interface (epb_flags, bits 0 and 1).
enum class Direction : std::uint8_t { Unknown = 0, Inbound = 1, Outbound = 2 };
/// For whom an inbound packet was (epb_flags, bits 2 to 4).
enum class Reception : std::uint8_t { Unknown = 0, Unicast = 1, Multicast = 2, Broadcast = 3, Promiscuous = 4 };

/// Where and with what the file was made.
struct SectionInfo {
    QString hardware;
    QString system;
    QString application;
};

/// An Ethernet interface. Packets name it by its position among the interfaces of the section.
struct InterfaceInfo {
    QString name;        ///< "leaf1:swp1".
    QString description; ///< "intnet1 of tutorial"; may be empty.
    std::uint32_t snapLength = 0;
};

struct Packet {
    std::uint32_t interface = 0;
    std::uint64_t atNs = 0; ///< Unix time in nanoseconds.
    QByteArrayView bytes;
    std::uint32_t originalLength = 0; ///< On the wire, in bytes; more than `bytes` where the packet was cut off.
    Direction direction = Direction::Unknown;
    Reception reception = Reception::Unknown;
};

/// An interface's counts at the end of a capture.
struct InterfaceStatistics {
    std::uint32_t interface = 0;
    std::uint64_t beganNs = 0; ///< Unix time in nanoseconds, as `endedNs`.
    std::uint64_t endedNs = 0;
    std::uint64_t received = 0; ///< By the kernel, the dropped ones included.
    std::uint64_t dropped = 0;  ///< Because the reader was too slow.
};

/// Collects blocks. A file is one section, its interfaces, then packets and statistics in any order.
class PcapngBuffer {
public:
    /// §4.1 Section Header Block, of unknown length.
    void addSection(const SectionInfo& info);
    /// §4.2 Interface Description Block; if_tsresol says nanoseconds.
    void addInterface(const InterfaceInfo& info);
    /// §4.3 Enhanced Packet Block.
    void addPacket(const Packet& packet);
    /// §4.6 Interface Statistics Block.
    void addStatistics(const InterfaceStatistics& statistics);

    [[nodiscard]] const QByteArray& bytes() const { return m_bytes; }
    /// Forgets the blocks, keeps the memory.
    void clear() { m_bytes.resize(0); }

private:
    void put16(std::uint16_t value);
    void put32(std::uint32_t value);
    void put64(std::uint64_t value);
    void putTime(std::uint64_t atNs);
    void putPadded(QByteArrayView bytes);
    void putOption(std::uint16_t code, QByteArrayView value);
    void putText(std::uint16_t code, const QString& value);
    void endOptions();
    qsizetype beginBlock(std::uint32_t type);
    void endBlock(qsizetype begin);

    QByteArray m_bytes;
};

} // namespace podleaf::capture
