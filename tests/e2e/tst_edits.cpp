// SPDX-License-Identifier: GPL-3.0-or-later
// `podleaf edit`, then `podleaf up`, on the running tutorial: the file keeps every line that the edit does not concern,
// and so does the lab every daemon. Impairments of the file are in the kernel. Real daemons.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using podleaf::test::Census;
using podleaf::test::findIn;
using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;
using namespace Qt::StringLiterals;

class EditsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void editsChangeTheirLinesAndDaemons_data();
    void editsChangeTheirLinesAndDaemons();
    void impairmentsOfTheFile();
    void faultsByHandBesideTheFile();
    void delayNeedsNetem();

private:
    /// Runs `podleaf LINE`, `%` being the lab file; the words are split at spaces.
    ProgramResult run(const char* line) const {
        return PodleafProgram(m_folder.path() + u"/run"_s).run(QString::fromUtf8(line).split(u' ').replaceInStrings(u"%"_s, labFile()));
    }
    QString labFile() const { return m_folder.path() + u"/lab.yaml"_s; }
    QByteArray text() const { return podleaf::test::readText(labFile()); }
    /// Pid of each service in each node: "host1 bgpd" → pid.
    QMap<QString, qint64> processes() const;
    /// What `plan` would do to parts of the lab: "change intnet1", one a step.
    QStringList planned() const;
    /// Percent that the kernel of host1 loses of what arrives, times 100; 0 without a rule.
    QString ruleAtHost1() const { return QString::fromUtf8(run("exec % host1 -- nft -s list ruleset").output); }
    QJsonArray impairments(const char* link) const;

    QTemporaryDir m_folder;
    QByteArray m_tutorial;
    Census m_before;
};

#define RUN_OK(line)                                                                                                                       \
    do {                                                                                                                                   \
        const ProgramResult result = run(line);                                                                                            \
        QVERIFY2(result.exitCode == 0, QByteArray(result.messages + result.output).constData());                                           \
    } while (false)

void EditsTest::initTestCase() {
    m_tutorial = podleaf::test::readText(podleaf::test::labsFolder() + u"/tutorial/lab.yaml"_s);
    QVERIFY(m_tutorial.contains("# ")); // there are comments to be kept
    m_before = Census::take(m_folder.path() + u"/run"_s);
}

void EditsTest::init() {
    QVERIFY(podleaf::test::writeText(labFile(), m_tutorial));
    RUN_OK("up %");
}

void EditsTest::cleanup() {
    QCOMPARE(run("down %").exitCode, 0);
    QString left;
    QTRY_VERIFY2_WITH_TIMEOUT((left = Census::take(m_folder.path() + u"/run"_s).leftSince(m_before)).isEmpty(), qPrintable(left), 3000);
}

QMap<QString, qint64> EditsTest::processes() const {
    QMap<QString, qint64> pids;
    const QJsonArray nodes = run("status % --json").json()[u"nodes"_s].toArray();
    for (const QJsonValue& node : nodes) {
        for (const QJsonValue& process : node[u"processes"_s].toArray()) {
            pids.insert(node[u"name"_s].toString() + u' ' + process[u"name"_s].toString(), process[u"pid"_s].toInteger());
        }
    }
    return pids;
}

QStringList EditsTest::planned() const {
    QStringList steps;
    const QJsonArray all = run("plan % --json").json()[u"steps"_s].toArray();
    for (const QJsonValue& step : all) {
        if (!step[u"subject"_s].toString().isEmpty()) {
            steps << step[u"change"_s].toString() + u' ' + step[u"subject"_s].toString();
        }
    }
    return steps;
}

QJsonArray EditsTest::impairments(const char* link) const {
    const QJsonArray links = run("status % --json").json()[u"links"_s].toArray();
    return findIn(links, u"name"_s, QString::fromLatin1(link))[u"impairments"_s].toArray();
}

void EditsTest::editsChangeTheirLinesAndDaemons_data() {
    QTest::addColumn<QByteArray>("edit");
    QTest::addColumn<QByteArray>("old");
    QTest::addColumn<QByteArray>("now");
    QTest::addColumn<QStringList>("restarted"); // of those that stay
    const QByteArray hosts = "  host3: {kind: host}\n";
    const QByteArray cables = "  - {name: intnet3, ends: [leaf1:swp3, host3:eth1]}\n";
    const QByteArray between =
        m_tutorial.mid(m_tutorial.indexOf(hosts) + hosts.size(), m_tutorial.indexOf(cables) - m_tutorial.indexOf(hosts) - hosts.size());
    QTest::newRow("a host comes") << QByteArray("add host host4 --link leaf1:swp4") << QByteArray(hosts + between + cables)
                                  << QByteArray(hosts + "  host4: {kind: host}\n" + between + cables +
                                                "  - {name: intnet4, ends: [leaf1:swp4, host4:eth1]}\n")
                                  << QStringList{u"leaf1 dnsmasq"_s};
    QTest::newRow("another AS") << QByteArray("set host2 asn 64999") << QByteArray("  host2: {kind: host}\n")
                                << QByteArray("  host2: {kind: host, asn: 64999}\n") << QStringList{u"host2 bgpd"_s, u"leaf1 dnsmasq"_s};
}

