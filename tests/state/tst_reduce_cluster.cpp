// SPDX-License-Identifier: GPL-3.0-or-later
// What a cluster's API server tells: pods and nodes that come, change and go, lists that replace what was known, and silence.
#include <core/state/state_store.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

using namespace podleaf;
using namespace podleaf::state;
using fakes::address;
using fakes::node;
using fakes::ObservedLab;
using fakes::Sequence;

namespace {

QString q(const char* text) {
    return QString::fromUtf8(text);
}

ClusterPod pod(const char* name, bool ready = true, const char* reason = "") {
    return {q("default"), q(name), node("host2"), address("10.20.1.5"), ready ? q("Running") : q("Pending"), ready, q(reason)};
}
ClusterPodSeen seen(const ClusterPod& one) {
    return {one, true};
}
ClusterPodSeen gone(const char* name) {
    return {{q("default"), q(name), {}, {}, {}, false, {}}, false};
}
ClusterNode host(const char* name, bool ready = true, const char* reason = "") {
    return {node(name), ready, q(reason), true};
}

struct Story {
    const char* name;
    Sequence before; ///< On top of a cluster that is heard, with pod a and host1; its log is thrown away.
    Sequence seen;
    QStringList log;
    QString pods; ///< The names, afterwards.
};

std::vector<Story> stories() {
    const char* const pull = "ImagePullBackOff: no such image";
    return {
        {"the same again", {}, {ClusterSeen{true, {}}, seen(pod("a")), ClusterNodeSeen{host("host1"), true}}, {}, q("a")},
        {"a pod comes", {}, {seen(pod("b", false, "ContainerCreating"))}, {}, q("a b")},
        {"a pod is ready", {seen(pod("b", false, "ContainerCreating"))}, {seen(pod("b"))}, {q("default/b on host2 is ready.")}, q("a b")},
        {"a pod cannot start",
         {},
         {seen(pod("b", false, pull)), seen(pod("b", false, pull))},
         {q("default/b: ImagePullBackOff: no such image.")},
         q("a b")},
        {"a pod is not ready any more", {}, {seen(pod("a", false))}, {q("default/a on host2 is not ready any more.")}, q("a")},
        {"a pod goes", {}, {gone("a")}, {q("default/a is gone.")}, QString()},
        {"a pod that was not known goes", {}, {gone("b")}, {}, q("a")},
        {"a list replaces what was known",
         {seen(pod("b"))},
         {ClusterPodsListed{{pod("b"), pod("c", false)}}},
         {q("default/a is gone.")},
         q("b c")},
        {"a host is not ready",
         {},
         {ClusterNodeSeen{host("host1", false, "kubelet stopped posting node status"), true}},
         {q("host1 is not ready for pods: Kubelet stopped posting node status.")},
         q("a")},
        {"a host is ready again",
         {ClusterNodeSeen{host("host1", false, "x"), true}},
         {ClusterNodeSeen{host("host1"), true}},
         {q("host1 is ready for pods.")},
         q("a")},
        {"a host joins", {}, {ClusterNodeSeen{host("host2"), true}}, {q("host2 is ready for pods.")}, q("a")},
        {"a host leaves", {}, {ClusterNodesListed{{}}}, {q("host1 is not a node of the cluster any more.")}, q("a")},
        {"silence keeps what was heard",
         {},
         {ClusterSeen{false, q("the API server does not answer")}},
         {q("The cluster is not heard: The API server does not answer.")},
         q("a")},
        {"it is heard again", {ClusterSeen{false, q("x")}}, {ClusterSeen{true, {}}}, {q("The cluster is heard.")}, q("a")},
        {"another reason is no news", {ClusterSeen{false, q("x")}}, {ClusterSeen{false, q("y")}}, {}, q("a")},
        {"the lab goes", {}, {EngineSeen{false}}, {q("The lab tutorial is gone.")}, QString()},
    };
}

QString namesOf(const ClusterState& cluster) {
    QStringList names;
    for (const auto& [key, one] : cluster.pods) {
        names << key.second;
    }
    return names.join(QLatin1Char(' '));
}

} // namespace

class TestReduceCluster : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logsWhatTurns_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < stories().size(); ++i) {
            QTest::newRow(stories()[i].name) << static_cast<int>(i);
        }
    }
    void logsWhatTurns() {
        QFETCH(int, index);
        const Story story = stories()[static_cast<std::size_t>(index)];
        ObservedLab observed;
        observed.feed({EngineSeen{true}, ClusterPodsListed{{pod("a")}}, ClusterNodesListed{{host("host1")}}, ClusterSeen{true, {}}});
        observed.feed(story.before);
        observed.takeLog();
        observed.feed(story.seen);
        QCOMPARE(namesOf(observed.state.cluster), story.pods);
        QCOMPARE(observed.takeLog(), story.log);
    }

    void theDeltaNamesWhatChanged() {
        ObservedLab observed;
        observed.feed({EngineSeen{true}, seen(pod("a"))});
        QCOMPARE(observed.delta.clusterPods, std::set<ClusterPodKey>({{q("default"), q("a")}}));
        QVERIFY(!observed.delta.cluster && !observed.delta.isEmptyButForRates());
        observed.takeLog();
        observed.feed({seen(pod("a"))});
        QVERIFY(observed.delta.isEmpty());
        observed.feed({gone("a"), ClusterNodeSeen{host("host1"), true}});
        Delta merged;
        merged.merge(std::move(observed.delta));
        QCOMPARE(merged.clusterPods.size(), std::size_t(1));
        QVERIFY(merged.cluster);
    }

    void theLabsOwnPodsAreOthers() {
        ObservedLab observed;
        observed.feed({EngineSeen{true}, seen(pod("my-nginx-1"))});
        QVERIFY(!observed.state.pods.at(q("my-nginx-1")).exists);
        QCOMPARE(observed.state.pods.size(), std::size_t(2));
    }
};

QTEST_GUILESS_MAIN(TestReduceCluster)
#include "tst_reduce_cluster.moc"
