// SPDX-License-Identifier: GPL-3.0-or-later
// The planner: from a survey to the steps that are missing. Pure; the engine is only held on to.
#include "remembering_engine.h"

#include <core/deploy/deploy.h>
#include <core/labfile/labfile.h>
#include <tests/fakes/tutorial_lab.h>

#include <QTest>

#include <algorithm>

using namespace podleaf;
using fakes::RememberingEngine;

namespace {

plan::Plan planOf(const model::Lab& lab, RememberingEngine& engine) {
    OpContext context;
    const auto survey = deploy::survey(context, engine);
    return deploy::planUp(lab, *survey, engine);
}

void carryOut(const plan::Plan& plan) {
    OpContext context;
    for (const plan::Step& step : plan.steps) {
        QVERIFY(step.run(context));
    }
}

QStringList titles(const plan::Plan& plan) {
    QStringList texts;
    for (const plan::Step& step : plan.steps) {
        texts.append(QString(step.subject + QLatin1Char(' ') + step.title).trimmed());
    }
    return texts;
}

} // namespace

class DeployTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void topologyHasThePodsAndTheirCables();
    void aFreshLabNeedsEverythingInOrder();
    void whatHasManyCablesStartsLast();
    void nothingIsLeftAfterwards();
    void aDeadServiceIsStartedAgain();
    void whatDependsOnADeadServiceIsRestarted();
    void aChangedNodeIsWrittenAgain();
    void aNodeWithoutPowerIsMadeAnewAndNothingElse();
    void oneServiceIsStartedAndNoOther();
    void changesTouchOnlyWhatTheyConcern_data();
    void changesTouchOnlyWhatTheyConcern();
    void impairmentsAreDifferences();
    void aFaultByHandStaysWhereTheFileIsSilent();
    void aManifestIsReadBackOrNotAtAll();
    void anInterruptedChangeIsContinued();
    void whatHasGoneIsForgottenWhereverAChangeIsInterrupted();
    void whatIsDueIsReadBackOrNotAtAll();
    void downRemovesOnlyWhatRuns();
};

namespace {

plan::Plan startOf(RememberingEngine& engine, const deploy::StartScope& scope) {
    OpContext context;
    const auto survey = deploy::survey(context, engine);
    return deploy::planStart(fakes::tutorialLab(), *survey, engine, scope);
}

} // namespace

void DeployTest::aNodeWithoutPowerIsMadeAnewAndNothingElse() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    OpContext context;
    for (const char* name : {"host2", "my-nginx-1", "host3"}) {
        const NodeId node(QString::fromLatin1(name));
        std::erase_if(engine.world.nodes, [&node](const auto& each) { return each.spec.id == node; });
        engine.files.erase(node);
        engine.services.erase(node);
    }
    const plan::Plan plan = startOf(engine, {{NodeId(QStringLiteral("host2")), NodeId(QStringLiteral("my-nginx-1"))}, {}});
    const QStringList texts = titles(plan);
    QCOMPARE(texts.front(), QStringLiteral("Create 2 nodes"));
    QVERIFY(texts.contains(QStringLiteral("host2 Start zebra")) && texts.contains(QStringLiteral("my-nginx-1 Start nginx")));
    QVERIFY(texts.filter(QStringLiteral("host3")).isEmpty() && texts.filter(QStringLiteral("Remove")).isEmpty());
    carryOut(plan);
    QVERIFY(startOf(engine, {{NodeId(QStringLiteral("host2"))}, {}}).isEmpty());
}

void DeployTest::oneServiceIsStartedAndNoOther() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    const NodeId host(QStringLiteral("host2"));
    engine.services[host].clear();
    QCOMPARE(titles(startOf(engine, {{host}, QStringLiteral("udhcpc")})), QStringList{QStringLiteral("host2 Start udhcpc")});
    engine.services[host] = {QStringLiteral("bgpd"), QStringLiteral("udhcpc")};
    QCOMPARE(titles(startOf(engine, {{host}, QStringLiteral("zebra")})).mid(0, 2),
             (QStringList{QStringLiteral("host2 Start zebra"), QStringLiteral("host2 Restart bgpd")}));
}

