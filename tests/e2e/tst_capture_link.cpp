// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf capture on the real tutorial, its files read by tshark.
#include "podleaf_program.h"

#include <core/base/unique_fd.h>
#include <tests/fakes/both_ways.h>

#include <QFile>
#include <QJsonDocument>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using podleaf::test::PodleafProgram;
using podleaf::test::ProgramResult;

namespace {

const QString kLab = QStringLiteral("tutorial");
const QString kLink = QStringLiteral("intnet1");

QString s(const char* text) {
    return QString::fromUtf8(text);
}

/// tshark's lines for the packets that fit `filter`, with these fields.
QStringList tshark(const QString& file, const QString& filter, const QStringList& fields) {
    QStringList arguments{s("-n"), s("-r"), file, s("-Y"), filter, s("-T"), s("fields")};
    for (const QString& field : fields) {
        arguments += {s("-e"), field};
    }
    QProcess process;
    process.start(s("tshark"), arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) {
        return {s("tshark failed: ") + QString::fromUtf8(process.readAllStandardError())};
    }
    return QString::fromUtf8(process.readAllStandardOutput()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

bool endsWith(QProcess& process, int exitCode) {
    return process.waitForFinished(20'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == exitCode;
}

/// The reading end of a named pipe, which reads when it is told to.
class SlowReader {
public:
    explicit SlowReader(QString path) : m_path(std::move(path)) { m_made = ::mkfifo(QFile::encodeName(m_path).constData(), 0600) == 0; }
    QString path() const { return m_path; }
    /// Waits for the writer, then for its first four bytes.
    QByteArray readStart() {
        m_fd = podleaf::UniqueFd(m_made ? ::open(QFile::encodeName(m_path).constData(), O_RDONLY | O_CLOEXEC) : -1);
        QByteArray bytes(4, Qt::Uninitialized);
        return ::read(m_fd.get(), bytes.data(), 4) == 4 ? bytes : QByteArray();
    }
    /// Up to the writer's end.
    QByteArray readRest() {
        QByteArray bytes;
        std::array<char, 65536> buffer;
        for (ssize_t count = 1; count > 0; bytes.append(buffer.data(), std::max<ssize_t>(count, 0))) {
            count = ::read(m_fd.get(), buffer.data(), buffer.size());
        }
        return bytes;
    }
    void leave() { m_fd.reset(); }

private:
    QString m_path;
    bool m_made = false;
    podleaf::UniqueFd m_fd;
};

void interrupt(const QProcess& process) {
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
}

} // namespace

class CaptureLinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase();
    void bgpAndHttpOnceEachWithDirection();
    void bothEndsSeeTheSame();
    void pipeOfAReaderThatLeaves();
    void cutCableIsCapturedOn();
    void dropsAreCountedAndTold();
    void downEndsItWithAWholeFile();
    void mistakesSayWhatWouldBeRight();

private:
    ProgramResult run(const QStringList& arguments) const { return PodleafProgram(m_runFolder).run(arguments); }
    ProgramResult exec(const QString& node, const QStringList& command) const {
        return run(QStringList{s("exec"), kLab, node, s("--")} + command);
    }
    QString path(const char* name) const { return m_folder.filePath(s(name)); }
    bool start(QProcess& capture, const QString& file, const QStringList& more = {}) const;

    QTemporaryDir m_folder;
    QString m_runFolder;
};

void CaptureLinkTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    m_runFolder = path("run");
}

void CaptureLinkTest::init() {
    const auto up = run({s("up"), kLab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

void CaptureLinkTest::cleanupTestCase() {
    if (!m_runFolder.isEmpty()) {
        QCOMPARE(run({s("down"), kLab}).exitCode, 0);
    }
}

/// Starts a capture into `file` and returns once it stands: then the file has its header.
bool CaptureLinkTest::start(QProcess& capture, const QString& file, const QStringList& more) const {
    PodleafProgram(m_runFolder).start(capture, QStringList{s("capture"), kLab, kLink, s("-w"), file, s("--json")} + more);
    return QTest::qWaitFor([&file] { return QFile(file).size() > 0; }, 10'000);
}

void CaptureLinkTest::bgpAndHttpOnceEachWithDirection() {
    const QString file = path("test.pcapng");
    QProcess capture;
    QVERIFY(start(capture, file));
    QCOMPARE(run({s("test"), kLab}).exitCode, 0);
    // Keepalives come once a second, whatever one does, and three that do not come end the session: these are of both.
    const QByteArray keepalive = QByteArray(16, '\xff') + QByteArray("\x00\x13\x04", 3);
    QTRY_VERIFY_WITH_TIMEOUT(podleaf::test::readText(file).count(keepalive) >= 5, 10'000);
    QVERIFY(!tshark(file, s("bgp.type == 4"), {s("ip.src")}).isEmpty()); // the file is readable while it grows
    interrupt(capture);
    QVERIFY(endsWith(capture, 0));

    // host1 asks both pods: two requests in, two answers out, each seen once at the leaf's port.
    const QStringList asked =
        tshark(file, s("http.request"), {s("frame.packet_flags_direction"), s("ip.src"), s("ip.dst"), s("http.request.uri")});
    QCOMPARE(asked.size(), 2);
    for (const QString& line : asked) {
        QVERIFY2(line.startsWith(s("0x00000001\t172.16.0.2\t10.20.")) && line.endsWith(s("\t/")), qPrintable(line));
    }
    const QStringList answered = tshark(file, s("http.response.code == 200"), {s("frame.packet_flags_direction"), s("ip.dst")});
    QCOMPARE(answered, QStringList(2, s("0x00000002\t172.16.0.2")));
    // Each speaker's keepalives, each in its direction, and none twice.
    const QStringList keepalives = tshark(file, s("bgp.type == 4"), {s("frame.packet_flags_direction"), s("ip.src"), s("tcp.seq")});
    QVERIFY(keepalives.filter(s("0x00000001\t172.16.0.2\t")).size() >= 1);
    QVERIFY(keepalives.filter(s("0x00000002\t172.16.0.1\t")).size() >= 1);
    QCOMPARE(QSet<QString>(keepalives.begin(), keepalives.end()).size(), keepalives.size());
    QCOMPARE(tshark(file, s("tcp.analysis.retransmission"), {s("frame.number")}), QStringList());

    const QJsonObject summary = QJsonDocument::fromJson(capture.readAllStandardOutput()).object();
    QCOMPARE(summary[s("ok")].toBool(), true);
    QCOMPARE(summary[s("dropped")].toInt(-1), 0);
    QCOMPARE(summary[s("packets")].toInt(), static_cast<int>(tshark(file, s("frame"), {s("frame.number")}).size()));
}

void CaptureLinkTest::bothEndsSeeTheSame() {
    const QString file = path("both.pcapng");
    QProcess capture;
    QVERIFY(start(capture, file, {s("--end"), s("both")}));
    QCOMPARE(exec(s("host1"), {s("curl"), s("-s"), s("http://10.20.1.10/")}).exitCode, 0);
    interrupt(capture);
    QVERIFY(endsWith(capture, 0));
    // By its bytes: to tshark's TCP the second sight of it is a retransmission.
    QStringList asked = tshark(file, s("frame contains \"GET / HTTP\""), {s("frame.interface_name"), s("frame.packet_flags_direction")});
    asked.sort();
    QCOMPARE(asked, (QStringList{s("host1:eth1\t0x00000002"), s("leaf1:swp1\t0x00000001")}));
}

void CaptureLinkTest::pipeOfAReaderThatLeaves() {
    QProcess capture;
    SlowReader reader(path("leaver"));
    PodleafProgram(m_runFolder).start(capture, {s("capture"), kLab, kLink, s("-w"), reader.path()});
    QCOMPARE(reader.readStart().toHex(), QByteArray("0a0d0d0a"));
    reader.leave();
    QVERIFY(endsWith(capture, 0));
    QCOMPARE(capture.readAllStandardError(), QByteArray());
}

void CaptureLinkTest::cutCableIsCapturedOn() {
    const QString file = path("cut.pcapng");
    QProcess capture;
    QVERIFY(start(capture, file));
    QCOMPARE(run({s("link"), kLab, kLink, s("cut")}).exitCode, 0);
    QCOMPARE(run({s("link"), kLab, kLink, s("join")}).exitCode, 0);
    QCOMPARE(exec(s("host1"), {s("ping"), s("-c1"), s("-W5"), s("172.16.0.1")}).exitCode, 0);
    interrupt(capture);
    QVERIFY(endsWith(capture, 0));
    QCOMPARE(tshark(file, s("icmp"), {s("icmp.type")}), (QStringList{s("8"), s("0")}));
}

/// A reader that does not read: the kernel's buffer fills, and what it drops is in the file and in the summary.
void CaptureLinkTest::dropsAreCountedAndTold() {
    SlowReader reader(path("sleeper"));
    QProcess capture;
    PodleafProgram(m_runFolder).start(capture, {s("capture"), kLab, kLink, s("-w"), reader.path(), s("--json")});
    const QByteArray first = reader.readStart();
    const auto flood = exec(s("host1"), {s("ping"), s("-q"), s("-f"), s("-c30000"), s("-s1400"), s("172.16.0.1")});
    QCOMPARE(flood.exitCode, 0);
    QProcess more; // What comes while it ends belongs to no count.
    PodleafProgram(m_runFolder).start(more, {s("exec"), kLab, s("host1"), s("--"), s("ping"), s("-f"), s("-s1400"), s("172.16.0.1")});
    QVERIFY(more.waitForReadyRead(10'000));
    interrupt(capture);
    const QByteArray rest = reader.readRest();
    QVERIFY(endsWith(capture, 0));
    interrupt(more);
    QVERIFY(more.waitForFinished());
    const QJsonObject summary = QJsonDocument::fromJson(capture.readAllStandardOutput()).object();
    const int dropped = summary[s("dropped")].toInt();
    const int packets = summary[s("packets")].toInt();
    QVERIFY2(dropped > 0 && packets > 0, qPrintable(QString::number(dropped)));
    QCOMPARE(summary[s("interfaces")].toArray().first()[s("received")].toInt(), packets + dropped);
    QFile file(path("drops.pcapng"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(first + rest);
    file.close();
    QCOMPARE(tshark(file.fileName(), s("frame"), {s("frame.number")}).size(), packets);
}

void CaptureLinkTest::downEndsItWithAWholeFile() {
    const QString file = path("down.pcapng");
    QProcess capture;
    QVERIFY(start(capture, file));
    QCOMPARE(run({s("down"), kLab}).exitCode, 0);
    QVERIFY(endsWith(capture, 0));
    const QJsonObject summary = QJsonDocument::fromJson(capture.readAllStandardOutput()).object();
    QCOMPARE(summary[s("endedBy")].toString(), s("link-gone"));
    QCOMPARE(tshark(file, s("frame"), {s("frame.number")}).size(), summary[s("packets")].toInt());

    const auto none = run({s("capture"), kLab, kLink, s("-w"), path("none.pcapng")});
    QCOMPARE(none.exitCode, 1);
    QVERIFY2(none.messages.contains("is not running"), none.messages.constData());
    QVERIFY(!QFile::exists(path("none.pcapng")));
}

void CaptureLinkTest::mistakesSayWhatWouldBeRight() {
    const auto unknown = run({s("capture"), kLab, s("intnet9"), s("-w"), path("x")});
    QCOMPARE(unknown.exitCode, 2);
    QVERIFY2(unknown.messages.contains("intnet1"), unknown.messages.constData());
    const auto end = run({s("capture"), kLab, kLink, s("-w"), path("x"), s("--end"), s("host3")});
    QCOMPARE(end.exitCode, 2);
    QVERIFY2(end.messages.contains("leaf1:swp1"), end.messages.constData());
    QCOMPARE(run({s("capture"), kLab, kLink, s("--json")}).exitCode, 2);
    const auto full = run({s("capture"), kLab, kLink, s("-w"), s("/dev/full")});
    QCOMPARE(full.exitCode, 1);
    QVERIFY2(full.messages.contains("The disk is full"), full.messages.constData());
}

PODLEAF_BOTH_WAYS_MAIN(CaptureLinkTest)
#include "tst_capture_link.moc"
