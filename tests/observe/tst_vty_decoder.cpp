// SPDX-License-Identifier: GPL-3.0-or-later
// VtyDecoder and decodeBgpNeighbors(): bgpd's own answers against golden texts, in pieces of every size; hostile ones.
#include "golden.h"
#include "observe_text.h"

#include <core/observe/vty_decoder.h>
#include <core/state/words.h>

#include <QTest>

#include <array>

using namespace podleaf;
using namespace podleaf::observe;
using namespace podleaf::test;

namespace {

constexpr std::array kRecordings{"admin_shut",  "down_hold_timer", "down_notification", "down_port",
                                 "established", "never_up",        "no_instance",       "unknown_command"};

QString q(const char* text) {
    return QString::fromUtf8(text);
}

Result<std::vector<VtyAnswer>> decode(const QByteArray& bytes) {
    VtyDecoder decoder;
    return decoder.feed(bytes);
}

QByteArray answer(const QByteArray& text, char status = 0) {
    return text + QByteArray(3, '\0') + status;
}

QString toText(const BgpNeighbor& neighbor) {
    return QStringLiteral("%1 %2 up %3 down %4 [%5]%6")
        .arg(neighbor.peer.toString(), state::toString(neighbor.state))
        .arg(neighbor.established)
        .arg(neighbor.dropped)
        .arg(neighbor.lastError, neighbor.adminShut ? QStringLiteral(" shut") : QString());
}

/// JSON written with ' for ", as moc stumbles over raw strings.
QByteArray quoted(const char* json) {
    return QByteArray(json).replace('\'', '"');
}

/// One neighbour with these members, read; its text or the error's.
QString read(const QByteArray& members) {
    const auto neighbors = decodeBgpNeighbors("{\"192.0.2.1\":{" + members + "}}");
    if (!neighbors) {
        return neighbors.error().message;
    }
    return neighbors->size() == 1 ? toText(neighbors->front()) : QStringLiteral("%1 neighbours").arg(neighbors->size());
}

} // namespace

class TestVtyDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordings_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : kRecordings) {
            QTest::newRow(name) << q(name);
        }
    }
    void recordings() {
        QFETCH(QString, name);
        const auto answers = decode(recorded(q("vty_") + name + q(".bin")));
        QVERIFY(answers);
        QStringList lines;
        for (const VtyAnswer& one : *answers) {
            lines += QStringLiteral("status %1").arg(one.status);
            const auto neighbors = decodeBgpNeighbors(one.text);
            if (!neighbors) {
                lines += neighbors.error().message;
            }
            for (const BgpNeighbor& neighbor : neighbors.value_or(std::vector<BgpNeighbor>())) {
                lines += toText(neighbor);
            }
        }
        QCOMPARE(lines, golden(q("vty_") + name, lines));
    }

    void piecesOfEverySizeSayTheSame_data() { recordings_data(); }
    void piecesOfEverySizeSayTheSame() {
        QFETCH(QString, name);
        const QByteArray bytes = recorded(q("vty_") + name + q(".bin")) + answer("next", 2);
        const auto whole = decode(bytes);
        QVERIFY(whole);
        QCOMPARE(whole->size(), std::size_t(2));
        for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
            VtyDecoder decoder;
            const auto first = decoder.feed(bytes.left(cut));
            const auto second = decoder.feed(bytes.mid(cut));
            QVERIFY(first && second);
            std::vector<VtyAnswer> all = *first;
            all.insert(all.end(), second->begin(), second->end());
            QVERIFY2(all == *whole, qPrintable(QString::number(cut)));
        }
        VtyDecoder bytewise;
        std::vector<VtyAnswer> all;
        for (const char byte : bytes) {
            const auto next = bytewise.feed(QByteArrayView(&byte, 1));
            QVERIFY(next);
            all.insert(all.end(), next->begin(), next->end());
        }
        QVERIFY(all == *whole);
    }

    void jsonCutAnywhereIsAnError() {
        const QByteArray bytes = recorded(q("vty_established.bin"));
        const QByteArray json = bytes.left(bytes.indexOf('\0')).trimmed();
        QVERIFY(decodeBgpNeighbors(json));
        for (qsizetype cut = 0; cut < json.size(); ++cut) {
            const auto part = decodeBgpNeighbors(json.left(cut));
            QVERIFY2(!part, qPrintable(QString::number(cut)));
            QCOMPARE(part.error().code, ErrorCode::Protocol);
        }
    }

    void asksWithAZeroByte() { QCOMPARE(vtyRequest(QLatin1StringView("enable")), QByteArray("enable\0", 7)); }

    void framing_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QStringList>("expected"); // none: refused
        QTest::newRow("nothing") << QByteArray() << QStringList{q("")};
        QTest::newRow("no text") << answer({}) << QStringList{q(":0")};
        QTest::newRow("status") << answer("no", 4) << QStringList{q("no:4")};
        QTest::newRow("greatest status") << answer("no", '\xff') << QStringList{q("no:255")};
        QTest::newRow("two") << QByteArray(answer("a") + answer("b", 1)) << QStringList{q("a:0"), q("b:1")};
        QTest::newRow("one and a half") << QByteArray(answer("a") + "b") << QStringList{q("a:0")};
        QTest::newRow("zero status after zeros") << QByteArray(answer({}) + answer({})) << QStringList{q(":0"), q(":0")};
        QTest::newRow("a zero byte in a text") << QByteArray("a\0b\0\0\0\0", 7) << QStringList();
        QTest::newRow("two zero bytes in a text") << QByteArray("a\0\0b\0\0\0\0", 8) << QStringList();
    }
    void framing() {
        QFETCH(QByteArray, bytes);
        QFETCH(QStringList, expected);
        VtyDecoder decoder;
        const auto answers = decoder.feed(bytes);
        QCOMPARE(answers.has_value(), !expected.isEmpty());
        if (!answers) {
            QCOMPARE(answers.error().code, ErrorCode::Protocol);
            QVERIFY(!decoder.feed(answer("good")));
            return;
        }
        QStringList texts;
        for (const VtyAnswer& one : *answers) {
            texts += QString::fromUtf8(one.text) + QLatin1Char(':') + QString::number(one.status);
        }
        QCOMPARE(texts.isEmpty() ? QStringList{q("")} : texts, expected);
    }

    void anAnswerWithoutEndIsGivenUp() {
        VtyDecoder decoder;
        const QByteArray megabyte(1024 * 1024, 'x');
        for (qsizetype size = megabyte.size(); size <= kMaxVtyAnswerBytes; size += megabyte.size()) {
            QVERIFY(decoder.feed(megabyte));
        }
        QVERIFY(!decoder.feed("x"));
    }

    void readsNeighbors_data() {
        QTest::addColumn<QByteArray>("members");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* members, const char* expected) {
            QTest::newRow(name) << quoted(members) << q(expected);
        };
        row("empty", "", "192.0.2.1 Idle up 0 down 0 []");
        row("state", "'bgpState':'OpenSent'", "192.0.2.1 OpenSent up 0 down 0 []");
        row("bgpd's own state", "'bgpState':'Clearing'", "192.0.2.1 Idle up 0 down 0 []");
        row("shut", "'adminShutDown':true,'bgpState':'Idle'", "192.0.2.1 Idle up 0 down 0 [] shut");
        row("counts", "'connectionsEstablished':3,'connectionsDropped':2", "192.0.2.1 Idle up 3 down 2 []");
        row("received", "'lastErrorCodeSubcode':'0602','lastResetDueTo':'BGP Notification received'",
            "192.0.2.1 Idle up 0 down 0 [Cease: administrative shutdown (NOTIFICATION received)]");
        row("sent", "'lastErrorCodeSubcode':'0400','lastResetDueTo':'BGP Notification send'",
            "192.0.2.1 Idle up 0 down 0 [Hold timer expired (NOTIFICATION sent)]");
        row("with a message", "'lastErrorCodeSubcode':'0602','lastShutdownDescription':'noon\\u001b[2J'",
            "192.0.2.1 Idle up 0 down 0 [Cease: administrative shutdown: noon [2J (NOTIFICATION received)]");
        row("no notification", "'lastResetDueTo':'Waiting for peer OPEN'", "192.0.2.1 Idle up 0 down 0 [Waiting for peer OPEN]");
        row("code too big", "'lastErrorCodeSubcode':'10602','lastResetDueTo':'why'", "192.0.2.1 Idle up 0 down 0 [why]");
        row("code no number", "'lastErrorCodeSubcode':'0x','lastResetDueTo':'why'", "192.0.2.1 Idle up 0 down 0 [why]");
        row("wrong types", "'bgpState':7,'adminShutDown':'yes','connectionsEstablished':'many','lastResetDueTo':[1]",
            "192.0.2.1 Idle up 0 down 0 []");
        row("number too big", "'connectionsEstablished':1e300", "192.0.2.1 Idle up 0 down 0 []");
    }
    void readsNeighbors() {
        QFETCH(QByteArray, members);
        QFETCH(QString, expected);
        QCOMPARE(read(members), expected);
    }

    void longTextsAreCut() {
        const QString text = read("\"lastResetDueTo\":\"" + QByteArray(100'000, 'x') + '"');
        QVERIFY(text.size() < 300);
    }

    void passesOverWhatIsNoNeighbor() {
        const auto neighbors = decodeBgpNeighbors(quoted("{'fe80::1':{},'swp1':{},'192.0.2.1':[],'warning':'x','192.0.2.2':{}}"));
        QVERIFY(neighbors);
        QCOMPARE(neighbors->size(), std::size_t(2)); // swp1 is a neighbour without addresses
        QVERIFY(std::ranges::find(*neighbors, Ipv4Address::parse(u"192.0.2.2").value(), &BgpNeighbor::peer) != neighbors->end());
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("text") << QByteArray("% Unknown command");
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("two objects") << QByteArray("{}{}");
        QTest::newRow("nested deeply") << QByteArray(QByteArray("{\"a\":") + QByteArray(100'000, '['));
    }
    void refuses() {
        QFETCH(QByteArray, json);
        const auto neighbors = decodeBgpNeighbors(json);
        QVERIFY(!neighbors);
        QCOMPARE(neighbors.error().code, ErrorCode::Protocol);
    }
};

QTEST_GUILESS_MAIN(TestVtyDecoder)
#include "tst_vty_decoder.moc"