namespace {

const LinkId kFirst(QStringLiteral("intnet1"));

model::Lab tutorialWith(const model::CableImpairments& impairments) {
    model::Lab lab = fakes::tutorialLab();
    lab.links[0].impairments = impairments;
    return lab;
}

/// "intnet1 Impair the cable (create): the lab file says …".
QStringList told(const plan::Plan& plan) {
    QStringList texts;
    for (const plan::Step& step : plan.steps) {
        const QString kind = step.kind == plan::StepKind::Create   ? QStringLiteral("create")
                             : step.kind == plan::StepKind::Change ? QStringLiteral("change")
                                                                   : QStringLiteral("remove");
        texts.append(QStringLiteral("%1 %2 (%3): %4").arg(step.subject, step.title, kind, step.reason));
    }
    return texts;
}

} // namespace

void DeployTest::impairmentsAreDifferences() {
    RememberingEngine engine;
    const model::Impairment five{false, 500, 0, 0};
    const model::Impairment six{false, 600, 0, 0};
    const auto fresh = planOf(tutorialWith({five, {}}), engine);
    QVERIFY(titles(fresh).contains(QStringLiteral("intnet1 Impair the cable")));
    carryOut(planOf(fakes::tutorialLab(), engine));
    const auto made = planOf(tutorialWith({five, {}}), engine);
    QCOMPARE(told(made), QStringList{QStringLiteral("intnet1 Impair the cable (create): the lab file says: Packets from leaf1 to host1 on "
                                                    "intnet1, on purpose: 5 % are lost.")});
    const auto isKept = [&made](const QString& name) { return std::ranges::find(made.kept, name) != made.kept.end(); };
    QVERIFY(!isKept(kFirst.name) && isKept(QStringLiteral("intnet2")));
    carryOut(made);
    QVERIFY(planOf(tutorialWith({five, {}}), engine).isEmpty());
    const auto changed = planOf(tutorialWith({six, {}}), engine);
    QCOMPARE(told(changed), QStringList{QStringLiteral("intnet1 Impair the cable (change): the lab file says: Packets from leaf1 to host1 "
                                                       "on intnet1, on purpose: 6 % are lost.")});
    carryOut(changed);
    const auto gone = planOf(fakes::tutorialLab(), engine);
    QCOMPARE(told(gone), QStringList{QStringLiteral("intnet1 Take the impairment away (remove): not in the lab file any more: Packets from "
                                                    "leaf1 to host1 on intnet1, on purpose: 6 % are lost.")});
    carryOut(gone);
    QVERIFY(planOf(fakes::tutorialLab(), engine).isEmpty());
}

void DeployTest::aFaultByHandStaysWhereTheFileIsSilent() {
    RememberingEngine engine;
    const model::Impairment five{false, 500, 0, 0};
    carryOut(planOf(tutorialWith({five, {}}), engine));
    model::CableImpairments& now = engine.find(kFirst).impairments;
    now = {model::Impairment{true, 500, 0, 0}, model::Impairment{false, 0, 1500, 0}}; // a drop, and the other direction
    engine.find(LinkId(QStringLiteral("intnet2"))).impairments[0].loss = 900;
    QVERIFY(planOf(tutorialWith({five, {}}), engine).isEmpty());
    now[0] = {};
    QCOMPARE(
        told(planOf(tutorialWith({five, {}}), engine)),
        QStringList{QStringLiteral("intnet1 Impair the cable (change): changed by hand; the lab file says: Packets from leaf1 to host1 "
                                   "on intnet1, on purpose: 5 % are lost.")});
    // Where a node is yet to be made, what the kernel has says nothing; the cable gets its own by itself.
    std::erase_if(engine.world.nodes, [](const auto& each) { return each.spec.id.name == QLatin1String("host1"); });
    QVERIFY(titles(planOf(tutorialWith({five, {}}), engine)).filter(QStringLiteral("Impair")).isEmpty());
}

