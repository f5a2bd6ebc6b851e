// SPDX-License-Identifier: GPL-3.0-or-later
// Services, sockets and netlink in the nodes of real lab hosts, with and without root.
#include "engine_case.h"

#include <core/channel/labhost_client.h>
#include <tests/fakes/both_ways.h>

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <map>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::engine;
using namespace podleaf::test;

class TestNodeServices : public QObject {
    Q_OBJECT

    EngineCase m_case;

private Q_SLOTS:
    void init() { m_case.begin(); }
    void cleanup() { m_case.end(); }

    void servicesStartTellAndStop() {
        m_case.makePair();
        EventLog log;
        const auto subscription = m_case.engine->watch(log.handler());
        VERIFY_OK(subscription);
        OpContext context = soon();
        VERIFY_OK(m_case.engine->channel(node("a"))->upload(
            context, q("/etc/lab-nginx.conf"), "daemon off; events {} http { server { listen 80; return 200 hello; } }\n", 0644));
        const ServiceSpec nginx{q("nginx"), {q("nginx"), q("-c"), q("/etc/lab-nginx.conf")}, q("tcp:80")};
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_case.engine->startService(context, node("a"), nginx));
        }
        QCOMPARE(m_case.outputOf("b", {q("curl"), q("-s"), q("-m5"), q("http://10.0.0.1/")}), q("hello"));
        QCOMPARE(*m_case.engine->runningServices(context, node("a")), QStringList({q("nginx")}));
        EventLog late;
        const auto second = m_case.engine->watch(late.handler());
        VERIFY_OK(second);
        const auto types = late.all();
        QCOMPARE(types.size(), std::size_t(4)); // two nodes, one service, one link
        QCOMPARE(std::count_if(types.begin(), types.end(), [](const Event& e) { return e.type == Event::Type::ProcessStarted; }), 1);

        VERIFY_OK(m_case.engine->signalService(context, node("a"), q("nginx"), SIGKILL));
        const auto exited = log.waitFor([](const Event& e) { return e.type == Event::Type::ProcessExited; });
        QVERIFY(exited);
        QCOMPARE(exited->process, q("nginx"));
        QCOMPARE(exited->signal, SIGKILL);
        QVERIFY(!exited->stopped); // it was killed
        QCOMPARE(exited->node, node("a"));
        QCOMPARE(*m_case.engine->runningServices(context, node("a")), QStringList());
        const auto endedFor = [this](EventLog& watcher) {
            const auto subscribed = m_case.engine->watch(watcher.handler());
            const auto told = watcher.all();
            return std::count_if(told.begin(), told.end(),
                                 [](const Event& e) { return e.type == Event::Type::ProcessExited && e.signal == SIGKILL; });
        };
        EventLog afterTheKill;
        QCOMPARE(endedFor(afterTheKill), 1); // Who comes late hears of it too...
        VERIFY_OK(m_case.engine->startService(context, node("a"), nginx));
        EventLog afterTheStart;
        QCOMPARE(endedFor(afterTheStart), 0); // ... as long as it is so.
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_case.engine->stopService(context, node("a"), q("nginx")));
        }
        QCOMPARE(m_case.outputOf("a", {q("pgrep"), q("nginx")}), QString());
        EventLog afterTheStop; // Who comes late knows that somebody wanted it so.
        const auto third = m_case.engine->watch(afterTheStop.handler());
        VERIFY_OK(third);
        const auto told = afterTheStop.all();
        QCOMPARE(std::count_if(told.begin(), told.end(), [](const Event& e) { return e.type == Event::Type::ProcessExited && e.stopped; }),
                 1);
    }

    void serviceComesBackUntilItIsStopped() {
        m_case.makePair();
        EventLog log;
        const auto subscription = m_case.engine->watch(log.handler());
        VERIFY_OK(subscription);
        OpContext context = soon();
        ServiceSpec sleeper{q("sleeper"), {q("sleep"), q("86428")}, {}};
        sleeper.comesBack = true;
        VERIFY_OK(m_case.engine->startService(context, node("a"), sleeper));
        const auto started = [](qint64 other) {
            return [other](const Event& e) { return e.type == Event::Type::ProcessStarted && e.process == q("sleeper") && e.pid != other; };
        };
        qint64 pid = log.waitFor(started(0))->pid;
        // One that is stopped before it is back stays away, for longer than it would have taken.
        VERIFY_OK(m_case.engine->signalService(context, node("a"), q("sleeper"), SIGKILL));
        VERIFY_OK(m_case.engine->stopService(context, node("a"), q("sleeper")));
        QTest::qWait(700);
        QCOMPARE(m_case.outputOf("a", {q("pgrep"), q("-c"), q("sleep")}), q("0"));
        VERIFY_OK(m_case.engine->startService(context, node("a"), sleeper));
        pid = log.waitFor([pid, &started](const Event& e) { return e.pid > pid && started(pid)(e); })->pid;
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_case.engine->signalService(context, node("a"), q("sleeper"), SIGKILL));
            QVERIFY(log.waitFor([pid](const Event& e) { return e.type == Event::Type::ProcessExited && e.pid == pid; }));
            const auto again = log.waitFor([pid, &started](const Event& e) { return e.pid > pid && started(pid)(e); });
            QVERIFY(again);
            pid = again->pid;
        }
        // One that is waited for to come back is there at once when it is asked for.
        VERIFY_OK(m_case.engine->signalService(context, node("a"), q("sleeper"), SIGKILL));
        QVERIFY(log.waitFor([pid](const Event& e) { return e.type == Event::Type::ProcessExited && e.pid == pid; }));
        VERIFY_OK(m_case.engine->startService(context, node("a"), sleeper));
        QCOMPARE(m_case.outputOf("a", {q("pgrep"), q("-c"), q("sleep")}), q("1"));
        VERIFY_OK(m_case.engine->stopService(context, node("a"), q("sleeper")));
        // One that never was ready has failed.
        ServiceSpec failing{q("failing"), {q("false")}, q("/run/never")};
        failing.comesBack = true;
        const auto failed = m_case.engine->startService(context, node("a"), failing);
        QVERIFY(!failed && failed.error().code == ErrorCode::Failed);
        QCOMPARE(*m_case.engine->runningServices(context, node("a")), QStringList());
    }

    void stoppedServiceLeavesNobody() {
        m_case.makePair();
        OpContext context = soon();
        const ServiceSpec crowd{q("crowd"), {q("sh"), q("-c"), q("for i in $(seq 200); do sleep 1000 & done; wait")}, {}};
        for (const char* how : {"stopped", "killed"}) {
            VERIFY_OK(m_case.engine->startService(context, node("a"), crowd));
            const auto isCrowded = [this] { return m_case.outputOf("a", {q("pgrep"), q("-c"), q("sleep")}) == q("200"); };
            QVERIFY(QTest::qWaitFor(isCrowded, 10'000));
            EventLog log;
            const auto subscription = m_case.engine->watch(log.handler());
            VERIFY_OK(subscription);
            VERIFY_OK(qstrcmp(how, "stopped") == 0 ? m_case.engine->stopService(context, node("a"), crowd.name)
                                                   : m_case.engine->signalService(context, node("a"), crowd.name, SIGKILL));
            QVERIFY(log.waitFor([](const Event& e) { return e.type == Event::Type::ProcessExited; }));
            QCOMPARE(m_case.outputOf("a", {q("pgrep"), q("-c"), q("sleep")}), q("0"));
        }
    }

    void serviceThatCannotStartSaysWhy() {
        m_case.makePair();
        OpContext context = soon();
        const ServiceSpec broken{q("broken"), {q("sh"), q("-c"), q("seq 1 20; exit 3")}, q("tcp:81")};
        const auto done = m_case.engine->startService(context, node("a"), broken);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Failed);
        QCOMPARE(done.error().detail.split(QLatin1Char('\n')).first(), q("11"));
        QCOMPARE(done.error().detail.split(QLatin1Char('\n')).size(), qsizetype(10));
        QVERIFY(done.error().message.contains(q("exit code 3")));
        QCOMPARE(m_case.engine->startService(context, node("a"), {q("none"), {q("no-such-daemon")}, {}}).error().code, ErrorCode::NotFound);
        OpContext brief = context.withTimeout(std::chrono::milliseconds(300));
        const auto deaf =
            m_case.engine->startService(brief, node("a"), {q("deaf"), {q("sh"), q("-c"), q("echo waiting; sleep 1000")}, q("/run/deaf")});
        QVERIFY(!deaf);
        QCOMPARE(deaf.error().code, ErrorCode::Timeout);
        QCOMPARE(deaf.error().detail, q("waiting"));
    }

    void connectsIntoTheNode() {
        m_case.makePair();
        OpContext context = soon();
        const ServiceSpec zebra{q("zebra"), {q("/usr/lib/frr/zebra"), q("-P"), q("0"), q("-f"), q("/dev/null")}, q("/run/frr/zebra.vty")};
        VERIFY_OK(m_case.engine->apply(context, node("a"), {{{q("/run/frr/.keep"), {}, 0644, q("frr")}}, {}, {}, {}}));
        VERIFY_OK(m_case.engine->startService(context, node("a"), zebra));
        auto channel = m_case.engine->channel(node("a"));
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
        VERIFY_OK(m_case.engine->channel(node("b"))->upload(context, q("/etc/n.conf"),
                                                            "daemon off; events {} http { server { listen 8080; } }", 0644));
        VERIFY_OK(m_case.engine->startService(context, node("b"), {q("nginx"), {q("nginx"), q("-c"), q("/etc/n.conf")}, q("tcp:8080")}));
        VERIFY_OK(m_case.engine->channel(node("b"))->connectTcp(context, 8080));
    }

    void usageIsEachNodesOwn() {
        m_case.makePair();
        OpContext context = soon(30);
        const ServiceSpec busy{q("busy"), {q("sh"), q("-c"), q("while :; do :; done")}, {}};
        VERIFY_OK(m_case.engine->startService(context, node("a"), busy));
        std::map<NodeId, NodeUsage> last;
        const auto look = [&] {
            const auto told = m_case.engine->usage(context);
            bool isAll = told && told->size() == 2;
            for (const NodeUsage& each : isAll ? *told : std::vector<NodeUsage>()) {
                isAll = isAll && each.cpuMicroseconds >= last[each.node].cpuMicroseconds; // It never goes back.
                last[each.node] = each;
            }
            return isAll;
        };
        QTRY_VERIFY_WITH_TIMEOUT(look() && last[node("a")].cpuMicroseconds > 500'000, 20'000);
        QVERIFY2(last[node("b")].cpuMicroseconds < 250'000, qPrintable(QString::number(last[node("b")].cpuMicroseconds)));
        // What has ended stays counted, down to the grandchildren, whose parent has waited for them.
        const quint64 before = last[node("a")].cpuMicroseconds;
        VERIFY_OK(m_case.engine->stopService(context, node("a"), busy.name));
        QVERIFY(look() && last[node("a")].cpuMicroseconds >= before);
        const QString work = q("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
        VERIFY_OK(m_case.engine->channel(node("b"))->exec(context, {{q("sh"), q("-c"), q("sh -c '%1'; true").arg(work)}, {}, {}}));
        const quint64 quiet = last[node("b")].cpuMicroseconds;
        QVERIFY(look());
        QVERIFY2(last[node("b")].cpuMicroseconds > quiet + 50'000, qPrintable(QString::number(last[node("b")].cpuMicroseconds - quiet)));
        // Memory, beside what the processes' own statm say, the asking one's included.
        const ServiceSpec large{q("large"), {q("sh"), q("-c"), q("dd if=/dev/zero bs=40M | sleep 1000")}, {}};
        VERIFY_OK(m_case.engine->startService(context, node("a"), large)); // dd has a buffer of that size, and nobody reads.
        const auto ofProcesses = [&](const char* name) {
            quint64 pages = 0;
            const QStringList lines = m_case.outputOf(name, {q("sh"), q("-c"), q("cat /proc/[0-9]*/statm")}).split(QLatin1Char('\n'));
            for (const QString& line : lines) {
                const QStringList words = line.split(QLatin1Char(' '));
                pages += words.value(1).toULongLong() - words.value(2).toULongLong();
            }
            return pages * static_cast<quint64>(::sysconf(_SC_PAGESIZE));
        };
        QTRY_VERIFY_WITH_TIMEOUT(ofProcesses("a") > 40'000'000, 10'000);
        const auto truth = static_cast<double>(ofProcesses("a"));
        QVERIFY(look());
        const auto told = static_cast<double>(last[node("a")].memoryBytes);
        QVERIFY2(told > 0.8 * truth && told < 1.2 * truth, qPrintable(QStringLiteral("%1 of %2").arg(told).arg(truth)));
        QVERIFY(last[node("b")].memoryBytes < 10'000'000);
    }

    void netlinkTellsOfTheOtherEnd() {
        m_case.makePair();
        OpContext context = soon();
        const auto socket = m_case.engine->openNetlink(context, node("b"), RTMGRP_LINK);
        VERIFY_OK(socket);
        VERIFY_OK(m_case.engine->channel(node("a"))->exec(context, {{q("ip"), q("link"), q("set"), q("eth0"), q("down")}, {}, {}}));
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
};

PODLEAF_BOTH_WAYS_MAIN(TestNodeServices)
#include "tst_node_services.moc"
