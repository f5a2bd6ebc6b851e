// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-router with the real zebra and bgpd of FRR, as the DaemonSet runs it: with its template of the tutorial and its
// capabilities only. The test's own network namespace is the node; a plain FRR in another one is its leaf.
#include "real_leaf.h"

#include <core/blueprint/router_manifest.h>
#include <core/labfile/labfile.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

QJsonObject manifestOf(const QString& lab) {
    const auto source = labfile::load(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/%1/lab.yaml").arg(lab));
    const auto parsed = labfile::parse("kubernetes:\n" + (source ? source->text : QByteArray()));
    return QJsonDocument::fromJson(blueprint::routerManifest(parsed.lab.value_or(model::Lab{}))).object();
}

QByteArray conflist(const char* subnet) {
    return QByteArray(R"({"plugins": [{"type": "bridge", "ipam": {"ranges": [[{"subnet": ")") + subnet + "\"}]]}}]}";
}

} // namespace

class TestRouter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void onlyItsOwnNetworkIsAnnounced();
    void thePodNetworkComesLater();
    void thePodNetworkChanges();
    void theAsNumberChanges();
    void aLoopbackComesAndGoes();
    void aSecondGatewayComesAndGoes();
    void oneAsForAll();
    void bfdRunsWhereTheLabHasIt();
    void aKilledBgpdComesBack();
    void aKilledZebraComesBack();
    void routesStayWhenItEnds();
    void hostileFilesChangeNothing();

private:
    void write(const QString& file, const QByteArray& content) const;
    void writeLab(const QString& name) const;
    void startAtLeaf(const QString& daemon, const QByteArray& config) const;
    static void stopAtLeaf(const QString& daemon);
    void startRouter();
    void stopRouter();
    [[nodiscard]] QJsonObject status() const;
    [[nodiscard]] qint64 pidOf(const QString& daemon) const { return status()[daemon][u"pid"_s].toInteger(); }
    [[nodiscard]] QByteArray routerSays(const QString& daemon, const QString& question) const {
        return outputOf({u"vtysh"_s, u"-d"_s, daemon, u"-c"_s, question});
    }
    /// Waits until the leaf's only routes of others are these, and the node's kernel has the leaf's.
    [[nodiscard]] bool isRouted(const QMap<QString, int>& own) const;
    [[nodiscard]] QString path(const QString& file) const { return m_folder->filePath(file); }

    QString m_capabilities;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_router;
};

void TestRouter::initTestCase() {
    if (::geteuid() != 0) {
        QSKIP("It makes network namespaces, for which one has to be root.");
    }
    if (!QFile::exists(u"/usr/lib/frr/bgpd"_s)) {
        QSKIP("FRR is not installed.");
    }
    QVERIFY(QDir().mkpath(u"/run/frr"_s));
    outputOf(u"chown frr:frr /run/frr"_s);
    const auto container = manifestOf(u"tutorial"_s)[u"items"_s][1][u"spec"_s][u"template"_s][u"spec"_s][u"containers"_s][0];
    m_capabilities = u"-all"_s;
    for (const auto& each : container[u"securityContext"_s][u"capabilities"_s][u"add"_s].toArray()) {
        m_capabilities += u",+"_s + each.toString().toLower();
    }
    for (const QString& command : {u"netns add leaf"_s, u"link add eth1 type veth peer name swp1 netns leaf"_s,
                                   u"link add eth2 type veth peer name swp2 netns leaf"_s, u"address add 172.16.0.2/30 dev eth1"_s,
                                   u"address add 172.16.0.6/30 dev eth2"_s, u"link set eth1 up"_s, u"link set eth2 up"_s,
                                   u"-n leaf address add 172.16.0.1/30 dev swp1"_s, u"-n leaf address add 172.16.0.5/30 dev swp2"_s,
                                   u"-n leaf link set lo up"_s, u"-n leaf link set swp1 up"_s, u"-n leaf link set swp2 up"_s}) {
        outputOf(u"ip "_s + command);
    }
}

