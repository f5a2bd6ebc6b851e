// SPDX-License-Identifier: GPL-3.0-or-later
// Every built-in lab on the real daemons: up, as intended, every leg asked, down, nothing left. And of each lab what
// it is there to show. As root and without.
#include "host_census.h"
#include "podleaf_program.h"

#include <tests/fakes/both_ways.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using podleaf::test::Census;
using podleaf::test::findIn;
using podleaf::test::PodleafProgram;
using namespace Qt::StringLiterals;

class LabsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void everyLabIsTested();
    void comesUpAsIntended_data();
    void comesUpAsIntended();
    void oldTutorialIsOneAutonomousSystem();
    void unnumberedCablesHaveNoAddresses();
    void twoLeavesCarryOneAnother();
    void spinesAreBothUsed();
    void relayedHostsAreLeasedElsewhere();
    void hostsAreRenderedWithoutDhcp();

private:
    PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + u"/run"_s); }
    void up(const QString& lab);
    QByteArray in(const QString& node, const QStringList& command) const;
    bool legsAreAnswered() const;

    QTemporaryDir m_folder;
    Census m_before;
    QString m_lab;
};

void LabsTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    m_before = Census::take(m_folder.path() + u"/run"_s);
}

/// Whatever a test did, `down` must leave the host as it was.
void LabsTest::cleanup() {
    if (m_lab.isEmpty()) {
        return;
    }
    QCOMPARE(podleaf().run({u"down"_s, std::exchange(m_lab, {})}).exitCode, 0);
    QString left;
    QTRY_VERIFY2_WITH_TIMEOUT((left = Census::take(m_folder.path() + u"/run"_s).leftSince(m_before)).isEmpty(), qPrintable(left), 5000);
    const QJsonObject proof = podleaf().run({u"gc"_s, u"--prove"_s, u"--json"_s}).json();
    QCOMPARE(proof[u"leftovers"_s].toArray().size(), 0);
}

void LabsTest::up(const QString& lab) {
    m_lab = lab;
    const auto up = podleaf().run({u"up"_s, lab});
    QVERIFY2(up.exitCode == 0, up.messages.constData());
}

QByteArray LabsTest::in(const QString& node, const QStringList& command) const {
    const auto result = podleaf().run(QStringList{u"exec"_s, m_lab, node, u"--"_s} + command);
    return result.exitCode == 0 ? result.output : "failed: " + result.messages;
}

bool LabsTest::legsAreAnswered() const {
    const QJsonArray legs = podleaf().run({u"test"_s, m_lab, u"--json"_s}).json()[u"legs"_s].toArray();
    return !legs.isEmpty() && std::ranges::all_of(legs, [](const QJsonValue& leg) { return leg[u"ok"_s].toBool(); });
}

void LabsTest::comesUpAsIntended_data() {
    QTest::addColumn<int>("nodes");
    QTest::addColumn<int>("legs");
    QTest::newRow("dhcp-relay") << 6 << (3 + 3) * 3;
    QTest::newRow("leaf-spine") << 14 << (8 + 4) * 4;
    QTest::newRow("tutorial") << 4 << (3 + 2) * 2;
    QTest::newRow("tutorial-2016") << 4 << (3 + 2) * 2;
    QTest::newRow("two-leaf-ecmp") << 5 << (3 + 3) * 3;
    QTest::newRow("unnumbered") << 4 << (3 + 3) * 3;
}