void DeployTest::topologyHasThePodsAndTheirCables() {
    const deploy::Topology topology = deploy::topologyOf(fakes::tutorialLab());
    QCOMPARE(topology.nodes.size(), 6U);
    QCOMPARE(topology.links.size(), 5U);
    const auto pod = std::ranges::find(topology.links, LinkId(QStringLiteral("pod-my-nginx-1")), &engine::LinkSpec::id);
    QVERIFY(pod != topology.links.end());
    QCOMPARE(pod->a.node, NodeId(QStringLiteral("host2")));
    QCOMPARE(pod->a.bridge, QStringLiteral("cbr0"));
    QCOMPARE(pod->b.port, QStringLiteral("eth0"));
}

void DeployTest::aFreshLabNeedsEverythingInOrder() {
    RememberingEngine engine;
    const plan::Plan plan = planOf(fakes::tutorialLab(), engine);
    const QStringList texts = titles(plan);
    QCOMPARE(texts.front(), QStringLiteral("Create 6 nodes and 5 cables"));
    const auto server = texts.indexOf(QStringLiteral("leaf1 Start dnsmasq"));
    const auto client = texts.indexOf(QStringLiteral("host1 Start udhcpc"));
    QVERIFY(server > 0 && client > server);
    // A client waits for every server, a service for what its blueprint names, everything for the creation.
    const auto& after = plan.steps[static_cast<std::size_t>(client)].after;
    QVERIFY(std::ranges::find(after, static_cast<std::size_t>(server)) != after.end());
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        QVERIFY(i == 0 || !plan.steps[i].after.empty());
        QVERIFY(!plan.steps[i].reason.isEmpty());
        for (const plan::StepIndex earlier : plan.steps[i].after) {
            QVERIFY(earlier < i);
        }
    }
}

void DeployTest::whatHasManyCablesStartsLast() {
    // hub is first in the file and has two cables; the pairs' order among themselves is the file's.
    const auto parsed = labfile::parse("name: hub\n"
                                       "nodes:\n"
                                       "  hub: {kind: router}\n"
                                       "  b: {kind: router}\n"
                                       "  a: {kind: router}\n"
                                       "links:\n"
                                       "  - ends: [b:up, hub:b]\n"
                                       "  - ends: [a:up, hub:a]\n");
    QVERIFY(parsed.lab);
    RememberingEngine engine;
    const QStringList starts = titles(planOf(*parsed.lab, engine)).filter(QStringLiteral("Start zebra"));
    QCOMPARE(starts, (QStringList{QStringLiteral("b Start zebra"), QStringLiteral("a Start zebra"), QStringLiteral("hub Start zebra")}));
}

void DeployTest::nothingIsLeftAfterwards() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    QCOMPARE(titles(planOf(fakes::tutorialLab(), engine)), QStringList());
}

void DeployTest::aDeadServiceIsStartedAgain() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    engine.services[NodeId(QStringLiteral("host2"))].removeAll(QStringLiteral("bgpd"));
    // udhcpc's hook configures bgpd, but it comes after zebra only: a new bgpd reads the last lease by itself.
    QCOMPARE(titles(planOf(fakes::tutorialLab(), engine)), QStringList{QStringLiteral("host2 Start bgpd")});
}

void DeployTest::whatDependsOnADeadServiceIsRestarted() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    engine.services[NodeId(QStringLiteral("leaf1"))].removeAll(QStringLiteral("zebra"));
    const plan::Plan plan = planOf(fakes::tutorialLab(), engine);
    QCOMPARE(titles(plan), (QStringList{QStringLiteral("leaf1 Start zebra"), QStringLiteral("leaf1 Restart bgpd")}));
    carryOut(plan);
    QCOMPARE(engine.services[NodeId(QStringLiteral("leaf1"))].count(QStringLiteral("bgpd")), 1);
}

void DeployTest::aChangedNodeIsWrittenAgain() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    model::Lab lab = fakes::tutorialLab();
    lab.nodes.front().asn = 65199;
    QVERIFY(titles(planOf(lab, engine)).contains(QStringLiteral("leaf1 Write files and addresses")));
}

/// Steps as "kind subject title", those of the plan alone.
QStringList changes(const plan::Plan& plan) {
    static const QStringList kKinds{QStringLiteral("create"), QStringLiteral("change"), QStringLiteral("remove"), QStringLiteral("check")};
    QStringList texts;
    for (const plan::Step& step : plan.steps) {
        texts.append(QString(kKinds[static_cast<int>(step.kind)] + QLatin1Char(' ') + step.subject).trimmed() + QStringLiteral(": ") +
                     step.title);
    }
    return texts;
}