void TestRouter::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QCOMPARE(::chmod(m_folder->path().toLocal8Bit().constData(), 0755), 0); // FRR's user has to get in
    for (const char* folder : {"lab", "net.d", "podleaf", "frr"}) {
        QVERIFY(QDir().mkpath(path(QString::fromLatin1(folder))));
    }
    startAtLeaf(u"zebra"_s, "hostname leaf\n");
    startAtLeaf(u"bgpd"_s, kLeafConfig);
    outputOf(u"ip route add default via 172.16.0.1"_s);
    writeLab(u"tutorial"_s);
    write(u"podleaf/lease"_s, "interface=eth1\nasn=4200000001\npod-cidr=10.20.1.0/24\nloopback=\n");
    write(u"net.d/10-containerd-net.conflist"_s, conflist("10.20.1.0/24"));
}

void TestRouter::cleanup() {
    if (QTest::currentTestFailed() && m_router) {
        qWarning().noquote() << m_router->readAll();
    }
    stopRouter();
    for (const QString& daemon : {u"bgpd"_s, u"bfdd"_s, u"zebra"_s}) {
        stopAtLeaf(daemon);
    }
    outputOf(u"ip nexthop flush proto 11"_s);
    outputOf(u"ip route flush default"_s);
}

void TestRouter::write(const QString& file, const QByteArray& content) const {
    QFile out(path(file));
    QVERIFY(out.open(QIODevice::WriteOnly) && out.write(content) == content.size());
}

/// The keys of the ConfigMap, as files.
void TestRouter::writeLab(const QString& name) const {
    const QJsonObject data = manifestOf(name)[u"items"_s][0][u"data"_s].toObject();
    for (auto it = data.begin(); it != data.end(); ++it) {
        write(u"lab/"_s + it.key(), it->toString().toUtf8());
    }
}

void TestRouter::startAtLeaf(const QString& daemon, const QByteArray& config) const {
    write(u"leaf-%1.conf"_s.arg(daemon), config);
    outputOf({u"ip"_s, u"netns"_s, u"exec"_s, u"leaf"_s, u"/usr/lib/frr/"_s + daemon, u"-d"_s, u"-N"_s, u"leaf"_s, u"-P"_s, u"0"_s, u"-f"_s,
              path(u"leaf-%1.conf"_s.arg(daemon)), u"--log"_s, u"file:"_s + path(u"leaf.log"_s)});
}

void TestRouter::stopAtLeaf(const QString& daemon) {
    QFile file(u"/run/frr/leaf/%1.pid"_s.arg(daemon));
    if (!file.open(QIODevice::ReadOnly)) {
        return; // not started
    }
    const auto process = static_cast<pid_t>(file.readAll().trimmed().toInt());
    QCOMPARE(::kill(process, SIGTERM), 0);
    QTRY_VERIFY_WITH_TIMEOUT(::kill(process, 0) != 0, kPatienceMs);
    file.remove();
}

void TestRouter::startRouter() {
    m_router = std::make_unique<QProcess>();
    m_router->setProcessChannelMode(QProcess::MergedChannels);
    m_router->start(u"setpriv"_s,
                    {u"--bounding-set"_s, m_capabilities, u"--inh-caps"_s, u"-all"_s, QStringLiteral(PODLEAF_BIN_DIR "/podleaf-router"),
                     u"--template"_s, path(u"lab/frr.conf.in"_s), u"--cni-folder"_s, path(u"net.d"_s), u"--lease"_s,
                     path(u"podleaf/lease"_s), u"--config-folder"_s, path(u"frr"_s)});
    QVERIFY(m_router->waitForStarted());
}

/// As the container runtime does it; the program must not need to be killed.
void TestRouter::stopRouter() {
    if (m_router) {
        m_router->terminate();
        QVERIFY(m_router->waitForFinished(5000));
        QCOMPARE(m_router->exitCode(), 0);
        m_router.reset();
    }
}

QJsonObject TestRouter::status() const {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{AF_UNIX, "/run/frr/podleaf-router.sock"};
    QByteArray text;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        char buffer[4096];
        for (ssize_t count = 0; (count = ::read(socket, buffer, sizeof buffer)) > 0;) {
            text.append(buffer, count);
        }
    }
    ::close(socket);
    return QJsonDocument::fromJson(text).object();
}

