// SPDX-License-Identifier: GPL-3.0-or-later
// Bad luck, each time told in words that name what, where and what to do, and with nothing left or lost: things in the
// way, a full disk, daemons that die or hang, FRR missing, files that vanish. As root and as an ordinary user, whom root
// plays; in a mount namespace of our own, so that the host keeps its FRR.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>

#include <algorithm>
#include <csignal>

using podleaf::test::Census;
using podleaf::test::ProgramResult;
using podleaf::test::readText;
using podleaf::test::writeText;

namespace {

constexpr uid_t kUser = 54321;

QString s(const char* text) {
    return QString::fromLatin1(text);
}

QByteArray labNamed(const char* name) {
    return QByteArray("name: ") + name + R"(
nodes:
  leaf1: {kind: leaf, asn: 65100}
  host1: {kind: host}
  host2: {kind: host}
routing: {protocol: ebgp, keepalive: 1s, hold: 3s}
links:
  - {name: net1, ends: [leaf1:swp1, host1:eth1]}
  - {name: net2, ends: [leaf1:swp2, host2:eth1]}
workloads:
  web: {image: nginx, replicas: 1, port: 80, on: [host2]}
tests:
  web: {from: [hosts], to: web}
)";
}

/// A mount for as long as it is in scope.
class Mount {
public:
    static Mount bind(const QString& what, const QString& where) { return {what, where, nullptr, MS_BIND, nullptr}; }
    static Mount tmpfs(const QString& where, const char* options) { return {s("tmpfs"), where, "tmpfs", 0, options}; }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;
    ~Mount() { ::umount2(m_where.constData(), MNT_DETACH); }
    [[nodiscard]] bool isThere() const { return m_isThere; }

private:
    Mount(const QString& what, const QString& where, const char* type, unsigned long flags, const char* options)
        : m_where(QFile::encodeName(where)),
          m_isThere(::mount(QFile::encodeName(what).constData(), m_where.constData(), type, flags, options) == 0) {}
    QByteArray m_where;
    bool m_isThere;
};

} // namespace

class BadLuckTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void twoLabsAtOnce_data() { bothUsers(); }
    void twoLabsAtOnce();
    void withoutFrrDoctorNamesThePackage_data() { bothUsers(); }
    void withoutFrrDoctorNamesThePackage();
    void fullDisk_data();
    void fullDisk();
    void somethingIsInTheWay_data();
    void somethingIsInTheWay();
    void remainsOfAKilledLabAreNotInTheWay_data() { bothUsers(); }
    void remainsOfAKilledLabAreNotInTheWay();
    void brokenDaemons_data();
    void brokenDaemons();
    void stoppedDaemon_data();
    void stoppedDaemon();
    void longPaths_data();
    void longPaths();
    void vanishedLabFile_data() { bothUsers(); }
    void vanishedLabFile();
    void unreadableLabFile();

private:
    static void bothUsers();
    [[nodiscard]] QString path(const char* name) const { return m_home + QLatin1Char('/') + s(name); }
    void begin(QProcess& process, const QStringList& arguments) const;
    [[nodiscard]] ProgramResult run(const QStringList& arguments) const;
    [[nodiscard]] QString left() const { return Census::take(m_runFolder).leftSince(m_before); }
    /// Writes a lab file that this row's user owns.
    [[nodiscard]] QString lab(const char* name) const;
    /// Makes this row's user the owner.
    bool give(const QString& what) const { return ::lchown(QFile::encodeName(what).constData(), m_uid, m_uid) == 0; }
    [[nodiscard]] bool leaveRemains() const;
    /// Takes this row's user, gives it a home of its own and counts.
    void beginRow();

    QTemporaryDir m_folder;
    int m_row = 0;
    uid_t m_uid = 0;
    QString m_home;
    QString m_runFolder;
    Census m_before;
};

void BadLuckTest::bothUsers() {
    QTest::addColumn<uint>("uid");
    QTest::newRow("root") << 0U;
    QTest::newRow("user") << uint(kUser);
}

