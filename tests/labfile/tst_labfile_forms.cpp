// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every lab: its explicit form parses to an equal lab, and the numbers of a node or a link do not
// change when others come, go or change places. Labs are made at random from a printed seed (PODLEAF_SEED sets it).
#include <core/labfile/labfile.h>
#include <core/model/node_kinds.h>

#include <QHash>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

/// The lines of a lab file before they are put in order.
struct Draft {
    QStringList head;
    QStringList nodes;
    QStringList links;
    QStringList tail;

    [[nodiscard]] QByteArray text() const {
        const auto section = [](const QString& key, const QStringList& lines) {
            return lines.isEmpty() ? QString() : key + lines.join(u'\n') + u'\n';
        };
        return (u"name: random\n"_s + section({}, head) + section(u"nodes:\n"_s, nodes) + section(u"links:\n"_s, links) + section({}, tail))
            .toUtf8();
    }
};

class Maker {
public:
    explicit Maker(quint32 seed) : m_random(seed) {}

    int upTo(int most) { return static_cast<int>(m_random.bounded(most + 1)); }
    bool chance() { return m_random.bounded(2) == 1; }
    template <class List>
    void shuffle(List& list) {
        std::ranges::shuffle(list, m_random);
    }

    /// A valid lab: switches in a chain or below spines, each host at one or two leaves.
    Draft draft() {
        Draft lab;
        const bool unnumbered = upTo(4) == 0;
        lab.head << u"routing: {protocol: %1, bfd: %2, ecmp: %3, keepalive: %4s}"_s
                        .arg(unnumbered ? u"unnumbered-ebgp"_s : u"ebgp"_s, chance() ? u"true"_s : u"false"_s)
                        .arg(1 + upTo(7))
                        .arg(1 + upTo(3));
        const int spines = upTo(3);
        const int leaves = 1 + upTo(4);
        const bool leases = !unnumbered && chance();
        for (int spine = 1; spine <= spines; ++spine) {
            lab.nodes << u"  spine%1: {kind: spine}"_s.arg(spine);
        }
        for (int leaf = 1; leaf <= leaves; ++leaf) {
            lab.nodes << u"  leaf%1: {kind: leaf%2%3}"_s.arg(leaf).arg(unnumbered || leases ? u""_s : u", dhcp: none"_s,
                                                                       upTo(9) == 0 ? u", asn: %1"_s.arg(64512 + leaf) : u""_s);
            for (int spine = 1; spine <= spines; ++spine) {
                lab.links << u"  - {ends: [spine%1:swp%2, leaf%2:swp%3]}"_s.arg(spine).arg(leaf).arg(48 + spine);
            }
        }
        const int hosts = 1 + upTo(11);
        for (int host = 1; host <= hosts; ++host) {
            lab.nodes << u"  %1: {kind: host}"_s.arg(hostName(host));
            const int leaf = 1 + upTo(leaves - 1);
            lab.links << u"  - {%1ends: [leaf%2:swp%3, %4:eth1]}"_s.arg(chance() ? u"name: cable%1, "_s.arg(host) : u""_s)
                             .arg(leaf)
                             .arg(host)
                             .arg(hostName(host));
            if (chance()) {
                lab.links << u"  - {ends: [%1:eth2, leaf%2:swp%3]}"_s.arg(hostName(host)).arg(1 + leaf % leaves).arg(host + 20);
            }
        }
        lab.tail << u"workloads: {web: {replicas: %1}, api: {port: 8080, on: [%2]}}"_s.arg(1 + upTo(20)).arg(hostName(1))
                 << u"tests: {all: {to: web}, some: {from: pods, to: api}}"_s;
        return lab;
    }

    static QString hostName(int host) {
        return host % 3 == 0 ? u"host%1-%2"_s.arg(2 + host / 16).arg(host % 16 + 1) : u"host%1"_s.arg(host);
    }

private:
    QRandomGenerator m_random;
};

