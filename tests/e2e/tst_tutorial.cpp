// SPDX-License-Identifier: GPL-3.0-or-later
// The tutorial on the real daemons, driven by the real command line: up, status, test, faults, kills, down,
// and an independent count of what is left. With and without root.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <csignal>
#include <unistd.h>

using podleaf::test::Census;
using podleaf::test::findIn;
using podleaf::test::PodleafProgram;

namespace {

const QString kLab = QStringLiteral("tutorial");

QString sessionState(const QJsonObject& status, const QString& node, const QString& peerNode) {
    for (const QJsonValue& value : status[QStringLiteral("sessions")].toArray()) {
        const QJsonObject session = value.toObject();
        if (session[QStringLiteral("node")].toString() == node && session[QStringLiteral("peerNode")].toString() == peerNode) {
            return session[QStringLiteral("state")].toString();
        }
    }
    return {};
}

bool isUp(const QJsonObject& status) {
    return status[QStringLiteral("phase")].toString() == QLatin1String("up");
}

/// "from→to" of the legs with this outcome, sorted.
QStringList legsWith(const QJsonObject& report, bool ok) {
    QStringList names;
    for (const QJsonValue& value : report[QStringLiteral("legs")].toArray()) {
        const QJsonObject leg = value.toObject();
        if (leg[QStringLiteral("ok")].toBool() == ok) {
            names.append(leg[QStringLiteral("from")].toString() + QStringLiteral("→") + leg[QStringLiteral("to")].toString());
        }
    }
    names.sort();
    return names;
}

/// Of processes as a census names them ("42 bgpd"): what each waits for in the kernel.
QString whereTheyAre(const QSet<QString>& processes) {
    QString text;
    for (const QString& process : processes) {
        text += process + QLatin1Char('\n');
        for (const char* file : {"stat", "stack"}) {
            QFile about(QStringLiteral("/proc/%1/%2").arg(process.section(QLatin1Char(' '), 0, 0), QLatin1String(file)));
            text += about.open(QIODevice::ReadOnly) ? QString::fromUtf8(about.readAll()) : QString();
        }
    }
    return text;
}

} // namespace

class TutorialTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void comesUpAsIntendedAndIsIdempotent();
    void testCommandAsksEveryLeg();
    void hostsCarryNothingOfTheirOwn();
    void usageIsEachNodesOwn();
    void cutCableIsSeenFromBothEndsAndJoinHeals();
    void killedBgpdTurnsExactlyItsPodsLegsRed();
    void killedCommandLineContinues();
    void killedLabHostLeavesNothing();
    void watchersSeeTheSame();
    void shellToolsWorkOnNodes();

private:
    PodleafProgram podleaf() const { return PodleafProgram(m_runFolder); }
    qint64 outerLabHostPid() const;

    QTemporaryDir m_folder;
    QString m_runFolder;
    Census m_before;
};

void TutorialTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    m_runFolder = m_folder.path() + QStringLiteral("/run");
    m_before = Census::take(m_runFolder);
}

/// Whatever a test did, `down` must leave the host as it was.
void TutorialTest::cleanup() {
    const auto down = podleaf().run({QStringLiteral("down"), kLab});
    QCOMPARE(down.exitCode, 0);
    QString left;
    QTRY_VERIFY_WITH_TIMEOUT((left = Census::take(m_runFolder).leftSince(m_before)).isEmpty(), 3000);
    const QJsonObject proof = podleaf().run({QStringLiteral("gc"), QStringLiteral("--prove"), QStringLiteral("--json")}).json();
    QVERIFY(proof.contains(QStringLiteral("leftovers")));
    QCOMPARE(proof[QStringLiteral("leftovers")].toArray().size(), 0);
}

qint64 TutorialTest::outerLabHostPid() const {
    qint64 found = 0;
    for (const QString& process : Census::take(m_runFolder).processes) {
        const qint64 pid = process.section(QLatin1Char(' '), 0, 0).toLongLong();
        if (process.endsWith(QLatin1String("podleaf-labhost")) && !m_before.processes.contains(process) && (found == 0 || pid < found)) {
            found = pid; // The outer process is the oldest one.
        }
    }
    return found;
}

