// SPDX-License-Identifier: GPL-3.0-or-later
// The contract of `--json`, key by key: what status, watch, test and plan print of a lab that is as intended and of
// one that is not; and their text for people.
#include "json_shape.h"

#include <app/cli/render.h>
#include <core/intent/intent.h>
#include <core/verify/verify.h>
#include <tests/fakes/unnumbered_lab.h>

#include <QJsonDocument>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::cli;
using namespace podleaf::test;
using fakes::ObservedLab;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

/// The tutorial with everything green.
ObservedLab green() {
    ObservedLab observed;
    observed.feed(fakes::greenTutorial(observed.lab));
    return observed;
}

/// The tutorial with host2's bgpd killed and the cable of host3 cut.
ObservedLab broken() {
    ObservedLab observed = green();
    observed.feed(fakes::bgpdKilled(observed.lab, fakes::node("host2")));
    const model::Link& cut = observed.lab.links[2];
    observed.feed({state::LinkAdminSeen{cut.id, false}});
    observed.feed(fakes::cable(cut, false, false));
    for (const std::size_t end : {0U, 1U}) {
        observed.feed({state::PeerDownSeen{cut.ends[end].node, cut.addresses[1 - end], {}},
                       state::FsmSeen{cut.ends[end].node, cut.addresses[1 - end], true, state::BgpState::Idle, 0, {}, false}});
    }
    return observed;
}

std::vector<verify::Mismatch> mismatchesOf(const ObservedLab& observed) {
    return verify::checkIntent(observed.lab, intent::intentOf(observed.lab), observed.state);
}

QJsonObject statusOf(const ObservedLab& observed) {
    QString text;
    statusJson(observed.lab, observed.state, mismatchesOf(observed), {}, observed.nowMs + 1000,
               [&text](const QString& piece) { text += piece; });
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QString textOf(const ObservedLab& observed) {
    QString text;
    statusText(observed.lab, observed.state, mismatchesOf(observed), observed.nowMs + 1000,
               [&text](const QString& piece) { text += piece; });
    return text;
}

constexpr const char* kSession = "node:string peer:string peerNode:string link:string state:string uptimeMs:number prefixesReceived:number "
                                 "flaps:number ";
constexpr const char* kRoute = "node:string prefix:string protocol:string nextHops:array metric:number ";
constexpr const char* kLink = "name:string a:string b:string prefix:string admin:string carrier:bool ";
constexpr const char* kPod = "namespace:string name:string node:string ip:string phase:string ";
constexpr const char* kHead = "at:string type:string ";

QByteArray joined(const char* a, const char* b, const char* c = "") {
    return QByteArray(a) + ' ' + b + ' ' + c;
}

/// The first object of this type of `watch --json`.
QJsonObject watched(const QList<QJsonObject>& objects, const char* type) {
    for (const QJsonObject& object : objects) {
        if (object[q("type")].toString() == q(type)) {
            return object;
        }
    }
    return {};
}

} // namespace