model::Lab withFourthHost() {
    model::Lab lab = fakes::tutorialLab();
    lab.nodes.push_back({fakes::node("host4"), model::NodeKind::Host, 4200000004U, {}, fakes::prefix("10.20.3.0/24")});
    lab.links.push_back(fakes::tutorialLink(4));
    return lab;
}

void DeployTest::changesTouchOnlyWhatTheyConcern_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<QStringList>("expected");
    const auto l = [](std::initializer_list<const char*> lines) {
        QStringList list;
        for (const char* line : lines) {
            list.append(QString::fromUtf8(line));
        }
        return list;
    };
    QTest::newRow("a host comes") << 0
                                  << l({"create: Create 1 node and 1 cable", "change leaf1: Write files and addresses",
                                        "create host4: Write files and addresses", "change leaf1: Restart dnsmasq",
                                        "change leaf1: Reload bgpd", "create host4: Start zebra", "create host4: Start bgpd",
                                        "create host4: Start udhcpc"});
    QTest::newRow("it goes again") << 1
                                   << l({"remove host4: Remove the node", "change leaf1: Write files and addresses",
                                         "change leaf1: Restart dnsmasq", "change leaf1: Reload bgpd"});
    QTest::newRow("another AS of a host") << 2
                                          << l({"change leaf1: Write files and addresses", "change leaf1: Restart dnsmasq",
                                                "change host2: Reload udhcpc", "change host2: Restart bgpd"});
    QTest::newRow("another AS of the leaf") << 3 << l({"change leaf1: Write files and addresses", "change leaf1: Restart bgpd"});
    QTest::newRow("a cable at another port") << 4
                                             << l({"remove intnet3: Remove the cable", "create: Create 1 cable",
                                                   "change leaf1: Write files and addresses", "change leaf1: Restart dnsmasq",
                                                   "change host3: Restart udhcpc"});
    QTest::newRow("a pod goes") << 5 << l({"remove my-nginx-2: Remove the node"});
    QTest::newRow("a test more") << 6 << QStringList();
}

void DeployTest::changesTouchOnlyWhatTheyConcern() {
    QFETCH(int, which);
    QFETCH(QStringList, expected);
    RememberingEngine engine;
    carryOut(planOf(which == 1 ? withFourthHost() : fakes::tutorialLab(), engine));
    model::Lab lab = which == 0 ? withFourthHost() : fakes::tutorialLab();
    if (which == 2) {
        lab.nodes[2].asn = 64999;
    } else if (which == 3) {
        lab.nodes[0].asn = 65177;
    } else if (which == 4) {
        lab.links[2].ends[0].port = QStringLiteral("swp9");
    } else if (which == 5) {
        lab.workloads[0].pods.pop_back();
    } else if (which == 6) {
        lab.tests.push_back({QStringLiteral("more"), true, false, QStringLiteral("my-nginx")});
    }
    const plan::Plan plan = planOf(lab, engine);
    QCOMPARE(changes(plan), expected);
    for (const QString& kept : {QStringLiteral("host1"), QStringLiteral("intnet1"), QStringLiteral("my-nginx-1")}) {
        QVERIFY(std::ranges::find(plan.kept, kept) != plan.kept.end());
    }
    carryOut(plan);
    QCOMPARE(changes(planOf(lab, engine)), QStringList());
}

void DeployTest::aManifestIsReadBackOrNotAtAll() {
    const model::Lab lab = fakes::tutorialLab();
    const deploy::Manifest manifest = deploy::manifestOf(blueprint::blueprintOf(lab, lab.nodes.front()));
    QVERIFY(!manifest.leases.empty());
    QCOMPARE(deploy::manifestFromJson(deploy::toJson(manifest)), std::optional(manifest));
    for (const char* text : {"", "{}", "[1]", "{\"format\":2}", "nonsense", "{\"format\":\"1\""}) {
        QVERIFY(!deploy::manifestFromJson(text));
    }
}