quint32 seed() {
    bool given = false;
    const quint32 wanted = qEnvironmentVariable("PODLEAF_SEED").toUInt(&given);
    return given ? wanted : QRandomGenerator::global()->generate();
}

QString words(const model::Node& node) {
    return u"AS %1 loopback %2 pods %3"_s.arg(node.asn).arg(node.loopback ? node.loopback->toString() : u"-"_s,
                                                            node.podCidr ? node.podCidr->toString() : u"-"_s);
}

/// What each node and link has, by name.
QHash<QString, QString> numbersOf(const model::Lab& lab) {
    QHash<QString, QString> numbers;
    for (const model::Node& node : lab.nodes) {
        numbers.insert(node.id.name, words(node));
    }
    for (const model::Link& link : lab.links) {
        numbers.insert(u"link "_s + link.id.name, link.prefix.toString());
    }
    return numbers;
}

} // namespace

class TestLabFileForms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void explicitFormParsesToAnEqualLab_data();
    void explicitFormParsesToAnEqualLab();
    void shortFormExpands();
    void shortFormGrowsWithoutMovingAnything();
    void numbersStayWhenOthersComeAndGo();
    void numbersFollowFromTheName();
    void hostsHaveLoopbacksWhereTheyNeedThem();
};

void TestLabFileForms::explicitFormParsesToAnEqualLab_data() {
    QTest::addColumn<QByteArray>("text");
    const quint32 first = seed();
    qInfo("PODLEAF_SEED=%u", first);
    Maker maker(first);
    for (int i = 0; i < 200; ++i) {
        QTest::addRow("random %d", i) << maker.draft().text();
    }
    QTest::newRow("short form") << QByteArray(
        "name: s\nfabric: {spines: 2, leaves: 4, hosts-per-leaf: 3}\nworkloads: {w: {replicas: 5}}\n");
    QTest::newRow("iBGP") << QByteArray("name: i\nrouting: {protocol: ibgp-reflector, asn: 7}\nfabric: {leaves: 1, hosts-per-leaf: 2}\n");
    QTest::newRow("relay") << QByteArray(
        "name: r\nnodes: {leaf1: {kind: leaf, dhcp: relay}, r1: {kind: router, dhcp: server}, "
        "host1: {kind: host}}\nlinks: [{ends: [leaf1:swp1, host1:eth1]}, {ends: [r1:eth1, leaf1:swp49]}]\n");
}

void TestLabFileForms::explicitFormParsesToAnEqualLab() {
    QFETCH(QByteArray, text);
    const auto parsed = labfile::parse(text);
    QVERIFY2(parsed.lab, qPrintable(QString::fromUtf8(text) + labfile::describe(u"random"_s, parsed.findings)));
    const QByteArray written = labfile::toYaml(*parsed.lab);
    const auto again = labfile::parse(written);
    QVERIFY2(again.lab, qPrintable(QString::fromUtf8(written) + labfile::describe(u"written"_s, again.findings)));
    QVERIFY2(*again.lab == *parsed.lab, written.constData());
    QCOMPARE(labfile::toYaml(*again.lab), written);
}

