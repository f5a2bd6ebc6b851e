// SPDX-License-Identifier: GPL-3.0-or-later
// Kill drills: SIGKILL for the command line or the lab host at any step of up, of a change and of down. The next `up`
// works, and after `down` an independent count finds nothing of the lab, while what is not the lab's is as it was. A few
// steps, chosen from a printed seed (PODLEAF_SEED repeats them); with PODLEAF_FULL=1 all of them. With and without root.
#include "decoys.h"
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>

using podleaf::test::Census;
using podleaf::test::Decoys;
using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;

namespace {

enum class Phase { Up, Change, Down };
enum class Victim { CommandLine, LabHost, PidOne };
constexpr std::array kPhases{Phase::Up, Phase::Change, Phase::Down};
constexpr std::array kPhaseNames{"up", "change", "down"};
constexpr std::array kVictimNames{"command line", "lab host", "pid 1"};

/// Where a drill strikes: so many lines of --verbose were printed, and so much time has passed since.
struct Drill {
    Phase phase = Phase::Up;
    Victim victim = Victim::CommandLine;
    int lines = 0;
    int moreUs = 0;
    bool upAgain = true; ///< Else `down` comes at once.
};

constexpr const char* kLab = R"(name: drill
nodes:
  leaf1: {kind: leaf, asn: 65100}
  host1: {kind: host}
  host2: {kind: host}
links:
  - {name: net1, ends: [leaf1:swp1, host1:eth1]}
  - {name: net2, ends: [leaf1:swp2, host2:eth1]}
workloads:
  web: {image: nginx, replicas: 1, port: 80, on: [host2]}
tests:
  web: {from: [hosts], to: web}
)";

/// Something to create, to change and to restart.
QByteArray changedLab() {
    QByteArray text = kLab;
    text.replace("  host2: {kind: host}\n", "  host2: {kind: host, asn: 64999}\n  host3: {kind: host}\n");
    text.replace("host2:eth1]}\n", "host2:eth1]}\n  - {name: net3, ends: [leaf1:swp3, host3:eth1]}\n");
    return text.replace("replicas: 1", "replicas: 2");
}

QString s(const char* text) {
    return QString::fromLatin1(text);
}

/// The pid of a child of `parent`; 0 when it has none.
qint64 childOf(qint64 parent) {
    QFile file(s("/proc/%1/task/%1/children").arg(parent));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(0).toLongLong() : 0;
}

/// Ends as soon as the time has passed; the moment itself is what is drilled.
void letPass(int microseconds) {
    QDeadlineTimer deadline{std::chrono::microseconds(microseconds)};
    while (!deadline.hasExpired()) {
        QThread::yieldCurrentThread();
    }
}

} // namespace

class KillDrillsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void drill_data();
    void drill();

private:
    struct Course {
        int lines = 0;
        int tookUs = 0;
    };
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_runFolder); }
    [[nodiscard]] QString labFile() const { return m_folder.path() + s("/drill.yaml"); }
    [[nodiscard]] bool write(const QByteArray& text) const { return podleaf::test::writeText(labFile(), text); }
    [[nodiscard]] QStringList commandOf(Phase phase) const {
        return {phase == Phase::Down ? s("down") : s("up"), labFile(), s("--verbose")};
    }
    /// How a phase goes when nobody disturbs it.
    std::optional<Course> course(Phase phase) const;
    [[nodiscard]] std::vector<Drill> allDrills(QRandomGenerator& random) const;
    /// The outer process of the lab, 0 when there is none.
    [[nodiscard]] qint64 labHostPid() const;
    void strike(QProcess& process, const Drill& drill) const;
    [[nodiscard]] QString leftOrLost() const;

    QTemporaryDir m_folder;
    QString m_runFolder;
    std::unique_ptr<Decoys> m_decoys;
    Census m_before;
    std::array<Course, 3> m_courses;
};

void KillDrillsTest::initTestCase() {
    m_runFolder = m_folder.path() + s("/run");
    m_decoys = std::make_unique<Decoys>(m_folder.path(), m_runFolder);
    QCOMPARE(m_decoys->touched(), QString());
    // Another lab of ours, from the same text under another name.
    const QString bystander = m_folder.path() + s("/bystander.yaml");
    QVERIFY(podleaf::test::writeText(bystander, QByteArray(kLab).replace("name: drill", "name: bystander")));
    const ProgramResult up = podleaf().run({s("up"), bystander});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    m_before = Census::take(m_runFolder);

    for (const Phase phase : kPhases) {
        QVERIFY(write(phase == Phase::Up ? QByteArray(kLab) : changedLab()));
        const auto measured = course(phase);
        QVERIFY(measured && measured->lines > 0);
        m_courses[static_cast<std::size_t>(phase)] = *measured;
    }
    QTRY_COMPARE_WITH_TIMEOUT(leftOrLost(), QString(), 5000);
}

void KillDrillsTest::cleanupTestCase() {
    const ProgramResult test = podleaf().run({s("test"), s("bystander")});
    QVERIFY2(test.exitCode == 0, QByteArray(test.output + test.messages).constData());
    QCOMPARE(podleaf().run({s("down"), s("bystander")}).exitCode, 0);
    m_decoys.reset();
}

std::optional<KillDrillsTest::Course> KillDrillsTest::course(Phase phase) const {
    QElapsedTimer timer;
    timer.start();
    const ProgramResult result = podleaf().run(commandOf(phase));
    if (result.exitCode != 0) {
        qWarning("%s", result.messages.constData());
        return std::nullopt;
    }
    return Course{static_cast<int>(result.messages.count('\n')), static_cast<int>(timer.nsecsElapsed() / 1000)};
}

