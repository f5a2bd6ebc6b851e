// SPDX-License-Identifier: GPL-3.0-or-later
// The lab file: what a right one becomes.
#include "small_lab.h"

#include <QDir>
#include <QTest>

using namespace podleaf;
using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

Ipv4Address ip(const char* text) {
    return *Ipv4Address::parse(QString::fromLatin1(text));
}

Ipv4Prefix net(const char* text) {
    return *Ipv4Prefix::parse(QString::fromLatin1(text));
}

} // namespace

class TestLabFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tutorialResolvesToTheDesignsNumbers();
    void everyBuiltinLabIsValid();
    void defaultsAndAllocation();
    void givenValuesAreSkippedByAllocation();
    void takenNumbersAreToldAndMoved();
    void impairments();
    void roundRobinAndGivenPodAddresses();
    void sameTextSameLab();
};

void TestLabFile::tutorialResolvesToTheDesignsNumbers() {
    const auto source = labfile::load(u"tutorial"_s);
    QVERIFY2(source, source ? "" : qPrintable(describe(source.error())));
    QCOMPARE(told(source->parsed.findings), QString());
    QVERIFY(source->parsed.lab);

    model::Lab lab;
    lab.id = LabId(u"tutorial"_s);
    lab.addressPlan = {net("172.16.0.0/16"), net("10.255.0.0/24"), net("10.20.0.0/16"), 24};
    lab.routing = {1, 3};
    const NodeId leaf1(u"leaf1"_s);
    const NodeId host1(u"host1"_s);
    const NodeId host2(u"host2"_s);
    const NodeId host3(u"host3"_s);
    lab.nodes = {
        {leaf1, model::NodeKind::Leaf, 65100, ip("10.255.0.1"), {}},
        {host1, model::NodeKind::Host, 4200000001U, {}, net("10.20.0.0/24")},
        {host2, model::NodeKind::Host, 4200000002U, {}, net("10.20.1.0/24")},
        {host3, model::NodeKind::Host, 4200000003U, {}, net("10.20.2.0/24")},
    };
    lab.links = {
        {LinkId(u"intnet1"_s), {{{leaf1, u"swp1"_s}, {host1, u"eth1"_s}}}, net("172.16.0.0/30"), {ip("172.16.0.1"), ip("172.16.0.2")}},
        {LinkId(u"intnet2"_s), {{{leaf1, u"swp2"_s}, {host2, u"eth1"_s}}}, net("172.16.0.4/30"), {ip("172.16.0.5"), ip("172.16.0.6")}},
        {LinkId(u"intnet3"_s), {{{leaf1, u"swp3"_s}, {host3, u"eth1"_s}}}, net("172.16.0.8/30"), {ip("172.16.0.9"), ip("172.16.0.10")}},
    };
    lab.workloads = {
        {u"my-nginx"_s, u"nginx"_s, 80, {{u"my-nginx-1"_s, host2, ip("10.20.1.10")}, {u"my-nginx-2"_s, host3, ip("10.20.2.10")}}}};
    lab.tests = {{u"nginx"_s, true, true, u"my-nginx"_s}};
    QVERIFY(source->parsed.lab->nodes == lab.nodes);
    QVERIFY(source->parsed.lab->links == lab.links);
    QVERIFY(source->parsed.lab->workloads == lab.workloads);
    QVERIFY(*source->parsed.lab == lab);
}

void TestLabFile::everyBuiltinLabIsValid() {
    qputenv("PODLEAF_LABS", PODLEAF_SOURCE_DIR "/labs");
    const auto labs = labfile::builtinLabs();
    qunsetenv("PODLEAF_LABS");
    QVERIFY(!labs.empty());
    for (const labfile::BuiltinLab& lab : labs) {
        const auto source = labfile::load(lab.path + u"/lab.yaml"_s);
        QVERIFY2(source, qPrintable(lab.path));
        QVERIFY2(source->parsed.lab, qPrintable(labfile::describe(source->path, source->parsed.findings)));
        QCOMPARE(source->parsed.lab->id.name, lab.name);
    }
}

