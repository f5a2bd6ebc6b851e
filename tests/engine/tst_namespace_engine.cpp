// SPDX-License-Identifier: GPL-3.0-or-later
// The namespace engine against real lab hosts, with and without root: nodes, cables, files, services, sockets, and that
// nothing stays behind whoever is killed.
#include <core/channel/labhost_client.h>
#include <core/channel/labhost_frame.h>
#include <core/engine/namespaces/namespace_engine.h>
#include <tests/fakes/both_ways.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <arpa/inet.h>
#include <condition_variable>
#include <linux/rtnetlink.h>
#include <mutex>
#include <poll.h>
#include <set>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>

using namespace podleaf;
using namespace podleaf::engine;
using channel::Command;

namespace {

QString q(const char* source) {
    return QString::fromLatin1(source);
}

NodeId node(const char* name) {
    return NodeId(q(name));
}

OpContext soon(int seconds = 15) {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(seconds);
    return context;
}

Ipv4Prefix prefix(const char* source) {
    return *Ipv4Prefix::parse(q(source));
}

/// Events of a subscription, to be waited for.
class EventLog {
public:
    EventHandler handler() {
        return [this](const Event& event) {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
            m_arrived.notify_all();
        };
    }
    /// Waits until an event fits; nullopt after ten seconds.
    std::optional<Event> waitFor(const std::function<bool(const Event&)>& fits) {
        std::unique_lock lock(m_mutex);
        std::optional<Event> found;
        m_arrived.wait_for(lock, std::chrono::seconds(10), [&] {
            for (const Event& event : m_events) {
                if (fits(event)) {
                    found = event;
                    return true;
                }
            }
            return false;
        });
        return found;
    }
    std::vector<Event> all() {
        const std::lock_guard lock(m_mutex);
        return m_events;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::vector<Event> m_events;
};

/// Inode numbers of all namespaces of one kind that some process is in.
std::set<QString> namespacesInUse(const char* kind) {
    std::set<QString> found;
    const QStringList pids = QDir(q("/proc")).entryList({q("[0-9]*")}, QDir::Dirs);
    for (const QString& pid : pids) {
        std::array<char, 64> target{};
        const QByteArray path = QFile::encodeName(q("/proc/") + pid + q("/ns/") + q(kind));
        if (::readlink(path.constData(), target.data(), target.size() - 1) > 0) {
            found.insert(q(target.data()));
        }
    }
    return found;
}

/// Processes whose arguments or environment name this run folder's lab hosts.
QStringList processesOf(const QString& runFolder) {
    QStringList found;
    const QStringList pids = QDir(q("/proc")).entryList({q("[0-9]*")}, QDir::Dirs);
    for (const QString& pid : pids) {
        QFile file(q("/proc/") + pid + q("/cmdline"));
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(runFolder.toUtf8())) {
            found.append(pid);
        }
    }
    return found;
}

void waitForEnd(qint64 pid) {
    const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
    pollfd wait{handle.get(), POLLIN, 0};
    if (handle.isValid()) {
        ::poll(&wait, 1, 10'000);
    }
}

qint64 childOf(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split(' ').value(0).toLongLong() : 0;
}

/// Fails the test with the error's own words.
#define VERIFY_OK(result)                                                                                                                  \
    do {                                                                                                                                   \
        const auto& checked = (result);                                                                                                    \
        QVERIFY2(checked.has_value(), checked ? "" : qPrintable(describe(checked.error())));                                               \
    } while (false)

} // namespace

class TestNamespaceEngine : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<NamespaceEngine> m_engine;
    int m_number = 0;