bool TestRouter::isRouted(const QMap<QString, int>& own) const {
    return QTest::qWaitFor([&] { return routesOfLeaf() == own && kernelRoutes().contains(u"10.20.9.0/24"_s); }, kPatienceMs);
}

void TestRouter::onlyItsOwnNetworkIsAnnounced() {
    outputOf(u"ip link add cbr0 type bridge"_s);
    outputOf(u"ip address add 10.20.1.1/24 dev cbr0"_s);
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QCOMPARE(kernelRoutes(), (QMap<QString, QStringList>{{u"10.20.9.0/24"_s, {u"172.16.0.1"_s}}})); // not 192.168.9.0/24
    QJsonObject told = status();
    QCOMPARE(told[u"asn"_s].toInteger(), 4200000001);
    QCOMPARE(told[u"podCidr"_s].toString(), u"10.20.1.0/24"_s);
    QCOMPARE(told[u"gateways"_s].toArray(), QJsonArray{u"172.16.0.1"_s});
    QVERIFY(told[u"loopback"_s].isNull() && told[u"lastError"_s].isNull() && !told[u"cbr0Up"_s].toBool());
    QVERIFY(told[u"bgpd"_s][u"ready"_s].toBool() && told[u"bgpd"_s][u"restarts"_s].toInt() == 0);
    struct stat info {};
    QCOMPARE(::stat(u"/proc/%1"_s.arg(pidOf(u"zebra"_s)).toLatin1().constData(), &info), 0);
    QVERIFY(info.st_uid != 0);
    outputOf(u"ip link add pod0 master cbr0 type veth peer name pod1"_s);
    for (const QString& port : {u"cbr0"_s, u"pod0"_s, u"pod1"_s}) {
        outputOf(u"ip link set %1 up"_s.arg(port));
    }
    QTRY_VERIFY_WITH_TIMEOUT(status()[u"cbr0Up"_s].toBool(), kPatienceMs);
    QCOMPARE(routesOfLeaf(), (QMap<QString, int>{{u"10.20.1.0/24"_s, 1}}));
    outputOf(u"ip link del pod0"_s);
    outputOf(u"ip link del cbr0"_s);
}

void TestRouter::thePodNetworkComesLater() {
    const QString file = path(u"net.d/10-containerd-net.conflist"_s);
    QVERIFY(QFile::remove(file));
    startRouter();
    QTRY_VERIFY_WITH_TIMEOUT(status()[u"zebra"_s][u"ready"_s].toBool(), kPatienceMs);
    QVERIFY(status()[u"bgpd"_s][u"pid"_s].isNull());
    write(u"net.d/new"_s, conflist("10.20.1.0/24"));
    QVERIFY(QFile::rename(path(u"net.d/new"_s), file));
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
}

void TestRouter::thePodNetworkChanges() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    const qint64 bgpd = pidOf(u"bgpd"_s);
    write(u"net.d/10-containerd-net.conflist"_s, conflist("10.20.2.0/24"));
    QVERIFY(isRouted({{u"10.20.2.0/24"_s, 1}}));
    QCOMPARE(pidOf(u"bgpd"_s), bgpd);
    const QByteArray running = routerSays(u"bgpd"_s, u"show running-config"_s);
    QVERIFY2(running.contains("bgp router-id 10.20.2.1") && !running.contains("10.20.1."), running.constData());
    QVERIFY(status()[u"lastError"_s].isNull());
}

void TestRouter::theAsNumberChanges() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    const qint64 bgpd = pidOf(u"bgpd"_s);
    write(u"podleaf/lease"_s, "asn=65007\nloopback=\n");
    QTRY_COMPARE_WITH_TIMEOUT(leafSays(u"show bgp ipv4 unicast json"_s)[u"routes"_s][u"10.20.1.0/24"_s][0][u"path"_s].toString(),
                              u"65007"_s, kPatienceMs);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QVERIFY(pidOf(u"bgpd"_s) != bgpd);
    QCOMPARE(status()[u"zebra"_s][u"restarts"_s].toInt(), 0);
}