void TestLabFileForms::shortFormExpands() {
    const auto parsed = labfile::parse("name: s\nfabric: {spines: 2, leaves: 2, hosts-per-leaf: 1}\n");
    QCOMPARE(labfile::describe(u"s"_s, parsed.findings), QString());
    QCOMPARE(labfile::toYaml(*parsed.lab),
             QByteArray("name: s\n"
                        "\n"
                        "addresses:\n"
                        "  links: 172.16.0.0/16\n"
                        "  loopbacks: 10.255.0.0/16\n"
                        "  pods: 10.20.0.0/16\n"
                        "  pods-per-host: /24\n"
                        "\n"
                        "routing:\n"
                        "  protocol: ebgp\n"
                        "  keepalive: 1s\n"
                        "  hold: 3s\n"
                        "\n"
                        "nodes:\n"
                        "  spine1: {kind: spine, asn: 64600, loopback: 10.255.64.1}\n"
                        "  spine2: {kind: spine, asn: 64601, loopback: 10.255.64.2}\n"
                        "  leaf1: {kind: leaf, asn: 65100, loopback: 10.255.0.1}\n"
                        "  leaf2: {kind: leaf, asn: 65101, loopback: 10.255.0.2}\n"
                        "  host1-1: {kind: host, asn: 4200001001, loopback: 10.255.192.1, pod-cidr: 10.20.0.0/24}\n"
                        "  host2-1: {kind: host, asn: 4200002001, loopback: 10.255.192.17, pod-cidr: 10.20.16.0/24}\n"
                        "\n"
                        "links:\n"
                        "  - {name: leaf1-swp49, ends: [leaf1:swp49, spine1:swp1], prefix: 172.16.0.192/30}\n"
                        "  - {name: leaf1-swp50, ends: [leaf1:swp50, spine2:swp1], prefix: 172.16.0.196/30}\n"
                        "  - {name: leaf2-swp49, ends: [leaf2:swp49, spine1:swp2], prefix: 172.16.1.192/30}\n"
                        "  - {name: leaf2-swp50, ends: [leaf2:swp50, spine2:swp2], prefix: 172.16.1.196/30}\n"
                        "  - {name: leaf1-swp1, ends: [leaf1:swp1, host1-1:eth1], prefix: 172.16.0.0/30}\n"
                        "  - {name: leaf2-swp1, ends: [leaf2:swp1, host2-1:eth1], prefix: 172.16.1.0/30}\n"));
}

void TestLabFileForms::shortFormGrowsWithoutMovingAnything() {
    const auto fabric = [](int spines, int leaves, int hosts) {
        return labfile::parse(
            u"name: s\nfabric: {spines: %1, leaves: %2, hosts-per-leaf: %3}\n"_s.arg(spines).arg(leaves).arg(hosts).toUtf8());
    };
    const auto small = fabric(2, 3, 2);
    QVERIFY(small.lab);
    const auto before = numbersOf(*small.lab);
    for (const auto& large : {fabric(3, 3, 2), fabric(2, 5, 2), fabric(2, 3, 4), fabric(16, 16, 16)}) {
        QVERIFY(large.lab);
        QCOMPARE(large.findings.size(), size_t{0});
        const auto after = numbersOf(*large.lab);
        for (auto it = before.begin(); it != before.end(); ++it) {
            QCOMPARE(after.value(it.key()), it.value());
        }
        for (const model::Link& link : small.lab->links) {
            QVERIFY(large.lab->findLink(link.id)->ends == link.ends);
        }
    }
}

/// Whatever is left of a lab has the numbers it had, as long as no finding said that somebody had to give way.
void TestLabFileForms::numbersStayWhenOthersComeAndGo() {
    const quint32 first = seed();
    qInfo("PODLEAF_SEED=%u", first);
    Maker maker(first);
    int compared = 0;
    for (int round = 0; round < 200; ++round) {
        const Draft whole = maker.draft();
        const auto before = labfile::parse(whole.text());
        QVERIFY2(before.lab, whole.text().constData());
        Draft part = whole;
        part.tail.clear();
        maker.shuffle(part.nodes);
        maker.shuffle(part.links);
        for (int gone = maker.upTo(4); gone > 0 && part.links.size() > 1; --gone) { // hosts with their links
            const QString host = Maker::hostName(1 + maker.upTo(11));
            const auto names = [&host](const QString& line) { return line.contains(host + u':'); };
            part.nodes.removeIf([&](const QString& line) { return line.startsWith(u"  "_s + host + u':'); });
            part.links.removeIf(names);
        }
        const auto after = labfile::parse(part.text());
        QVERIFY2(after.lab, qPrintable(QString::fromUtf8(part.text()) + labfile::describe(u"part"_s, after.findings)));
        const bool moved = std::ranges::any_of(before.findings, [](const auto& f) { return f.hint.startsWith(u"It may change"_s); });
        const auto old = numbersOf(*before.lab);
        const auto now = numbersOf(*after.lab);
        for (auto it = now.begin(); !moved && it != now.end(); ++it) {
            QVERIFY2(old.value(it.key()) == it.value(),
                     qPrintable(u"%1: %2, was %3\n"_s.arg(it.key(), it.value(), old.value(it.key())) + QString::fromUtf8(whole.text())));
            ++compared;
        }
    }
    QVERIFY(compared > 1000);
}

