// SPDX-License-Identifier: GPL-3.0-or-later
// What a host holds in a lab with Kubernetes beside what it holds without, against tests/blueprint/golden-kubernetes, and
// what kubeadm is told. PODLEAF_UPDATE_GOLDEN=1 rewrites the golden files; read the difference before committing.
#include <core/blueprint/frr_config.h>
#include <core/blueprint/kubernetes.h>
#include <core/blueprint/router_manifest.h>
#include <core/labfile/labfile.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace Qt::StringLiterals;
using blueprint::NodeBlueprint;

namespace {

const blueprint::ClusterSecrets kSecrets{u"abcdef.0123456789abcdef"_s, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"};

/// A built-in lab, with Kubernetes when `head` says so.
model::Lab labNamed(const QString& name, const QByteArray& head) {
    const auto source = labfile::load(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/") + name + u"/lab.yaml"_s);
    const auto parsed = labfile::parse(head + (source ? source->text : QByteArray()));
    return parsed.lab.value_or(model::Lab{});
}

const model::Node& nodeOf(const model::Lab& lab, const QString& name) {
    return *lab.findNode(NodeId(name));
}

QString words(const blueprint::Service& service) {
    return u"service %1 after [%2] ready [%3]%4\n  %5\n"_s.arg(service.name, service.after.join(u' '), service.readySocket,
                                                               service.comesBack ? u" comes back"_s : QString(),
                                                               service.command.join(u' '));
}

/// What `with` has and `without` has not.
QByteArray added(const NodeBlueprint& with, const NodeBlueprint& without) {
    QString text;
    for (const blueprint::Sysctl& sysctl : with.sysctls) {
        text += std::ranges::find(without.sysctls, sysctl) == without.sysctls.end() ? u"sysctl %1=%2\n"_s.arg(sysctl.key, sysctl.value)
                                                                                    : QString();
    }
    for (const blueprint::Service& service : with.services) {
        text += std::ranges::find(without.services, service) == without.services.end() ? words(service) : QString();
    }
    for (const blueprint::File& file : with.files) {
        if (std::ranges::find(without.files, file) == without.files.end()) {
            text += u"\n==== %1 %2 %3\n"_s.arg(file.path, QString::number(file.mode, 8), file.owner) + QString::fromUtf8(file.content);
        }
    }
    return text.toUtf8();
}

void compareGolden(const QString& name, const QByteArray& content) {
    const QString path = QStringLiteral(PODLEAF_SOURCE_DIR "/tests/blueprint/golden-kubernetes/") + name;
    QFile file(path);
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        QDir().mkpath(QFileInfo(path).path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
    }
    const QByteArray golden = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    if (golden != content) {
        qWarning().noquote() << path << "should hold:\n" << content;
    }
    QVERIFY2(golden == content, qPrintable(path));
}

} // namespace

class TestBlueprintKubernetes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hostsHoldMore() {
        const model::Lab cluster = labNamed(u"tutorial"_s, "kubernetes:\n");
        const model::Lab bare = labNamed(u"tutorial"_s, {});
        QVERIFY(cluster.kubernetes && !bare.kubernetes);
        const NodeBlueprint host = blueprint::blueprintOf(cluster, nodeOf(cluster, u"host1"_s));
        compareGolden(u"host.txt"_s, added(host, blueprint::blueprintOf(bare, nodeOf(bare, u"host1"_s))));
        for (const blueprint::File& file : host.files) {
            static const QRegularExpression kUnfilled(u"@[A-Z]+@|%[0-9]"_s);
            const bool isTemplate = file.path.endsWith(u"dhcp-hook"_s);
            QVERIFY2(isTemplate || !QString::fromUtf8(file.content).contains(kUnfilled), qPrintable(file.path));
        }
        // A host is what its lease makes it, in a cluster, too; and nothing of the leaf is another.
        NodeBlueprint other = blueprint::blueprintOf(cluster, nodeOf(cluster, u"host2"_s));
        other.hostname = host.hostname;
        QVERIFY(other == host);
        QVERIFY(blueprint::blueprintOf(cluster, nodeOf(cluster, u"leaf1"_s)) == blueprint::blueprintOf(bare, nodeOf(bare, u"leaf1"_s)));
    }

    /// Their router pods do, wherever links are numbered.
    void hostsRunNoRouting() {
        for (const QString& lab : {u"tutorial"_s, u"tutorial-2016"_s, u"two-leaf-ecmp"_s, u"unnumbered"_s}) {
            const model::Lab cluster = labNamed(lab, "kubernetes:\n");
            const bool isNumbered = lab != u"unnumbered"_s;
            QCOMPARE(blueprint::hasRouterPods(cluster), isNumbered);
            const NodeBlueprint host = blueprint::blueprintOf(cluster, nodeOf(cluster, u"host1"_s));
            QStringList services;
            std::ranges::transform(host.services, std::back_inserter(services), &blueprint::Service::name);
            QCOMPARE(services.contains(u"bgpd"_s) || services.contains(u"zebra"_s) || services.contains(u"bfdd"_s), !isNumbered);
            QCOMPARE(std::ranges::any_of(host.files, [](const auto& file) { return file.path.contains(u"frr"_s); }), !isNumbered);
            for (const blueprint::Service& service : host.services) {
                QVERIFY(std::ranges::all_of(service.after, [&services](const QString& other) { return services.contains(other); }));
            }
        }
        QVERIFY(!blueprint::hasRouterPods(labNamed(u"tutorial"_s, {})));
    }

    /// Until then somebody else must know them where they are known by their loopbacks.
    void leavesKnowHostsBeforeTheirPodsRun() {
        const model::Lab cluster = labNamed(u"two-leaf-ecmp"_s, "kubernetes:\n");
        const model::Lab bare = labNamed(u"two-leaf-ecmp"_s, {});
        const NodeBlueprint leaf = blueprint::blueprintOf(cluster, nodeOf(cluster, u"leaf2"_s));
        compareGolden(u"leaf.txt"_s, added(leaf, blueprint::blueprintOf(bare, nodeOf(bare, u"leaf2"_s))));
    }

    /// A host without a lease holds one, for its pod.
    void theRouterPodKnowsWhoseHostItIsOn() {
        model::Lab lab = labNamed(u"two-leaf-ecmp"_s, "kubernetes:\n");
        model::Node& host = *std::ranges::find(lab.nodes, NodeId(u"host1"_s), &model::Node::id);
        host.dhcp = model::DhcpRole::None;
        const NodeBlueprint held = blueprint::blueprintOf(lab, host);
        const auto lease = std::ranges::find(held.files, QString(blueprint::kHostLease), &blueprint::File::path);
        QVERIFY(lease != held.files.end());
        QCOMPARE(lease->content, "asn=" + QByteArray::number(host.asn) + "\nloopback=" + host.loopback->toString().toUtf8() + '\n');
    }

    void theRouterPods_data() {
        QTest::addColumn<QString>("lab");
        for (const char* lab : {"tutorial", "tutorial-2016", "two-leaf-ecmp"}) {
            QTest::newRow(lab) << QString::fromLatin1(lab);
        }
    }
    /// What routes in each; the rest of the manifest is the same everywhere.
    void theRouterPods() {
        QFETCH(QString, lab);
        const QJsonObject list = QJsonDocument::fromJson(blueprint::routerManifest(labNamed(lab, "kubernetes:\n"))).object();
        const QJsonObject data = list[u"items"_s][0][u"data"_s].toObject();
        QString text;
        for (auto it = data.begin(); it != data.end(); ++it) {
            text += u"==== %1\n"_s.arg(it.key()) + it->toString();
        }
        compareGolden(u"router-"_s + lab + u".txt"_s, text.toUtf8());
    }

    void theRouterPodsHaveLittle() {
        const QJsonObject list = QJsonDocument::fromJson(blueprint::routerManifest(labNamed(u"tutorial"_s, "kubernetes:\n"))).object();
        QCOMPARE(list[u"kind"_s].toString(), u"List"_s);
        const QJsonArray items = list[u"items"_s].toArray();
        QCOMPARE(items.size(), 2);
        for (const auto& item : items) {
            QCOMPARE(item[u"metadata"_s][u"name"_s].toString(), u"podleaf-router"_s);
            QCOMPARE(item[u"metadata"_s][u"namespace"_s].toString(), u"kube-system"_s);
        }
        const auto pod = items[1][u"spec"_s][u"template"_s][u"spec"_s];
        QVERIFY(pod[u"hostNetwork"_s].toBool());
        QCOMPARE(pod[u"priorityClassName"_s].toString(), u"system-node-critical"_s);
        const auto container = pod[u"containers"_s][0];
        QCOMPARE(container[u"imagePullPolicy"_s].toString(), u"Never"_s);
        QCOMPARE(container[u"securityContext"_s][u"privileged"_s].toBool(true), false);
        QCOMPARE(container[u"securityContext"_s][u"capabilities"_s][u"drop"_s].toArray(), QJsonArray{u"ALL"_s});
        QStringList writable;
        for (const auto& mount : container[u"volumeMounts"_s].toArray()) {
            if (!mount[u"readOnly"_s].toBool()) {
                writable << mount[u"mountPath"_s].toString();
            }
        }
        QCOMPARE(writable, QStringList{u"/var/run/frr"_s});
    }

    void nothingSecretIsInTheFiles() {
        const model::Lab cluster = labNamed(u"tutorial"_s, "kubernetes:\n");
        for (const blueprint::File& file : blueprint::blueprintOf(cluster, nodeOf(cluster, u"host1"_s)).files) {
            QVERIFY2(!file.content.contains("token"), qPrintable(file.path));
        }
    }

    void kubeadmIsTold() {
        const model::Lab lab = labNamed(u"tutorial"_s, "kubernetes: {control-plane: host2, services: 10.100.0.0/16}\n");
        compareGolden(u"init.yaml"_s, blueprint::kubeadmInit(lab, kSecrets));
        compareGolden(u"join.yaml"_s,
                      blueprint::kubeadmJoin(lab, nodeOf(lab, u"host1"_s), kSecrets, u"/run/podleaf/kubeadm/discovery.conf"_s));
        compareGolden(u"discovery.conf"_s, blueprint::kubeadmDiscovery(lab, kSecrets));
    }

    /// Links are not announced: where a host has a loopback, the others know it by that.
    void nodesAreKnownByWhatIsReachable() {
        const model::Lab one = labNamed(u"tutorial"_s, "kubernetes:\n");
        QCOMPARE(blueprint::clusterAddress(one, nodeOf(one, u"host2"_s)).toString(), u"172.16.0.6"_s);
        const model::Lab two = labNamed(u"two-leaf-ecmp"_s, "kubernetes:\n");
        const model::Node& host = nodeOf(two, u"host1"_s);
        QCOMPARE(blueprint::clusterAddress(two, host), host.loopback.value());
        const QByteArray advertised = "advertiseAddress: " + host.loopback->toString().toUtf8();
        QVERIFY(blueprint::kubeadmInit(two, kSecrets).contains(advertised));
    }

    /// containerd fills it in; what comes out must be JSON that the plugins take.
    void theNetworkIsJson() {
        const model::Lab lab = labNamed(u"tutorial"_s, "kubernetes:\n");
        const NodeBlueprint host = blueprint::blueprintOf(lab, nodeOf(lab, u"host1"_s));
        const auto file = std::ranges::find(host.files, u"/usr/lib/podleaf/cbr0.conflist.in"_s, &blueprint::File::path);
        QVERIFY(file != host.files.end());
        QString text = QString::fromUtf8(file->content);
        text.remove(QRegularExpression(u"\\{\\{(range|if|end)[^}]*\\}\\}(, )?"_s));
        text.replace(QRegularExpression(u"\\{\\{\\$[a-z]+\\}\\}"_s), u"10.20.0.0/24"_s);
        QJsonParseError error;
        const QJsonObject network = QJsonDocument::fromJson(text.toUtf8(), &error).object();
        QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString() + text));
        QCOMPARE(network[u"plugins"_s].toArray()[0][u"bridge"_s].toString(), host.bridges.front());
    }
};

QTEST_GUILESS_MAIN(TestBlueprintKubernetes)
#include "tst_blueprint_kubernetes.moc"
