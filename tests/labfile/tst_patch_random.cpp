// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every edit of every lab file: no other line changes, the text parses to the lab that the edit makes, and
// the inverse leads back. Edits are made at random from a printed seed (PODLEAF_SEED sets it).
#include "marked_lab.h"
#include "patch_cases.h"

#include <core/labfile/labfile.h>

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::model;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

const char* const kBuiltin[] = {"tutorial", "tutorial-2016", "unnumbered", "two-leaf-ecmp", "leaf-spine", "dhcp-relay"};

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
        switch (m_random.bounded(14)) {
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
        case 13:
            return clusterEdit(node);
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
    Try clusterEdit(const Node& node) {
        const Kubernetes cluster{{}, chance() ? node.id : NodeId(), Ipv4Prefix{{10U << 24U | m_random.bounded(3U) << 21U}, 16}};
        return {{chance() ? SetKubernetes{cluster} : SetKubernetes{}}, {u"kubernetes"_s, u"version"_s, u"control-plane"_s, u"services"_s}};
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

} // namespace

class TestPatchRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomEdits_data();
    void randomEdits();
};

void TestPatchRandom::randomEdits_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char* name : kBuiltin) {
        const QByteArray text = builtin(name);
        QTest::newRow(name) << text;
        QTest::addRow("%s written out", name) << labfile::toYaml(*labfile::parse(text).lab);
    }
    QTest::newRow("cluster") << builtin("tutorial") + "kubernetes: {control-plane: host2} # here\n";
    QTest::newRow("cluster in lines") << builtin("two-leaf-ecmp") + "kubernetes:\n  # here\n  control-plane: host1\n  version: 1.37.2\n";
    QTest::newRow("impaired") << kImpaired;
    QTest::newRow("marked") << kMarked;
    QTest::newRow("marked, CRLF") << withCarriageReturns(kMarked);
    QTest::newRow("motley") << kMotley;
    QTest::newRow("motley, CRLF") << withCarriageReturns(kMotley);
}

void TestPatchRandom::randomEdits() {
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

QTEST_GUILESS_MAIN(TestPatchRandom)
#include "tst_patch_random.moc"
