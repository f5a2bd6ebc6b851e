// SPDX-License-Identifier: GPL-3.0-or-later
// The DHCP hook as udhcpc runs it, in a folder of its own, with `ip` and `vtysh` replaced by recorders: what it
// does with a good lease, again, with another one, and with what a hostile server may send.
#include <tests/fakes/dhcp_hook_host.h>

#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace podleaf;
using fakes::DhcpHookHost;
using fakes::FakeVty;

namespace {

using Environment = QList<std::pair<QString, QString>>;

QString hex(const char* text) {
    return QString::fromLatin1(QByteArray(text).toHex());
}

Environment goodLease() {
    return {{QStringLiteral("interface"), QStringLiteral("eth1")}, {QStringLiteral("ip"), QStringLiteral("172.16.0.2")},
            {QStringLiteral("mask"), QStringLiteral("30")},        {QStringLiteral("router"), QStringLiteral("172.16.0.1")},
            {QStringLiteral("hostname"), QStringLiteral("host1")}, {QStringLiteral("opt224"), hex("4200000001")},
            {QStringLiteral("opt225"), hex("10.20.1.0/24")}};
}

Environment with(Environment lease, const char* key, const QString& value) {
    lease.append({QString::fromLatin1(key), value});
    return lease;
}

/// A value with up to three changes that a hostile server, or a broken one, may make; of an option, in its text as well
/// as in the hexadecimal that udhcpc makes of it.
QString mutated(QRandomGenerator& random, const QString& value, bool isHex) {
    static const QString kBytes = QStringLiteral("0123456789./ -;$`'\"\\\n*@|&<>(){}=%abcxyzABC") + QChar(0xfc) + QChar(1);
    const bool insideHex = isHex && random.bounded(2) == 0;
    QString text = insideHex ? QString::fromLatin1(QByteArray::fromHex(value.toLatin1())) : value;
    for (int i = random.bounded(4); i > 0; --i) {
        const qsizetype at = random.bounded(static_cast<int>(text.size()) + 1);
        const QChar byte = kBytes[random.bounded(static_cast<int>(kBytes.size()))];
        switch (random.bounded(4)) {
        case 0:
            text.insert(at, byte);
            break;
        case 1:
            text.remove(at, 1 + random.bounded(3));
            break;
        case 2:
            text.replace(at, 1, byte);
            break;
        default:
            text.insert(at, text.left(random.bounded(static_cast<int>(text.size()) + 1)));
        }
    }
    return insideHex ? QString::fromLatin1(text.toLatin1().toHex()) : text;
}

} // namespace

class TestDhcpHook : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void boundConfiguresEverything();
    void aReaderOfTheConfigurationNeverSeesHalfOfIt();
    void bgpComesBeforeTheAddress();
    void renewWithTheSameLeaseLeavesBgpAlone();
    void anotherAsReplacesTheOldOne();
    void loopbackIsTheRouterId();
    void loopbackIsTheSourceOfRoutes();
    void secondPortAddsItsNeighbour();
    void lostPortLeavesTheOtherAlone();
    void withoutBgpdTheFileIsWritten();
    void aRemovedPortIsForgotten();
    void withoutAsNumberThereIsNoBgp();
    void inAClusterOnlyAddressesAndTheLeaseAreMade();
    void deconfigTakesTheAddressAndLeavesBgpAlone();
    void deconfigBeforeAnyLeaseDoesNothing();
    void badHostnameIsPassedOver();
    void hostileLeaseIsRefused_data();
    void hostileLeaseIsRefused();
    void whateverALeaseHoldsOnlyCheckedWordsGetThrough();

private:
    [[nodiscard]] QString path(const char* relative) const { return m_host->path(relative); }
    [[nodiscard]] QByteArray read(const char* relative) const { return m_host->read(relative); }
    int run(const char* event, const Environment& environment);
    static Environment secondLease();
    QByteArray takeLog() const { return m_host->takeLog(); }

    std::unique_ptr<DhcpHookHost> m_host;
    std::unique_ptr<FakeVty> m_vty;
};

