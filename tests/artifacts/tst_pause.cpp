// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-pause: sleeps, reaps, ends when asked, and needs nothing else in its image.
#include <core/artifacts/elf_needs.h>

#include <QFile>
#include <QProcess>
#include <QTest>

#include <cerrno>
#include <csignal>

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

} // namespace

class TestPause : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void needsNothing();
    void endsWhenAsked_data();
    void endsWhenAsked();
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

void TestPause::reapsWhatIsLeftToIt() {
    QProcess process; // The shell's child becomes pause's, as a pod's orphans do.
    process.start(u"sh"_s, {u"-c"_s, u"cat & echo $!; exec \"$0\""_s, pauseProgram()});
    QVERIFY(process.waitForReadyRead());
    const QByteArray child = process.readLine().trimmed();
    QVERIFY(child.toInt() > 1);
    QVERIFY(isAsleep(process));
    QVERIFY(::kill(child.toInt(), SIGKILL) == 0 || errno == ESRCH);        // it may have ended with its input
    QTRY_VERIFY(!QFile::exists(u"/proc/"_s + QString::fromLatin1(child))); // a zombie would be there
    process.terminate();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
}

QTEST_GUILESS_MAIN(TestPause)
#include "tst_pause.moc"
