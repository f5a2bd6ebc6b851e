// SPDX-License-Identifier: GPL-3.0-or-later
// The namespace engine against real lab hosts, with and without root: nodes, cables, files, addresses.
#include "engine_case.h"

#include <tests/fakes/both_ways.h>

using namespace podleaf;
using namespace podleaf::engine;
using namespace podleaf::test;
using channel::Command;

namespace {

Ipv4Prefix prefix(const char* source) {
    return *Ipv4Prefix::parse(q(source));
}

} // namespace

class TestNamespaceEngine : public QObject {
    Q_OBJECT

    EngineCase m_case;

private Q_SLOTS:
    void init() { m_case.begin(); }
    void cleanup() { m_case.end(); }

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
        const auto opened = NamespaceEngine::open({LabId(name), m_case.runFolder(), {}, {}, {}});
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::InvalidInput);
    }

    void probeFindsWhatTheTutorialNeeds() {
        OpContext context = soon();
        const Probe probe = m_case.engine->probe(context);
        QVERIFY2(probe.usable, qPrintable(probe.problems.join(QLatin1Char('\n'))));
        QCOMPARE(probe.problems.size(), probe.remedies.size());
    }

    void nothingRuns() {
        OpContext context = soon();
        const auto listing = m_case.engine->list(context);
        VERIFY_OK(listing);
        QVERIFY(!listing->running);
        VERIFY_OK(m_case.engine->remove(context));
        QVERIFY(!m_case.engine->watch([](const Event&) {}));
        const auto result = m_case.run("a", {q("true")});
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
            VERIFY_OK(m_case.engine->create(context, nodes, links));
            const auto listing = m_case.engine->list(context);
            VERIFY_OK(listing);
            QVERIFY(listing->running);
            QCOMPARE(listing->nodes.size(), std::size_t(3));
            QCOMPARE(listing->links.size(), std::size_t(2));
            QVERIFY(listing->links[0].up && listing->links[1].up);
        }
        QCOMPARE(m_case.outputOf("host", {q("hostname")}), q("host"));
        QVERIFY(m_case.outputOf("host", {q("ip"), q("-o"), q("link"), q("show"), q("master"), q("cbr0")}).contains(q("veth1")));
        QVERIFY(m_case.outputOf("pod", {q("ip"), q("-o"), q("link"), q("show"), q("eth0")}).contains(q("LOWER_UP")));
        QVERIFY(m_case.outputOf("host", {q("ip"), q("-d"), q("link"), q("show"), q("cbr0")}).contains(q("forward_delay 0")));

        auto conflicting = links;
        conflicting[0].b.port = q("eth1");
        const auto conflict = m_case.engine->create(context, nodes, conflicting);
        QVERIFY(!conflict);
        QCOMPARE(conflict.error().code, ErrorCode::Conflict);
        conflicting[0] = {LinkId(q("other")), {node("leaf"), q("swp1"), {}}, {node("host"), q("eth5"), {}}};
        QCOMPARE(m_case.engine->create(context, nodes, conflicting).error().code, ErrorCode::Conflict);
        const auto labs = runningLabs(m_case.runFolder());
        QCOMPARE(labs.size(), std::size_t(1));
        QCOMPARE(labs.front().lab.name, m_case.labName());
        QCOMPARE(labs.front().labFile, q("/labs/x.yaml"));
        QFile copy(labs.front().labCopy);
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QCOMPARE(copy.readAll(), QByteArray("name: x\n"));
    }

    void macAddressesAreStable() {
        m_case.makePair();
        const QStringList show{q("cat"), q("/sys/class/net/eth0/address")};
        const QString before = m_case.outputOf("a", show);
        QVERIFY(before.startsWith(q("02:")));
        QVERIFY(before != m_case.outputOf("b", show));
        OpContext context = soon();
        VERIFY_OK(m_case.engine->remove(context));
        m_case.makePair();
        QCOMPARE(m_case.outputOf("a", show), before);
    }

    void execReportsWhatAProgramReports() {
        m_case.makePair();
        const auto shell = m_case.run("a", {q("sh"), q("-c"), q("cat; echo err >&2; exit 7")}, "some input");
        VERIFY_OK(shell);
        QCOMPARE(shell->output, QByteArray("some input"));
        QCOMPARE(shell->errorOutput, QByteArray("err\n"));
        QCOMPARE(shell->exitCode, 7);
        const auto killed = m_case.run("a", {q("sh"), q("-c"), q("kill -9 $$")});
        VERIFY_OK(killed);
        QCOMPARE(killed->signal, 9);
        QCOMPARE(m_case.run("a", {q("no-such-program")}).error().code, ErrorCode::NotFound);
        QCOMPARE(m_case.run("nobody", {q("true")}).error().code, ErrorCode::NotFound);
    }

    void execCutsLongOutput() {
        m_case.makePair();
        OpContext context = soon();
        Command command;
        command.argv = {q("head"), q("-c"), q("3000000"), q("/dev/zero")};
        command.maxOutputBytes = 1'000'000;
        const auto result = m_case.engine->channel(node("a"))->exec(context, command);
        VERIFY_OK(result);
        QCOMPARE(result->output.size(), qsizetype(1'000'000));
        QVERIFY(result->truncated);
        QVERIFY(result->ok());
    }

    void cancelledExecIsKilled() {
        m_case.makePair();
        std::stop_source source;
        OpContext context = soon();
        context.stop = source.get_token();
        std::jthread stopper([&] {
            // Wait until the program is there to be killed.
            for (int i = 0; i < 1000 && !m_case.outputOf("a", {q("pgrep"), q("-x"), q("sleep")}).toInt(); ++i) {
            }
            source.request_stop();
        });
        Command command;
        command.argv = {q("sleep"), q("1000")};
        const auto result = m_case.engine->channel(node("a"))->exec(context, command);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(m_case.outputOf("a", {q("pgrep"), q("-x"), q("sleep")}), QString());
    }

    void nodeHasItsOwnRootAndPids() {
        m_case.makePair();
        QCOMPARE(m_case.outputOf("a", {q("cat"), q("/proc/1/comm")}), q("podleaf-node"));
        QCOMPARE(m_case.outputOf("a", {q("sh"), q("-c"), q("echo secret > /etc/podleaf-test; cat /etc/podleaf-test")}), q("secret"));
        QVERIFY(!QFile::exists(q("/etc/podleaf-test")));
        QVERIFY(m_case.outputOf("b", {q("cat"), q("/etc/podleaf-test")}).contains(q("No such file")));
        QCOMPARE(m_case.outputOf("a", {q("sh"), q("-c"), q("echo x > /dev/null; head -c1 /dev/zero | wc -c")}), q("1"));
        QCOMPARE(m_case.outputOf("a", {q("ls"), q("/tmp")}), QString());
        QVERIFY(!m_case.outputOf("a", {q("cat"), q("/proc/mounts")}).contains(m_case.runFolder()));
        QVERIFY(m_case.outputOf("a", {q("env")}).contains(q("PODLEAF_LAB=") + m_case.labName()));
        QCOMPARE(m_case.outputOf("a", {q("ls"), q("/sys/class/net")}).split(QLatin1Char('\n')).filter(q("eth")), QStringList({q("eth0")}));
    }

    void appliesFilesSysctlsAddressesAndRoutes() {
        m_case.makePair();
        OpContext context = soon();
        NodeContent content;
        content.files = {{q("/etc/frr/new/daemon.conf"), "hello\n", 0640, q("frr")}, {q("/run/thing/x"), "y", 0755, q("root")}};
        content.sysctls = {{q("net.ipv4.ip_forward"), q("1")}, {q("net.ipv4.conf.default.rp_filter"), q("2")}};
        content.routes = {{prefix("10.99.0.0/16"), *Ipv4Address::parse(q("10.0.0.2"))}};
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_case.engine->apply(context, node("a"), content));
        }
        const QString frr = test::way() == "one-id" ? q("root") : q("frr"); // who has no id shares root's
        QCOMPARE(m_case.outputOf("a", {q("stat"), q("-c"), q("%U %G %a"), q("/etc/frr/new/daemon.conf")}),
                 frr + QLatin1Char(' ') + frr + q(" 640"));
        QCOMPARE(m_case.outputOf("a", {q("stat"), q("-c"), q("%U"), q("/etc/frr/new")}), frr);
        QCOMPARE(m_case.outputOf("a", {q("cat"), q("/proc/sys/net/ipv4/ip_forward")}), q("1"));
        QCOMPARE(m_case.outputOf("a", {q("cat"), q("/proc/sys/net/ipv4/conf/eth0/rp_filter")}), q("2"));
        QVERIFY(m_case.outputOf("a", {q("ip"), q("route")}).contains(q("10.99.0.0/16 via 10.0.0.2")));
        QVERIFY(!QFile::exists(q("/etc/frr/new")));
        const auto content2 = m_case.engine->channel(node("a"))->download(context, q("/etc/frr/new/daemon.conf"), 3);
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
        m_case.makePair();
        OpContext context = soon();
        NodeContent content;
        if (!path.isEmpty()) {
            content.files = {{path, "x", 0644, q("root")}};
        }
        if (!key.isEmpty()) {
            content.sysctls = {{key, q("x")}};
        }
        const auto done = m_case.engine->apply(context, node("a"), content);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::InvalidInput);
    }

    void largeFilesTravel() {
        m_case.makePair();
        OpContext context = soon();
        const QByteArray content(5'000'000, 'z');
        auto channel = m_case.engine->channel(node("a"));
        VERIFY_OK(channel->upload(context, q("/root/big"), content, 0600));
        const auto back = channel->download(context, q("/root/big"), 6'000'000);
        VERIFY_OK(back);
        QCOMPARE(*back, content);
        QCOMPARE(channel->download(context, q("/root/none"), 10).error().code, ErrorCode::NotFound);
        QCOMPARE(channel->download(context, q("/dev/zero"), 10).error().code, ErrorCode::InvalidInput);
    }

    void pingsAcrossALinkUntilItIsCut() {
        m_case.makePair();
        EventLog log;
        const auto subscription = m_case.engine->watch(log.handler());
        VERIFY_OK(subscription);
        OpContext context = soon();
        NodeContent defaultRoute;
        defaultRoute.routes = {{prefix("0.0.0.0/0"), *Ipv4Address::parse(q("10.0.0.2"))}};
        VERIFY_OK(m_case.engine->apply(context, node("a"), defaultRoute));
        const QStringList ping{q("ping"), q("-c1"), q("-W2"), q("10.0.0.2")};
        QVERIFY2(m_case.run("a", ping)->ok(), qPrintable(m_case.outputOf("a", ping)));
        const LinkId link(q("ab"));
        for (int i = 0; i < 2; ++i) {
            VERIFY_OK(m_case.engine->setLink(context, link, false));
        }
        QCOMPARE(m_case.engine->list(context)->links.front().up, false);
        for (const char* end : {"a", "b"}) {
            QVERIFY(m_case.outputOf(end, {q("ip"), q("link"), q("show"), q("eth0")}).contains(q("state DOWN")));
        }
        QVERIFY(!m_case.run("a", {q("ping"), q("-c1"), q("-W1"), q("10.0.0.2")})->ok());
        VERIFY_OK(m_case.engine->setLink(context, link, true));
        QVERIFY2(m_case.run("a", ping)->ok(), qPrintable(m_case.outputOf("a", ping)));
        // Pulling a cable takes no default route away that a DHCP client will not bring back.
        QVERIFY(m_case.outputOf("a", {q("ip"), q("route")}).contains(q("default via 10.0.0.2")));
        QVERIFY(log.waitFor([&](const Event& e) { return e.type == Event::Type::LinkChanged && e.link == link && !e.linkUp; }));
        QCOMPARE(m_case.engine->setLink(context, LinkId(q("none")), true).error().code, ErrorCode::NotFound);
    }
};

PODLEAF_BOTH_WAYS_MAIN(TestNamespaceEngine)
#include "tst_namespace_engine.moc"
