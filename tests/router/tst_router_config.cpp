// SPDX-License-Identifier: GPL-3.0-or-later
// What podleaf-router makes of a template, and how it turns one configuration into another.
#include <app/router/frr_config.h>
#include <app/router/frr_template.h>

#include <QTest>

using namespace podleaf::router;

namespace {

Facts facts() {
    return {65001, PodCidr::parse("10.20.1.0/24"), {}, {*Address::parse("172.16.0.1"), *Address::parse("172.16.0.5")}};
}

std::string rendered(const std::string& text, const Facts& node) {
    const auto result = renderTemplate(text, node);
    return result ? *result : "refused: " + result.problem();
}

FrrConfig configOf(const std::string& text) {
    const auto config = parseFrrConfig(text);
    return config ? *config : FrrConfig{"refused: " + config.problem(), {}, {}};
}

/// A small router, with what is between the parts of its `router bgp`.
std::string router(const std::string& id, const std::string& neighbours, const std::string& family) {
    return "frr defaults datacenter\n"
           "!\n"
           "router bgp 65001\n"
           " bgp router-id " +
           id + "\n" + neighbours + " address-family ipv4 unicast\n" + family +
           " exit-address-family\n"
           "exit\n";
}

std::string changes(const std::string& old, const std::string& wanted) {
    std::string text;
    for (const std::string& command : changeBetween(configOf(old), configOf(wanted)).commands) {
        text += command + '\n';
    }
    return text;
}

const std::string kOne = " neighbor 172.16.0.1 remote-as external\n neighbor 172.16.0.1 timers connect 1\n";
const std::string kTwo = " neighbor 172.16.0.5 remote-as external\n neighbor 172.16.0.5 timers connect 1\n";

} // namespace

class TestRouterConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void marksAreReplaced();
    void theLoopbackIsTheRouterId();
    void hostileTemplatesAreRefused_data();
    void hostileTemplatesAreRefused();
    void contextsAreFound();
    void brokenConfigurationsAreRefused();
    void identityIsWhatOnlyAStartTakes();
    void nothingChangesNothing();
    void aNeighbourComes();
    void aNeighbourGoes();
    void anotherAsIsAnotherNeighbour();
    void valuesAreSetAnew();
    void contextsComeAndGoAsAWhole();
    void policyIsNoticed();
};

void TestRouterConfig::marksAreReplaced() {
    const std::string text = "router bgp @ASN@\n"
                             " bgp router-id @ROUTER_ID@\n"
                             " neighbor @GATEWAY@ remote-as external\n"
                             "  network @POD_CIDR@\n"
                             "  network @LOOPBACK@/32\n";
    QCOMPARE(rendered(text, facts()), std::string("router bgp 65001\n"
                                                  " bgp router-id 10.20.1.1\n"
                                                  " neighbor 172.16.0.1 remote-as external\n"
                                                  " neighbor 172.16.0.5 remote-as external\n"
                                                  "  network 10.20.1.0/24\n"));
    Facts bare = facts();
    bare.gateways.clear();
    bare.podCidr.reset();
    bare.loopback = Address::parse("10.255.0.7");
    QCOMPARE(rendered(text, bare), std::string("router bgp 65001\n bgp router-id 10.255.0.7\n  network 10.255.0.7/32\n"));
    QCOMPARE(rendered(" neighbor @GATEWAY@ password @ASN@@ASN@", facts()),
             std::string(" neighbor 172.16.0.1 password 6500165001\n neighbor 172.16.0.5 password 6500165001\n"));
}

void TestRouterConfig::theLoopbackIsTheRouterId() {
    Facts node = facts();
    QCOMPARE(node.routerId()->toString(), std::string("10.20.1.1"));
    node.loopback = Address::parse("10.255.0.7");
    QCOMPARE(node.routerId()->toString(), std::string("10.255.0.7"));
    node.loopback.reset();
    node.podCidr.reset();
    QVERIFY(!node.routerId());
}