void LabsTest::everyLabIsTested() {
    const QStringList labs = QDir(podleaf::test::labsFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    const QStringList tested{u"dhcp-relay"_s, u"leaf-spine"_s, u"tutorial"_s, u"tutorial-2016"_s, u"two-leaf-ecmp"_s, u"unnumbered"_s};
    QStringList real = labs;
    real.removeIf([](const QString& lab) { return lab.startsWith(u"simulated"_s); }); // of them tests/simulated
    real.removeAll(u"tutorial-kubernetes"_s);                                         // tst_cluster_lab
    QCOMPARE(real, tested);                                                           // a new lab gets a row above
}

void LabsTest::comesUpAsIntended() {
    QFETCH(int, nodes);
    QFETCH(int, legs);
    up(QString::fromLatin1(QTest::currentDataTag()));
    const QJsonObject status = podleaf().status(m_lab);
    QCOMPARE(status[u"phase"_s].toString(), u"up"_s);
    QCOMPARE(status[u"nodes"_s].toArray().size(), nodes);
    QCOMPARE(status[u"lost"_s].toObject().size(), 0);
    const auto test = podleaf().run({u"test"_s, m_lab, u"--json"_s});
    QVERIFY2(test.exitCode == 0, test.output.constData());
    QVERIFY(test.json()[u"ok"_s].toBool());
    QCOMPARE(test.json()[u"legs"_s].toArray().size(), legs);
    QCOMPARE(podleaf().run({u"up"_s, m_lab}).output, QByteArray("Nothing to do.\n"));
}

void LabsTest::oldTutorialIsOneAutonomousSystem() {
    up(u"tutorial-2016"_s);
    // The reflected route leads to the leaf: nobody knows the other hosts' cables.
    const QByteArray routes = in(u"host1"_s, {u"ip"_s, u"route"_s});
    QVERIFY2(routes.contains("10.20.1.0/24") && routes.contains("via 20.1.1.1 dev enp0s9 proto bgp"), routes.constData());
    QVERIFY2(!routes.contains("20.1.1.4/30") && !routes.contains("20.1.1.8/30"), routes.constData());
    QVERIFY(in(u"leaf1"_s, {u"vtysh"_s, u"-c"_s, u"show bgp summary"_s}).contains("local AS number 10000"));
    QCOMPARE(in(u"host1"_s, {u"curl"_s, u"-s"_s, u"http://10.20.1.118/"_s}), QByteArray("hello from my-nginx-1\n"));
}

void LabsTest::unnumberedCablesHaveNoAddresses() {
    up(u"unnumbered"_s);
    QCOMPARE(in(u"host1"_s, {u"ip"_s, u"-4"_s, u"addr"_s, u"show"_s, u"dev"_s, u"eth1"_s}), QByteArray());
    const QByteArray routes = in(u"host1"_s, {u"ip"_s, u"route"_s});
    QVERIFY2(routes.contains("via inet6 fe80::") && routes.contains("src 10.255.192.1"), routes.constData());
    for (const QJsonValue& session : podleaf().status(m_lab)[u"sessions"_s].toArray()) {
        QCOMPARE(session[u"state"_s].toString(), u"Established"_s);
        QVERIFY(session[u"peer"_s].toString().startsWith(u"swp"_s) || session[u"peer"_s].toString() == u"eth1"_s);
    }
    // No address is told that no kernel has.
    for (const QStringList& more : {QStringList(), QStringList{u"--json"_s}}) {
        const auto status = podleaf().run(QStringList{u"status"_s, m_lab} + more);
        QVERIFY2(status.exitCode == 0 && !status.output.contains("172.16."), status.output.constData());
    }
    // A session that is down is seen as such, and why.
    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"cable2"_s, u"cut"_s}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(m_lab, [](const QJsonObject& now) {
        const QJsonArray sessions = now[u"sessions"_s].toArray();
        return std::ranges::count_if(sessions, [](const QJsonValue& session) { return session[u"reason"_s] == u"cable2 is cut."_s; }) == 2;
    }));
    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"cable2"_s, u"join"_s}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(m_lab, [](const QJsonObject& now) { return now[u"phase"_s] == u"up"_s; }));
}