void BadLuckTest::initTestCase() {
    if (::geteuid() != 0) {
        QSKIP("Only root can play bad luck with mounts.");
    }
    podleaf::test::stage(QCoreApplication::applicationFilePath().toStdString(), m_folder.path().toStdString());
    QCOMPARE(::unshare(CLONE_NEWNS), 0);
    QCOMPARE(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
}

void BadLuckTest::cleanup() {
    for (const QString& name : {s("first"), s("second")}) {
        static_cast<void>(run({s("down"), path("") + name + s(".yaml")}));
    }
}

void BadLuckTest::beginRow() {
    QFETCH(uint, uid);
    m_uid = uid;
    m_home = m_folder.path() + s("/home%1").arg(++m_row);
    m_runFolder = m_home + s("/run");
    QVERIFY(QDir().mkpath(m_home) && give(m_home));
    m_before = Census::take(m_runFolder);
}

void BadLuckTest::begin(QProcess& process, const QStringList& arguments) const {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(s("PODLEAF_RUN_FOLDER"), m_runFolder);
    environment.insert(s("XDG_STATE_HOME"), m_home + s("/state"));
    environment.insert(s("HOME"), m_home);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_home);
    QStringList command{m_folder.path() + s("/podleaf")};
    if (m_uid != 0) {
        const QString id = QString::number(m_uid);
        command = QStringList{s("setpriv"), s("--reuid"), id, s("--regid"), id, s("--clear-groups")} + command;
    }
    command += arguments;
    process.start(command.first(), command.mid(1));
}