void TestRouterConfig::hostileTemplatesAreRefused_data() {
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("problem");
    const auto row = [](const char* name, const std::string& text, const char* problem) {
        QTest::newRow(name) << text << std::string(problem);
    };
    row("unknown mark", "a\n@PASSWORD@\n", "line 2 has an unknown mark");
    row("half a mark", "@ASN\n", "line 1 has an unknown mark");
    row("NUL", std::string("a\0b", 3), "line 1 has a character that is not printable ASCII");
    row("tab", "a\tb", "line 1 has a character that is not printable ASCII");
    row("carriage return", "router bgp 1\r\n", "line 1 has a character that is not printable ASCII");
    row("not ASCII", "a\nb\nä", "line 3 has a character that is not printable ASCII");
    row("long", std::string(513, 'a'), "line 1 is too long");
}

void TestRouterConfig::hostileTemplatesAreRefused() {
    QFETCH(std::string, text);
    QFETCH(std::string, problem);
    QCOMPARE(rendered(text, facts()), "refused: " + problem);
}

void TestRouterConfig::contextsAreFound() {
    const FrrConfig config = configOf("route-map SOURCE permit 10\n"
                                      " set src 10.255.0.7\n"
                                      "exit\n"
                                      "ip protocol bgp route-map SOURCE\n"
                                      "bfd\n"
                                      " profile podleaf\n"
                                      "  detect-multiplier 3\n"
                                      " exit\n"
                                      "exit\n"
                                      "# a remark\n" +
                                      router("10.20.1.1", " neighbor 172.16.0.1 bfd\n bmp targets lab\n  bmp monitor\n exit\n", ""));
    const std::vector<ConfigLine> expected{{{}, "route-map SOURCE permit 10"},
                                           {{"route-map SOURCE permit 10"}, "set src 10.255.0.7"},
                                           {{}, "ip protocol bgp route-map SOURCE"},
                                           {{}, "bfd"},
                                           {{"bfd"}, "profile podleaf"},
                                           {{"bfd", "profile podleaf"}, "detect-multiplier 3"},
                                           {{}, "frr defaults datacenter"},
                                           {{}, "router bgp 65001"},
                                           {{"router bgp 65001"}, "bgp router-id 10.20.1.1"},
                                           {{"router bgp 65001"}, "neighbor 172.16.0.1 bfd"},
                                           {{"router bgp 65001"}, "bmp targets lab"},
                                           {{"router bgp 65001", "bmp targets lab"}, "bmp monitor"},
                                           {{"router bgp 65001"}, "address-family ipv4 unicast"}};
    QVERIFY(config.lines == expected);
}

void TestRouterConfig::brokenConfigurationsAreRefused() {
    QCOMPARE(configOf("router bgp 1\n bgp x\n").text, std::string("refused: the context \"router bgp 1\" does not end"));
    QCOMPARE(configOf("exit\n").text, std::string("refused: line 1 ends a context that does not exist"));
}

void TestRouterConfig::identityIsWhatOnlyAStartTakes() {
    QCOMPARE(configOf(router("10.20.1.1", "", "")).identity, std::string("frr defaults datacenter\nrouter bgp 65001\n"));
}

void TestRouterConfig::nothingChangesNothing() {
    const std::string text = router("10.20.1.1", kOne, "  network 10.20.1.0/24\n");
    QCOMPARE(changes(text, text), std::string());
    QCOMPARE(changes(text, "! another remark\n" + text), std::string());
}

void TestRouterConfig::aNeighbourComes() {
    const std::string activate = "  neighbor 172.16.0.5 activate\n";
    QCOMPARE(changes(router("10.20.1.1", kOne, ""), router("10.20.1.1", kOne + kTwo, activate)),
             std::string("configure terminal\n"
                         "router bgp 65001\n"
                         "neighbor 172.16.0.5 remote-as external\n"
                         "neighbor 172.16.0.5 timers connect 1\n"
                         "end\n"
                         "configure terminal\n"
                         "router bgp 65001\n"
                         "address-family ipv4 unicast\n"
                         "neighbor 172.16.0.5 activate\n"
                         "end\n"));
}

