// SPDX-License-Identifier: GPL-3.0-or-later
// BmpDecoder and BmpPeers: FRR's own streams against golden texts, in pieces of every size; and hostile ones.
#include "golden.h"
#include "observe_text.h"

#include <core/observe/bmp_peers.h>

#include <QTest>

#include <array>

using namespace podleaf;
using namespace podleaf::observe;
using namespace podleaf::test;

namespace {

constexpr qint64 kNowMs = 2'000'000'000'000; ///< After every recording.

QByteArray big(quint64 value, int bytes) {
    QByteArray out;
    for (int i = bytes - 1; i >= 0; --i) {
        out.append(static_cast<char>(value >> (8 * i)));
    }
    return out;
}

QByteArray message(int type, const QByteArray& body, int version = 3) {
    return big(static_cast<quint64>(version), 1) + big(static_cast<quint64>(body.size()) + 6, 4) + big(static_cast<quint64>(type), 1) +
           body;
}

/// RFC 7854 §4.2 of the peer 192.0.2.N, AS 65001.
QByteArray peerHeader(int n = 1, int flags = 0x40, int type = 0) {
    return big(static_cast<quint64>(type), 1) + big(static_cast<quint64>(flags), 1) + QByteArray(8 + 12, '\0') +
           big(0xc0000200 + static_cast<quint64>(n), 4) + big(65001, 4) + big(0, 4) + big(1'700'000'000, 4) + big(250'000, 4);
}

QByteArray bgp(int type, const QByteArray& body) {
    return QByteArray(16, '\xff') + big(static_cast<quint64>(body.size()) + 19, 2) + big(static_cast<quint64>(type), 1) + body;
}

QByteArray update(const QByteArray& withdrawn, const QByteArray& attributes, const QByteArray& announced) {
    return bgp(2, big(static_cast<quint64>(withdrawn.size()), 2) + withdrawn + big(static_cast<quint64>(attributes.size()), 2) +
                      attributes + announced);
}

QByteArray attribute(int type, const QByteArray& value, bool extended = false) {
    return big(extended ? 0x50 : 0x40, 1) + big(static_cast<quint64>(type), 1) + big(static_cast<quint64>(value.size()), extended ? 2 : 1) +
           value;
}

QByteArray hex(const char* digits) {
    return QByteArray::fromHex(digits);
}

Result<std::vector<BmpMessage>> decode(const QByteArray& bytes) {
    BmpDecoder decoder;
    return decoder.feed(bytes);
}

BmpMessage peerUp(int n) {
    return BmpPeerUp{{Ipv4Address{0xc0000200 + static_cast<std::uint32_t>(n)}, {}, 65001, false, 1'700'000'000'000}};
}

constexpr std::array kRecordings{"before", "down_hold_timer", "down_killed", "down_notification", "down_own_port", "down_port",
                                 "late",   "late_while_down", "up",          "withdraw"};

} // namespace

class TestBmpDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordings_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : kRecordings) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }
    /// Golden: what is decoded, then what it leads to. In the recordings of an end the peer was up before.
    void recordings() {
        QFETCH(QString, name);
        const QByteArray bytes = recorded(QStringLiteral("bmp_") + name + QStringLiteral(".bin"));
        const auto messages = decode(bytes);
        QVERIFY(messages);
        QStringList lines = toTexts(*messages);
        BmpPeers peers(NodeId(QStringLiteral("leaf1")), 65000, 0);
        std::vector<state::Observed> seen;
        if (name.startsWith(QStringLiteral("down")) || name == QStringLiteral("withdraw")) {
            peers.apply(BmpPeerUp{{Ipv4Address{0xac100102}, {}, 65001, false, 0}}, kNowMs, seen);
        }
        for (const BmpMessage& one : *messages) {
            peers.apply(one, kNowMs, seen);
        }
        lines += QStringLiteral("--");
        lines += toTexts(seen);
        QCOMPARE(lines, golden(QStringLiteral("bmp_") + name, lines));
    }

    void piecesOfEverySizeSayTheSame_data() { recordings_data(); }
    void piecesOfEverySizeSayTheSame() {
        QFETCH(QString, name);
        const QByteArray bytes = recorded(QStringLiteral("bmp_") + name + QStringLiteral(".bin"));
        const auto whole = decode(bytes);
        QVERIFY(whole);
        for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
            BmpDecoder decoder;
            const auto first = decoder.feed(bytes.left(cut));
            const auto second = decoder.feed(bytes.mid(cut));
            QVERIFY(first && second);
            std::vector<BmpMessage> all = *first;
            all.insert(all.end(), second->begin(), second->end());
            QVERIFY2(all == *whole, qPrintable(QString::number(cut)));
            QCOMPARE(decoder.bufferedBytes(), qsizetype(0));
        }
        BmpDecoder bytewise;
        std::vector<BmpMessage> all;
        for (const char byte : bytes) {
            const auto next = bytewise.feed(QByteArrayView(&byte, 1));
            QVERIFY(next);
            all.insert(all.end(), next->begin(), next->end());
        }
        QVERIFY(all == *whole);
    }

    void reads_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* name, const QByteArray& bytes, const QStringList& expected) {
            QTest::newRow(name) << bytes << expected;
        };
        const QByteArray path = attribute(2, hex("0203") + big(65000, 4) + big(65001, 4) + big(4'200'000'001, 4));
        const QByteArray hop = attribute(3, hex("c0000201"));
        row("nothing", {}, {});
        row("IPv6 peer", message(3, peerHeader(1, 0xc0) + QByteArray(20, '\0')), {});
        row("another instance", message(3, peerHeader(1, 0, 1) + QByteArray(20, '\0')), {});
        row("unknown type", message(200, "anything"), {});
        row("route mirroring", message(6, {}), {});
        row("termination", message(5, hex("000100020000")), {QStringLiteral("end")});
        row("initiation", message(4, hex("0002000672") + "outer" + hex("000100036f") + "ld" + hex("00630001") + "x"),
            {QStringLiteral("begin router: old")});
        row("initiation with control characters", message(4, hex("00020005") + "\x1b[2J\n"), {QStringLiteral("begin [2J: ")});
        row("statistics", message(1, peerHeader()), {QStringLiteral("statistics 192.0.2.1 post")});
        row("peer up", message(3, peerHeader(1, 0) + QByteArray(20, '\0')), {QStringLiteral("up 192.0.2.1 AS65001")});
        row("routes", message(0, peerHeader() + update(hex("180a1401"), path + hop, hex("180a14020020c6336401"))),
            {QStringLiteral("routes 192.0.2.1 post -[10.20.1.0/24] +[10.20.2.0/24,0.0.0.0/0,198.51.100.1/32] via 192.0.2.1 path "
                            "65000,65001,4200000001")});
        row("host bits", message(0, peerHeader() + update({}, hop, hex("09ffff"))),
            {QStringLiteral("routes 192.0.2.1 post -[] +[255.128.0.0/9] via 192.0.2.1 path ")});
        row("extended length", message(0, peerHeader() + update({}, attribute(3, hex("c0000209"), true), hex("00"))),
            {QStringLiteral("routes 192.0.2.1 post -[] +[0.0.0.0/0] via 192.0.2.9 path ")});
        row("two-byte path", message(0, peerHeader(1, 0x60) + update({}, attribute(2, hex("0202fde8fde9")), hex("00"))),
            {QStringLiteral("routes 192.0.2.1 post -[] +[0.0.0.0/0] via 0.0.0.0 path 65000,65001")});
        row("set in a path", message(0, peerHeader() + update({}, attribute(2, hex("02010000fde80101") + big(65009, 4)), hex("00"))),
            {QStringLiteral("routes 192.0.2.1 post -[] +[0.0.0.0/0] via 0.0.0.0 path 65000,65009")});
        row("end of rib", message(0, peerHeader() + update({}, {}, {})), {QStringLiteral("end-of-rib 192.0.2.1 post")});
    }
    void reads() {
        QFETCH(QByteArray, bytes);
        QFETCH(QStringList, expected);
        const auto messages = decode(bytes);
        QVERIFY(messages);
        QCOMPARE(toTexts(*messages), expected);
    }

    void saysWhyAPeerIsDown_data() {
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QByteArray& reason, const char* expected) {
            QTest::newRow(name) << reason << QString::fromUtf8(expected);
        };
        row("sent", hex("01") + bgp(3, hex("0400")), "Hold timer expired (NOTIFICATION sent)");
        row("received", hex("03") + bgp(3, hex("0602")), "Cease: administrative shutdown (NOTIFICATION received)");
        row("with a message", hex("03") + bgp(3, hex("060204") + "noon"), "Cease: administrative shutdown: noon (NOTIFICATION received)");
        row("message shorter than told", hex("03") + bgp(3, hex("0604ff") + "noon"),
            "Cease: administrative reset: noon (NOTIFICATION received)");
        row("message with control characters", hex("03") + bgp(3, hex("060204") + "a\nb\x7f"),
            "Cease: administrative shutdown: a b (NOTIFICATION received)");
        row("unnamed subcode", hex("03") + bgp(3, hex("02ee")), "OPEN message error: subcode 238 (NOTIFICATION received)");
        row("unnamed code", hex("03") + bgp(3, hex("ee01")), "NOTIFICATION 238/1 (NOTIFICATION received)");
        row("event", hex("020012"), "TCP connection failed");
        row("no event", hex("020000"), "");
        row("unnamed event", hex("0203e7"), "State machine event 999");
        row("closed", hex("04"), "The peer closed the connection without a word");
        row("no longer monitored", hex("05"), "No longer monitored");
        row("later reason", hex("09"), "Reason 9");
    }
    void saysWhyAPeerIsDown() {
        QFETCH(QByteArray, reason);
        QFETCH(QString, expected);
        const auto messages = decode(message(2, peerHeader() + reason));
        QVERIFY(messages);
        QCOMPARE(messages->size(), std::size_t(1));
        QCOMPARE(std::get<BmpPeerDown>(messages->front()).reason, expected);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const QByteArray& bytes) { QTest::newRow(name) << bytes; };
        row("version 2", message(3, peerHeader(), 2));
        row("another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n");
        row("shorter than its header", hex("030000000503"));
        row("longer than any", hex("03") + big(kMaxBmpMessageBytes + 1, 4) + hex("00"));
        row("endless", hex("03ffffffff00"));
        row("no peer header", message(3, QByteArray(41, '\0')));
        row("no local address", message(3, peerHeader() + QByteArray(19, '\0')));
        row("no reason", message(2, peerHeader()));
        row("no event", message(2, peerHeader() + hex("0200")));
        row("no notification", message(2, peerHeader() + hex("01")));
        row("empty notification", message(2, peerHeader() + hex("03") + bgp(3, {})));
        row("update as notification", message(2, peerHeader() + hex("03") + bgp(2, hex("0602"))));
        row("no update", message(0, peerHeader()));
        row("keepalive as update", message(0, peerHeader() + bgp(4, {})));
        row("BGP length too short", message(0, peerHeader() + QByteArray(16, '\xff') + big(18, 2) + hex("02")));
        row("BGP length too long", message(0, peerHeader() + QByteArray(16, '\xff') + big(24, 2) + hex("0200000000")));
        row("withdrawn beyond the end", message(0, peerHeader() + bgp(2, hex("00ff0000"))));
        row("attributes beyond the end", message(0, peerHeader() + bgp(2, hex("000000ff"))));
        row("prefix of 33 bits", message(0, peerHeader() + update({}, {}, hex("21c00002010"))));
        row("prefix cut short", message(0, peerHeader() + update(hex("180a14"), {}, {})));
        row("path cut short", message(0, peerHeader() + update({}, attribute(2, hex("020200000001")), {})));
        row("next hop cut short", message(0, peerHeader() + update({}, attribute(3, hex("c00002")), {})));
        row("attribute without length", message(0, peerHeader() + update({}, hex("4002"), {})));
        row("initiation cut short", message(4, hex("00020009") + "short"));
    }
    void refuses() {
        QFETCH(QByteArray, bytes);
        BmpDecoder decoder;
        const auto first = decoder.feed(QByteArray(message(5, {}) + bytes));
        QVERIFY(!first);
        QCOMPARE(first.error().code, ErrorCode::Protocol);
        QVERIFY(first.error().message.endsWith(QLatin1Char('.')));
        QVERIFY(!decoder.feed(message(5, {}))); // given up for good
    }

    void keepsNoMoreThanAnUnfinishedMessage() {
        BmpDecoder decoder;
        const QByteArray longest = message(6, QByteArray(kMaxBmpMessageBytes - 6, 'x'));
        for (qsizetype i = 0; i < 100; ++i) {
            QVERIFY(decoder.feed(longest.left(40'000)));
            QCOMPARE(decoder.bufferedBytes(), qsizetype(40'000));
            QVERIFY(decoder.feed(longest.mid(40'000)));
            QCOMPARE(decoder.bufferedBytes(), qsizetype(0));
        }
    }

    void countsFailedTriesUntilThePeerIsUp() {
        BmpPeers peers(NodeId(QStringLiteral("leaf1")), 65000, 0);
        std::vector<state::Observed> seen;
        const Ipv4Address peer{0xc0000201};
        const BmpMessage down = BmpPeerDown{std::get<BmpPeerUp>(peerUp(1)).peer, QStringLiteral("why")};
        for (int i = 0; i < 3; ++i) {
            peers.apply(down, kNowMs, seen);
        }
        QCOMPARE(toTexts(seen), QStringList());
        QCOMPARE(peers.failedTries(peer), 2); // the first one is FRR's list for a new collector
        peers.apply(peerUp(1), kNowMs, seen);
        QVERIFY(peers.isUp(peer) && !peers.hasAllRoutes(peer));
        QCOMPARE(peers.failedTries(peer), 0);
        peers.apply(down, kNowMs, seen);
        QVERIFY(!peers.isUp(peer));
        QCOMPARE(toTexts(seen), QStringList({QStringLiteral("leaf1 up 192.0.2.1 AS65001"), QStringLiteral("leaf1 down 192.0.2.1: why")}));
        peers.clear();
        QCOMPARE(peers.failedTries(peer), 0);
    }

    void aConnectionThatLostACollisionIsNotTheSession_data() {
        QTest::addColumn<qint64>("toldMs");
        QTest::addColumn<bool>("stays");
        QTest::newRow("told the boot of the machine") << qint64(1'600'000'001'000) << true;
        QTest::newRow("told a time") << kNowMs << false;
        QTest::newRow("told nothing") << qint64(0) << false;
    }
    void aConnectionThatLostACollisionIsNotTheSession() {
        QFETCH(qint64, toldMs);
        QFETCH(bool, stays);
        BmpPeers peers(NodeId(QStringLiteral("leaf1")), 65000, 1'600'000'000'000);
        std::vector<state::Observed> seen;
        BmpPeerDown down{std::get<BmpPeerUp>(peerUp(1)).peer, {}};
        peers.apply(peerUp(1), kNowMs, seen);
        down.peer.timestampMs = toldMs;
        peers.apply(down, kNowMs, seen);
        QCOMPARE(peers.isUp(down.peer.address), stays);
        QCOMPARE(seen.size(), std::size_t(stays ? 1 : 2));
        QCOMPARE(peers.failedTries(down.peer.address), 0);
    }

    void tellsWhenAPeerCameUp_data() {
        QTest::addColumn<bool>("known");
        QTest::addColumn<qint64>("toldMs");
        QTest::addColumn<qint64>("expectedMs");
        QTest::newRow("up before we came") << false << qint64(1'700'000'000'000) << qint64(1'700'000'000'000);
        QTest::newRow("came up now") << true << qint64(1'700'000'000'000) << kNowMs;
        QTest::newRow("told nothing") << false << qint64(0) << kNowMs;
        QTest::newRow("told the boot of the machine") << false << qint64(1'600'000'001'000) << kNowMs;
        QTest::newRow("told a future") << false << kNowMs + 1 << kNowMs;
    }
    void tellsWhenAPeerCameUp() {
        QFETCH(bool, known);
        QFETCH(qint64, toldMs);
        QFETCH(qint64, expectedMs);
        BmpPeers peers(NodeId(QStringLiteral("leaf1")), 65000, 1'600'000'000'000);
        std::vector<state::Observed> seen;
        BmpPeerUp up = std::get<BmpPeerUp>(peerUp(1));
        up.peer.timestampMs = toldMs;
        if (known) {
            peers.apply(BmpPeerDown{up.peer, {}}, kNowMs, seen);
        }
        peers.apply(up, kNowMs, seen);
        QCOMPARE(seen.size(), std::size_t(1));
        QCOMPARE(std::get<state::PeerUpSeen>(seen.front()).sinceMs, expectedMs);
    }

    void inventedPeersAreBounded() {
        BmpPeers peers(NodeId(QStringLiteral("leaf1")), 65000, 0);
        std::vector<state::Observed> seen;
        for (std::uint32_t i = 0; i < 5000; ++i) {
            peers.apply(BmpPeerUp{{Ipv4Address{i}, {}, 1, false, 0}}, kNowMs, seen);
        }
        QCOMPARE(seen.size(), std::size_t(4096));
    }
};

QTEST_GUILESS_MAIN(TestBmpDecoder)
#include "tst_bmp_decoder.moc"
