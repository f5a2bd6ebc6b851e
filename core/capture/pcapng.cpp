// SPDX-License-Identifier: GPL-3.0-or-later
#include "pcapng.h"

#include <QtEndian>

namespace podleaf::capture {

namespace {

// Block types, option codes and constants of the draft.
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kInterfaceStatistics = 5;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint16_t kLinkTypeEthernet = 1;

constexpr std::uint16_t kHardware = 2;
constexpr std::uint16_t kSystem = 3;
constexpr std::uint16_t kApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceText = 3;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kPacketFlags = 2;
constexpr std::uint16_t kStartTime = 2;
constexpr std::uint16_t kEndTime = 3;
constexpr std::uint16_t kReceived = 4;
constexpr std::uint16_t kDropped = 5; // isb_ifdrop, which Wireshark shows and dumpcap uses for the kernel's drops too

constexpr qsizetype kMaxTextBytes = 1024;

template <class T>
void append(QByteArray& to, T value) {
    const T little = qToLittleEndian(value);
    to.append(reinterpret_cast<const char*>(&little), sizeof little);
}

QByteArray eightBytes(std::uint64_t value) {
    QByteArray bytes;
    append(bytes, value);
    return bytes;
}

/// A time inside an option is two words, the upper one first, as in a packet.
QByteArray timeBytes(std::uint64_t atNs) {
    QByteArray bytes;
    append(bytes, static_cast<std::uint32_t>(atNs >> 32));
    append(bytes, static_cast<std::uint32_t>(atNs));
    return bytes;
}

} // namespace

void PcapngBuffer::put16(std::uint16_t value) {
    append(m_bytes, value);
}
void PcapngBuffer::put32(std::uint32_t value) {
    append(m_bytes, value);
}
void PcapngBuffer::put64(std::uint64_t value) {
    append(m_bytes, value);
}
void PcapngBuffer::putTime(std::uint64_t atNs) {
    m_bytes += timeBytes(atNs);
}

/// Everything in a block begins at a multiple of four.
void PcapngBuffer::putPadded(QByteArrayView bytes) {
    m_bytes.append(bytes);
    m_bytes.append((4 - bytes.size() % 4) % 4, '\0');
}

void PcapngBuffer::putOption(std::uint16_t code, QByteArrayView value) {
    put16(code);
    put16(static_cast<std::uint16_t>(value.size()));
    putPadded(value);
}

void PcapngBuffer::putText(std::uint16_t code, const QString& value) {
    if (!value.isEmpty()) {
        putOption(code, value.left(kMaxTextBytes / 4).toUtf8());
    }
}

void PcapngBuffer::endOptions() {
    put32(0); // opt_endofopt
}

qsizetype PcapngBuffer::beginBlock(std::uint32_t type) {
    const qsizetype begin = m_bytes.size();
    put32(type);
    put32(0); // the length, once it is known
    return begin;
}

void PcapngBuffer::endBlock(qsizetype begin) {
    const auto length = static_cast<std::uint32_t>(m_bytes.size() - begin) + 4;
    put32(length);
    qToLittleEndian(length, m_bytes.data() + begin + 4);
}

void PcapngBuffer::addSection(const SectionInfo& info) {
    const qsizetype begin = beginBlock(kSectionHeader);
    put32(kByteOrderMagic);
    put16(1); // version 1.0
    put16(0);
    put64(~std::uint64_t{0}); // length of the section: not given
    putText(kHardware, info.hardware);
    putText(kSystem, info.system);
    putText(kApplication, info.application);
    endOptions();
    endBlock(begin);
}

void PcapngBuffer::addInterface(const InterfaceInfo& info) {
    const qsizetype begin = beginBlock(kInterfaceDescription);
    put16(kLinkTypeEthernet);
    put16(0);
    put32(info.snapLength);
    putText(kInterfaceName, info.name);
    putText(kInterfaceText, info.description);
    putOption(kTimeResolution, QByteArrayView("\x09", 1)); // 10^-9 s
    endOptions();
    endBlock(begin);
}

void PcapngBuffer::addPacket(const Packet& packet) {
    const qsizetype begin = beginBlock(kEnhancedPacket);
    put32(packet.interface);
    putTime(packet.atNs);
    put32(static_cast<std::uint32_t>(packet.bytes.size()));
    put32(packet.originalLength);
    putPadded(packet.bytes);
    if (const auto flags = static_cast<std::uint32_t>(packet.direction) | static_cast<std::uint32_t>(packet.reception) << 2; flags != 0) {
        put16(kPacketFlags);
        put16(4);
        put32(flags);
        endOptions();
    }
    endBlock(begin);
}

void PcapngBuffer::addStatistics(const InterfaceStatistics& statistics) {
    const qsizetype begin = beginBlock(kInterfaceStatistics);
    put32(statistics.interface);
    putTime(statistics.endedNs);
    putOption(kStartTime, timeBytes(statistics.beganNs));
    putOption(kEndTime, timeBytes(statistics.endedNs));
    putOption(kReceived, eightBytes(statistics.received));
    putOption(kDropped, eightBytes(statistics.dropped));
    endOptions();
    endBlock(begin);
}

} // namespace podleaf::capture
