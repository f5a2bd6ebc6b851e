// SPDX-License-Identifier: GPL-3.0-or-later
// intentOf and legsOf against labs written out by hand: the tutorial's and a host with two leaves.
#include <core/intent/intent.h>

#include <QTest>

#include <algorithm>

using namespace podleaf;
using intent::ExpectedRoute;
using intent::ExpectedSession;
using intent::Leg;

namespace {

Ipv4Address ip(const char* text) {
    return *Ipv4Address::parse(QString::fromLatin1(text));
}
Ipv4Prefix net(const char* text) {
    return *Ipv4Prefix::parse(QString::fromLatin1(text));
}
NodeId node(const char* name) {
    return NodeId(QString::fromLatin1(name));
}
LinkId link(const char* name) {
    return LinkId(QString::fromLatin1(name));
}

model::Node leaf(const char* name, const char* loopback) {
    return {node(name), model::NodeKind::Leaf, 65100, ip(loopback), {}};
}
model::Node host(const char* name, std::uint32_t asn, const char* podCidr) {
    return {node(name), model::NodeKind::Host, asn, {}, net(podCidr)};
}
model::Link cable(const char* id, const char* leafName, const char* port, const char* hostName, const char* prefix) {
    const Ipv4Prefix p = net(prefix);
    return {link(id),
            {model::Endpoint{node(leafName), QString::fromLatin1(port)}, model::Endpoint{node(hostName), QStringLiteral("eth1")}},
            p,
            {p.at(1), p.at(2)}};
}

/// One leaf, three hosts, nginx on host2 and host3.
model::Lab tutorial() {
    model::Lab lab;
    lab.id = LabId(QStringLiteral("tutorial"));
    lab.nodes = {leaf("leaf1", "10.255.0.1"), host("host1", 4200000001, "10.20.0.0/24"), host("host2", 4200000002, "10.20.1.0/24"),
                 host("host3", 4200000003, "10.20.2.0/24")};
    lab.links = {cable("leaf1-host1", "leaf1", "swp1", "host1", "172.16.0.0/30"),
                 cable("leaf1-host2", "leaf1", "swp2", "host2", "172.16.0.4/30"),
                 cable("leaf1-host3", "leaf1", "swp3", "host3", "172.16.0.8/30")};
    lab.workloads = {{QStringLiteral("my-nginx"),
                      QStringLiteral("nginx"),
                      80,
                      {{QStringLiteral("my-nginx-1"), node("host2"), ip("10.20.1.10")},
                       {QStringLiteral("my-nginx-2"), node("host3"), ip("10.20.2.10")}}}};
    lab.tests = {{QStringLiteral("nginx"), true, true, QStringLiteral("my-nginx")}};
    return lab;
}

template <class T>
bool has(const std::vector<T>& all, const T& one) {
    return std::ranges::find(all, one) != all.end();
}

} // namespace

class TestIntent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothSpeakersOfEveryLinkAreExpected();
    void hostAndLeafRoutes();
    void loopbacksAreRoutes();
    void hostsOfAClusterAnnounceAlways();
    void tutorialHasTenLegs();
    void legsFollowTheTest();
    void legsRepeatOnlyOnce();
    void unknownNamesGiveNoLegs();
    void urlLeavesPort80Out();
    void twoLeavesGiveTwoNextHops();
    void maximumPathsBoundsWhatTheKernelHas();
    void waysLeadThroughSpinesNeverThroughHosts();
};

