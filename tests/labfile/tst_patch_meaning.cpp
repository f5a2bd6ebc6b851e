// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of a lab file for what they mean: which are refused, and that each can be undone.
#include "marked_lab.h"
#include "patch_cases.h"

#include <core/labfile/labfile.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::model;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

class TestPatchMeaning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusals_data();
    void refusals();
    void kindOfANode();
    void workloadComesAndGoes();
    void rolesOfHostsAreTheirLeaves();
    void podsOnLeavesAreRefusedAtOnce();
    void podsThatHaveNoPlaceYet();
};

void TestPatchMeaning::refusals_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Edits>("edits");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("word");
    const QByteArray shortForm = builtin("leaf-spine");
    QTest::newRow("short form") << shortForm << Edits{RemoveNode{NodeId(u"host1-1"_s)}} << ErrorCode::InvalidInput << u"--expand"_s;
    QTest::newRow("link of the short form") << shortForm << Edits{RemoveLink{LinkId(u"leaf1-swp1"_s)}} << ErrorCode::InvalidInput
                                            << u"--expand"_s;
    QTest::newRow("no such node") << kMotley << Edits{RemoveNode{NodeId(u"host9"_s)}} << ErrorCode::NotFound << u"host9"_s;
    QTest::newRow("taken") << kMotley << Edits{host(u"host1"_s)} << ErrorCode::AlreadyExists << u"host1"_s;
    QTest::newRow("invalid afterwards") << kMotley << Edits{host(u"host4"_s)} << ErrorCode::InvalidInput << u"no link to a leaf"_s;
    QTest::newRow("taken number") << kMotley << Edits{SetNodeKey{NodeId(u"host1"_s), SetNodeKey::Asn(65100)}} << ErrorCode::InvalidInput
                                  << u"leaf1's"_s;
    QTest::newRow("the only place") << kMotley << Edits{RemoveNode{NodeId(u"host3"_s)}} << ErrorCode::InvalidInput << u"api"_s;
    QTest::newRow("not valid before") << QByteArray("name: x\n") << Edits{} << ErrorCode::InvalidInput << u"no nodes"_s;
    QTest::newRow("hostile name") << kMotley << Edits{RenameNode{NodeId(u"host1"_s), NodeId(u"x: {kind: leaf}\n  y"_s)}}
                                  << ErrorCode::InvalidInput << u"not a valid name"_s;
    // Behind it the second node would stand in another place.
    QTest::newRow("a comment as name") << QByteArray("name: f\nfabric: {leaves: 2, hosts-per-leaf: 1}\nlinks:")
                                       << Edits{AddNode{{NodeId(u"#c"_s), NodeKind::Leaf, 0, {}, {}, {}, {}}},
                                                AddNode{{NodeId(u"web"_s), NodeKind::Leaf, 0, {}, {}, {}, {}}, 4}}
                                       << ErrorCode::InvalidInput << u"not a valid name"_s;
    QTest::newRow("a comment as workload") << kMotley
                                           << Edits{AddWorkload{{u"#w"_s, u"nginx"_s, 80, {{u"#w-1"_s, NodeId(u"host1"_s), {}}}}}}
                                           << ErrorCode::InvalidInput << u"not a valid name"_s;
    QTest::newRow("a leaf as client") << kMotley << Edits{SetNodeKey{NodeId(u"leaf1"_s), SetNodeKey::Dhcp(DhcpRole::Client)}}
                                      << ErrorCode::InvalidInput << u"Only hosts ask"_s;
    const std::vector<NodeId> host2{NodeId(u"host2"_s)};
    QTest::newRow("group of a group's node") << kMarked << Edits{AddGroup{{u"rack3"_s, host2}}} << ErrorCode::InvalidInput
                                             << u"host2 is in the group \"rack2\" already."_s;
    QTest::newRow("group that is there") << kMarked << Edits{AddGroup{{u"rack1"_s, {NodeId(u"host4"_s)}}}} << ErrorCode::AlreadyExists
                                         << u"rack1"_s;
    QTest::newRow("group of nothing") << kMarked << Edits{SetGroupNodes{u"rack1"_s, {}}} << ErrorCode::InvalidInput
                                      << u"A group needs a node."_s;
    QTest::newRow("group of nobody") << kMarked << Edits{AddGroup{{u"rack3"_s, {NodeId(u"host9"_s)}}}} << ErrorCode::NotFound << u"host9"_s;
    QTest::newRow("name of a group") << kMarked << Edits{RenameGroup{u"rack1"_s, u"Rack 1"_s}} << ErrorCode::InvalidInput
                                     << u"not a valid name"_s;
    QTest::newRow("no such group") << kMarked << Edits{RemoveGroup{u"rack9"_s}} << ErrorCode::NotFound << u"rack9"_s;
    QTest::newRow("no such note") << kMarked << Edits{RemoveNote{3}} << ErrorCode::NotFound << u"There is no note number 4."_s;
    QTest::newRow("note of nothing") << kMarked << Edits{SetNote{0, {u" "_s, {}}}} << ErrorCode::InvalidInput << u"The note has no text."_s;
    QTest::newRow("a comment as link") << kMotley << Edits{RenameLink{LinkId(u"a1"_s), LinkId(u"#"_s)}} << ErrorCode::InvalidInput
                                       << u"not a valid name"_s;
}

