// SPDX-License-Identifier: GPL-3.0-or-later
// Every rendered file of the tutorial against tests/blueprint/golden/NODE/…, and what the files must hold
// for other labs. PODLEAF_UPDATE_GOLDEN=1 rewrites the golden files; read the difference before committing.
#include <core/blueprint/blueprint.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using blueprint::NodeBlueprint;

namespace {

Ipv4Address ip(const char* text) {
    return *Ipv4Address::parse(QString::fromLatin1(text));
}
Ipv4Prefix net(const char* text) {
    return *Ipv4Prefix::parse(QString::fromLatin1(text));
}
NodeId node(const char* name) {
    return NodeId(QString::fromLatin1(name));
}

model::Node host(const char* name, std::uint32_t asn, const char* podCidr) {
    return {node(name), model::NodeKind::Host, asn, {}, net(podCidr)};
}

model::Link cable(const char* port, const char* hostName, const char* prefix) {
    const Ipv4Prefix p = net(prefix);
    return {LinkId(QStringLiteral("leaf1-") + QString::fromLatin1(hostName)),
            {model::Endpoint{node("leaf1"), QString::fromLatin1(port)}, model::Endpoint{node(hostName), QStringLiteral("eth1")}},
            p,
            {p.at(1), p.at(2)}};
}

model::Lab tutorial() {
    model::Lab lab;
    lab.id = LabId(QStringLiteral("tutorial"));
    lab.nodes = {{node("leaf1"), model::NodeKind::Leaf, 65100, ip("10.255.0.1"), {}},
                 host("host1", 4200000001, "10.20.0.0/24"),
                 host("host2", 4200000002, "10.20.1.0/24"),
                 host("host3", 4200000003, "10.20.2.0/24")};
    lab.links = {cable("swp1", "host1", "172.16.0.0/30"), cable("swp2", "host2", "172.16.0.4/30"), cable("swp3", "host3", "172.16.0.8/30")};
    lab.addressPlan = {net("172.16.0.0/16"), net("10.255.0.0/24"), net("10.20.0.0/16"), 24};
    lab.workloads = {{QStringLiteral("my-nginx"),
                      QStringLiteral("nginx"),
                      80,
                      {{QStringLiteral("my-nginx-1"), node("host2"), ip("10.20.1.10")},
                       {QStringLiteral("my-nginx-2"), node("host3"), ip("10.20.2.10")}}}};
    return lab;
}

NodeBlueprint nodeBlueprint(const model::Lab& lab, const char* name) {
    return blueprint::blueprintOf(lab, *lab.findNode(node(name)));
}

/// Everything of a node but its files' contents.
QByteArray outline(const NodeBlueprint& from) {
    QStringList lines{QStringLiteral("hostname ") + from.hostname};
    for (const blueprint::File& file : from.files) {
        lines << QStringLiteral("file %1 %2 %3").arg(file.path, QString::number(file.mode, 8), file.owner);
    }
    for (const blueprint::Sysctl& sysctl : from.sysctls) {
        lines << QStringLiteral("sysctl %1=%2").arg(sysctl.key, sysctl.value);
    }
    for (const QString& bridge : from.bridges) {
        lines << QStringLiteral("bridge ") + bridge;
    }
    for (const blueprint::InterfaceAddress& address : from.addresses) {
        lines << QStringLiteral("address %1 %2").arg(address.interface, address.address.toString());
    }
    for (const blueprint::StaticRoute& route : from.routes) {
        lines << QStringLiteral("route %1 via %2").arg(route.destination.toString(), route.via.toString());
    }
    for (const blueprint::Service& service : from.services) {
        lines << QStringLiteral("service %1 after [%2] ready [%3] log [%4]")
                     .arg(service.name, service.after.join(QLatin1Char(' ')), service.readySocket, service.logFile);
        lines << QStringLiteral("  ") + service.command.join(QLatin1Char('|'));
    }
    return lines.join(QLatin1Char('\n')).toUtf8() + '\n';
}

QByteArray readFile(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no such file)");
}