void TestLabFile::defaultsAndAllocation() {
    const auto parsed = labfile::parse("name: bare\n"
                                       "nodes: {leaf1: {kind: leaf}, host1: {kind: host}}\n"
                                       "links: [{ends: [host1:eth1, leaf1:swp1]}]\n"
                                       "workloads: {w: }\n");
    QCOMPARE(told(parsed.findings), QString());
    const model::Lab& lab = *parsed.lab;
    QCOMPARE(lab.addressPlan.links.toString(), u"172.16.0.0/16"_s);
    QCOMPARE(lab.addressPlan.loopbacks.toString(), u"10.255.0.0/16"_s);
    QCOMPARE(lab.addressPlan.pods.toString(), u"10.20.0.0/16"_s);
    QCOMPARE(lab.addressPlan.podPrefixLength, 24);
    QCOMPARE(lab.routing.keepaliveSeconds, 1U);
    QCOMPARE(lab.routing.holdSeconds, 3U);
    QCOMPARE(lab.nodes[0].asn, 65100U);
    QCOMPARE(lab.nodes[1].asn, 4200000001U);
    QCOMPARE(lab.links[0].id.name, u"leaf1-swp1"_s);
    // The leaf has the first address also where it is the second end.
    QCOMPARE(lab.links[0].addresses[0].toString(), u"172.16.0.2"_s);
    QCOMPARE(lab.links[0].addresses[1].toString(), u"172.16.0.1"_s);
    QCOMPARE(lab.workloads[0].pods.size(), size_t{1});
    QCOMPARE(lab.workloads[0].port, std::uint16_t{80});
}

void TestLabFile::givenValuesAreSkippedByAllocation() {
    const auto parsed = labfile::parse("name: given\n"
                                       "addresses: {pods-per-host: 25, loopbacks: 10.255.0.0/28}\n"
                                       "routing: {hold: 9s}\n"
                                       "nodes:\n"
                                       "  leaf1: {kind: leaf}\n"
                                       "  leaf2: {kind: leaf, asn: 65109, loopback: 10.255.0.9}\n"
                                       "  host1: {kind: host, loopback: 10.255.0.5}\n"
                                       "  host2: {kind: host, asn: 4200000009, pod-cidr: 10.20.7.0/25, loopback: 10.255.0.6}\n"
                                       "links:\n"
                                       "  - {ends: [leaf1:swp1, host1:eth1]}\n"
                                       "  - {name: leaf1-swp1, ends: [leaf1:swp2, host2:eth1], prefix: 172.16.0.64/30}\n"
                                       "  - {ends: [leaf1:swp3, leaf2:swp3]}\n");
    QCOMPARE(told(parsed.findings), QString());
    const model::Lab& lab = *parsed.lab;
    QCOMPARE(lab.routing.holdSeconds, 9U);
    QCOMPARE(lab.nodes[0].asn, 65100U);
    QCOMPARE(lab.nodes[0].loopback->toString(), u"10.255.0.1"_s);
    QCOMPARE(lab.nodes[1].asn, 65109U);
    QCOMPARE(lab.nodes[1].loopback->toString(), u"10.255.0.9"_s);
    QCOMPARE(lab.nodes[2].asn, 4200000001U);
    QCOMPARE(lab.nodes[2].podCidr->toString(), u"10.20.0.0/25"_s);
    QCOMPARE(lab.nodes[3].asn, 4200000009U);
    QCOMPARE(lab.nodes[3].podCidr->toString(), u"10.20.7.0/25"_s);
    QCOMPARE(lab.links[0].prefix.toString(), u"172.16.0.0/30"_s);
    QCOMPARE(lab.links[0].id.name, u"leaf1-swp1-2"_s);
    QCOMPARE(lab.links[1].prefix.toString(), u"172.16.0.64/30"_s);
    QCOMPARE(lab.links[2].id.name, u"leaf1-swp3"_s);
    QCOMPARE(lab.links[2].prefix.toString(), u"172.16.0.8/30"_s);
}