void TutorialTest::comesUpAsIntendedAndIsIdempotent() {
    const auto up = podleaf().run({QStringLiteral("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    const QJsonObject status = podleaf().status(kLab);
    QCOMPARE(status[QStringLiteral("phase")].toString(), QStringLiteral("up"));
    QCOMPARE(status[QStringLiteral("nodes")].toArray().size(), 4);
    for (const QString& host : {QStringLiteral("host1"), QStringLiteral("host2"), QStringLiteral("host3")}) {
        QCOMPARE(sessionState(status, host, QStringLiteral("leaf1")), QStringLiteral("Established"));
        QCOMPARE(sessionState(status, QStringLiteral("leaf1"), host), QStringLiteral("Established"));
        QCOMPARE(findIn(status[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), host)[QStringLiteral("state")].toString(),
                 QStringLiteral("ready"));
    }
    QCOMPARE(status[QStringLiteral("lost")].toObject().size(), 0);

    const auto again = podleaf().run({QStringLiteral("up"), kLab});
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.output, QByteArray("Nothing to do.\n"));
}

void TutorialTest::testCommandAsksEveryLeg() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    const auto test = podleaf().run({QStringLiteral("test"), kLab, QStringLiteral("--json")});
    QCOMPARE(test.exitCode, 0);
    QCOMPARE(legsWith(test.json(), true).size(), 10);
    QCOMPARE(legsWith(test.json(), false).size(), 0);
}

void TutorialTest::usageIsEachNodesOwn() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    const auto of = [](const QJsonObject& status, const char* node, const char* key) {
        const QJsonArray nodes = status[QStringLiteral("nodes")].toArray();
        return findIn(nodes, QStringLiteral("name"), QString::fromLatin1(node))[QLatin1String(key)].toDouble(-1);
    };
    QProcess busy;
    podleaf().start(busy, {QStringLiteral("exec"), kLab, QStringLiteral("host1"), QStringLiteral("--"), QStringLiteral("sh"),
                           QStringLiteral("-c"), QStringLiteral("while :; do :; done")});
    // All of a core on an idle machine; what it gets on a busy one.
    QVERIFY(podleaf().waitForStatus(kLab, [&](const QJsonObject& status) {
        const double used = of(status, "host1", "cpu");
        return used > 0.1 && std::ranges::all_of(std::array{"leaf1", "host2", "host3"}, [&](const char* node) {
                   return of(status, node, "cpu") >= 0 && of(status, node, "cpu") < used / 4;
               });
    }));
    busy.terminate(); // The program ends with the command.
    QVERIFY(busy.waitForFinished());
    QVERIFY(podleaf().waitForStatus(kLab, [&](const QJsonObject& status) { return of(status, "host1", "cpu") < 0.1; }));
    // Beside what the processes' own statm say, the asking one's included.
    for (const char* node : {"leaf1", "host1"}) { // Without pods, which count for their hosts.
        const auto told = podleaf().run({QStringLiteral("exec"), kLab, QString::fromLatin1(node), QStringLiteral("--"),
                                         QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("cat /proc/[0-9]*/statm")});
        double pages = 0;
        for (const QByteArray& line : told.output.split('\n')) {
            const QList<QByteArray> words = line.split(' ');
            pages += words.value(1).toDouble() - words.value(2).toDouble();
        }
        const double truth = pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
        const double memory = of(podleaf().status(kLab), node, "memory");
        QVERIFY2(truth > 0 && memory > 0.8 * truth && memory < 1.2 * truth, qPrintable(QStringLiteral("%1 of %2").arg(memory).arg(truth)));
    }
}

void TutorialTest::hostsCarryNothingOfTheirOwn() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    // Everything was given by DHCP: the files that were rendered are the same ones.
    for (const QString& file : {QStringLiteral("/usr/lib/podleaf/dhcp-hook"), QStringLiteral("/run/podleaf/blueprint")}) {
        QByteArray first;
        for (const QString& host : {QStringLiteral("host1"), QStringLiteral("host2"), QStringLiteral("host3")}) {
            const auto result = podleaf().run({QStringLiteral("exec"), kLab, host, QStringLiteral("--"), QStringLiteral("cat"), file});
            QVERIFY2(result.exitCode == 0, result.messages.constData());
            QVERIFY(!result.output.isEmpty());
            first = first.isEmpty() ? result.output : first;
            QCOMPARE(result.output, first);
        }
    }
    // No static route inside the pod network, anywhere.
    for (const QString& node : {QStringLiteral("leaf1"), QStringLiteral("host1"), QStringLiteral("host2"), QStringLiteral("host3")}) {
        const auto routes =
            podleaf().run({QStringLiteral("exec"), kLab, node, QStringLiteral("--"), QStringLiteral("ip"), QStringLiteral("route"),
                           QStringLiteral("show"), QStringLiteral("root"), QStringLiteral("10.20.0.0/16")});
        QCOMPARE(routes.exitCode, 0);
        const QList<QByteArray> lines = routes.output.trimmed().split('\n');
        for (const QByteArray& line : lines) {
            QVERIFY2(line.contains("proto bgp") || line.contains("proto kernel"), line.constData());
        }
    }
}

