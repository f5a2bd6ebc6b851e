// SPDX-License-Identifier: GPL-3.0-or-later
// A running lab takes new versions of its file: what differs is made so, nothing else is restarted. Real daemons.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using podleaf::test::Census;
using podleaf::test::findIn;
using podleaf::test::PodleafProgram;

class ChangesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void changesRestartNothingElse_data();
    void changesRestartNothingElse();
    void changesGoBack_data();
    void changesGoBack();
    void anotherHostTakesThePort();
    void anotherFileOfThatNameIsRefused();
    void aSecondChangeIsRefused();
    void aSecondUpIsRefused();
    void aBrokenFileDoesNotHideTheLab();
    void aKilledChangeIsContinued();

private:
    PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + QStringLiteral("/run")); }
    QString labFile() const { return m_folder.path() + QStringLiteral("/lab.yaml"); }
    void write(const QByteArray& text) const;
    QByteArray with(std::initializer_list<std::pair<const char*, const char*>> replacements) const;
    /// Pid of each service in each node: "host1 bgpd" → pid.
    QMap<QString, qint64> processes() const;
    QString hold() const { return m_folder.path() + QStringLiteral("/run/tutorial.changing"); }
    /// Starts `up` and stops it as soon as it has written that it is at the lab.
    void beginUp(QProcess& up) const;
    /// Whether `command` tells that this `up` is at the lab.
    void isRefused(const QString& command, const QProcess& up) const;

    QTemporaryDir m_folder;
    QByteArray m_tutorial;
    Census m_before;
};