void LabsTest::twoLeavesCarryOneAnother() {
    up(u"two-leaf-ecmp"_s);
    const auto nextHops = [this] { return in(u"host1"_s, {u"ip"_s, u"route"_s, u"show"_s, u"10.20.1.0/24"_s}).count("nexthop via"); };
    QCOMPARE(nextHops(), 2);
    const QByteArray standard = in(u"host1"_s, {u"ip"_s, u"route"_s, u"show"_s, u"default"_s});
    QVERIFY2(standard.contains("src 10.255.192.1") && standard.count("nexthop via") == 2, standard.constData());

    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"host1-left"_s, u"cut"_s}).exitCode, 0);
    QTRY_COMPARE_WITH_TIMEOUT(nextHops(), 0, 10000); // one is written in the route's own line
    QTRY_VERIFY_WITH_TIMEOUT(legsAreAnswered(), 10000);
    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"host1-left"_s, u"join"_s}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(m_lab, [](const QJsonObject& now) { return now[u"phase"_s] == u"up"_s; }));
    QCOMPARE(nextHops(), 2);

    // BFD runs on every session.
    QTRY_COMPARE_WITH_TIMEOUT(in(u"leaf1"_s, {u"vtysh"_s, u"-c"_s, u"show bfd peers brief"_s}).count(" up "), 3, 10000);
    // A daemon that was killed starts with what the leases said.
    in(u"host1"_s, {u"pkill"_s, u"-9"_s, u"-x"_s, u"zebra"_s});
    QVERIFY(podleaf().waitForStatus(m_lab, [](const QJsonObject& now) { return now[u"phase"_s] != u"up"_s; }));
    up(m_lab);
    const QByteArray again = in(u"host1"_s, {u"ip"_s, u"route"_s, u"show"_s, u"10.20.1.0/24"_s});
    QVERIFY2(again.contains("src 10.255.192.1") && again.count("nexthop via") == 2, again.constData());
}

void LabsTest::spinesAreBothUsed() {
    up(u"leaf-spine"_s);
    const QByteArray route = in(u"leaf1"_s, {u"ip"_s, u"route"_s, u"show"_s, u"10.20.48.0/24"_s});
    QVERIFY2(route.contains("dev swp49") && route.contains("dev swp50"), route.constData());
    // Only pod networks and loopbacks are announced: no spine knows a host's cable.
    QVERIFY(!in(u"spine1"_s, {u"ip"_s, u"route"_s}).contains("172.16.0.0/30"));
    QVERIFY(in(u"host1-1"_s, {u"ip"_s, u"route"_s, u"get"_s, u"10.255.192.49"_s}).contains("src 10.255.192.1 "));
    // A leaf that loses one of two ways because of a cable far away says so, though the spine still tells it a detour.
    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"leaf1-swp49"_s, u"cut"_s}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(m_lab, [](const QJsonObject& now) {
        qsizetype farAway = 0;
        for (const QJsonValue& mismatch : now[u"mismatches"_s].toArray()) {
            const QString cause = mismatch[u"cause"_s].toString();
            if (!cause.contains(u"leaf1-swp49 is cut"_s)) {
                return false;
            }
            farAway += mismatch[u"where"_s] == u"leaf4"_s ? 1 : 0;
        }
        return farAway >= 3; // leaf1's own pod networks.
    }));
}

void LabsTest::relayedHostsAreLeasedElsewhere() {
    up(u"dhcp-relay"_s);
    QCOMPARE(in(u"dhcp1"_s, {u"cat"_s, u"/var/lib/misc/dnsmasq.leases"_s}).count('\n'), 3);
    QVERIFY(!in(u"leaf1"_s, {u"cat"_s, u"/var/lib/misc/dnsmasq.leases"_s}).contains("172.16."));
    QVERIFY(in(u"dhcp1"_s, {u"ip"_s, u"route"_s, u"show"_s, u"172.16.0.4/30"_s}).contains("via 172.16.0.193 dev eth1 proto static"));
    QVERIFY(in(u"host3"_s, {u"cat"_s, u"/run/podleaf/lease"_s}).contains("loopback=10.255.192.3\n"));
}

