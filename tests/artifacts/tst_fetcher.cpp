// SPDX-License-Identifier: GPL-3.0-or-later
// The chain of ways, with a server on the loopback for what projects publish and a script that stands for Go; and one real
// build of a small program from the Go module proxy.
#include "http_server.h"

#include <core/artifacts/fetcher.h>
#include <core/artifacts/go_build.h>
#include <core/artifacts/program.h>

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <thread>

using namespace podleaf;
using namespace podleaf::artifacts;
using namespace podleaf::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

void writeScript(const QString& path, const QByteArray& body) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + body) < 0) {
        qFatal("cannot write %s", qPrintable(path));
    }
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

/// Writes what it was asked to build, as the real one would: the word after -o is the file.
constexpr const char* kFakeGo = R"([ "$1" = env ] && { echo go1.99.1; exit; }
echo "go: downloading example.org/module v1.2.3" >&2
while [ "$1" != -o ]; do shift; done
echo "built $2" > "$2"
)";

} // namespace

class TestFetcher : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    VersionTable m_table;
    OpContext m_context;
    QStringList m_told;

    [[nodiscard]] Store store() const { return *Store::open(m_folder->filePath(u"store"_s)); }
    Result<Fetched> fetch(const QString& component) {
        const Store here = store();
        return Fetcher(here, m_table, {}).programs(m_context, component, m_table.sets.front().value(component));
    }
    [[nodiscard]] QByteArray contentOf(const Entry& entry, const QString& program) const {
        QFile file(store().pathOf(entry.find(program)->digest));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void useGo(const QByteArray& body) {
        writeScript(m_folder->filePath(u"go"_s), body);
        qputenv("PODLEAF_GO", m_folder->filePath(u"go"_s).toLocal8Bit());
    }
    /// As https://github.com/containernetworking/plugins/releases lays it out.
    void publishPlugins() {
        const QString folder = m_folder->filePath(u"plugins"_s);
        QVERIFY(QDir().mkpath(folder));
        for (const QString& plugin : m_table.find(u"cni"_s)->programs) {
            writeScript(folder + u'/' + plugin, "echo published " + plugin.toUtf8() + '\n');
        }
        const auto packed =
            runProgram(m_context, {u"tar"_s, {u"-C"_s, folder, u"-czf"_s, m_folder->filePath(u"a.tgz"_s), u"."_s}, {}, {}, {}});
        QVERIFY(packed);
        QFile file(m_folder->filePath(u"a.tgz"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray archive = file.readAll();
        const QString url = QUrl(expand(m_table.find(u"cni"_s)->release.url, u"1.9.1"_s)).path();
        m_server->publish(url, archive);
        m_server->publish(url + u".sha256"_s, sha256Of(archive).toUtf8() + "  " + url.section(u'/', -1).toUtf8() + '\n');
    }

private Q_SLOTS:
    void init();
    void downloadsPrograms();
    void downloadsAnArchive();
    void secondRunAsksNobody();
    void goesOnWithHalfADownload();
    void buildsWhatIsNotPublished();
    void damagedIsToldAndMadeAgain();
    void tellsEachReason();
    void refusesAnOldGo();
    void stoppedBuildLeavesNoProcess();
    void failedBuildHasGosWords();
    void buildsTheLoopbackPluginForReal();
};

void TestFetcher::init() {
    m_server = std::make_unique<HttpServer>();
    m_folder = std::make_unique<QTemporaryDir>();
    m_table = *VersionTable::builtin();
    m_told.clear();
    m_context = {};
    m_context.progress = [this](const QString& sentence) { m_told << sentence; };
    qputenv("PODLEAF_GO", "/nowhere/go");
    static const QRegularExpression kHost(u"^https://[^/]+"_s);
    for (Component& component : m_table.components) { // The paths are the projects' own, the host is ours.
        const QString host = m_server->url({}).toString();
        component.release.url.replace(kHost, host);
        component.release.sums.replace(kHost, host);
    }
}

void TestFetcher::downloadsPrograms() {
    for (const QString& program : m_table.find(u"kubernetes"_s)->programs) {
        const QString path = u"/release/v1.37.2/bin/linux/%1/%2"_s.arg(hostArchitecture(), program);
        const QByteArray content = "published " + program.toUtf8();
        m_server->publish(path, content);
        m_server->publish(path + u".sha256"_s, sha256Of(content).toUtf8());
    }
    const auto fetched = fetch(u"kubernetes"_s);
    QVERIFY2(fetched, fetched ? "" : qPrintable(describe(fetched.error())));
    QCOMPARE(fetched->source, Source::Download);
    QCOMPARE(fetched->entry.files.size(), 7U);
    QCOMPARE(contentOf(fetched->entry, u"kubelet"_s), "published kubelet");
}

void TestFetcher::downloadsAnArchive() {
    publishPlugins();
    m_table.components.front().release.member = u"./{program}"_s; // as tar wrote it
    const auto fetched = fetch(u"cni"_s);
    QVERIFY2(fetched, fetched ? "" : qPrintable(describe(fetched.error())));
    QCOMPARE(fetched->source, Source::Download);
    QCOMPARE(contentOf(fetched->entry, u"bridge"_s), "#!/bin/sh\necho published bridge\n");
    QCOMPARE(store().diskUse().unused, 0);
}

void TestFetcher::secondRunAsksNobody() {
    publishPlugins();
    m_table.components.front().release.member = u"./{program}"_s;
    QVERIFY(fetch(u"cni"_s));
    const qsizetype asked = m_server->requests().size();
    const auto again = fetch(u"cni"_s);
    QVERIFY(again);
    QCOMPARE(again->source, Source::Cache);
    QCOMPARE(m_server->requests().size(), asked);
}

void TestFetcher::goesOnWithHalfADownload() {
    publishPlugins();
    m_table.components.front().release.member = u"./{program}"_s;
    m_server->behave({true, 150, -1, [] {}});
    QVERIFY(!fetch(u"cni"_s));
    QCOMPARE(store().diskUse().unused, 150);
    m_server->behave({});
    QVERIFY(fetch(u"cni"_s));
    QVERIFY(m_server->requests().back().endsWith(u" bytes=150-"_s));
}

void TestFetcher::buildsWhatIsNotPublished() {
    useGo(kFakeGo);
    const auto fetched = fetch(u"kubernetes"_s);
    QVERIFY2(fetched, fetched ? "" : qPrintable(describe(fetched.error())));
    QCOMPARE(fetched->source, Source::Build);
    QCOMPARE(fetched->entry.origin, u"go1.99.1"_s);
    QCOMPARE(fetched->entry.files.size(), 7U); // one file by seven names
    QCOMPARE(fetched->entry.find(u"kubelet"_s)->digest, fetched->entry.find(u"kubeadm"_s)->digest);
    QCOMPARE(fetched->entry.bytes(), fetched->entry.files.front().bytes);
    QCOMPARE(fetch(u"kubernetes"_s)->source, Source::Cache);
    QCOMPARE(fetch(u"cni"_s)->entry.files.size(), 4U);
}

void TestFetcher::damagedIsToldAndMadeAgain() {
    useGo(kFakeGo);
    const auto fetched = fetch(u"etcd"_s);
    QVERIFY(fetched);
    QVERIFY(QFile::remove(store().pathOf(fetched->entry.files.front().digest)));
    const auto again = fetch(u"etcd"_s);
    QVERIFY(again);
    QCOMPARE(again->source, Source::Build);
    QVERIFY2(m_told.contains(u"etcd of etcd 3.7.3 is missing. It is made again."_s), qPrintable(m_told.join(u'\n')));
}

void TestFetcher::tellsEachReason() {
    const auto fetched = fetch(u"etcd"_s);
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().code, ErrorCode::HostLacks);
    QCOMPARE(fetched.error().message, u"Cannot get etcd 3.7.3 by any way."_s);
    const QStringList lines = fetched.error().detail.split(u'\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[0], u"cache: it is not there"_s);
    QCOMPARE(lines[1], u"bundle: none was named"_s);
    QVERIFY2(lines[2].startsWith(u"download: The server has no http://127.0.0.1"_s), qPrintable(lines[2]));
    QCOMPARE(lines[3], u"build: There is no Go on this host; 1.26.0 or newer is needed."_s);
    QVERIFY(fetched.error().hint.contains(u"--from-bundle"_s));
}

void TestFetcher::refusesAnOldGo() {
    useGo("echo go1.19.8\n");
    const auto fetched = fetch(u"etcd"_s);
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().code, ErrorCode::HostLacks);
    QVERIFY2(fetched.error().detail.contains(u"is Go 1.19.8"_s), qPrintable(fetched.error().detail));
}

void TestFetcher::stoppedBuildLeavesNoProcess() {
    // A compiler that go started: deaf to SIGTERM, as the worst of them, and in nobody's sight.
    const QString pidFile = m_folder->filePath(u"pid"_s);
    QCOMPARE(::mkfifo(pidFile.toLocal8Bit().constData(), 0600), 0);
    useGo(R"([ "$1" = env ] && { echo go1.99.1; exit; }
sh -c 'trap "" TERM; echo $$ > )" +
          pidFile.toLocal8Bit() + R"(; echo "go: downloading example.org/a v1" >&2; while :; do sleep 100; done' &
wait
)");
    std::stop_source source;
    m_context.stop = source.get_token();
    const UniqueFd pipe(::open(pidFile.toLocal8Bit().constData(), O_RDWR | O_CLOEXEC));
    QByteArray pid(32, '\0');
    std::jthread stopper([&] {
        pollfd wait{pipe.get(), POLLIN, 0};
        if (::poll(&wait, 1, 30'000) == 1 && ::read(pipe.get(), pid.data(), 32) < 1) {
            pid.clear();
        }
        source.request_stop();
    });
    const auto fetched = fetch(u"etcd"_s);
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().code, ErrorCode::Cancelled);
    stopper.join();
    const int compiler = QByteArray(pid.constData()).trimmed().toInt();
    QVERIFY(compiler > 1);
    QTRY_VERIFY(::kill(compiler, 0) != 0); // whoever has become its parent reaps it
    QCOMPARE(store().diskUse().unused, 0);
}

void TestFetcher::failedBuildHasGosWords() {
    useGo("[ \"$1\" = env ] && { echo go1.99.1; exit; }\necho 'main.go:3: undefined: nothing' >&2\nexit 1\n");
    const auto fetched = fetch(u"coredns"_s);
    QVERIFY(!fetched);
    QVERIFY2(fetched.error().detail.contains(u"main.go:3: undefined: nothing"_s), qPrintable(fetched.error().detail));
}

void TestFetcher::buildsTheLoopbackPluginForReal() {
    qunsetenv("PODLEAF_GO");
    Component plugins = *m_table.find(u"cni"_s);
    plugins.programs = QStringList{u"loopback"_s};
    const QString shared = Store::defaultFolder() + u"/build"_s; // so that a second run of the tests is a quick one
    const auto built = buildWithGo(m_context, plugins, u"1.9.1"_s, m_folder->path(), shared);
    QVERIFY2(built, built ? "" : qPrintable(describe(built.error())));
    QProcess plugin;
    plugin.setProcessEnvironment({});
    plugin.start(built->programs.value(u"loopback"_s), {u"--version"_s});
    QVERIFY(plugin.waitForFinished());
    QVERIFY(plugin.readAllStandardError().startsWith("CNI loopback plugin v1.9.1"));
}

QTEST_GUILESS_MAIN(TestFetcher)
#include "tst_fetcher.moc"