void TestRouterConfig::aNeighbourGoes() {
    const std::string activate = "  neighbor 172.16.0.5 activate\n";
    QCOMPARE(changes(router("10.20.1.1", kOne + kTwo, activate), router("10.20.1.1", kOne, "")),
             std::string("configure terminal\nrouter bgp 65001\nno neighbor 172.16.0.5\nend\n"));
}

void TestRouterConfig::anotherAsIsAnotherNeighbour() {
    const std::string activate = "  neighbor 172.16.0.1 activate\n";
    const std::string internal = " neighbor 172.16.0.1 remote-as internal\n neighbor 172.16.0.1 timers connect 1\n";
    QCOMPARE(changes(router("10.20.1.1", kOne, activate), router("10.20.1.1", internal, activate)),
             std::string("configure terminal\n"
                         "router bgp 65001\n"
                         "no neighbor 172.16.0.1\n"
                         "neighbor 172.16.0.1 remote-as internal\n"
                         "neighbor 172.16.0.1 timers connect 1\n"
                         "end\n"
                         "configure terminal\n"
                         "router bgp 65001\n"
                         "address-family ipv4 unicast\n"
                         "neighbor 172.16.0.1 activate\n"
                         "end\n"));
}

void TestRouterConfig::valuesAreSetAnew() {
    const std::string own = "ip prefix-list OWN seq 5 permit 10.20.";
    const std::string one = "  network 10.20.1.0/24\n";
    const std::string two = "  network 10.20.2.0/24\n";
    QCOMPARE(changes(own + "1.0/24\n" + router("10.20.1.1", kOne, one), own + "2.0/24\n" + router("10.20.2.1", kOne, two)),
             std::string("configure terminal\n"
                         "router bgp 65001\n"
                         "address-family ipv4 unicast\n"
                         "no network 10.20.1.0/24\n"
                         "end\n"
                         "configure terminal\n"
                         "ip prefix-list OWN seq 5 permit 10.20.2.0/24\n"
                         "end\n"
                         "configure terminal\n"
                         "router bgp 65001\n"
                         "bgp router-id 10.20.2.1\n"
                         "end\n"
                         "configure terminal\n"
                         "router bgp 65001\n"
                         "address-family ipv4 unicast\n"
                         "network 10.20.2.0/24\n"
                         "end\n"));
}

void TestRouterConfig::contextsComeAndGoAsAWhole() {
    const std::string source = "route-map SOURCE permit 10\n set src 10.255.0.7\nexit\nip protocol bgp route-map SOURCE\n";
    QCOMPARE(changes("hostname a\n", "hostname a\n" + source), std::string("configure terminal\n"
                                                                           "route-map SOURCE permit 10\n"
                                                                           "set src 10.255.0.7\n"
                                                                           "end\n"
                                                                           "configure terminal\n"
                                                                           "ip protocol bgp route-map SOURCE\n"
                                                                           "end\n"));
    QCOMPARE(changes(source, "no zebra nexthop kernel enable\n"), std::string("configure terminal\n"
                                                                              "no ip protocol bgp route-map SOURCE\n"
                                                                              "no route-map SOURCE permit 10\n"
                                                                              "no zebra nexthop kernel enable\n"
                                                                              "end\n"));
    QCOMPARE(changes("no zebra nexthop kernel enable\n", ""), std::string("configure terminal\nzebra nexthop kernel enable\nend\n"));
}

void TestRouterConfig::policyIsNoticed() {
    const auto changesPolicy = [](const std::string& old, const std::string& wanted) {
        return changeBetween(configOf(old), configOf(wanted)).changesPolicy;
    };
    const std::string list = "ip prefix-list FABRIC seq 5 permit 10.20.0.0/16 ge 24 le 24\n";
    QVERIFY(changesPolicy("", list));
    QVERIFY(changesPolicy(list, ""));
    QVERIFY(changesPolicy("route-map A permit 10\nexit\n", "route-map A permit 10\n match x\nexit\n"));
    QVERIFY(!changesPolicy(router("10.20.1.1", kOne, ""), router("10.20.1.1", kOne + kTwo, "")));
}

QTEST_GUILESS_MAIN(TestRouterConfig)
#include "tst_router_config.moc"
