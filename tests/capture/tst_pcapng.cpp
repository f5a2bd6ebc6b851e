// SPDX-License-Identifier: GPL-3.0-or-later
// Every block against its bytes, written down from the draft, and the whole file against tshark's reading.
#include <core/capture/packet_socket.h>

#include <QProcess>
#include <QTemporaryFile>
#include <QTest>

using namespace podleaf::capture;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

/// The bytes that `hex` spells; blanks are for the reader.
QByteArray bytes(const char* hex) {
    return QByteArray::fromHex(QByteArray(hex).replace(' ', ""));
}

QByteArray blockOf(const std::function<void(PcapngBuffer&)>& add) {
    PcapngBuffer buffer;
    add(buffer);
    return buffer.bytes();
}

/// An ARP request, so that tshark has something to dissect.
QByteArray arpRequest() {
    return bytes("ffffffffffff 02a0b1c2d3e4 0806 0001 0800 06 04 0001 02a0b1c2d3e4 ac100001 000000000000 ac100002");
}

constexpr std::uint64_t kAtNs = 1'700'000'000'123'456'789;

} // namespace

class TstPcapng : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void clearForgetsBlocks();
    void longTextStaysWithinItsOption();
    void vlanTagComesBack();
    void tsharkReadsIt();
};

void TstPcapng::golden_data() {
    QTest::addColumn<QByteArray>("block");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("section") << blockOf([](PcapngBuffer& to) {
        to.addSection({s("x86_64"), s("Li"), s("podleaf")});
    })
                             << bytes("0a0d0d0a 40000000 4d3c2b1a 0100 0000 ffffffffffffffff"
                                      "0200 0600 7838365f36340000" // shb_hardware
                                      "0300 0200 4c690000"         // shb_os
                                      "0400 0700 706f646c65616600" // shb_userappl
                                      "0000 0000 40000000");
    QTest::newRow("section that says nothing") << blockOf([](PcapngBuffer& to) { to.addSection({}); })
                                               << bytes("0a0d0d0a 20000000 4d3c2b1a 0100 0000 ffffffffffffffff 0000 0000 20000000");
    QTest::newRow("interface") << blockOf([](PcapngBuffer& to) {
        to.addInterface({s("leaf1:swp1"), s("net"), 131072});
    })
                               << bytes("01000000 38000000 0100 0000 00000200"
                                        "0200 0a00 6c656166313a737770310000" // if_name
                                        "0300 0300 6e657400"                 // if_description
                                        "0900 0100 09000000"                 // if_tsresol: nanoseconds
                                        "0000 0000 38000000");
    const QByteArray five = bytes("0102030405");
    QTest::newRow("packet, outbound, cut off") << blockOf([&five](PcapngBuffer& to) {
        to.addPacket({1, 0x17979CFE4ED5CD15, five, 1500, Direction::Outbound, Reception::Unknown});
    })
                                               << bytes("06000000 34000000 01000000 fe9c9717 15cdd54e 05000000 dc050000 0102030405000000"
                                                        "0200 0400 02000000 0000 0000 34000000");
    QTest::newRow("packet, inbound, broadcast") << blockOf([&five](PcapngBuffer& to) {
        to.addPacket({0, 1, QByteArrayView(five).first(4), 4, Direction::Inbound, Reception::Broadcast});
    })
                                                << bytes("06000000 30000000 00000000 00000000 01000000 04000000 04000000 01020304"
                                                         "0200 0400 0d000000 0000 0000 30000000");
    QTest::newRow("packet without flags") << blockOf([](PcapngBuffer& to) { to.addPacket({}); })
                                          << bytes("06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000");
    QTest::newRow("statistics") << blockOf([](PcapngBuffer& to) {
        to.addStatistics({1, 0x0000000100000002, 0x0000000300000004, 7, 0x0102030405060708});
    })
                                << bytes("05000000 4c000000 01000000 03000000 04000000"
                                         "0200 0800 01000000 02000000" // isb_starttime
                                         "0300 0800 03000000 04000000" // isb_endtime
                                         "0400 0800 0700000000000000"  // isb_ifrecv
                                         "0500 0800 0807060504030201"  // isb_ifdrop
                                         "0000 0000 4c000000");
}

void TstPcapng::golden() {
    QFETCH(QByteArray, block);
    QFETCH(QByteArray, expected);
    QCOMPARE(block.toHex(), expected.toHex());
}

void TstPcapng::clearForgetsBlocks() {
    PcapngBuffer buffer;
    buffer.addSection({});
    buffer.clear();
    buffer.addPacket({});
    QCOMPARE(buffer.bytes(), blockOf([](PcapngBuffer& to) { to.addPacket({}); }));
}

void TstPcapng::longTextStaysWithinItsOption() {
    const QByteArray block = blockOf([](PcapngBuffer& to) { to.addInterface({QString(100'000, QChar(0x2713)), {}, 0}); });
    QVERIFY(block.size() < 2000);
    QCOMPARE(block.size() % 4, 0);
}

void TstPcapng::vlanTagComesBack() {
    const QByteArray frame = arpRequest();
    std::vector<char> buffer(4 + static_cast<std::size_t>(frame.size()));
    std::ranges::copy(frame, buffer.begin() + 4);
    const QByteArrayView tagged = restoreVlanTag(buffer.data(), QByteArrayView(buffer.data() + 4, frame.size()), 0x88A8, 0x2064);
    QCOMPARE(tagged.toByteArray().toHex(), QByteArray(frame.first(12) + bytes("88a82064") + frame.sliced(12)).toHex());
}

void TstPcapng::tsharkReadsIt() {
    PcapngBuffer buffer;
    buffer.addSection({s("x86_64"), s("Debian"), s("podleaf")});
    buffer.addInterface({s("leaf1:swp1"), s("intnet1 of tutorial"), kSnapLength});
    buffer.addInterface({s("host1:eth1"), {}, kSnapLength});
    const QByteArray frame = arpRequest();
    buffer.addPacket({0, kAtNs, frame, 42, Direction::Outbound, Reception::Unknown});
    buffer.addPacket({1, kAtNs + 1000, frame, 60, Direction::Inbound, Reception::Broadcast});
    buffer.addStatistics({0, kAtNs, kAtNs + 2000, 1, 3});
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(buffer.bytes());
    file.close();

    QProcess tshark;
    QStringList arguments{s("-n"), s("-r"), file.fileName(), s("-T"), s("fields")};
    for (const char* field : {"frame.interface_name", "frame.time_epoch", "frame.packet_flags_direction",
                              "frame.packet_flags_reception_type", "frame.len", "frame.cap_len", "arp.src.proto_ipv4"}) {
        arguments += {s("-e"), s(field)};
    }
    tshark.start(s("tshark"), arguments);
    QVERIFY2(tshark.waitForFinished(30'000), "tshark is in scripts/packages.txt");
    QCOMPARE(tshark.exitCode(), 0);
    QCOMPARE(QString::fromUtf8(tshark.readAllStandardOutput()).replace(QLatin1String("0x0000000"), QString()),
             s("leaf1:swp1\t1700000000.123456789\t2\t0\t42\t42\t172.16.0.1\n"
               "host1:eth1\t1700000000.123457789\t1\t3\t60\t42\t172.16.0.1\n"));
}

QTEST_GUILESS_MAIN(TstPcapng)
#include "tst_pcapng.moc"
