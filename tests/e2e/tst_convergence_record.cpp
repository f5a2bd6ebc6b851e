// SPDX-License-Identifier: GPL-3.0-or-later
// Convergence records of the real tutorial: a cut and a join with --record, held against `ip monitor route` in a node;
// and what `watch` tells of an event that nobody asked podleaf for. Limits of time are wide: they are for hangs.
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QDateTime>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using podleaf::test::findIn;
using podleaf::test::PodleafProgram;

namespace {

const QString kLab = QStringLiteral("tutorial");

QStringList words(const char* text) {
    return QString::fromLatin1(text).split(QLatin1Char(' '));
}

QJsonObject nodeOf(const QJsonObject& record, const char* name) {
    return findIn(record[QStringLiteral("nodes")].toArray(), QStringLiteral("name"), QString::fromLatin1(name));
}

/// A time that is there, not negative and at most `most`; -1 for any other.
int within(const QJsonObject& object, const char* key, int most) {
    const QJsonValue value = object[QLatin1String(key)];
    return value.isDouble() && value.toInt() >= 0 && value.toInt() <= most ? value.toInt() : -1;
}

/// The first convergence record among lines of `watch --json`.
QJsonObject recordIn(const QByteArray& lines) {
    for (const QByteArray& line : lines.split('\n')) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        if (object[QStringLiteral("type")].toString() == QLatin1String("convergence")) {
            return object;
        }
    }
    return {};
}

/// "[2026-11-26T06:55:03.976123] …" of `ip -ts monitor`, in Unix milliseconds; the node's clock is in local time.
qint64 stampOf(const QByteArray& line) {
    return QDateTime::fromString(QString::fromLatin1(line.mid(1, 23)), Qt::ISODateWithMs).toMSecsSinceEpoch();
}

} // namespace

class ConvergenceRecordTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void cutAndJoinAreRecorded();
    void cableThatIsCutAlreadyIsNoEvent();
    void everyDeedIsRecorded();
    void timesAreThoseOfTheKernel();
    void watchTellsWhatNobodyAskedPodleafFor();

private:
    PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + QStringLiteral("/run")); }
    /// Cuts or joins intnet2 and gives the record.
    QJsonObject record(const char* verb) const;

    QTemporaryDir m_folder;
};

void ConvergenceRecordTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    const auto up = podleaf().run({QStringLiteral("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

void ConvergenceRecordTest::cleanupTestCase() {
    QCOMPARE(podleaf().run({QStringLiteral("down"), kLab}).exitCode, 0);
}

QJsonObject ConvergenceRecordTest::record(const char* verb) const {
    const auto result = podleaf().run(words("link tutorial intnet2") + QStringList{QString::fromLatin1(verb)} + words("--record --json"));
    return result.exitCode == 0 ? result.json()[QStringLiteral("convergence")].toObject() : QJsonObject();
}

void ConvergenceRecordTest::cutAndJoinAreRecorded() {
    const QJsonObject cut = record("cut");
    const QByteArray cutText = QJsonDocument(cut).toJson();
    QCOMPARE(cut[QStringLiteral("end")].toString(), QStringLiteral("settled"));
    QCOMPARE(cut[QStringLiteral("what")].toString(), QStringLiteral("intnet2 was cut"));
    QVERIFY2(within(cut, "detectedMs", 200) >= 0, cutText.constData());
    QVERIFY2(within(nodeOf(cut, "leaf1"), "sessionMs", 2000) >= 0, cutText.constData());
    QVERIFY2(within(nodeOf(cut, "host2"), "sessionMs", 2000) >= 0, cutText.constData());
    QVERIFY2(within(nodeOf(cut, "host1"), "withdrawnMs", 2000) >= 0, cutText.constData());
    QVERIFY2(within(nodeOf(cut, "host1"), "withdrawnMs", 2000) >= cut[QStringLiteral("detectedMs")].toInt(), cutText.constData());
    QCOMPARE(nodeOf(cut, "host1")[QStringLiteral("withdrawn")].toInt(), 1);
    QVERIFY2(cut[QStringLiteral("installedMs")].isNull(), cutText.constData());
    QVERIFY2(within(cut, "lostMs", 2000) >= 0, cutText.constData());
    QVERIFY2(cut[QStringLiteral("probeMs")].isNull(), cutText.constData()); // there is no other way
    QCOMPARE(cut[QStringLiteral("probes")].toArray().size(), 5);
    QCOMPARE(cut[QStringLiteral("partial")].toBool(), false);

    const QJsonObject join = record("join");
    const QByteArray joinText = QJsonDocument(join).toJson();
    QCOMPARE(join[QStringLiteral("end")].toString(), QStringLiteral("settled"));
    const int detected = within(join, "detectedMs", 200);
    const int installed = within(join, "installedMs", 10'000);
    const int session = within(nodeOf(join, "leaf1"), "sessionMs", 10'000);
    QVERIFY2(detected >= 0 && session >= detected && installed >= session, joinText.constData());
    QVERIFY2(within(join, "probeMs", 10'000) >= session, joinText.constData());
    QVERIFY2(join[QStringLiteral("settledMs")].toInt() >= installed, joinText.constData());
    QCOMPARE(nodeOf(join, "host2")[QStringLiteral("installed")].toInt(), 2);
}

void ConvergenceRecordTest::cableThatIsCutAlreadyIsNoEvent() {
    QCOMPARE(podleaf().run(words("link tutorial intnet2 cut")).exitCode, 0);
    const auto again = podleaf().run(words("link tutorial intnet2 cut --record --json"));
    QCOMPARE(again.exitCode, 0);
    QVERIFY(again.json()[QStringLiteral("convergence")].isNull());
    QCOMPARE(record("join")[QStringLiteral("end")].toString(), QStringLiteral("settled"));
    QCOMPARE(podleaf().run(words("link tutorial intnet9 cut --record")).exitCode, 2);
}

void ConvergenceRecordTest::everyDeedIsRecorded() {
    const auto recordOf = [this](const char* deed) {
        const auto result = podleaf().run(words(deed) + words("--record --json"));
        return result.exitCode == 0 ? result.json()[QStringLiteral("convergence")].toObject() : QJsonObject();
    };
    const auto what = [](const QJsonObject& record) { return record[QStringLiteral("what")].toString(); };
    const QJsonObject killed = recordOf("node tutorial host2 kill bgpd");
    QCOMPARE(what(killed), QStringLiteral("bgpd on host2 ended"));
    QVERIFY(within(killed, "withdrawnMs", 2000) >= 0);
    const QJsonObject started = recordOf("node tutorial host2 start bgpd");
    QCOMPARE(what(started), QStringLiteral("bgpd on host2 started"));
    QVERIFY(within(started, "installedMs", 10'000) >= 0);
    const QJsonObject cleared = recordOf("session tutorial leaf1 host2 clear");
    QVERIFY2(what(cleared).contains(QStringLiteral("session to")), qPrintable(what(cleared)));
    QVERIFY(within(cleared, "installedMs", 10'000) >= 0);
    const QJsonObject dropped = recordOf("link tutorial intnet2 drop"); // noticed by the hold timers
    QCOMPARE(what(dropped), QStringLiteral("intnet2: dropped"));
    QVERIFY(within(dropped, "lostMs", 2000) >= 0 && within(dropped, "withdrawnMs", 10'000) >= 0);
    const QJsonObject restored = recordOf("link tutorial intnet2 restore");
    QCOMPARE(restored[QStringLiteral("end")].toString(), QStringLiteral("settled"));
    QVERIFY(within(restored, "installedMs", 15'000) >= 0);
    const auto unknown = podleaf().run(words("node tutorial host9 stop --record"));
    QCOMPARE(unknown.exitCode, 2);
}

void ConvergenceRecordTest::timesAreThoseOfTheKernel() {
    QProcess monitor;
    podleaf().start(monitor, words("exec tutorial host1 -- stdbuf -oL ip -ts monitor route label"));
    QVERIFY(monitor.waitForStarted());
    QByteArray seen;
    // It listens when it tells of a route that comes and goes for that purpose.
    const QString comeAndGo = QStringLiteral("ip route replace blackhole 192.0.2.1 && ip route del blackhole 192.0.2.1");
    const QStringList probe = words("exec tutorial host1 -- sh -c") + QStringList{comeAndGo};
    QTRY_VERIFY_WITH_TIMEOUT(podleaf().run(probe).exitCode == 0 && (seen += monitor.readAllStandardOutput()).contains("192.0.2.1"), 10'000);
    const QJsonObject cut = record("cut");
    QTRY_VERIFY_WITH_TIMEOUT((seen += monitor.readAllStandardOutput()).contains("Deleted 10.20."), 10'000);
    QCOMPARE(record("join")[QStringLiteral("end")].toString(), QStringLiteral("settled"));
    monitor.kill();
    monitor.waitForFinished();

    const qint64 beganMs = QDateTime::fromString(cut[QStringLiteral("began")].toString(), Qt::ISODateWithMs).toMSecsSinceEpoch();
    qint64 kernelMs = 0;
    for (const QByteArray& line : seen.split('\n')) {
        kernelMs = line.contains("Deleted 10.20.") ? stampOf(line) : kernelMs;
    }
    const qint64 recordedMs = beganMs + nodeOf(cut, "host1")[QStringLiteral("withdrawnMs")].toInt();
    QVERIFY2(std::abs(recordedMs - kernelMs) <= 500, seen.constData());
    qInfo("recorded %lld ms after the kernel told `ip monitor`", static_cast<long long>(recordedMs - kernelMs));
}

void ConvergenceRecordTest::watchTellsWhatNobodyAskedPodleafFor() {
    QProcess watch;
    podleaf().start(watch, words("watch tutorial --probe --json"));
    QByteArray seen;
    QTRY_VERIFY_WITH_TIMEOUT((seen += watch.readAllStandardOutput()).contains("\"type\":\"pod\""), 10'000);
    QCOMPARE(podleaf().run(words("exec tutorial host2 -- pkill -9 -x bgpd")).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT((seen += watch.readAllStandardOutput()).contains("\"type\":\"convergence\"") && seen.endsWith('\n'), 20'000);
    const QJsonObject record = recordIn(seen);
    const QByteArray text = QJsonDocument(record).toJson();
    QCOMPARE(record[QStringLiteral("what")].toString(), QStringLiteral("bgpd on host2 ended"));
    QVERIFY2(within(nodeOf(record, "leaf1"), "sessionMs", 2000) >= 0, text.constData());
    QVERIFY2(within(record, "withdrawnMs", 5000) >= 0, text.constData());
    QVERIFY2(within(record, "lostMs", 5000) >= 0, text.constData());
    watch.terminate();
    QVERIFY(watch.waitForFinished(10'000));
    const auto up = podleaf().run({QStringLiteral("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

PODLEAF_TWO_WAYS_MAIN(ConvergenceRecordTest)
#include "tst_convergence_record.moc"