ProgramResult BadLuckTest::run(const QStringList& arguments) const {
    QProcess process;
    begin(process, arguments);
    const bool finished = process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit;
    return {finished ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

QString BadLuckTest::lab(const char* name) const {
    const QString file = path("") + s(name) + s(".yaml");
    return writeText(file, labNamed(name)) && give(file) ? file : QString();
}

void BadLuckTest::twoLabsAtOnce() {
    beginRow();
    QProcess first;
    QProcess second;
    begin(first, {s("up"), lab("first")});
    begin(second, {s("up"), lab("second")});
    for (QProcess* up : {&first, &second}) {
        QVERIFY(up->waitForFinished(60'000));
        QVERIFY2(up->exitCode() == 0, up->readAllStandardError().constData());
    }
    for (const QString& name : {s("first"), s("second")}) {
        QCOMPARE(run({s("test"), name}).exitCode, 0);
    }
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QCOMPARE(run({s("test"), s("second")}).exitCode, 0);
    QCOMPARE(run({s("down"), s("second")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::withoutFrrDoctorNamesThePackage() {
    beginRow();
    QVERIFY(QDir().mkdir(path("empty")));
    const Mount without = Mount::bind(path("empty"), s("/usr/lib/frr"));
    QVERIFY(without.isThere());
    for (const QStringList& command : {QStringList{s("doctor")}, QStringList{s("up"), lab("first")}}) {
        const ProgramResult result = run(command);
        QCOMPARE(result.exitCode, 3);
        const QByteArray words = result.output + result.messages;
        QVERIFY2(words.contains("bgpd is not installed") && words.contains("apt-get install frr"), words.constData());
    }
    QVERIFY(!QFile::exists(m_runFolder));
}

void BadLuckTest::fullDisk_data() {
    QTest::addColumn<uint>("uid");
    QTest::addColumn<int>("freePages");
    for (const uint uid : {0U, uint(kUser)}) {
        for (const int pages : {0, 1, 2}) {
            QTest::addRow("uid %u, %d pages", uid, pages) << uid << pages;
        }
    }
}

void BadLuckTest::fullDisk() {
    beginRow();
    QFETCH(int, freePages);
    QVERIFY(QDir().mkdir(m_runFolder));
    const Mount disk = Mount::tmpfs(m_runFolder, "size=256k,mode=0755");
    QVERIFY(disk.isThere() && give(m_runFolder));
    m_before = Census::take(m_runFolder);
    const QString filler = m_runFolder + s("/filler");
    QVERIFY(writeText(filler, QByteArray(256 * 1024 - freePages * 4096, 'x')));
    const ProgramResult up = run({s("up"), lab("first")});
    if (freePages == 0) {
        QCOMPARE(up.exitCode, 1);
    }
    if (up.exitCode != 0) {
        QCOMPARE(up.exitCode, 1);
        QVERIFY2(up.messages.contains("No space left on device"), up.messages.constData());
        QVERIFY2(up.messages.contains(QByteArray("Make room in " + m_runFolder.toUtf8())), up.messages.constData());
    }
    QVERIFY(QFile::remove(filler));
    const ProgramResult again = run({s("up"), lab("first")});
    QVERIFY2(again.exitCode == 0, again.messages.constData());
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::somethingIsInTheWay_data() {
    QTest::addColumn<uint>("uid");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QByteArray>("words");
    for (const uint uid : {0U, uint(kUser)}) {
        QTest::addRow("uid %u: a file", uid) << uid << s("file") << QByteArray("is in the way: it is not a folder");
        QTest::addRow("uid %u: a link", uid) << uid << s("link") << QByteArray("is in the way: it is not a folder");
        QTest::addRow("uid %u: somebody's files", uid) << uid << s("files") << QByteArray("it holds files that are not a lab's");
        QTest::addRow("uid %u: a folder for the socket", uid) << uid << s("socket") << QByteArray("it holds files that are not a lab's");
        QTest::addRow("uid %u: somebody else's folder", uid) << uid << s("foreign") << QByteArray("belongs to somebody else");
    }
}

void BadLuckTest::somethingIsInTheWay() {
    beginRow();
    QFETCH(QString, what);
    QFETCH(QByteArray, words);
    const QString place = m_runFolder + s("/first");
    QVERIFY(QDir().mkdir(m_runFolder) && give(m_runFolder));
    QString precious = path("precious");
    if (what == s("file")) {
        precious = place;
    } else if (what == s("link")) {
        QVERIFY(QFile::link(precious, place));
    } else {
        precious = place + (what == s("socket") ? s("/labhost.sock/precious") : s("/precious"));
        QVERIFY(QDir().mkpath(QFileInfo(precious).path()));
        QVERIFY(what == s("foreign") ? ::chown(QFile::encodeName(place).constData(), kUser + 1, kUser + 1) == 0 : give(place));
        QVERIFY(what != s("socket") || give(place + s("/labhost.sock")));
    }
    QVERIFY(writeText(precious, "precious"));
    for (const QString& command : {s("up"), s("down"), s("up"), s("gc")}) {
        const ProgramResult result = run(command == s("gc") ? QStringList{command} : QStringList{command, lab("first")});
        QCOMPARE(result.exitCode, command == s("up") ? 1 : 0);
        QVERIFY2(command != s("up") || (result.messages.contains(words) && result.messages.contains(place.toUtf8())),
                 result.messages.constData());
        QCOMPARE(readText(precious), QByteArray("precious"));
    }
    QVERIFY(QFile::rename(place, path("moved")));
    const ProgramResult up = run({s("up"), lab("first")});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

/// As after the kill of a lab host and of whoever changed its lab, but for a folder where the socket was.
bool BadLuckTest::leaveRemains() const {
    const QString folder = m_runFolder + s("/first");
    const bool made = QDir().mkpath(folder + s("/labhost.sock/x")) && writeText(folder + s("/lock"), {}) &&
                      writeText(m_runFolder + s("/first.changing"), "{}");
    const QStringList all{m_runFolder,
                          folder,
                          folder + s("/lock"),
                          folder + s("/labhost.sock"),
                          folder + s("/labhost.sock/x"),
                          m_runFolder + s("/first.changing")};
    return made && std::ranges::all_of(all, [this](const QString& each) { return give(each); });
}

void BadLuckTest::remainsOfAKilledLabAreNotInTheWay() {
    beginRow();
    QVERIFY(leaveRemains());
    QCOMPARE(run({s("gc")}).exitCode, 0);
    QCOMPARE(left(), QString());
    QVERIFY(leaveRemains());
    QCOMPARE(run({s("down"), lab("first")}).exitCode, 0);
    QCOMPARE(left(), QString());
    QVERIFY(leaveRemains());
    const ProgramResult up = run({s("up"), lab("first")});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    QCOMPARE(run({s("test"), s("first")}).exitCode, 0);
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::brokenDaemons_data() {
    QTest::addColumn<uint>("uid");
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<QStringList>("words");
    const QStringList died{s("Start bgpd"), s("leaf1"), s("ended with exit code 3"), s("bgpd: no luck today")};
    const QStringList hangs{s("Start bgpd"), s("leaf1"), s("runs but"), s("does not answer"), s("busy with nothing")};
    for (const uint uid : {0U, uint(kUser)}) {
        QTest::addRow("uid %u: it dies at once", uid) << uid << QByteArray("#!/bin/sh\necho 'bgpd: no luck today' >&2\nexit 3\n") << died;
        QTest::addRow("uid %u: it hangs", uid) << uid << QByteArray("#!/bin/sh\necho 'busy with nothing'\nexec sleep 1000\n") << hangs;
    }
}

void BadLuckTest::brokenDaemons() {
    beginRow();
    QFETCH(QByteArray, program);
    QFETCH(QStringList, words);
    QVERIFY(writeText(path("bgpd"), program) && QFile::setPermissions(path("bgpd"), QFile::Permissions(0x7555)));
    QElapsedTimer timer;
    timer.start();
    {
        const Mount broken = Mount::bind(path("bgpd"), s("/usr/lib/frr/bgpd"));
        QVERIFY(broken.isThere());
        const ProgramResult up = run({s("up"), lab("first"), s("--timeout"), s("4")});
        QCOMPARE(up.exitCode, 1);
        QVERIFY(timer.elapsed() < 30'000);
        for (const QString& each : words) {
            QVERIFY2(up.messages.contains(each.toUtf8()), QByteArray(each.toUtf8() + " is not in: " + up.messages).constData());
        }
    }
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::stoppedDaemon_data() {
    QTest::addColumn<uint>("uid");
    QTest::newRow("user") << uint(kUser); // to root's daemons tests/e2e/tst_faults.cpp does it
}

void BadLuckTest::stoppedDaemon() {
    beginRow();
    const ProgramResult first = run({s("up"), lab("first")});
    QVERIFY2(first.exitCode == 0, first.messages.constData());
    const auto signalBgpd = [this](const char* signal) {
        return run({s("exec"), s("first"), s("host2"), s("--"), s("pkill"), s(signal), s("-x"), s("bgpd")}).exitCode == 0;
    };
    QVERIFY(signalBgpd("-STOP"));
    const QDeadlineTimer deadline(20'000);
    QString state = s("Established");
    while (state == s("Established") && !deadline.hasExpired()) {
        const ProgramResult status = run({s("status"), s("first"), s("--json")});
        QCOMPARE(status.exitCode, 0); // whoever asks is not stopped with it
        const QJsonArray sessions = status.json()[s("sessions")].toArray();
        const auto it = std::ranges::find_if(sessions, [](const QJsonValue& session) {
            return session[s("node")].toString() == s("leaf1") && session[s("peerNode")].toString() == s("host2");
        });
        QVERIFY(it != sessions.end());
        state = (*it)[s("state")].toString();
    }
    QVERIFY(state != s("Established"));
    QCOMPARE(run({s("test"), s("first")}).exitCode, 1);
    const ProgramResult up = run({s("up"), lab("first"), s("--timeout"), s("3")});
    QCOMPARE(up.exitCode, 1);
    QVERIFY2(up.messages.contains("bgpd is paused on host2."), up.messages.constData());
    QVERIFY(signalBgpd("-CONT"));
    const ProgramResult healed = run({s("up"), lab("first")});
    QVERIFY2(healed.exitCode == 0, healed.messages.constData());
    QCOMPARE(run({s("test"), s("first")}).exitCode, 0);
    QVERIFY(signalBgpd("-STOP")); // and a stopped one does not keep the lab from going
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::longPaths_data() {
    QTest::addColumn<uint>("uid");
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("works");
    for (const uint uid : {0U, uint(kUser)}) {
        QTest::addRow("uid %u: longer than a socket's address", uid) << uid << 200 << true;
        QTest::addRow("uid %u: longer than a name may be", uid) << uid << 300 << false;
    }
}

void BadLuckTest::longPaths() {
    beginRow();
    QFETCH(int, length);
    QFETCH(bool, works);
    m_runFolder = m_home + QLatin1Char('/') + QString(length, QLatin1Char('r'));
    const ProgramResult up = run({s("up"), lab("first")});
    if (!works) {
        QCOMPARE(up.exitCode, 1);
        QVERIFY2(up.messages.contains("File name too long") && up.messages.contains("PODLEAF_RUN_FOLDER"), up.messages.constData());
        return;
    }
    QVERIFY2(up.exitCode == 0, up.messages.constData());
    QCOMPARE(run({s("test"), s("first")}).exitCode, 0);
    QCOMPARE(run({s("down"), s("first")}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::vanishedLabFile() {
    beginRow();
    const QString file = lab("first");
    QCOMPARE(run({s("up"), file}).exitCode, 0);
    QVERIFY(QFile::remove(file));
    for (const QString& name : {s("first"), file}) {
        QCOMPARE(run({s("status"), name, s("--json")}).json()[s("phase")].toString(), s("up"));
    }
    const ProgramResult up = run({s("up"), file});
    QCOMPARE(up.exitCode, 2);
    QVERIFY2(up.messages.contains(file.toUtf8()), up.messages.constData());
    const ProgramResult down = run({s("down"), s("first")});
    QVERIFY2(down.exitCode == 0, down.messages.constData());
    QTRY_COMPARE_WITH_TIMEOUT(left(), QString(), 3000);
}

void BadLuckTest::unreadableLabFile() {
    m_uid = kUser;
    m_home = m_folder.path() + s("/home%1").arg(++m_row);
    m_runFolder = m_home + s("/run");
    QVERIFY(QDir().mkpath(m_home) && give(m_home));
    const QString file = lab("first");
    QVERIFY(QFile::setPermissions(file, {}));
    for (const QString& command : {s("validate"), s("up")}) {
        const ProgramResult result = run({command, file});
        QVERIFY(result.exitCode == 1 || result.exitCode == 2);
        QVERIFY2(result.messages.contains(file.toUtf8()) && result.messages.contains("Permission denied"), result.messages.constData());
    }
    QVERIFY(!QFile::exists(m_runFolder));
}

QTEST_GUILESS_MAIN(BadLuckTest)
#include "tst_bad_luck.moc"
