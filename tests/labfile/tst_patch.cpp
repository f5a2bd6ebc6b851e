// SPDX-License-Identifier: GPL-3.0-or-later
// Edits as changes of a lab file's text: each style of writing, and what must hold for every edit of every lab: no other
// line changes, the text parses to the lab that the edit makes, and the inverse leads back. Edits are made at random from a
// printed seed (PODLEAF_SEED sets it).
#include "marked_lab.h"

#include <core/labfile/labfile.h>
#include <core/labfile/patch.h>

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::model;
using podleaf::test::kMarked;
using namespace Qt::StringLiterals;

namespace {

const char* const kBuiltin[] = {"tutorial", "tutorial-2016", "unnumbered", "two-leaf-ecmp", "leaf-spine", "dhcp-relay"};

QByteArray builtin(const char* name) {
    QFile file(u"" PODLEAF_SOURCE_DIR "/labs/%1/lab.yaml"_s.arg(QString::fromLatin1(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The styles that a file may be written in, all in one, with a comment wherever one can be.
const QByteArray kMotley = R"(# before
name: motley   # the name

nodes:   # all of them
  # above leaf1
  leaf1:
    kind: leaf # a leaf
    # inside leaf1
    asn: 65100

  "host1": { kind: host }   # quoted
  'host2':
      kind: 'host'  # four blanks
      # below host2
  host3: {kind: host,   # over
          asn: 64512}   # two lines
# at the margin
links: [
  # in brackets
  {name: "a1", ends: [leaf1:swp1, "host1:eth1"]}, # first
  {name: a2, ends: ['leaf1:swp2', host2:eth1]},
  {ends: [host3:eth1, leaf1:swp3]} # no name
]

workloads:
  web:
    on:
    # where
    - host1
    -   {host: host2, address: 10.20.1.77}  # given
    - host3
    port: 8080
  api: {on: "host3", replicas: 2}
tests: {w: {to: web}}
# end)";

/// A link of each style, impaired.
const QByteArray kImpaired = R"(name: impaired
nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, host3: {kind: host}}
links:
  # in brackets
  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: { loss: 5 % } }  # five
  - name: a2
    impairment:  # of the second
      loss: 2.5  # percent
      # how fast
      rate: 10mbit
      from: leaf1:swp2
    ends: [leaf1:swp2, host2:eth1]  # behind
  - name: a3
    ends: [leaf1:swp3, host3:eth1]
    impairment:
      - {loss: 1%, from: host3}
      - loss: 2%
        from: "leaf1"
workloads: {web: {}}
)";

AddNode host(const QString& name, size_t at = kAtEnd) {
    return {{NodeId(name), NodeKind::Host, 0, {}, {}, {}, {}}, at};
}

AddLink cable(const QString& name, const QString& a, const QString& b, size_t at = kAtEnd) {
    const auto end = [](const QString& text) { return Endpoint{NodeId(text.section(u':', 0, 0)), text.section(u':', 1)}; };
    return {{LinkId(name), {{end(a), end(b)}}, {}, {}}, at};
}

quint32 seed() {
    bool given = false;
    const quint32 wanted = qEnvironmentVariable("PODLEAF_SEED").toUInt(&given);
    return given ? wanted : QRandomGenerator::global()->generate();
}

/// An edit that makes sense for the lab, and the words of which one stands in every line that it changes.
struct Try {
    Edits edits;
    QStringList subjects;
};

class Maker {
public:
    explicit Maker(quint32 seed) : m_random(seed) {}

    Try edit(const Lab& lab) {
        const Node& node = any(lab.nodes);
        const Link& link = any(lab.links);
        const Workload& workload = any(lab.workloads);
        const QStringList places = lines(workload);
        switch (m_random.bounded(13)) {
        case 0:
            return {{host(u"new7"_s, place(lab.nodes)),
                     cable(chance() ? u"added"_s : QString(), firstLeaf(lab) + u":swp40"_s, u"new7:"_s + portOf(lab), place(lab.links))},
                    {}};
        case 1:
            return {{RemoveNode{node.id}},
                    QStringList{node.id.name, u"replicas"_s, u"groups:"_s} + places + names(lab.linksOf(node.id)) +
                        groups(lab.groupOf(node.id))};
        case 2:
            return {{RenameNode{node.id, NodeId(u"renamed"_s)}}, {node.id.name}};
        case 3:
            return {{SetNodeKey{node.id, SetNodeKey::Asn(64700 + m_random.bounded(9U))}}, {node.id.name, u"asn"_s}};
        case 4:
            if (chance()) {
                return {{SetNodeKey{node.id, SetNodeKey::Place({int(m_random.bounded(900)) - 450, 80})}}, {node.id.name, u"position"_s}};
            }
            return {{SetNodeKey{node.id, SetNodeKey::Asn()}}, {node.id.name, u"asn"_s}};
        case 5:
            return {{RemoveLink{link.id}}, {link.ends[0].toString(), link.id.name}};
        case 6:
            return {{RenameLink{link.id, LinkId(u"fresh"_s)}}, {link.ends[0].toString(), link.id.name}};
        case 7:
            return {{SetReplicas{workload.name, 1 + m_random.bounded(9U)}}, {u"replicas"_s, workload.name}};
        case 8:
            return {{SetImpairments{link.id, {impairment(), impairment()}}},
                    {link.ends[0].toString(), link.id.name, u"impairment"_s, u"loss"_s, u"rate"_s, u"delay"_s, u"from"_s}};
        case 11:
            return groupEdit(lab, node.id);
        case 12:
            return noteEdit(lab);
        case 9:
            return {{SetPlaces{workload.name, {{node.id, {}}}}}, QStringList{u"on:"_s, u"replicas"_s, workload.name} + places};
        default:
            return {{cable({}, firstLeaf(lab) + u":swp41"_s, node.id.name + u":swp1"_s, place(lab.links))}, {}};
        }
    }

private:
    Try groupEdit(const Lab& lab, const NodeId& node) {
        if (lab.groups.empty() || chance()) {
            return {{AddGroup{{u"rack7"_s, {node}}, place(lab.groups)}}, {}};
        }
        const Group& group = any(lab.groups);
        QStringList subjects{group.name, u"groups:"_s};
        for (const NodeId& each : group.nodes) {
            subjects << each.name;
        }
        if (chance()) {
            return {{SetGroupNodes{group.name, chance() ? std::vector{node} : std::vector{node, group.nodes.back()}}}, subjects};
        }
        return {{chance() ? Edit(RemoveGroup{group.name}) : Edit(RenameGroup{group.name, u"renamed"_s})}, subjects};
    }
    Try noteEdit(const Lab& lab) {
        static const QStringList kTexts{u"Note"_s, u"a \"b\"\n  c: [d"_s, u"# e"_s};
        const Note note{kTexts[m_random.bounded(3)], {int(m_random.bounded(900)) - 450, 80}};
        if (lab.notes.empty() || chance()) {
            return {{AddNote{note, place(lab.notes)}}, {}};
        }
        const size_t at = m_random.bounded(static_cast<quint32>(lab.notes.size()));
        const Note moved{lab.notes[at].text, note.position};
        return {{chance() ? Edit(RemoveNote{at}) : Edit(SetNote{at, chance() ? moved : note})}, {u"text"_s, u"position"_s, u"notes:"_s}};
    }
    static QStringList groups(const Group* group) { return group == nullptr ? QStringList() : QStringList{group->name}; }
    Impairment impairment() {
        return chance() ? Impairment{}
                        : Impairment{false, m_random.bounded(3U) * 250, m_random.bounded(2U) * 1500, m_random.bounded(2U) * 20'000};
    }
    bool chance() { return m_random.bounded(2) == 1; }
    template <class T>
    const T& any(const std::vector<T>& list) {
        return list[m_random.bounded(static_cast<quint32>(list.size()))];
    }
    template <class T>
    size_t place(const std::vector<T>& list) {
        return chance() ? kAtEnd : m_random.bounded(static_cast<quint32>(list.size() + 1));
    }
    static QString firstLeaf(const Lab& lab) { return std::ranges::find(lab.nodes, NodeKind::Leaf, &Node::kind)->id.name; }
    static QString portOf(const Lab& lab) {
        const auto node = std::ranges::find(lab.nodes, NodeKind::Host, &Node::kind);
        const Link& link = *lab.linksOf(node->id).front();
        return link.ends[static_cast<size_t>(endAt(link, node->id))].port;
    }
    static QStringList names(const std::vector<const Link*>& links) {
        QStringList names;
        for (const Link* link : links) {
            names << u"name: "_s + link->id.name;
        }
        return names;
    }
    static QStringList lines(const Workload& workload) {
        QStringList hosts;
        for (const Pod& pod : workload.pods) {
            hosts << pod.host.name;
        }
        return hosts;
    }

    QRandomGenerator m_random;
};

/// The lines of a difference that begin with that sign, without it.
QStringList signedLines(const QString& difference, QChar sign) {
    QStringList found;
    for (const QString& line : difference.split(u'\n', Qt::SkipEmptyParts)) {
        if (line.startsWith(sign)) {
            found << line.mid(1);
        }
    }
    return found;
}

/// True when the line is only longer now: a number was written out behind what it had, or it got an entry more between
/// brackets.
bool isOnlyLonger(const QString& line, const QStringList& added) {
    const QString stem = line.section(u'}', 0, 0);
    return std::ranges::any_of(added, [&](const QString& now) {
        const auto front = std::ranges::mismatch(line, now).in1 - line.begin();
        const QString rest = line.mid(front);
        return now.startsWith(stem) || (now.size() > line.size() && now.endsWith(rest));
    });
}

qsizetype indentOf(const QString& line) {
    return line.size() - line.trimmed().size();
}

/// The first line that was changed without need: it names none of the subjects, is not only longer, and is not below a
/// line that went with all that is in it.
QString needless(const QString& difference, const QStringList& subjects) {
    const QStringList added = signedLines(difference, u'+');
    qsizetype within = -1; // Indentation of the line that went last by right.
    for (const QString& line : difference.split(u'\n', Qt::SkipEmptyParts)) {
        if (!line.startsWith(u'-')) {
            within = -1;
            continue;
        }
        QString old = line.mid(1);
        const bool isMeant = std::ranges::any_of(subjects, [&old](const QString& word) { return old.contains(word); });
        const bool isInside =
            within >= 0 && (indentOf(old) > within || (indentOf(old) == within && QStringLiteral("-#").contains(old.trimmed().front())));
        if (isMeant && !isInside) {
            within = indentOf(old);
        } else if (!isInside && !isOnlyLonger(old, added)) {
            return old;
        }
    }
    return {};
}

QString why(const Result<labfile::Patched>& patched) {
    return patched ? QString() : describe(patched.error());
}

QByteArray withCarriageReturns(QByteArray text) {
    return text.replace("\n", "\r\n");
}

} // namespace

class TestPatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void styles_data();
    void styles();
    void impairments_data();
    void impairments();
    void refusals_data();
    void refusals();
    void kindOfANode();
    void workloadComesAndGoes();
    void rolesOfHostsAreTheirLeaves();
    void podsOnLeavesAreRefusedAtOnce();
    void podsThatHaveNoPlaceYet();
    void numbersStay();
    void endsOfLinesAndMarksStay();
    void randomEdits_data();
    void randomEdits();
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

void TestPatch::refusals_data() {
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

void TestPatch::refusals() {
    QFETCH(QByteArray, text);
    QFETCH(Edits, edits);
    QFETCH(ErrorCode, code);
    QFETCH(QString, word);
    const auto patched = labfile::patch(text, edits);
    QVERIFY(!patched);
    QCOMPARE(patched.error().code, code);
    QVERIFY2(describe(patched.error()).contains(word), qPrintable(why(patched)));
}

void TestPatch::kindOfANode() {
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

void TestPatch::workloadComesAndGoes() {
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
void TestPatch::rolesOfHostsAreTheirLeaves() {
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
void TestPatch::podsOnLeavesAreRefusedAtOnce() {
    const SetPlaces onLeaf{u"web"_s, {{NodeId(u"leaf1"_s), {}}}};
    QCOMPARE(labfile::patch(kMotley, {onLeaf, RemoveWorkload{u"web"_s}}).error().code, ErrorCode::InvalidInput);
}

void TestPatch::podsThatHaveNoPlaceYet() {
    const auto patched = labfile::patch(kMotley, {SetReplicas{u"web"_s, 6}, RemoveNode{NodeId(u"host2"_s)}});
    QVERIFY2(patched, qPrintable(why(patched)));
    const auto back = labfile::patch(patched->text, patched->inverse);
    QVERIFY2(back, qPrintable(why(back)));
    QVERIFY(back->lab == *labfile::parse(kMotley).lab);
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

void TestPatch::endsOfLinesAndMarksStay() {
    const Edits edits{host(u"host4"_s), cable({}, u"leaf1:swp4"_s, u"host4:eth1"_s), SetReplicas{u"web"_s, 4}};
    const auto plain = labfile::patch(kMotley, edits);
    const auto other = labfile::patch("\xEF\xBB\xBF" + withCarriageReturns(kMotley), edits);
    QVERIFY(plain && other);
    QCOMPARE(other->text, "\xEF\xBB\xBF" + withCarriageReturns(plain->text));
    QVERIFY(other->lab == plain->lab);
}

void TestPatch::randomEdits_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* name : kBuiltin) {
        const QByteArray text = builtin(name);
        QTest::newRow(name) << text;
        QTest::addRow("%s written out", name) << labfile::toYaml(*labfile::parse(text).lab);
    }
    QTest::newRow("impaired") << kImpaired;
    QTest::newRow("marked") << kMarked;
    QTest::newRow("marked, CRLF") << withCarriageReturns(kMarked);
    QTest::newRow("motley") << kMotley;
    QTest::newRow("motley, CRLF") << withCarriageReturns(kMotley);
}

void TestPatch::randomEdits() {
    QFETCH(QByteArray, text);
    const quint32 first = seed();
    qInfo("PODLEAF_SEED=%u", first);
    Maker maker(first);
    const auto original = labfile::parse(text);
    QVERIFY(original.lab);
    int done = 0;
    for (int i = 0; i < 60; ++i) {
        const Try attempt = maker.edit(*original.lab);
        const auto patched = labfile::patch(text, attempt.edits);
        if (!patched) {
            QVERIFY2(patched.error().code != ErrorCode::Internal, qPrintable(why(patched)));
            continue;
        }
        ++done;
        const QString difference = labfile::difference(text, patched->text);
        QVERIFY2(needless(difference, attempt.subjects).isEmpty(), qPrintable(difference));
        const auto again = labfile::parse(patched->text);
        QVERIFY2(again.lab && *again.lab == patched->lab, qPrintable(difference));
        const auto back = labfile::patch(patched->text, patched->inverse);
        QVERIFY2(back, qPrintable(difference + why(back)));
        QVERIFY2(back->lab == *original.lab, qPrintable(difference + u"and back\n"_s + labfile::difference(text, back->text)));
        if (std::holds_alternative<AddNode>(attempt.edits.front()) && !text.contains("fabric")) {
            QVERIFY2(signedLines(labfile::difference(text, back->text), u'-').size() <= 1,
                     qPrintable(labfile::difference(text, back->text)));
        }
    }
    QVERIFY2(done > 0, "no edit was possible");
}

QTEST_GUILESS_MAIN(TestPatch)
#include "tst_patch.moc"
