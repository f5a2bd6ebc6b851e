// SPDX-License-Identifier: GPL-3.0-or-later
// The prober: what ping's lines mean, on a recording of the real one; which legs are asked; and that it starts, tells
// and ends its pings.
#include <core/verify/ping_reader.h>
#include <core/verify/prober.h>
#include <tests/fakes/fake_channel.h>
#include <tests/fakes/tutorial_lab.h>

#include <QFile>
#include <QTest>

#include <condition_variable>
#include <mutex>

using namespace podleaf;
using namespace std::chrono_literals;
using verify::PingReader;
using verify::PingTurn;

namespace {

/// "+1000 -1020": answered, then not any more.
QString textOf(const std::vector<PingTurn>& turns) {
    QStringList words;
    for (const PingTurn& turn : turns) {
        words += (turn.answered ? QLatin1Char('+') : QLatin1Char('-')) + QString::number(turn.atMs);
    }
    return words.join(QLatin1Char(' '));
}

QStringList namesOf(const std::vector<intent::Leg>& legs) {
    QStringList names;
    for (const intent::Leg& leg : legs) {
        names += leg.from() + QStringLiteral("→") + leg.toPod;
    }
    return names;
}

/// A node in which ping gets one answer and then waits.
std::shared_ptr<fakes::FakeChannel> answeringNode(std::atomic<int>& running) {
    return std::make_shared<fakes::FakeChannel>(
        [&running](OpContext& context, const channel::Command& command) -> Result<channel::CommandResult> {
            if (command.argv.front() != QLatin1String("ping")) {
                return fail(ErrorCode::NotFound, QStringLiteral("No such program."));
            }
            ++running;
            static_cast<void>(context.sleepFor(1ms));
            --running;
            return channel::CommandResult{0, 0, "[1700000000.123456] 64 bytes from 10.20.1.10: icmp_seq=1 ttl=62 time=0.1 ms\n", {}, false};
        });
}

} // namespace

class ProberTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordingOfTheRealPing();
    void linesInPieces();
    void turns_data();
    void turns();
    void commandIsBoundToItsSource();
    void legsTouched_data();
    void legsTouched();
    void tellsAndEnds();
};

void ProberTest::recordingOfTheRealPing() {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/verify/data/ping_routes_come_and_go.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    PingReader reader;
    QCOMPARE(textOf(reader.feed(file.readAll())),
             QStringLiteral("-1795675229216 +1795675229426 -1795675229682 +1795675229978 -1795675230298 +1795675230705"));
}

void ProberTest::linesInPieces() {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/verify/data/ping_routes_come_and_go.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    PingReader reader;
    std::size_t count = 0;
    for (const char byte : file.readAll()) {
        count += reader.feed({&byte, 1}).size();
    }
    QCOMPARE(count, std::size_t{6});
}

