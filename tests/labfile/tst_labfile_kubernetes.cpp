// SPDX-License-Identifier: GPL-3.0-or-later
// `kubernetes`: what is read, what is left to the file, what is reported, and that it is written back.
#include "small_lab.h"

#include <QTest>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

/// kBase, whose name is followed by `head` from line 2 on.
QByteArray labWith(const QByteArray& head) {
    return withLine(1, "name: small\n" + head);
}

QString words(const model::Kubernetes& cluster) {
    return cluster.version + u' ' + cluster.controlPlane.name + u' ' + cluster.services.toString();
}

} // namespace

class TestLabfileKubernetes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void usuallyThereIsNoCluster() {
        const auto parsed = labfile::parse(kBase);
        QVERIFY(parsed.lab);
        QVERIFY(!parsed.lab->kubernetes);
        QCOMPARE(parsed.lab->pods().size(), size_t{2});
        QVERIFY(!labfile::toYaml(*parsed.lab).contains("kubernetes"));
    }

    void everythingHasADefault_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* head, const QString& expected) { QTest::newRow(head) << QByteArray(head) << expected; };
        row("kubernetes:", u"1.37.2 host1 10.96.0.0/12"_s);
        row("kubernetes: {}", u"1.37.2 host1 10.96.0.0/12"_s);
        row("kubernetes: {control-plane: host2}", u"1.37.2 host2 10.96.0.0/12"_s);
        row("kubernetes: {version: 1.37.2, services: 10.100.0.0/28}", u"1.37.2 host1 10.100.0.0/28"_s);
        row("kubernetes:\n  version: \"1.37.2\"", u"1.37.2 host1 10.96.0.0/12"_s);
    }
    void everythingHasADefault() {
        QFETCH(QByteArray, head);
        QFETCH(QString, expected);
        const auto parsed = labfile::parse(labWith(head));
        QCOMPARE(told(parsed.findings), QString());
        QVERIFY(parsed.lab && parsed.lab->kubernetes);
        QCOMPARE(words(*parsed.lab->kubernetes), expected);
        const QByteArray written = labfile::toYaml(*parsed.lab);
        const auto again = labfile::parse(written);
        QVERIFY2(again.lab && *again.lab == *parsed.lab, written.constData());
        QCOMPARE(labfile::toYaml(*again.lab), written);
    }

    void writtenOutItSaysEverything() {
        const auto parsed = labfile::parse(labWith("kubernetes:"));
        QVERIFY(parsed.lab);
        const QByteArray text = labfile::toYaml(*parsed.lab);
        QVERIFY2(text.contains("\nkubernetes:\n  version: 1.37.2\n  control-plane: host1\n  services: 10.96.0.0/12\n\naddresses:"),
                 text.constData());
        QVERIFY2(text.contains("    on:\n      - host1\n      - host2\n"), text.constData());
    }

    /// The lab file that differs only by `kubernetes:` is the same fabric with the same pod networks.
    void onlyThePodsAreTheClusters() {
        auto bare = labfile::parse(kBase).lab;
        auto cluster = labfile::parse(labWith("kubernetes:")).lab;
        QVERIFY(bare && cluster);
        QVERIFY(cluster->pods().empty());
        QCOMPARE(cluster->workloads[0].pods.size(), size_t{2});
        QCOMPARE(cluster->workloads[0].pods[1].host.name, u"host2"_s);
        QCOMPARE(cluster->workloads[0].pods[1].address, Ipv4Address{});
        cluster->kubernetes.reset();
        bare->workloads.clear();
        cluster->workloads.clear();
        QVERIFY(*bare == *cluster);
    }

    void mistakes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QByteArray& text, const char* expected) {
            QTest::newRow(name) << text << QString::fromUtf8(expected);
        };
        row("a list", labWith("kubernetes: [host1]"),
            "2:13 kubernetes must be a mapping, not a list. | Write it like this: kubernetes: {control-plane: host1}");
        row("a word", labWith("kubernetes: yes"),
            "2:13 kubernetes must be a mapping, not a single value. | Write it like this: kubernetes: {control-plane: host1}");
        row("unknown key", labWith("kubernetes: {control: host1}"),
            "2:14 Unknown key \"control\" in the cluster. | Known: version, control-plane, services.");
        row("version", labWith("kubernetes: {version: 1.20.2}"), "2:23 \"1.20.2\" is not supported as version. | Supported: 1.37.2.");
        row("no version", labWith("kubernetes: {version: }"), "2:14 version has no value. | Give it one or remove the key.");
        row("unknown host", labWith("kubernetes: {control-plane: hots2}"), "2:29 There is no node \"hots2\". | Did you mean \"host2\"?");
        row("a leaf", labWith("kubernetes: {control-plane: leaf1}"),
            "2:29 leaf1 is a leaf; the control plane runs on a host. | Known: host1, host2.");
        row("no host", "name: a\nkubernetes:\nnodes: {leaf1: {kind: leaf}}\n",
            "2:1 There is no host for the control plane. | Add a node of kind host.");
        row("services malformed", labWith("kubernetes: {services: 10.96.0.0}"),
            "2:24 \"10.96.0.0\" is not an IPv4 prefix. | Write an address, a slash and a length from 0 to 32, such as 10.20.0.0/16.");
        row("services with host bits", labWith("kubernetes: {services: 10.96.0.1/16}"),
            "2:24 10.96.0.1/16 has bits set behind its length. | The network is 10.96.0.0/16.");
        row("services too large", labWith("kubernetes: {services: 11.0.0.0/8}"),
            "2:24 11.0.0.0/8 is too large for kubernetes.services. | Kubernetes takes networks from /12 to /28.");
        row("services too small", labWith("kubernetes: {services: 10.96.0.0/29}"),
            "2:24 10.96.0.0/29 is too small for kubernetes.services. | Kubernetes takes networks from /12 to /28.");
        row("services reserved", labWith("kubernetes: {services: 127.96.0.0/16}"),
            "2:24 127.96.0.0/16 cannot be used for kubernetes.services: it meets reserved addresses. | Use private addresses, such as "
            "10.0.0.0/8 or 172.16.0.0/12.");
        row("services among pods", labWith("kubernetes: {services: 10.20.128.0/17}"),
            "2:24 10.20.128.0/17 (kubernetes.services) overlaps 10.20.0.0/16 (addresses.pods). | Give each its own range.");
        row("services among links", labWith("kubernetes: {services: 172.16.0.0/12}"),
            "2:24 172.16.0.0/12 (kubernetes.services) overlaps 172.16.0.0/16 (addresses.links). | Give each its own range.");
        row("services among loopbacks", labWith("kubernetes: {services: 10.255.0.0/24}"),
            "2:24 10.255.0.0/24 (kubernetes.services) overlaps 10.255.0.0/16 (addresses.loopbacks). | Give each its own range.");
        row("pods among services", labWith("kubernetes:\naddresses: {pods: 10.100.0.0/16}"),
            "3:19 10.100.0.0/16 (addresses.pods) overlaps 10.96.0.0/12 (kubernetes.services). | Give each its own range.");
        row("pods among links", labWith("kubernetes:\naddresses: {pods: 172.16.0.0/16}"),
            "3:19 172.16.0.0/16 (addresses.pods) overlaps 172.16.0.0/16 (addresses.links). | Give each its own range.");
        row("simulated", labWith("engine: simulated\nkubernetes:"),
            "3:1 A simulated lab has no cluster: nothing runs in it. | Remove kubernetes, or \"engine: simulated\".");
        row("name of a service", labWith("kubernetes:").replace("  web: {image", "  7web: {image").replace("to: web", "to: 7web"),
            "11:3 \"7web\" cannot be the name of a service of Kubernetes. | Begin it with a letter.");
        row("given address", labWith("kubernetes:").replace("replicas: 2", "on: [host2, {host: host1, address: 10.20.0.99}]"),
            "11:58 ? In a cluster no pod gets 10.20.0.99: Kubernetes chooses. | Leave address away.");
        row("all at once", labWith("kubernetes: {version: 2, control-plane: leaf1, services: 10.20.0.0/8}"),
            "2:23 \"2\" is not supported as version. | Supported: 1.37.2.\n"
            "2:41 leaf1 is a leaf; the control plane runs on a host. | Known: host1, host2.\n"
            "2:58 10.20.0.0/8 has bits set behind its length. | The network is 10.0.0.0/8.");
    }
    void mistakes() {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        const auto parsed = labfile::parse(text);
        QCOMPARE(told(parsed.findings), expected);
        QCOMPARE(parsed.lab.has_value(), expected.contains(u"? "_s));
    }
};

QTEST_GUILESS_MAIN(TestLabfileKubernetes)
#include "tst_labfile_kubernetes.moc"
