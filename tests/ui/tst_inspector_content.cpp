// SPDX-License-Identifier: GPL-3.0-or-later
// What the inspector says of what is selected in a scripted lab: nodes, cables, flows. No widgets are shown.
#include "observed_tutorial.h"

#include <ui/models/inspector_content.h>

#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::ui;
using namespace podleaf::fakes;

namespace {

const InspectorSection* sectionOf(const InspectorContent& content, const char* title) {
    const auto found = std::ranges::find(content.sections, QString::fromLatin1(title), &InspectorSection::title);
    return found == content.sections.end() ? nullptr : &*found;
}

} // namespace

class InspectorContentTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void inspectorOfANode();
    void inspectorOfAPodsHost();
    void inspectorOfAFailedNodeBeginsWithItsLog();
    void inspectorOfACable();
    void inspectorOfACablesTraffic();
    void inspectorOfACablesFailure();
    void inspectorOfAFlow();
    void inspectorOfAFlowsPath();
    void inspectorSortsPorts();
    void inspectorOfNothing();
};

void InspectorContentTest::inspectorOfANode() {
    ObservedLab lab = green();
    const InspectorContent content = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.title, QStringLiteral("host2"));
    QVERIFY((content.state == Word{Glyph::Ok, QStringLiteral("Ready")}));
    QCOMPARE(content.fault, QString());
    QCOMPARE(content.boot.size(), std::size_t(5));
    QVERIFY(std::ranges::all_of(content.boot, [](const BootStep& step) { return step.glyph == Glyph::Ok; }));
    model::Lab withSpine = lab.lab;
    withSpine.nodes.front().kind = model::NodeKind::Spine; // Has no part in DHCP.
    QStringList steps;
    for (const BootStep& step : inspect(withSpine.nodes.front().id, withSpine, lab.state, kStartMs).boot) {
        steps += step.title;
    }
    QCOMPARE(steps.join(u' '), QStringLiteral("Created Ports BGP Running"));
    QVERIFY(sectionOf(content, "Addresses") != nullptr && sectionOf(content, "Pods") != nullptr);
    QCOMPARE(sectionOf(content, "BGP")->note, QStringLiteral("AS 4200000002"));
    lab.feed({state::InterfaceSeen{node("host2"), QStringLiteral("veth1"), 12, true, true, true}});
    const InspectorContent withVeth = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QVERIFY(*sectionOf(withVeth, "Addresses") == *sectionOf(content, "Addresses")); // A pod's end has none: no fault.
    const InspectorContent leaf = inspect(node("leaf1"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(sectionOf(leaf, "DHCP leases")->rows.size(), std::size_t(3));
    QVERIFY(sectionOf(leaf, "Load") == nullptr);
    lab.feed({state::UsageSeen{node("leaf1"), 0, 20 << 20}});
    const InspectorContent loaded = inspect(node("leaf1"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(sectionOf(loaded, "Load")->rows.size(), std::size_t(1)); // One look makes no rate.
    QCOMPARE(sectionOf(loaded, "Load")->rows.front().text, QStringLiteral("20 MB"));
    QCOMPARE(sectionOf(loaded, "Load")->rows.front().share.value_or(0), 1.0); // Of the most that a node uses.
    lab.feed({state::UsageSeen{node("host1"), 0, 80 << 20}});
    const InspectorContent lesser = inspect(node("leaf1"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(qRound(100 * sectionOf(lesser, "Load")->rows.front().share.value_or(0)), 25);
}

void InspectorContentTest::inspectorOfAPodsHost() {
    ObservedLab lab = green();
    lab.feed({state::ProcessSeen{node("my-nginx-1"), QStringLiteral("nginx"), false, 40, 1, 0, {}}});
    const InspectorContent content = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QVERIFY((content.state == Word{Glyph::Bad, QStringLiteral("1 pod not ready")}));
    QCOMPARE(content.fault, QStringLiteral("nginx on my-nginx-1 ended with exit code 1."));
    QVERIFY(content.boot.back().glyph == Glyph::Bad && content.boot[3].glyph == Glyph::Ok);
    QVERIFY((inspect(node("host3"), lab.lab, lab.state, lab.nowMs).state == Word{Glyph::Ok, QStringLiteral("Ready")}));
    lab.feed({state::ProcessSeen{node("my-nginx-1"), QStringLiteral("nginx"), true, 41, 0, 0, {}}});
    QVERIFY((inspect(node("host2"), lab.lab, lab.state, lab.nowMs).state == Word{Glyph::Ok, QStringLiteral("Ready")}));
}

void InspectorContentTest::inspectorSortsPorts() {
    ObservedLab lab = green();
    for (const char* port : {"swp10", "swp20"}) {
        lab.feed({state::InterfaceSeen{node("leaf1"), QString::fromLatin1(port), 30, true, true, true},
                  state::AddressSeen{node("leaf1"), QString::fromLatin1(port), prefix("192.0.2.1/30"), true}});
    }
    QStringList ports;
    const InspectorContent content = inspect(node("leaf1"), lab.lab, lab.state, lab.nowMs);
    for (const InspectorRow& row : sectionOf(content, "Addresses")->rows) {
        ports += row.label;
    }
    QCOMPARE(ports.filter(QStringLiteral("swp")).join(u' '), QStringLiteral("swp1 swp2 swp3 swp10 swp20"));
}

void InspectorContentTest::inspectorOfAFailedNodeBeginsWithItsLog() {
    ObservedLab lab = green();
    state::ProcessSeen end = killed(node("host2"), "bgpd");
    end.lastLogLines = QStringLiteral("BGP: [MEM04-FJRX1] the last line");
    lab.feed(bgpdKilled(lab.lab, node("host2"))).feed({end});
    const InspectorContent content = inspect(node("host2"), lab.lab, lab.state, lab.nowMs);
    QVERIFY((content.state == Word{Glyph::Bad, QStringLiteral("Failed")}));
    QVERIFY2(content.fault.contains(QStringLiteral("bgpd")), qPrintable(content.fault));
    QVERIFY(content.sections.size() > 2);
    QCOMPARE(content.sections[0].title, QStringLiteral("Processes"));
    QCOMPARE(content.sections[1].log, end.lastLogLines);
}

void InspectorContentTest::inspectorOfACable() {
    ObservedLab lab = green();
    lab.feed({state::LinkAdminSeen{link("intnet2"), false}});
    const InspectorContent content = inspect(link("intnet2"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.title, QStringLiteral("intnet2"));
    QCOMPARE(content.state.text, QStringLiteral("Cut"));
    QVERIFY(sectionOf(content, "As leaf1 sees it") != nullptr && sectionOf(content, "As host2 sees it") != nullptr);
}

void InspectorContentTest::inspectorOfACablesTraffic() {
    ObservedLab lab = green();
    QVERIFY(sectionOf(inspect(link("intnet1"), lab.lab, lab.state, lab.nowMs), "Traffic") == nullptr); // Nothing was counted yet.
    const auto count = [&lab](const char* at, const char* port, std::uint64_t rx, std::uint64_t tx, std::uint64_t dropped) {
        lab.feed({state::TrafficSeen{node(at), {{QString::fromLatin1(port), rx, tx, dropped, 0}}}});
    };
    count("leaf1", "swp1", 0, 0, 0);
    lab.nowMs += 999;
    count("leaf1", "swp1", 1000, 250'000, 12);
    using Row = InspectorRow;
    const std::vector<Row> fromOneEnd{{QStringLiteral("From leaf1"), Glyph::None, QStringLiteral("2.0 Mbit/s"), {}, false},
                                      {QStringLiteral("From host1"), Glyph::None, QStringLiteral("8.0 kbit/s"), {}, false},
                                      {QStringLiteral("Dropped"), Glyph::Warn, QStringLiteral("12 by leaf1:swp1"), {}, false}};
    QCOMPARE(sectionOf(inspect(link("intnet1"), lab.lab, lab.state, lab.nowMs), "Traffic")->rows, fromOneEnd);
    count("host1", "eth1", 0, 0, 0);
    const auto late = inspect(link("intnet1"), lab.lab, lab.state, lab.nowMs + 8000);
    QCOMPARE(sectionOf(late, "Traffic")->rows.size(), std::size_t(4));
    QCOMPARE(sectionOf(late, "Traffic")->rows[0].note, QStringLiteral("seen 8 s ago"));
    QCOMPARE(sectionOf(late, "Traffic")->rows[3].text, QStringLiteral("0 by host1:eth1"));
}

void InspectorContentTest::inspectorOfACablesFailure() {
    ObservedLab lab = green();
    QVERIFY(sectionOf(inspect(link("intnet2"), lab.lab, lab.state, lab.nowMs), "Failure") == nullptr);
    lab.feed({state::LinkAdminSeen{link("intnet2"), false}});
    lab.state.links[link("intnet2")].impairments[1].loss = 1000;
    const InspectorContent content = inspect(link("intnet2"), lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.sections.front().title, QStringLiteral("Failure"));
    const auto& rows = content.sections.front().rows;
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[0].text, QStringLiteral("intnet2 is cut."));
    QCOMPARE(rows[1].label, QStringLiteral("From host2"));
    QCOMPARE(rows[1].text, QStringLiteral("Packets from host2 to leaf1 on intnet2, on purpose: 10 % are lost."));
}

void InspectorContentTest::inspectorOfAFlow() {
    ObservedLab lab = green();
    const FlowRef flow{QStringLiteral("host1"), QStringLiteral("my-nginx-2")};
    QVERIFY(inspect(flow, lab.lab, lab.state, lab.nowMs).isEmpty());
    lab.feed({state::TestLegSeen{flow.from, flow.to, false, true, 0.2, QStringLiteral("The session to host3 is down.")}});
    const InspectorContent content = inspect(flow, lab.lab, lab.state, lab.nowMs);
    QCOMPARE(content.title, QStringLiteral("host1 → my-nginx-2"));
    QVERIFY((content.state == Word{Glyph::Bad, QStringLiteral("Not answered")}));
    QCOMPARE(content.fault, QStringLiteral("The session to host3 is down."));
    lab.feed({state::TestLegSeen{flow.from, flow.to, false, false, 0.2, {}}});
    QCOMPARE(inspect(flow, lab.lab, lab.state, lab.nowMs).fault, QString()); // As intended: no fault.
    lab.feed({state::TestLegSeen{flow.from, flow.to, false, true, 4, QStringLiteral("Answered with HTTP status 404."), true}});
    QVERIFY((inspect(flow, lab.lab, lab.state, lab.nowMs).state == Word{Glyph::Bad, QStringLiteral("Not as wanted")}));
}

/// The hops, as the kernels lead packets.
void InspectorContentTest::inspectorOfAFlowsPath() {
    ObservedLab lab = green();
    const auto hops = [&lab](const char* from) {
        const FlowRef flow{QString::fromLatin1(from), QStringLiteral("my-nginx-2")};
        lab.feed({state::TestLegSeen{flow.from, flow.to, true, true, 0.2, {}}});
        QStringList rows;
        const InspectorContent content = inspect(flow, lab.lab, lab.state, lab.nowMs);
        const InspectorSection* path = sectionOf(content, "Path");
        for (const InspectorRow& row : path == nullptr ? std::vector<InspectorRow>() : path->rows) {
            rows += row.label + u'|' + row.text + u'|' + row.note;
        }
        return rows.join(u' ');
    };
    const QString way = QStringLiteral("leaf1|over intnet1|eth1 to swp1 host3|over intnet3|swp3 to eth1 my-nginx-2|10.20.2.10|");
    QCOMPARE(hops("host1"), QStringLiteral("host1|begins here| ") + way);
    QCOMPARE(hops("host3"), QStringLiteral("host3|begins here| my-nginx-2|10.20.2.10|"));
    QVERIFY2(hops("my-nginx-1").startsWith(QStringLiteral("my-nginx-1|pod| host2|its host| leaf1|over intnet2|")),
             qPrintable(hops("my-nginx-1")));
    state::NodeState& leaf = lab.state.nodes.at(node("leaf1"));
    leaf.routes = {};
    lab.state.nodes.at(node("host1")).routes = {};
    lab.lab.links[2].ends[0].node = node("host2"); // No switch between them that is known.
    QVERIFY2(hops("host1").endsWith(QStringLiteral("my-nginx-2|no route from host1|")), qPrintable(hops("host1")));
}

void InspectorContentTest::inspectorOfNothing() {
    const ObservedLab lab = green();
    QVERIFY(inspect({}, lab.lab, lab.state, 0).isEmpty());
    QVERIFY(inspect(node("nobody"), lab.lab, lab.state, 0).isEmpty());
    QVERIFY(inspect(link("nothing"), lab.lab, lab.state, 0).isEmpty());
    QVERIFY(inspect(PodRef{QStringLiteral("no-pod")}, lab.lab, lab.state, 0).isEmpty());
}

QTEST_MAIN(InspectorContentTest)
#include "tst_inspector_content.moc"
