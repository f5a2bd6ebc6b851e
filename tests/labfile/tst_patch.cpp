// SPDX-License-Identifier: GPL-3.0-or-later
// Edits as changes of a lab file's text: each style of writing.
#include "patch_cases.h"

#include <core/labfile/labfile.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::model;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

class TestPatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void styles_data();
    void styles();
    void impairments_data();
    void impairments();
    void numbersStay();
    void numbersOfRivalsStay();
    void endsOfLinesAndMarksStay();
};

void TestPatch::styles_data() {
    QTest::addColumn<Edits>("edits");
    QTest::addColumn<QString>("difference");
    const auto row = [](const char* name, const Edits& edits, const char* difference) {
        QTest::newRow(name) << edits << QString::fromUtf8(difference);
    };
    row("add at the end", {host(u"host4"_s), cable(u"a4"_s, u"leaf1:swp4"_s, u"host4:eth1"_s)},
        "@@ line 17 @@\n+  host4: {kind: host}\n"
        "@@ line 22 @@\n-  {ends: [host3:eth1, leaf1:swp3]} # no name\n+  {ends: [host3:eth1, leaf1:swp3]}, # no name\n"
        "+  {name: a4, ends: [leaf1:swp4, host4:eth1]}\n");
    row("add between", {host(u"host4"_s, 1), cable(u"a4"_s, u"leaf1:swp4"_s, u"host4:eth1"_s, 1)},
        "@@ line 10 @@\n+  host4: {kind: host}\n@@ line 21 @@\n+  {name: a4, ends: [leaf1:swp4, host4:eth1]},\n");
    row("set in a block", {SetNodeKey{NodeId(u"leaf1"_s), SetNodeKey::Asn(65200)}}, "@@ line 9 @@\n-    asn: 65100\n+    asn: 65200\n");
    row("add to a block", {SetNodeKey{NodeId(u"host2"_s), SetNodeKey::Asn(65200)}}, "@@ line 14 @@\n+      asn: 65200\n");
    row("add in brackets", {SetNodeKey{NodeId(u"host1"_s), SetNodeKey::Asn(65200)}},
        "@@ line 11 @@\n-  \"host1\": { kind: host }   # quoted\n+  \"host1\": { kind: host, asn: 65200 }   # quoted\n");
    row("move a node", {SetNodeKey{NodeId(u"host2"_s), SetNodeKey::Place({-8, 204})}}, "@@ line 14 @@\n+      position: [-8, 204]\n");
    row("remove from a block", {SetNodeKey{NodeId(u"leaf1"_s), SetNodeKey::Asn()}}, "@@ line 9 @@\n-    asn: 65100\n");
    row("remove from brackets", {SetNodeKey{NodeId(u"host3"_s), SetNodeKey::Asn()}},
        "@@ line 16 @@\n-          asn: 64512}   # two lines\n+          }   # two lines\n");
    row("rename keeps quotes", {RenameNode{NodeId(u"host1"_s), NodeId(u"host11"_s)}},
        "@@ line 11 @@\n-  \"host1\": { kind: host }   # quoted\n"
        "+  \"host11\": { kind: host, asn: 4200000001, pod-cidr: 10.20.0.0/24 }   # quoted\n"
        "@@ line 20 @@\n-  {name: \"a1\", ends: [leaf1:swp1, \"host1:eth1\"]}, # first\n"
        "+  {name: \"a1\", ends: [leaf1:swp1, \"host11:eth1\"]}, # first\n"
        "@@ line 29 @@\n-    - host1\n+    - host11\n");
    row("name a link", {RenameLink{LinkId(u"leaf1-swp3"_s), LinkId(u"a3"_s)}},
        "@@ line 22 @@\n-  {ends: [host3:eth1, leaf1:swp3]} # no name\n+  {ends: [host3:eth1, leaf1:swp3], name: a3} # no name\n");
    row("replicas", {SetReplicas{u"web"_s, 5}}, "@@ line 33 @@\n+    replicas: 5\n");
    row("places", {SetPlaces{u"api"_s, {{NodeId(u"host1"_s), {}}}}},
        "@@ line 33 @@\n-  api: {on: \"host3\", replicas: 2}\n+  api: {on: \"host1\", replicas: 2}\n");
    row("remove a node", {RemoveNode{NodeId(u"host2"_s)}},
        "@@ line 12 @@\n-  'host2':\n-      kind: 'host'  # four blanks\n"
        "@@ line 21 @@\n-  {name: a2, ends: ['leaf1:swp2', host2:eth1]},\n"
        "@@ line 30 @@\n-    -   {host: host2, address: 10.20.1.77}  # given\n@@ line 33 @@\n+    replicas: 3\n");
}

void TestPatch::styles() {
    QFETCH(Edits, edits);
    QFETCH(QString, difference);
    const auto patched = labfile::patch(kMotley, edits);
    QVERIFY2(patched, qPrintable(why(patched)));
    QCOMPARE(labfile::difference(kMotley, patched->text), difference);
}

