// SPDX-License-Identifier: GPL-3.0-or-later
// The Lab's look-ups and the registry of node kinds.
#include <core/model/lab.h>
#include <core/model/node_kinds.h>
#include <core/model/suggestions.h>

#include <QSet>
#include <QTest>

using namespace podleaf;
using namespace podleaf::model;
using namespace Qt::StringLiterals;

namespace {

Lab smallLab() {
    const NodeId leaf(u"leaf1"_s);
    const NodeId host(u"host1"_s);
    Lab lab;
    lab.id = LabId(u"small"_s);
    lab.nodes = {{leaf, NodeKind::Leaf, 65100, {}, {}}, {host, NodeKind::Host, 65101, {}, {}}};
    lab.links = {{LinkId(u"cable"_s), {{{leaf, u"swp1"_s}, {host, u"eth1"_s}}}, {}, {}}};
    lab.workloads = {{u"a"_s, u"nginx"_s, 80, {{u"a-1"_s, host, {}}}},
                     {u"b"_s, u"nginx"_s, 80, {{u"b-1"_s, host, {}}, {u"b-2"_s, host, {}}}}};
    return lab;
}

} // namespace

class TestModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lookUps();
    void equality();
    void kindsAreARegistry();
    void neighboursAreNamedAsBgpdDoes();
    void leasesComeFromTheLeafOrItsServer();
    void idsOrderAndHash();
    void newPartsGoOnWhereTheOthersLeaveOff();
};

void TestModel::lookUps() {
    const Lab lab = smallLab();
    QCOMPARE(lab.findNode(NodeId(u"host1"_s))->asn, 65101U);
    QVERIFY(lab.findNode(NodeId(u"host2"_s)) == nullptr);
    QVERIFY(lab.findNode(NodeId()) == nullptr);
    QVERIFY(lab.findLink(LinkId(u"cable"_s)) == &lab.links[0]);
    QVERIFY(lab.findLink(LinkId(u"leaf1"_s)) == nullptr);
    QCOMPARE(lab.linksOf(NodeId(u"leaf1"_s)).size(), size_t{1});
    QVERIFY(lab.linksOf(NodeId(u"host2"_s)).empty());
    QCOMPARE(endAt(lab.links[0], NodeId(u"leaf1"_s)), 0);
    QCOMPARE(endAt(lab.links[0], NodeId(u"host1"_s)), 1);
    QCOMPARE(lab.links[0].ends[1].toString(), u"host1:eth1"_s);
    QStringList pods;
    for (const Pod& pod : lab.pods()) {
        pods << pod.name;
    }
    QCOMPARE(pods, (QStringList{u"a-1"_s, u"b-1"_s, u"b-2"_s}));
    Lab cluster = lab;
    cluster.kubernetes = Kubernetes{};
    QVERIFY(cluster.pods().empty());
}

void TestModel::equality() {
    QVERIFY(smallLab() == smallLab());
    Lab other = smallLab();
    other.workloads[1].pods[1].address.value = 1;
    QVERIFY(!(other == smallLab()));
}

void TestModel::kindsAreARegistry() {
    QSet<QString> words;
    for (const NodeKindInfo& info : nodeKinds()) {
        QVERIFY(&infoOf(info.kind) == &info);
        QVERIFY(findNodeKind(info.word) == &info);
        QVERIFY(!info.description.isEmpty());
        words.insert(info.word);
    }
    QCOMPARE(words, (QSet<QString>{u"leaf"_s, u"host"_s, u"spine"_s, u"router"_s}));
    QVERIFY(findNodeKind(u"Leaf") == nullptr);
    QVERIFY(findNodeKind(u"") == nullptr);
}

