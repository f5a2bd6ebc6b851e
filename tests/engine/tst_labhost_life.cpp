// SPDX-License-Identifier: GPL-3.0-or-later
// Real lab hosts from their start to their end, with and without root: many clients, hostile ones, and that nothing stays
// behind whoever is killed.
#include "engine_case.h"

#include <core/channel/labhost_client.h>
#include <core/channel/labhost_frame.h>
#include <tests/fakes/both_ways.h>

#include <QDir>
#include <QFile>

#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::engine;
using namespace podleaf::test;
using channel::Command;

class TestLabhostLife : public QObject {
    Q_OBJECT

    EngineCase m_case;

private Q_SLOTS:
    void init() { m_case.begin(); }
    void cleanup() { m_case.end(); }

    void twoClientsAtOnce() {
        m_case.makePair();
        const auto other = m_case.openEngine();
        std::vector<std::jthread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                NamespaceEngine& engine = i % 2 == 0 ? *m_case.engine : *other;
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
        QVERIFY(!m_case.engine->list(context)->running);
    }

    void twoStartsAtOnceMakeOneLab() {
        const auto other = m_case.openEngine();
        std::optional<Result<>> outcome;
        OpContext context = soon();
        {
            std::jthread thread([&] {
                OpContext mine = soon();
                outcome = other->create(mine, {{node("a"), q("a"), {}}}, {});
            });
            VERIFY_OK(m_case.engine->create(context, {{node("a"), q("a"), {}}, {node("b"), q("b"), {}}}, {}));
        }
        VERIFY_OK(*outcome);
        QCOMPARE(m_case.engine->list(context)->nodes.size(), std::size_t(2));
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
        m_case.makePair();
        OpContext context = soon();
        VERIFY_OK(
            m_case.engine->startService(context, node("a"), {q("sleeper"), {q("sh"), q("-c"), q("setsid sleep 1000 & sleep 1000")}, {}}));
        EventLog log;
        const auto subscription = m_case.engine->watch(log.handler());
        VERIFY_OK(subscription);
        const qint64 outer = m_case.outerPid();
        const qint64 pidOne = childOf(outer);
        QVERIFY(outer > 1 && pidOne > 1);
        QVERIFY(findLeftovers(m_case.runFolder()).empty());
        ::kill(static_cast<pid_t>(killOuter ? outer : pidOne), SIGKILL);
        waitForEnd(pidOne);
        waitForEnd(outer);
        QVERIFY(log.waitFor([](const Event& e) { return e.type == Event::Type::Lost; }));
        QCOMPARE(processesOf(m_case.runFolder()), QStringList());
        QCOMPARE(namespacesInUse("net"), netBefore);
        QCOMPARE(namespacesInUse("mnt"), mountBefore);
        const auto leftovers = findLeftovers(m_case.runFolder());
        QCOMPARE(leftovers.size(), std::size_t(killOuter ? 1 : 0)); // only the outer process could have removed the folder
        VERIFY_OK(collectGarbage(context, m_case.runFolder()));
        QVERIFY(findLeftovers(m_case.runFolder()).empty());
        QVERIFY(!m_case.engine->list(context)->running);
        m_case.makePair(); // and it starts again
    }

    void startsInAFolderThatWasLeft() {
        m_case.makePair();
        const qint64 outer = m_case.outerPid();
        ::kill(static_cast<pid_t>(outer), SIGKILL);
        waitForEnd(outer);
        QVERIFY(QFile::exists(m_case.socketPath()));
        m_case.makePair();
        OpContext context = soon();
        QVERIFY(m_case.engine->list(context)->running);
    }

