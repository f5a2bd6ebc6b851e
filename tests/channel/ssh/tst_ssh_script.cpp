// SPDX-License-Identifier: GPL-3.0-or-later
// What an SSH server is told to run: quoting through the shells that exist here, marks in every cut of the output.
#include <core/channel/ssh_script.h>

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <csignal>

using namespace podleaf;
using namespace podleaf::channel;

namespace {

const QByteArray& mark() {
    static const QByteArray kMark("podleaf0123");
    return kMark;
}

struct Ran {
    int exitCode = -1;
    QByteArray output;
    QByteArray errors;
};

Ran runLine(const QString& shell, const Command& command) {
    const auto line = shellLine(command, mark());
    if (!line) {
        return {};
    }
    QProcess process;
    QStringList words = shell.split(QLatin1Char(' '));
    const QString program = words.takeFirst();
    process.start(program, words + QStringList{QStringLiteral("-c"), QString::fromUtf8(*line)});
    process.waitForFinished();
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Command command(const QStringList& argv, const QStringList& environment = {}) {
    return {argv, environment, {}};
}

} // namespace

class TestSshScript : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shellsReadWordsAsTheyAre_data();
    void shellsReadWordsAsTheyAre();
    void shellsTellWhatCannotStart_data();
    void shellsTellWhatCannotStart();
    void environmentReachesTheProgram();
    void refusesWhatNoShellTakes_data();
    void refusesWhatNoShellTakes();
    void filterTakesMarksOut_data();
    void filterTakesMarksOut();
    void filterLeavesAnythingElse();
    void signalsHaveNames();

private:
    static void addShells();
};

void TestSshScript::addShells() {
    QTest::addColumn<QString>("shell");
    const QStringList shells{QStringLiteral("sh"), QStringLiteral("bash"), QStringLiteral("busybox sh")};
    for (const QString& shell : shells) {
        if (!QStandardPaths::findExecutable(shell.section(QLatin1Char(' '), 0, 0)).isEmpty()) {
            QTest::newRow(qPrintable(shell)) << shell;
        }
    }
}

void TestSshScript::shellsReadWordsAsTheyAre_data() {
    addShells();
}

void TestSshScript::shellsReadWordsAsTheyAre() {
    QFETCH(QString, shell);
    const QStringList words{QStringLiteral("plain"),    QString(),
                            QStringLiteral("it's"),     QStringLiteral("''"),
                            QStringLiteral("a b\tc"),   QStringLiteral("line\nline\n"),
                            QStringLiteral("$HOME"),    QStringLiteral("`id`$(id)"),
                            QStringLiteral("\\'\\\\"),  QStringLiteral("\"; rm -rf /nowhere; \""),
                            QStringLiteral("*?[a-z]~"), QStringLiteral("!!#&|<>(){}"),
                            QStringLiteral("-n"),       QStringLiteral("äöü 漢字 \x01\x1b\x1e")};
    const Ran ran = runLine(shell, command(QStringList{QStringLiteral("printf"), QStringLiteral("%s\\0")} + words));
    QCOMPARE(ran.exitCode, 0);
    QCOMPARE(QString::fromUtf8(ran.output), words.join(QChar(u'\0')) + QChar(u'\0'));
    MarkFilter filter(mark());
    QCOMPARE(filter.feed(ran.errors), QByteArray());
    QVERIFY(filter.pid().has_value());
    QVERIFY(!filter.startFailure().has_value());
}

void TestSshScript::shellsTellWhatCannotStart_data() {
    addShells();
}

void TestSshScript::shellsTellWhatCannotStart() {
    QFETCH(QString, shell);
    const auto failureOf = [&shell](const QString& program) {
        MarkFilter filter(mark());
        filter.feed(runLine(shell, command({program})).errors);
        return filter.startFailure();
    };
    QCOMPARE(failureOf(QStringLiteral("no-such-program")), std::optional(127));
    QCOMPARE(failureOf(QStringLiteral("/no/such/program")), std::optional(127));
    QCOMPARE(failureOf(QStringLiteral("cd")), std::optional(127)); // a builtin is not a program
    QVERIFY(failureOf(QStringLiteral("/etc/passwd")).has_value()); // 126 or 127, as the shell sees it
    QCOMPARE(failureOf(QStringLiteral("false")), std::optional<int>());
    const Ran late = runLine(shell, command({QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("exit 127")}));
    MarkFilter filter(mark());
    filter.feed(late.errors);
    QCOMPARE(late.exitCode, 127);
    QVERIFY2(!filter.startFailure().has_value(), "a program's own 127 is its exit code");
}

