// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of groups and notes as changes of a lab file's text; tst_patch_random.cpp has what must hold for every edit.
#include "marked_lab.h"
#include "patch_cases.h"

#include <core/labfile/labfile.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::model;
using namespace Qt::StringLiterals;
using namespace podleaf::test;

class TestPatchCanvas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void groupsAndNotes_data();
    void groupsAndNotes();
    void groupFollowsItsNodes();
};

void TestPatchCanvas::groupsAndNotes_data() {
    QTest::addColumn<Edits>("edits");
    QTest::addColumn<QString>("difference");
    const auto row = [](const char* name, const Edits& edits, const char* difference) {
        QTest::newRow(name) << edits << QString::fromUtf8(difference);
    };
    const auto ids = [](const QStringList& names) {
        std::vector<NodeId> nodes;
        for (const QString& name : names) {
            nodes.emplace_back(name);
        }
        return nodes;
    };
    row("add a group", {AddGroup{{u"rack3"_s, ids({u"host4"_s})}}}, "@@ line 16 @@\n+  - {name: rack3, nodes: [host4]}\n");
    row("add a group first", {AddGroup{{u"rack0"_s, ids({u"host4"_s})}, 0}}, "@@ line 10 @@\n+  - {name: rack0, nodes: [host4]}\n");
    row("remove a group", {RemoveGroup{u"rack1"_s}},
        "@@ line 10 @@\n-  - name: rack1  # left\n-    nodes:\n-      # from the top\n-      - leaf1\n-      - \"host1\"  # quoted\n");
    row("remove both", {RemoveGroup{u"rack1"_s}, RemoveGroup{u"rack2"_s}},
        "@@ line 8 @@\n-groups:\n@@ line 10 @@\n-  - name: rack1  # left\n-    nodes:\n-      # from the top\n-      - leaf1\n"
        "-      - \"host1\"  # quoted\n-  - {name: rack2, nodes: [host2, host3]}  # in brackets\n");
    row("rename a group", {RenameGroup{u"rack1"_s, u"row1"_s}}, "@@ line 10 @@\n-  - name: rack1  # left\n+  - name: row1  # left\n");
    row("one node more", {SetGroupNodes{u"rack1"_s, ids({u"leaf1"_s, u"host4"_s, u"host1"_s})}}, "@@ line 14 @@\n+      - host4\n");
    row("one node less", {SetGroupNodes{u"rack2"_s, ids({u"host3"_s})}},
        "@@ line 15 @@\n-  - {name: rack2, nodes: [host2, host3]}  # in brackets\n+  - {name: rack2, nodes: [host3]}  # in brackets\n");
    row("other nodes", {SetGroupNodes{u"rack2"_s, ids({u"host4"_s})}},
        "@@ line 15 @@\n-  - {name: rack2, nodes: [host2, host3]}  # in brackets\n+  - {name: rack2, nodes: [host4]}  # in brackets\n");
    row("another order", {SetGroupNodes{u"rack1"_s, ids({u"host1"_s, u"leaf1"_s})}},
        "@@ line 13 @@\n-      - leaf1\n-      - \"host1\"  # quoted\n+      - host1\n+      - \"leaf1\"  # quoted\n");
    row("add a note", {AddNote{{u"Note"_s, {5, -6}}}}, "@@ line 28 @@\n+  - text: \"Note\"\n+    position: [5, -6]\n");
    row("move a note", {SetNote{0, {u"Two lines,\n# no comment\n\nand a third one.\n"_s, {16, 24}}}},
        "@@ line 23 @@\n-    position: [8, 16]\n+    position: [16, 24]\n");
    row("write a note", {SetNote{0, {u"One \"line\"."_s, {8, 16}}}},
        "@@ line 17 @@\n-  - text: |  # as it stands\n-      Two lines,\n-      # no comment\n-\n-      and a third one.\n"
        "+  - text: \"One \\\"line\\\".\"\n");
    row("write in brackets", {SetNote{1, {u"Now\nthis: a"_s, {-8, 300}}}},
        "@@ line 24 @@\n-  - {text: \"It says \\\"no\\\".\", position: [-8, 300]}  # in quotes\n"
        "+  - {text: \"Now\\nthis: a\", position: [-8, 300]}  # in quotes\n");
    row("write over plain words", {SetNote{2, {u"]"_s, {0, 0}}}},
        "@@ line 27 @@\n-    text: plain words  # and a comment\n+    text: \"]\"  # and a comment\n");
    row("remove a note", {RemoveNote{1}}, "@@ line 24 @@\n-  - {text: \"It says \\\"no\\\".\", position: [-8, 300]}  # in quotes\n");
    row("a node's name", {RenameNode{NodeId(u"host3"_s), NodeId(u"web3"_s)}, SetPlaces{u"web"_s, {{NodeId(u"host1"_s), {}}}}},
        "@@ line 2 @@\n-nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, host3: {kind: host}, host4: {kind: host}}\n"
        "+nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, web3: {kind: host}, host4: {kind: host}}\n"
        "@@ line 6 @@\n-  - {name: a3, ends: [leaf1:swp3, host3:eth1]}\n+  - {name: a3, ends: [leaf1:swp3, web3:eth1]}\n"
        "@@ line 15 @@\n-  - {name: rack2, nodes: [host2, host3]}  # in brackets\n"
        "+  - {name: rack2, nodes: [host2, web3]}  # in brackets\n");
}

void TestPatchCanvas::groupsAndNotes() {
    QFETCH(Edits, edits);
    QFETCH(QString, difference);
    const auto patched = labfile::patch(kMarked, edits);
    QVERIFY2(patched, qPrintable(why(patched)));
    QCOMPARE(labfile::difference(kMarked, patched->text), difference);
    const auto back = labfile::patch(patched->text, patched->inverse);
    QVERIFY2(back, qPrintable(why(back)));
    QVERIFY2(back->lab == *labfile::parse(kMarked).lab, qPrintable(labfile::difference(kMarked, back->text)));
}

void TestPatchCanvas::groupFollowsItsNodes() {
    const auto one = labfile::patch(kMarked, {RemoveNode{NodeId(u"host2"_s)}});
    QVERIFY2(one, qPrintable(why(one)));
    QVERIFY(one->text.contains("nodes: [host3]"));
    const auto none = labfile::patch(one->text, {RemoveNode{NodeId(u"host3"_s)}});
    QVERIFY2(none, qPrintable(why(none)));
    QVERIFY(none->lab.findGroup(u"rack2"_s) == nullptr && none->lab.findGroup(u"rack1"_s) != nullptr);
    for (const labfile::Patched* step : {&*one, &*none}) {
        const auto back = labfile::patch(step->text, step->inverse);
        QVERIFY2(back, qPrintable(why(back)));
        QVERIFY(back->lab == (step == &*one ? *labfile::parse(kMarked).lab : one->lab));
    }
}

QTEST_GUILESS_MAIN(TestPatchCanvas)
#include "tst_patch_canvas.moc"