    [[nodiscard]] QString labName() const { return q("test%1").arg(m_number); }
    [[nodiscard]] QString socketPath() const { return m_folder.path() + QLatin1Char('/') + labName() + q("/labhost.sock"); }
    [[nodiscard]] static QString labhostProgram() { return QCoreApplication::applicationDirPath() + q("/podleaf-labhost"); }
    std::unique_ptr<NamespaceEngine> openEngine(const QString& program = labhostProgram()) {
        auto opened = NamespaceEngine::open({LabId(labName()), m_folder.path(), program, q("/labs/x.yaml"), "name: x\n"});
        return opened ? *std::move(opened) : nullptr;
    }
    Result<channel::CommandResult> run(const char* name, const QStringList& argv, const QByteArray& input = {}) {
        OpContext context = soon();
        Command command;
        command.argv = argv;
        command.input = input;
        return m_engine->channel(node(name))->exec(context, command);
    }
    /// Standard output of a program in a node; its error where it failed.
    QString outputOf(const char* name, const QStringList& argv) {
        const auto result = run(name, argv);
        return result ? QString::fromUtf8(result->output + result->errorOutput).trimmed() : describe(result.error());
    }
    /// Two nodes a and b, eth0 to eth0, 10.0.0.1 and 10.0.0.2.
    void makePair() {
        OpContext context = soon();
        VERIFY_OK(m_engine->create(context, {{node("a"), q("a"), {}}, {node("b"), q("b"), {}}},
                                   {{LinkId(q("ab")), {node("a"), q("eth0"), {}}, {node("b"), q("eth0"), {}}}}));
        VERIFY_OK(m_engine->apply(context, node("a"), {{}, {}, {{q("eth0"), prefix("10.0.0.1/24")}}, {}}));
        VERIFY_OK(m_engine->apply(context, node("b"), {{}, {}, {{q("eth0"), prefix("10.0.0.2/24")}}, {}}));
    }
    qint64 outerPid() {
        const auto labs = runningLabs(m_folder.path());
        return labs.empty() ? 0 : labs.front().pid;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void init() {
        ++m_number;
        m_engine = openEngine();
        QVERIFY(m_engine);
    }
    void cleanup() {
        if (m_engine) {
            OpContext context = soon();
            VERIFY_OK(m_engine->remove(context));
        }
        m_engine.reset();
        QCOMPARE(processesOf(m_folder.path()), QStringList());
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::NoDotAndDotDot | QDir::AllEntries), QStringList());
    }

    void refusesImpossibleLabName_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QString();
        QTest::newRow("up") << q("..");
        QTest::newRow("slash") << q("a/b");
        QTest::newRow("blank") << q("a b");
        QTest::newRow("long") << QString(64, QLatin1Char('a'));
    }
    void refusesImpossibleLabName() {
        QFETCH(QString, name);
        const auto opened = NamespaceEngine::open({LabId(name), m_folder.path(), {}, {}, {}});
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::InvalidInput);
    }

    void probeFindsWhatTheTutorialNeeds() {
        OpContext context = soon();
        const Probe probe = m_engine->probe(context);
        QVERIFY2(probe.usable, qPrintable(probe.problems.join(QLatin1Char('\n'))));
        QCOMPARE(probe.problems.size(), probe.remedies.size());
    }

    void nothingRuns() {
        OpContext context = soon();
        const auto listing = m_engine->list(context);
        VERIFY_OK(listing);
        QVERIFY(!listing->running);
        VERIFY_OK(m_engine->remove(context));
        QVERIFY(!m_engine->watch([](const Event&) {}));
        const auto result = run("a", {q("true")});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Unreachable);
    }

    void createsListsAndIsIdempotent() {
        const std::vector<NodeSpec> nodes{
            {node("leaf"), q("leaf"), {}}, {node("host"), q("host"), {q("cbr0")}}, {node("pod"), q("pod"), {}}};
        const std::vector<LinkSpec> links{{LinkId(q("leaf:swp1--host:eth0")), {node("leaf"), q("swp1"), {}}, {node("host"), q("eth0"), {}}},
                                          {LinkId(q("pod")), {node("host"), q("veth1"), q("cbr0")}, {node("pod"), q("eth0"), {}}}};
        OpContext context = soon();
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_engine->create(context, nodes, links));
            const auto listing = m_engine->list(context);
            VERIFY_OK(listing);
            QVERIFY(listing->running);
            QCOMPARE(listing->nodes.size(), std::size_t(3));
            QCOMPARE(listing->links.size(), std::size_t(2));
            QVERIFY(listing->links[0].up && listing->links[1].up);
        }
        QCOMPARE(outputOf("host", {q("hostname")}), q("host"));
        QVERIFY(outputOf("host", {q("ip"), q("-o"), q("link"), q("show"), q("master"), q("cbr0")}).contains(q("veth1")));
        QVERIFY(outputOf("pod", {q("ip"), q("-o"), q("link"), q("show"), q("eth0")}).contains(q("LOWER_UP")));
        QVERIFY(outputOf("host", {q("ip"), q("-d"), q("link"), q("show"), q("cbr0")}).contains(q("forward_delay 0")));

        auto conflicting = links;
        conflicting[0].b.port = q("eth1");
        const auto conflict = m_engine->create(context, nodes, conflicting);
        QVERIFY(!conflict);
        QCOMPARE(conflict.error().code, ErrorCode::Conflict);
        conflicting[0] = {LinkId(q("other")), {node("leaf"), q("swp1"), {}}, {node("host"), q("eth5"), {}}};
        QCOMPARE(m_engine->create(context, nodes, conflicting).error().code, ErrorCode::Conflict);
        const auto labs = runningLabs(m_folder.path());
        QCOMPARE(labs.size(), std::size_t(1));
        QCOMPARE(labs.front().lab.name, labName());
        QCOMPARE(labs.front().labFile, q("/labs/x.yaml"));
        QFile copy(labs.front().labCopy);
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QCOMPARE(copy.readAll(), QByteArray("name: x\n"));
    }

    void macAddressesAreStable() {
        makePair();
        const QStringList show{q("cat"), q("/sys/class/net/eth0/address")};
        const QString before = outputOf("a", show);
        QVERIFY(before.startsWith(q("02:")));
        QVERIFY(before != outputOf("b", show));
        OpContext context = soon();
        VERIFY_OK(m_engine->remove(context));
        makePair();
        QCOMPARE(outputOf("a", show), before);
    }

    void execReportsWhatAProgramReports() {
        makePair();
        const auto shell = run("a", {q("sh"), q("-c"), q("cat; echo err >&2; exit 7")}, "some input");
        VERIFY_OK(shell);
        QCOMPARE(shell->output, QByteArray("some input"));
        QCOMPARE(shell->errorOutput, QByteArray("err\n"));
        QCOMPARE(shell->exitCode, 7);
        const auto killed = run("a", {q("sh"), q("-c"), q("kill -9 $$")});
        VERIFY_OK(killed);
        QCOMPARE(killed->signal, 9);
        QCOMPARE(run("a", {q("no-such-program")}).error().code, ErrorCode::NotFound);
        QCOMPARE(run("nobody", {q("true")}).error().code, ErrorCode::NotFound);
    }

    void execCutsLongOutput() {
        makePair();
        OpContext context = soon();
        Command command;
        command.argv = {q("head"), q("-c"), q("3000000"), q("/dev/zero")};
        command.maxOutputBytes = 1'000'000;
        const auto result = m_engine->channel(node("a"))->exec(context, command);
        VERIFY_OK(result);
        QCOMPARE(result->output.size(), qsizetype(1'000'000));
        QVERIFY(result->truncated);
        QVERIFY(result->ok());
    }

    void cancelledExecIsKilled() {
        makePair();
        std::stop_source source;
        OpContext context = soon();
        context.stop = source.get_token();
        std::jthread stopper([&] {
            // Wait until the program is there to be killed.
            for (int i = 0; i < 1000 && !outputOf("a", {q("pgrep"), q("-x"), q("sleep")}).toInt(); ++i) {
            }
            source.request_stop();
        });
        Command command;
        command.argv = {q("sleep"), q("1000")};
        const auto result = m_engine->channel(node("a"))->exec(context, command);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(outputOf("a", {q("pgrep"), q("-x"), q("sleep")}), QString());
    }

    void nodeHasItsOwnRootAndPids() {
        makePair();
        QCOMPARE(outputOf("a", {q("cat"), q("/proc/1/comm")}), q("podleaf-node"));
        QCOMPARE(outputOf("a", {q("sh"), q("-c"), q("echo secret > /etc/podleaf-test; cat /etc/podleaf-test")}), q("secret"));
        QVERIFY(!QFile::exists(q("/etc/podleaf-test")));
        QVERIFY(outputOf("b", {q("cat"), q("/etc/podleaf-test")}).contains(q("No such file")));
        QCOMPARE(outputOf("a", {q("sh"), q("-c"), q("echo x > /dev/null; head -c1 /dev/zero | wc -c")}), q("1"));
        QCOMPARE(outputOf("a", {q("ls"), q("/tmp")}), QString());
        QVERIFY(!outputOf("a", {q("cat"), q("/proc/mounts")}).contains(m_folder.path()));
        QVERIFY(outputOf("a", {q("env")}).contains(q("PODLEAF_LAB=") + labName()));
        QCOMPARE(outputOf("a", {q("ls"), q("/sys/class/net")}).split(QLatin1Char('\n')).filter(q("eth")), QStringList({q("eth0")}));
    }

    void appliesFilesSysctlsAddressesAndRoutes() {
        makePair();
        OpContext context = soon();
        NodeContent content;
        content.files = {{q("/etc/frr/new/daemon.conf"), "hello\n", 0640, q("frr")}, {q("/run/thing/x"), "y", 0755, q("root")}};
        content.sysctls = {{q("net.ipv4.ip_forward"), q("1")}, {q("net.ipv4.conf.default.rp_filter"), q("2")}};
        content.routes = {{prefix("10.99.0.0/16"), *Ipv4Address::parse(q("10.0.0.2"))}};
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_engine->apply(context, node("a"), content));
        }
        const QString frr = test::way() == "one-id" ? q("root") : q("frr"); // who has no id shares root's
        QCOMPARE(outputOf("a", {q("stat"), q("-c"), q("%U %G %a"), q("/etc/frr/new/daemon.conf")}),
                 frr + QLatin1Char(' ') + frr + q(" 640"));
        QCOMPARE(outputOf("a", {q("stat"), q("-c"), q("%U"), q("/etc/frr/new")}), frr);
        QCOMPARE(outputOf("a", {q("cat"), q("/proc/sys/net/ipv4/ip_forward")}), q("1"));
        QCOMPARE(outputOf("a", {q("cat"), q("/proc/sys/net/ipv4/conf/eth0/rp_filter")}), q("2"));
        QVERIFY(outputOf("a", {q("ip"), q("route")}).contains(q("10.99.0.0/16 via 10.0.0.2")));
        QVERIFY(!QFile::exists(q("/etc/frr/new")));
        const auto content2 = m_engine->channel(node("a"))->download(context, q("/etc/frr/new/daemon.conf"), 3);
        VERIFY_OK(content2);
        QCOMPARE(*content2, QByteArray("hel"));
    }

    void refusesBadContent_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("key");
        QTest::newRow("relative") << q("etc/x") << QString();
        QTest::newRow("dots") << q("/etc/../x") << QString();
        QTest::newRow("folder") << q("/etc/") << QString();
        QTest::newRow("kernel sysctl") << QString() << q("kernel.hostname");
        QTest::newRow("climbing sysctl") << QString() << q("net.ipv4/../../kernel/hostname");
    }
    void refusesBadContent() {
        QFETCH(QString, path);
        QFETCH(QString, key);
        makePair();
        OpContext context = soon();
        NodeContent content;
        if (!path.isEmpty()) {
            content.files = {{path, "x", 0644, q("root")}};
        }
        if (!key.isEmpty()) {
            content.sysctls = {{key, q("x")}};
        }
        const auto done = m_engine->apply(context, node("a"), content);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::InvalidInput);
    }

    void largeFilesTravel() {
        makePair();
        OpContext context = soon();
        const QByteArray content(5'000'000, 'z');
        auto channel = m_engine->channel(node("a"));
        VERIFY_OK(channel->upload(context, q("/root/big"), content, 0600));
        const auto back = channel->download(context, q("/root/big"), 6'000'000);
        VERIFY_OK(back);
        QCOMPARE(*back, content);
        QCOMPARE(channel->download(context, q("/root/none"), 10).error().code, ErrorCode::NotFound);
        QCOMPARE(channel->download(context, q("/dev/zero"), 10).error().code, ErrorCode::InvalidInput);
    }

    void pingsAcrossALinkUntilItIsCut() {
        makePair();
        EventLog log;
        const auto subscription = m_engine->watch(log.handler());
        VERIFY_OK(subscription);
        OpContext context = soon();
        NodeContent defaultRoute;
        defaultRoute.routes = {{prefix("0.0.0.0/0"), *Ipv4Address::parse(q("10.0.0.2"))}};
        VERIFY_OK(m_engine->apply(context, node("a"), defaultRoute));
        const QStringList ping{q("ping"), q("-c1"), q("-W2"), q("10.0.0.2")};
        QVERIFY2(run("a", ping)->ok(), qPrintable(outputOf("a", ping)));
        const LinkId link(q("ab"));
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_engine->setLink(context, link, false));
        }
        QCOMPARE(m_engine->list(context)->links.front().up, false);
        for (const char* end : {"a", "b"}) {
            QVERIFY(outputOf(end, {q("ip"), q("link"), q("show"), q("eth0")}).contains(q("state DOWN")));
        }
        QVERIFY(!run("a", {q("ping"), q("-c1"), q("-W1"), q("10.0.0.2")})->ok());
        VERIFY_OK(m_engine->setLink(context, link, true));
        QVERIFY2(run("a", ping)->ok(), qPrintable(outputOf("a", ping)));
        // Pulling a cable takes no default route away that a DHCP client will not bring back.
        QVERIFY(outputOf("a", {q("ip"), q("route")}).contains(q("default via 10.0.0.2")));
        QVERIFY(log.waitFor([&](const Event& e) { return e.type == Event::Type::LinkChanged && e.link == link && !e.linkUp; }));
        QCOMPARE(m_engine->setLink(context, LinkId(q("none")), true).error().code, ErrorCode::NotFound);
    }

    void servicesStartTellAndStop() {
        makePair();
        EventLog log;
        const auto subscription = m_engine->watch(log.handler());
        VERIFY_OK(subscription);
        OpContext context = soon();
        VERIFY_OK(m_engine->channel(node("a"))->upload(context, q("/etc/lab-nginx.conf"),
                                                       "daemon off; events {} http { server { listen 80; return 200 hello; } }\n", 0644));
        const ServiceSpec nginx{q("nginx"), {q("nginx"), q("-c"), q("/etc/lab-nginx.conf")}, q("tcp:80")};
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_engine->startService(context, node("a"), nginx));
        }
        QCOMPARE(outputOf("b", {q("curl"), q("-s"), q("-m5"), q("http://10.0.0.1/")}), q("hello"));
        QCOMPARE(*m_engine->runningServices(context, node("a")), QStringList({q("nginx")}));
        EventLog late;
        const auto second = m_engine->watch(late.handler());
        VERIFY_OK(second);
        const auto types = late.all();
        QCOMPARE(types.size(), std::size_t(4)); // two nodes, one service, one link
        QCOMPARE(std::count_if(types.begin(), types.end(), [](const Event& e) { return e.type == Event::Type::ProcessStarted; }), 1);

        VERIFY_OK(m_engine->signalService(context, node("a"), q("nginx"), SIGKILL));
        const auto exited = log.waitFor([](const Event& e) { return e.type == Event::Type::ProcessExited; });
        QVERIFY(exited);
        QCOMPARE(exited->process, q("nginx"));
        QCOMPARE(exited->signal, SIGKILL);
        QCOMPARE(exited->node, node("a"));
        QCOMPARE(*m_engine->runningServices(context, node("a")), QStringList());
        const auto endedFor = [this](EventLog& watcher) {
            const auto subscribed = m_engine->watch(watcher.handler());
            const auto told = watcher.all();
            return std::count_if(told.begin(), told.end(),
                                 [](const Event& e) { return e.type == Event::Type::ProcessExited && e.signal == SIGKILL; });
        };
        EventLog afterTheKill;
        QCOMPARE(endedFor(afterTheKill), 1); // Who comes late hears of it too...
        VERIFY_OK(m_engine->startService(context, node("a"), nginx));
        EventLog afterTheStart;
        QCOMPARE(endedFor(afterTheStart), 0); // ... as long as it is so.
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_engine->stopService(context, node("a"), q("nginx")));
        }
        QCOMPARE(outputOf("a", {q("pgrep"), q("nginx")}), QString());
    }

    void stoppedServiceLeavesNobody() {
        makePair();
        OpContext context = soon();
        const ServiceSpec crowd{q("crowd"), {q("sh"), q("-c"), q("for i in $(seq 200); do sleep 1000 & done; wait")}, {}};
        for (const char* how : {"stopped", "killed"}) {
            VERIFY_OK(m_engine->startService(context, node("a"), crowd));
            QTRY_COMPARE_WITH_TIMEOUT(outputOf("a", {q("pgrep"), q("-c"), q("sleep")}), q("200"), 10'000);
            EventLog log;
            const auto subscription = m_engine->watch(log.handler());
            VERIFY_OK(subscription);
            VERIFY_OK(qstrcmp(how, "stopped") == 0 ? m_engine->stopService(context, node("a"), crowd.name)
                                                   : m_engine->signalService(context, node("a"), crowd.name, SIGKILL));
            QVERIFY(log.waitFor([](const Event& e) { return e.type == Event::Type::ProcessExited; }));
            QCOMPARE(outputOf("a", {q("pgrep"), q("-c"), q("sleep")}), q("0"));
        }
    }

    void serviceThatCannotStartSaysWhy() {
        makePair();
        OpContext context = soon();
        const ServiceSpec broken{q("broken"), {q("sh"), q("-c"), q("seq 1 20; exit 3")}, q("tcp:81")};
        const auto done = m_engine->startService(context, node("a"), broken);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Failed);
        QCOMPARE(done.error().detail.split(QLatin1Char('\n')).first(), q("11"));
        QCOMPARE(done.error().detail.split(QLatin1Char('\n')).size(), qsizetype(10));
        QVERIFY(done.error().message.contains(q("exit code 3")));
        QCOMPARE(m_engine->startService(context, node("a"), {q("none"), {q("no-such-daemon")}, {}}).error().code, ErrorCode::NotFound);
        OpContext brief = context.withTimeout(std::chrono::milliseconds(300));
        const auto deaf =
            m_engine->startService(brief, node("a"), {q("deaf"), {q("sh"), q("-c"), q("echo waiting; sleep 1000")}, q("/run/deaf")});
        QVERIFY(!deaf);
        QCOMPARE(deaf.error().code, ErrorCode::Timeout);
        QCOMPARE(deaf.error().detail, q("waiting"));
    }

    void connectsIntoTheNode() {
        makePair();
        OpContext context = soon();
        const ServiceSpec zebra{q("zebra"), {q("/usr/lib/frr/zebra"), q("-P"), q("0"), q("-f"), q("/dev/null")}, q("/run/frr/zebra.vty")};
        VERIFY_OK(m_engine->apply(context, node("a"), {{{q("/run/frr/.keep"), {}, 0644, q("frr")}}, {}, {}, {}}));
        VERIFY_OK(m_engine->startService(context, node("a"), zebra));
        auto channel = m_engine->channel(node("a"));
        auto vty = channel->connectUnix(context, q("/run/frr/zebra.vty"));
        VERIFY_OK(vty);
        const QByteArray show("show version\0", 13);
        QCOMPARE(::write(vty->get(), show.constData(), static_cast<size_t>(show.size())), ssize_t(show.size()));
        pollfd wait{vty->get(), POLLIN, 0};
        QCOMPARE(::poll(&wait, 1, 5000), 1);
        QByteArray answer(4096, '\0');
        answer.resize(::read(vty->get(), answer.data(), static_cast<size_t>(answer.size())));
        QVERIFY(answer.contains("FRRouting"));
        QCOMPARE(channel->connectUnix(context, q("/run/none")).error().code, ErrorCode::NotFound);
        QCOMPARE(channel->connectTcp(context, 9).error().code, ErrorCode::Unreachable);
        VERIFY_OK(m_engine->channel(node("b"))->upload(context, q("/etc/n.conf"), "daemon off; events {} http { server { listen 8080; } }",
                                                       0644));
        VERIFY_OK(m_engine->startService(context, node("b"), {q("nginx"), {q("nginx"), q("-c"), q("/etc/n.conf")}, q("tcp:8080")}));
        VERIFY_OK(m_engine->channel(node("b"))->connectTcp(context, 8080));
    }

    void netlinkTellsOfTheOtherEnd() {
        makePair();
        OpContext context = soon();
        const auto socket = m_engine->openNetlink(context, node("b"), RTMGRP_LINK);
        VERIFY_OK(socket);
        VERIFY_OK(m_engine->channel(node("a"))->exec(context, {{q("ip"), q("link"), q("set"), q("eth0"), q("down")}, {}, {}}));
        bool lostCarrier = false;
        while (!lostCarrier) {
            pollfd wait{socket->get(), POLLIN, 0};
            QCOMPARE(::poll(&wait, 1, 5000), 1);
            alignas(nlmsghdr) std::array<char, 16384> buffer;
            const ssize_t count = ::recv(socket->get(), buffer.data(), buffer.size(), 0);
            QVERIFY(count > 0);
            const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
            QCOMPARE(header->nlmsg_type, RTM_NEWLINK);
            const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(header));
            lostCarrier = (info->ifi_flags & 0x10000 /* IFF_LOWER_UP */) == 0 && (info->ifi_flags & 1 /* IFF_UP */) != 0;
        }
    }

    void twoClientsAtOnce() {
        makePair();
        const auto other = openEngine();
        std::vector<std::jthread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                NamespaceEngine& engine = i % 2 == 0 ? *m_engine : *other;
                for (int j = 0; j < 10; ++j) {
                    OpContext context = soon();
                    Command command;
                    command.argv = {q("echo"), QString::number(i * 100 + j)};
                    const auto result = engine.channel(node(j % 2 == 0 ? "a" : "b"))->exec(context, command);
                    right += result && result->output.trimmed().toInt() == i * 100 + j ? 1 : 0;
                }
            });
        }
        threads.clear();
        QCOMPARE(right.load(), 80);
        OpContext context = soon();
        VERIFY_OK(other->remove(context));
        QVERIFY(!m_engine->list(context)->running);
    }

    void twoStartsAtOnceMakeOneLab() {
        const auto other = openEngine();
        std::optional<Result<>> outcome;
        OpContext context = soon();
        {
            std::jthread thread([&] {
                OpContext mine = soon();
                outcome = other->create(mine, {{node("a"), q("a"), {}}}, {});
            });
            VERIFY_OK(m_engine->create(context, {{node("a"), q("a"), {}}, {node("b"), q("b"), {}}}, {}));
        }
        VERIFY_OK(*outcome);
        QCOMPARE(m_engine->list(context)->nodes.size(), std::size_t(2));
    }

    void killedLabLeavesNothing_data() {
        QTest::addColumn<bool>("killOuter");
        QTest::newRow("outer") << true;
        QTest::newRow("pid 1") << false;
    }
    void killedLabLeavesNothing() {
        QFETCH(bool, killOuter);
        const auto netBefore = namespacesInUse("net");
        const auto mountBefore = namespacesInUse("mnt");
        makePair();
        OpContext context = soon();
        VERIFY_OK(m_engine->startService(context, node("a"), {q("sleeper"), {q("sh"), q("-c"), q("setsid sleep 1000 & sleep 1000")}, {}}));
        EventLog log;
        const auto subscription = m_engine->watch(log.handler());
        VERIFY_OK(subscription);
        const qint64 outer = outerPid();
        const qint64 pidOne = childOf(outer);
        QVERIFY(outer > 1 && pidOne > 1);
        QVERIFY(findLeftovers(m_folder.path()).empty());
        ::kill(static_cast<pid_t>(killOuter ? outer : pidOne), SIGKILL);
        waitForEnd(pidOne);
        waitForEnd(outer);
        QVERIFY(log.waitFor([](const Event& e) { return e.type == Event::Type::Lost; }));
        QCOMPARE(processesOf(m_folder.path()), QStringList());
        QCOMPARE(namespacesInUse("net"), netBefore);
        QCOMPARE(namespacesInUse("mnt"), mountBefore);
        const auto leftovers = findLeftovers(m_folder.path());
        QCOMPARE(leftovers.size(), std::size_t(killOuter ? 1 : 0)); // only the outer process could have removed the folder
        VERIFY_OK(collectGarbage(context, m_folder.path()));
        QVERIFY(findLeftovers(m_folder.path()).empty());
        QVERIFY(!m_engine->list(context)->running);
        makePair(); // and it starts again
    }

    void startsInAFolderThatWasLeft() {
        makePair();
        const qint64 outer = outerPid();
        ::kill(static_cast<pid_t>(outer), SIGKILL);
        waitForEnd(outer);
        QVERIFY(QFile::exists(socketPath()));
        makePair();
        OpContext context = soon();
        QVERIFY(m_engine->list(context)->running);
    }

    void startsWhileTheLastLabIsEnding() {
        makePair();
        const qint64 outer = outerPid();
        const qint64 pidOne = childOf(outer);
        QVERIFY(outer > 1 && pidOne > 1);
        // A lab host that tells when it has answered.
        const QString answers = m_folder.path() + q("/answers");
        const QString telling = m_folder.path() + q("/telling");
        QVERIFY(test::writeText(telling, QStringLiteral("#!/bin/sh\n'%1' \"$@\"\necho >>'%2'\n").arg(labhostProgram(), answers).toUtf8()));
        QVERIFY(QFile::setPermissions(telling, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        m_engine = openEngine(telling);
        QVERIFY(m_engine);
        ::kill(static_cast<pid_t>(outer), SIGSTOP); // it takes its time to notice, and holds the folder until then
        ::kill(static_cast<pid_t>(pidOne), SIGKILL);
        waitForEnd(pidOne);
        std::optional<Result<>> outcome;
        std::jthread starter([&] {
            OpContext context = soon();
            outcome = m_engine->create(context, {{node("a"), q("a"), {}}}, {});
        });
        const bool answered = QTest::qWaitFor([&] { return !test::readText(answers).isEmpty(); }, 10'000);
        ::kill(static_cast<pid_t>(outer), SIGCONT);
        starter.join();
        m_engine = openEngine();
        QVERIFY(QFile::remove(telling));
        QVERIFY(QFile::remove(answers));
        QVERIFY(answered);
        VERIFY_OK(*outcome);
        QCOMPARE(outputOf("a", {q("hostname")}), q("a"));
    }

    void garbageCollectionLeavesRunningLabsAlone() {
        makePair();
        QVERIFY(QDir(m_folder.path()).mkdir(q("dead")));
        QCOMPARE(findLeftovers(m_folder.path()).size(), std::size_t(1));
        OpContext context = soon();
        VERIFY_OK(collectGarbage(context, m_folder.path()));
        QVERIFY(m_engine->list(context)->running);
        QCOMPARE(outputOf("a", {q("hostname")}), q("a"));
    }

    void garbageCollectionLeavesLabsOfContainersAlone() {
        if (::geteuid() != 0) {
            return; // only root makes pid namespaces just so
        }
        // A lab host in a pid namespace of its own, where its numbers are not ours.
        const QString container = m_folder.path() + q("/container");
        const QByteArray script =
            QStringLiteral("#!/bin/sh\nunset PODLEAF_LAB\nmkfifo '%1.answer'\n"
                           "unshare --pid --fork --kill-child=KILL sh -c '\"$0\" \"$@\" >\"%1.answer\"; exec sleep 1000' "
                           "'%2' \"$@\" >/dev/null 2>&1 &\necho $! >'%1.pid'\ncat '%1.answer'\n")
                .arg(container, labhostProgram())
                .toUtf8();
        QVERIFY(test::writeText(container, script) && QFile::setPermissions(container, QFile::ReadOwner | QFile::ExeOwner));
        m_engine = openEngine(container);
        makePair();
        OpContext context = soon();
        // Processes are nobody's leftovers in their first second.
        QVERIFY(!QTest::qWaitFor([&] { return !findLeftovers(m_folder.path()).empty(); }, 1500));
        VERIFY_OK(collectGarbage(context, m_folder.path()));
        QCOMPARE(outputOf("a", {q("hostname")}), q("a"));
        VERIFY_OK(m_engine->remove(context));
        const qint64 pid = test::readText(container + q(".pid")).trimmed().toLongLong();
        QVERIFY(pid > 1 && ::kill(static_cast<pid_t>(pid), SIGKILL) == 0);
        waitForEnd(pid);
        for (const char* ending : {"", ".pid", ".answer"}) {
            QVERIFY(QFile::remove(container + q(ending)));
        }
    }

    void nodeInitKilledIsANodeGone() {
        makePair();
        EventLog log;
        const auto subscription = m_engine->watch(log.handler());
        VERIFY_OK(subscription);
        const qint64 pidOne = childOf(outerPid());
        ::kill(static_cast<pid_t>(childOf(pidOne)), SIGKILL);
        const auto gone = log.waitFor([](const Event& e) { return e.type == Event::Type::NodeGone; });
        QVERIFY(gone);
        OpContext context = soon();
        QCOMPARE(m_engine->list(context)->nodes.size(), std::size_t(1));
        makePair();
        QVERIFY(run("a", {q("ping"), q("-c1"), q("-W2"), q("10.0.0.2")})->ok());
    }

    void hostileBytesDoNotKillIt() {
        makePair();
        const QByteArray path = QFile::encodeName(socketPath());
        std::uint32_t seed = 12345;
        for (int i = 0; i < 400; ++i) {
            const UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            std::strncpy(address.sun_path, path.constData(), sizeof address.sun_path - 1);
            QCOMPARE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
            std::string body(i % 97, '\0');
            for (char& c : body) {
                seed = seed * 1664525 + 1013904223;
                c = static_cast<char>(seed >> 24);
            }
            if (i % 4 == 1) {
                body = labhost::encode(labhost::NodeRequest{"a"}) + body; // gets as far as the node
            }
            labhost::Header header;
            header.verb = static_cast<labhost::Verb>(i % 23 == static_cast<int>(labhost::Verb::Shutdown) ? 1 : i % 23);
            header.kind = i % 11 == 3 ? labhost::Kind::Cancel : labhost::Kind::Request;
            labhost::OutgoingFrame frame = labhost::prepareFrame(header, body, i % 5 == 0 ? std::vector<int>{0, 1} : std::vector<int>{});
            if (i % 3 == 0) {
                frame.bytes = body + "x"; // no header at all
            }
            labhost::sendFrame(socket.get(), frame);
        }
        QVERIFY(run("a", {q("ping"), q("-c1"), q("-W2"), q("10.0.0.2")})->ok());
        OpContext context = soon();
        QCOMPARE(m_engine->list(context)->nodes.size(), std::size_t(2));
    }

    void admitsNobodyElse() {
        if (::geteuid() != 0) {
            return; // only root can be somebody else
        }
        makePair();
        ::chmod(QFile::encodeName(m_folder.path()).constData(), 0755);
        const QByteArray folder = QFile::encodeName(m_folder.path() + QLatin1Char('/') + labName());
        ::chmod(folder.constData(), 0755);
        ::chmod(QFile::encodeName(socketPath()).constData(), 0666); // even where the file modes let one in
        const QByteArray path = QFile::encodeName(socketPath());
        const pid_t child = ::fork();
        if (child == 0) {
            if (::setresuid(65534, 65534, 65534) != 0) {
                ::_exit(9);
            }
            const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET, 0);
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            std::strncpy(address.sun_path, path.constData(), sizeof address.sun_path - 1);
            if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
                ::_exit(8);
            }
            std::array<char, 16> buffer;
            ::_exit(::recv(socket, buffer.data(), buffer.size(), 0) <= 0 ? 0 : 7); // hung up on
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QCOMPARE(status, 0);
    }

    void timesAndSizes() {
        std::vector<NodeSpec> nodes{{node("leaf"), q("leaf"), {}}};
        std::vector<LinkSpec> links;
        for (int i = 1; i <= 3; ++i) {
            const NodeId host(q("host%1").arg(i));
            nodes.push_back({host, host.name, {q("cbr0")}});
            links.push_back({LinkId(q("l%1").arg(i)), {node("leaf"), q("swp%1").arg(i), {}}, {host, q("eth1"), {}}});
        }
        for (int i = 2; i <= 3; ++i) {
            const NodeId pod(q("pod%1").arg(i));
            nodes.push_back({pod, pod.name, {}});
            links.push_back({LinkId(q("p%1").arg(i)), {NodeId(q("host%1").arg(i)), q("veth1"), q("cbr0")}, {pod, q("eth0"), {}}});
        }
        OpContext context = soon(60);
        const auto ms = [](Clock::time_point since) { return std::chrono::duration<double, std::milli>(Clock::now() - since).count(); };
        auto start = Clock::now();
        VERIFY_OK(m_engine->create(context, {}, {}));
        const double hostMs = ms(start);
        start = Clock::now();
        VERIFY_OK(m_engine->create(context, nodes, links));
        const double fabricMs = ms(start);
        start = Clock::now();
        VERIFY_OK(m_engine->remove(context));
        qInfo("tutorial: lab host %.1f ms, nodes and links %.1f ms, down %.1f ms", hostMs, fabricMs, ms(start));

        nodes.clear();
        links.clear();
        for (int i = 0; i < 64; ++i) {
            nodes.push_back({NodeId(q("n%1").arg(i)), q("n%1").arg(i), {}});
        }
        for (int i = 4; i < 64; ++i) {
            for (int u = 0; u < 4; ++u) {
                links.push_back({LinkId(q("l%1-%2").arg(i).arg(u)),
                                 {NodeId(q("n%1").arg(i)), q("up%1").arg(u), {}},
                                 {NodeId(q("n%1").arg(u)), q("dn%1").arg(i), {}}});
            }
        }
        start = Clock::now();
        VERIFY_OK(m_engine->create(context, nodes, links));
        const double bigMs = ms(start);
        QFile smaps(QStringLiteral("/proc/%1/smaps_rollup").arg(childOf(childOf(outerPid()))));
        QVERIFY(smaps.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = smaps.readAll().split('\n');
        start = Clock::now();
        VERIFY_OK(m_engine->remove(context));
        qInfo("64 nodes, %zu links: %.1f ms, down %.1f ms; a node's init: %s, %s", links.size(), bigMs, ms(start),
              lines.value(1).simplified().constData(), lines.value(2).simplified().constData());
    }
};

PODLEAF_BOTH_WAYS_MAIN(TestNamespaceEngine)
#include "tst_namespace_engine.moc"
