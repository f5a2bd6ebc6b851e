// SPDX-License-Identifier: GPL-3.0-or-later
// `groups` and `notes`: what is read, what is reported, and that it is written back.
#include "small_lab.h"

#include <QTest>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

class TestLabfileCanvas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void usuallyThereIsNone() {
        const auto lab = labfile::parse(kBase).lab;
        QVERIFY(lab && lab->groups.empty() && lab->notes.empty());
        const QByteArray text = labfile::toYaml(*lab);
        QVERIFY(!text.contains("groups") && !text.contains("notes"));
        QVERIFY(labfile::parse(kBase + "groups:\nnotes: []\n").lab == lab);
    }

    void groupsAndNotesAreRead() {
        const auto parsed =
            labfile::parse(kBase + "groups:\n  - {name: rack1, nodes: [leaf1, host1]}\n  - name: rack2\n    nodes:\n"
                                   "      - host2\n"
                                   "notes:\n  - {text: \"a \\\"b\\\"\\n# c\", position: [-8, 204]}\n"
                                   "  - text: |\n      Two\n\n      lines\n    position: [0, 1]\n  - {text: x, position: [5, 6]}\n");
        QVERIFY2(parsed.lab, qPrintable(told(parsed.findings)));
        QCOMPARE(parsed.findings.size(), std::size_t(0));
        const model::Lab& lab = *parsed.lab;
        QCOMPARE(lab.groups.size(), std::size_t(2));
        QVERIFY((lab.groups[0] == model::Group{u"rack1"_s, {NodeId(u"leaf1"_s), NodeId(u"host1"_s)}}));
        QVERIFY((lab.groups[1] == model::Group{u"rack2"_s, {NodeId(u"host2"_s)}}));
        QVERIFY(lab.groupOf(NodeId(u"host1"_s)) == &lab.groups[0]);
        QCOMPARE(lab.notes.size(), std::size_t(3));
        QVERIFY((lab.notes[0] == model::Note{u"a \"b\"\n# c"_s, {-8, 204}}));
        QVERIFY((lab.notes[1] == model::Note{u"Two\n\nlines\n"_s, {0, 1}}));
        QVERIFY((lab.notes[2] == model::Note{u"x"_s, {5, 6}}));
    }

    void whateverATextHoldsIsWrittenBack_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"Note", "\"", "\\", "\\n", "'", " a ", "# no comment", "a: {b}", "]", "no", "~", "two\nlines\n\n",
                                 "Ünïcode ✓ 😀", "- a", "| a", "\u00a0x\u2028y"}) {
            QTest::addRow("%s", text) << QString::fromUtf8(text);
        }
        QTest::newRow("long") << QString(model::kMaxNoteLength, u'ä');
    }

    void whateverATextHoldsIsWrittenBack() {
        QFETCH(QString, text);
        model::Lab lab = *labfile::parse(kBase).lab;
        lab.groups = {{u"rack1"_s, {NodeId(u"host2"_s)}}};
        lab.notes = {{text, {1, 2}}, {u"behind"_s, {3, 4}}};
        const auto again = labfile::parse(labfile::toYaml(lab));
        QVERIFY2(again.lab, qPrintable(told(again.findings)));
        QCOMPARE(*again.lab, lab);
    }

    void mistakesAreTold_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* text, const QByteArray& expected) {
            QTest::newRow(name) << kBase + text << QString::fromUtf8(expected);
        };
        const QByteArray group = " | Write it like this: {name: rack1, nodes: [leaf1, host1]}";
        const QByteArray note = " | Write it like this: {text: \"Spare ports\", position: [296, 204]}";
        row("groups a mapping", "groups: {a: [leaf1]}\n",
            "13:9 groups must be a list, not a mapping. | Write it like this: - {name: rack1, nodes: [leaf1, host1]}");
        row("group a word", "groups: [rack1]\n", "13:10 A group must be a mapping." + group);
        row("no name", "groups: [{nodes: [leaf1]}]\n", "13:10 The group has no name." + group);
        row("no valid name", "groups: [{name: Rack 1, nodes: [leaf1]}]\n",
            "13:17 The name \"Rack 1\" is not a valid name. | Use 1 to 63 of a-z, 0-9 and -, with a letter or digit at both ends, as in "
            "\"rack-1\".");
        row("no nodes", "groups: [{name: rack1}]\n", "13:10 The group has no nodes." + group);
        row("empty", "groups: [{name: rack1, nodes: []}]\n", "13:10 The group has no nodes." + group);
        row("nodes a word", "groups: [{name: rack1, nodes: leaf1}]\n",
            "13:31 nodes must be a list, not a single value. | Write it like this: nodes: [leaf1, host1]");
        row("unknown node", "groups:\n  - name: rack1\n    nodes: [leaf1, host9]\n",
            "15:20 There is no node \"host9\". | Did you mean \"host1\"?");
        row("name twice", "groups: [{name: rack1, nodes: [leaf1]},\n  {name: rack1, nodes: [host1]}]\n",
            "14:10 There is a group \"rack1\" already. | Give it another name, or put the nodes of both into one.");
        row("node in two", "groups: [{name: a, nodes: [leaf1, host1]},\n  {name: b, nodes: [host1, host2]}]\n",
            "14:21 host1 is in the group \"a\" already. | A node can be in one group.");
        row("node twice", "groups: [{name: a, nodes: [leaf1, leaf1]}]\n",
            "13:35 leaf1 is in the group \"a\" already. | A node can be in one group.");
        row("key of a group", "groups: [{name: a, node: [leaf1], nodes: [leaf1]}]\n",
            "13:20 Unknown key \"node\" in the group. | Did you mean \"nodes\"?");
        row("note a word", "notes: [hello]\n", "13:9 A note must be a mapping." + note);
        row("no text", "notes: [{position: [1, 2]}]\n", "13:9 The note has no text." + note);
        row("blank text", "notes: [{text: \" \\n\", position: [1, 2]}]\n", "13:16 The note has no text. | Write one, or remove the note.");
        row("control character", "notes: [{text: \"a\\tb\", position: [1, 2]}]\n",
            "13:16 The note holds a character that cannot be shown. | Keep letters, blanks and line ends.");
        row("no position", "notes:\n  - text: hello\n", "14:5 The note has no position." + note);
        row("no such position", "notes: [{text: a, position: [1]}]\n",
            "13:29 \"position\" is not a position. | Write two whole numbers, such as position: [296, 204].");
        QTest::newRow("too long") << kBase + "notes: [{text: " + QByteArray(model::kMaxNoteLength + 1, 'a') + ", position: [1, 2]}]\n"
                                  << u"13:16 The note is longer than 1000 characters. | Make two of it, or shorten it."_s;
    }

    void mistakesAreTold() {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QVERIFY(!labfile::parse(text).lab);
        QCOMPARE(told(text), expected);
    }
};

QTEST_GUILESS_MAIN(TestLabfileCanvas)
#include "tst_labfile_canvas.moc"