void ProberTest::turns_data() {
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QString>("turns");
    const QByteArray answer = "[1.000000] 64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.1 ms\n";
    QTest::newRow("nothing") << QByteArray() << QString();
    QTest::newRow("answered once is told once") << answer + answer << "+1000";
    QTest::newRow("one late answer is no loss")
        << answer + "[1.020000] no answer yet for icmp_seq=2\n[1.030000] 64 bytes from 10.0.0.1: icmp_seq=2 ttl=64 time=30 ms\n"
        << "+1000";
    QTest::newRow("passed over") << answer +
                                        "[1.020000] no answer yet for icmp_seq=2\n[1.030000] 64 bytes from 10.0.0.1: icmp_seq=3 ttl=64\n"
                                 << "+1000 -1020 +1030";
    QTest::newRow("two are no silence yet") << answer + "[1.020000] no answer yet for icmp_seq=2\n[1.040000] no answer yet for icmp_seq=3\n"
                                            << "+1000";
    QTest::newRow("three are") << answer + "[1.020000] no answer yet for icmp_seq=2\n[1.040000] no answer yet for icmp_seq=3\n"
                                           "[1.060000] no answer yet for icmp_seq=4\n[1.080000] no answer yet for icmp_seq=4\n"
                               << "+1000 -1020";
    QTest::newRow("unreachable at once") << answer + "[1.020000] From 10.0.0.9 icmp_seq=2 Destination Net Unreachable\n"
                                         << "+1000 -1020";
    QTest::newRow("not a stamp")
        << QByteArray("[x.000000] 64 bytes from 10.0.0.1: icmp_seq=1\n[1.5] 64 bytes from\n[] 64 bytes from \n64 bytes from \n")
        << QString();
    QTest::newRow("no overflow") << QByteArray("[99999999999999999999.000000] 64 bytes from 1: icmp_seq=99999999999999999999\n")
                                 << QString();
    QTest::newRow("endless line") << QByteArray(10'000, 'x') + "\n" + answer << "+1000";
}

void ProberTest::turns() {
    QFETCH(QByteArray, lines);
    QFETCH(QString, turns);
    PingReader reader;
    QCOMPARE(textOf(reader.feed(lines)), turns);
}

void ProberTest::commandIsBoundToItsSource() {
    const model::Lab lab = fakes::tutorialLab();
    const intent::Intent intent = intent::intentOf(lab);
    const auto commandOf = [&](const char* from) {
        for (const intent::Leg& leg : intent.legs) {
            if (leg.from() == QLatin1String(from) && leg.toPod == QLatin1String("my-nginx-2")) {
                return verify::pingCommand(lab, leg, 20ms).argv.join(QLatin1Char(' '));
            }
        }
        return QString();
    };
    QCOMPARE(commandOf("host1"), QStringLiteral("ping -n -D -O -i 0.020 -I 172.16.0.2 10.20.2.10"));
    QCOMPARE(commandOf("my-nginx-1"), QStringLiteral("ping -n -D -O -i 0.020 -I 10.20.1.10 10.20.2.10"));
}

void ProberTest::legsTouched_data() {
    QTest::addColumn<QStringList>("places");
    QTest::addColumn<QStringList>("legs");
    const auto legs = [](const char* text) { return QString::fromUtf8(text).split(QLatin1Char(' ')); };
    QTest::newRow("cable of a host with a pod") << legs("leaf1 host2")
                                                << legs("host1→my-nginx-1 host2→my-nginx-2 host3→my-nginx-1 my-nginx-1→my-nginx-2 "
                                                        "my-nginx-2→my-nginx-1");
    QTest::newRow("host without pods") << legs("host1") << legs("host1→my-nginx-1 host1→my-nginx-2");
    QTest::newRow("leaf") << legs("leaf1")
                          << legs("host1→my-nginx-1 host1→my-nginx-2 host2→my-nginx-2 host3→my-nginx-1 my-nginx-1→my-nginx-2 "
                                  "my-nginx-2→my-nginx-1");
}

void ProberTest::legsTouched() {
    QFETCH(QStringList, places);
    QFETCH(QStringList, legs);
    const model::Lab lab = fakes::tutorialLab();
    std::set<NodeId> ids;
    for (const QString& place : places) {
        ids.insert(NodeId(place));
    }
    QCOMPARE(namesOf(verify::legsTouchedAt(lab, intent::intentOf(lab), ids)), legs);
    // Where nothing runs there is no ping to start, and to start again.
    model::Lab simulated = lab;
    simulated.engine = model::EngineKind::Simulated;
    QVERIFY(verify::legsTouchedAt(simulated, intent::intentOf(simulated), ids).empty());
}

void ProberTest::tellsAndEnds() {
    const model::Lab lab = fakes::tutorialLab();
    const intent::Intent intent = intent::intentOf(lab);
    std::atomic<int> running = 0;
    auto node = answeringNode(running);
    std::mutex mutex;
    std::condition_variable told;
    std::set<QString> answered;
    {
        verify::Prober prober(
            lab, [&](const NodeId&) { return node; },
            [&](const state::ProbeSeen& probe) {
                const std::lock_guard lock(mutex);
                if (probe.answered && probe.atMs == 1'700'000'000'123) {
                    answered.insert(probe.from);
                }
                told.notify_all();
            });
        prober.probe(verify::legsTouchedAt(lab, intent, {fakes::node("host1")}));
        prober.probe(verify::legsTouchedAt(lab, intent, {fakes::node("host2")}));
        std::unique_lock lock(mutex);
        QVERIFY(told.wait_for(
            lock, 10s, [&] { return answered.contains(QStringLiteral("my-nginx-1")) && answered.contains(QStringLiteral("host3")); }));
    }
    QCOMPARE(running.load(), 0);
}

QTEST_GUILESS_MAIN(ProberTest)
#include "tst_prober.moc"