std::vector<Drill> KillDrillsTest::allDrills(QRandomGenerator& random) const {
    std::vector<Drill> drills;
    for (const Phase phase : kPhases) {
        const Course& course = m_courses[static_cast<std::size_t>(phase)];
        for (const Victim victim : {Victim::CommandLine, Victim::LabHost, Victim::PidOne}) {
            for (int line = 0; line < course.lines; ++line) {
                const int most = course.tookUs / (phase == Phase::Down ? 2 : course.lines);
                drills.push_back({phase, victim, line, random.bounded(std::max(1, most)), random.bounded(4) != 0});
            }
        }
    }
    return drills;
}

void KillDrillsTest::drill_data() {
    bool given = false;
    const quint32 wanted = qEnvironmentVariable("PODLEAF_SEED").toUInt(&given);
    const quint32 seed = given ? wanted : QRandomGenerator::global()->generate();
    qInfo("PODLEAF_SEED=%u", seed);
    QRandomGenerator random(seed);
    std::vector<Drill> drills = allDrills(random);
    if (!qEnvironmentVariableIsSet("PODLEAF_FULL")) {
        std::shuffle(drills.begin(), drills.end(), random);
        std::array<int, 3> left{podleaf::test::way() == "root" ? 2 : 1, 1, 1};
        std::erase_if(drills, [&left](const Drill& drill) { return left[static_cast<std::size_t>(drill.phase)]-- <= 0; });
    }
    QTest::addColumn<Drill>("drill");
    for (const Drill& drill : drills) {
        const auto phase = static_cast<std::size_t>(drill.phase);
        QTest::addRow("%s: %s after line %d of %d and %d us, then %s", kPhaseNames[phase],
                      kVictimNames[static_cast<std::size_t>(drill.victim)], drill.lines, m_courses[phase].lines, drill.moreUs,
                      drill.upAgain ? "up" : "down")
            << drill;
    }
}

qint64 KillDrillsTest::labHostPid() const {
    static const QRegularExpression kNumber(s("^[0-9]+$"));
    const QByteArray place = QByteArray("--lab\0drill\0--run-folder\0", 25) + QFile::encodeName(m_runFolder) + '\0';
    const QStringList pids = QDir(s("/proc")).entryList(QDir::Dirs).filter(kNumber);
    qint64 oldest = 0;
    for (const QString& pid : pids) {
        const qint64 number = pid.toLongLong();
        if ((oldest == 0 || number < oldest) && podleaf::test::readText(s("/proc/") + pid + s("/cmdline")).contains(place)) {
            oldest = number;
        }
    }
    return oldest;
}

/// Waits for the moment and kills. A victim that is not there yet is killed as soon as it is.
void KillDrillsTest::strike(QProcess& process, const Drill& drill) const {
    QByteArray told;
    process.setReadChannel(QProcess::StandardError);
    while (told.count('\n') < drill.lines && process.waitForReadyRead(30'000)) {
        told += process.readAllStandardError();
    }
    letPass(drill.moreUs);
    if (drill.victim == Victim::CommandLine) {
        process.kill();
        return;
    }
    const QDeadlineTimer deadline(30'000);
    while (!deadline.hasExpired() && process.state() != QProcess::NotRunning && !process.waitForFinished(0)) {
        const qint64 outer = labHostPid();
        const qint64 pid = outer == 0 || drill.victim == Victim::LabHost ? outer : childOf(outer);
        if (pid != 0) {
            ::kill(static_cast<pid_t>(pid), SIGKILL);
            return;
        }
    }
}

/// What is there that was not before the lab, and what is not there any more that was.
QString KillDrillsTest::leftOrLost() const {
    const Census now = Census::take(m_runFolder);
    const QString lost = m_before.leftSince(now);
    return now.leftSince(m_before) + (lost.isEmpty() ? QString() : s("lost: ") + lost) + m_decoys->touched();
}

void KillDrillsTest::drill() {
    QFETCH(Drill, drill);
    QVERIFY(write(kLab));
    if (drill.phase != Phase::Up) {
        const ProgramResult up = podleaf().run({s("up"), labFile()});
        QVERIFY2(up.exitCode == 0, up.messages.constData());
        QVERIFY(write(changedLab()));
    }
    QProcess process;
    podleaf().start(process, commandOf(drill.phase));
    QVERIFY(process.waitForStarted());
    strike(process, drill);
    // Whoever lost its lab host says so and ends, or has started another; it does not wait for its deadline (30 s).
    QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished(15'000));
    const QByteArray messages = process.readAllStandardError();
    if (drill.victim != Victim::CommandLine) {
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QVERIFY2(process.exitCode() == 0 ||
                     (process.exitCode() == 1 && (messages.contains("✘") || messages.contains("The lab host is gone"))),
                 messages.constData());
    }

    if (drill.upAgain) {
        const ProgramResult up = podleaf().run({s("up"), labFile()});
        QVERIFY2(up.exitCode == 0, up.messages.constData());
        const ProgramResult test = podleaf().run({s("test"), labFile()});
        QVERIFY2(test.exitCode == 0, QByteArray(test.output + test.messages).constData());
    }
    const ProgramResult down = podleaf().run({s("down"), labFile()});
    QVERIFY2(down.exitCode == 0, down.messages.constData());
    QTRY_COMPARE_WITH_TIMEOUT(leftOrLost(), QString(), 3000);
    const ProgramResult gc = podleaf().run({s("gc"), s("--prove"), s("--json")});
    QCOMPARE(gc.json()[s("leftovers")].toArray().size(), 0);
    QCOMPARE(gc.json()[s("removed")].toInt(-1), 0);
    QCOMPARE(leftOrLost(), QString());
}

PODLEAF_BOTH_WAYS_MAIN(KillDrillsTest)
#include "tst_kill_drills.moc"