void ChangesTest::initTestCase() {
    QFile file(podleaf::test::labsFolder() + QStringLiteral("/tutorial/lab.yaml"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_tutorial = file.readAll();
    m_before = Census::take(m_folder.path() + QStringLiteral("/run"));
}

void ChangesTest::init() {
    write(m_tutorial);
    const auto up = podleaf().run({QStringLiteral("up"), labFile()});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

void ChangesTest::cleanup() {
    write(m_tutorial);
    QCOMPARE(podleaf().run({QStringLiteral("down"), labFile()}).exitCode, 0);
    QString left;
    QTRY_VERIFY2_WITH_TIMEOUT((left = Census::take(m_folder.path() + QStringLiteral("/run")).leftSince(m_before)).isEmpty(),
                              qPrintable(left), 3000);
}

void ChangesTest::write(const QByteArray& text) const {
    QFile file(labFile());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QByteArray ChangesTest::with(std::initializer_list<std::pair<const char*, const char*>> replacements) const {
    QByteArray text = m_tutorial;
    for (const auto& [from, to] : replacements) {
        text.replace(from, to);
    }
    return text;
}

QMap<QString, qint64> ChangesTest::processes() const {
    QMap<QString, qint64> pids;
    const QJsonArray nodes = podleaf().status(labFile())[QStringLiteral("nodes")].toArray();
    for (const QJsonValue& value : nodes) {
        const QJsonObject node = value.toObject();
        for (const QJsonValue& process : node[QStringLiteral("processes")].toArray()) {
            pids.insert(node[QStringLiteral("name")].toString() + QLatin1Char(' ') + process[QStringLiteral("name")].toString(),
                        static_cast<qint64>(process[QStringLiteral("pid")].toDouble()));
        }
    }
    return pids;
}

void ChangesTest::changesRestartNothingElse_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QStringList>("restarted"); // of those that stay
    const auto host4 = with({{"  host3: {kind: host}\n", "  host3: {kind: host}\n  host4: {kind: host}\n"},
                             {"host3:eth1]}\n", "host3:eth1]}\n  - {name: intnet4, ends: [leaf1:swp4, host4:eth1]}\n"}});
    QTest::newRow("a host comes") << host4 << QStringList{QStringLiteral("leaf1 dnsmasq")};
    QTest::newRow("a host goes") << with({{"  host1: {kind: host}\n", ""}, {"  - {name: intnet1, ends: [leaf1:swp1, host1:eth1]}\n", ""}})
                                 << QStringList{QStringLiteral("leaf1 dnsmasq")};
    QTest::newRow("another AS of a host") << with({{"host2: {kind: host}", "host2: {kind: host, asn: 64999}"}})
                                          << QStringList{QStringLiteral("host2 bgpd"), QStringLiteral("leaf1 dnsmasq")};
    QTest::newRow("another AS of the leaf") << with({{"asn: 65100", "asn: 65177"}}) << QStringList{QStringLiteral("leaf1 bgpd")};
    QTest::newRow("a pod more") << with({{"replicas: 2", "replicas: 3"}}) << QStringList();
    QTest::newRow("a comment") << with({{"replicas: 2", "replicas: 2 # two"}}) << QStringList();
}

void ChangesTest::changesRestartNothingElse() {
    QFETCH(QByteArray, file);
    QFETCH(QStringList, restarted);
    const QMap<QString, qint64> before = processes();
    QCOMPARE(before.size(), 12);
    write(file);
    const QJsonObject plan = podleaf().run({QStringLiteral("plan"), labFile(), QStringLiteral("--json")}).json();
    for (const QJsonValue& step : plan[QStringLiteral("steps")].toArray()) {
        QVERIFY(!step[QStringLiteral("reason")].toString().isEmpty());
        QVERIFY(!step[QStringLiteral("change")].toString().isEmpty());
    }
    const auto up = podleaf().run({QStringLiteral("up"), labFile()});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    const QMap<QString, qint64> after = processes();
    QStringList changed;
    for (auto it = before.begin(); it != before.end(); ++it) {
        if (after.contains(it.key()) && after[it.key()] != it.value()) {
            changed.append(it.key());
        }
    }
    QCOMPARE(changed, restarted);
    QCOMPARE(podleaf().run({QStringLiteral("up"), labFile()}).output, QByteArray("Nothing to do.\n"));
    QCOMPARE(podleaf().run({QStringLiteral("test"), labFile()}).exitCode, 0);
}

void ChangesTest::changesGoBack_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("a second cable to the leaf")
        << with({{"host3:eth1]}\n", "host3:eth1]}\n  - {name: second, ends: [leaf1:swp9, host3:eth2]}\n"}});
    QTest::newRow("BFD") << with({{"  hold: 3s\n", "  hold: 3s\n  bfd: true\n"}});
    QTest::newRow("no DHCP") << with({{"leaf1: {kind: leaf, asn: 65100}", "leaf1: {kind: leaf, asn: 65100, dhcp: none}"}});
    QTest::newRow("another port of the pods") << with({{"port: 80\n", "port: 8080\n"}});
    QTest::newRow("other pod networks") << with({{"10.20.0.0/16", "10.30.0.0/16"}});
    QTest::newRow("another name of a host") << with({{"host2", "web2"}});
}

/// A change and its way back, each taken as it comes: what it took away is missed by nobody.
void ChangesTest::changesGoBack() {
    QFETCH(QByteArray, file);
    for (const QByteArray& text : {file, m_tutorial}) {
        write(text);
        const auto up = podleaf().run({QStringLiteral("up"), labFile()});
        QVERIFY2(up.exitCode == 0, up.messages.constData());
        QCOMPARE(podleaf().run({QStringLiteral("up"), labFile()}).output, QByteArray("Nothing to do.\n"));
        QCOMPARE(podleaf().run({QStringLiteral("test"), labFile()}).exitCode, 0);
    }
}

/// Its card is another one, and the port has one address only.
void ChangesTest::anotherHostTakesThePort() {
    const QByteArray without = with({{"  host1: {kind: host}\n", ""}, {"  - {name: intnet1, ends: [leaf1:swp1, host1:eth1]}\n", ""}});
    const QByteArray other = with({{"host1", "host7"}});
    for (const QByteArray& text : {without, other}) {
        write(text);
        const auto up = podleaf().run({QStringLiteral("up"), labFile()});
        QVERIFY2(up.exitCode == 0, up.messages.constData());
    }
    QCOMPARE(podleaf().run({QStringLiteral("test"), labFile()}).exitCode, 0);
}

void ChangesTest::anotherFileOfThatNameIsRefused() {
    const QString other = m_folder.path() + QStringLiteral("/other.yaml");
    QVERIFY(QFile::copy(labFile(), other));
    const auto up = podleaf().run({QStringLiteral("up"), other});
    QCOMPARE(up.exitCode, 1);
    QVERIFY2(up.messages.contains(QByteArray("Another lab named tutorial is running (from " + labFile().toUtf8())),
             up.messages.constData());
    QVERIFY(QFile::remove(other));
}

void ChangesTest::beginUp(QProcess& up) const {
    podleaf().start(up, {QStringLiteral("up"), labFile()});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(hold()).size() > 0 || up.state() == QProcess::NotRunning, 10000);
    QVERIFY(up.processId() != 0);
    ::kill(static_cast<pid_t>(up.processId()), SIGSTOP);
}

void ChangesTest::isRefused(const QString& command, const QProcess& up) const {
    const auto second = podleaf().run({command, labFile()});
    QCOMPARE(second.exitCode, 1);
    QVERIFY2(second.messages.contains(QByteArray("is being changed by `Up tutorial` (process " + QByteArray::number(up.processId()))),
             second.messages.constData());
}

void ChangesTest::aSecondChangeIsRefused() {
    write(with({{"replicas: 2", "replicas: 4"}}));
    QProcess first;
    beginUp(first);
    isRefused(QStringLiteral("down"), first);
    isRefused(QStringLiteral("up"), first);
    ::kill(static_cast<pid_t>(first.processId()), SIGCONT);
    QVERIFY(first.waitForFinished(30000));
    QCOMPARE(first.exitCode(), 0);
}

/// Also where the first has nothing to change and looks whether all is as intended. Who only looks is let in.
void ChangesTest::aSecondUpIsRefused() {
    QProcess first;
    beginUp(first);
    isRefused(QStringLiteral("up"), first);
    QCOMPARE(podleaf().run({QStringLiteral("plan"), labFile()}).exitCode, 0);
    ::kill(static_cast<pid_t>(first.processId()), SIGCONT);
    QVERIFY(first.waitForFinished(30000));
    QCOMPARE(first.exitCode(), 0);
    QCOMPARE(first.readAllStandardOutput(), QByteArray("Nothing to do.\n"));
    QVERIFY(!QFile::exists(hold()));
}

void ChangesTest::aBrokenFileDoesNotHideTheLab() {
    write("nodes: [");
    QCOMPARE(podleaf().run({QStringLiteral("plan"), labFile()}).exitCode, 2);
    const auto status = podleaf().run({QStringLiteral("status"), labFile(), QStringLiteral("--json")});
    QCOMPARE(status.exitCode, 0);
    QCOMPARE(status.json()[QStringLiteral("phase")].toString(), QStringLiteral("up"));
}

void ChangesTest::aKilledChangeIsContinued() {
    write(with({{"replicas: 2", "replicas: 5"}, {"host2: {kind: host}", "host2: {kind: host, asn: 64999}"}}));
    QProcess first;
    podleaf().start(first, {QStringLiteral("up"), labFile(), QStringLiteral("--verbose")});
    first.setReadChannel(QProcess::StandardError);
    QVERIFY(first.waitForReadyRead(10000)); // A step has begun.
    first.kill();
    QVERIFY(first.waitForFinished());
    QCOMPARE(podleaf().run({QStringLiteral("gc"), QStringLiteral("--prove")}).exitCode, 0);
    QVERIFY(!QFile::exists(hold()));
    const auto up = podleaf().run({QStringLiteral("up"), labFile()});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    QCOMPARE(podleaf().run({QStringLiteral("test"), labFile()}).exitCode, 0);
}

PODLEAF_TWO_WAYS_MAIN(ChangesTest)
#include "tst_changes.moc"