void TestIntent::bothSpeakersOfEveryLinkAreExpected() {
    const auto sessions = intent::intentOf(tutorial()).sessions;
    QCOMPARE(sessions.size(), std::size_t{6});
    QVERIFY(has(sessions, ExpectedSession{node("leaf1"), link("leaf1-host2"), ip("172.16.0.6"), node("host2"), 4200000002}));
    QVERIFY(has(sessions, ExpectedSession{node("host2"), link("leaf1-host2"), ip("172.16.0.5"), node("leaf1"), 65100}));

    // The order in which a link names its ends changes nothing.
    model::Lab turned = tutorial();
    for (model::Link& cable : turned.links) {
        std::swap(cable.ends[0], cable.ends[1]);
        std::swap(cable.addresses[0], cable.addresses[1]);
    }
    QVERIFY(intent::intentOf(turned) == intent::intentOf(tutorial()));
}

void TestIntent::hostAndLeafRoutes() {
    model::Lab lab = tutorial();
    for (model::Node& n : lab.nodes) {
        n.loopback.reset();
    }
    // host1 runs no pod: its cbr0 has no carrier and is not announced.
    const std::vector<ExpectedRoute> expected{
        {node("leaf1"), net("10.20.1.0/24"), {ip("172.16.0.6")}, node("host2")},
        {node("leaf1"), net("10.20.2.0/24"), {ip("172.16.0.10")}, node("host3")},
        {node("host1"), net("10.20.1.0/24"), {ip("172.16.0.1")}, node("host2")},
        {node("host1"), net("10.20.2.0/24"), {ip("172.16.0.1")}, node("host3")},
        {node("host2"), net("10.20.2.0/24"), {ip("172.16.0.5")}, node("host3")},
        {node("host3"), net("10.20.1.0/24"), {ip("172.16.0.9")}, node("host2")},
    };
    QVERIFY(intent::intentOf(lab).routes == expected);
}

void TestIntent::loopbacksAreRoutes() {
    model::Lab lab = tutorial();
    lab.nodes[1].loopback = ip("10.255.1.1");
    const auto routes = intent::intentOf(lab).routes;
    // 2 at the leaf, 2 at host1 and 1 at host2 and host3, the leaf's loopback at each host, host1's at everybody else.
    QCOMPARE(routes.size(), std::size_t{2 + 4 + 3 + 3});
    QVERIFY(has(routes, ExpectedRoute{node("host2"), net("10.255.0.1/32"), {ip("172.16.0.5")}, node("leaf1")}));
    QVERIFY(has(routes, ExpectedRoute{node("leaf1"), net("10.255.1.1/32"), {ip("172.16.0.2")}, node("host1")}));
    QVERIFY(has(routes, ExpectedRoute{node("host3"), net("10.255.1.1/32"), {ip("172.16.0.9")}, node("host1")}));
}

void TestIntent::hostsOfAClusterAnnounceAlways() {
    model::Lab lab = tutorial();
    lab.kubernetes = model::Kubernetes{QStringLiteral("1.37.2"), node("host1"), net("10.96.0.0/12")};
    const auto intent = intent::intentOf(lab);
    QVERIFY(has(intent.routes, ExpectedRoute{node("leaf1"), net("10.20.0.0/24"), {ip("172.16.0.2")}, node("host1")}));
    QCOMPARE(intent.routes.size(), std::size_t{3 + 3 * 2 + 3}); // the pod networks of others, and the leaf's loopback
    QVERIFY(intent.legs.empty());
}

void TestIntent::tutorialHasTenLegs() {
    const auto legs = intent::intentOf(tutorial()).legs;
    QStringList names;
    for (const Leg& leg : legs) {
        names << leg.from() + QLatin1Char('>') + leg.toPod;
        QVERIFY(leg.expected);
    }
    const QStringList expected{QStringLiteral("host1>my-nginx-1"),      QStringLiteral("host1>my-nginx-2"),
                               QStringLiteral("host2>my-nginx-1"),      QStringLiteral("host2>my-nginx-2"),
                               QStringLiteral("host3>my-nginx-1"),      QStringLiteral("host3>my-nginx-2"),
                               QStringLiteral("my-nginx-1>my-nginx-1"), QStringLiteral("my-nginx-1>my-nginx-2"),
                               QStringLiteral("my-nginx-2>my-nginx-1"), QStringLiteral("my-nginx-2>my-nginx-2")};
    QCOMPARE(names, expected);
    QCOMPARE(legs.back().fromNode, node("host3"));
    QCOMPARE(legs.front().toNode, node("host2"));
}