void TestLabFile::takenNumbersAreToldAndMoved() {
    // host3's own pod network and leaf1's own AS number are given to others: they get others, and are told so.
    const auto parsed = labfile::parse("name: moved\n"
                                       "nodes:\n"
                                       "  leaf1: {kind: leaf}\n"
                                       "  host3: {kind: host}\n"
                                       "  host4: {kind: host, asn: 65100, pod-cidr: 10.20.2.0/24}\n"
                                       "  box3: {kind: host}\n"
                                       "links:\n"
                                       "  - {ends: [leaf1:swp1, host3:eth1]}\n"
                                       "  - {ends: [leaf1:swp2, host4:eth1]}\n"
                                       "  - {ends: [leaf1:swp3, box3:eth1]}\n");
    QVERIFY(parsed.lab);
    const model::Node& leaf = parsed.lab->nodes[0];
    const model::Node& host = parsed.lab->nodes[1];
    QVERIFY(leaf.asn >= 4250000000U && host.asn == 4200000003U);
    QCOMPARE(told(parsed.findings),
             QStringLiteral("3:3 ? leaf1 has the AS number %1, because host4 has the one that belongs to its name. "
                            "| It may change when others come or go; write asn: %1 to keep it. The same goes for 1 more.\n"
                            "4:3 ? host3 has the pod network %2, because host4 has the one that belongs to its name. "
                            "| It may change when others come or go; write pod-cidr: %2 to keep it. The same goes for 1 more.")
                 .arg(leaf.asn)
                 .arg(host.podCidr->toString()));
}

void TestLabFile::impairments() {
    const auto of = [](const char* value) {
        const QByteArray text = withLine(7, QByteArray("  - {name: cable1, ends: [leaf1:swp1, host1:eth1], impairment: ") + value + "}");
        const auto parsed = labfile::parse(text);
        if (!parsed.lab || labfile::parse(labfile::toYaml(*parsed.lab)).lab != parsed.lab) { // written out, it is the same
            return model::CableImpairments{model::Impairment{true, 1, 1, 1}, {}};
        }
        return parsed.lab->links[0].impairments;
    };
    using model::CableImpairments;
    using model::Impairment;
    QCOMPARE(of("{loss: 5}"), (CableImpairments{Impairment{false, 500, 0, 0}, Impairment{false, 500, 0, 0}}));
    QCOMPARE(of("{loss: 0.25 %, from: leaf1}"), (CableImpairments{Impairment{false, 25, 0, 0}, Impairment{}}));
    QCOMPARE(of("{rate: 1.5mbit, delay: 20, from: host1:eth1}"), (CableImpairments{Impairment{}, Impairment{false, 0, 1500, 20'000}}));
    QCOMPARE(of("[{loss: 99.99%, from: host1}, {rate: 1234567, delay: 1500us, from: leaf1}]"),
             (CableImpairments{Impairment{false, 0, 1'234'567, 1500}, Impairment{false, 9999, 0, 0}}));
    QVERIFY(!labfile::toYaml(*labfile::parse(kBase).lab).contains("impairment"));
}

void TestLabFile::roundRobinAndGivenPodAddresses() {
    const auto parsed = labfile::parse(withLine(10, "  a: {replicas: 3, port: 8080}\n"
                                                    "  web: {replicas: 3, on: [host2, {host: host1, address: 10.20.0.11}]}"));
    QCOMPARE(told(parsed.findings), QString());
    QStringList pods;
    for (const model::Pod& pod : parsed.lab->pods()) {
        pods << pod.name + u' ' + pod.host.name + u' ' + pod.address.toString();
    }
    const QStringList expected{u"a-1 host1 10.20.0.10"_s,   u"a-2 host2 10.20.1.10"_s,   u"a-3 host1 10.20.0.12"_s,
                               u"web-1 host2 10.20.1.11"_s, u"web-2 host1 10.20.0.11"_s, u"web-3 host2 10.20.1.12"_s};
    QCOMPARE(pods, expected);
    QCOMPARE(parsed.lab->workloads[0].port, std::uint16_t{8080});
}

void TestLabFile::sameTextSameLab() {
    const auto first = labfile::parse(kBase);
    const auto second = labfile::parse(kBase);
    QVERIFY(first.lab);
    QVERIFY(first.lab == second.lab);
    // Neither comments, order of keys, line ends nor a byte order mark change anything.
    QByteArray other = kBase;
    other.replace("{kind: host}", "{ kind: \"host\" } # a host").replace("\n", "\r\n").prepend("\xEF\xBB\xBF");
    QCOMPARE(told(other), QString());
    QVERIFY(labfile::parse(other).lab == first.lab);
}

QTEST_GUILESS_MAIN(TestLabFile)
#include "tst_labfile.moc"