void writeFile(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

void compareGolden(const QString& path, const QByteArray& content) {
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        writeFile(path, content);
    }
    const QByteArray golden = readFile(path);
    if (golden != content) {
        qWarning().noquote() << path << "should hold:\n" << content;
    }
    QVERIFY2(golden == content, qPrintable(path));
}

QByteArray contentOf(const NodeBlueprint& blueprint, const char* path) {
    const auto it = std::ranges::find(blueprint.files, QString::fromLatin1(path), &blueprint::File::path);
    return it == blueprint.files.end() ? QByteArray() : it->content;
}

} // namespace

class TestBlueprint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void golden_data();
    void golden();
    void goldenFolderHoldsNothingElse();
    void hostsAreByteIdentical();
    void hostsKnowNothingOfTheLab();
    void everyFileIsWellFormed();
    void servicesComeAfterServicesThatExist();
    void hostLoopbackIsOption226();
    void prefixesOutsideThePoolsArePermitted();
    void poolOfOnePrefixHasNoBounds();
    void podListensOnTheWorkloadsPort();
    void turnedLinksGiveTheSame();
};

void TestBlueprint::golden_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"leaf1", "host1", "my-nginx-1"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void TestBlueprint::golden() {
    QFETCH(QString, name);
    const model::Lab lab = tutorial();
    const model::Node* found = lab.findNode(NodeId(name));
    const NodeBlueprint actual =
        found ? blueprint::blueprintOf(lab, *found) : blueprint::blueprintOf(lab, lab.workloads[0], lab.workloads[0].pods[0]);
    const QString folder = QStringLiteral(PODLEAF_SOURCE_DIR "/tests/blueprint/golden/") + name;
    compareGolden(folder + QStringLiteral("/outline.txt"), outline(actual));
    for (const blueprint::File& file : actual.files) {
        compareGolden(folder + QStringLiteral("/root") + file.path, file.content);
    }
}

