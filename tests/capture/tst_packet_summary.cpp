// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of frames: one of each kind, and any bytes.
#include <core/capture/packet_summary.h>

#include <QRandomGenerator>
#include <QTest>

using namespace podleaf::capture;

namespace {

QByteArray bytes(const char* hex) {
    return QByteArray::fromHex(QByteArray(hex).replace(' ', ""));
}

const char* const kEthernet = "020000000002 020000000001 ";
/// 172.16.0.1 to 172.16.0.2.
QByteArray ipv4(const char* protocol, const QByteArray& payload, const char* fragment = "0000") {
    QByteArray total = QByteArray::number(20 + payload.size(), 16).rightJustified(4, '0');
    return bytes(kEthernet) + bytes("0800 4500") + QByteArray::fromHex(total) + bytes("0001") + bytes(fragment) + bytes("40") +
           bytes(protocol) + bytes("0000 ac100001 ac100002") + payload;
}

const QByteArray kBgpHeader = QByteArray(16, '\xff');

} // namespace

class TstPacketSummary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void summaries_data();
    void summaries();
    void detailsFollowTheHeaders();
    void anyBytesAreHarmless();
};

void TstPacketSummary::summaries_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("info");
    const auto row = [](const char* name, const QByteArray& frame, const char* protocol, const char* source, const char* info) {
        QTest::newRow(name) << frame << QString::fromUtf8(protocol) << QString::fromUtf8(source) << QString::fromUtf8(info);
    };
    row("nothing", {}, "Ethernet", "", "cut off");
    row("ARP request", bytes(kEthernet) + bytes("0806 0001 0800 06 04 0001 020000000001 ac100001 000000000000 ac100002"), "ARP",
        "02:00:00:00:00:01", "Who has 172.16.0.2? Tell 172.16.0.1");
    row("ARP reply", bytes(kEthernet) + bytes("0806 0001 0800 06 04 0002 020000000001 ac100001 020000000002 ac100002"), "ARP",
        "02:00:00:00:00:01", "172.16.0.1 is at 02:00:00:00:00:01");
    row("ARP, cut off", bytes(kEthernet) + bytes("0806 0001 0800"), "ARP", "02:00:00:00:00:01", "cut off");
    row("ping", ipv4("01", bytes("0800 0000 0007 0003 00000000")), "ICMP", "172.16.0.1", "Echo request, id 7, sequence 3");
    row("unreachable", ipv4("01", bytes("0301 0000 0000 0000")), "ICMP", "172.16.0.1", "Destination unreachable, code 1");
    row("TCP", ipv4("06", bytes("8000 0050 00000010 00000000 50 12 ffff 0000 0000")), "TCP", "172.16.0.1",
        "32768 → 80 [SYN, ACK] sequence 16, 0 bytes");
    row("TCP, cut off", ipv4("06", bytes("8000 0050 00000010")), "TCP", "172.16.0.1", "cut off");
    row("BGP",
        ipv4("06", bytes("8000 00b3 00000010 00000000 50 18 ffff 0000 0000") + kBgpHeader + bytes("0013 04") + kBgpHeader +
                       bytes("0017 02 0000 0000")),
        "BGP", "172.16.0.1", "KEEPALIVE, UPDATE");
    row("BGP, not at a message", ipv4("06", bytes("8000 00b3 00000010 00000000 50 18 ffff 0000 0000 616263")), "TCP", "172.16.0.1",
        "32768 → 179 [PSH, ACK] sequence 16, 3 bytes");
    row("UDP", ipv4("11", bytes("8000 1000 000b 0000 616263")), "UDP", "172.16.0.1", "32768 → 4096, 3 bytes");
    row("DHCP", ipv4("11", bytes("0044 0043 0008 0000")), "DHCP", "172.16.0.1", "68 → 67, 0 bytes");
    row("fragment", ipv4("11", bytes("00"), "0010"), "IPv4", "172.16.0.1", "Fragment at 128 of 0x0001");
    row("other IP", ipv4("59", {}), "IPv4", "172.16.0.1", "Protocol 89");
    row("broken header", bytes(kEthernet) + bytes("0800 4f00"), "IPv4", "02:00:00:00:00:01", "cut off");
    row("VLAN", bytes(kEthernet) + bytes("8100 0007 0806 0001 0800 06 04 0001 020000000001 ac100001 000000000000 ac100002"), "ARP",
        "02:00:00:00:00:01", "Who has 172.16.0.2? Tell 172.16.0.1");
    row("IPv6", bytes(kEthernet) + bytes("86dd 60000000 0004 3a ff fe800000000000000000000000000001 ff020000000000000000000000000002 8500"),
        "ICMPv6", "fe80::1", "Type 133");
    row("unknown", bytes(kEthernet) + bytes("88b5 00"), "Ethernet", "02:00:00:00:00:01", "Type 0x88b5");
}

void TstPacketSummary::summaries() {
    QFETCH(QByteArray, frame);
    QFETCH(QString, protocol);
    QFETCH(QString, source);
    QFETCH(QString, info);
    const PacketSummary summary = summarize(frame);
    QCOMPARE(summary.protocol, protocol);
    QCOMPARE(summary.source, source);
    QCOMPARE(summary.info, info);
}

void TstPacketSummary::detailsFollowTheHeaders() {
    const auto fields = dissect(ipv4("06", bytes("8000 00b3 00000010 00000000 50 18 ffff 0000 0000") + kBgpHeader + bytes("0013 04")));
    QStringList headers;
    for (const PacketField& field : fields) {
        headers += field.text;
    }
    QCOMPARE(headers, QStringList({QStringLiteral("Ethernet, from 02:00:00:00:00:01 to 02:00:00:00:00:02"),
                                   QStringLiteral("IPv4, from 172.16.0.1 to 172.16.0.2"),
                                   QStringLiteral("TCP, from port 32768 to port 179"), QStringLiteral("BGP: KEEPALIVE, 19 bytes")}));
    QCOMPARE(fields[1].children[3].text, QStringLiteral("Time to live: 64"));
    QCOMPARE(fields[2].children[2].text, QStringLiteral("Flags: PSH, ACK"));
}

void TstPacketSummary::anyBytesAreHarmless() {
    QRandomGenerator random(11);
    const QByteArray starts[] = {bytes("0806"), bytes("0800 45"), bytes("0800 4f"), bytes("86dd"), bytes("8100 0001 0800 45")};
    for (int round = 0; round < 5000; ++round) {
        QByteArray frame = bytes(kEthernet) + starts[random.bounded(5)];
        for (int i = random.bounded(120); i > 0; --i) {
            frame += static_cast<char>(random.bounded(3) == 0 ? random.bounded(256) : 6);
        }
        QVERIFY(!summarize(frame).protocol.isEmpty());
    }
}

QTEST_APPLESS_MAIN(TstPacketSummary)
#include "tst_packet_summary.moc"