void TestPatchMeaning::refusals() {
    QFETCH(QByteArray, text);
    QFETCH(Edits, edits);
    QFETCH(ErrorCode, code);
    QFETCH(QString, word);
    const auto patched = labfile::patch(text, edits);
    QVERIFY(!patched);
    QCOMPARE(patched.error().code, code);
    QVERIFY2(describe(patched.error()).contains(word), qPrintable(why(patched)));
}

void TestPatchMeaning::kindOfANode() {
    const QByteArray text("name: x\nnodes:\n  leaf1: {kind: leaf}\n  leaf2: {kind: leaf, asn: 65200} # other\n  host1: {kind: host}\n"
                          "links:\n  - {ends: [leaf1:swp1, host1:eth1]}\n  - {ends: [leaf1:swp2, leaf2:swp1]}\n");
    const auto patched = labfile::patch(text, {SetNodeKey{NodeId(u"leaf2"_s), NodeKind::Spine}});
    QVERIFY2(patched, qPrintable(why(patched)));
    QCOMPARE(patched->text, QByteArray(text).replace("leaf2: {kind: leaf", "leaf2: {kind: spine"));
    const auto back = labfile::patch(patched->text, patched->inverse);
    QVERIFY2(back, qPrintable(why(back)));
    QVERIFY(back->lab == *labfile::parse(text).lab);
    const auto refused = labfile::patch(text, {SetNodeKey{NodeId(u"leaf1"_s), NodeKind::Host}});
    QVERIFY(!refused && refused.error().code == ErrorCode::InvalidInput);
}