void TestDhcpHook::init() {
    m_host = std::make_unique<DhcpHookHost>();
    QVERIFY(m_host->isWhole());
    m_vty = std::make_unique<FakeVty>(path("var/run/frr/bgpd.vty"));
    QVERIFY(m_vty->isBound());
}

void TestDhcpHook::cleanup() {
    m_vty.reset();
    m_host.reset();
}

/// Runs the hook; its exit code, or -1 when it did not end by itself.
int TestDhcpHook::run(const char* event, const Environment& environment) {
    QProcess process;
    QProcessEnvironment all;
    for (const auto& [key, value] : m_host->environment() + environment) {
        all.insert(key, value);
    }
    process.setProcessEnvironment(all);
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(m_host->hook(), {QString::fromLatin1(event)});
    return process.waitForFinished() && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

void TestDhcpHook::aReaderOfTheConfigurationNeverSeesHalfOfIt() {
    QFile open(path("etc/frr/frr.conf"));
    QVERIFY(open.open(QIODevice::ReadOnly)); // As a bgpd that starts now has it.
    const QByteArray before = read("etc/frr/frr.conf");
    QCOMPARE(run("bound", goodLease()), 0);
    QVERIFY(read("etc/frr/frr.conf") != before);
    QCOMPARE(open.readAll(), before);
}

void TestDhcpHook::boundConfiguresEverything() {
    QCOMPARE(run("bound", goodLease()), 0);
    QCOMPARE(read("run/podleaf/lease"), QByteArray("interface=eth1\naddress=172.16.0.2/30\ngateway=172.16.0.1\nasn=4200000001\n"
                                                   "pod-cidr=10.20.1.0/24\nloopback=\n"));
    const QByteArray frr = read("etc/frr/frr.conf");
    QVERIFY(frr.contains("router bgp 4200000001\n bgp router-id 10.20.1.1\n"));
    QVERIFY(frr.contains(" neighbor 172.16.0.1 remote-as external\n"));
    QVERIFY(!frr.contains('@'));
    QCOMPARE(read("run/podleaf/frr.conf"), frr);
    QCOMPARE(read("etc/hostname"), QByteArray("host1\n"));

    const QByteArray log = takeLog();
    QVERIFY(log.contains("address replace 10.20.1.1/24 dev cbr0\n"));
    QVERIFY(log.contains("vtysh configure terminal\nvtysh router bgp 4200000001\n"));
    QVERIFY(log.contains("vtysh   neighbor 172.16.0.1 activate\n"));
    QVERIFY(!log.contains("no router bgp"));
    QVERIFY(!log.contains("prefix-list FABRIC seq")); // bgpd has had these from the start
    QVERIFY(log.endsWith("ip -batch -\naddress replace 10.20.1.1/24 dev cbr0\naddress replace 172.16.0.2/30 dev eth1\nroute replace "
                         "default via 172.16.0.1 dev eth1 proto dhcp\n"));
}

void TestDhcpHook::bgpComesBeforeTheAddress() {
    QCOMPARE(run("bound", goodLease()), 0);
    const QByteArray log = takeLog();
    const auto timers = log.indexOf("neighbor 172.16.0.1 timers connect 1");
    const auto activate = log.indexOf("neighbor 172.16.0.1 activate");
    const auto bridge = log.indexOf("address replace 10.20.1.1/24");
    const auto address = log.indexOf("address replace 172.16.0.2/30");
    QVERIFY(0 <= timers && timers < activate && activate < bridge && bridge < address); // what is announced before who asks
    QCOMPARE(log.count("ip -batch"), 1);
    QCOMPARE(log.count("address replace"), 2); // each once
}

void TestDhcpHook::renewWithTheSameLeaseLeavesBgpAlone() {
    QCOMPARE(run("bound", goodLease()), 0);
    takeLog();
    QCOMPARE(run("renew", goodLease()), 0);
    QCOMPARE(takeLog(), QByteArray("ip -batch -\naddress replace 10.20.1.1/24 dev cbr0\naddress replace 172.16.0.2/30 dev eth1\n"
                                   "route replace default via 172.16.0.1 dev eth1 proto dhcp\n"));
}

void TestDhcpHook::anotherAsReplacesTheOldOne() {
    QCOMPARE(run("bound", goodLease()), 0);
    takeLog();
    QCOMPARE(run("renew", with(goodLease(), "opt224", hex("64999"))), 0);
    const QByteArray log = takeLog();
    QVERIFY(!log.contains("vtysh ")); // a bgpd that is started again reads it
    QCOMPARE(log, QByteArray("ip -batch -\naddress flush dev eth1 scope global\naddress flush dev lo scope global\n"
                             "address flush dev cbr0 scope global\naddress replace 10.20.1.1/24 dev cbr0\n"
                             "address replace 172.16.0.2/30 dev eth1\nroute replace default via 172.16.0.1 dev eth1 proto dhcp\n"));
    QVERIFY(read("etc/frr/frr.conf").contains("router bgp 64999\n"));
    QVERIFY(!read("etc/frr/frr.conf").contains("4200000001"));
}

void TestDhcpHook::loopbackIsTheRouterId() {
    QCOMPARE(run("bound", with(goodLease(), "opt226", hex("10.255.0.101"))), 0);
    QVERIFY(takeLog().contains("address replace 10.255.0.101/32 dev lo\n"));
    QVERIFY(read("etc/frr/frr.conf").contains(" bgp router-id 10.255.0.101\n"));
    QVERIFY(read("run/podleaf/lease").contains("loopback=10.255.0.101\n"));
}

void TestDhcpHook::loopbackIsTheSourceOfRoutes() {
    const FakeVty zebra(path("var/run/frr/zebra.vty"));
    QVERIFY(m_host->write("etc/frr/zebra.conf", "no zebra nexthop kernel enable\n"));
    const Environment lease = with(goodLease(), "opt226", hex("10.255.0.101"));
    QCOMPARE(run("bound", lease), 0);
    const QByteArray log = takeLog();
    QVERIFY(log.contains("route replace default via 172.16.0.1 dev eth1 proto dhcp src 10.255.0.101\n"));
    QVERIFY(log.endsWith("vtysh configure terminal\nvtysh route-map SOURCE permit 10\nvtysh set src 10.255.0.101\nvtysh exit\n"
                         "vtysh ip protocol bgp route-map SOURCE\n"));
    // A zebra started again reads it from here.
    QCOMPARE(read("run/podleaf/zebra.conf"),
             QByteArray("no zebra nexthop kernel enable\nroute-map SOURCE permit 10\n set src 10.255.0.101\nexit\n"
                        "ip protocol bgp route-map SOURCE\n"));
    QCOMPARE(run("renew", lease), 0);
    QVERIFY(!takeLog().contains("vtysh"));
}

Environment TestDhcpHook::secondLease() {
    return {{QStringLiteral("interface"), QStringLiteral("eth2")}, {QStringLiteral("ip"), QStringLiteral("172.16.1.2")},
            {QStringLiteral("mask"), QStringLiteral("30")},        {QStringLiteral("router"), QStringLiteral("172.16.1.1")},
            {QStringLiteral("hostname"), QStringLiteral("host1")}, {QStringLiteral("opt224"), hex("4200000001")},
            {QStringLiteral("opt225"), hex("10.20.1.0/24")}};
}

void TestDhcpHook::secondPortAddsItsNeighbour() {
    QCOMPARE(run("bound", goodLease()), 0);
    takeLog();
    QCOMPARE(run("bound", secondLease()), 0);
    const QByteArray log = takeLog();
    // The first one's session stays: nothing is taken away and nothing of it is said again.
    QVERIFY(log.contains("vtysh configure terminal\nvtysh router bgp 4200000001\nvtysh  neighbor 172.16.1.1 remote-as external\n"));
    QVERIFY(log.contains("vtysh   neighbor 172.16.1.1 activate\n"));
    QVERIFY(!log.contains("no router bgp") && !log.contains("flush") && !log.contains("neighbor 172.16.0.1") && !log.contains("bmp"));
    QVERIFY(log.endsWith("address replace 172.16.1.2/30 dev eth2\n"
                         "route replace default proto dhcp nexthop via 172.16.0.1 dev eth1 nexthop via 172.16.1.1 dev eth2\n"));
    const QByteArray frr = read("etc/frr/frr.conf");
    QVERIFY(frr.contains(" neighbor 172.16.0.1 remote-as external\n neighbor 172.16.1.1 remote-as external\n"));
    QCOMPARE(frr.count("activate"), 2);

    // Both again, in the other order: nothing changes.
    QCOMPARE(run("renew", secondLease()), 0);
    QCOMPARE(run("renew", goodLease()), 0);
    QVERIFY(!takeLog().contains("vtysh"));
}

void TestDhcpHook::lostPortLeavesTheOtherAlone() {
    QCOMPARE(run("bound", goodLease()), 0);
    QCOMPARE(run("deconfig", secondLease()), 0); // udhcpc begins with it
    QVERIFY(QFile::exists(path("run/podleaf/lease")));
    QCOMPARE(run("bound", secondLease()), 0);
    takeLog();
    QCOMPARE(run("deconfig", secondLease()), 0);
    QCOMPARE(takeLog(), QByteArray("ip -batch -\naddress flush dev eth2 scope global\n"
                                   "route replace default via 172.16.0.1 dev eth1 proto dhcp\n"));
    QCOMPARE(run("renew", goodLease()), 0);
    QVERIFY(!takeLog().contains("vtysh")); // Its neighbour stays configured, for when it is back.
}

void TestDhcpHook::withoutBgpdTheFileIsWritten() {
    QFile::remove(path("var/run/frr/bgpd.vty"));
    QCOMPARE(run("bound", goodLease()), 0);
    QVERIFY(!takeLog().contains("vtysh"));
    QVERIFY(read("run/podleaf/frr.conf").contains("router bgp 4200000001\n"));
}

void TestDhcpHook::aRemovedPortIsForgotten() {
    QCOMPARE(run("bound", goodLease()), 0);
    QCOMPARE(run("bound", with(with(goodLease(), "interface", QStringLiteral("eth2")), "router", QStringLiteral("172.16.0.5"))), 0);
    QVERIFY(takeLog().contains("nexthop via 172.16.0.5 dev eth2"));
    QVERIFY(QDir().rmdir(m_host->path("sys/class/net/eth2")));
    QCOMPARE(run("renew", goodLease()), 0);
    const QByteArray log = takeLog();
    QVERIFY2(log.contains("route replace default via 172.16.0.1 dev eth1") && !log.contains("eth2"), log.constData());
}

void TestDhcpHook::withoutAsNumberThereIsNoBgp() {
    QCOMPARE(run("bound", with(goodLease(), "opt224", {})), 0);
    QCOMPARE(takeLog(), QByteArray("ip -batch -\naddress replace 10.20.1.1/24 dev cbr0\naddress replace 172.16.0.2/30 dev eth1\n"
                                   "route replace default via 172.16.0.1 dev eth1 proto dhcp\n"));
    QVERIFY(!read("etc/frr/frr.conf").contains("router bgp"));
}

/// Its host has no template: a pod renders it, and the daemons' sockets are the pod's.
void TestDhcpHook::inAClusterOnlyAddressesAndTheLeaseAreMade() {
    const FakeVty zebra(path("var/run/frr/zebra.vty"));
    QVERIFY(QFile::remove(path("usr/lib/podleaf/frr.conf.in")) && QFile::remove(path("etc/frr/frr.conf")));
    const Environment lease = with(goodLease(), "opt226", hex("10.255.0.101"));
    const QByteArray made = "address replace 10.255.0.101/32 dev lo\naddress replace 10.20.1.1/24 dev cbr0\n"
                            "address replace 172.16.0.2/30 dev eth1\n"
                            "route replace default via 172.16.0.1 dev eth1 proto dhcp src 10.255.0.101\n";
    for (const char* event : {"bound", "renew"}) {
        QCOMPARE(run(event, lease), 0);
        QCOMPARE(takeLog(), "ip -batch -\n" + made);
    }
    QVERIFY(read("run/podleaf/lease").contains("asn=4200000001\npod-cidr=10.20.1.0/24\nloopback=10.255.0.101\n"));
    // A second port is added, and lost, with the loopback as the source; another AS number makes the host anew.
    QCOMPARE(run("bound", with(secondLease(), "opt226", hex("10.255.0.101"))), 0);
    QVERIFY(!takeLog().contains("flush"));
    QCOMPARE(run("deconfig", secondLease()), 0);
    QVERIFY(takeLog().endsWith("route replace default via 172.16.0.1 dev eth1 proto dhcp src 10.255.0.101\n"));
    QCOMPARE(run("renew", with(lease, "opt224", hex("64999"))), 0);
    QCOMPARE(takeLog(), "ip -batch -\naddress flush dev eth1 scope global\naddress flush dev lo scope global\n"
                        "address flush dev cbr0 scope global\n" +
                            made);
    QVERIFY(!QFile::exists(path("run/podleaf/frr.conf")) && !QFile::exists(path("etc/frr/frr.conf")));
}

void TestDhcpHook::deconfigTakesTheAddressAndLeavesBgpAlone() {
    QCOMPARE(run("bound", goodLease()), 0);
    takeLog();
    QCOMPARE(run("deconfig", goodLease()), 0);
    QCOMPARE(takeLog(), QByteArray("ip -batch -\naddress flush dev eth1 scope global\nroute flush dev eth1 proto dhcp\n"));
    QVERIFY(!QFile::exists(path("run/podleaf/lease")));
    QCOMPARE(run("bound", goodLease()), 0);
    QVERIFY(!takeLog().contains("vtysh"));
}

void TestDhcpHook::deconfigBeforeAnyLeaseDoesNothing() {
    QCOMPARE(run("deconfig", {{QStringLiteral("interface"), QStringLiteral("eth1")}}), 0);
    QCOMPARE(takeLog(), QByteArray());
}

void TestDhcpHook::badHostnameIsPassedOver() {
    for (const char* name : {"host 1", "-x", "HOST\nevil", "a/b", "$(id)"}) {
        QCOMPARE(run("bound", with(goodLease(), "hostname", QString::fromLatin1(name))), 0);
        QVERIFY(!QFile::exists(path("etc/hostname")));
    }
}

void TestDhcpHook::hostileLeaseIsRefused_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* name, const char* key, const QString& value) {
        QTest::newRow(name) << QString::fromLatin1(key) << value;
    };
    row("AS is a command", "opt224", hex("65000\nexit"));
    row("AS 0", "opt224", hex("0"));
    row("AS with a leading zero", "opt224", hex("065000"));
    row("AS too large", "opt224", hex("4294967295"));
    row("AS with 11 digits", "opt224", hex("10000000000"));
    row("AS with a dot", "opt224", hex("1.1"));
    row("AS is not hexadecimal", "opt224", QStringLiteral("zz"));
    row("AS of half a byte", "opt224", QStringLiteral("3"));
    row("AS endless", "opt224", QString(4000, QLatin1Char('3')));
    row("pod network without length", "opt225", hex("10.20.1.0"));
    row("pod network with two slashes", "opt225", hex("10.20.1.0/24/1"));
    row("pod network of everything", "opt225", hex("0.0.0.0/0"));
    row("pod network too small", "opt225", hex("10.20.1.0/31"));
    row("pod network not at its start", "opt225", hex("10.20.1.255/24"));
    row("pod network with a shell word", "opt225", hex("10.20.1.0/24;reboot"));
    row("pod network octet 256", "opt225", hex("10.20.256.0/24"));
    row("loopback is a prefix", "opt226", hex("10.255.0.1/32"));
    row("loopback of five octets", "opt226", hex("10.255.0.1.2"));
    row("router is a word", "router", QStringLiteral("gateway"));
    row("router missing", "router", QString());
    row("router with a command", "router", QStringLiteral("172.16.0.1;reboot"));
    row("address is a path", "ip", QStringLiteral("../../etc"));
    row("netmask too long", "mask", QStringLiteral("33"));
    row("netmask is a word", "mask", QStringLiteral("30 dev lo"));
}