void TestSshScript::environmentReachesTheProgram() {
    const Ran ran = runLine(QStringLiteral("sh"), command({QStringLiteral("printenv"), QStringLiteral("A"), QStringLiteral("_b2")},
                                                          {QStringLiteral("A=it's $HOME"), QStringLiteral("_b2=x=y z")}));
    QCOMPARE(ran.output, QByteArray("it's $HOME\nx=y z\n"));
}

void TestSshScript::refusesWhatNoShellTakes_data() {
    QTest::addColumn<QStringList>("argv");
    QTest::addColumn<QString>("variable");
    const QStringList fine{QStringLiteral("true")};
    QTest::newRow("nothing") << QStringList() << QString();
    QTest::newRow("empty program") << QStringList{QString()} << QString();
    QTest::newRow("zero byte") << QStringList{QStringLiteral("echo"), QString(QChar(u'\0'))} << QString();
    QTest::newRow("too long") << QStringList{QStringLiteral("echo"), QString(200'000, QLatin1Char('x'))} << QString();
    QTest::newRow("no name") << fine << QStringLiteral("=x");
    QTest::newRow("no value") << fine << QStringLiteral("X");
    QTest::newRow("a digit first") << fine << QStringLiteral("1X=x");
    QTest::newRow("a command for a name") << fine << QStringLiteral("X;id;Y=x");
}

void TestSshScript::refusesWhatNoShellTakes() {
    QFETCH(QStringList, argv);
    QFETCH(QString, variable);
    const auto line = shellLine({argv, variable.isEmpty() ? QStringList() : QStringList{variable}, {}}, mark());
    QVERIFY(!line);
    QCOMPARE(line.error().code, ErrorCode::InvalidInput);
}

void TestSshScript::filterTakesMarksOut_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("own");
    QTest::addColumn<int>("pid");
    QTest::addColumn<int>("failure");
    const QByteArray lead = "\x1e" + mark();
    QTest::newRow("only marks") << QByteArray(lead + "p77\x1e" + lead + "x127\x1e") << QByteArray() << 77 << 127;
    QTest::newRow("around") << QByteArray("a" + lead + "p8\x1e" + "b\n") << QByteArray("ab\n") << 8 << 0;
    QTest::newRow("brackets of its own") << QByteArray("\x1e\x1e" + lead + "p9\x1e\x1e") << QByteArray("\x1e\x1e\x1e") << 9 << 0;
    QTest::newRow("nearly") << QByteArray("\x1epodleaf0124p7\x1e") << QByteArray("\x1epodleaf0124p7\x1e") << 0 << 0;
    QTest::newRow("cut off") << QByteArray("x" + lead.left(5)) << QByteArray("x" + lead.left(5)) << 0 << 0;
    QTest::newRow("without end") << QByteArray(lead + QByteArray(60, 'p')) << QByteArray(lead + QByteArray(60, 'p')) << 0 << 0;
    QTest::newRow("no number") << QByteArray(lead + "pfoo\x1e") << QByteArray() << 0 << 0;
    QTest::newRow("init") << QByteArray(lead + "p1\x1e") << QByteArray() << 0 << 0;
}

void TestSshScript::filterTakesMarksOut() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, own);
    QFETCH(int, pid);
    QFETCH(int, failure);
    for (qsizetype step = 1; step <= bytes.size(); ++step) {
        MarkFilter filter(mark());
        QByteArray passed;
        for (qsizetype at = 0; at < bytes.size(); at += step) {
            passed += filter.feed(bytes.mid(at, step));
        }
        passed += filter.rest();
        QCOMPARE(passed, own);
        QCOMPARE(filter.pid().value_or(0), pid);
        QCOMPARE(filter.startFailure().value_or(0), failure);
    }
}

void TestSshScript::filterLeavesAnythingElse() {
    MarkFilter none({});
    QCOMPARE(none.feed("\x1e" + mark() + "p5\x1e"), QByteArray("\x1e" + mark() + "p5\x1e"));
    MarkFilter filter(mark());
    const QByteArray brackets(1'000'000, '\x1e'); // not quadratic
    const QByteArray passed = filter.feed(brackets);
    QVERIFY(passed + filter.rest() == brackets);
}

void TestSshScript::signalsHaveNames() {
    QCOMPARE(signalByName("KILL"), SIGKILL);
    QCOMPARE(signalByName("TERM"), SIGTERM);
    QCOMPARE(signalByName("SIG@openssh.com"), kUnnamedSignal);
}

QTEST_GUILESS_MAIN(TestSshScript)
#include "tst_ssh_script.moc"