void TestPatch::impairments_data() {
    QTest::addColumn<Edits>("edits");
    QTest::addColumn<QString>("difference");
    const auto row = [](const char* name, const Edits& edits, const char* difference) {
        QTest::newRow(name) << edits << QString::fromUtf8(difference);
    };
    const auto set = [](const QString& link, const Impairment& fromA, const Impairment& fromB) {
        return SetImpairments{LinkId(link), {fromA, fromB}};
    };
    const Impairment five{false, 500, 0, 0};
    const Impairment slow{false, 0, 1500, 0};
    row("the same", {set(u"a1"_s, five, five)}, "");
    row("more of it", {set(u"a1"_s, {false, 500, 1500, 0}, {false, 500, 1500, 0})},
        "@@ line 5 @@\n-  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: { loss: 5 % } }  # five\n"
        "+  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: { loss: 5 %, rate: 1.5mbit } }  # five\n");
    row("two for one", {set(u"a1"_s, five, slow)},
        "@@ line 5 @@\n-  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: { loss: 5 % } }  # five\n"
        "+  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: [{loss: 5%, from: leaf1}, {rate: 1.5mbit, from: host1}] }  # five\n");
    row("none of it", {set(u"a1"_s, {}, {})},
        "@@ line 5 @@\n-  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: { loss: 5 % } }  # five\n"
        "+  - {name: a1, ends: [leaf1:swp1, host1:eth1] }  # five\n");
    row("one line of a block", {set(u"a2"_s, {false, 300, 10'000, 0}, {})},
        "@@ line 8 @@\n-      loss: 2.5  # percent\n+      loss: 3%  # percent\n");
    row("both directions of a block", {set(u"a2"_s, {false, 250, 10'000, 0}, {false, 250, 10'000, 0})},
        "@@ line 11 @@\n-      from: leaf1:swp2\n");
    row("a block for another", {set(u"a3"_s, five, five)},
        "@@ line 15 @@\n-    impairment:\n-      - {loss: 1%, from: host3}\n-      - loss: 2%\n-        from: \"leaf1\"\n"
        "+    impairment: {loss: 5%}\n");
    row("a sender's name", {RenameNode{NodeId(u"host3"_s), NodeId(u"web3"_s)}},
        "@@ line 2 @@\n-nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, host3: {kind: host}}\n"
        "+nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, web3: {kind: host}}\n"
        "@@ line 14 @@\n-    ends: [leaf1:swp3, host3:eth1]\n+    ends: [leaf1:swp3, web3:eth1]\n"
        "@@ line 16 @@\n-      - {loss: 1%, from: host3}\n+      - {loss: 1%, from: web3}\n");
}

void TestPatch::impairments() {
    QFETCH(Edits, edits);
    QFETCH(QString, difference);
    const auto patched = labfile::patch(kImpaired, edits);
    QVERIFY2(patched, qPrintable(why(patched)));
    QCOMPARE(labfile::difference(kImpaired, patched->text), difference);
    const auto back = labfile::patch(patched->text, patched->inverse);
    QVERIFY2(back && back->lab == *labfile::parse(kImpaired).lab, qPrintable(why(back)));
}

void TestPatch::numbersStay() {
    const QByteArray text = builtin("tutorial");
    const auto patched = labfile::patch(text, {RenameNode{NodeId(u"host2"_s), NodeId(u"web1"_s)}});
    QVERIFY2(patched, qPrintable(why(patched)));
    const Lab before = *labfile::parse(text).lab;
    QCOMPARE(patched->lab.nodes[2].id.name, u"web1"_s);
    QCOMPARE(patched->lab.nodes[2].asn, before.nodes[2].asn);
    QCOMPARE(patched->lab.nodes[2].podCidr->toString(), before.nodes[2].podCidr->toString());
    QCOMPARE(patched->lab.links[1].prefix.toString(), before.links[1].prefix.toString());
}

/// Two hosts whose names ask for the same numbers: who has had to give way keeps what it got when the other goes, and who
/// has them keeps them when one more comes before it.
void TestPatch::numbersOfRivalsStay() {
    const QByteArray text("name: rivals\nnodes:\n  leaf1: {kind: leaf}\n  web3: {kind: host} # first\n  db3: {kind: host} # second\n"
                          "links:\n  - {ends: [leaf1:swp1, web3:eth1]}\n  - {ends: [leaf1:swp2, db3:eth1]}\n");
    const Lab before = *labfile::parse(text).lab;
    const Node& loser = before.nodes[2];
    QVERIFY(before.nodes[1].asn == 4200000003U && loser.asn >= 4250000000U);
    const auto pinned = [](const char* name, const Node& node) {
        return QByteArray("  " + QByteArray(name) + ": {kind: host, asn: " + QByteArray::number(node.asn) +
                          ", pod-cidr: " + node.podCidr->toString().toLatin1() + '}');
    };

    const auto gone = labfile::patch(text, {RemoveNode{NodeId(u"web3"_s)}});
    QVERIFY2(gone, qPrintable(why(gone)));
    QVERIFY(gone->lab.nodes[1] == loser);
    QCOMPARE(gone->text, QByteArray(text)
                             .replace("  web3: {kind: host} # first\n", "")
                             .replace("  - {ends: [leaf1:swp1, web3:eth1]}\n", "")
                             .replace("  db3: {kind: host}", pinned("db3", loser)));

    const auto added = labfile::patch(text, {host(u"app3"_s, 1), cable({}, u"leaf1:swp3"_s, u"app3:eth1"_s)});
    QVERIFY2(added, qPrintable(why(added)));
    QVERIFY(added->lab.nodes[2] == before.nodes[1] && added->lab.nodes[3] == loser);
    QVERIFY2(added->text.contains(pinned("web3", before.nodes[1])), added->text.constData());
}

void TestPatch::endsOfLinesAndMarksStay() {
    const Edits edits{host(u"host4"_s), cable({}, u"leaf1:swp4"_s, u"host4:eth1"_s), SetReplicas{u"web"_s, 4}};
    const auto plain = labfile::patch(kMotley, edits);
    const auto other = labfile::patch("\xEF\xBB\xBF" + withCarriageReturns(kMotley), edits);
    QVERIFY(plain && other);
    QCOMPARE(other->text, "\xEF\xBB\xBF" + withCarriageReturns(plain->text));
    QVERIFY(other->lab == plain->lab);
}

QTEST_GUILESS_MAIN(TestPatch)
#include "tst_patch.moc"