void TestLabFileForms::numbersFollowFromTheName() {
    const auto parsed = labfile::parse("name: n\n"
                                       "nodes:\n"
                                       "  host7: {kind: host}\n"
                                       "  router1: {kind: router}\n"
                                       "  spine9: {kind: spine}\n"
                                       "  leaf12: {kind: leaf}\n"
                                       "  gateway: {kind: router}\n"
                                       "links:\n"
                                       "  - {ends: [host7:eth1, leaf12:swp3]}\n"
                                       "  - {ends: [spine9:swp1, leaf12:swp49]}\n");
    QCOMPARE(labfile::describe(u"n"_s, parsed.findings), QString());
    const auto& nodes = parsed.lab->nodes;
    QCOMPARE(words(nodes[0]), u"AS 4200000007 loopback - pods 10.20.6.0/24"_s);
    QCOMPARE(words(nodes[1]), u"AS 65000 loopback 10.255.128.1 pods -"_s);
    QCOMPARE(words(nodes[2]), u"AS 64608 loopback 10.255.64.9 pods -"_s);
    QCOMPARE(words(nodes[3]), u"AS 65111 loopback 10.255.0.12 pods -"_s);
    QCOMPARE(words(nodes[4]), u"AS 4276298503 loopback 10.255.255.183 pods -"_s); // From the name's hash, for good.
    QCOMPARE(parsed.lab->links[0].prefix.toString(), u"172.16.11.8/30"_s);
    QCOMPARE(parsed.lab->links[1].prefix.toString(), u"172.16.11.192/30"_s);
    // The spine comes first in the file, so it has the first address; a host always has the second.
    QCOMPARE(parsed.lab->links[0].addresses[0].toString(), u"172.16.11.10"_s);
    QCOMPARE(parsed.lab->links[1].addresses[0].toString(), u"172.16.11.193"_s);
}

void TestLabFileForms::hostsHaveLoopbacksWhereTheyNeedThem() {
    const auto hostOf = [](const QByteArray& head) {
        const auto parsed = labfile::parse(head + "links: [{ends: [leaf1:swp1, host1:eth1]}]\n");
        return parsed.lab ? *parsed.lab->findNode(NodeId(u"host1"_s)) : model::Node{};
    };
    const QByteArray one = "name: a\nnodes: {leaf1: {kind: leaf}, host1: {kind: host}}\n";
    QVERIFY(!hostOf(one).loopback);
    QVERIFY(model::asksForLease(hostOf(one)));
    const QByteArray two = "name: a\nnodes: {leaf1: {kind: leaf}, leaf2: {kind: leaf}, host1: {kind: host}}\n";
    QCOMPARE(hostOf(two).loopback->toString(), u"10.255.192.1"_s);
    const QByteArray silent = "name: a\nnodes: {leaf1: {kind: leaf, dhcp: none}, host1: {kind: host}}\n";
    QCOMPARE(hostOf(silent).loopback->toString(), u"10.255.192.1"_s);
    QVERIFY(!model::asksForLease(hostOf(silent)));
    QCOMPARE(hostOf("routing: {protocol: unnumbered-ebgp}\n" + one).loopback->toString(), u"10.255.192.1"_s);
}

QTEST_GUILESS_MAIN(TestLabFileForms)
#include "tst_labfile_forms.moc"