class TestRender : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statusHasTheContractsKeys() {
        const QJsonObject status = statusOf(green());
        QCOMPARE(membersOf(status), members("lab:string engine:string phase:string nodes:array links:array sessions:array routes:array "
                                            "pods:array mismatches:array lost:object"));
        QCOMPARE(status[q("lab")].toString(), q("tutorial"));
        QCOMPARE(status[q("phase")].toString(), q("up"));
        QCOMPARE(status[q("mismatches")].toArray().size(), 0);
        QCOMPARE(status[q("lost")].toObject().size(), 0);
        QCOMPARE(status[q("nodes")].toArray().size(), 4);
        QCOMPARE(status[q("links")].toArray().size(), 3);
        QCOMPARE(status[q("sessions")].toArray().size(), 6);
        QCOMPARE(status[q("pods")].toArray().size(), 2);
    }

    void statusOfANode() {
        const QJsonValue nodes = statusOf(green())[q("nodes")];
        const QJsonObject leaf = objectIn(nodes, "name", "leaf1");
        QCOMPARE(membersOf(leaf), members("name:string kind:string state:string addresses:array processes:array asn:number"));
        QCOMPARE(leaf[q("kind")].toString(), q("leaf"));
        QCOMPARE(leaf[q("state")].toString(), q("ready"));
        QCOMPARE(leaf[q("addresses")].toArray(),
                 QJsonArray({q("10.255.0.1/32"), q("172.16.0.1/30"), q("172.16.0.5/30"), q("172.16.0.9/30")}));
        const QJsonObject host = objectIn(nodes, "name", "host1");
        QCOMPARE(membersOf(host),
                 members("name:string kind:string state:string addresses:array processes:array asn:number podCidr:string"));
        QCOMPARE(host[q("asn")].toInteger(), 4200000001LL);
        QCOMPARE(membersOf(objectIn(host[q("processes")], "name", "bgpd")), members("name:string running:bool pid:number"));
    }

    void statusOfWhatANodeUses() {
        ObservedLab observed = green();
        observed.feed({state::UsageSeen{fakes::node("leaf1"), 1'000'000, 20 << 20}});
        constexpr const char* kNode = "name:string kind:string state:string addresses:array processes:array asn:number";
        QCOMPARE(membersOf(objectIn(statusOf(observed)[q("nodes")], "name", "leaf1")), members(joined(kNode, "memory:number")));
        observed.nowMs += 999;
        observed.feed({state::UsageSeen{fakes::node("leaf1"), 1'250'000, 20 << 20}});
        const QJsonObject leaf = objectIn(statusOf(observed)[q("nodes")], "name", "leaf1");
        QCOMPARE(membersOf(leaf), members(joined(kNode, "cpu:number memory:number")));
        QCOMPARE(leaf[q("cpu")].toDouble(), 0.25);
        QCOMPARE(leaf[q("memory")].toInteger(), 205LL * 100 * 1024);
    }

    void statusOfAFailedNode() {
        const QJsonObject host = objectIn(statusOf(broken())[q("nodes")], "name", "host2");
        QCOMPARE(host[q("state")].toString(), q("failed"));
        QVERIFY(host[q("reason")].toString().contains(q("bgpd")));
        const QJsonObject bgpd = objectIn(host[q("processes")], "name", "bgpd");
        QCOMPARE(membersOf(bgpd), members("name:string running:bool pid:number exitCode:number signal:number log:string"));
        QCOMPARE(bgpd[q("signal")].toInt(), 9);
    }

    void statusOfALink() {
        const QJsonObject good = objectIn(statusOf(green())[q("links")], "name", "intnet3");
        QCOMPARE(membersOf(good), members(kLink));
        QCOMPARE(good[q("a")].toString(), q("leaf1:swp3"));
        QCOMPARE(good[q("b")].toString(), q("host3:eth1"));
        QCOMPARE(good[q("admin")].toString(), q("up"));
        QVERIFY(good[q("carrier")].toBool());
        const QJsonObject cut = objectIn(statusOf(broken())[q("links")], "name", "intnet3");
        QCOMPARE(membersOf(cut), members(joined(kLink, "fault:string reason:string")));
        QCOMPARE(cut[q("reason")].toString(), q("intnet3 is cut."));
        QCOMPARE(cut[q("admin")].toString(), q("down"));
        QCOMPARE(cut[q("fault")].toString(), q("cut"));
        QVERIFY(!cut[q("carrier")].toBool());
    }

    void everySessionThatIsNotEstablishedSaysWhy() {
        for (const QJsonValue each : statusOf(green())[q("sessions")].toArray()) {
            QCOMPARE(membersOf(each.toObject()), members(kSession));
            QVERIFY(each[q("uptimeMs")].toInteger() >= 1000);
        }
        int down = 0;
        for (const QJsonValue each : statusOf(broken())[q("sessions")].toArray()) {
            if (each[q("state")].toString() == q("Established")) {
                QVERIFY(!each.toObject().contains(q("reason")));
                continue;
            }
            ++down;
            QVERIFY2(!each[q("reason")].toString().isEmpty(), qPrintable(each[q("node")].toString()));
            QVERIFY(membersOf(each.toObject()).contains(q("connectTries:number")));
            QCOMPARE(each[q("uptimeMs")].toInt(), 0);
        }
        QCOMPARE(down, 4);
    }

    void sessionsOfALabThatIsNotThereSayWhy() {
        const QJsonObject status = statusOf(ObservedLab());
        QCOMPARE(status[q("phase")].toString(), q("down"));
        QCOMPARE(status[q("mismatches")].toArray().size(), 0); // a lab that is down is not wrong
        for (const QJsonValue each : status[q("sessions")].toArray()) {
            QVERIFY(each.toObject().contains(q("reason")));
        }
        QCOMPARE(objectIn(status[q("pods")], "name", "my-nginx-1")[q("phase")].toString(), q("Pending"));
    }

    void statusOfARoute() {
        const QJsonArray routes = statusOf(green())[q("routes")].toArray();
        QJsonObject byBgp;
        QJsonObject ofKernel;
        for (const QJsonValue each : routes) {
            QCOMPARE(membersOf(each.toObject()), members(kRoute));
            QCOMPARE(membersOf(each[q("nextHops")].toArray().first().toObject()).filter(q("interface")), members("interface:string"));
            const bool ofHost1 = each[q("node")].toString() == q("host1");
            (each[q("protocol")].toString() == q("bgp") && ofHost1 ? byBgp : ofKernel) = each.toObject();
        }
        QCOMPARE(membersOf(byBgp[q("nextHops")].toArray().first().toObject()), members("via:string interface:string"));
        QCOMPARE(byBgp[q("nextHops")].toArray().first()[q("via")].toString(), q("172.16.0.1"));
        QVERIFY(ofKernel[q("nextHops")].toArray().first().toObject().contains(q("via"))); // null where there is none
    }

    void statusOfManyRoutesComesInPieces() {
        ObservedLab observed = green();
        for (std::uint32_t i = 0; i < 6000; ++i) {
            const Ipv4Prefix to{Ipv4Address{(11U << 24U) + i * 256}, 24};
            state::RouteSeen route = fakes::bgpRoute(fakes::node("host1"), to, fakes::address(i % 7 == 0 ? "172.16.0.9" : "172.16.0.1"),
                                                     i % 5 == 0 ? q("eth\"prefix\":\"2") : q("eth1"));
            route.source = i % 11 == 0 ? std::optional(fakes::address("10.255.0.9")) : std::nullopt;
            observed.feed({route});
        }
        QJsonArray expected;
        int byBgp = 0;
        for (const model::Node& planned : observed.lab.nodes) {
            for (const auto& [key, route] : observed.state.nodes.at(planned.id).routes) {
                expected.append(routeJson(observed.lab, planned.id, route));
                byBgp += route.protocol == q("bgp") ? 1 : 0;
            }
        }
        QCOMPARE(statusOf(observed)[q("routes")].toArray(), expected);
        qsizetype longest = 0;
        QString text;
        statusText(observed.lab, observed.state, {}, observed.nowMs, [&](const QString& piece) {
            longest = std::max(longest, piece.size());
            text += piece;
        });
        QVERIFY(longest < 70'000 && text.size() > 2 * longest);
        const QString routes = text.section(q("ROUTE"), 1).section(q("\n\n"), 0, 0);
        QCOMPARE(routes.count(QLatin1Char('\n')), byBgp);
        QVERIFY2(routes.contains(q("\n  11.0.1.0/24     host1  172.16.0.1 eth1\n")), qPrintable(routes.left(300)));
    }

    void statusOfAnUnnumberedLab() {
        const ObservedLab observed = fakes::observedUnnumbered();
        const QJsonObject status = statusOf(observed);
        QVERIFY2(mismatchesOf(observed).empty(), qPrintable(mismatchesText(mismatchesOf(observed))));
        for (const QJsonValue each : status[q("links")].toArray()) {
            QVERIFY(each.toObject().contains(q("prefix")) && each[q("prefix")].isNull());
        }
        QCOMPARE(objectIn(status[q("sessions")], "node", "host2")[q("peer")].toString(), q("eth1"));
        int byBgp = 0;
        for (const QJsonValue each : status[q("routes")].toArray()) {
            const QJsonValue hop = each[q("nextHops")].toArray().first();
            QVERIFY(hop.toObject().contains(q("via")) && hop[q("via")].isNull());
            QVERIFY(!hop[q("interface")].toString().isEmpty());
            byBgp += each[q("protocol")].toString() == q("bgp") ? 1 : 0;
        }
        QCOMPARE(byBgp, 12);
        // What is in no kernel and no daemon is in no word.
        QVERIFY(!QJsonDocument(status).toJson().contains("172.16."));
        QVERIFY2(!textOf(observed).contains(q("172.16.")), qPrintable(textOf(observed)));
        QVERIFY(textOf(observed).contains(q("leaf1 → host2 (swp2)")));
        for (const QJsonObject& each : watchObjects(observed.lab, observed.state, observed.delta, observed.nowMs)) {
            QVERIFY(!QJsonDocument(each).toJson().contains("172.16."));
        }
    }

    void statusOfAPod() {
        const QJsonObject pod = objectIn(statusOf(green())[q("pods")], "name", "my-nginx-1");
        QCOMPARE(membersOf(pod), members(kPod));
        QCOMPARE(pod[q("node")].toString(), q("host2"));
        QCOMPARE(pod[q("ip")].toString(), q("10.20.1.10"));
        QCOMPARE(pod[q("phase")].toString(), q("Running"));
        ObservedLab dead = green();
        dead.feed({state::PodSeen{q("my-nginx-1"), true, false}});
        QCOMPARE(objectIn(statusOf(dead)[q("pods")], "name", "my-nginx-1")[q("phase")].toString(), q("Failed"));
    }

    void mismatchesNameTheirCause() {
        const QJsonObject status = statusOf(broken());
        QCOMPARE(status[q("phase")].toString(), q("degraded"));
        QVERIFY(!status[q("mismatches")].toArray().isEmpty());
        for (const QJsonValue each : status[q("mismatches")].toArray()) {
            QCOMPARE(membersOf(each.toObject()), members("where:string what:string cause:string"));
            QVERIFY(!each[q("where")].toString().isEmpty() && !each[q("what")].toString().isEmpty());
        }
    }

    void lossesAreCountedBySource() {
        ObservedLab observed = green();
        observed.feed({state::LossSeen{q("netlink"), 3}, state::LossSeen{q("netlink"), 1}});
        QCOMPARE(statusOf(observed)[q("lost")].toObject(), QJsonObject({{q("netlink"), 4}}));
        QVERIFY(textOf(observed).contains(q("4 events were lost (netlink)")));
    }

    void watchTellsEachChangeWithTheSameKeys() {
        ObservedLab observed = green();
        observed.delta = {};
        observed.feed(fakes::bgpdKilled(observed.lab, fakes::node("host2")));
        observed.feed({state::LinkAdminSeen{fakes::link("intnet3"), false}, state::PodSeen{q("my-nginx-1"), true, false},
                       state::LossSeen{q("bmp"), 1}});
        const auto objects = watchObjects(observed.lab, observed.state, observed.delta, observed.nowMs);
        for (const QJsonObject& object : objects) {
            const QDateTime at = QDateTime::fromString(object[q("at")].toString(), Qt::ISODateWithMs);
            QVERIFY2(at.isValid() && object[q("at")].toString().endsWith(QLatin1Char('Z')), qPrintable(object[q("at")].toString()));
        }
        const auto shape = [&](const char* type) { return membersOf(watched(objects, type)); };
        QCOMPARE(shape("link"), members(joined(kHead, kLink, "fault:string")));
        QCOMPARE(shape("route"), members(joined(kHead, kRoute, "present:bool")));
        QCOMPARE(shape("pod"), members(joined(kHead, kPod)));
        QCOMPARE(shape("loss"), members(joined(kHead, "source:string what:string")));
        const auto host2 = std::ranges::find_if(objects, [](const QJsonObject& object) {
            return object[q("type")].toString() == q("node") && object[q("name")].toString() == q("host2");
        });
        QVERIFY(host2 != objects.end());
        QCOMPARE(membersOf(*host2), members(joined(kHead, "name:string kind:string state:string addresses:array processes:array asn:number",
                                                   "podCidr:string reason:string")));
        const auto down = std::ranges::find_if(objects, [](const QJsonObject& object) {
            return object[q("type")].toString() == q("session") && object[q("state")].toString() != q("Established");
        });
        QVERIFY(down != objects.end());
        QVERIFY(!(*down)[q("reason")].toString().isEmpty());
        QVERIFY(membersOf(*down).contains(q("connectTries:number")));
    }

    void watchPassesOverWhatTheLabDoesNotHave() {
        const ObservedLab observed = green();
        state::Delta strange;
        strange.nodes.insert(fakes::node("nobody"));
        strange.links.insert(fakes::link("none"));
        strange.sessions.insert({fakes::node("nobody"), fakes::address("10.0.0.1")});
        strange.pods.insert(q("none"));
        QCOMPARE(watchObjects(observed.lab, observed.state, strange, observed.nowMs).size(), 0);
    }

    void testReportsHaveTheContractsKeys() {
        const verify::LegResult leg{q("host1"), q("my-nginx-1"), q("http://10.20.1.10/"), false, true, 2000.5, q("No answer within 2 s.")};
        const QJsonObject json = legJson(leg);
        QCOMPARE(membersOf(json), members("from:string to:string url:string ok:bool ms:number expected:bool reason:string"));
        QCOMPARE(json[q("ms")].toDouble(), 2000.5);
        const verify::TestReport report{{leg, {q("host2"), q("my-nginx-1"), {}, true, true, 1.25, {}}}, {}};
        const QString text = testText(report);
        QVERIFY2(text.contains(q("2 legs: 1 answered. 1 not as intended.")), qPrintable(text));
        QVERIFY(text.contains(q("host1 → my-nginx-1: No answer within 2 s.")));
    }

    void plansHaveTitleWhereAndWhy() {
        plan::Step step;
        step.title = q("Start bgpd");
        step.subject = q("host1");
        step.group = q("BGP");
        step.reason = q("not running");
        const plan::Plan plan{q("Up tutorial"), {step}, {q("host2")}};
        const QJsonObject json = planJson(plan);
        QCOMPARE(membersOf(json), members("title:string steps:array keep:array"));
        QCOMPARE(membersOf(json[q("steps")].toArray().first().toObject()),
                 members("change:string title:string subject:string group:string reason:string"));
        QVERIFY(planText(plan).contains(q("create  Start bgpd  host1  not running")));
        QCOMPARE(planText({}), q("Nothing to do.\n"));
    }

    void textForPeopleSaysTheSame() {
        const QString good = textOf(green());
        QVERIFY2(good.startsWith(q("tutorial: up\n")) && good.endsWith(q("All as intended.\n")), qPrintable(good));
        const QString bad = textOf(broken());
        QVERIFY2(bad.startsWith(q("tutorial: degraded\n")) && bad.contains(q("Not as intended:\n")), qPrintable(bad));
        QVERIFY2(bad.contains(q("bgpd")) && bad.contains(q("cut")), qPrintable(bad));
        QVERIFY(textOf(ObservedLab()).contains(q("podleaf up tutorial")));
    }

    void durations_data() {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << qint64(0) << q("0.0 s");
        QTest::newRow("tenths") << qint64(1240) << q("1.2 s");
        QTest::newRow("seconds") << qint64(59'999) << q("59 s");
        QTest::newRow("minutes") << qint64(252'000) << q("4 min 12 s");
        QTest::newRow("hours") << qint64(3'660'000) << q("1 h 1 min");
    }
    void durations() {
        QFETCH(qint64, ms);
        QFETCH(QString, expected);
        QCOMPARE(durationText(ms), expected);
    }
};

QTEST_GUILESS_MAIN(TestRender)
#include "tst_render.moc"
