// SPDX-License-Identifier: GPL-3.0-or-later
// The words for faults on the command line.
#include <app/cli/fault_options.h>
#include <core/model/impairment_words.h>
#include <tests/fakes/tutorial_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::cli;

class FaultOptionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quantities_data();
    void quantities();
    void senders();
    void onlyWhatIsGivenChanges();
};

void FaultOptionsTest::quantities_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("value"); // -1: refused
    const auto row = [](const char* kind, const char* text, qint64 value) {
        QTest::addRow("%s %s", kind, text) << QString::fromLatin1(kind) << QString::fromLatin1(text) << value;
    };
    row("loss", "5", 500);
    row("loss", "5%", 500);
    row("loss", "0.25 %", 25);
    row("loss", "100", 10'000);
    row("loss", "0", 0);
    row("loss", "none", 0);
    row("loss", "100.01", -1);
    row("loss", "-1", -1);
    row("loss", "nan", -1);
    row("loss", "5x", -1);
    row("loss", "%", -1);
    row("rate", "500", 500);
    row("rate", "500kbit", 500);
    row("rate", "1.5mbit", 1500);
    row("rate", "1.5 Mbit", 1500);
    row("rate", "10gbit", 10'000'000);
    row("rate", "0", 0);
    row("rate", "7", -1);
    row("rate", "11gbit", -1);
    row("rate", "1e30", -1);
    row("rate", "fast", -1);
    row("delay", "50", 50'000);
    row("delay", "50ms", 50'000);
    row("delay", "1.5s", 1'500'000);
    row("delay", "200us", 200);
    row("delay", "10s", 10'000'000);
    row("delay", "none", 0);
    row("delay", "11s", -1);
    row("delay", "inf", -1);
}

void FaultOptionsTest::quantities() {
    QFETCH(QString, kind);
    QFETCH(QString, text);
    QFETCH(qint64, value);
    const auto parsed = kind == QLatin1String("loss")   ? model::parseLoss(text)
                        : kind == QLatin1String("rate") ? model::parseRate(text)
                                                        : model::parseDelay(text);
    QCOMPARE(parsed ? static_cast<qint64>(*parsed) : -1, value);
    if (!parsed) {
        QCOMPARE(parsed.error().code, ErrorCode::InvalidInput);
        QVERIFY(!parsed.error().hint.isEmpty());
    }
}

void FaultOptionsTest::senders() {
    const model::Link link = fakes::tutorialLink(1);
    const auto parsed = [&link](const char* word) { return parseSenders(QString::fromLatin1(word), link); };
    QCOMPARE(parsed("").value(), engine::Senders::Both);
    QCOMPARE(parsed("both").value(), engine::Senders::Both);
    QCOMPARE(parsed("A").value(), engine::Senders::A);
    QCOMPARE(parsed("b").value(), engine::Senders::B);
    QCOMPARE(parsed("leaf1").value(), engine::Senders::A);
    QCOMPARE(parsed("host1:eth1").value(), engine::Senders::B);
    QVERIFY(!parsed("host2"));
    QCOMPARE(parsed("host2").error().hint, QStringLiteral("A is leaf1:swp1, B is host1:eth1; or both."));
}

void FaultOptionsTest::onlyWhatIsGivenChanges() {
    const auto change = parseChange({{}, QStringLiteral("3"), {}, QStringLiteral("0")});
    QVERIFY(change);
    QVERIFY(!change->drop && change->loss == 300U && !change->rateKbit && change->delayMicroseconds == 0U);
    QVERIFY(!parseChange({{}, {}, QStringLiteral("much"), {}}));
}

QTEST_GUILESS_MAIN(FaultOptionsTest)
#include "tst_fault_options.moc"
