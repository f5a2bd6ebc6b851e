// SPDX-License-Identifier: GPL-3.0-or-later
// README.md and the tutorial's, typed line by line by somebody who reads them, an ordinary user, on the real tutorial: each
// command ends as the page says it does, and at the end nothing is left.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>
#include <tests/fakes/documented_commands.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using podleaf::test::Census;
using podleaf::test::DocumentedCommand;
using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;
using namespace Qt::StringLiterals;

class ReadmeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void everyLineWorks_data();
    void everyLineWorks();

private:
    [[nodiscard]] QString runFolder() const { return m_folder.path() + u"/run"_s; }
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(runFolder()); }
    [[nodiscard]] ProgramResult type(const QStringList& arguments) const;
    void makeAChange() const;
    void follow(const DocumentedCommand& command);

    QTemporaryDir m_folder;
    Census m_before;
    bool m_isBroken = false; ///< By what was typed, so that a test is red.
};

/// The reader stands in a folder with the labs and with a lab of his own, which runs when its turn comes.
void ReadmeTest::initTestCase() {
    const QString labs = podleaf::test::labsFolder();
    QVERIFY(QFile::link(labs, m_folder.filePath(u"labs"_s)));
    QFile own(m_folder.filePath(u"my-lab.yaml"_s));
    QVERIFY(podleaf::test::writeText(own.fileName(), podleaf::test::readText(labs + u"/tutorial/lab.yaml"_s)));
    QVERIFY(QDir::setCurrent(m_folder.path()));
    m_before = Census::take(runFolder());
}

void ReadmeTest::cleanup() {
    m_isBroken = false;
    QCOMPARE(podleaf().run({u"down"_s, u"my-lab.yaml"_s}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(Census::take(runFolder()).leftSince(m_before), QString(), 3000);
}

/// One that `watch` tells and that breaks nothing.
void ReadmeTest::makeAChange() const {
    podleaf().run({u"impair"_s, u"tutorial"_s, u"intnet1"_s, u"--rate"_s, u"900mbit"_s});
    podleaf().run({u"link"_s, u"tutorial"_s, u"intnet1"_s, u"restore"_s});
}

/// What goes on by itself is left with Ctrl-C as soon as it has shown something, and a shell with the end of its input.
ProgramResult ReadmeTest::type(const QStringList& arguments) const {
    QProcess process;
    podleaf().start(process, arguments);
    process.closeWriteChannel();
    if (QStringList{u"watch"_s, u"capture"_s, u"forward"_s}.contains(arguments.first())) {
        const QDeadlineTimer deadline(20'000);
        while (!process.waitForReadyRead(100) && !deadline.hasExpired()) {
            makeAChange();
        }
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    }
    const bool ended = process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit;
    return {ended ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

void ReadmeTest::follow(const DocumentedCommand& command) {
    const QStringList arguments = command.words.mid(1);
    const QString& verb = arguments.first();
    if (verb == QLatin1String("edit")) { // "Change the file while its lab runs".
        QCOMPARE(type({u"up"_s, arguments.value(1)}).exitCode, 0);
    }
    QElapsedTimer timer;
    timer.start();
    const ProgramResult result = type(arguments);
    qInfo("%5lld ms  %s", static_cast<long long>(timer.elapsed()), qPrintable(command.text()));
    QVERIFY2(result.exitCode == (m_isBroken && verb == QLatin1String("test") ? 1 : 0),
             qPrintable(command.where + u": `%1` ended with %2\n"_s.arg(command.text()).arg(result.exitCode) +
                        QString::fromUtf8(result.output + result.messages)));
    if (verb == QLatin1String("link")) {
        m_isBroken = arguments.contains(u"cut"_s) || arguments.contains(u"drop"_s);
    } else {
        m_isBroken = (m_isBroken || arguments.contains(u"pkill"_s)) && verb != QLatin1String("up");
    }
}

void ReadmeTest::everyLineWorks_data() {
    QTest::addColumn<QString>("page");
    QTest::newRow("README.md") << podleaf::test::labsFolder() + u"/../README.md"_s;
    QTest::newRow("labs/tutorial/README.md") << podleaf::test::labsFolder() + u"/tutorial/README.md"_s;
}

void ReadmeTest::everyLineWorks() {
    QFETCH(QString, page);
    int followed = 0;
    for (const DocumentedCommand& command : podleaf::test::commandsOf(page)) {
        if (command.words.first() != QLatin1String("podleaf")) {
            continue; // Scripts build and run this test.
        }
        follow(command);
        if (QTest::currentTestFailed()) {
            return;
        }
        ++followed;
    }
    QVERIFY(followed > 10);
}

/// One way: the reader's.
int main(int argc, char** argv) {
    return podleaf::test::runBothWays<ReadmeTest>(argc, argv, {"one-id"});
}
#include "tst_readme.moc"