void TutorialTest::cutCableIsSeenFromBothEndsAndJoinHeals() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, QStringLiteral("intnet2"), QStringLiteral("cut")}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(kLab, [](const QJsonObject& now) {
        return sessionState(now, QStringLiteral("leaf1"), QStringLiteral("host2")) != QLatin1String("Established") &&
               sessionState(now, QStringLiteral("host2"), QStringLiteral("leaf1")) != QLatin1String("Established");
    }));
    const QJsonObject link =
        findIn(podleaf().status(kLab)[QStringLiteral("links")].toArray(), QStringLiteral("name"), QStringLiteral("intnet2"));
    QCOMPARE(link[QStringLiteral("fault")].toString(), QStringLiteral("cut"));
    QCOMPARE(link[QStringLiteral("carrier")].toBool(), false);
    QCOMPARE(podleaf().run({QStringLiteral("test"), kLab}).exitCode, 1);

    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, QStringLiteral("intnet2"), QStringLiteral("join")}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(kLab, isUp));
    QCOMPARE(podleaf().run({QStringLiteral("test"), kLab}).exitCode, 0);
}

void TutorialTest::killedBgpdTurnsExactlyItsPodsLegsRed() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    QCOMPARE(podleaf()
                 .run({QStringLiteral("exec"), kLab, QStringLiteral("host2"), QStringLiteral("--"), QStringLiteral("pkill"),
                       QStringLiteral("-9"), QStringLiteral("-x"), QStringLiteral("bgpd")})
                 .exitCode,
             0);
    QVERIFY(podleaf().waitForStatus(kLab, [](const QJsonObject& now) {
        return sessionState(now, QStringLiteral("leaf1"), QStringLiteral("host2")) != QLatin1String("Established");
    }));
    const auto test = podleaf().run({QStringLiteral("test"), kLab, QStringLiteral("--json")});
    QCOMPARE(test.exitCode, 1);
    QStringList expected{QStringLiteral("host1→my-nginx-1"), QStringLiteral("host3→my-nginx-1"), QStringLiteral("my-nginx-2→my-nginx-1"),
                         QStringLiteral("my-nginx-1→my-nginx-2")};
    expected.sort();
    QCOMPARE(legsWith(test.json(), false), expected);
    for (const QJsonValue& leg : test.json()[QStringLiteral("legs")].toArray()) {
        if (!leg.toObject()[QStringLiteral("ok")].toBool()) {
            const QString reason = leg.toObject()[QStringLiteral("reason")].toString();
            QVERIFY2(reason.contains(QLatin1String("bgpd")) && reason.contains(QLatin1String("host2")), qPrintable(reason));
        }
    }
    // It is not restarted behind the user's back; up starts it again.
    const QJsonObject host =
        findIn(podleaf().status(kLab)[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), QStringLiteral("host2"));
    QCOMPARE(host[QStringLiteral("state")].toString(), QStringLiteral("failed"));
    const QJsonObject bgpd = findIn(host[QStringLiteral("processes")].toArray(), QStringLiteral("name"), QStringLiteral("bgpd"));
    QCOMPARE(bgpd[QStringLiteral("signal")].toInt(), 9);
    QVERIFY(bgpd[QStringLiteral("log")].toString().contains(QLatin1String(" BGP: ")));
    const auto up = podleaf().run({QStringLiteral("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    QCOMPARE(podleaf().run({QStringLiteral("test"), kLab}).exitCode, 0);
}

void TutorialTest::killedCommandLineContinues() {
    QProcess process;
    podleaf().start(process, {QStringLiteral("up"), kLab});
    QVERIFY(process.waitForStarted());
    // As soon as the lab exists, in the middle of everything else. Asked no more once it was seen: a program that only
    // looks what the host allows has the same name and is gone at the next look.
    qint64 seen = 0;
    QTRY_VERIFY_WITH_TIMEOUT((seen = seen == 0 ? outerLabHostPid() : seen) != 0, 5000);
    process.kill();
    QVERIFY(process.waitForFinished());
    const auto up = podleaf().run({QStringLiteral("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    QVERIFY(isUp(podleaf().status(kLab)));
}

void TutorialTest::killedLabHostLeavesNothing() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    const qint64 pid = outerLabHostPid();
    QVERIFY(pid > 0);
    QCOMPARE(::kill(static_cast<pid_t>(pid), SIGKILL), 0);
    // The kernel takes it apart, mostly in less than 100 ms; seconds were seen beside other labs that came and went.
    QString left;
    QElapsedTimer clock;
    clock.start();
    const auto isGone = [&] {
        const QSet<QString> processes = Census::take(m_runFolder).processes.subtract(m_before.processes);
        if (left.isEmpty() && clock.elapsed() > 1000) {
            left = whereTheyAre(processes);
        }
        return processes.isEmpty();
    };
    QVERIFY2(QTest::qWaitFor(isGone, 20'000), qPrintable(left));
    if (!left.isEmpty()) {
        qInfo("It took %lld ms; after one second there was:\n%s", static_cast<long long>(clock.elapsed()), qPrintable(left));
    }
    QCOMPARE(podleaf().status(kLab)[QStringLiteral("phase")].toString(), QStringLiteral("down"));
    QCOMPARE(podleaf().run({QStringLiteral("gc"), QStringLiteral("--prove")}).exitCode, 0);
    const auto up = podleaf().run({QStringLiteral("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

void TutorialTest::watchersSeeTheSame() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    QProcess first;
    QProcess second;
    podleaf().start(first, {QStringLiteral("watch"), kLab, QStringLiteral("--json")});
    podleaf().start(second, {QStringLiteral("watch"), kLab, QStringLiteral("--json")});
    QByteArray seenByFirst;
    QByteArray seenBySecond;
    const QByteArray established = "\"state\":\"Established\"";
    QTRY_VERIFY_WITH_TIMEOUT((seenByFirst += first.readAllStandardOutput()).count(established) >= 6, 10000);
    QTRY_VERIFY_WITH_TIMEOUT((seenBySecond += second.readAllStandardOutput()).count(established) >= 6, 10000);
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, QStringLiteral("intnet1"), QStringLiteral("cut")}).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT((seenByFirst += first.readAllStandardOutput()).contains("\"fault\":\"cut\""), 10000);
    QTRY_VERIFY_WITH_TIMEOUT((seenBySecond += second.readAllStandardOutput()).contains("\"fault\":\"cut\""), 10000);
    QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
    QVERIFY(first.waitForFinished(5000));
    QVERIFY(second.waitForFinished(5000));
}

void TutorialTest::shellToolsWorkOnNodes() {
    QCOMPARE(podleaf().run({QStringLiteral("up"), kLab}).exitCode, 0);
    const auto hostname =
        podleaf().run({QStringLiteral("exec"), QStringLiteral("host1"), QStringLiteral("--"), QStringLiteral("hostname")});
    QCOMPARE(hostname.output, QByteArray("host1\n"));
    QCOMPARE(podleaf()
                 .run({QStringLiteral("exec"), kLab, QStringLiteral("host1"), QStringLiteral("--"), QStringLiteral("sh"),
                       QStringLiteral("-c"), QStringLiteral("exit 7")})
                 .exitCode,
             7);
    const auto log = podleaf().run({QStringLiteral("logs"), kLab, QStringLiteral("host1"), QStringLiteral("udhcpc")});
    QCOMPARE(log.exitCode, 0);
    QVERIFY2(log.output.contains("lease"), log.output.constData());
    QCOMPARE(podleaf().run({QStringLiteral("exec"), kLab, QStringLiteral("host9"), QStringLiteral("--"), QStringLiteral("true")}).exitCode,
             2);
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, QStringLiteral("intnet9"), QStringLiteral("cut")}).exitCode, 2);
    QCOMPARE(podleaf().run({QStringLiteral("link"), kLab, QStringLiteral("intnet1"), QStringLiteral("burn")}).exitCode, 2);
}

PODLEAF_BOTH_WAYS_MAIN(TutorialTest)
#include "tst_tutorial.moc"