void TestModel::neighboursAreNamedAsBgpdDoes() {
    Lab lab = smallLab();
    lab.links[0].addresses = {Ipv4Address{1}, Ipv4Address{2}};
    QCOMPARE(neighbourName(lab, lab.links[0], 0), u"0.0.0.2"_s);
    QCOMPARE(neighbourName(lab, lab.links[0], 1), u"0.0.0.1"_s);
    lab.routing.profile = RoutingProfile::UnnumberedEbgp;
    QCOMPARE(neighbourName(lab, lab.links[0], 0), u"swp1"_s);
    QCOMPARE(neighbourName(lab, lab.links[0], 1), u"eth1"_s);
}

void TestModel::leasesComeFromTheLeafOrItsServer() {
    Lab lab = smallLab();
    QVERIFY(leaseServerOf(lab, lab.links[0]) == &lab.nodes[0]);
    QVERIFY(asksForLease(lab.nodes[1]) && !asksForLease(lab.nodes[0]));
    QVERIFY(runsDhcpDaemon(lab.nodes[0]) && !runsDhcpDaemon(lab.nodes[1]));

    lab.nodes.push_back({NodeId(u"dhcp1"_s), NodeKind::Router, 65000, {}, {}});
    QVERIFY(!runsDhcpDaemon(lab.nodes[2]));
    lab.nodes[2].dhcp = DhcpRole::Server;
    lab.nodes[0].dhcp = DhcpRole::Relay;
    lab.nodes[0].dhcpServer = lab.nodes[2].id;
    QVERIFY(leaseServerOf(lab, lab.links[0]) == &lab.nodes[2]);
    QVERIFY(runsDhcpDaemon(lab.nodes[0]));

    lab.nodes[1].dhcp = DhcpRole::None;
    QVERIFY(leaseServerOf(lab, lab.links[0]) == nullptr);
}

void TestModel::idsOrderAndHash() {
    QVERIFY(NodeId(u"a"_s) < NodeId(u"b"_s));
    QVERIFY(NodeId(u"a"_s) == NodeId(u"a"_s));
    const QSet<NodeId> set{NodeId(u"a"_s), NodeId(u"a"_s), NodeId(u"b"_s)};
    QCOMPARE(set.size(), 2);
    QVERIFY(NodeId().isEmpty());
}

void TestModel::newPartsGoOnWhereTheOthersLeaveOff() {
    Lab lab = smallLab();
    const NodeId leaf(u"leaf1"_s);
    const NodeId host(u"host1"_s);
    QCOMPARE(nextNodeName(lab, NodeKind::Host), NodeId(u"host2"_s));
    QCOMPARE(nextNodeName(lab, NodeKind::Spine), NodeId(u"spine1"_s));
    QCOMPARE(nextLinkName(lab), LinkId()); // "cable" has no number to go on from.
    QCOMPARE(nextPort(lab, leaf, NodeKind::Host), u"swp2"_s);
    QCOMPARE(nextPort(lab, host, NodeKind::Leaf), u"eth2"_s);
    lab.links.front().id = LinkId(u"intnet7"_s);
    QCOMPARE(nextLinkName(lab), LinkId(u"intnet8"_s));
    const NodeId spine(u"s9"_s);
    lab.nodes.push_back({spine, NodeKind::Spine, 0, {}, {}});
    lab.links.push_back({LinkId(u"intnet9"_s), {{{leaf, u"swp49"_s}, {spine, u"swp1"_s}}}, {}, {}});
    QCOMPARE(nextNodeName(lab, NodeKind::Spine), NodeId(u"s10"_s));
    QCOMPARE(nextPort(lab, leaf, NodeKind::Spine), u"swp50"_s); // Uplinks among uplinks,
    QCOMPARE(nextPort(lab, leaf, NodeKind::Host), u"swp2"_s);   // hosts among hosts.
    lab.links.push_back({LinkId(u"intnet10"_s), {{{leaf, u"swp2"_s}, {spine, u"swp2"_s}}}, {}, {}});
    QCOMPARE(nextPort(lab, leaf, NodeKind::Host), u"swp3"_s); // What is taken is passed over.
}

QTEST_GUILESS_MAIN(TestModel)
#include "tst_model.moc"