    void startsWhileTheLastLabIsEnding() {
        m_case.makePair();
        const qint64 outer = m_case.outerPid();
        const qint64 pidOne = childOf(outer);
        QVERIFY(outer > 1 && pidOne > 1);
        // A lab host that tells when it has answered.
        const QString answers = m_case.runFolder() + q("/answers");
        const QString telling = m_case.runFolder() + q("/telling");
        QVERIFY(test::writeText(telling,
                                QStringLiteral("#!/bin/sh\n'%1' \"$@\"\necho >>'%2'\n").arg(m_case.labhostProgram(), answers).toUtf8()));
        QVERIFY(QFile::setPermissions(telling, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        m_case.engine = m_case.openEngine(telling);
        QVERIFY(m_case.engine);
        ::kill(static_cast<pid_t>(outer), SIGSTOP); // it takes its time to notice, and holds the folder until then
        ::kill(static_cast<pid_t>(pidOne), SIGKILL);
        waitForEnd(pidOne);
        std::optional<Result<>> outcome;
        std::jthread starter([&] {
            OpContext context = soon();
            outcome = m_case.engine->create(context, {{node("a"), q("a"), {}}}, {});
        });
        const bool answered = QTest::qWaitFor([&] { return !test::readText(answers).isEmpty(); }, 10'000);
        ::kill(static_cast<pid_t>(outer), SIGCONT);
        starter.join();
        m_case.engine = m_case.openEngine();
        QVERIFY(QFile::remove(telling));
        QVERIFY(QFile::remove(answers));
        QVERIFY(answered);
        VERIFY_OK(*outcome);
        QCOMPARE(m_case.outputOf("a", {q("hostname")}), q("a"));
    }

    void garbageCollectionLeavesRunningLabsAlone() {
        m_case.makePair();
        QVERIFY(QDir(m_case.runFolder()).mkdir(q("dead")));
        QCOMPARE(findLeftovers(m_case.runFolder()).size(), std::size_t(1));
        OpContext context = soon();
        VERIFY_OK(collectGarbage(context, m_case.runFolder()));
        QVERIFY(m_case.engine->list(context)->running);
        QCOMPARE(m_case.outputOf("a", {q("hostname")}), q("a"));
    }

    void garbageCollectionLeavesLabsOfContainersAlone() {
        if (::geteuid() != 0) {
            return; // only root makes pid namespaces just so
        }
        // A lab host in a pid namespace of its own, where its numbers are not ours.
        const QString container = m_case.runFolder() + q("/container");
        const QByteArray script =
            QStringLiteral("#!/bin/sh\nunset PODLEAF_LAB\nmkfifo '%1.answer'\n"
                           "unshare --pid --fork --kill-child=KILL sh -c '\"$0\" \"$@\" >\"%1.answer\"; exec sleep 1000' "
                           "'%2' \"$@\" >/dev/null 2>&1 &\necho $! >'%1.pid'\ncat '%1.answer'\n")
                .arg(container, m_case.labhostProgram())
                .toUtf8();
        QVERIFY(test::writeText(container, script) && QFile::setPermissions(container, QFile::ReadOwner | QFile::ExeOwner));
        m_case.engine = m_case.openEngine(container);
        m_case.makePair();
        OpContext context = soon();
        // Processes are nobody's leftovers in their first second.
        QVERIFY(!QTest::qWaitFor([&] { return !findLeftovers(m_case.runFolder()).empty(); }, 1500));
        VERIFY_OK(collectGarbage(context, m_case.runFolder()));
        QCOMPARE(m_case.outputOf("a", {q("hostname")}), q("a"));
        VERIFY_OK(m_case.engine->remove(context));
        const qint64 pid = test::readText(container + q(".pid")).trimmed().toLongLong();
        QVERIFY(pid > 1 && ::kill(static_cast<pid_t>(pid), SIGKILL) == 0);
        waitForEnd(pid);
        for (const char* ending : {"", ".pid", ".answer"}) {
            QVERIFY(QFile::remove(container + q(ending)));
        }
    }

    void nodeInitKilledIsANodeGone() {
        m_case.makePair();
        EventLog log;
        const auto subscription = m_case.engine->watch(log.handler());
        VERIFY_OK(subscription);
        const qint64 pidOne = childOf(m_case.outerPid());
        ::kill(static_cast<pid_t>(childOf(pidOne)), SIGKILL);
        const auto gone = log.waitFor([](const Event& e) { return e.type == Event::Type::NodeGone; });
        QVERIFY(gone);
        OpContext context = soon();
        QCOMPARE(m_case.engine->list(context)->nodes.size(), std::size_t(1));
        m_case.makePair();
        QVERIFY(m_case.run("a", {q("ping"), q("-c1"), q("-W2"), q("10.0.0.2")})->ok());
    }

    void hostileBytesDoNotKillIt() {
        m_case.makePair();
        const QByteArray path = QFile::encodeName(m_case.socketPath());
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
        QVERIFY(m_case.run("a", {q("ping"), q("-c1"), q("-W2"), q("10.0.0.2")})->ok());
        OpContext context = soon();
        QCOMPARE(m_case.engine->list(context)->nodes.size(), std::size_t(2));
    }

    void admitsNobodyElse() {
        if (::geteuid() != 0) {
            return; // only root can be somebody else
        }
        m_case.makePair();
        ::chmod(QFile::encodeName(m_case.runFolder()).constData(), 0755);
        const QByteArray folder = QFile::encodeName(m_case.runFolder() + QLatin1Char('/') + m_case.labName());
        ::chmod(folder.constData(), 0755);
        ::chmod(QFile::encodeName(m_case.socketPath()).constData(), 0666); // even where the file modes let one in
        const QByteArray path = QFile::encodeName(m_case.socketPath());
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
        VERIFY_OK(m_case.engine->create(context, {}, {}));
        const double hostMs = ms(start);
        start = Clock::now();
        VERIFY_OK(m_case.engine->create(context, nodes, links));
        const double fabricMs = ms(start);
        start = Clock::now();
        VERIFY_OK(m_case.engine->remove(context));
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
        VERIFY_OK(m_case.engine->create(context, nodes, links));
        const double bigMs = ms(start);
        QFile smaps(QStringLiteral("/proc/%1/smaps_rollup").arg(childOf(childOf(m_case.outerPid()))));
        QVERIFY(smaps.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = smaps.readAll().split('\n');
        start = Clock::now();
        VERIFY_OK(m_case.engine->remove(context));
        qInfo("64 nodes, %zu links: %.1f ms, down %.1f ms; a node's init: %s, %s", links.size(), bigMs, ms(start),
              lines.value(1).simplified().constData(), lines.value(2).simplified().constData());
    }
};

PODLEAF_BOTH_WAYS_MAIN(TestLabhostLife)
#include "tst_labhost_life.moc"