/// It is the source of routes once the kernel has it.
void TestRouter::aLoopbackComesAndGoes() {
    const auto source = [] { return QJsonDocument::fromJson(outputOf(u"ip -j -4 route show 10.20.9.0/24"_s))[0][u"prefsrc"_s].toString(); };
    write(u"podleaf/lease"_s, "asn=4200000001\nloopback=10.255.0.7\n");
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}, {u"10.255.0.7/32"_s, 1}}));
    QCOMPARE(source(), QString());
    outputOf(u"ip address add 10.255.0.7/32 dev lo"_s);
    QTRY_COMPARE_WITH_TIMEOUT(source(), u"10.255.0.7"_s, kPatienceMs);
    write(u"podleaf/lease"_s, "asn=4200000001\nloopback=\n");
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QTRY_COMPARE_WITH_TIMEOUT(source(), QString(), kPatienceMs);
    outputOf(u"ip address del 10.255.0.7/32 dev lo"_s);
}

void TestRouter::aSecondGatewayComesAndGoes() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    const qint64 bgpd = pidOf(u"bgpd"_s);
    outputOf(u"ip route replace default nexthop via 172.16.0.1 nexthop via 172.16.0.5"_s);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 2}}));
    const QStringList both{u"172.16.0.1"_s, u"172.16.0.5"_s};
    QTRY_COMPARE_WITH_TIMEOUT(kernelRoutes().value(u"10.20.9.0/24"_s), both, kPatienceMs);
    outputOf(u"ip route replace default via 172.16.0.5"_s);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QTRY_COMPARE_WITH_TIMEOUT(kernelRoutes().value(u"10.20.9.0/24"_s), QStringList{u"172.16.0.5"_s}, kPatienceMs);
    QCOMPARE(status()[u"gateways"_s].toArray(), QJsonArray{u"172.16.0.5"_s});
    QCOMPARE(pidOf(u"bgpd"_s), bgpd);
}

/// As in 2016.
void TestRouter::oneAsForAll() {
    stopAtLeaf(u"bgpd"_s);
    startAtLeaf(u"bgpd"_s, QByteArray(kLeafConfig).replace("65100", "10000").replace("external", "internal"));
    writeLab(u"tutorial-2016"_s);
    write(u"podleaf/lease"_s, "asn=10000\nloopback=\n");
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
}