void TestIntent::legsFollowTheTest() {
    model::Lab lab = tutorial();
    lab.tests = {{QStringLiteral("hosts"), true, false, QStringLiteral("my-nginx")},
                 {QStringLiteral("pods"), false, true, QStringLiteral("my-nginx")}};
    QCOMPARE(intent::legsOf(lab, QStringLiteral("hosts")).size(), std::size_t{6});
    QCOMPARE(intent::legsOf(lab, QStringLiteral("pods")).size(), std::size_t{4});
    QCOMPARE(intent::intentOf(lab).legs.size(), std::size_t{10});
}

void TestIntent::legsRepeatOnlyOnce() {
    model::Lab lab = tutorial();
    lab.tests.push_back({QStringLiteral("again"), true, false, QStringLiteral("my-nginx")});
    QCOMPARE(intent::intentOf(lab).legs.size(), std::size_t{10});
}

void TestIntent::unknownNamesGiveNoLegs() {
    QVERIFY(intent::legsOf(tutorial(), QStringLiteral("nonsense")).empty());
    model::Lab lab = tutorial();
    lab.tests[0].workload = QStringLiteral("nonsense");
    QVERIFY(intent::legsOf(lab, QStringLiteral("nginx")).empty());
}

void TestIntent::urlLeavesPort80Out() {
    Leg leg;
    leg.to = ip("10.20.1.10");
    QCOMPARE(leg.url(), QStringLiteral("http://10.20.1.10/"));
    leg.port = 8080;
    QCOMPARE(leg.url(), QStringLiteral("http://10.20.1.10:8080/"));
}

void TestIntent::twoLeavesGiveTwoNextHops() {
    model::Lab lab;
    lab.nodes = {leaf("leaf1", "10.255.0.1"), leaf("leaf2", "10.255.0.2"), host("host1", 4200000001, "10.20.0.0/24"),
                 host("host2", 4200000002, "10.20.1.0/24")};
    lab.links = {cable("a", "leaf2", "swp1", "host1", "172.16.0.4/30"), cable("b", "leaf1", "swp1", "host1", "172.16.0.0/30"),
                 cable("c", "leaf1", "swp2", "host2", "172.16.0.8/30"), cable("d", "leaf2", "swp2", "host2", "172.16.0.12/30")};
    lab.workloads = {{QStringLiteral("web"), QStringLiteral("nginx"), 80, {{QStringLiteral("web-1"), node("host2"), ip("10.20.1.10")}}}};
    const auto routes = intent::intentOf(lab).routes;
    QVERIFY(has(routes, ExpectedRoute{node("host1"), net("10.20.1.0/24"), {ip("172.16.0.1"), ip("172.16.0.5")}, node("host2"), 2}));

    lab.links.pop_back(); // host2 has lost leaf2, so host1 reaches it by leaf1 only.
    const auto fewer = intent::intentOf(lab).routes;
    QVERIFY(has(fewer, ExpectedRoute{node("host1"), net("10.20.1.0/24"), {ip("172.16.0.1")}, node("host2")}));
}