/// Numbered cables without DHCP: what a host is told elsewhere is in its own files, and changes go there.
void LabsTest::hostsAreRenderedWithoutDhcp() {
    const QByteArray text = "name: rendered\n"
                            "nodes:\n"
                            "  leaf1: {kind: leaf, dhcp: none}\n"
                            "  leaf2: {kind: leaf, dhcp: none}\n"
                            "  spine1: {kind: spine}\n"
                            "  host1: {kind: host}\n"
                            "  host2: {kind: host}\n"
                            "  host3: {kind: host}\n"
                            "links:\n"
                            "  - {ends: [leaf1:swp1, host1:eth1]}\n"
                            "  - {ends: [leaf2:swp1, host1:eth2]}\n"
                            "  - {ends: [leaf1:swp2, host2:eth1]}\n"
                            "  - {ends: [leaf2:swp3, host3:eth1]}\n"
                            "  - {ends: [leaf1:swp49, spine1:swp1]}\n"
                            "  - {ends: [leaf2:swp49, spine1:swp2]}\n"
                            "workloads: {web: {replicas: 3}}\n"
                            "tests: {web: {to: web}}\n";
    const QString file = m_folder.path() + u"/rendered.yaml"_s;
    const auto write = [&file](const QByteArray& content) {
        QFile lab(file);
        QVERIFY(lab.open(QIODevice::WriteOnly) && lab.write(content) == content.size());
    };
    write(text);
    up(file);
    QVERIFY(legsAreAnswered());
    QCOMPARE(podleaf().run({u"up"_s, m_lab}).output, QByteArray("Nothing to do.\n"));
    const QByteArray addresses = in(u"host1"_s, {u"ip"_s, u"-4"_s, u"-br"_s, u"addr"_s});
    QVERIFY2(addresses.contains("172.16.0.2/30") && addresses.contains("172.16.1.2/30"), addresses.constData());
    const auto services = [this](const QString& node) {
        QMap<QString, qint64> running;
        const QJsonObject found = findIn(podleaf().status(m_lab)[u"nodes"_s].toArray(), u"name"_s, node);
        for (const QJsonValue& process : found[u"processes"_s].toArray()) {
            running[process[u"name"_s].toString()] = process[u"pid"_s].toInteger();
        }
        return running;
    };
    QCOMPARE(services(u"host1"_s).keys(), (QStringList{u"bgpd"_s, u"zebra"_s}));
    QCOMPARE(services(u"leaf1"_s).keys(), (QStringList{u"bgpd"_s, u"zebra"_s}));

    // A cable less: the other one carries all, and nobody is left waiting for a lease.
    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"leaf1-swp1"_s, u"cut"_s}).exitCode, 0);
    QTRY_VERIFY_WITH_TIMEOUT(legsAreAnswered(), 10'000);
    QCOMPARE(podleaf().run({u"link"_s, m_lab, u"leaf1-swp1"_s, u"join"_s}).exitCode, 0);
    QVERIFY(podleaf().waitForStatus(m_lab, [](const QJsonObject& now) { return now[u"phase"_s] == u"up"_s; }));

    const auto before = services(u"host2"_s);
    const auto others = services(u"host3"_s);
    write(QByteArray(text).replace("host2: {kind: host}", "host2: {kind: host, asn: 64999}"));
    up(file);
    QCOMPARE(services(u"host2"_s)[u"zebra"_s], before[u"zebra"_s]);
    QCOMPARE(services(u"host3"_s), others);
    QVERIFY(in(u"host2"_s, {u"vtysh"_s, u"-c"_s, u"show bgp summary"_s}).contains("local AS number 64999"));
    QVERIFY(legsAreAnswered());
}

PODLEAF_TWO_WAYS_MAIN(LabsTest)
#include "tst_labs.moc"
