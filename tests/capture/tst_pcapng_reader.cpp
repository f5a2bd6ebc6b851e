// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a capture as it comes: everything that is written comes back, however it is cut into pieces, and what
// contradicts itself is refused.
#include <core/capture/pcapng_reader.h>

#include <QRandomGenerator>
#include <QTest>

using namespace podleaf;
using namespace podleaf::capture;

namespace {

QByteArray sample() {
    PcapngBuffer buffer;
    buffer.addSection({QStringLiteral("x86_64"), {}, QStringLiteral("podleaf")});
    buffer.addInterface({QStringLiteral("leaf1:swp1"), QStringLiteral("intnet1 of tutorial"), 128});
    buffer.addInterface({QStringLiteral("host1:eth1"), {}, 128});
    buffer.addPacket({0, 1'700'000'000'123'456'789, QByteArrayView("hello"), 5, Direction::Inbound, Reception::Unicast});
    buffer.addPacket({1, 1'700'000'000'123'456'790, QByteArrayView("cut"), 1500, Direction::Outbound, Reception::Unknown});
    buffer.addStatistics({0, 1, 2, 10, 3});
    buffer.addStatistics({1, 1, 2, 10, 4});
    buffer.addStatistics({0, 1, 3, 12, 5}); // Later counts stand for all before.
    return buffer.bytes();
}

} // namespace

class TstPcapngReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allComesBack();
    void piecesDoNotMatter();
    void mistakesAreRefused_data();
    void mistakesAreRefused();
    void anyBytesAreHarmless();
};

void TstPcapngReader::allComesBack() {
    PcapngReader reader;
    const auto packets = reader.read(sample());
    QVERIFY(packets.has_value());
    const std::vector<CapturedPacket> expected{{0, 1'700'000'000'123'456'789, 5, Direction::Inbound, "hello"},
                                               {1, 1'700'000'000'123'456'790, 1500, Direction::Outbound, "cut"}};
    QVERIFY(*packets == expected);
    QCOMPARE(reader.interfaces(), QStringList({QStringLiteral("leaf1:swp1"), QStringLiteral("host1:eth1")}));
    QCOMPARE(reader.dropped(), std::uint64_t(9));
}

void TstPcapngReader::piecesDoNotMatter() {
    PcapngReader whole;
    const auto expected = whole.read(sample());
    QVERIFY(expected.has_value());
    PcapngReader slow;
    std::vector<CapturedPacket> packets;
    for (const char byte : sample()) {
        const auto some = slow.read({&byte, 1});
        QVERIFY(some.has_value());
        packets.insert(packets.end(), some->begin(), some->end());
    }
    QVERIFY(packets == *expected);
}

void TstPcapngReader::mistakesAreRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    const auto changed = [](qsizetype at, char to) {
        QByteArray bytes = sample();
        bytes[at] = to;
        return bytes;
    };
    const auto interface = static_cast<qsizetype>(sample().indexOf("leaf1:swp1")) - 20; // Its block's start.
    const auto packet = static_cast<qsizetype>(sample().indexOf("hello")) - 28;
    QTest::newRow("not pcapng") << QByteArray("d4c3b2a1 and more bytes");
    QTest::newRow("big-endian") << changed(8, '\x1a');
    QTest::newRow("huge block") << changed(6, '\x7f');
    QTest::newRow("block without end") << changed(4, '\0');
    QTest::newRow("two lengths") << changed(sample().size() - 4, '\x7c');
    QTest::newRow("not Ethernet") << changed(interface + 8, '\x65');
    QTest::newRow("no such interface") << changed(packet + 8, '\x09');
    QTest::newRow("longer than its block") << changed(packet + 20, '\x7f');
    QTest::newRow("option beyond its block") << changed(interface + 18, '\x7f');
}

void TstPcapngReader::mistakesAreRefused() {
    QFETCH(QByteArray, bytes);
    PcapngReader reader;
    const auto result = reader.read(bytes);
    QVERIFY(!result.has_value());
    QVERIFY(result.error().code == ErrorCode::Protocol);
    QVERIFY(!reader.read(sample()).has_value()); // Nothing after a mistake.
}

void TstPcapngReader::anyBytesAreHarmless() {
    QRandomGenerator random(7);
    for (int round = 0; round < 3000; ++round) {
        QByteArray bytes = sample();
        for (int i = random.bounded(1, 6); i > 0; --i) {
            bytes[random.bounded(static_cast<int>(bytes.size()))] = static_cast<char>(random.bounded(256));
        }
        PcapngReader reader;
        const auto packets = reader.read(bytes);
        QVERIFY(!packets || packets->size() <= 3);
    }
}

QTEST_APPLESS_MAIN(TstPcapngReader)
#include "tst_pcapng_reader.moc"