void TestRouter::bfdRunsWhereTheLabHasIt() {
    const auto peers = [this] { return QJsonDocument::fromJson(routerSays(u"bfdd"_s, u"show bfd peers json"_s)); };
    writeLab(u"two-leaf-ecmp"_s);
    startAtLeaf(u"bfdd"_s, "bfd\n profile podleaf\n  receive-interval 100\n  transmit-interval 100\n exit\nexit\n");
    tellLeaf({u"neighbor 172.16.0.2 bfd"_s, u"neighbor 172.16.0.2 bfd profile podleaf"_s});
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QTRY_COMPARE_WITH_TIMEOUT(peers()[0][u"status"_s].toString(), u"up"_s, kPatienceMs);
    QCOMPARE(peers()[0][u"transmit-interval"_s].toInt(), 100);
    const qint64 bfdd = pidOf(u"bfdd"_s);
    QCOMPARE(::kill(static_cast<pid_t>(bfdd), SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(status()[u"bfdd"_s][u"ready"_s].toBool() && pidOf(u"bfdd"_s) != bfdd, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(peers()[0][u"status"_s].toString(), u"up"_s, kPatienceMs);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
}

void TestRouter::aKilledBgpdComesBack() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    RouteWatch watch;
    QVERIFY(watch.hasStarted());
    const qint64 bgpd = pidOf(u"bgpd"_s);
    QCOMPARE(::kill(static_cast<pid_t>(bgpd), SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(pidOf(u"bgpd"_s) > 0 && pidOf(u"bgpd"_s) != bgpd, kPatienceMs);
    tellLeaf({u"address-family ipv4 unicast"_s, u"network 10.20.8.0/24"_s});
    QTRY_VERIFY_WITH_TIMEOUT(kernelRoutes().contains(u"10.20.8.0/24"_s), kPatienceMs);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QCOMPARE(watch.gone(), QByteArrayList());
    QCOMPARE(status()[u"bgpd"_s][u"restarts"_s].toInt(), 1);
    QVERIFY(status()[u"lastError"_s].toString().endsWith(u"was ended by signal 9"_s));
}

/// What is learned afterwards gets into the kernel, too.
void TestRouter::aKilledZebraComesBack() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    RouteWatch watch;
    QVERIFY(watch.hasStarted());
    const qint64 zebra = pidOf(u"zebra"_s);
    QCOMPARE(::kill(static_cast<pid_t>(zebra), SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(pidOf(u"zebra"_s) > 0 && pidOf(u"zebra"_s) != zebra, kPatienceMs);
    tellLeaf({u"address-family ipv4 unicast"_s, u"network 10.20.8.0/24"_s});
    QTRY_VERIFY_WITH_TIMEOUT(kernelRoutes().contains(u"10.20.8.0/24"_s), kPatienceMs);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QCOMPARE(watch.gone(), QByteArrayList());
    // And what goes, goes.
    tellLeaf({u"address-family ipv4 unicast"_s, u"no network 10.20.9.0/24"_s});
    QTRY_VERIFY_WITH_TIMEOUT(!kernelRoutes().contains(u"10.20.9.0/24"_s), kPatienceMs);
}

/// The node's and, for as long as a restart may take, the leaf's.
void TestRouter::routesStayWhenItEnds() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    RouteWatch watch;
    QVERIFY(watch.hasStarted());
    m_router->terminate();
    QVERIFY(m_router->waitForFinished(1000));
    QCOMPARE(m_router->exitCode(), 0);
    m_router.reset();
    QCOMPARE(routesOfLeaf(), (QMap<QString, int>{{u"10.20.1.0/24"_s, 1}}));
    startRouter();
    tellLeaf({u"address-family ipv4 unicast"_s, u"network 10.20.8.0/24"_s});
    QTRY_VERIFY_WITH_TIMEOUT(kernelRoutes().contains(u"10.20.8.0/24"_s), kPatienceMs);
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    QCOMPARE(watch.gone(), QByteArrayList());
}

void TestRouter::hostileFilesChangeNothing() {
    startRouter();
    QVERIFY(isRouted({{u"10.20.1.0/24"_s, 1}}));
    const qint64 bgpd = pidOf(u"bgpd"_s);
    const auto refuses = [this](const QString& file, const QByteArray& content, const QString& sentence) {
        write(file, content);
        return QTest::qWaitFor([&] { return status()[u"lastError"_s].toString().contains(sentence); }, kPatienceMs);
    };
    QVERIFY(refuses(u"net.d/10-containerd-net.conflist"_s, conflist("10.20.3.0/24\\n no neighbor 172.16.0.1"), u"not a pod network"_s));
    QVERIFY(refuses(u"net.d/10-containerd-net.conflist"_s, QByteArray(60'000, '['), u"is not a JSON object"_s));
    QVERIFY(refuses(u"podleaf/lease"_s, "asn=65001\n exit\n", u"KEY=VALUE"_s));
    QVERIFY(refuses(u"podleaf/lease"_s, QByteArray(5000, '='), u"more than 4096 bytes"_s));
    QVERIFY(refuses(u"lab/frr.conf.in"_s, "router bgp @ASN@\n", u"does not end"_s));
    QVERIFY(refuses(u"lab/frr.conf.in"_s, "router bgp 1\n password @SECRET@\nexit\n", u"unknown mark"_s));
    QCOMPARE(routesOfLeaf(), (QMap<QString, int>{{u"10.20.1.0/24"_s, 1}}));
    QCOMPARE(pidOf(u"bgpd"_s), bgpd);
    // What is good again counts.
    writeLab(u"tutorial"_s);
    write(u"net.d/10-containerd-net.conflist"_s, conflist("10.20.2.0/24"));
    QVERIFY(isRouted({{u"10.20.2.0/24"_s, 1}}));
    QCOMPARE(pidOf(u"bgpd"_s), bgpd);
}

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
