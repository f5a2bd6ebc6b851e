// SPDX-License-Identifier: GPL-3.0-or-later
// IPv4 addresses and prefixes: what is read, what is refused, and the arithmetic.
#include <core/base/ipv4.h>

#include <QSet>
#include <QTest>

using namespace podleaf;
using namespace Qt::StringLiterals;

class TestIpv4 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addresses_data();
    void addresses();
    void prefixes_data();
    void prefixes();
    void arithmetic();
    void containment_data();
    void containment();
    void orderAndHash();
};

void TestIpv4::addresses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isValid");
    QTest::addColumn<quint32>("value");
    QTest::newRow("zero") << u"0.0.0.0"_s << true << 0U;
    QTest::newRow("all ones") << u"255.255.255.255"_s << true << 0xFFFFFFFFU;
    QTest::newRow("order of octets") << u"10.20.1.9"_s << true << 0x0A140109U;
    for (const char* bad : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "1.2.3.4 ", " 1.2.3.4", "01.2.3.4",
                            "1.2.3.004", "1.2.3.", ".1.2.3", "1..2.3", "a.b.c.d", "0x1.2.3.4", "1.2.3.4/24", "1.2.3.9999999999", "::1"}) {
        QTest::newRow(bad) << QString::fromLatin1(bad) << false << 0U;
    }
    QTest::newRow("digits that are not ASCII") << u"1.2.3.\u0664"_s << false << 0U;
}

void TestIpv4::addresses() {
    QFETCH(QString, text);
    QFETCH(bool, isValid);
    QFETCH(quint32, value);
    const auto address = Ipv4Address::parse(text);
    QCOMPARE(address.has_value(), isValid);
    if (address) {
        QCOMPARE(address->value, value);
        QCOMPARE(address->toString(), text);
    }
}

void TestIpv4::prefixes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isValid");
    QTest::newRow("network") << u"10.20.0.0/16"_s << true;
    QTest::newRow("host bits kept") << u"10.20.1.1/24"_s << true;
    QTest::newRow("whole") << u"0.0.0.0/0"_s << true;
    QTest::newRow("one") << u"10.255.0.1/32"_s << true;
    for (const char* bad :
         {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0/8", "10.0.0.0/ 8"}) {
        QTest::newRow(bad) << QString::fromLatin1(bad) << false;
    }
}

void TestIpv4::prefixes() {
    QFETCH(QString, text);
    QFETCH(bool, isValid);
    const auto prefix = Ipv4Prefix::parse(text);
    QCOMPARE(prefix.has_value(), isValid);
    if (prefix) {
        QCOMPARE(prefix->toString(), text);
    }
}

void TestIpv4::arithmetic() {
    const Ipv4Prefix prefix = *Ipv4Prefix::parse(u"10.20.1.77/24");
    QCOMPARE(prefix.mask(), 0xFFFFFF00U);
    QCOMPARE(prefix.network().toString(), u"10.20.1.0/24"_s);
    QCOMPARE(prefix.at(1).toString(), u"10.20.1.1"_s);
    QCOMPARE(prefix.at(255).toString(), u"10.20.1.255"_s);
    QCOMPARE((Ipv4Prefix{{5}, 0}.mask()), 0U);
    QCOMPARE((Ipv4Prefix{{5}, 32}.mask()), 0xFFFFFFFFU);
    QCOMPARE((Ipv4Prefix{{0xFFFFFFFFU}, 0}.network().address.value), 0U);
}

void TestIpv4::containment_data() {
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<bool>("aContainsB");
    QTest::addColumn<bool>("overlap");
    QTest::newRow("equal") << u"10.0.0.0/8"_s << u"10.0.0.0/8"_s << true << true;
    QTest::newRow("inside") << u"10.0.0.0/8"_s << u"10.20.0.0/16"_s << true << true;
    QTest::newRow("around") << u"10.20.0.0/16"_s << u"10.0.0.0/8"_s << false << true;
    QTest::newRow("beside") << u"10.20.0.0/24"_s << u"10.20.1.0/24"_s << false << false;
    QTest::newRow("everything") << u"0.0.0.0/0"_s << u"255.255.255.255/32"_s << true << true;
    QTest::newRow("host bits do not matter") << u"10.20.0.9/24"_s << u"10.20.0.200/25"_s << true << true;
}

void TestIpv4::containment() {
    QFETCH(QString, a);
    QFETCH(QString, b);
    const Ipv4Prefix first = *Ipv4Prefix::parse(a);
    const Ipv4Prefix second = *Ipv4Prefix::parse(b);
    QTEST(first.contains(second), "aContainsB");
    QTEST(first.overlaps(second), "overlap");
    QTEST(second.overlaps(first), "overlap");
    QVERIFY(first.contains(first.at(0)));
}

void TestIpv4::orderAndHash() {
    QVERIFY(*Ipv4Address::parse(u"9.255.255.255") < *Ipv4Address::parse(u"10.0.0.0"));
    QVERIFY(*Ipv4Address::parse(u"127.0.0.1") < *Ipv4Address::parse(u"128.0.0.1"));
    QVERIFY(*Ipv4Prefix::parse(u"10.0.0.0/8") < *Ipv4Prefix::parse(u"10.0.0.0/16"));
    const QSet<Ipv4Prefix> set{*Ipv4Prefix::parse(u"10.0.0.0/8"), *Ipv4Prefix::parse(u"10.0.0.0/16"), *Ipv4Prefix::parse(u"10.0.0.0/8")};
    QCOMPARE(set.size(), 2);
}

QTEST_GUILESS_MAIN(TestIpv4)
#include "tst_ipv4.moc"