void EditsTest::editsChangeTheirLinesAndDaemons() {
    QFETCH(QByteArray, edit);
    QFETCH(QByteArray, old);
    QFETCH(QByteArray, now);
    QFETCH(QStringList, restarted);
    const QMap<QString, qint64> before = processes();
    QCOMPARE(before.size(), 12);
    QCOMPARE(m_tutorial.count(old), 1);
    RUN_OK(QByteArray("edit % " + edit).constData());
    QByteArray expected = m_tutorial;
    QCOMPARE(text(), expected.replace(old, now)); // every other byte is as it was
    RUN_OK("up %");
    const QMap<QString, qint64> after = processes();
    QStringList changed;
    for (auto it = before.begin(); it != before.end(); ++it) {
        if (after.value(it.key()) != it.value()) {
            changed.append(it.key());
        }
    }
    QCOMPARE(changed, restarted);
    QCOMPARE(run("up %").output, QByteArray("Nothing to do.\n"));
    RUN_OK("test %");
}

void EditsTest::impairmentsOfTheFile() {
    const QMap<QString, qint64> before = processes();
    RUN_OK("edit % link impair intnet1 --loss 5 --rate 10mbit --from leaf1");
    QVERIFY2(text().contains("impairment: {loss: 5%, rate: 10mbit, from: leaf1}"), text().constData());
    QCOMPARE(planned(), QStringList{u"create intnet1"_s});
    QVERIFY(impairments("intnet1").isEmpty()); // nothing is done before `up`
    RUN_OK("up %");
    QVERIFY2(ruleAtHost1().contains(u"numgen random mod 10000 < 500 counter"_s), qPrintable(ruleAtHost1()));
    const QByteArray queue = run("exec % leaf1 -- tc qdisc show dev swp1").output;
    QVERIFY2(queue.contains("rate 10Mbit"), queue.constData());
    const QJsonArray told = impairments("intnet1");
    QCOMPARE(told.size(), 1);
    QCOMPARE(told[0][u"lossPercent"_s].toDouble(), 5.0);
    QCOMPARE(told[0][u"direction"_s].toString(), u"leaf1:swp1 > host1:eth1"_s);
    QCOMPARE(run("up %").output, QByteArray("Nothing to do.\n"));

    RUN_OK("edit % link impair intnet1 --loss 2.5 --rate 0 --from leaf1");
    QCOMPARE(planned(), QStringList{u"change intnet1"_s});
    RUN_OK("up %");
    QVERIFY2(ruleAtHost1().contains(u"numgen random mod 10000 < 250 counter"_s), qPrintable(ruleAtHost1()));
    QVERIFY(!run("exec % leaf1 -- tc qdisc show dev swp1").output.contains("tbf"));
    QCOMPARE(run("up %").output, QByteArray("Nothing to do.\n"));

    RUN_OK("edit % link restore intnet1");
    QCOMPARE(text(), m_tutorial);
    QCOMPARE(planned(), QStringList{u"remove intnet1"_s});
    RUN_OK("up %");
    QCOMPARE(ruleAtHost1(), QString());
    QVERIFY(impairments("intnet1").isEmpty());
    QCOMPARE(processes(), before); // no daemon was touched by any of it
    QCOMPARE(run("up %").output, QByteArray("Nothing to do.\n"));
}

void EditsTest::faultsByHandBesideTheFile() {
    RUN_OK("edit % link impair intnet1 --loss 5 --from leaf1");
    RUN_OK("up %");
    RUN_OK("impair % intnet1 --rate 50mbit --from host1"); // a direction of which the file says nothing
    RUN_OK("impair % intnet2 --loss 1");
    QCOMPARE(run("up %").output, QByteArray("Nothing to do.\n"));
    RUN_OK("impair % intnet1 --loss 30 --from leaf1"); // one of which it does
    QCOMPARE(planned(), QStringList{u"change intnet1"_s});
    RUN_OK("up %");
    QVERIFY2(ruleAtHost1().contains(u"numgen random mod 10000 < 500 counter"_s), qPrintable(ruleAtHost1()));
    RUN_OK("edit % link restore intnet1");
    RUN_OK("up %");
    QCOMPARE(ruleAtHost1(), QString());
    const QJsonArray kept = impairments("intnet1");
    QCOMPARE(kept.size(), 1);
    QCOMPARE(kept[0][u"rateKbit"_s].toInteger(), 50'000);
    QCOMPARE(impairments("intnet2").size(), 2);
    // A node that is made anew has its cable's share again.
    RUN_OK("edit % link impair intnet1 --loss 3 --from leaf1");
    RUN_OK("up %");
    RUN_OK("node % host1 kill");
    RUN_OK("up %");
    QVERIFY2(ruleAtHost1().contains(u"numgen random mod 10000 < 300 counter"_s), qPrintable(ruleAtHost1()));
    QCOMPARE(run("up %").output, QByteArray("Nothing to do.\n"));
}

/// Where the kernel cannot delay, `up` says what it lacks; nothing else of the cable is changed.
void EditsTest::delayNeedsNetem() {
    RUN_OK("edit % link impair intnet1 --delay 5ms --loss 1");
    const ProgramResult up = run("up %");
    if (up.exitCode == 0) {
        QVERIFY(run("exec % leaf1 -- tc qdisc show dev swp1").output.contains("netem"));
        return;
    }
    QCOMPARE(up.exitCode, 1);
    QVERIFY2(up.messages.contains("kernel cannot delay packets: it has no netem"), up.messages.constData());
    QVERIFY(impairments("intnet1").isEmpty());
    RUN_OK("edit % link restore intnet1");
    RUN_OK("up %");
}

PODLEAF_TWO_WAYS_MAIN(EditsTest)
#include "tst_edits.moc"
