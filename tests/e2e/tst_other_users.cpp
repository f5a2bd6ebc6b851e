// SPDX-License-Identifier: GPL-3.0-or-later
// Labs of several users on one host, and hosts that let nobody have one: what is told, what is left alone. Root plays
// the users, each in processes of its own.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QDir>

#include <algorithm>
#include <array>

using podleaf::test::Census;
using podleaf::test::ProgramResult;

namespace {

constexpr uid_t kAlice = 54321;
constexpr uid_t kBob = 54322;

QString s(const char* text) {
    return QString::fromLatin1(text);
}

} // namespace

class OtherUsersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void anotherUsersLabIsNotTouched();
    void runFolderOfSomebodyElseIsRefused();
    void hostWithoutUserNamespacesSaysWhatMendsIt();

private:
    [[nodiscard]] bool makeUsers() const;
    /// Runs a program of the test's folder, changed by `wrapper`, with the state of this user.
    ProgramResult run(const QStringList& command, const QString& runFolder) const;
    ProgramResult runAs(uid_t uid, const QStringList& arguments, const QString& runFolder = {}) const;
    [[nodiscard]] QString folderOf(uid_t uid) const { return m_folder.path() + QStringLiteral("/of-%1").arg(uid); }

    QTemporaryDir m_folder;
};

void OtherUsersTest::initTestCase() {
    podleaf::test::stage(QCoreApplication::applicationFilePath().toStdString(), m_folder.path().toStdString());
}

/// Folders of the two users, when root plays them.
bool OtherUsersTest::makeUsers() const {
    return std::ranges::all_of(std::array{kAlice, kBob}, [this](uid_t uid) {
        return QDir().mkpath(folderOf(uid)) && ::chown(QFile::encodeName(folderOf(uid)).constData(), uid, uid) == 0;
    });
}

ProgramResult OtherUsersTest::run(const QStringList& command, const QString& runFolder) const {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(s("PODLEAF_RUN_FOLDER"), runFolder);
    environment.insert(s("XDG_STATE_HOME"), runFolder + s(".state"));
    process.setProcessEnvironment(environment);
    process.start(command.first(), command.mid(1));
    const bool finished = process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit;
    return {finished ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

ProgramResult OtherUsersTest::runAs(uid_t uid, const QStringList& arguments, const QString& runFolder) const {
    const QString id = QString::number(uid);
    const QStringList become{s("setpriv"), s("--reuid"), id, s("--regid"), id, s("--clear-groups"), m_folder.path() + s("/podleaf")};
    return run(become + arguments, runFolder.isEmpty() ? folderOf(uid) + s("/run") : runFolder);
}

void OtherUsersTest::anotherUsersLabIsNotTouched() {
    if (!makeUsers()) {
        QSKIP("Only root can play several users.");
    }
    const QString hers = folderOf(kAlice) + s("/run");
    const Census before = Census::take(hers);
    const ProgramResult up = runAs(kAlice, {s("up"), s("tutorial")});
    QVERIFY2(up.exitCode == 0, up.messages.constData());

    for (const QString& where : {QString(), hers}) {
        const ProgramResult gc = runAs(kBob, {s("gc"), s("--prove"), s("--json")}, where);
        QVERIFY2(gc.exitCode == 0, gc.messages.constData());
        QCOMPARE(gc.json()[s("leftovers")].toArray().size(), 0);
        QCOMPARE(gc.json()[s("removed")].toInt(), 0);
    }
    QCOMPARE(runAs(kBob, {s("down"), s("tutorial")}).exitCode, 0); // of his own, which does not run
    const ProgramResult stolen = runAs(kBob, {s("down"), s("tutorial")}, hers);
    QCOMPARE(stolen.exitCode, 1);
    QVERIFY2(stolen.messages.contains("belongs to another user"), stolen.messages.constData());
    // Root may do everything, but a lab that runs is no leftover for it either.
    for (const QString& where : {QString(m_folder.path() + s("/root-run")), hers}) {
        const ProgramResult gc = run({m_folder.path() + s("/podleaf"), s("gc"), s("--prove"), s("--json")}, where);
        QVERIFY2(gc.exitCode == 0, gc.messages.constData());
        QCOMPARE(gc.json()[s("removed")].toInt(), 0);
    }
    const ProgramResult test = runAs(kAlice, {s("test"), s("tutorial")});
    QVERIFY2(test.exitCode == 0, test.messages.constData());
    QCOMPARE(runAs(kAlice, {s("down"), s("tutorial")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(Census::take(hers).leftSince(before), QString(), 3000);
}

void OtherUsersTest::runFolderOfSomebodyElseIsRefused() {
    if (!makeUsers()) {
        QSKIP("Only root can play several users.");
    }
    const QString trap = m_folder.path() + s("/trap");
    QVERIFY(QDir().mkdir(trap));
    QFile::setPermissions(trap, QFile::Permissions(0x7777));
    const ProgramResult up = runAs(kAlice, {s("up"), s("tutorial")}, trap);
    QCOMPARE(up.exitCode, 1);
    QVERIFY2(up.messages.contains("belongs to somebody else"), up.messages.constData());
    QCOMPARE(QDir(trap).entryList({s("tutorial")}), QStringList());
}

/// A user namespace with the limit 0 is such a host; in it there is one user, who has no capability.
void OtherUsersTest::hostWithoutUserNamespacesSaysWhatMendsIt() {
    const QString program = m_folder.path() + s("/podleaf");
    for (const QString& command : {s("doctor"), s("up tutorial")}) {
        const QString script = s("echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all ") + program +
                               QLatin1Char(' ') + command + s(" --json");
        const ProgramResult result =
            run({s("unshare"), s("--user"), s("--map-root-user"), s("sh"), s("-c"), script}, m_folder.path() + s("/none"));
        QCOMPARE(result.exitCode, 3);
        const QByteArray all = result.output + result.messages;
        QVERIFY2(all.contains("user.max_user_namespaces is 0"), all.constData());
        QVERIFY2(all.contains("sudo sysctl -w user.max_user_namespaces="), all.constData());
    }
}

QTEST_GUILESS_MAIN(OtherUsersTest)
#include "tst_other_users.moc"
