// SPDX-License-Identifier: GPL-3.0-or-later
// What status and watch print of a lab's cluster, for scripts and for people.
#include "json_shape.h"

#include <app/cli/render.h>
#include <app/cli/render_cluster.h>
#include <tests/fakes/running_lab.h>

#include <QJsonDocument>
#include <QTest>

using namespace podleaf;
using namespace podleaf::cli;
using namespace podleaf::test;
using fakes::ObservedLab;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

state::ClusterPodKey key(const char* name) {
    return {q("default"), q(name)};
}

/// A lab with a cluster of host1, which is ready, and host2, which is not; pod a runs, pod b waits for a host.
ObservedLab withCluster() {
    ObservedLab observed;
    observed.lab.kubernetes = model::Kubernetes{q("1.37.2"), fakes::node("host1"), model::kUsualServices};
    observed.lab.workloads.clear();
    observed.state = state::initialState(observed.lab, {});
    observed.feed(
        {state::EngineSeen{true}, state::ClusterSeen{true, {}},
         state::ClusterPodsListed{{{q("default"), q("a"), fakes::node("host1"), fakes::address("10.20.0.5"), q("Running"), true, {}},
                                   {q("default"), q("b"), {}, {}, q("Pending"), false, q("0/2 nodes are available")}}},
         state::ClusterNodesListed{{{fakes::node("host1"), true, {}, false}, {fakes::node("host2"), false, q("no network"), true}}}});
    return observed;
}

QJsonObject statusOf(const ObservedLab& observed) {
    QString text;
    statusJson(observed.lab, observed.state, {}, {}, observed.nowMs, [&text](const QString& piece) { text += piece; });
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QString textOf(const ObservedLab& observed) {
    QString text;
    statusText(observed.lab, observed.state, {}, observed.nowMs, [&text](const QString& piece) { text += piece; });
    return text;
}

} // namespace

class TestRenderCluster : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statusListsItsPods() {
        const QJsonObject status = statusOf(withCluster());
        QCOMPARE(status[q("pods")].toArray().size(), 2);
        const QJsonObject running = objectIn(status[q("pods")], "name", "a");
        QCOMPARE(membersOf(running), members("namespace:string name:string node:string ip:string phase:string ready:bool"));
        QCOMPARE(running[q("namespace")].toString(), q("default"));
        QCOMPARE(running[q("node")].toString(), q("host1"));
        QCOMPARE(running[q("ip")].toString(), q("10.20.0.5"));
        QCOMPARE(running[q("phase")].toString(), q("Running"));
        const QJsonObject waiting = objectIn(status[q("pods")], "name", "b");
        QCOMPARE(waiting[q("reason")].toString(), q("0/2 nodes are available"));
        QCOMPARE(waiting[q("node")].toString(), QString());
    }

    void statusTellsOfItsNodes() {
        const QJsonObject cluster = statusOf(withCluster())[q("cluster")].toObject();
        QCOMPARE(membersOf(cluster), members("live:bool nodes:array"));
        QCOMPARE(objectIn(cluster[q("nodes")], "name", "host1"),
                 QJsonObject({{q("name"), q("host1")}, {q("ready"), true}, {q("schedulable"), false}}));
        QCOMPARE(objectIn(cluster[q("nodes")], "name", "host2")[q("reason")].toString(), q("no network"));
    }

    void aLabWithoutOneSaysNothingOfIt() {
        const ObservedLab observed;
        QVERIFY(!statusOf(observed).contains(q("cluster")));
        QVERIFY(!textOf(observed).contains(q("cluster")));
    }

    void peopleReadWhatIsWrong() {
        ObservedLab observed = withCluster();
        QString text = textOf(observed);
        QVERIFY2(text.contains(q("default/a")) && text.contains(q("default/b")), qPrintable(text));
        QVERIFY(text.contains(q("0/2 nodes are available")));
        QVERIFY(text.contains(q("\nhost1 takes no new pods.\n")));
        QVERIFY(text.contains(q("\nhost2 is not ready for pods: No network.\n")));
        observed.feed({state::ClusterSeen{false, q("nobody answers")}});
        text = textOf(observed);
        QVERIFY2(text.contains(q("\nThe cluster is not heard: Nobody answers. The pods are as they were last.\n")), qPrintable(text));
        QCOMPARE(statusOf(observed)[q("cluster")].toObject()[q("reason")].toString(), q("nobody answers"));
    }

    void watchTellsOfChangesAndEnds() {
        ObservedLab observed = withCluster();
        observed.delta = {};
        observed.feed({state::ClusterPodSeen{{q("default"), q("a"), {}, {}, {}, false, {}}, false}, state::ClusterSeen{false, q("x")}});
        QCOMPARE(observed.delta.clusterPods, std::set<state::ClusterPodKey>{key("a")});
        const QList<QJsonObject> objects = watchObjects(observed.lab, observed.state, observed.delta, observed.nowMs);
        QCOMPARE(objects.size(), 2);
        QCOMPARE(membersOf(objects[0]),
                 members("at:string type:string namespace:string name:string node:string ip:string phase:string ready:bool"));
        QCOMPARE(objects[0][q("type")].toString(), q("pod"));
        QCOMPARE(objects[0][q("phase")].toString(), q("Gone"));
        QCOMPARE(objects[1][q("type")].toString(), q("cluster"));
        QCOMPARE(objects[1][q("live")].toBool(true), false);
    }
};

QTEST_GUILESS_MAIN(TestRenderCluster)
#include "tst_render_cluster.moc"