void TestBlueprint::goldenFolderHoldsNothingElse() {
    const model::Lab lab = tutorial();
    const QString folder = QStringLiteral(PODLEAF_SOURCE_DIR "/tests/blueprint/golden/");
    for (const char* name : {"leaf1", "host1"}) {
        const NodeBlueprint actual = nodeBlueprint(lab, name);
        const QString root = folder + QString::fromLatin1(name) + QStringLiteral("/root");
        for (QDirIterator it(root, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
            const QString path = it.next().mid(root.size());
            QVERIFY2(std::ranges::find(actual.files, path, &blueprint::File::path) != actual.files.end(), qPrintable(path));
        }
    }
}

void TestBlueprint::hostsAreByteIdentical() {
    const model::Lab lab = tutorial();
    const NodeBlueprint first = nodeBlueprint(lab, "host1");
    for (const char* name : {"host2", "host3"}) {
        NodeBlueprint other = nodeBlueprint(lab, name);
        QCOMPARE(other.hostname, QString::fromLatin1(name));
        other.hostname = first.hostname;
        QVERIFY(other == first);
    }
}

void TestBlueprint::hostsKnowNothingOfTheLab() {
    const NodeBlueprint host = nodeBlueprint(tutorial(), "host2");
    QVERIFY(host.addresses.empty());
    QVERIFY(host.routes.empty());
    for (const blueprint::File& file : host.files) {
        for (const char* text : {"172.16.0", "10.20.1", "42000000", "65100", "host2", "leaf1"}) {
            QVERIFY2(!file.content.contains(text), qPrintable(file.path + QLatin1Char(' ') + QString::fromLatin1(text)));
        }
    }
}

void TestBlueprint::everyFileIsWellFormed() {
    const model::Lab lab = tutorial();
    std::vector<NodeBlueprint> all{blueprint::blueprintOf(lab, lab.workloads[0], lab.workloads[0].pods[1])};
    for (const model::Node& n : lab.nodes) {
        all.push_back(blueprint::blueprintOf(lab, n));
    }
    for (const NodeBlueprint& one : all) {
        QStringList paths;
        for (const blueprint::File& file : one.files) {
            QVERIFY(file.path.startsWith(QLatin1Char('/')));
            QVERIFY2(file.content.endsWith('\n'), qPrintable(file.path));
            static const QRegularExpression kUnfilled(QStringLiteral("%[0-9]"));
            QVERIFY2(!QString::fromUtf8(file.content).contains(kUnfilled),
                     qPrintable(file.path + QStringLiteral(": an argument was not filled in")));
            QVERIFY(file.owner == QStringLiteral("root") || file.owner == QStringLiteral("frr"));
            paths << file.path;
        }
        QCOMPARE(paths.removeDuplicates(), 0);
        for (const blueprint::Sysctl& sysctl : one.sysctls) {
            QVERIFY(sysctl.key.startsWith(QStringLiteral("net.")));
        }
    }
}

void TestBlueprint::servicesComeAfterServicesThatExist() {
    const model::Lab lab = tutorial();
    for (const model::Node& n : lab.nodes) {
        QStringList seen;
        for (const blueprint::Service& service : blueprint::blueprintOf(lab, n).services) {
            for (const QString& name : service.after) {
                QVERIFY2(seen.contains(name), qPrintable(service.name));
            }
            QVERIFY(!seen.contains(service.name));
            seen << service.name;
        }
    }
}

void TestBlueprint::hostLoopbackIsOption226() {
    model::Lab lab = tutorial();
    QVERIFY(!contentOf(nodeBlueprint(lab, "leaf1"), "/etc/dnsmasq.d/podleaf.conf").contains(",226,"));
    lab.nodes[2].loopback = ip("10.255.0.102");
    const QByteArray dnsmasq = contentOf(nodeBlueprint(lab, "leaf1"), "/etc/dnsmasq.d/podleaf.conf");
    QCOMPARE(dnsmasq.count(",226,"), 1);
    QVERIFY(dnsmasq.contains("dhcp-option-force=tag:swp2,226,\"10.255.0.102\"\n"));
}

void TestBlueprint::prefixesOutsideThePoolsArePermitted() {
    model::Lab lab = tutorial();
    lab.nodes[1].podCidr = net("192.168.7.0/25");
    lab.nodes[1].loopback = ip("192.0.2.1");
    for (const char* name : {"leaf1", "host3"}) {
        const QByteArray frr = contentOf(nodeBlueprint(lab, name), "/etc/frr/frr.conf");
        QVERIFY(frr.contains("ip prefix-list FABRIC seq 15 permit 192.168.7.0/25\n"));
        QVERIFY(frr.contains("ip prefix-list FABRIC seq 20 permit 192.0.2.1/32\n"));
    }
}

void TestBlueprint::poolOfOnePrefixHasNoBounds() {
    model::Lab lab = tutorial();
    lab.addressPlan.pods = net("10.20.0.0/24"); // FRR refuses "ge 24" for a /24.
    lab.addressPlan.loopbacks = net("10.255.0.1/32");
    const QByteArray frr = contentOf(nodeBlueprint(lab, "leaf1"), "/etc/frr/frr.conf");
    QVERIFY(frr.contains("seq 5 permit 10.20.0.0/24\n"));
    QVERIFY(frr.contains("seq 10 permit 10.255.0.1/32\n"));
}

void TestBlueprint::podListensOnTheWorkloadsPort() {
    model::Lab lab = tutorial();
    lab.workloads[0].port = 8080;
    const NodeBlueprint pod = blueprint::blueprintOf(lab, lab.workloads[0], lab.workloads[0].pods[1]);
    QVERIFY(contentOf(pod, "/etc/nginx/nginx.conf").contains("listen 8080;"));
    QCOMPARE(pod.services.front().readySocket, QStringLiteral("tcp:8080"));
    QCOMPARE(contentOf(pod, "/var/www/podleaf/index.html"), QByteArray("hello from my-nginx-2\n"));
}

void TestBlueprint::turnedLinksGiveTheSame() {
    model::Lab turned = tutorial();
    for (model::Link& link : turned.links) {
        std::swap(link.ends[0], link.ends[1]);
        std::swap(link.addresses[0], link.addresses[1]);
    }
    for (const char* name : {"leaf1", "host1"}) {
        QVERIFY(nodeBlueprint(turned, name) == nodeBlueprint(tutorial(), name));
    }
}

QTEST_GUILESS_MAIN(TestBlueprint)
#include "tst_blueprint.moc"
