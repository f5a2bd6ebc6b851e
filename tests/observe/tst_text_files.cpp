// SPDX-License-Identifier: GPL-3.0-or-later
// The small decoders: dnsmasq's leases, ends of logs, BGP's words, and text made fit to show.
#include <core/observe/bgp_words.h>
#include <core/observe/text_files.h>
#include <tests/fakes/tutorial_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::observe;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

QStringList linesOf(const Leases& leases) {
    QStringList lines;
    for (const auto& [address, mac] : leases) {
        lines += address.toString() + QLatin1Char(' ') + mac;
    }
    return lines;
}

} // namespace

class TestTextFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leases_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QStringList>("expected");
        const QStringList one{q("172.16.0.2 02:86:1c:5a:00:01")};
        const auto row = [](const char* name, const char* file, const QStringList& expected) {
            QTest::newRow(name) << QByteArray(file) << expected;
        };
        row("nothing", "", {});
        row("one", "1764140400 02:86:1c:5a:00:01 172.16.0.2 host1 *\n", one);
        row("without its newline", "1764140400 02:86:1c:5a:00:01 172.16.0.2 host1 *", one);
        row("capitals and blanks", "  1764140400  02:86:1C:5A:00:01\t172.16.0.2  * \r\n", one);
        row("two", "1 02:86:1c:5a:00:02 172.16.0.6 * *\n1 02:86:1c:5a:00:01 172.16.0.2 * *\n",
            {q("172.16.0.2 02:86:1c:5a:00:01"), q("172.16.0.6 02:86:1c:5a:00:02")});
        row("the same address twice: the later one", "1 02:00:00:00:00:09 172.16.0.2 * *\n1 02:86:1c:5a:00:01 172.16.0.2 * *\n", one);
        row("IPv6", "duid 00:01:00:01:2e:9f\n1764140400 86453 fd00::2 host1 00:03\n", {});
        row("being written", "1764140400 02:86:1c:5a:00:01 172.16.0.2", {});
        row("no Ethernet", "1764140400 06-02:86:1c:5a:00:01 172.16.0.2 host1 *\n", {});
        row("no MAC", "1764140400 zz:86:1c:5a:00:01 172.16.0.2 host1 *\n", {});
        row("no address", "1764140400 02:86:1c:5a:00:01 172.16.0.256 host1 *\n", {});
        row("binary", "\x80\xff\n\x01 \x02 \x03 \x04\n", {});
    }
    void leases() {
        QFETCH(QByteArray, file);
        QFETCH(QStringList, expected);
        QCOMPARE(linesOf(decodeLeases(file)), expected);
    }

    void leasesAreBounded() {
        QByteArray file;
        for (std::uint32_t i = 0; i < 5000; ++i) {
            file += "1 02:00:00:00:00:01 " + Ipv4Address{0x0a000000 + i}.toString().toLatin1() + " * *\n";
        }
        QCOMPARE(decodeLeases(file).size(), std::size_t(4096));
    }

    void portOfALease() {
        const model::Lab lab = fakes::tutorialLab();
        QCOMPARE(portOfAddress(lab, fakes::node("leaf1"), fakes::address("172.16.0.6")), q("swp2"));
        QCOMPARE(portOfAddress(lab, fakes::node("host2"), fakes::address("172.16.0.5")), q("eth1"));
        QCOMPARE(portOfAddress(lab, fakes::node("leaf1"), fakes::address("10.0.0.1")), QString());
        QCOMPARE(portOfAddress(lab, fakes::node("nobody"), fakes::address("172.16.0.6")), QString());
    }

    void endsOfLogs_data() {
        QTest::addColumn<QByteArray>("log");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QByteArray& log, const char* expected) { QTest::newRow(name) << log << q(expected); };
        row("nothing", {}, "");
        row("one line", "a", "a");
        row("more than asked for", "a\nb\nc\nd\n", "b\nc\nd");
        row("empty lines do not count", "a\n\nb\n\n\nc\n\n", "a\nb\nc");
        row("only empty lines", "\n\n\n", "");
        row("control characters", "a\x1b[31mb\tc\r\n", "a [31mb c");
        row("no UTF-8", "a\xff\xfe\n", "a\xef\xbf\xbd\xef\xbf\xbd");
        row("zero bytes", QByteArray("a\0b", 3), "a b");
    }
    void endsOfLogs() {
        QFETCH(QByteArray, log);
        QFETCH(QString, expected);
        QCOMPARE(lastLines(log, 3), expected);
    }

    void longLinesAreCut() {
        QCOMPARE(lastLines(QByteArray(1'000'000, 'x'), 3).size(), qsizetype(300));
        QCOMPARE(lastLines(QByteArray(1'000'000, '\n'), 3), QString());
    }

    void textIsMadeFitToShow_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QByteArray(" plain ") << q("plain");
        QTest::newRow("cut") << QByteArray("0123456789abc") << q("0123456789");
        QTest::newRow("wide characters") << QByteArray("äöüäöüäöüäöü") << q("äöüäöüäöüä");
        QTest::newRow("right-to-left override") << QByteArray("a\u202e"
                                                              "b")
                                                << q("a b");
        QTest::newRow("line separator") << QByteArray("a\u2028"
                                                      "b\u2029"
                                                      "c")
                                        << q("a b c");
    }
    void textIsMadeFitToShow() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        QCOMPARE(plainText(bytes, 10), expected);
    }

    void notificationsHaveWords_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("subcode");
        QTest::addColumn<QString>("expected");
        const auto row = [](int code, int subcode, const char* expected) { QTest::newRow(expected) << code << subcode << q(expected); };
        row(1, 2, "Message header error: bad message length");
        row(2, 2, "OPEN message error: bad peer AS");
        row(2, 8, "OPEN message error: subcode 8");
        row(3, 11, "UPDATE message error: malformed AS_PATH");
        row(4, 0, "Hold timer expired");
        row(4, 1, "Hold timer expired: subcode 1");
        row(5, 3, "Finite state machine error: unexpected message in Established");
        row(6, 4, "Cease: administrative reset");
        row(6, 10, "Cease: BFD down");
        row(7, 1, "ROUTE-REFRESH message error: invalid message length");
        row(8, 0, "Send hold timer expired");
        row(0, 0, "NOTIFICATION 0/0");
        row(9, 1, "NOTIFICATION 9/1");
    }
    void notificationsHaveWords() {
        QFETCH(int, code);
        QFETCH(int, subcode);
        QFETCH(QString, expected);
        QCOMPARE(notificationText(static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(subcode)), expected);
    }
};

QTEST_GUILESS_MAIN(TestTextFiles)
#include "tst_text_files.moc"