void TestIntent::maximumPathsBoundsWhatTheKernelHas() {
    model::Lab lab = tutorial();
    lab.nodes.push_back(leaf("leaf2", "10.255.0.2"));
    for (int i = 0; i < 3; ++i) {
        model::Link second = lab.links[static_cast<std::size_t>(i)];
        second.id = LinkId(second.id.name + QStringLiteral("-b"));
        second.ends = {model::Endpoint{node("leaf2"), QStringLiteral("swp%1").arg(i + 1)},
                       model::Endpoint{second.ends[1].node, QStringLiteral("eth2")}};
        second.prefix = {{second.prefix.address.value + 0x100}, 30};
        second.addresses = {second.prefix.at(1), second.prefix.at(2)};
        lab.links.push_back(second);
    }
    lab.routing.maximumPaths = 1;
    QVERIFY(has(intent::intentOf(lab).routes,
                ExpectedRoute{node("host1"), net("10.20.1.0/24"), {ip("172.16.0.1"), ip("172.16.1.1")}, node("host2"), 1}));
    lab.routing.maximumPaths = 8;
    QVERIFY(has(intent::intentOf(lab).routes,
                ExpectedRoute{node("host1"), net("10.20.1.0/24"), {ip("172.16.0.1"), ip("172.16.1.1")}, node("host2"), 2}));
}

/// spine1 and spine2 above leaf1 (host1), leaf2 (host2) and leaf3 (host2 as well).
void TestIntent::waysLeadThroughSpinesNeverThroughHosts() {
    model::Lab lab;
    const auto spine = [](const char* name) { return model::Node{node(name), model::NodeKind::Spine, 64600, {}, {}}; };
    lab.nodes = {spine("spine1"),
                 spine("spine2"),
                 leaf("leaf1", "10.255.0.1"),
                 leaf("leaf2", "10.255.0.2"),
                 leaf("leaf3", "10.255.0.3"),
                 host("host1", 4200000001, "10.20.0.0/24"),
                 host("host2", 4200000002, "10.20.1.0/24")};
    lab.links = {cable("a", "leaf1", "swp49", "spine1", "172.16.0.0/30"),  cable("b", "leaf1", "swp50", "spine2", "172.16.0.4/30"),
                 cable("c", "leaf2", "swp49", "spine1", "172.16.0.8/30"),  cable("d", "leaf2", "swp50", "spine2", "172.16.0.12/30"),
                 cable("e", "leaf3", "swp49", "spine1", "172.16.0.16/30"), cable("f", "leaf1", "swp1", "host1", "172.16.1.0/30"),
                 cable("g", "leaf2", "swp1", "host2", "172.16.1.4/30"),    cable("h", "leaf3", "swp1", "host2", "172.16.1.8/30")};
    lab.workloads = {{QStringLiteral("web"), QStringLiteral("nginx"), 80, {{QStringLiteral("web-1"), node("host2"), ip("10.20.1.10")}}}};
    const intent::Intent intended = intent::intentOf(lab);
    QCOMPARE(intended.sessions.size(), std::size_t{16});
    const auto route = [&](const char* at, const char* prefix) {
        QStringList words;
        for (const ExpectedRoute& one : intended.routes) {
            if (one.node == node(at) && one.prefix == net(prefix)) {
                for (const Ipv4Address hop : one.nextHops) {
                    words << hop.toString();
                }
            }
        }
        return words.join(QLatin1Char(' '));
    };
    QCOMPARE(route("host1", "10.20.1.0/24"), QStringLiteral("172.16.1.1"));
    QCOMPARE(route("leaf1", "10.20.1.0/24"), QStringLiteral("172.16.0.2 172.16.0.6"));
    QCOMPARE(route("spine1", "10.20.1.0/24"), QStringLiteral("172.16.0.9 172.16.0.17"));
    QCOMPARE(route("spine2", "10.20.1.0/24"), QStringLiteral("172.16.0.13"));
    QCOMPARE(route("leaf2", "10.255.0.1/32"), QStringLiteral("172.16.0.10 172.16.0.14"));
    // leaf2 and leaf3 have host2 in common, but it carries nobody else's packets.
    QCOMPARE(route("leaf2", "10.255.0.3/32"), QStringLiteral("172.16.0.10"));
    QCOMPARE(route("host2", "10.255.0.2/32"), QStringLiteral("172.16.1.5"));
}

QTEST_GUILESS_MAIN(TestIntent)
#include "tst_intent.moc"