void TestDhcpHook::hostileLeaseIsRefused() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QCOMPARE(run("bound", with(goodLease(), key.toLatin1().constData(), value)), 1);
    QCOMPARE(takeLog(), QByteArray());
    QVERIFY(!QFile::exists(path("run/podleaf/lease")));
    QVERIFY(!read("etc/frr/frr.conf").contains("router bgp"));
}

/// Random leases: either the hook refuses and does nothing, or what it runs and writes holds only what the checks let
/// through. PODLEAF_SEED repeats a run.
void TestDhcpHook::whateverALeaseHoldsOnlyCheckedWordsGetThrough() {
    bool given = false;
    const int seed = qEnvironmentVariableIntValue("PODLEAF_SEED", &given);
    QRandomGenerator random(given ? static_cast<quint32>(seed) : 20261126U);
    const int rounds = qEnvironmentVariableIsSet("PODLEAF_FULL") ? 1500 : 60;
    const QRegularExpression lease(QStringLiteral("^interface=eth1\naddress=([0-9.]+/[0-9]+)\ngateway=([0-9.]+)\nasn=([0-9]*)\n"
                                                  "pod-cidr=([0-9./]*)\nloopback=([0-9.]*)\n$"));
    int accepted = 0;
    for (int i = 0; i < rounds; ++i) {
        Environment environment = with(goodLease(), "opt226", hex("10.255.0.101"));
        for (auto& [key, value] : environment) {
            if (key != QLatin1String("interface") && random.bounded(3) == 0) { // that one is udhcpc's own
                value = mutated(random, value, key.startsWith(QLatin1String("opt")));
            }
        }
        const int code = run("bound", environment);
        const QByteArray hint = QByteArray("round ") + QByteArray::number(i) + " of this seed";
        QVERIFY2(code == 0 || code == 1, hint.constData());
        const QList<QByteArray> lines = takeLog().split('\n');
        QVERIFY2(code == 0 || lines.size() == 1, hint.constData());
        for (const QByteArray& line : lines) {
            QVERIFY2(DhcpHookHost::isChecked(line), QByteArray(line + ", " + hint).constData());
        }
        if (code == 0) {
            ++accepted;
            const auto written = lease.match(QString::fromLatin1(read("run/podleaf/lease")));
            QVERIFY2(written.hasMatch(), hint.constData());
            QVERIFY2(Ipv4Prefix::parse(written.captured(1)) && Ipv4Address::parse(written.captured(2)), hint.constData());
            QVERIFY2(written.captured(4).isEmpty() || Ipv4Prefix::parse(written.captured(4)), hint.constData());
            QVERIFY2(written.captured(5).isEmpty() || Ipv4Address::parse(written.captured(5)), hint.constData());
        }
        QCOMPARE(m_host->strangers(), QStringList());
    }
    QVERIFY2(accepted > 0 && accepted < rounds, QByteArray::number(accepted).constData()); // both ways were tried
}

QTEST_GUILESS_MAIN(TestDhcpHook)
#include "tst_dhcp_hook.moc"
