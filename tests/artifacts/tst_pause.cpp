// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-pause: sleeps, reaps, ends when asked, and needs nothing else in its image.
#include <core/artifacts/elf_needs.h>

#include <QFile>
#include <QProcess>
#include <QTest>

#include <csignal>
#include <cstdio>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace Qt::StringLiterals;

namespace {

QString pauseProgram() {
    return QStringLiteral(PODLEAF_BIN_DIR "/podleaf-pause");
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Waits until it has got to where it waits, and signals find it prepared.
bool isAsleep(const QProcess& process) {
    const QString stat = u"/proc/%1/stat"_s.arg(process.processId());
    return QTest::qWaitFor([&stat] { return contentOf(stat).contains("(podleaf-pause) S "); });
}

/// In the process that is to become pause: leaves it a child, as a pod's orphans are left to it, and prints the child's id.
/// The child waits to be killed, or has ended already.
void leaveChild(bool living) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::close_range(3, ~0U, 0); // QProcess takes it for started when its own of these are closed
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (living) {
            ::pause();
        }
        ::_exit(0);
    }
    if (!living) {
        siginfo_t ended;
        ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
    }
    ::dprintf(STDOUT_FILENO, "%d\n", child);
}

} // namespace

class TestPause : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void needsNothing();
    void endsWhenAsked_data();
    void endsWhenAsked();
    void reapsWhatIsLeftToIt_data();
    void reapsWhatIsLeftToIt();
};

void TestPause::needsNothing() {
    const auto needs = readElf(contentOf(pauseProgram()));
    QVERIFY(needs);
    QCOMPARE(needs->interpreter, QString());
    QCOMPARE(needs->libraries, QStringList());
}

void TestPause::endsWhenAsked_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestPause::endsWhenAsked() {
    QFETCH(int, signal);
    QProcess process;
    process.start(pauseProgram(), {});
    QVERIFY(process.waitForStarted());
    QVERIFY(isAsleep(process));
    QCOMPARE(process.state(), QProcess::Running);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), signal), 0);
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

void TestPause::reapsWhatIsLeftToIt_data() {
    QTest::addColumn<bool>("living");
    QTest::newRow("ends later") << true;
    QTest::newRow("ended before") << false;
}

void TestPause::reapsWhatIsLeftToIt() {
    QFETCH(bool, living);
    QProcess process;
    process.setChildProcessModifier([living] { leaveChild(living); });
    process.start(pauseProgram(), {});
    QVERIFY(process.waitForReadyRead());
    const QByteArray child = process.readLine().trimmed();
    QVERIFY(child.toInt() > 1);
    QVERIFY(isAsleep(process));
    if (living) {
        QCOMPARE(::kill(child.toInt(), SIGKILL), 0);
    }
    QTRY_VERIFY(!QFile::exists(u"/proc/"_s + QString::fromLatin1(child))); // a zombie would be there
    process.terminate();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
}

QTEST_GUILESS_MAIN(TestPause)
#include "tst_pause.moc"