void TestPatchMeaning::workloadComesAndGoes() {
    const auto bare = labfile::patch(kMotley, {RemoveWorkload{u"api"_s}});
    QVERIFY2(bare, qPrintable(why(bare)));
    QCOMPARE(bare->lab.workloads.size(), std::size_t(1));
    const auto again = labfile::patch(bare->text, bare->inverse);
    QVERIFY2(again, qPrintable(why(again)));
    QVERIFY(again->lab == *labfile::parse(kMotley).lab);

    const QByteArray none("name: x\nnodes:\n  leaf1: {kind: leaf}\n  host1: {kind: host}\nlinks:\n  - {ends: [leaf1:swp1, host1:eth1]}\n");
    const Workload web{u"my-nginx"_s, u"nginx"_s, 80, {{u"my-nginx-1"_s, NodeId(u"host1"_s), {}}}};
    const auto made = labfile::patch(none, {AddWorkload{web}});
    QVERIFY2(made, qPrintable(why(made)));
    QCOMPARE(made->text, none + "workloads:\n  my-nginx: {image: nginx, replicas: 1, port: 80, on: [host1]}\n");
    const auto gone = labfile::patch(made->text, made->inverse);
    QVERIFY2(gone, qPrintable(why(gone)));
    QCOMPARE(gone->text, none);
    QCOMPARE(labfile::patch(made->text, {AddWorkload{web}}).error().code, ErrorCode::AlreadyExists);
    const QByteArray two = made->text + "  other: {image: nginx, on: [host1]}\n";
    const auto first = labfile::patch(two, {RemoveWorkload{web.name}});
    QVERIFY2(first, qPrintable(why(first)));
    const auto asBefore = labfile::patch(first->text, first->inverse);
    QVERIFY2(asBefore, qPrintable(why(asBefore)));
    QVERIFY(asBefore->lab == *labfile::parse(two).lab); // In the same order.
    const AddWorkload astray{{u"other"_s, u"nginx"_s, 80, {{u"other-1"_s, NodeId(u"{}"_s), {}}}}};
    QCOMPARE(labfile::patch(made->text, {astray}).error().code, ErrorCode::NotFound); // and not written as YAML of another meaning
    QCOMPARE(labfile::patch(made->text, {SetPlaces{web.name, {{NodeId(u"host9"_s), {}}}}}).error().code, ErrorCode::NotFound);
    const SetPlaces nowhere{web.name, {{NodeId(), Ipv4Address::parse(u"10.20.1.9"_s)}}};
    QCOMPARE(labfile::patch(made->text, {SetReplicas{web.name, 4}, nowhere}).error().code, ErrorCode::InvalidInput);
}

/// None of its leaves answers: that it asks for no lease is known, and no key of the host.
void TestPatchMeaning::rolesOfHostsAreTheirLeaves() {
    const QByteArray text =
        "name: a\nnodes: {leaf1: {kind: leaf, dhcp: none}, host1: {kind: host}}\nlinks:\n- ends: [leaf1:swp1, host1:eth1]\n";
    const NodeId host(u"host1"_s);
    for (const Edits& edits : {Edits{SetNodeKey{host, SetNodeKey::Dhcp()}, SetNodeKey{host, SetNodeKey::Asn(64999)}},
                               Edits{SetNodeKey{host, NodeKind::Router}, SetNodeKey{host, SetNodeKey::Dhcp()}}}) {
        const auto patched = labfile::patch(text, edits);
        QVERIFY2(patched, qPrintable(why(patched)));
        const auto back = labfile::patch(patched->text, patched->inverse);
        QVERIFY2(back, qPrintable(why(back)));
        QVERIFY(back->lab == *labfile::parse(text).lab);
    }
    for (const DhcpRole role : {DhcpRole::None, DhcpRole::Client, DhcpRole::Server, DhcpRole::Relay}) {
        QCOMPARE(labfile::patch(text, {SetNodeKey{host, SetNodeKey::Dhcp(role)}}).error().code, ErrorCode::InvalidInput);
    }
}

/// Both would be gone at once; undone they must not pass by what no lab may be.
void TestPatchMeaning::podsOnLeavesAreRefusedAtOnce() {
    const SetPlaces onLeaf{u"web"_s, {{NodeId(u"leaf1"_s), {}}}};
    QCOMPARE(labfile::patch(kMotley, {onLeaf, RemoveWorkload{u"web"_s}}).error().code, ErrorCode::InvalidInput);
}

void TestPatchMeaning::podsThatHaveNoPlaceYet() {
    const auto patched = labfile::patch(kMotley, {SetReplicas{u"web"_s, 6}, RemoveNode{NodeId(u"host2"_s)}});
    QVERIFY2(patched, qPrintable(why(patched)));
    const auto back = labfile::patch(patched->text, patched->inverse);
    QVERIFY2(back, qPrintable(why(back)));
    QVERIFY(back->lab == *labfile::parse(kMotley).lab);
}

QTEST_GUILESS_MAIN(TestPatchMeaning)
#include "tst_patch_meaning.moc"