/// All files are written, no daemon was told: the manifests say that nothing differs.
void DeployTest::anInterruptedChangeIsContinued() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    model::Lab lab = fakes::tutorialLab();
    lab.nodes.front().asn = 65177;
    OpContext context;
    auto survey = deploy::survey(context, engine);
    const deploy::UpPlan change = deploy::planChange(lab, *survey, engine);
    QVERIFY(!change.due.empty());
    for (const plan::Step& step : change.plan.steps) {
        if (step.title.startsWith(QLatin1String("Write"))) {
            QVERIFY(step.run(context));
        }
    }
    survey = deploy::survey(context, engine);
    QVERIFY(deploy::planUp(lab, *survey, engine).isEmpty());
    survey->due = deploy::dueFromJson(deploy::toJson(change.due));
    const deploy::UpPlan rest = deploy::planChange(lab, *survey, engine);
    QCOMPARE(rest.due, change.due);
    QCOMPARE(rest.plan.steps.size(), change.due.size());
    // A daemon that does not run is started, whatever was due.
    for (auto& [node, known] : survey->nodes) {
        known.runningServices.clear();
    }
    QVERIFY(deploy::planChange(lab, *survey, engine).due.empty());
}

/// Nobody would stop asking for a service of which no manifest tells any more.
void DeployTest::whatHasGoneIsForgottenWhereverAChangeIsInterrupted() {
    RememberingEngine engine;
    carryOut(planOf(fakes::tutorialLab(), engine));
    const NodeId leaf(QStringLiteral("leaf1"));
    engine.services[leaf].removeAll(QStringLiteral("dnsmasq")); // It has ended already.
    model::Lab lab = fakes::tutorialLab();
    std::uint32_t number = 100;
    for (model::Node& node : lab.nodes) {
        node.dhcp = model::DhcpRole::None;
        node.loopback = node.loopback.value_or(lab.addressPlan.loopbacks.at(++number));
    }
    OpContext context;
    const plan::Plan plan = planOf(lab, engine);
    QVERIFY(titles(plan).contains(QStringLiteral("leaf1 Stop dnsmasq")));
    std::vector<bool> waits; // Interrupted where nothing has been stopped yet, but all else that could be done was.
    for (const plan::Step& step : plan.steps) {
        const bool isStop = step.title.startsWith(QLatin1String("Stop"));
        waits.push_back(isStop || std::ranges::any_of(step.after, [&waits](plan::StepIndex earlier) { return waits[earlier]; }));
        QVERIFY(waits.back() || step.run(context));
    }
    const plan::Plan rest = planOf(lab, engine);
    QVERIFY(titles(rest).contains(QStringLiteral("leaf1 Stop dnsmasq")));
    carryOut(rest);
    QCOMPARE(engine.forgotten[leaf], QStringList{QStringLiteral("dnsmasq")});
    QVERIFY(planOf(lab, engine).isEmpty());
}

void DeployTest::whatIsDueIsReadBackOrNotAtAll() {
    const deploy::DueTurns due{{{NodeId(QStringLiteral("leaf1")), QStringLiteral("bgpd")}, deploy::DueTurn::Reload},
                               {{NodeId(QStringLiteral("leaf1")), QStringLiteral("dnsmasq")}, deploy::DueTurn::Restart}};
    QCOMPARE(deploy::dueFromJson(deploy::toJson(due)), due);
    for (const char* text : {"", "{}", "[1]", "[{}]", "[{\"node\":\"a\",\"service\":\"b\",\"turn\":\"burn\"}]", "nonsense"}) {
        QVERIFY(deploy::dueFromJson(text).empty());
    }
}

void DeployTest::downRemovesOnlyWhatRuns() {
    RememberingEngine engine;
    QVERIFY(deploy::planDown(fakes::tutorialLab(), engine.world, engine).isEmpty());
    carryOut(planOf(fakes::tutorialLab(), engine));
    carryOut(deploy::planDown(fakes::tutorialLab(), engine.world, engine));
    QVERIFY(!engine.world.running);
}

QTEST_GUILESS_MAIN(DeployTest)
#include "tst_deploy.moc"
